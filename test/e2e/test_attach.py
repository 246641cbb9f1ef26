"""Sessions that are left and come back to: detach keys, `attach`, `--steal`, a lost terminal."""

import asyncio
import os
import pty
import signal
import termios
import threading

import pytest

import proxy as faults
from guest import REAL, starts
from pods import pod_of
from session import assert_as_before, guardian, start, supervisor, type_command, wait_for_code
from sandbox import Process, wait_for
from terminal import Shell

# Paints when it is told to, as programs do, and ends with what it reads.
PAINTS = "n=0; paint() { n=$((n+1)); echo \"picture $n\"; }; trap paint WINCH; paint; " \
    "while :; do read -r l && case $l in [0-9]) exit $l;; *) echo \"read $l\";; esac; done"


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


@pytest.fixture
def shell(pod, sandbox):
    with Shell(sandbox, columns=140) as made:
        yield made


@pytest.fixture
def other(pod, sandbox):
    with Shell(sandbox, columns=140) as made:
        yield made


def detached(sandbox, *args):
    """A session that runs without anybody looking."""
    (sandbox.project / "script").write_text(PAINTS)
    result = sandbox.run("--detach", *args, "--", ". ./script")
    assert result.code == 0, result.err
    return result.out.decode().strip()


def assert_listens(shell, word):
    """The session is shown there, has painted itself anew, and gets what is typed."""
    shell.wait_for("picture")
    shell.type(word + "\r")
    shell.wait_for_line(f"read {word}")


@pytest.mark.parametrize(
    "keys",
    ["\x10\x11", "\x1b[112;5u\x1b[113;5u", "\x1b[112;5u\x1b[112;5:3u\x1b[113;5:1u", "\x1b[27;5;112~\x1b[27;5;113~"],
    ids=["bytes", "csi-u", "kitty-releases", "modify-other-keys"],
)
def test_detach_keys_and_back(sandbox, shell, keys):
    before = shell.command("stty -a")
    start(shell, sandbox, PAINTS)
    shell.wait_for("picture")
    shell.type(keys)
    assert wait_for_code(shell) == 0
    assert f"the session goes on without you; `ccpod --profile {sandbox.profile} run` brings you back" in shell.text
    assert_as_before(shell, before)
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    shell.type("3\r")
    assert wait_for_code(shell) == 3
    assert_as_before(shell, before)


def test_half_of_the_keys_is_typed_text(sandbox, shell):
    start(shell, sandbox, "stty raw -echo; echo up; head -c 2 | od -An -tx1; stty sane")
    shell.wait_for("up")
    shell.type("\x10x")
    shell.wait_for("10 78")
    assert wait_for_code(shell) == 0


def test_own_detach_keys(sandbox, shell):
    start(shell, sandbox, PAINTS, "--detach-keys", "ctrl-a,d")
    shell.wait_for("picture")
    shell.type("\x01d")
    assert wait_for_code(shell) == 0
    assert sandbox.wait_for_container()
    type_command(shell, sandbox, "run")
    assert_listens(shell, "word")
    shell.type("4\r")
    assert wait_for_code(shell) == 4


def test_a_detached_session(sandbox, shell, pod):
    name = detached(sandbox)
    assert list(pod.states()) == [name]
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    shell.type("5\r")
    assert wait_for_code(shell) == 5
    assert pod.states() == {}


def test_sessions_are_told_apart(sandbox, shell, pod):
    detached(sandbox, "--session", "docs")
    detached(sandbox, "--session", "tests")
    type_command(shell, sandbox, "attach")
    assert wait_for_code(shell) == 125
    assert "docs, tests" in shell.text and "--session" in shell.text
    type_command(shell, sandbox, "attach", "--session", "tests")
    assert_listens(shell, "word")
    shell.type("\x10\x11")
    assert wait_for_code(shell) == 0
    assert "ccpod attach --session tests" in shell.text
    assert pod.command("stop", "--session", "docs", "--timeout", "0").code == 0
    type_command(shell, sandbox, "attach")  # the only one is meant
    assert_listens(shell, "more")
    shell.type("6\r")
    assert wait_for_code(shell) == 6


def test_the_first_session_needs_no_name(sandbox, shell):
    detached(sandbox, "--session", "tests")
    detached(sandbox)
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    shell.type("7\r")
    assert wait_for_code(shell) == 7
    (left,) = sandbox.engine.containers(workdir=sandbox.project)
    assert left["Names"][0].endswith("-tests")
    type_command(shell, sandbox, "run", "--session", "tests")
    assert_listens(shell, "word")
    shell.type("8\r")
    assert wait_for_code(shell) == 8


