"""scripts/quickstart: how it gets to the private engine, and to the stand-in API's address.

Everything that it calls is a stub, so that nothing is installed and no engine is needed.
"""
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]

# As with `USER ALL=(ALL) ALL` in sudoers: no -g. Of the environment little comes through.
SUDO = """
keep=
for argument; do case $argument in
-u | -g) echo "sudo: a password is required" >&2; exit 1 ;;
--preserve-env=*) keep=${argument#*=}; shift ;;
--) shift; break ;;
esac; done
set -- HOME=/root USER=root PATH="$STUBS/secure:/usr/bin:/bin" "$@"
for name in $(echo "$keep" | tr , ' '); do [ -z "${!name+set}" ] || set -- "$name=${!name}" "$@"; done
exec env -i "$@"
"""

# The group is taken for given: there need not be one here.
SETPRIV = """
echo "$@" >"$STUBS/became"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""

# An engine that answers only the members of its group, and is as new as Docker 29.
DOCKER = """
case $* in
*version*) [ -n "${quickstart_has_group:-}" ] ;;
*".NetworkSettings.IPAddress"*) echo "map has no entry for key" >&2; exit 1 ;;
*".NetworkSettings.Networks"*) cat "$STUBS/address" ;;
run*) echo id ;;
logs*) echo listening ;;
esac
"""

CCPOD = """
[ "$1" != --version ] || { echo ccpod 0.1.0; exit; }
echo "$ANTHROPIC_API_KEY $HOME" >>"$STUBS/runs"
cat "$CCPOD_HOME/profiles/default/profile.yml" >"$STUBS/profile"
"""


class Quickstart:
    def __init__(self, root):
        self.root = root
        self.stubs = root / "stubs"
        self.stubs.mkdir()
        (root / "scripts").mkdir()
        shutil.copy(TOP / "scripts/quickstart", root / "scripts")
        self.address = self.stubs / "address"
        self.address.write_text("172.17.0.9\n")
        for path, text in {
            "stubs/sudo": SUDO, "stubs/secure/setpriv": SETPRIV, "stubs/docker": DOCKER, "stubs/cmake": "",
            "build/release/src/ccpod": CCPOD, "scripts/packages": "", "docker/build": "",
            "test/engine": f'[ "$1" != socket ] || echo {root}/socket',
        }.items():
            self.stub(path, text)

    def stub(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/bash\nSTUBS='{self.stubs}'\n{text}")
        file.chmod(0o755)

    def __call__(self, **env):
        env = {"HOME": str(self.root), "PATH": f"{self.stubs}:{os.environ['PATH']}", **env}
        with socket.socket(socket.AF_UNIX) as listening:
            os.chdir(self.root)  # the path may be too long for a socket's address
            listening.bind("socket")
            return subprocess.run([self.root / "scripts/quickstart"], env=env, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=30, check=False)

    def told(self, name):
        return (self.stubs / name).read_text()


@pytest.fixture
def quickstart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Quickstart(tmp_path)


def test_who_is_not_in_the_group(quickstart):
    done = quickstart(ANTHROPIC_API_KEY="sk-secret")
    assert done.returncode == 0, done.stderr
    words = quickstart.told("became").split()
    assert words[words.index("--reuid") + 1] == str(os.getuid())
    assert words[words.index("--groups") + 1].split(",")[-1] == "ccpod-test"
    assert "sk-secret" not in " ".join(words)  # a command line is for all to see
    assert quickstart.told("runs") == f"sk-secret {quickstart.root}\n" * 2


def test_address_of_the_stand_in(quickstart):
    done = quickstart(quickstart_has_group="1")
    assert done.returncode == 0, done.stderr
    assert "ANTHROPIC_BASE_URL=http://172.17.0.9:8080" in quickstart.told("profile")


def test_no_address_for_the_stand_in(quickstart):
    quickstart.address.write_text("\n")
    done = quickstart(quickstart_has_group="1")
    assert done.returncode == 1
    assert "the stand-in API has no address" in done.stderr
