"""What a start shows while it goes on: pulls, services, on terminals and elsewhere."""

import re
import signal

import pytest

from registry import PIECES, Registry
from sandbox import wait_for
from services import BUSYBOX, Project, fails, service
from terminal import Terminal


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


@pytest.fixture
def registry(engine):
    with Registry(engine, BUSYBOX) as made:
        yield made


def at_terminal(project, *args, rows=24, columns=80):
    sandbox = project.sandbox
    argv = [sandbox.program, "--profile", sandbox.profile, *args]
    return Terminal(argv, sandbox.env, sandbox.project, rows, columns)


def test_a_pull_on_a_terminal(project, registry):
    """The line of the service says how much has come, in place."""
    registry.hold()
    project.declare(db=service(image=registry.image), ok=service())
    with at_terminal(project, "up") as terminal:
        registry.let(2)
        terminal.wait_for_match(r"^db +pulling, (1\.[0-9]) of [0-9.]+ MB$")
        terminal.wait_for_match(r"^(ok) +started$")
        registry.let(PIECES)
        assert terminal.end() == 0
        names = [line.split()[0] for line in terminal.text.split("\n")]
    assert sorted(names) == sorted({*names}), "a line that was not redrawn in its place"
    assert {"db", "ok", "network"} <= {*names}


def test_a_dumb_terminal(project):
    """It gets lines, and no sequence that moves the cursor."""
    project.declare(db=service())
    sandbox = project.sandbox
    argv = [sandbox.program, "--profile", sandbox.profile, "up"]
    with Terminal(argv, {**sandbox.env, "TERM": "dumb"}, sandbox.project) as terminal:
        assert terminal.end() == 0
        assert "ccpod: db: started" in terminal.text
        assert b"\x1b" not in terminal.bytes


def test_a_pull_elsewhere(project, registry):
    """One line, and no count."""
    project.declare(db=service(image=registry.image))
    result = project.up()
    assert result.code == 0, result.lines
    pulls = [line for line in result.lines if "pulling" in line]
    assert pulls == [f"ccpod: db: pulling {registry.image}"]
    assert b"\x1b" not in result.err


def test_a_headless_run_says_nothing(project, registry):
    project.declare(db=service(image=registry.image))
    result = project.run("echo ran")
    assert (result.code, result.out, result.err) == (0, b"ran\n", b"")


def test_a_broken_layer(project, registry):
    """The engine finds it out in the middle of its answer, which began as a good one."""
    registry.broken = True
    project.declare(db=service(image=registry.image), ok=service())
    fails(project.run("echo ran"), "service db", registry.image, "cannot be pulled")
    assert project.is_gone()


def test_an_image_that_the_registry_does_not_have(project, registry):
    project.declare(db=service(image=f"{registry.host}/other:1"))
    fails(project.run("echo ran"), "service db", f"{registry.host}/other:1", "cannot be pulled")
    assert project.is_gone()


def test_interrupted_in_a_pull(project, registry):
    registry.hold()
    project.declare(db=service(image=registry.image), ok=service())
    with project.sandbox.start("echo ran") as process:
        wait_for("the other service", lambda: ("ok", "running") in project.types())
        process.send_signal(signal.SIGINT)
        result = process.result()
    assert (result.code, result.out) == (130, b""), result.lines
    assert project.is_gone()


def test_more_lines_than_the_terminal_has(project):
    """What cannot be redrawn is told line by line, and nothing is lost."""
    project.declare(**{f"s{n}": service() for n in range(6)})
    with at_terminal(project, "up", rows=5) as terminal:
        assert terminal.end() == 0
        said = terminal.bytes.decode()
    last = said[said.rindex("\x1b[") :]
    assert "\x1b[5A" not in said
    for n in range(6):
        assert re.search(rf"\bs{n}: started", last) or re.search(rf"\bs{n} +started", said), said


def test_a_narrow_terminal(project):
    """A line that wrapped would count as two."""
    project.declare(**{"a-service-with-a-long-name": service(), "b": service()})
    with at_terminal(project, "up", columns=20) as terminal:
        assert terminal.end() == 0
        lines = terminal.text.split("\n")
    assert len(lines) == len({line[:10] for line in lines}), lines
