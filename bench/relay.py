"""A terminal between the engine and whoever looks, with the least program there can be (relay.c)."""

import os
import subprocess
from pathlib import Path

from engine import Container
from subject import Terminal

SOURCE = Path(__file__).with_name("relay.c")


def build(directory):
    """The program, made in `directory`."""
    program = directory / "relay"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", program, SOURCE], check=True)
    return program


class Relay:
    """A container that is talked to through the relay: as a Container, as a Terminal."""

    def __init__(self, program, engine, spec):
        self.program = program
        self.container = Container(engine, spec)
        self.terminal = None

    def __enter__(self):
        connection = self.container.__enter__().connection
        os.set_inheritable(connection.sock.fileno(), True)
        argv = [str(self.program), str(connection.sock.fileno())]
        self.terminal = Terminal(argv, os.environ, "/")
        # What came with the head of the answer is not the relay's to pass on.
        self.read_first, connection.rest = connection.rest, b""
        return self

    def __exit__(self, *exc):
        self.terminal.__exit__(*exc)
        self.container.__exit__(*exc)

    def read(self):
        if self.read_first:
            data, self.read_first = self.read_first, b""
            return data
        return self.terminal.read()

    def write(self, data):
        self.terminal.write(data)
