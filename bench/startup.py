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


def make_large_profile(home):
    """Beside the usual profile one with 5,000 files in its config tree; the tree."""
    directory = home / "profiles/large"
    for skill in range(500):
        files = directory / "config/skills" / f"skill-{skill}"
        files.mkdir(parents=True)
        for number in range(10):
            (files / f"{number}.md").write_text(f"{skill} {number}\n" * 200, encoding="utf-8")
    profile = "name: large\nconfig:\n  source: local\n"
    (directory / "profile.yml").write_text(profile, encoding="utf-8")
    return directory / "config"


def merge_of_a_large_tree(setup):
    """What it costs to see that nothing has changed since the last run."""
    subject = setup.subject
    tree = make_large_profile(subject.home)
    argv = [subject.program, "-C", str(subject.project), "--profile", "large", "config", "show"]
    read = ["sh", "-c", f"cat {tree}/skills/*/* > /dev/null"]
    timed(argv, subject.env)  # writes the merged tree
    measured = in_turns({"floor": lambda: timed(read, subject.env), "ccpod": lambda: timed(argv, subject.env)},
                        setup.pairs)
    yield row_time("config show, tree of 5,000 files", measured["ccpod"], 60 * MS, measured["floor"])


def program_size(setup):
    yield row_size("size of the program", os.stat(setup.subject.program).st_size,
                   os.stat(setup.docker).st_size if setup.docker else 0, ("MB", MB), 2 * MB)
