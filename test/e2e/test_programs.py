"""Programs that draw the whole screen, inside a session: first size, new size, left and come back to."""

import pytest

from pods import pod_of
from services import make_images
from session import assert_as_before, start, type_command, wait_for_code
from standin import StandIn
from terminal import Shell

LINES = "\n".join(f"line {n}" for n in range(1, 201)) + "\n"


@pytest.fixture
def shell(sandbox):
    (sandbox.project / "text").write_text(LINES)
    with pod_of(sandbox), Shell(sandbox, rows=20, columns=90) as made:
        yield made


@pytest.fixture
def real(sandbox, engine):
    """The base image: Debian's own programs."""
    sandbox.write_profile(image={"use": StandIn(engine).image})


def wait_for_page(shell, first, last):
    """The screen holds these lines of the text, from its top, and no more."""
    def is_there():
        lines = shell.text.split("\n")
        want = [f"line {n}" for n in range(first, last + 1)]
        return lines[: len(want)] == want and f"line {last + 1}" not in lines

    shell.wait_until(f"lines {first} to {last}", is_there)


def come_back(shell, sandbox, rows, columns):
    shell.type("\x10\x11")
    assert wait_for_code(shell) == 0
    shell.wait_for_prompt()
    shell.resize(rows, columns)
    type_command(shell, sandbox, "attach")


@pytest.mark.parametrize("editor", ["vi", "vim"])
def test_an_editor(sandbox, shell, engine, editor):
    if editor == "vim":
        make_images(engine)
        sandbox.write_profile(image={"use": "ccpod-test-vim:1"})
    inserts = {"vi": "\nI text", "vim": "-- INSERT --"}[editor]
    before = shell.command("stty -a")
    start(shell, sandbox, f"{editor} text")
    wait_for_page(shell, 1, 19)
    shell.resize(12, 70)
    wait_for_page(shell, 1, 11)
    come_back(shell, sandbox, 16, 80)
    wait_for_page(shell, 1, 15)
    shell.type("i")
    shell.wait_until("the insertion", lambda: inserts in shell.text)
    shell.type("xyz\x1b")
    shell.wait_until("the end of the insertion", lambda: "xyzline 1" in shell.text and inserts not in shell.text)
    shell.type(":wq\r")
    assert wait_for_code(shell) == 0
    assert (sandbox.project / "text").read_text() == "xyz" + LINES
    shell.resize(20, 90)
    assert_as_before(shell, before)


def test_less(real, sandbox, shell):
    before = shell.command("stty -a")
    type_command(shell, sandbox, "shell", "--", "less", "text")
    wait_for_page(shell, 1, 19)
    shell.type(" ")
    wait_for_page(shell, 20, 38)
    shell.resize(12, 70)
    wait_for_page(shell, 20, 30)
    shell.type("G")
    wait_for_page(shell, 190, 200)
    shell.type("g")
    wait_for_page(shell, 1, 11)  # less loses a key that comes together with a new size
    shell.resize(20, 90)
    wait_for_page(shell, 1, 19)
    shell.type("q")
    assert wait_for_code(shell) == 0
    assert_as_before(shell, before)


def test_top(real, sandbox, shell):
    before = shell.command("stty -a")
    type_command(shell, sandbox, "shell", "--", "top", "-d", "600", "-w")
    shell.wait_until("a table that fills the width", lambda: "PID" in shell.text and "top - " in shell.text)
    shell.resize(9, 60)
    shell.wait_until("the table again", lambda: shell.text.startswith("top - ") and "PID" in shell.text)
    assert len(shell.text.split("\n")) <= 9
    shell.type("q")
    assert wait_for_code(shell) == 0
    shell.resize(20, 90)
    assert_as_before(shell, before)
