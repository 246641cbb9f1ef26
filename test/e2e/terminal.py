"""A terminal for tests: a pty with a screen (pyte), looked at instead of listened to.

    with Terminal(["bash", ...], env, cwd) as terminal:
        terminal.type("ccpod run\\r")
        terminal.wait_for("some text on the screen")
        terminal.resize(40, 120)

Nothing sleeps: wait_for() reads on until the screen shows what is expected, or fails with the
screen as it is.
"""

import fcntl
import os
import select
import signal
import struct
import termios
import time

import pexpect
import pyte

DEADLINE = 60


class Screen(pyte.Screen):
    """Answers what programs ask a terminal, as a real one does."""

    answer = None

    def write_process_input(self, data):
        self.answer(data.encode())

    def report_device_attributes(self, mode=0, **kwargs):
        super().report_device_attributes(mode, **{k: v for k, v in kwargs.items() if k != "private"})


class Terminal:
    def __init__(self, argv, env, cwd, rows=24, columns=80):
        self.child = pexpect.spawn(
            argv[0], argv[1:], env=env, cwd=cwd, dimensions=(rows, columns), timeout=DEADLINE
        )
        self.screen = Screen(columns, rows)
        self.screen.answer = self.child.send
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""  # all that was written to it

    # --- looking ---

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def read(self, seconds=0.05):
        """Takes what comes within a moment; False when the other side has gone."""
        ready, _, _ = select.select([self.child.child_fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.child.child_fd, 1 << 16)
        except OSError:
            data = b""
        self.bytes += data
        self.stream.feed(data)
        return bool(data)

    def wait_until(self, what, condition, seconds=DEADLINE):
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited {seconds} s for {what}; the screen:\n{self.text}"
            if not self.read() and not condition():
                raise AssertionError(f"the program ended before {what}; the screen:\n{self.text}")

    def wait_for(self, text, seconds=DEADLINE):
        self.wait_until(f"{text!r}", lambda: text in self.text, seconds)

    def wait_for_line(self, text, seconds=DEADLINE):
        """A line of its own: what is typed and echoed does not count."""
        self.wait_until(f"a line {text!r}", lambda: text in self.text.split("\n"), seconds)

    # --- doing ---

    def type(self, text):
        self.child.send(text)

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def attributes(self):
        """Modes of the line, as `stty -a` shows them; without the pending input."""
        return termios.tcgetattr(self.child.child_fd)

    def size(self):
        return struct.unpack("4H", fcntl.ioctl(self.child.child_fd, termios.TIOCGWINSZ, b"\0" * 8))[:2]

    def end(self, seconds=DEADLINE):
        """Reads to the end; the exit code, or -N for a signal."""
        until = time.monotonic() + seconds
        while self.read():
            assert time.monotonic() < until, f"does not end; the screen:\n{self.text}"
        self.child.wait()
        return self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
        self.child.close(force=True)


class Shell(Terminal):
    """bash at a prompt, so that a test sees what its user is left with."""

    PROMPT = "ready> "

    def __init__(self, sandbox, rows=24, columns=80, **env):
        argv = ["bash", "--norc", "--noprofile", "--noediting"]
        super().__init__(argv, {**sandbox.env, "PS1": self.PROMPT, **env}, sandbox.project, rows, columns)
        self.wait_for_prompt()

    def at_prompt(self):
        """Is the cursor behind a prompt, with nothing typed?"""
        line = self.screen.display[self.screen.cursor.y]
        return self.screen.cursor.x == len(self.PROMPT) and line.rstrip() == self.PROMPT.rstrip()

    def wait_for_prompt(self, seconds=DEADLINE):
        self.wait_until("the shell's prompt", self.at_prompt, seconds)

    def command(self, line):
        """Runs a command and gives what it has said, without the line that started it."""
        self.type("clear\r")
        self.wait_until("a clear screen", lambda: self.at_prompt() and self.screen.cursor.y == 0)
        self.type(line + "\r")
        self.wait_until("its end", lambda: self.at_prompt() and self.screen.cursor.y > 0)
        return "\n".join(self.text.split("\n")[1:-1])
