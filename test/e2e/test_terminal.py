"""Sessions at a terminal: ccpod is invisible while Claude runs, and gone when it has ended."""

import hashlib
import os
import signal

import pytest

from sandbox import wait_for
from session import assert_as_before, guardian, start, supervisor, type_command, wait_for_code
from terminal import Shell, Terminal

# Every mode that a program may leave on, and what the screen remembers of it.
MODES_ON = r"printf '\033[?1049h\033[?25l\033[?1000h\033[?1002h\033[?1006h\033[?2004h\033[?1004h\033[?7l\033[5;10r\033[31m'"


@pytest.fixture
def shell(sandbox):
    with Shell(sandbox) as made:
        yield made


def test_a_session(sandbox, shell):
    start(shell, sandbox, "echo hello from inside; read -r line; echo \"you said: $line\"; exit 3")
    shell.wait_for_line("hello from inside")
    shell.type("some text\r")
    shell.wait_for_line("you said: some text")
    assert wait_for_code(shell) == 3


def test_it_is_a_terminal_inside(sandbox, shell):
    start(shell, sandbox, 'for fd in 0 1 2; do test -t $fd && echo "$fd is"; done; echo "$TERM"')
    assert wait_for_code(shell) == 0
    for line in ("0 is", "1 is", "2 is", "xterm-256color"):
        assert line in shell.text.split("\n")


def test_the_first_size_is_right(sandbox):
    with Shell(sandbox, rows=31, columns=97) as shell:
        # Older engines set the size after the start: what Claude then gets is a SIGWINCH.
        script = "trap : WINCH; until [ \"$(stty size)\" = '31 97' ]; do sleep 0.1; done; echo right"
        start(shell, sandbox, script)
        shell.wait_for_line("right")
        assert wait_for_code(shell) == 0


def test_a_resize_is_followed(sandbox, shell):
    script = "trap 'stty size' WINCH; echo up; while :; do read -r l && break; done; echo end"
    start(shell, sandbox, script)
    shell.wait_for_line("up")
    for rows, columns in ((40, 120), (10, 40), (24, 80)):
        shell.resize(rows, columns)
        shell.wait_for_line(f"{rows} {columns}")
    shell.type("\r")
    assert wait_for_code(shell) == 0


def test_a_burst_of_resizes_ends_with_the_last(sandbox, shell):
    script = "trap 'stty size' WINCH; echo up; while :; do read -r l && break; done; stty size; echo end"
    start(shell, sandbox, script)
    shell.wait_for_line("up")
    for i in range(200):
        shell.child.setwinsize(20 + i % 7, 60 + i % 31)
    shell.resize(33, 77)
    shell.wait_for_line("33 77")
    shell.type("\r")
    assert wait_for_code(shell) == 0


@pytest.mark.parametrize("key, name", [("\x03", "INT"), ("\x1c", "QUIT")])
def test_keys_that_signal_are_claudes(sandbox, shell, key, name):
    start(shell, sandbox, f"trap 'echo got {name}; exit 5' {name}; echo up; sleep 600 & wait")
    shell.wait_for_line("up")
    shell.type(key)
    shell.wait_for("got " + name)
    assert wait_for_code(shell) == 5


def test_ctrl_c_may_be_pressed_again_and_again(sandbox, shell):
    script = "trap 'n=$((n+1)); echo press $n' INT; echo up; until [ \"$n\" = 3 ]; do sleep 600 & wait; done; exit 6"
    start(shell, sandbox, script)
    shell.wait_for_line("up")
    for n in (1, 2, 3):
        shell.type("\x03")
        shell.wait_for(f"press {n}")
    assert wait_for_code(shell) == 6


def test_ctrl_z_does_not_strand_the_session(sandbox, shell):
    """Nobody could continue what stops inside, so it goes on."""
    start(shell, sandbox, "echo up; read -r line; echo \"went on: $line\"")
    shell.wait_for_line("up")
    shell.type("\x1a")
    shell.type("text\r")
    shell.wait_for_line("went on: text")
    assert wait_for_code(shell) == 0


def test_every_byte_goes_through(sandbox, shell):
    """Raw on both sides: what the program does not ask for is not done. The other way round the
    bytes would hold the detach keys."""
    sent = bytes(range(255, -1, -1))
    start(shell, sandbox, "stty raw -echo; echo up; head -c 256 | md5sum; stty sane")
    shell.wait_for("up")
    shell.child.send(sent)
    shell.wait_for(hashlib.md5(sent).hexdigest())
    assert wait_for_code(shell) == 0


def test_nothing_is_said_that_claude_did_not_say(sandbox):
    argv = sandbox.argv("run", "--", "printf 'just this'")
    with Terminal(argv, sandbox.env, sandbox.project) as terminal:
        assert terminal.end() == 0
        assert terminal.bytes == b"just this"


# --- the terminal afterwards ---


@pytest.fixture
def before(shell):
    found = shell.command("stty -a")
    assert "icanon" in found
    return found