def test_nothing_to_attach_to(sandbox, shell):
    type_command(shell, sandbox, "attach")
    assert wait_for_code(shell) == 125
    assert "no session runs in this project" in shell.text
    type_command(shell, sandbox, "attach", "--session", "tests")
    assert wait_for_code(shell) == 125
    assert "tests" in shell.text


def test_a_run_without_a_terminal(sandbox, shell, pod):
    with sandbox.start("echo up; read -r line", stdin=-1) as run:
        run.wait_for_output(b"up\n")
        name = sandbox.engine.containers(workdir=sandbox.project)[0]["Names"][0]
        type_command(shell, sandbox, "attach", "--session", name[-8:])
        assert wait_for_code(shell) == 125
        assert "has no terminal" in shell.text and "ccpod logs" in shell.text
        run.stdin.close()
        assert run.result().code == 1


def test_attach_without_a_terminal(sandbox, pod):
    detached(sandbox)
    result = pod.command("attach")
    assert (result.code, result.out) == (125, b"") and b"no terminal" in result.err
    assert pod.command("stop", "--timeout", "0").code == 0


def test_what_a_running_session_cannot_take(sandbox, shell):
    detached(sandbox)
    type_command(shell, sandbox, "run", "--env", "A=1", "--no-state", "--", "--verbose")
    said = "not applied to a session that runs already: --env, --no-state, Claude's arguments"
    shell.wait_for(said)
    assert_listens(shell, "word")
    shell.type("0\r")
    assert wait_for_code(shell) == 0


def test_left_from_far_away(sandbox, shell):
    """What the terminal still has to say when a session is left is not typed into the shell."""
    start(shell, sandbox, r"printf '\033[?1000h\033[?2004h'; echo up; read -r line; exit 6")
    shell.wait_for_line("up")
    shell.lag = 0.4
    shell.type("\x10\x11")
    assert wait_for_code(shell) == 0
    shell.type("IFS= read -rs -t 1.5 -n 1 key; printf 'came: %q.\\n' \"$key\"\r")
    shell.wait_for_line("came: ''.")
    type_command(shell, sandbox, "attach")
    shell.type("\r")
    assert wait_for_code(shell) == 6


# --- who is attached ---


@pytest.mark.parametrize("command", ["run", "attach"])
def test_a_second_one_is_told(sandbox, shell, other, command):
    start(shell, sandbox, PAINTS)
    shell.wait_for("picture 1")
    recording = sandbox.home / "recording"
    recording.write_text("an older one")
    type_command(other, sandbox, command, "--record", str(recording))
    assert wait_for_code(other) == 125
    assert recording.read_text() == "an older one"
    assert f"attached already: process {supervisor(sandbox)} at /dev/pts/" in other.text
    assert "--steal" in other.text
    assert_listens(shell, "word")
    shell.type("3\r")
    assert wait_for_code(shell) == 3


def test_steal_and_steal_back(sandbox, shell, other):
    before = shell.command("stty -a")
    start(shell, sandbox, r"printf '\033[?1049h\033[?25l\033[?1000h';" + PAINTS)
    shell.wait_for("picture 1")
    type_command(other, sandbox, "run", "--steal")
    assert wait_for_code(shell) == 0
    command = f"ccpod --profile {sandbox.profile} run --steal"
    assert f"the session goes on in another terminal; `{command}` brings it back" in shell.text
    assert_as_before(shell, before)
    assert_listens(other, "there")
    type_command(shell, sandbox, "attach", "--steal")
    assert wait_for_code(other) == 0
    assert_listens(shell, "here")
    shell.type("9\r")
    assert wait_for_code(shell) == 9
    assert_as_before(shell, before)


def test_steal_from_a_terminal_that_takes_nothing(sandbox, shell, other):
    """As one behind a connection that has stalled."""
    start(shell, sandbox, "trap 'exit 4' INT; while :; do echo picture; done")
    shell.wait_for("picture")
    with shell.changed:  # its reader waits here
        type_command(other, sandbox, "run", "--steal")
        other.wait_for("picture")
    assert wait_for_code(shell) == 0
    other.type("\x03")
    assert wait_for_code(other) == 4


def test_steal_where_nobody_is(sandbox, shell):
    detached(sandbox)
    type_command(shell, sandbox, "attach", "--steal")
    assert_listens(shell, "word")
    shell.type("2\r")
    assert wait_for_code(shell) == 2


def test_killed_is_not_attached(sandbox, shell, other):
    start(shell, sandbox, PAINTS)
    shell.wait_for("picture 1")
    os.kill(supervisor(sandbox), signal.SIGKILL)
    assert wait_for_code(shell) == 137
    type_command(other, sandbox, "attach")
    assert_listens(other, "word")
    other.type("1\r")
    assert wait_for_code(other) == 1


