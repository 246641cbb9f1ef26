"""Exit codes: the container's own, and those of ccpod, which say whose fault it was."""

from concurrent.futures import ThreadPoolExecutor

from sandbox import FAKE

SOME_CODES = [0, 1, 2, 3, 63, 64, 100, 124, 125, 126, 127, 128, 129, 130, 137, 143, 254, 255]
# All that end a process; not QUIT, which the shell that plays Claude ignores.
SIGNALS = {
    "HUP": 1, "INT": 2, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9,
    "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "XCPU": 24,
    "XFSZ": 25, "VTALRM": 26, "PROF": 27, "IO": 29, "PWR": 30, "SYS": 31, "RTMIN": 34, "RTMAX": 64,
}  # fmt: skip


def of_each(check, values):
    """Four at once: what a run takes is mostly waiting."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, values))


def test_a_container_that_ends_at_once(sandbox, memory_is_real):
    """Neither the line nor the code may be lost, however short it lives. All codes where no
    sanitizer slows the program down, some where one does."""

    def check(code):
        result = sandbox.run(f"echo line {code}; exit {code}")
        assert (result.code, result.out, result.err) == (code, b"line %d\n" % code, b"")

    of_each(check, range(256) if memory_is_real else SOME_CODES)


def test_every_signal_that_ends_claude(sandbox):
    def check(name):
        result = sandbox.run(f"ulimit -c 0; echo before; kill -{SIGNALS[name]} $$; sleep 10")
        assert (result.code, result.out) == (128 + SIGNALS[name], b"before\n"), name

    of_each(check, SIGNALS)


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


def test_claude_is_not_executable(sandbox, engine):
    request = {"Image": FAKE, "Cmd": ["chmod", "-x", "/usr/local/bin/claude"], "User": "0:0"}
    container = engine.do("POST", "/containers/create", request)["Id"]
    engine.do("POST", f"/containers/{container}/start")
    engine.do("POST", f"/containers/{container}/wait")
    image = engine.do("POST", "/commit", {"Cmd": ["sh"]}, container=container)["Id"]
    sandbox.write_profile(image={"use": image})
    try:
        result = sandbox.run("hello")
    finally:
        engine.remove(container)
        engine.do("DELETE", f"/images/{image}")
    assert (result.code, result.out) == (126, b"")
    assert b"claude" in result.err


def test_out_of_memory_is_said(sandbox):
    sandbox.write_profile(resources={"memory": "64m"})
    result = sandbox.run('x=x; while :; do x="$x$x"; done')
    assert result.code == 137
    assert b"memory" in result.err
