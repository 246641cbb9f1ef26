"""A terminal for tests: a pty with a screen (pyte), looked at instead of listened to.

    with Terminal(["bash", ...], env, cwd) as terminal:
        terminal.type("ccpod run\\r")
        terminal.wait_for("some text on the screen")
        terminal.resize(40, 120)

Nothing sleeps: wait_for() reads on until the screen shows what is expected, or fails with the
screen as it is.
"""

import copy
import os
import re
import signal
import termios
import threading
import time

import pexpect
import pyte

DEADLINE = 60


ALTERNATE = (47, 1047, 1049)
DEVICE = "\x1b[?6c"  # what it says when it is asked what it is


class Screen(pyte.Screen):
    """What pyte leaves out: the second screen, and answers to what programs ask a terminal."""

    answer = None
    other = None  # while the second screen is shown: the first one, and its cursor

    def set_mode(self, *modes, **options):
        super().set_mode(*modes, **options)
        if options.get("private") and set(modes) & set(ALTERNATE) and self.other is None:
            self.other = copy.deepcopy((self.buffer, self.cursor))
            self.erase_in_display(2)

    def reset_mode(self, *modes, **options):
        super().reset_mode(*modes, **options)
        if options.get("private") and set(modes) & set(ALTERNATE) and self.other is not None:
            (self.buffer, self.cursor), self.other = self.other, None
            self.dirty.update(range(self.lines))

    def write_process_input(self, data):
        self.answer(data.encode())

    def report_device_attributes(self, mode=0, **options):
        pass  # Terminal has answered already

    def select_graphic_rendition(self, *attributes, private=False):
        if not private:  # else it asks how keys are sent
            super().select_graphic_rendition(*attributes)

    def set_margins(self, top=None, bottom=None):
        super().set_margins(top or None, bottom or None)  # without numbers: the whole screen


class Terminal:
    """A thread reads all the time, as a terminal does: who asks it something is answered at once."""

    def __init__(self, argv, env, cwd, rows=24, columns=80):
        self.child = pexpect.spawn(
            argv[0], argv[1:], env=env, cwd=cwd, dimensions=(rows, columns), timeout=DEADLINE
        )
        self.screen = Screen(columns, rows)
        self.screen.answer = self.child.send
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""  # all that was written to it
        self.lag = 0  # seconds until it answers, as one that is far away
        self.gone = False  # nobody will write any more
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while not self.gone:
            try:
                data = os.read(self.child.child_fd, 1 << 16)
            except OSError:
                data = b""
            for _ in re.findall(rb"\x1b\[0?c", data):
                if self.lag:
                    threading.Timer(self.lag, self.child.send, [DEVICE]).start()
                else:
                    self.child.send(DEVICE)  # at once: drawing takes this screen a while
            with self.changed:
                self.bytes += data
                self.stream.feed(data)
                self.gone = not data
                self.changed.notify_all()

    # --- looking ---

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def wait_until(self, what, condition, seconds=DEADLINE):
        """Waits for a condition of the screen, and gives what it says."""
        until = time.monotonic() + seconds
        with self.changed:
            while not (found := condition()):
                if self.gone:
                    raise AssertionError(f"ended before {what}; the screen:\n{self.text}")
                if not self.changed.wait(until - time.monotonic()):
                    raise AssertionError(f"waited {seconds} s for {what}; the screen:\n{self.text}")
            return found

    def wait_for(self, text, seconds=DEADLINE):
        self.wait_until(f"{text!r}", lambda: text in self.text, seconds)

    def wait_for_match(self, pattern, seconds=DEADLINE):
        """A regular expression; gives its first group."""
        return self.wait_until(f"{pattern!r}", lambda: re.search(pattern, self.text, re.M), seconds)[1]

    def wait_for_line(self, text, seconds=DEADLINE):
        """A line of its own: what is typed and echoed does not count."""
        self.wait_until(f"a line {text!r}", lambda: text in self.text.split("\n"), seconds)

    def attributes(self):
        """Modes of the line, as `stty -a` shows them."""
        return termios.tcgetattr(self.child.child_fd)

    # --- doing ---

    def type(self, text):
        self.child.send(text)

    def resize(self, rows, columns):
        with self.changed:
            self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def end(self, seconds=DEADLINE):
        """Waits for the end; the exit code, or -N for a signal."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.gone, seconds), f"does not end:\n{self.text}"
        self.child.wait()
        return self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
        self.thread.join(5)
        self.child.close(force=True)


class Shell(Terminal):
    """bash at a prompt, so that a test sees what its user is left with. The prompt counts the
    commands: one that was there before is not taken for the next."""

    def __init__(self, sandbox, rows=24, columns=80):
        argv = ["bash", "--norc", "--noprofile", "--noediting"]
        env = {**sandbox.env, "PS1": r"ready \#> "}
        super().__init__(argv, env, sandbox.project, rows, columns)
        self.number = 0  # of the last prompt that was waited for
        self.wait_for_prompt()

    def prompt_number(self):
        """The number in the prompt that the cursor stands behind, with nothing typed; else 0."""
        line = self.screen.display[self.screen.cursor.y].rstrip()
        found = re.fullmatch(r"ready (\d+)>", line)
        return int(found[1]) if found and self.screen.cursor.x == len(line) + 1 else 0

    def wait_for_prompt(self, seconds=DEADLINE):
        self.wait_until("the next prompt", lambda: self.prompt_number() > self.number, seconds)
        self.number = self.prompt_number()

    def clear(self):
        self.type("clear\r")
        self.wait_for_prompt()

    def command(self, line):
        """Runs a command on a clear screen and gives what it has said."""
        self.clear()
        self.type(line + "\r")
        self.wait_for_prompt()
        return "\n".join(self.text.split("\n")[1:-1])
