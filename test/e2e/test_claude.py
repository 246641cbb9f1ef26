"""The real Claude Code in the real base image; a stand-in API answers in Anthropic's place."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
import uuid

import pytest

from sandbox import wait_for
from terminal import Shell

VERSION = rb"\d+\.\d+\.\d+ \(Claude Code\)\n"
SKIP = "--dangerously-skip-permissions"


def test_its_version(claude):
    result = claude.run("--", "--version")
    assert re.fullmatch(VERSION, result.out)
    assert (result.code, result.err) == (0, b"")


def test_an_answer_and_not_a_byte_more(claude):
    result = claude.run("say hello")
    assert (result.code, result.out, result.err) == (0, b"stand-in: you said: say hello\n", b"")


def test_piped_data_reaches_it(claude):
    result = claude.run("what is this", stdin=b"these are some data\n")
    assert result.code == 0
    assert b"what is this" in result.out and b"these are some data" in result.out


def test_its_own_code_for_a_flag_it_does_not_know(claude):
    result = claude.run("--", "--bad-flag")
    assert (result.code, result.out) == (1, b"")
    assert b"unknown option '--bad-flag'" in result.err
    assert b"ccpod" not in result.err


def test_a_reader_that_has_enough(claude):
    command = subprocess.list2cmdline(claude.argv("run", "a long prompt " * 200))
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -c 10"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        env=claude.env,
        cwd=claude.project,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"stand-in: ", b"")


def test_the_key_reaches_the_api_and_nobody_else(claude, stand_in):
    word = f"word-{claude.profile}"
    assert claude.run(word).code == 0
    requests = stand_in.requests(word)
    assert {r["headers"].get("x-api-key") for r in requests} == {claude.key}


def test_files_that_it_writes_belong_to_the_projects_owner(claude):
    owner = (12345, 54321) if os.getuid() == 0 else (os.getuid(), os.getgid())
    os.chown(claude.project, *owner)
    prompt = "stand-in, run: echo written > made.txt && id -u"
    result = claude.run(prompt, "--", SKIP)
    assert (result.code, result.err) == (0, b"")
    assert str(owner[0]).encode() in result.out
    made = (claude.project / "made.txt").stat()
    assert (made.st_uid, made.st_gid) == owner


def test_roots_own_project(claude):
    """Claude refuses to skip permissions as root, unless it knows that it is in a sandbox."""
    result = claude.run("stand-in, run: echo written > made.txt", "--", SKIP)
    assert (result.code, result.err) == (0, b"")
    made = (claude.project / "made.txt").stat()
    assert made.st_uid == claude.project.stat().st_uid


# --- at a terminal ---


def start(shell, claude, *args):
    words = [shlex.quote(word) for word in claude.argv("run", *args)]
    shell.type(" ".join(words) + "; echo code=$?\r")


@pytest.fixture
def shell(claude):
    with Shell(claude, rows=40, columns=100) as made:
        yield made


def test_a_session(claude, shell):
    """It comes up at its prompt without a question, takes typed text, answers, and goes."""
    before = shell.command("stty -a")
    start(shell, claude)
    shell.wait_for("Claude Code")
    shell.type("tell me something")
    shell.wait_for("tell me something")
    shell.type("\r")
    shell.wait_for("stand-in: you said: tell me something")
    shell.resize(30, 70)
    shell.wait_until("a frame of the new width", lambda: "─" * 60 in shell.text)
    leave(shell)
    shell.resize(40, 100)
    assert shell.command("stty -a") == before


def leave(shell):
    """Ctrl-C twice, as Claude wants it."""
    shell.type("\x03")
    shell.wait_for("again to exit")
    shell.type("\x03")
    shell.wait_for("code=0")
    shell.wait_for_prompt()


def test_ctrl_c_once_clears_what_was_typed(claude, shell):
    start(shell, claude)
    shell.wait_for("Claude Code")
    shell.type("not to be sent")
    shell.wait_for("not to be sent")
    shell.type("\x03")
    shell.wait_until("an empty prompt", lambda: "not to be sent" not in shell.text)
    leave(shell)


def test_left_and_come_back_to(claude, shell):
    """In another size: it paints itself anew."""
    start(shell, claude)
    shell.wait_for("Claude Code")
    shell.type("half a sentence")
    shell.wait_for("half a sentence")
    shell.type("\x10\x11")
    shell.wait_for("brings you back")
    shell.wait_for_prompt()
    shell.clear()
    shell.resize(30, 70)
    start(shell, claude)
    shell.wait_until("a frame of the new width", lambda: "─" * 60 in shell.text and "half a sentence" in shell.text)
    assert "─" * 71 not in shell.text
    shell.type(" and the rest\r")
    shell.wait_for("stand-in: you said: half a sentence and the rest")
    leave(shell)


def test_resume(claude, shell):
    """A conversation goes on in another container."""
    claude.write_profile(state="persistent")
    talk = str(uuid.uuid4())
    assert claude.run("something to remember", "--", "--session-id", talk).code == 0
    start(shell, claude, "--resume", talk)
    shell.wait_for("stand-in: you said: something to remember")
    leave(shell)


class Tmux:
    """A tmux server of its own with one window, looked at from outside."""

    def __init__(self, sandbox):
        self.directory = tempfile.mkdtemp(prefix="ccpod-tmux-")  # short: a socket's path
        self.base = ["tmux", "-S", f"{self.directory}/s", "-f", "/dev/null"]
        self.env = {**sandbox.env, "PS1": "ready> "}
        self.cwd = sandbox.project
        self.do("new-session", "-d", "-x", "100", "-y", "40", "bash", "--norc", "--noprofile")

    def do(self, *args):
        return subprocess.run(
            [*self.base, *args],
            env=self.env,
            cwd=self.cwd,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout

    @property
    def text(self):
        return self.do("capture-pane", "-p").rstrip()

    def type(self, text):
        self.do("send-keys", "-l", text)

    def wait_for(self, text, seconds=60):
        until = time.monotonic() + seconds
        while text not in (shown := self.text):
            assert time.monotonic() < until, f"waited for {text!r}; the screen:\n{shown}"
            time.sleep(0.05)

    def facts(self):
        """What the terminal has on: cursor, mouse, alternate screen, keypad, wrap."""
        names = "cursor_flag mouse_any_flag alternate_on keypad_flag keypad_cursor_flag wrap_flag"
        return self.do("display-message", "-p", " ".join(f"#{{{name}}}" for name in names.split()))


@pytest.fixture
def tmux(claude):
    made = Tmux(claude)
    made.wait_for("ready>")
    yield made
    made.do("kill-server")
    wait_for("the end of its shell", lambda: not claude.processes())
    shutil.rmtree(made.directory)


@pytest.mark.parametrize("end", ["exit", "SIGTERM"])
def test_a_session_in_tmux(claude, tmux, end):
    facts = tmux.facts()
    command = " ".join(shlex.quote(word) for word in claude.argv("run"))
    tmux.type(f"stty -a > before; {command}\r")
    tmux.wait_for("Claude Code")
    tmux.type("tell me more")
    tmux.wait_for("tell me more")
    tmux.do("send-keys", "Enter")
    tmux.wait_for("stand-in: you said: tell me more")
    tmux.do("resize-window", "-x", "70", "-y", "30")
    tmux.wait_for("─" * 60)
    if end == "exit":
        tmux.type("\x03")
        tmux.wait_for("again to exit")
        # Not a second time: on a busy machine it may come too late for Claude.
        tmux.type("/exit")
        tmux.wait_for("/exit")
        tmux.do("send-keys", "Enter")
    else:
        pid = int(tmux.do("display-message", "-p", "#{pane_pid}"))
        child = subprocess.check_output(["pgrep", "-P", str(pid)], text=True).split()[0]
        os.kill(int(child), 15)
    tmux.wait_for("ready>")
    tmux.do("resize-window", "-x", "100", "-y", "40")
    tmux.type("clear; stty -a > after; cmp before after && echo line is as before\r")
    tmux.wait_for("line is as before\nready>")
    assert tmux.facts() == facts
