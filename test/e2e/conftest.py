"""Fixtures of the end-to-end tests: the engine, a sandbox for each test, the real Claude.

The program is $CCPOD_BIN (test/run gives the sanitized one). What a test leaves behind, on the
engine or on this machine, and what the sanitizers have to say makes it fail."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "fault"))

pytest.register_assert_rewrite("session")

# pylint: disable=wrong-import-position
from engine import TOP, Engine
from logins import Store, login
from proxy import Proxy
from sandbox import Sandbox
from standin import StandIn

# A shell starts what it runs in the background with SIGINT ignored, nohup with SIGHUP, and that is
# handed down.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Starts and kills engines, which only root may; to ccpod it makes no difference who runs it.
collect_ignore = ["test_engine_trouble.py"] if os.getuid() else []


@pytest.fixture(scope="session")
def program():
    path = os.environ.get("CCPOD_BIN") or TOP / "build/asan/src/ccpod"
    assert os.access(path, os.X_OK), f"{path}: no program there; test/run builds it"
    return str(path)


@pytest.fixture(scope="session")
def memory_is_real(program):
    """False where a sanitizer keeps its shadow in the same memory."""
    return b"__asan_init" not in Path(program).read_bytes()


@pytest.fixture(scope="session")
def engine():
    found = Engine()
    status, _ = found.ask("GET", "/_ping")
    assert status == 200
    return found


@pytest.fixture(scope="session")
def fake_claude(engine):
    """The image whose Claude runs its prompt as a shell script, made by whoever comes first."""
    with open(f"{tempfile.gettempdir()}/ccpod-test-image-{os.getuid()}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        env = {**os.environ, "DOCKER_HOST": engine.host}
        subprocess.run([TOP / "test/images/claude"], check=True, env=env, timeout=120)


@pytest.fixture
def sandbox(engine, program, fake_claude, tmp_path):
    made = Sandbox(engine, program, tmp_path)
    yield made
    left = made.leftovers()
    made.clear()
    assert not made.reported(), made.reported()
    assert left == []


@pytest.fixture
def store(sandbox):
    """A profile with a login of its own, and no API key."""
    sandbox.write_profile(auth={"type": "oauth"})
    del sandbox.env["ANTHROPIC_API_KEY"]
    made = Store(sandbox)
    made.put(login("old", 1))
    return made


@pytest.fixture(scope="session")
def stand_in(engine):
    """The stand-in for Anthropic's API, in a container."""
    with StandIn(engine) as api:
        yield api


@pytest.fixture
def claude(sandbox, stand_in):
    """A sandbox with the real Claude Code, which talks to the stand-in API."""
    sandbox.write_profile(
        image={"use": stand_in.image}, env=[f"ANTHROPIC_BASE_URL={stand_in.url}"]
    )
    return sandbox


@pytest.fixture
def proxy(engine, sandbox):
    """A proxy between ccpod and the engine; rules are added by the test."""
    with Proxy(engine.socket) as made:
        sandbox.through(made)
        yield made
        made.wait_until_idle()