def test_one_that_is_paused(sandbox, shell, pod):
    detached(sandbox)
    container = sandbox.wait_for_container()
    pod.engine.do("POST", f"/containers/{container}/pause")
    for command in ("run", "attach"):
        type_command(shell, sandbox, command)
        assert wait_for_code(shell) == 125
        assert "back in" not in shell.text and f"docker unpause {list(pod.states())[0]}" in shell.text, shell.text
    pod.engine.do("POST", f"/containers/{container}/unpause")
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    shell.type("2\r")
    assert wait_for_code(shell) == 2


def test_two_find_what_is_left_of_a_dead_one(sandbox, shell, other, pod, proxy):
    """The second one to remove it finds the name taken again, by a session that runs."""
    go = threading.Event()

    async def hold(x):
        while not go.is_set():
            await asyncio.sleep(0.02)
        await faults.plain(x)

    start(shell, sandbox, PAINTS)
    shell.wait_for("picture 1")
    for process in (guardian(sandbox), supervisor(sandbox)):
        os.kill(process, signal.SIGKILL)
    assert wait_for_code(shell) == 137
    pod.engine.do("POST", f"/containers/{sandbox.wait_for_container()}/kill")
    proxy.on("DELETE /containers/*", hold, 1)
    type_command(other, sandbox, "--host", proxy.host, "run", "--", ". ./script")
    wait_for("the removal", lambda: proxy.find("DELETE /containers/*"))
    type_command(shell, sandbox, "run", "--", ". ./script")
    shell.wait_for("picture 1")
    go.set()
    assert wait_for_code(other) == 125
    assert "attached" in other.text and "docker" not in other.text, other.text
    assert_listens(shell, "word")
    shell.type("3\r")
    assert wait_for_code(shell) == 3


# --- a lost terminal ---


def test_a_lost_terminal_leaves_it_running(sandbox, shell, other):
    start(shell, sandbox, PAINTS)
    shell.wait_for("picture 1")
    container = sandbox.wait_for_container()
    shell.child.kill(signal.SIGKILL)  # its terminal goes with it
    wait_for("the end of ccpod", lambda: not [p for p in sandbox.processes() if " run " in p])
    assert sandbox.engine.inspect(container)["State"]["Running"]
    type_command(other, sandbox, "attach")
    assert_listens(other, "word")
    other.type("5\r")
    assert wait_for_code(other) == 5


def test_sighup_leaves_it_running(sandbox, shell):
    before = shell.command("stty -a")
    start(shell, sandbox, PAINTS)
    shell.wait_for("picture 1")
    os.kill(supervisor(sandbox), signal.SIGHUP)
    assert wait_for_code(shell) == 129
    assert "run` brings you back" in shell.text
    assert_as_before(shell, before)
    type_command(shell, sandbox, "run")
    assert_listens(shell, "word")
    shell.type("6\r")
    assert wait_for_code(shell) == 6


def test_a_terminal_lost_after_the_end_leaves_nothing(sandbox, proxy):
    """The session has ended while nobody read its terminal, as when a link hangs: it is not left."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    argv = sandbox.argv("run", "--", "head -c 1000000 /dev/zero | tr '\\0' x; exit 5")
    options = {"env": sandbox.env, "cwd": sandbox.project, "stdout": theirs}
    with Process(argv, theirs, read=False, **options) as process:
        wait_for("the session", lambda: proxy.find("POST /containers/*/start"), 20)
        (end,) = wait_for("its end", lambda: [c for c in proxy.find("POST /containers/*/wait") if c.over], 20)
        pid = supervisor(sandbox)

        def has_gone_on():
            """It has heard of the end: what it asked after that was answered, and it asks again."""
            os.kill(pid, signal.SIGWINCH)
            return len([c for c in proxy.find("POST /containers/*/resize") if c.came > end.over]) > 1

        wait_for("ccpod to hear of it", has_gone_on, 20)
        os.kill(pid, signal.SIGHUP)
        assert process.result(20).code == 5
    os.close(ours)
    os.close(theirs)
    assert sandbox.leftovers() == []


def test_who_joins_in_passing_leaves_the_secrets(sandbox, proxy, pod):
    """It runs, and has not read them yet. Who made it stays until it has."""
    proxy.on("POST /containers/*/start", starts(sandbox, f'until [ -e go ]; do sleep 0.1; done; exec {REAL} "$@"'))
    say = ("--detach", "--", 'echo "key=$ANTHROPIC_API_KEY" > key')
    with sandbox.start(*say) as maker:
        sandbox.wait_for_container()
        joined = sandbox.run(*say)
        assert joined.code == 0 and b"it runs already" in joined.err
        assert len(list(sandbox.ccpod_home.glob("run/*/in/secrets"))) == 1
        (sandbox.project / "go").touch()
        result = maker.result()
    assert result.code == 0, result.err
    assert pod.command("wait").code == 0
    assert (sandbox.project / "key").read_text() == f"key={sandbox.key}\n"


def test_who_leaves_at_once_leaves_the_secrets(sandbox, proxy, shell):
    """The guest reads them a moment after the start, and would take a missing file for read."""
    proxy.on("POST /containers/*/start", starts(sandbox, f'sleep 1; exec {REAL} "$@"'))
    start(shell, sandbox, 'echo "key=$ANTHROPIC_API_KEY" > key; ' + PAINTS)
    sandbox.wait_for_container()
    os.kill(supervisor(sandbox), signal.SIGHUP)
    assert wait_for_code(shell) == 129
    assert not list(sandbox.ccpod_home.glob("run/*/in/secrets"))
    type_command(shell, sandbox, "run")
    assert_listens(shell, "word")
    assert (sandbox.project / "key").read_text() == f"key={sandbox.key}\n"
    shell.type("6\r")
    assert wait_for_code(shell) == 6


def test_an_attached_one_that_is_stopped(sandbox, shell, pod):
    """Whoever shows it hears of its end, and cleans up; `stop` and he do not get into each other's way."""
    before = shell.command("stty -a")
    detached(sandbox)
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    result = pod.command("stop", "--timeout", "0")
    assert (result.code, result.out, result.err) == (0, b"", b"")
    assert wait_for_code(shell) in (143, 137)
    assert "warning" not in shell.text
    assert_as_before(shell, before)


