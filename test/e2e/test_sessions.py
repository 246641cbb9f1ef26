"""`ccpod wait`, `stop` and `restart`: containers that nobody looks at."""

import asyncio
import signal
import threading

import pytest

from proxy import act, plain, refuse
from guest import starts
from pods import FOREVER, STUBBORN, pod_of
from sandbox import wait_for


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


def detached(pod, sandbox, script, *args):
    """A run whose supervisor has gone."""
    result = sandbox.run("--detach", *args, script)
    assert result.code == 0, result.err
    return sandbox.wait_for_container()


UNTIL_GO = "until test -e /tmp/go; do sleep 0.05; done; "


def test_wait_gives_the_code(pod, sandbox):
    container = detached(pod, sandbox, UNTIL_GO + "exit 7")
    with pod.start_command("-vv", "wait") as process:
        process.wait_for_output(b"main-end: see it start -> wait for it", "err")
        sandbox.exec(container, "touch /tmp/go")
        assert process.result().code == 7
    assert pod.states() == {}


def test_wait_for_one_that_has_ended(pod, sandbox):
    container = detached(pod, sandbox, UNTIL_GO + "exit 3")
    sandbox.exec(container, "touch /tmp/go")
    wait_for("its end", lambda: not pod.engine.inspect(container)["State"]["Running"])
    result = pod.command("wait")
    assert (result.code, result.out, result.err) == (3, b"", b"")
    assert pod.states() == {}


def test_wait_gives_the_code_of_one_that_cannot_be_removed(pod, sandbox, proxy):
    container = detached(pod, sandbox, "exit 3")
    wait_for("its end", lambda: not pod.engine.inspect(container)["State"]["Running"])
    proxy.on("DELETE /containers/*", act(refuse, message="it is stuck"), nth=1)
    result = pod.command("wait")
    assert (result.code, result.out, len(result.lines)) == (3, b"", 1) and b"it is stuck" in result.err
    assert pod.command("wait").code == 3
    assert pod.states() == {}


def test_wait_leaves_a_run_to_its_supervisor(pod, sandbox):
    with sandbox.start("echo up; trap 'exit 5' TERM; while :; do sleep 1 & wait $!; done") as run:
        run.wait_for_output(b"up\n")
        with pod.start_command("-vv", "wait") as process:
            process.wait_for_output(b"main-end: see it start -> wait for it", "err")
            run.send_signal(signal.SIGTERM)
            assert process.result().code == 5
        assert run.result().code == 5


def test_a_detached_run_that_is_never_set_up(pod, sandbox, proxy):
    """Killed before it has its secrets, for instance, because it may use too little memory."""
    proxy.on("POST /containers/*/start", starts(sandbox, "echo gone early; exit 9"))
    result = sandbox.run("--detach", "true")
    assert (result.code, result.out) == (125, b""), result.err
    assert b"ended with code 9 before it was set up" in result.err
    assert b"gone early" in pod.command("logs").out
    assert pod.command("wait").code == 9
    assert pod.states() == {}


def test_wait_for_one_that_is_yet_to_start(pod, sandbox, proxy):
    """For the engine it has ended, with 0."""
    go = threading.Event()

    async def hold(x):
        while not go.is_set():
            await asyncio.sleep(0.02)
        await plain(x)

    proxy.on("POST /containers/*/start", hold)
    with sandbox.start("--detach", UNTIL_GO + "exit 7") as run:
        container = sandbox.wait_for_container("created")
        with pod.start_command("-vv", "wait") as process:
            process.wait_for_output(f"/containers/{container}/".encode(), "err")
            go.set()
            assert run.result().code == 0
            sandbox.exec(container, "touch /tmp/go")
            assert process.result().code == 7
    assert pod.states() == {}


def test_wait_for_one_that_has_never_run(pod, sandbox, proxy):
    async def kill(x):
        x.signal_client(signal.SIGKILL)

    proxy.on("POST /containers/*/start", kill)
    assert sandbox.run("true").code == -signal.SIGKILL
    for _ in range(2):
        result = pod.command("wait")
        assert (result.code, result.out) == (125, b"")
        assert b"has never run" in result.err and b"ccpod down" in result.err
    assert pod.command("down").code == 0
    assert pod.states() == {}


@pytest.mark.parametrize("command", ["wait", "stop"])
def test_there_is_none(pod, command):
    pod.sidecar("db")
    result = pod.command(command)
    assert (result.code, result.out) == (125, b"") and b"no session" in result.err
    result = pod.command(command, "--session", "tests")
    assert result.code == 125 and b"tests" in result.err
    assert list(pod.states()) == [pod.name("db")]


def test_stop_ends_a_detached_run(pod, sandbox):
    detached(pod, sandbox, "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done")
    pod.sidecar("db")
    result = pod.command("stop")
    assert (result.code, result.out, result.err) == (0, b"", b"")
    assert list(pod.states()) == [pod.name("db")]


def test_stop_of_one_of_two(pod, sandbox):
    script = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"
    detached(pod, sandbox, script)
    (first,) = pod.states()
    detached(pod, sandbox, script)
    assert pod.command("stop", "--session", first[-8:]).code == 0
    (second,) = pod.states()
    assert second != first
    assert pod.command("stop").code == 0
    assert pod.states() == {}


def test_restart(pod):
    container = pod.sidecar("db")
    before = pod.engine.inspect(container)["State"]["StartedAt"]
    result = pod.command("restart", "db")
    assert (result.code, result.out, result.err) == (0, b"", b"")
    state = pod.engine.inspect(container)["State"]
    assert state["Running"] and state["StartedAt"] != before


def test_restart_of_one_that_has_ended(pod):
    container = pod.sidecar("db", "if test -e /again; then " + FOREVER + "; fi; touch /again")
    wait_for("its end", lambda: not pod.engine.inspect(container)["State"]["Running"])
    assert pod.command("restart", "db").code == 0
    assert pod.engine.inspect(container)["State"]["Running"]


def test_restart_kills_after_its_time(pod):
    container = pod.sidecar("db", STUBBORN)
    with pod.start_command("-vv", "restart", "--timeout", "0", "db") as process:
        process.wait_for_output(f"/containers/{container}/restart?t=0 ".encode(), "err")
        assert process.result().code == 0
    assert pod.engine.inspect(container)["State"]["Running"]


def test_restart_of_what_is_not_there(pod):
    pod.sidecar("db")
    result = pod.command("restart", "cache")
    assert result.code == 125 and b"cache" in result.err and b"db" in result.err
