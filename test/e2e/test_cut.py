"""The stream of a container's output breaks off before the container ends: no byte is missing,
none comes twice, and what cannot be had is said."""

import hashlib

import pytest

from pods import pod_of
from proxy import act, cut_body, delay_body, refuse, replace, stall_body
from sandbox import wait_for
from session import start, wait_for_code
from terminal import Shell

ATTACH = "POST /containers/*/attach"
LOGS = "GET /containers/*/logs"
EXEC = "POST /exec/*/start"
FRAME = 8  # bytes before each piece of output
SCRIPT = "echo one; sleep 0.6; echo two; echo err >&2; printf three; exit 3"


def whole(result, out, err=b"", code=3):
    assert (result.code, result.out, result.err) == (code, out, err)


@pytest.mark.parametrize("after", [3, FRAME + 2, FRAME + 4], ids=["header", "line", "between"])
def test_cut_soon_after_the_start(sandbox, proxy, after):
    """And the container ends soon after that: the stream's end looks like any other."""
    proxy.on(ATTACH, act(cut_body, after=after))
    whole(sandbox.run(SCRIPT), b"one\ntwo\nthree", b"err\n")
    assert proxy.find(LOGS)


def test_cut_and_the_container_goes_on(sandbox, proxy):
    """The log is followed while it runs; when that breaks off as well, it is read anew."""
    proxy.on(ATTACH, act(cut_body, after=FRAME + 4))
    proxy.on(LOGS, act(cut_body, after=40), nth=1)
    script = "echo one; until [ -e go ]; do sleep 0.1; done; seq 2 9; exit 3"
    with sandbox.start(script) as process:
        process.wait_for_output(b"one\n")
        wait_for("the log to be read", lambda: proxy.find(LOGS))
        (sandbox.project / "go").touch()
        whole(process.result(), b"one\n" + b"".join(b"%d\n" % i for i in range(2, 10)))


def test_much_output_and_every_byte_value(sandbox, proxy):
    """Cut in the middle of it; without an end of line at the end."""
    data = bytes(range(256)) * 12_000
    (sandbox.project / "data").write_bytes(data)
    proxy.on(ATTACH, act(cut_body, after=1_000_000))
    result = sandbox.run("cat data; exit 3")
    assert (result.code, result.err) == (3, b"")
    assert hashlib.sha256(result.out).digest() == hashlib.sha256(data).digest()


def test_a_stream_that_stays_silent(sandbox, proxy):
    """It never ends, and gives no more: after a while the log is asked."""
    proxy.on(ATTACH, act(stall_body, after=FRAME + 4))
    whole(sandbox.run(SCRIPT), b"one\ntwo\nthree", b"err\n")


@pytest.mark.parametrize("last", ["two\n", "two"])
def test_a_code_that_comes_late(sandbox, proxy, last):
    """That looks like a cut, and is none: nothing is given twice."""
    proxy.on("POST /containers/*/wait", act(delay_body, seconds=1))
    script = f"printf 'one\n{last}'; printf err >&2; exit 3"
    whole(sandbox.run(script), b"one\n" + last.encode(), b"err")
    assert proxy.find(LOGS)


@pytest.mark.parametrize("log", ["unreadable", "another"])
def test_what_cannot_be_had_is_said(sandbox, proxy, log):
    proxy.on(ATTACH, act(cut_body, after=FRAME + 2))
    proxy.on(LOGS, refuse if log == "unreadable" else act(replace, old=b"one", new=b"eno"))
    result = sandbox.run(SCRIPT)
    assert (result.code, result.out) == (125, b"on")
    assert b"output is missing" in result.err


def test_a_terminal_that_saw_only_a_part(sandbox, proxy):
    """There is no log to take it from: that is said, and the code is the container's."""
    proxy.on(ATTACH, act(cut_body, after=300))
    with Shell(sandbox) as shell:
        start(shell, sandbox, "seq 200; sleep 4; exit 3")
        assert wait_for_code(shell) == 3
        assert "is missing" in shell.text


# --- of a command in a running container, which is logged nowhere ---


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        made.sidecar("db")
        yield made


@pytest.mark.parametrize(
    "script, after, out",
    [
        ("seq 1 100; exit 0", FRAME + 4, b"1\n2\n"),
        ("seq 1 100; exit 0", 3, b""),
        ("echo one; sleep 600", FRAME + 4, b"one\n"),
        ("echo one; sleep 1; echo two; exit 0", FRAME + 4, b"one\n"),
    ],
    ids=["line", "header", "runs on", "says more"],
)
def test_a_command(pod, proxy, script, after, out):
    proxy.on(EXEC, act(cut_body, after=after))
    result = pod.command("exec", "db", "--", "sh", "-c", script)
    assert (result.code, result.out) == (125, out)
    assert b"output is missing" in result.err
    assert (b"the command goes on" in result.err) == ("600" in script)


def test_a_command_that_leaves_its_input(pod):
    """The connection breaks there as well, and nothing is missing."""
    result = pod.command("exec", "db", "--", "sh", "-c", "echo one; exit 3", stdin=bytes(3_000_000))
    whole(result, b"one\n")
