"""Fixtures for tests of the terminal: a pseudo-terminal with a screen, and the program's log.

It answers nothing by itself: an answer that came too late, on a busy machine, would be typed.

The program is $TTY_PROGRAM (CMakeLists.txt gives it). Nothing sleeps: wait_until() reads the
terminal and the log until what is expected is there, or fails with the screen as it is.
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pyte
import pytest

DEADLINE = 30
PROMPT = "$ "

# Sequences that pyte would take for text.
UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>][\d;:]*[ -/]*[@-~]|\x1b\[[\d;]* q")
UNFINISHED = re.compile(rb"\x1b(\[[0-?]*[ -/]*)?$")


class Terminal:
    """A terminal with a program in a session of its own. The test keeps a hand on it, so that it
    can be looked at when the program has gone."""

    def __init__(self, argv, env, rows=24, columns=80):
        self.reads = True
        self.master, self.line = os.openpty()
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""
        self.unfinished = b""
        self.log = None
        size = struct.pack("4H", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.found = self.attributes()
        self.process = subprocess.Popen(
            argv,
            stdin=self.line,
            stdout=self.line,
            stderr=self.line,
            env=env,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    # --- what it is like ---

    def attributes(self):
        return termios.tcgetattr(self.line)

    def text(self):
        return [line.rstrip() for line in self.screen.display]

    def at_prompt(self):
        cursor = self.screen.cursor
        return cursor.x == len(PROMPT) and self.text()[cursor.y] == PROMPT.strip()

    def modes_left_on(self):
        """What the bytes so far leave on, by a reading of them that owes the program nothing."""
        on = set()
        pushed = 0
        for mark, parameters, final in re.findall(rb"\x1b\[([?<=>]?)([\d;]*) ?([a-zA-Z])", self.bytes):
            numbers = [int(n or 0) for n in parameters.split(b";")]
            if mark == b"?" and final in b"hl":
                for n in numbers:
                    default = n in (7, 25)
                    change = on.add if (final == b"h") != default else on.discard
                    change(n)
            elif not mark and final in b"hl" and numbers == [4]:
                (on.add if final == b"h" else on.discard)("insert")
            elif mark == b">" and final == b"u":
                pushed += 1
            elif mark == b"<" and final == b"u":
                pushed = max(0, pushed - (numbers[0] or 1))
            elif mark == b">" and final == b"m" and numbers[0] == 4:
                (on.add if len(numbers) > 1 else on.discard)("modifyOtherKeys")
            elif not mark and final == b"m":
                (on.discard if numbers == [0] else on.add)("sgr")
            elif not mark and final == b"r":
                (on.discard if numbers == [0] else on.add)("region")
            elif not mark and final == b"q":
                (on.discard if numbers == [0] else on.add)("shape")
        for char, name in ((b"=", "keypad"), (b"(0", "graphics")):
            undo = {b"=": b">", b"(0": b"(B"}[char]
            if self.bytes.rfind(b"\x1b" + char) > self.bytes.rfind(b"\x1b" + undo):
                on.add(name)
        if pushed:
            on.add("kitty")
        return on

    # --- reading ---

    def take(self, data):
        self.bytes += data
        data = UNKNOWN_TO_PYTE.sub(b"", self.unfinished + data)
        unfinished = UNFINISHED.search(data)
        self.unfinished = unfinished.group() if unfinished else b""
        self.stream.feed(data[: len(data) - len(self.unfinished)])

    def read(self, seconds):
        fds = ([self.master] if self.reads else []) + ([self.log.fd] if self.log else [])
        for fd in select.select(fds, [], [], seconds)[0]:
            if fd == self.master:
                self.take(os.read(fd, 65536))
            else:
                self.log.take()

    def wait_until(self, what, condition):
        until = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > until:
                log = self.log.lines if self.log else []
                raise AssertionError(f"waited for {what}; log {log}; screen:\n" + "\n".join(self.text()))
            self.read(0.05)

    def wait_for_prompt(self):
        self.wait_until("the prompt", self.at_prompt)

    def end(self):
        """The exit code as a shell has it."""
        self.wait_until("the end", lambda: self.process.poll() is not None)
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    # --- doing ---

    def type(self, data):
        os.write(self.master, data)

    def close(self):
        for fd in (self.master, self.line):
            if fd >= 0:
                os.close(fd)
        self.master = self.line = -1
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Log:
    """What the program says about itself, line by line."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.data = b""
        self.at = 0  # the next line that nobody has asked for

    @property
    def lines(self):
        return self.data.decode().split("\n")[:-1]

    def take(self):
        self.data += os.read(self.fd, 65536)

    def find(self, pattern):
        for i, line in enumerate(self.lines[self.at :], self.at):
            match = re.fullmatch(pattern, line)
            if match:
                self.at = i + 1
                return match
        return None


