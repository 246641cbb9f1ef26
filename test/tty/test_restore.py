"""The terminal is as it was on every way out: the line's modes, and all that the program had on."""

import os
import signal

import pytest

from conftest import Session, Terminal

MODES = (
    "\033[?1049h\033[?25l\033[4 q\033[?1000h\033[?1002h\033[?1003h\033[?1006h\033[?2004h\033[?1004h"
    "\033[?2031h\033[?2026h\033[>4;2m\033[>1u\033[>5u\033=\033[?1h\033[?7l\033[4h\033[5;10r\033[?6h"
    "\033[1;31m\033(0"
)
ON = {1049, 25, "shape", 1000, 1002, 1003, 1006, 2004, 1004, 2031, 2026, "modifyOtherKeys", "kitty"}
ON |= {"keypad", 1, 7, "insert", "region", 6, "sgr", "graphics"}

# What ends it, and the exit code that the shell sees.
BY_KEY = [("q", 0), ("3", 3), ("e", 4), ("a", 134), ("s", 139), ("o", 139), ("f", 136), ("i", 132)]
BY_KEY += [("b", 135)]


def check_restored(session, status):
    """The shell's view: modes, the status, and a prompt that echoes what is typed once."""
    terminal = session.terminal
    terminal.wait_until("the status", lambda: f"status {status}" in terminal.text())
    terminal.wait_for_prompt()
    terminal.wait_until("a clean terminal", lambda: not terminal.modes_left_on())
    # A shell with line editing has modes of its own at the prompt; a command sees the others.
    terminal.type(b"clear\r")
    terminal.wait_until("a clear screen", lambda: terminal.at_prompt() and terminal.screen.cursor.y == 0)
    terminal.type(b"stty -a > after; diff before after && echo 'the 'same\r")
    terminal.wait_until("the comparison", lambda: terminal.at_prompt() and terminal.screen.cursor.y > 0)
    shown = [line for line in terminal.text() if line]
    assert shown == ["$ stty -a > after; diff before after && echo 'the 'same", "the same", "$"]


@pytest.fixture
def session(shell, start, tmp_path):
    """Starts a session in a shell whose `stty -a` has been noted."""

    def run(show=MODES, options=""):
        shell.type(f"cd {tmp_path}; stty -a > before; clear\r".encode())
        shell.wait_until("the file", lambda: (tmp_path / "before").exists() and shell.at_prompt())
        made = start(show, options)
        shell.wait_until("all modes", lambda: shell.modes_left_on() >= (ON if show == MODES else set()))
        return made

    return run


@pytest.mark.parametrize("options", ["", "-g"])
@pytest.mark.parametrize("key, status", BY_KEY)
def test_ends_by_itself(session, key, status, options):
    running = session(options=options)
    running.terminal.type(key.encode())
    check_restored(running, status)


def test_only_the_guardian_is_left_to_restore(session):
    running = session()
    running.terminal.type(b"x")  # _exit()
    check_restored(running, 5)


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("whom", ["guardian", "supervisor", "group"])
def test_a_signal_that_is_caught(session, sig, whom):
    running = session()
    if whom == "group":
        os.killpg(running.guardian, sig)
    else:
        os.kill(getattr(running, whom), sig)
    check_restored(running, 128 + sig)


NOT_CAUGHT = [signal.SIGQUIT, signal.SIGALRM, signal.SIGABRT, signal.SIGSEGV, signal.SIGRTMIN + 3]


@pytest.mark.parametrize("sig", NOT_CAUGHT)
@pytest.mark.parametrize("whom", ["guardian", "supervisor"])
def test_a_signal_that_is_not_caught(session, sig, whom):
    running = session()
    os.kill(getattr(running, whom), sig)
    check_restored(running, 128 + sig)


@pytest.mark.parametrize("show", ["", "text", "\033[?25", "\033]0;half a title", "\033[1;31m", "\033[?1003h"])
def test_killed_with_this_on(session, show):
    running = session(show)
    os.kill(running.supervisor, signal.SIGKILL)
    check_restored(running, 137)


def test_killed_again_and_again(session):
    for _ in range(8):
        running = session()
        os.kill(running.supervisor, signal.SIGKILL)
        check_restored(running, 137)


def test_the_guardian_is_killed(session):
    running = session()
    os.kill(running.guardian, signal.SIGKILL)
    running.said("orphan")
    running.said("left")
    running.terminal.wait_until("a clean terminal", lambda: not running.terminal.modes_left_on())
    running.terminal.type(b"\r")  # the prompt again, where the cursor is now
    check_restored(running, 137)


def test_the_shell_is_at_its_prompt_already(session):
    """A supervisor without a guardian that ends late: the program's modes go, the shell's line,
    which it edits with modes of its own, is left alone."""
    running = session()
    running.terminal.type(b"h")  # it does not see that the guardian dies
    running.said("hung")
    os.kill(running.guardian, signal.SIGKILL)
    running.terminal.wait_until("the status", lambda: "status 137" in running.terminal.text())
    running.wait_for_state(running.terminal.process.pid, "S")
    at_prompt = running.terminal.attributes()
    os.kill(running.supervisor, signal.SIGABRT)
    running.terminal.wait_until("a clean terminal", lambda: not running.terminal.modes_left_on())
    running.wait_for_state(running.supervisor, ["gone", "Z"])
    assert running.terminal.attributes() == at_prompt
    running.terminal.type(b"\r")
    check_restored(running, 137)


