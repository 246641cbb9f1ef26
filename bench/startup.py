"""Rows of commands that need no engine, and of the program itself."""

import os

from docker_cli import docker_contestant
from subject import timed
from table import MB, MS, in_turns, row_size, row_time


def start_up(setup):
    subject = setup.subject
    commands = {
        "--version": [subject.program, "--version"],
        "config show": [subject.program, "-C", str(subject.project), "config", "show"],
    }
    contestants = {
        "floor": lambda: timed(["true"], subject.env),
        **{name: lambda argv=argv: timed(argv, subject.env) for name, argv in commands.items()},
        **docker_contestant(setup, lambda docker: timed([docker, "--version"], os.environ)),
    }
    measured = in_turns(contestants, setup.pairs * 2)
    yield row_time("ccpod --version (floor: true)", measured["--version"], 3 * MS,
                   measured["floor"], measured.get("docker"))
    yield row_time("ccpod config show", measured["config show"], 8 * MS, measured["floor"])


def program_size(setup):
    yield row_size("size of the program", os.stat(setup.subject.program).st_size,
                   os.stat(setup.docker).st_size if setup.docker else 0, ("MB", MB), 2 * MB)