class Session:
    """The program at work in a terminal, started by a shell or by itself."""

    def __init__(self, terminal, log):
        self.terminal = terminal
        self.log = log
        terminal.log = log
        self.guardian = self.supervisor = 0

    def said(self, pattern):
        """Waits for a line of the log, behind those that were waited for before."""
        found = []

        def look():
            found.append(self.log.find(pattern))
            return found[-1]

        self.terminal.wait_until(f"log {pattern!r}", look)
        return found[-1]

    def wait_until_ready(self):
        pids = self.said(r"started (\d+) (\d+)")
        self.guardian, self.supervisor = int(pids[1]), int(pids[2])
        self.said("ready")

    def state(self, pid):
        """R, S, T, Z as in ps; None when it is gone."""
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
                return stat.read().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return None

    def wait_for_state(self, pid, states):
        self.terminal.wait_until(f"state {states}", lambda: (self.state(pid) or "gone") in states)


@pytest.fixture
def program():
    path = os.environ.get("TTY_PROGRAM", "")
    assert os.access(path, os.X_OK), "TTY_PROGRAM names no program; ctest does"
    return path


@pytest.fixture
def log(tmp_path):
    made = Log(str(tmp_path / "log"))
    yield made
    os.close(made.fd)


@pytest.fixture
def shown(tmp_path):
    """The file with what the program shows."""
    path = tmp_path / "shown"
    path.write_bytes(b"")
    return path


@pytest.fixture
def env(tmp_path, program, log, shown):
    """The program's command line is `$P $L $S`: long ones wrap on the screen."""
    inputrc = tmp_path / "inputrc"
    inputrc.write_text("set enable-bracketed-paste off\n")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "INPUTRC": str(inputrc),
        "PS1": PROMPT,
        "TERM": "xterm-256color",
        "P": program,
        "L": log.path,
        "S": str(shown),
        **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")},
    }


@pytest.fixture
def shell(env):
    """bash as a user has it: with job control and line editing."""
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], env)
    terminal.wait_for_prompt()
    yield terminal
    terminal.close()


@pytest.fixture
def start(shell, log, shown):
    """Starts the program from the shell and waits until it is raw and has shown its text."""

    def run(show="", options="", suffix="; echo status $?"):
        session = Session(shell, log)
        shown.write_text(show)
        shell.type(f"$P {options} $L $S{suffix}\r".encode())
        session.wait_until_ready()
        shell.wait_until("what it shows", lambda: show.encode() in shell.bytes and not shell.at_prompt())
        return session

    return run


@pytest.fixture
def alone(env, program, log, shown):
    """Starts the program as the first process of a terminal, with no shell."""
    terminals = []

    def run(show="", options=()):
        shown.write_text(show)
        terminal = Terminal([program, *options, log.path, str(shown)], env)
        terminals.append(terminal)
        session = Session(terminal, log)
        session.wait_until_ready()
        return session

    yield run
    for terminal in terminals:
        terminal.close()