@pytest.mark.parametrize("end, code", [("exit 0", 0), ("exit 9", 9), ("kill -KILL $$", 137)])
def test_after_an_end(sandbox, shell, before, end, code):
    start(shell, sandbox, f"echo up; {MODES_ON}; stty raw -echo; {end}")
    assert wait_for_code(shell) == code
    assert_as_before(shell, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("whom", [supervisor, guardian])
def test_after_a_signal(sandbox, shell, before, whom, number):
    start(shell, sandbox, f"{MODES_ON}; stty raw; echo up; sleep 600 & wait")
    shell.wait_for("up")
    os.kill(whom(sandbox), number)
    assert wait_for_code(shell) == 128 + number
    assert_as_before(shell, before)


def test_a_second_sigterm_kills(sandbox, shell, before):
    """The first one leaves Claude time to end."""
    start(shell, sandbox, f"trap 'echo not yet' TERM; {MODES_ON}; echo up; while :; do sleep 0.1; done")
    shell.wait_for("up")
    os.kill(supervisor(sandbox), signal.SIGTERM)
    shell.wait_for("not yet")
    os.kill(supervisor(sandbox), signal.SIGTERM)
    assert wait_for_code(shell) == 137
    assert_as_before(shell, before)


def test_after_the_supervisor_was_killed(sandbox, shell, before):
    """SIGKILL cannot be caught: the guardian, whom the shell waits for, restores."""
    start(shell, sandbox, f"{MODES_ON}; stty raw; echo up; sleep 600 & wait")
    shell.wait_for("up")
    container = sandbox.wait_for_container()
    os.kill(supervisor(sandbox), signal.SIGKILL)
    assert wait_for_code(shell) == 137
    assert_as_before(shell, before)
    # What runs on without a supervisor is the next run's to find; here it is the test's.
    sandbox.forget(container)


def test_after_the_container_was_killed(sandbox, shell, before):
    start(shell, sandbox, f"{MODES_ON}; echo up; sleep 600 & wait")
    shell.wait_for("up")
    sandbox.engine.kill(sandbox.wait_for_container())
    assert wait_for_code(shell) == 137
    assert_as_before(shell, before)


def test_after_an_error(sandbox, shell, before):
    sandbox.write_profile(image={"use": "ccpod-test-no-such-image:1"})
    start(shell, sandbox, "true")
    assert wait_for_code(shell) == 125
    assert "ccpod-test-no-such-image:1" in shell.text
    assert_as_before(shell, before)


def test_stopped_and_continued(sandbox, shell, before):
    """A stop from outside gives the shell its terminal, and `fg` gives it back to Claude."""
    start(shell, sandbox, "echo up; read -r line; echo \"you said: $line\"")
    shell.wait_for_line("up")
    os.kill(guardian(sandbox), signal.SIGTSTP)
    shell.wait_for("Stopped")
    assert_as_before(shell, before)
    shell.type("fg\r")
    wait_for("the terminal to be raw again", lambda: not shell.attributes()[3] & 2)
    shell.type("text\r")
    shell.wait_for("you said: text")
    assert_as_before(shell, before)


def test_the_first_size(sandbox, shell, before):
    """It is there before the program is: one that asks at once gets no other answer."""
    for words in (["run", "--", "stty size; exit 3"], ["shell", "--", "sh", "-c", "stty size; exit 3"]):
        type_command(shell, sandbox, *words)
        assert wait_for_code(shell) == 3
        shell.wait_for_prompt()
        assert "24 80" in shell.text and "stty:" not in shell.text
    assert sandbox.run("--detach", "--", "until read -r x; do :; done").code == 0
    type_command(shell, sandbox, "shell", "--", "sh", "-c", "stty size; exit 4")
    assert wait_for_code(shell) == 4
    assert "stty:" not in shell.text
    assert_as_before(shell, before)
    type_command(shell, sandbox, "attach")
    shell.type("\r")
    assert wait_for_code(shell) == 0


def test_continued_in_the_background(sandbox, shell, before):
    """It stops there each time, as any program that needs its terminal, and ends nothing."""
    shell.command("set -b")  # bash tells of a stop at once, not with its next prompt
    start(shell, sandbox, "echo up; read -r line; echo \"you said: $line\"")
    shell.wait_for_line("up")
    os.kill(guardian(sandbox), signal.SIGTSTP)
    shell.wait_for("Stopped")
    for _ in range(3):
        shell.type("clear; bg\r")
        shell.wait_for("Stopped")
    shell.type("fg\r")
    wait_for("the terminal to be raw again", lambda: not shell.attributes()[3] & 2)
    shell.type("text\r")
    shell.wait_for("you said: text")
    assert_as_before(shell, before)


def test_a_second_session_says_that_there_is_one(sandbox, shell):
    start(shell, sandbox, "echo up; read -r line")
    shell.wait_for_line("up")
    result = sandbox.run("echo beside it")  # a headless one goes beside it
    assert (result.code, result.out) == (0, b"beside it\n")
    shell.type("\r")
    assert wait_for_code(shell) == 0