def test_an_attached_one_that_is_waited_for(sandbox, shell, pod):
    detached(sandbox)
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    with pod.start_command("-vv", "wait") as process:
        process.wait_for_output(b"main-end: see it start -> wait for it", "err")
        shell.type("5\r")
        assert wait_for_code(shell) == 5
        result = process.result()
    assert result.code == 5 and b"warning" not in result.err
    assert "warning" not in shell.text and pod.states() == {}


def test_a_kept_one_goes_by_down_alone(sandbox, shell, pod):
    name = detached(sandbox, "--keep", "--session", "docs")
    type_command(shell, sandbox, "attach")
    assert_listens(shell, "word")
    shell.type("5\r")
    assert wait_for_code(shell) == 5
    assert f"kept: {name}" in shell.text
    for _ in range(2):
        result = pod.command("wait")
        assert (result.code, result.lines) == (5, [f"ccpod: kept: {name}"])
    assert pod.command("stop").code == 0
    result = sandbox.run("--detach", "--session", "docs", "--", ". ./script")
    assert result.code == 125 and b"ccpod down" in result.err
    assert pod.states() == {name: "exited"}
    assert pod.command("down").code == 0
    assert pod.states() == {}


def test_a_kept_one_that_a_run_comes_back_to(sandbox, shell, pod):
    name = detached(sandbox, "--keep")
    type_command(shell, sandbox, "run")
    assert_listens(shell, "word")
    shell.type("5\r")
    assert wait_for_code(shell) == 5
    assert pod.states() == {name: "exited"}
    assert pod.command("down").code == 0


def test_a_detached_one_stays_until_it_is_waited_for(sandbox, pod):
    name = detached(sandbox, "--session", "docs")
    pod.engine.kill(name)
    wait_for("its end", lambda: pod.states() == {name: "exited"})
    result = sandbox.run("--detach", "--session", "docs", "--", ". ./script")
    assert result.code == 125 and b"`ccpod wait --session docs`" in result.err
    assert pod.command("wait", "--session", "docs").code == 137
    assert pod.states() == {}


JOINS = ["GET /containers/json", "GET /containers/*/json", "POST /containers/*/attach", "POST /containers/*/wait"]


@pytest.mark.parametrize("command, kind", [("run", "POST /containers/*/attach"), *(("attach", kind) for kind in JOINS)])
def test_a_session_that_cannot_be_joined_goes_on(pod, sandbox, proxy, command, kind):
    detached(sandbox)
    states = pod.states()
    proxy.on(kind, faults.refuse, nth=1)
    with Shell(sandbox, columns=140) as shell:
        before = shell.command("stty -a")
        type_command(shell, sandbox, command)
        assert wait_for_code(shell) == 125
        assert pod.states() == states
        assert_as_before(shell, before)
        type_command(shell, sandbox, command)
        assert_listens(shell, "word")
        shell.type("3\r")
        assert wait_for_code(shell) == 3


def test_a_prompt_has_no_session(sandbox):
    """Its container could not be found again under that name."""
    result = sandbox.run("--session", "tests", "true")
    assert result.code == 2 and b"--session" in result.err
