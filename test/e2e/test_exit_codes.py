"""Exit codes: the container's own, and those of ccpod, which say whose fault it was."""

import pytest

CODES = [0, 1, 2, 3, 63, 64, 100, 124, 125, 126, 127, 128, 129, 130, 137, 143, 254, 255]
SIGNALS = {"HUP": 1, "INT": 2, "ABRT": 6, "KILL": 9, "SEGV": 11, "TERM": 15, "USR1": 10}


@pytest.mark.parametrize("code", CODES)
def test_the_containers_own(sandbox, code):
    result = sandbox.run(f"echo code {code}; exit {code}")
    assert (result.code, result.out, result.err) == (code, b"code %d\n" % code, b"")


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_that_ended_claude(sandbox, name):
    result = sandbox.run(f"echo before; kill -{name} $$; sleep 60")
    assert (result.code, result.out) == (128 + SIGNALS[name], b"before\n")


def test_a_signal_that_ended_the_container(sandbox):
    with sandbox.start("echo up; sleep 600 & wait") as process:
        process.wait_for_output(b"up\n")
        sandbox.engine.kill(sandbox.wait_for_container())
        result = process.result()
    assert (result.code, result.out) == (137, b"up\n")


def test_claude_is_not_in_the_image(sandbox):
    sandbox.write_profile(image={"use": "ccpod-test-busybox:1"})
    result = sandbox.run("hello")
    assert (result.code, result.out) == (127, b"")
    assert b"claude" in result.err


@pytest.mark.parametrize("nth", range(10))
def test_a_container_that_ends_at_once(sandbox, nth):
    """Ten times ten: neither the line nor the code may be lost, however short it lives."""
    for i in range(10):
        code = (nth * 10 + i) % 256
        result = sandbox.run(f"echo line {i}; exit {code}")
        assert (result.code, result.out, result.err) == (code, b"line %d\n" % i, b"")


def test_out_of_memory_is_said(sandbox):
    sandbox.write_profile(resources={"memory": "64m"})
    result = sandbox.run('x=x; while :; do x="$x$x"; done')
    assert result.code == 137
    assert b"memory" in result.err
