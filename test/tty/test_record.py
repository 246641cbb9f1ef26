"""Recordings: what the terminal got, playable, and complete up to a crash."""

import fcntl
import json
import os
import signal
import struct
import termios

import pytest

from conftest import Terminal

TEXT = "\033[1;32mgreen\033[m \"quoted\" back\\slash ü€😀\r\n\tsecond line\033[?25l\033[?25h\007\r\n"


@pytest.fixture
def recording(alone, tmp_path):
    path = tmp_path / "cast"
    return alone(TEXT, ["-c", str(path)]), path


def events(path):
    header, *rest = [json.loads(line) for line in path.read_text().splitlines()]
    assert header["version"] == 2
    assert (header["width"], header["height"]) == (80, 24)
    return rest


def output(path):
    return "".join(data for _, kind, data in events(path) if kind == "o")


def test_holds_what_was_shown(recording):
    session, path = recording
    session.terminal.wait_until("all of it", lambda: TEXT.encode() in session.terminal.bytes)
    assert output(path) == TEXT


def test_holds_resizes(recording):
    session, path = recording
    fcntl.ioctl(session.terminal.master, termios.TIOCSWINSZ, struct.pack("4H", 40, 100, 0, 0))
    session.said("signal 28")
    session.terminal.type(b"q")
    assert session.terminal.end() == 0
    assert [data for _, kind, data in events(path) if kind == "r"] == ["100x40"]


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGABRT])
def test_is_complete_after_a_crash(recording, sig):
    session, path = recording
    os.kill(session.supervisor, sig)
    assert session.terminal.end() == 128 + sig
    assert path.read_bytes().endswith(b"\n")
    assert output(path) == TEXT


@pytest.mark.parametrize("command", ["cat", "play"])
def test_plays(recording, env, command):
    session, path = recording
    session.terminal.type(b"q")
    assert session.terminal.end() == 0
    player = Terminal(["asciinema", command, str(path)], {**env, "LC_ALL": "C.UTF-8"})
    try:
        assert player.end() == 0
        player.wait_until("the same screen", lambda: player.text() == session.terminal.text())
    finally:
        player.close()
