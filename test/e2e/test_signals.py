"""Signals to a headless run: passed on, with a grace, and nothing stays behind."""

import os
import signal

import pytest

import proxy as faults
from sandbox import wait_for

WAITS = "trap 'echo got {name}; exit {code}' {name}; echo up; sleep 600 & wait"
IGNORES = "trap 'echo ignored' {name}; echo up; while :; do sleep 600 & wait; done"


def start(sandbox, script, **options):
    process = sandbox.start(script, **options)
    process.wait_for_output(b"up\n")
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_is_passed_on(sandbox, number):
    """Claude's own way of ending counts, and its code."""
    name = number.name[3:]
    with start(sandbox, WAITS.format(name=name, code=40 + number)) as process:
        process.send_signal(number)
        result = process.result()
    assert (result.code, result.out) == (40 + number, b"up\ngot %s\n" % name.encode())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_what_does_not_listen_for_it(sandbox, number):
    with start(sandbox, "echo up; sleep 600; echo not reached") as process:
        process.send_signal(number)
        result = process.result()
    assert (result.code, result.out) == (128 + number, b"up\n")


def test_a_terminal_that_goes_ends_it_like_sigterm(sandbox):
    with start(sandbox, WAITS.format(name="TERM", code=8)) as process:
        process.send_signal(signal.SIGHUP)
        result = process.result()
    assert (result.code, result.out) == (8, b"up\ngot TERM\n")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_one_that_was_ignored_stays_ignored(sandbox, number):
    """By nohup, or by a shell that has started it in the background: it would be the first of two."""
    script = "trap 'sleep 0.5; echo got TERM; exit 8' TERM; echo up; sleep 600 & wait"
    ignores = ["sh", "-c", f"trap '' {number.name[3:]}; exec \"$@\"", "sh"]
    with start(sandbox, script, wrap=ignores) as process:
        process.send_signal(number)
        process.send_signal(signal.SIGTERM)
        result = process.result()
    assert (result.code, result.out) == (8, b"up\ngot TERM\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_one_kills(sandbox, number):
    with start(sandbox, IGNORES.format(name=number.name[3:])) as process:
        process.send_signal(number)
        process.wait_for_output(b"ignored\n")
        process.send_signal(number)
        result = process.result(30)
    assert (result.code, result.out) == (137, b"up\nignored\n")


def test_after_a_grace_it_is_killed(sandbox):
    with start(sandbox, IGNORES.format(name="TERM")) as process:
        process.send_signal(signal.SIGTERM)
        result = process.result(60)
    assert (result.code, result.out) == (137, b"up\nignored\n")


def test_three_times_interrupt(sandbox):
    with start(sandbox, IGNORES.format(name="INT")) as process:
        for _ in range(3):
            process.send_signal(signal.SIGINT)
        assert process.result(30).code in (130, 137)


def test_output_after_the_signal_is_not_lost(sandbox):
    script = "trap 'seq 200000; exit 9' TERM; echo up; sleep 600 & wait"
    with start(sandbox, script) as process:
        process.send_signal(signal.SIGTERM)
        result = process.result()
    assert result.code == 9
    assert result.out.splitlines()[1:] == [b"%d" % i for i in range(1, 200_001)]


def test_a_reader_that_never_reads_does_not_keep_it(sandbox):
    """Told to end, it does, and says what nobody took."""
    with sandbox.start("seq 2000000; echo up >&2; sleep 600 & wait", read=False) as process:
        process.wait_for_output(b"up\n", "err")
        process.send_signal(signal.SIGTERM)
        result = process.result(60)
    assert result.code == 143
    assert b"bytes of output were not read" in result.err


def test_the_whole_group_is_signalled(sandbox):
    """Ctrl-C in a shell reaches every process of the pipeline, ccpod among them."""
    with start(sandbox, WAITS.format(name="INT", code=7)) as process:
        os.killpg(process.pid, signal.SIGINT)
        result = process.result()
    assert (result.code, result.out) == (7, b"up\ngot INT\n")


def test_the_third_signal_does_not_wait_for_a_look_that_hangs(sandbox, proxy):
    """The answer to the create is lost, and the engine does not say whether there is one."""
    proxy.on("POST /containers/create", faults.lose_answer)
    proxy.on("GET /containers/*/json", faults.silence)
    with sandbox.start("true") as process:
        wait_for("the look", lambda: proxy.find("GET /containers/*/json"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            process.send_signal(number)
        result = process.result(20)
    assert result.code == 130
    sandbox.forget(sandbox.wait_for_container("created"))
