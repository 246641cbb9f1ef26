"""Idle means idle: who waits for something to happen is not woken up before it does."""

import signal
import time
from pathlib import Path

import pytest

from pods import pod_of
from sandbox import wait_for
from terminal import Terminal

WINDOW = 2.5  # seconds; a timer that goes off more rarely than this goes unseen


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


def family(pid):
    """A process and what it has forked: the one that the shell started guards the terminal."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(each for child in children for each in family(int(child)))]


def wake_ups(pids):
    """How often these processes have been woken up so far."""
    lines = [
        line
        for pid in pids
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        if line.startswith("voluntary_ctxt_switches")
    ]
    assert len(lines) == len(pids)
    return [int(line.split()[1]) for line in lines]


def assert_idle(pids):
    """After what a start brings with it, that is."""

    def is_idle():
        before = wake_ups(pids)
        time.sleep(WINDOW)
        return wake_ups(pids) == before

    wait_for("a while without a wake-up", is_idle, 30)


def test_a_session_at_a_terminal(sandbox):
    with Terminal(sandbox.argv("run", "--", "echo up; exec sleep 1000"), sandbox.env, sandbox.project) as terminal:
        terminal.wait_for("up")
        assert_idle(family(terminal.child.pid))
        terminal.child.kill(signal.SIGTERM)
        assert terminal.end() == 143


def test_a_headless_run(sandbox):
    with sandbox.start("echo up; exec sleep 1000") as process:
        process.wait_for_output(b"up")
        assert_idle(family(process.pid))
        process.send_signal(signal.SIGTERM)
        assert process.result().code == 143


def test_ps_without_figures(pod):
    pod.sidecar("db")
    with pod.start_command("ps", "--watch", "--no-stats", "--project") as process:
        process.wait_for_output(b"running")
        assert_idle(family(process.pid))
