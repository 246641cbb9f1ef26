"""Fixtures: the guest that was built (CCPOD_GUEST), a container's directories, hostile images.

The engine is the tests' own one (test/engine), never what DOCKER_HOST of the user says."""
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from box import BUSYBOX, ROOT, Box, docker  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def engine():
    done = subprocess.run([ROOT / "test/engine", "socket"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    os.environ["DOCKER_HOST"] = f"unix://{done.stdout.strip()}"
    os.environ.pop("DOCKER_CONTEXT", None)


@pytest.fixture(scope="session")
def guest():
    path = os.environ.get("CCPOD_GUEST")
    assert path, "CCPOD_GUEST names the guest program to test: BUILD/guest/ccpod-guest"
    return Path(path).resolve(strict=True)


@pytest.fixture
def box(tmp_path, guest):
    made = Box(tmp_path, guest)
    yield made
    made.remove()


@pytest.fixture
def image():
    """Makes an image by the lines of a Dockerfile."""
    made = []

    def make(*lines, base=BUSYBOX):
        # Its own from the first layer on: what tests beside it remove is no part of it.
        text = "\n".join([f"FROM {base}", f"LABEL test={secrets.token_hex(8)}", *lines])
        done = subprocess.run(["docker", "build", "-q", "-"], input=text, capture_output=True,
                              text=True, timeout=120, env={**os.environ, "DOCKER_BUILDKIT": "0"})
        assert done.returncode == 0, done.stderr
        made.append(done.stdout.strip())
        return made[-1]

    yield make
    for name in set(made):
        docker("rmi", "-f", name, check=False)
