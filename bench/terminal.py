"""Rows of interactive runs: from a keystroke to its echo, and how fast a screen fills."""

import contextlib
import os
import time

from docker_cli import docker_contestant, run_argv
from engine import Container
from relay import Relay, build
from subject import Terminal, peak_memory
from table import MIB, MS, US, Row, in_turns, row_over, row_share, row_size

WARM_UP = 20
ECHO = "stty raw -echo; echo READY; exec cat"
# Waits for a byte before, so that the clock starts with the output, and after it.
SCREEN = "stty raw -echo; echo READY; head -c 1 >/dev/null; cat screen; head -c 1 >/dev/null"


def docker_terminal(setup, docker, script):
    return Terminal(run_argv(docker, setup.engine, setup.terminal_spec(script)), os.environ, "/")


def relay(setup, script):
    program = build(setup.subject.dir)
    return Relay(program, setup.engine, setup.terminal_spec(script))


def beside_relay(measured):
    """The same figures with the relay as the floor: what is left is ccpod's own."""
    return {"floor": measured["relay"], "ccpod": measured["ccpod"]}


def await_ready(talker):
    seen = b""
    while b"READY" not in seen or not seen.endswith(b"\n"):
        seen += talker.read()


def press(talker):
    """Seconds from a key to its echo. A key comes alone, not on the heels of another."""
    time.sleep(1 * MS)
    began = time.perf_counter()
    talker.write(b"x")
    talker.read()
    return time.perf_counter() - began


def percentile(values, share):
    return sorted(values)[int(len(values) * share)]


def row_p99(measured):
    p99 = {who: percentile(times, 0.99) / US for who, times in measured.items()}
    over = {who: value - p99["floor"] for who, value in p99.items()}
    return Row(
        "keystroke to echo, p99",
        f"{p99['floor']:.0f} us",
        f"{p99['ccpod']:.0f} us",
        f"{over['ccpod']:+.0f}",
        "+150 us",
        over["ccpod"] <= 150,
        f"{over['docker']:+.0f}" if "docker" in over else "",
    )


def keystrokes(setup):
    with contextlib.ExitStack() as stack:
        talkers = {
            "floor": Container(setup.engine, setup.terminal_spec(ECHO)),
            "relay": relay(setup, ECHO),
            "ccpod": setup.subject.terminal(ECHO),
        }
        if setup.docker:
            talkers["docker"] = docker_terminal(setup, setup.docker, ECHO)
        for talker in talkers.values():
            stack.enter_context(talker)
        for talker in talkers.values():
            await_ready(talker)
        contestants = {who: lambda talker=talker: press(talker) for who, talker in talkers.items()}
        in_turns(contestants, WARM_UP)
        measured = in_turns(contestants, setup.keys)
        yield row_over("keystroke to echo, p50", measured, ("us", US), 40 * US)
        yield row_over("  over the least program between", beside_relay(measured), ("us", US),
                       40 * US)
        yield row_p99(measured)
        yield row_size("peak memory, terminal attached", peak_memory(talkers["ccpod"].pid),
                       peak_memory(talkers["docker"].pid) if setup.docker else 0,
                       ("MiB", MIB), 8 * MIB)


def write_screen(path, size):
    """Coloured text, as programs write it to a terminal. Returns its size."""
    line = "".join(f"\x1b[{30 + i % 8}mword{i:02}\x1b[0m " for i in range(12)) + "\r\n"
    path.write_text(line * (size // len(line)), encoding="ascii", newline="")
    return path.stat().st_size


def screens(setup):
    size = write_screen(setup.subject.project / "screen", setup.megabytes * MIB // 4)

    def speed(talker):
        with talker:
            await_ready(talker)
            talker.write(b"x")
            got, began = len(talker.read()), time.perf_counter()
            while got < size:
                got += len(talker.read())
            took = time.perf_counter() - began
            talker.write(b"x")
        return got / took

    contestants = {
        "floor": lambda: speed(Container(setup.engine, setup.terminal_spec(SCREEN))),
        "relay": lambda: speed(relay(setup, SCREEN)),
        "ccpod": lambda: speed(setup.subject.terminal(SCREEN)),
        **docker_contestant(setup, lambda docker: speed(docker_terminal(setup, docker, SCREEN))),
    }
    measured = in_turns(contestants, setup.rounds)
    yield row_share("terminal output", measured, 0.95)
    yield row_share("  of the least program between", beside_relay(measured), 0.95)