@pytest.mark.parametrize("shell_program", ["dash", "bash"])
@pytest.mark.parametrize("end, status", [("k", 137), ("x", 5), ("q", 0)])
def test_in_a_script(env, log, shown, shell_program, end, status):
    """Without job control: script and program are one group."""
    shown.write_text(MODES)
    script = "stty -a > before; $P $L $S; echo status $?; stty -a > after; diff before after && echo same"
    terminal = Terminal([shell_program, "-c", f"cd; {script}"], env)
    try:
        session = Session(terminal, log)
        session.wait_until_ready()
        if end == "k":
            os.kill(session.supervisor, signal.SIGKILL)
        else:
            terminal.type(end.encode())
        assert terminal.end() == 0
        terminal.wait_until("the rest", lambda: "same" in terminal.text())
        assert f"status {status}" in terminal.text()
        assert terminal.modes_left_on() == set()
    finally:
        terminal.close()


def test_a_shell_that_restores_nothing(env, log, shown):
    """dash leaves the line as its children do. With the guardian killed, the supervisor is in the
    background, but finds its own modes there, and restores."""
    shown.write_text(MODES)
    terminal = Terminal(["dash", "-i"], env)
    try:
        terminal.wait_for_prompt()
        session = Session(terminal, log)
        terminal.type(b"$P $L $S\r")
        session.wait_until_ready()
        os.kill(session.guardian, signal.SIGKILL)
        session.said("left")
        assert terminal.attributes() == terminal.found
        terminal.wait_until("a clean terminal", lambda: not terminal.modes_left_on())
    finally:
        terminal.close()


def test_nothing_is_asked_when_the_guardian_is_killed(env, log, shown):
    """Whoever comes next reads from the terminal by now."""
    shown.write_text(MODES)
    terminal = Terminal(["dash", "-c", "$P $L $S; read -r line; echo read $line"], env)
    try:
        session = Session(terminal, log)
        session.wait_until_ready()
        os.kill(session.guardian, signal.SIGKILL)
        session.said("left")
        terminal.type(b"typed\r")
        terminal.wait_until("the line", lambda: "read typed" in terminal.text())
        terminal.wait_until("a clean terminal", lambda: not terminal.modes_left_on())
        assert b"\033[c" not in terminal.bytes
    finally:
        terminal.close()


def test_nothing_is_written_where_nothing_is_on(alone):
    session = alone("text\033[31mred\033[m\r\n")
    before = session.terminal.bytes
    session.terminal.type(b"q")
    assert session.terminal.end() == 0
    session.terminal.read(0)
    assert session.terminal.bytes == before
    assert session.terminal.attributes() == session.terminal.found


@pytest.mark.parametrize("answer", ["", "\033[?62;22c"])
@pytest.mark.parametrize("show", ["\033[?1003h", "\033[>2u", "\033[6n", "\033]11;?\007"])
def test_late_answers_are_not_typed(session, show, answer):
    """What is under way while the program dies goes nowhere, whether the terminal then answers
    our own question or does not."""
    running = session(show)
    running.terminal.type(b"h")
    running.said("hung")
    running.terminal.type(b"\033[<35;1;1M\033[11;1R\033]11;rgb:0000/0000/0000\007" + answer.encode())
    os.kill(running.supervisor, signal.SIGKILL)
    check_restored(running, 137)
    assert running.terminal.bytes.count(b"\033[c") == 1


def test_type_ahead_is_kept_where_nothing_may_come(session):
    """What a user types while the program ends is for the shell."""
    running = session("\033[?2004h\033[1m")
    running.terminal.type(b"h")
    running.said("hung")
    running.terminal.type(b"echo typed ''ahead\r")
    os.kill(running.supervisor, signal.SIGKILL)
    running.terminal.wait_until("the command", lambda: "typed ahead" in running.terminal.text())


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGABRT])
def test_a_terminal_that_takes_no_more(alone, sig):
    """Nobody reads the terminal: the line is restored, and the end comes all the same."""
    session = alone(MODES)
    session.terminal.reads = False
    session.terminal.type(b"w")
    session.said("full")
    os.kill(session.supervisor, sig)
    assert session.terminal.end() == 128 + sig
    assert session.terminal.attributes() == session.terminal.found


def test_a_terminal_that_has_gone(alone):
    session = alone(MODES)
    terminal = session.terminal
    os.close(terminal.line)
    os.close(terminal.master)
    terminal.line = terminal.master = -1
    terminal.reads = False
    session.said("signal 1")
    assert terminal.end() == 129
    session.wait_for_state(session.supervisor, ["gone"])


def test_the_open_file_is_not_changed(alone):
    """O_NONBLOCK belongs to the open file, which the shell has as well."""
    session = alone(MODES)
    assert os.get_blocking(session.terminal.line)
    session.terminal.type(b"q")
    assert session.terminal.end() == 0
    assert os.get_blocking(session.terminal.line)
