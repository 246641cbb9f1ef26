"""The calls to the engine, seen by a proxy: their order, and what must be waited for."""

import hashlib
import os
import re
import signal
from pathlib import Path

import pytest

from proxy import act, coalesce, delay_answer, delay_request, replace, split

# One after the other; what is asked side by side before them may come in any order.
ORDER = [
    "POST /containers/create",
    "POST /containers/*/attach",
    "POST /containers/*/wait",
    "POST /containers/*/start",
    "DELETE /containers/*",
]


def one(proxy, kind):
    (call,) = proxy.find(kind)
    return call


def test_the_order(sandbox, proxy):
    """Attached before the start: no first byte is lost. Waited for before it: no exit code is."""
    assert sandbox.run("echo x").out == b"x\n"
    kinds = proxy.kinds()
    assert kinds[0] == "HEAD /_ping"
    assert [kind for kind in kinds if kind in ORDER] == ORDER
    create, attach, wait, start, remove = (one(proxy, kind) for kind in ORDER)
    assert create.answered < attach.came
    assert attach.answered < wait.came
    assert wait.answered < start.came
    assert start.answered < remove.came
    assert wait.path.endswith("condition=next-exit")


def test_the_version_is_negotiated_first(sandbox, proxy):
    assert sandbox.run("true").code == 0
    ping, *others = proxy.calls
    assert (ping.kind, ping.version) == ("HEAD /_ping", None)
    assert {call.version for call in others} == {"1.41"}
    assert others[0].came > ping.answered


def test_the_engines_own_removal_is_not_used(sandbox, proxy):
    """It loses exit codes and credentials."""
    assert sandbox.run("true").code == 0
    assert b'"AutoRemove":true' not in one(proxy, "POST /containers/create").request.replace(b" ", b"")


def test_no_input_before_the_stream_is_there(sandbox, proxy):
    """Bytes that come with the request are lost on some engines."""
    data = b"x" * 100_000
    assert sandbox.run("cat", stdin=data).out == data
    attach = one(proxy, "POST /containers/*/attach")
    assert attach.input_came > attach.answered


def test_what_the_engine_is_asked_once(sandbox, proxy):
    """What it can do is kept at home, by the engine's id."""
    for _ in range(2):
        assert sandbox.run("true").code == 0
    assert len(proxy.find("GET /info")) == 1
    for file in (sandbox.ccpod_home / "engines").iterdir():
        os.utime(file, (0, 0))  # known for long
    for _ in range(2):
        assert sandbox.run("true").code == 0
    assert len(proxy.find("GET /info")) == 2


def test_what_the_engine_is_asked_once_per_start(sandbox, proxy):
    """Where somebody else has made its socket, as systemd does, only its pid file is new."""
    for start in (1, 2):
        written = Path(proxy.directory) / "written"
        written.write_text("1234")
        written.rename(written.with_name("docker.pid"))
        for _ in range(2):
            assert sandbox.run("true").code == 0
        assert len(proxy.find("GET /info")) == start


def test_no_answer_is_asked_for_in_gzip(sandbox, proxy):
    assert sandbox.run("true").code == 0
    for call in proxy.calls:
        assert b"accept-encoding" not in call.request.lower()
        assert re.search(rb"\r\nhost: \S", call.request, re.I)


# --- answers that come in another way ---


@pytest.mark.parametrize("size", [1, 3, 7])
def test_answers_in_pieces(sandbox, proxy, size):
    proxy.on("* *", act(split, size=size))
    result = sandbox.run("seq 100; echo err >&2; exit 3", stdin=b"data")
    assert (result.code, result.err) == (3, b"err\n")
    assert result.out == b"".join(b"%d\n" % i for i in range(1, 101))


@pytest.mark.parametrize(
    "pieces", [f"{first} {second}" for first in (1, 2, 7, 8, 9, 15) for second in (1, 100)]
)
def test_frames_in_pieces(sandbox, proxy, pieces):
    """Many small frames, each cut at another place."""
    sizes = [int(word) for word in pieces.split()]
    proxy.on("POST /containers/*/attach", act(split, size=sum(sizes)))
    script = "for i in $(seq 50); do printf 'out %d|' $i; printf 'err %d|' $i >&2; done"
    result = sandbox.run(script)
    assert result.out.decode() == "".join(f"out {i}|" for i in range(1, 51))
    assert result.err.decode() == "".join(f"err {i}|" for i in range(1, 51))


def test_the_attach_answer_comes_with_output(sandbox, proxy):
    """In one packet: the start is held back no longer than the header, so the proxy keeps that."""
    proxy.on("POST /containers/*/attach", act(coalesce, seconds=0.5))
    result = sandbox.run("seq 1000")
    assert hashlib.md5(result.out).digest() == hashlib.md5(
        b"".join(b"%d\n" % i for i in range(1, 1001))
    ).digest()


def test_an_engine_that_answers_200_to_an_upgrade(sandbox, proxy):
    proxy.on("POST /containers/*/attach", act(replace, old=b"101 UPGRADED", new=b"200 OK"))
    result = sandbox.run("cat; echo out", stdin=b"in\n")
    assert (result.code, result.out, result.err) == (0, b"in\nout\n", b"")


def test_the_start_waits_for_the_answer_to_the_wait(sandbox, proxy):
    proxy.on("POST /containers/*/wait", act(delay_answer, seconds=1.5))
    assert sandbox.run("exit 9").code == 9
    wait = one(proxy, "POST /containers/*/wait")
    assert one(proxy, "POST /containers/*/start").came > wait.answered > wait.came + 1.4


def test_the_wait_waits_for_the_answer_to_the_attach(sandbox, proxy):
    proxy.on("POST /containers/*/attach", act(delay_answer, seconds=1))
    assert sandbox.run("echo x").out == b"x\n"
    attach = one(proxy, "POST /containers/*/attach")
    assert one(proxy, "POST /containers/*/wait").came > attach.answered


def test_a_signal_before_the_start_is_answered(sandbox, proxy):
    """The container runs already: the signal is its own, and so is the exit code."""
    proxy.on("POST /containers/*/start", act(delay_answer, seconds=2))
    script = "trap 'echo got TERM; exit 9' TERM; echo up; sleep 600 & wait"
    with sandbox.start(script) as process:
        process.wait_for_output(b"up\n")
        process.send_signal(signal.SIGTERM)
        result = process.result()
    assert (result.code, result.out, result.err) == (9, b"up\ngot TERM\n", b"")


@pytest.mark.parametrize(
    "kind",
    [
        "HEAD /_ping",
        "GET /images/*/json",
        "GET /volumes/*",
        "POST /volumes/create",
        "GET /info",
        "POST /containers/create",
        "POST /containers/*/start",
        "DELETE /containers/*",
    ],
)
def test_a_slow_engine_is_waited_for(sandbox, proxy, kind):
    proxy.on(kind, act(delay_request, seconds=1.5))
    result = sandbox.run("echo x; exit 4")
    assert (result.code, result.out, result.err) == (4, b"x\n", b"")
