"""`ccpod logs`: what services and runs without a terminal have written."""

import re
import time

import pytest

from proxy import act, refuse
from pods import FOREVER, pod_of
from sandbox import wait_for
from terminal import Terminal


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


def ended(pod, container):
    wait_for("its end", lambda: not pod.engine.inspect(container)["State"]["Running"])


def service(pod, name, script):
    container = pod.sidecar(name, script)
    ended(pod, container)
    return container


def logs(pod, *args):
    result = pod.command("logs", *args)
    assert (result.code, result.err) == (0, b"")
    return result.out.decode()


def test_nothing(pod):
    assert logs(pod) == ""


def test_each_line_says_whose_it_is(pod):
    service(pod, "db", "echo one; echo two >&2")
    service(pod, "cache", "printf 'no end'")
    lines = logs(pod).splitlines()
    assert lines[0] == "cache | no end"
    assert sorted(lines[1:]) == ["db    | one", "db    | two"]


def test_named_ones(pod):
    service(pod, "db", "echo one")
    service(pod, "cache", "echo two")
    assert logs(pod, "cache") == "cache | two\n"
    result = pod.command("logs", "queue")
    assert (result.code, result.out) == (125, b"") and b"queue" in result.err


def test_tail(pod):
    service(pod, "db", "seq 1000")
    assert logs(pod, "--tail", "2", "db") == "db | 999\ndb | 1000\n"
    assert logs(pod, "--tail", "0", "db") == ""
    assert len(logs(pod, "db").splitlines()) == 1000


def test_since(pod):
    service(pod, "db", "echo old")
    assert logs(pod, "--since", "1h") == "db | old\n"
    assert logs(pod, "--since", str(int(time.time()) + 3600)) == ""
    result = pod.command("logs", "--since", "yesterday")
    assert result.code == 2 and b"yesterday" in result.err


def test_long_lines_come_in_pieces(pod):
    service(pod, "db", "head -c 150000 /dev/zero | tr '\\0' x; echo; echo end")
    lines = logs(pod).splitlines()
    assert lines[-1] == "db | end"
    assert sum(len(line) - 5 for line in lines[:-1]) == 150000


def test_a_run_that_is_under_way(pod, sandbox):
    with sandbox.start("echo working; sleep 60") as run:
        run.wait_for_output(b"working\n")
        (name,) = pod.states()
        expected = f"claude-{name[-8:]} | working\n"
        assert logs(pod) == logs(pod, "claude") == logs(pod, f"claude-{name[-8:]}") == expected
        run.send_signal(15)
        run.result()


def test_follow_until_all_have_ended(pod):
    wait = "until test -e /go; do sleep 0.05; done; echo second"
    made = [pod.sidecar(name, f"echo first; {wait}") for name in ("a", "b")]
    with pod.start_command("logs", "--follow") as process:
        process.wait_for_output(b"a | first\n")
        process.wait_for_output(b"b | first\n")
        for container in made:
            pod.sandbox.exec(container, "touch /go")
        result = process.result()
    assert (result.code, result.err) == (0, b"")
    assert sorted(result.out.splitlines()) == [b"a | first", b"a | second", b"b | first", b"b | second"]


def test_a_reader_that_goes_away(pod):
    pod.sidecar("db", "while :; do echo more; done")
    with pod.start_command("logs", "--follow", read=False) as process:
        process.stdout.read(100)
        process.stdout.close()
        assert process.result().code == -13
    pod.clear()


def test_one_that_cannot_be_read(pod, proxy):
    """It is an error for who has asked for it, and the others are shown all the same."""
    words = "it is\nstuck \x1b[31m" + "x" * 5000
    for name in ("a", "b"):
        service(pod, name, f"echo of {name}")
    proxy.on("GET /containers/*/logs", act(refuse, message=words), nth=1)
    result = pod.command("logs", "a", "b")
    assert (result.code, result.out) == (125, b"b | of b\n")
    (line,) = result.lines
    assert r"it is\x0astuck \x1b[31mxx" in line and len(line) < 700
    for name, code in ((("a",), 125), ((), 0)):
        proxy.on("GET /containers/*/logs", refuse, nth=1)
        result = pod.command("logs", *name)
        assert (result.code, len(result.lines)) == (code, 1) and b"refused by the test" in result.err
    pod.engine.remove(pod.made.pop())
    proxy.on("GET /containers/*/logs", refuse, nth=1)
    assert pod.command("logs").code == 125


def test_where_nothing_is_kept(pod):
    """Sessions at a terminal are left out; asked for by name, they are explained."""
    pod.sidecar("db", "echo secret; " + FOREVER, HostConfig={"LogConfig": {"Type": "none"}})
    assert logs(pod) == ""
    result = pod.command("logs", "db")
    assert (result.code, result.out) == (0, b"") and b"keeps no log" in result.err


def test_a_terminal_gets_colours_and_nothing_else(pod, sandbox):
    service(pod, "db", r"printf '\033[31mred\033[0m \033[2J\033]0;title\007\n'; echo end")
    with Terminal([sandbox.program, "logs"], sandbox.env, sandbox.project) as terminal:
        terminal.wait_for("db | end")
        assert terminal.end() == 0
    assert r"red \x1b[2J\x1b]0;title\x07" in terminal.text
    assert b"\x1b[31mred" in terminal.bytes
    assert re.search(rb"\x1b\[\d+mdb \|", terminal.bytes)
    assert b"\x1b[2J" not in terminal.bytes and b"\x07" not in terminal.bytes


def test_raw_and_no_color(pod, sandbox):
    service(pod, "db", r"printf '\033[31mred\033[0m \007\n'; echo end")
    with Terminal([sandbox.program, "logs", "--raw"], sandbox.env, sandbox.project) as terminal:
        terminal.wait_for("db | end")
        assert terminal.end() == 0
    assert b"\x1b[31mred\x1b[0m \x07" in terminal.bytes
    with Terminal([sandbox.program, "--no-color", "logs"], sandbox.env, sandbox.project) as terminal:
        terminal.wait_for("db | end")
        assert terminal.end() == 0
    assert b"\x1b" not in terminal.bytes


def test_elsewhere_bytes_are_as_they_are(pod):
    service(pod, "db", r"printf '\033[31mred\033[0m \007\n'")
    assert logs(pod) == "db | \x1b[31mred\x1b[0m \x07\n"
