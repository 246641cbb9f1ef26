"""`ccpod shell` where no session runs: in a container of its own."""

import hashlib
import os
import signal

import pytest

from pods import pod_of
from sandbox import wait_for
from session import assert_as_before, start, supervisor, type_command, wait_for_code
from terminal import Shell


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


def shell_run(pod, *args, **options):
    return pod.command("--profile", pod.sandbox.profile, "shell", *args, **options)


def test_streams_and_code(pod):
    result = shell_run(pod, "--", "sh", "-c", "cat; echo err >&2; exit 7", stdin=b"in\n")
    assert (result.code, result.out, result.err) == (7, b"in\n", b"err\n")


def test_it_is_claudes_place(pod, sandbox):
    script = 'id -u; pwd; echo "$HOME"; test -n "$ANTHROPIC_API_KEY" && echo key; test "$A" = 1 && echo A'
    result = shell_run(pod, "--env", "A=1", "--", "sh", "-c", script)
    assert (result.code, result.err) == (0, b"")
    uid, where, home, key, variable = result.out.decode().splitlines()
    assert uid == str(sandbox.project.stat().st_uid)
    assert where == "/workspace" and home and (key, variable) == ("key", "A")


def test_root(pod):
    script = 'id -u; echo "$HOME"; touch /made && chown 12345 /made && stat -c %u /made'
    result = shell_run(pod, "--root", "--", "sh", "-c", script)
    assert (result.code, result.out, result.err) == (0, b"0\n/root\n12345\n", b"")


def test_bytes_of_any_size(pod):
    data = os.urandom(3_000_000)
    result = shell_run(pod, "--", "sh", "-c", "tee /tmp/all | sha256sum; cat /tmp/all", stdin=data)
    digest, _, rest = result.out.partition(b"  -\n")
    assert digest.decode() == hashlib.sha256(data).hexdigest() and rest == data


def test_a_script_on_standard_input(pod):
    result = shell_run(pod, stdin=b"echo from stdin; exit 9\n")
    assert (result.code, result.out) == (9, b"from stdin\n")


def test_a_command_that_is_not_there(pod):
    result = shell_run(pod, "--", "nothing-of-that-name")
    assert (result.code, result.out) == (127, b"") and b"nothing-of-that-name" in result.err


def test_a_session_that_does_not_run(pod):
    result = shell_run(pod, "--session", "tests", "--", "true")
    assert result.code == 125 and b"tests" in result.err


def test_signals_reach_the_command(pod):
    script = "trap 'echo got it; exit 9' TERM; echo up; while :; do sleep 0.1; done"
    with pod.start_command("--profile", pod.sandbox.profile, "shell", "--", "sh", "-c", script) as process:
        process.wait_for_output(b"up\n")
        process.send_signal(signal.SIGTERM)
        result = process.result()
    assert (result.code, result.out) == (9, b"up\ngot it\n")


# --- at a terminal ---


@pytest.fixture
def shell(pod, sandbox):
    with Shell(sandbox, rows=31, columns=120) as made:
        yield made


def test_at_a_terminal(sandbox, shell):
    before = shell.command("stty -a")
    type_command(shell, sandbox, "shell")
    shell.type("stty size; echo $((6*7)); test -t 1 && echo tty\r")
    shell.wait_for_line("42")
    shell.type("\x10\x11\x15echo still here\r")  # there is nothing to come back to
    shell.wait_for_line("still here")
    shell.resize(20, 100)
    shell.type("until test \"$(stty size)\" = '20 100'; do sleep 0.05; done; echo new size\r")
    shell.wait_for_line("new size")
    shell.type("exit 8\r")
    assert wait_for_code(shell) == 8
    shell.resize(31, 120)
    assert_as_before(shell, before)


def test_a_session_beside_it_is_a_session(sandbox, shell):
    """`run` does not take the shell's container for the project's session."""
    type_command(shell, sandbox, "shell")
    shell.type("echo $((6*7))\r")
    shell.wait_for_line("42")
    with Shell(sandbox) as other:
        start(other, sandbox, "echo session; exit 4")
        assert wait_for_code(other) == 4
    shell.type("exit 3\r")
    assert wait_for_code(shell) == 3


@pytest.mark.parametrize("how", ["lost terminal", "SIGHUP"])
def test_it_ends_with_its_terminal(sandbox, shell, how):
    type_command(shell, sandbox, "shell")
    shell.type("echo $((6*7))\r")
    shell.wait_for_line("42")
    if how == "SIGHUP":
        os.kill(supervisor(sandbox), signal.SIGHUP)
        assert wait_for_code(shell) == 129
    else:
        shell.child.kill(signal.SIGKILL)  # its terminal goes with it
    wait_for("its end", lambda: not sandbox.engine.containers(workdir=sandbox.project))
    wait_for("the end of ccpod", lambda: not [p for p in sandbox.processes() if "shell" in p])
