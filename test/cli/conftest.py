"""Tests of the command line: the real program, without an engine.

$CCPOD_BIN names the program. Each test has a home directory, a ccpod home and a project of its
own; nothing of the user's environment reaches the program.
"""
import os
import subprocess
from pathlib import Path

import pytest


def program():
    path = os.environ.get("CCPOD_BIN")
    if not path:
        pytest.exit("CCPOD_BIN must name the ccpod to test", returncode=2)
    return str(Path(path).resolve())


class Ccpod:
    """The program, in a project directory of its own."""

    def __init__(self, root):
        self.program = program()
        self.home = root / "home" / ".ccpod"
        self.project = root / "project"
        self.home.mkdir(parents=True)
        self.project.mkdir()
        self.env = {
            "HOME": str(root / "home"),
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def __call__(self, *args, env=None, **options):
        """Runs it; the outcome has .returncode, .stdout and .stderr as text."""
        options.setdefault("cwd", self.project)
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run(
            [self.program, *args],
            env={**self.env, **(env or {})},
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=30,
            check=False,
            **options,
        )

    def profile(self, name, text=""):
        """Writes a profile; `text` follows its name and source."""
        directory = self.home / "profiles" / name
        (directory / "config").mkdir(parents=True)
        file = directory / "profile.yml"
        file.write_text(f"name: {name}\nconfig:\n  source: local\n{text}")
        return file


@pytest.fixture
def ccpod(tmp_path):
    return Ccpod(tmp_path)
