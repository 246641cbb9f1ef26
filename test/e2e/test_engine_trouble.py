"""An engine that is stopped, killed, restarted or frozen, in every phase of a run.

The engines here are real ones of the test's own. One lets its containers live on without it
(live-restore), one does not."""

import os
import shutil
import signal
import socket
import subprocess
import time

import pytest

from own_engine import OwnEngine
from proxy import Proxy, refuse
from sandbox import FAKE, Process, Sandbox, wait_for
from services import free_port
from terminal import Terminal

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ENDS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
SCRIPT = "echo one; until [ -e go ]; do sleep 0.05; done; seq 2 9; exit 7"
OUTPUT = b"one\n" + b"".join(b"%d\n" % i for i in range(2, 10))


@pytest.fixture(scope="module")
def lasting_engine(engine):
    with OwnEngine(engine, f"lasting-{WORKER}", live_restore=True) as made:
        yield made


@pytest.fixture(scope="module")
def plain_engine(engine):
    with OwnEngine(engine, f"plain-{WORKER}", live_restore=False) as made:
        yield made


def sandbox_on(engine, program, directory):
    made = Sandbox(engine, program, directory)
    yield made
    engine.revive()
    left = made.leftovers()
    made.clear()
    assert not made.reported(), made.reported()
    assert left == []


@pytest.fixture
def lasting(lasting_engine, program, fake_claude, tmp_path):
    yield from sandbox_on(lasting_engine, program, tmp_path)


@pytest.fixture
def plain(plain_engine, program, fake_claude, tmp_path):
    yield from sandbox_on(plain_engine, program, tmp_path)


def go(sandbox):
    (sandbox.project / "go").touch()


def down(sandbox):
    """Ends what could not be reached meanwhile."""
    sandbox.engine.revive()
    with Process([*sandbox.argv("down")], subprocess.DEVNULL, env=sandbox.env, cwd=sandbox.project) as process:
        result = process.result()
    assert result.code == 0, result.err


def assert_one_error(result, text):
    errors = [line for line in result.lines if line.startswith("ccpod: ") and "warning: " not in line]
    assert [text in line for line in errors] == [True], result.lines


# --- in a run ---


def start(sandbox):
    """A run whose container is known to run."""
    process = sandbox.start(SCRIPT)
    process.wait_for_output(b"one\n")
    sandbox.wait_for_container()
    return process


@ENDS
def test_a_restart_that_the_container_survives(lasting, number):
    """Every line and the code, as if nothing had happened."""
    with start(lasting) as process:
        lasting.engine.end(number)
        lasting.engine.revive()
        # Its end would be in doubt for a while: WITNESS_DOUBT, WITNESS_CERTAIN.
        time.sleep(4)
        go(lasting)
        result = process.result()
    assert (result.code, result.out, result.err) == (7, OUTPUT, b"")


@ENDS
def test_a_restart_that_ends_the_container(plain, number):
    with start(plain) as process:
        plain.engine.end(number)
        plain.engine.revive()
        result = process.result()
    assert (result.code, result.out) == (143, b"one\n")


def test_an_engine_that_does_not_come_back(lasting):
    """The container may run on: it is left as it is, and that is said."""
    with start(lasting) as process:
        lasting.engine.end(signal.SIGTERM)
        result = process.result()
    assert (result.code, result.out) == (125, b"one\n")
    assert_one_error(result, "the connection to the engine was lost")
    assert len(result.lines) == 2 and "ccpod down" in result.lines[1]
    down(lasting)


def test_a_socket_that_goes(lasting):
    """What is connected stays so; only the container cannot be removed any more."""
    away = f"{lasting.engine.socket}.away"
    with start(lasting) as process:
        os.rename(lasting.engine.socket, away)
        go(lasting)
        result = process.result()
        os.rename(away, lasting.engine.socket)
    assert (result.code, result.out) == (7, OUTPUT)
    assert len(result.lines) == 1 and "warning: remove the container: " in result.lines[0]
    assert "no such socket" in result.lines[0]
    down(lasting)


def test_an_engine_that_hangs_for_a_while(lasting):
    with start(lasting) as process:
        lasting.engine.send(signal.SIGSTOP)
        go(lasting)
        lasting.engine.send(signal.SIGCONT)
        result = process.result()
    assert (result.code, result.out, result.err) == (7, OUTPUT, b"")


def test_an_engine_that_hangs_can_be_left(lasting):
    """Whoever interrupts three times does not want to wait for answers: 10 s, not 40."""
    with start(lasting) as process:
        lasting.engine.send(signal.SIGSTOP)
        for _ in range(3):
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)  # one pending signal is as good as two
        result = process.result(25)
    assert (result.code, result.out) == (130, b"one\n")
    down(lasting)


def end_meanwhile(sandbox):
    """The container ends while no engine is there to tell."""
    pid = sandbox.engine.inspect(sandbox.wait_for_container())["State"]["Pid"]
    sandbox.engine.end(signal.SIGKILL)
    go(sandbox)
    wait_for("its end", lambda: not os.path.exists(f"/proc/{pid}"))
    sandbox.engine.revive()


@pytest.mark.parametrize("code", [7, 0])
def test_the_end_of_a_run_while_the_engine_is_away(lasting, code):
    """The engine has its code, but not what it wrote last: success cannot be claimed."""
    much = b"".join(b"%d\n" % i for i in range(1, 1_200_001))
    with lasting.start("seq 1200000; " + SCRIPT.replace("exit 7", f"exit {code}")) as process:
        process.wait_for_output(b"one\n")
        end_meanwhile(lasting)
        result = process.result()
    assert result.code == (code or 125)
    assert len(result.lines) == 1 and "the last of the output may be missing" in result.lines[0]
    assert result.out.startswith(much + b"one\n")


