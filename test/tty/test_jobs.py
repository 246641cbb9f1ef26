"""Job control: stopped and continued, from the terminal's side and from outside."""

import fcntl
import os
import re
import signal
import struct
import termios

import pytest

from conftest import Session
from test_restore import MODES, ON

STOPS = [
    (signal.SIGTSTP, "guardian"),
    (signal.SIGTSTP, "supervisor"),
    (signal.SIGTSTP, "group"),
    (signal.SIGSTOP, "supervisor"),
]


def send(session, whom, sig):
    if whom == "group":
        os.killpg(session.guardian, sig)
    else:
        os.kill(getattr(session, whom), sig)


def wait_for_stop(session):
    terminal = session.terminal
    terminal.wait_for_prompt()
    session.wait_for_state(session.supervisor, "T")
    session.wait_for_state(session.guardian, "T")
    assert terminal.modes_left_on() == set()
    mark = f"listed {len(terminal.bytes)}"
    terminal.type(f"clear; jobs -l; echo {mark}\r".encode())
    terminal.wait_until("the jobs", lambda: mark in terminal.text())
    assert [line for line in terminal.text() if re.match(rf"\[1\]\+ +{session.guardian} Stopped", line)]
    terminal.wait_for_prompt()


def go_on(session, raw):
    terminal = session.terminal
    terminal.type(b"fg\r")
    session.said("raw")
    terminal.wait_until("the modes", lambda: terminal.modes_left_on() >= ON - {"region", 6, "sgr", "graphics", 2026})
    assert terminal.attributes() == raw


@pytest.mark.parametrize("sig, whom", STOPS)
def test_stop_and_go_on(start, sig, whom):
    session = start(MODES, suffix="")
    raw = session.terminal.attributes()
    send(session, whom, sig)
    wait_for_stop(session)
    go_on(session, raw)
    send(session, whom, sig)
    wait_for_stop(session)
    go_on(session, raw)
    session.terminal.type(b"q")
    session.terminal.wait_for_prompt()
    assert session.terminal.modes_left_on() == set()


def test_stopped_in_the_background(start):
    """bg brings it no further than to its next wish for the terminal."""
    session = start(MODES, suffix="")
    raw = session.terminal.attributes()
    send(session, "group", signal.SIGTSTP)
    wait_for_stop(session)
    session.terminal.type(b"bg\r")
    session.said("signal 18")
    wait_for_stop(session)
    go_on(session, raw)
    session.terminal.type(b"q")
    session.terminal.wait_for_prompt()


def test_started_in_the_background(shell, log):
    """A session is not for the background; fg gives it the terminal."""
    session = Session(shell, log)
    shell.type(b"$P $L $S &\r")
    pids = session.said(r"started (\d+) (\d+)")
    session.guardian, session.supervisor = int(pids[1]), int(pids[2])
    wait_for_stop(session)
    assert "raw" not in log.lines
    shell.type(b"fg\r")
    session.said("raw")
    shell.type(b"q")
    shell.wait_for_prompt()


def test_stopped_and_continued_at_once(alone):
    """Nobody but who stopped it is there to continue it, and that may come at any moment."""
    session = alone("\033[?1049h\033[?25l")
    raw = session.terminal.attributes()
    for _ in range(20):
        os.kill(session.supervisor, signal.SIGSTOP)
        os.kill(session.supervisor, signal.SIGCONT)
    session.terminal.type(b"1")
    session.said("typed 31")
    session.wait_for_state(session.guardian, "S")
    session.terminal.wait_until("raw mode", lambda: session.terminal.attributes() == raw)
    session.terminal.type(b"q")
    assert session.terminal.end() == 0


@pytest.mark.parametrize("whom", ["guardian", "supervisor"])
def test_continued_alone(alone, whom):
    """One of the two is told to go on: both do."""
    session = alone(MODES)
    raw = session.terminal.attributes()
    os.kill(session.supervisor, signal.SIGSTOP)
    session.wait_for_state(session.guardian, "T")
    assert session.terminal.attributes() == session.terminal.found
    send(session, whom, signal.SIGCONT)
    session.said("raw")
    session.wait_for_state(session.guardian, "S")
    assert session.terminal.attributes() == raw
    session.terminal.type(b"q")
    assert session.terminal.end() == 0


def test_killed_while_stopped(start):
    session = start(MODES, suffix="")
    send(session, "supervisor", signal.SIGSTOP)
    wait_for_stop(session)
    os.kill(session.supervisor, signal.SIGKILL)
    session.terminal.type(b"fg\r")
    session.wait_for_state(session.guardian, ["gone"])
    session.terminal.wait_for_prompt()
    assert session.terminal.modes_left_on() == set()


def wait_until_passed_on(session):
    """What the guardian got before this, with a lower number, has reached the supervisor, too."""
    send(session, "guardian", signal.SIGWINCH)
    session.said("signal 28")


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGUSR1])
@pytest.mark.parametrize("whom", [("guardian", "supervisor"), ("supervisor", "guardian"), ("group",)])
def test_one_signal_counts_once(start, whom, sig):
    """pkill and `kill %1` reach both processes, kill PID one of them."""
    session = start()
    for one in whom:
        send(session, one, sig)
    session.said(f"signal {int(sig)}")
    wait_until_passed_on(session)
    assert session.log.lines.count(f"signal {int(sig)}") == 1


@pytest.mark.parametrize("whom", ["guardian", "supervisor"])
def test_two_signals_count_twice(start, whom):
    session = start()
    for _ in range(2):
        send(session, whom, signal.SIGTERM)
        session.said("signal 15")


def test_a_resize_is_not_passed_on(start):
    """The terminal tells the whole group."""
    session = start()
    fcntl.ioctl(session.terminal.master, termios.TIOCSWINSZ, struct.pack("4H", 40, 100, 0, 0))
    session.said("signal 28")
    send(session, "supervisor", signal.SIGUSR1)
    session.said("signal 10")
    assert session.log.lines.count("signal 28") == 1
    assert "copy 28" not in session.log.lines