# --- between two runs ---


def test_the_runs_after_a_restart(plain):
    """The volumes are still known as ours: the engine says so only if it is asked in the right way."""
    plain.write_profile()
    (plain.project / ".ccpod.yml").write_text(
        f"services: {{db: {{image: '{FAKE}', user: '0:0', entrypoint: [sh, -c], init: true, "
        f"command: ['date >>/data/starts; sleep 1000'], volumes: ['{plain.profile}-data:/data']}}}}\n"
    )
    plugin = "echo once >>/ccpod/plugins/kept; cat /ccpod/plugins/kept"
    result = plain.run(plugin)
    assert (result.code, result.out) == (0, b"once\n"), result.err
    for times in (2, 3):
        plain.engine.end(signal.SIGTERM)
        plain.engine.revive()
        result = plain.run(plugin)
        assert (result.code, result.out) == (0, b"once\n" * times), result.err
        (sidecar,) = plain.engine.containers(workdir=plain.project, type="db")
        written = lambda n=times, made=sidecar["Id"]: plain.exec(made, "wc -l </data/starts").strip() == str(n)
        wait_for("the sidecar to write into its volume again", written)
    down(plain)
    plain.engine.do("DELETE", f"/volumes/{plain.profile}-data")


@ENDS
def test_the_ports_after_a_restart(plain, number):
    """Of what did not survive it the engine may still tell its ports: nobody publishes them."""
    port = free_port()
    plain.write_profile(ports={"list": [f"127.0.0.1:{port}:80"]})
    with plain.start("--keep", "echo one; sleep 600") as process:
        process.wait_for_output(b"one\n")
        plain.engine.end(number)
        plain.engine.revive()
        process.result()
    with socket.create_server(("127.0.0.1", port)):
        result = plain.run("true")
        assert result.code == 125 and b"is taken by another program" in result.err, result.err
    with plain.start("echo two; read -r line; true", stdin=-1) as process:
        process.wait_for_output(b"two\n")
        running = plain.engine.inspect(plain.wait_for_container())
        bindings = [{"HostIp": "127.0.0.1", "HostPort": str(port)}]
        assert running["NetworkSettings"]["Ports"]["80/tcp"] == bindings
        process.stdin.close()
        assert process.result().code == 0
    down(plain)


# --- in a session at a terminal ---


def test_a_session_that_ends_while_the_engine_is_away(lasting):
    """Its output is kept nowhere: that some is missing is said, and the code is its own."""
    with Terminal(lasting.argv("run", "--", SCRIPT), lasting.env, lasting.project) as terminal:
        terminal.wait_for_line("one")
        end_meanwhile(lasting)
        code = terminal.end()
        text = " ".join(terminal.text.split("\n"))
    assert code == 7
    assert "the last of the output may be missing" in text, text


@pytest.mark.parametrize("back", [True, False], ids=["back", "gone"])
def test_a_session(lasting, back):
    """The terminal is as before, and the message says what is known."""
    script = "printf '\\033[?25l\\033[?1000h'; echo up; sleep 600 & wait"
    with Terminal(lasting.argv("run", "--", script), lasting.env, lasting.project) as terminal:
        before = terminal.attributes()
        terminal.wait_for_line("up")
        lasting.wait_for_container()
        lasting.engine.end(signal.SIGKILL)
        if back:
            lasting.engine.revive()
        code = terminal.end()
        assert terminal.attributes() == before
        assert not terminal.screen.cursor.hidden
        text = terminal.text
    assert code == 125
    assert ("run` brings you back" if back else "may still run") in text, text
    down(lasting)


# --- in a call ---

CALLS = ["POST /containers/create", "POST /containers/*/start", "DELETE /containers/*"]


def test_a_removal_that_was_given_up(lasting):
    """The next run finds what the engine could not be told to remove, and does that."""
    with Proxy(lasting.engine.socket) as proxy:
        proxy.on("DELETE /containers/*", refuse)
        lasting.through(proxy)
        result = lasting.run("echo out; exit 3")
        assert (result.code, result.out) == (3, b"out\n")
        assert b"ccpod: warning: remove the container: " in result.err
        (left,) = lasting.engine.containers(workdir=lasting.project)
        proxy.rules.clear()
        assert lasting.run("true").code == 0
        lasting.env["DOCKER_HOST"] = lasting.engine.host
    assert lasting.engine.containers(workdir=lasting.project) == [], left


@pytest.mark.parametrize("kind", CALLS)
def test_killed_in_a_call(lasting, kind):
    """What became of the call is not known, and cannot be asked."""

    async def kill(x):
        await x.forward()
        lasting.engine.send(signal.SIGKILL)

    with Proxy(lasting.engine.socket) as proxy:
        proxy.on(kind, kill, nth=1)
        lasting.through(proxy)
        result = lasting.run("echo out; exit 3")
        lasting.env["DOCKER_HOST"] = lasting.engine.host
    if kind.startswith("DELETE"):
        assert (result.code, result.out) == (3, b"out\n")
        assert b"ccpod: warning: remove the container: " in result.err
    else:
        assert result.code == 125
        assert_one_error(result, "the container: ")
    wait_for("the end of dockerd", lambda: not lasting.engine.pid)
    down(lasting)
    for left in lasting.run_dirs():  # of a container that the engine had not come to
        assert kind.endswith("/create"), left
        shutil.rmtree(left)
