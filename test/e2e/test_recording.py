"""`ccpod run --record`: what the terminal showed, as an asciicast."""

import json
import os
import signal

import pytest

from session import start, supervisor, type_command, wait_for_code
from terminal import Shell, Terminal


@pytest.fixture
def shell(sandbox):
    with Shell(sandbox) as made:
        yield made


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cast"


def events(path):
    header, *rest = [json.loads(line) for line in path.read_text().splitlines()]
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    assert [e[0] for e in rest] == sorted(e[0] for e in rest)
    return rest


def output(path):
    return "".join(data for _, kind, data in events(path) if kind == "o")


def test_it_holds_what_was_shown(sandbox, shell, path):
    script = "trap 'stty size' WINCH; printf '\\033[32mgreen\\033[m \"quoted\" ü😀\\n'; until read -r l; do :; done"
    start(shell, sandbox, script, "--record", str(path))
    shell.wait_for('green "quoted"')
    shell.resize(30, 100)
    shell.wait_for_line("30 100")
    shell.type("typed\r")
    assert wait_for_code(shell) == 0
    assert '\033[32mgreen\033[m "quoted" ü😀\r\n' in output(path)
    assert "typed" in output(path) and "code=" not in output(path)
    assert [data for _, kind, data in events(path) if kind == "r"] == ["100x30"]


def test_of_one_that_is_attached_to(sandbox, shell, path):
    (sandbox.project / "script").write_text("trap 'echo here' WINCH; until read -r l; do :; done; echo got $l; exit 5")
    assert sandbox.run("--detach", "--", ". ./script").code == 0
    path.mkdir()
    type_command(shell, sandbox, "attach", "--record", str(path))
    assert wait_for_code(shell) == 125
    path.rmdir()
    type_command(shell, sandbox, "attach", "--record", str(path))
    shell.wait_for_line("here")
    shell.type("typed\r")
    assert wait_for_code(shell) == 5
    assert "got typed" in output(path)


def test_it_is_complete_after_a_kill(sandbox, shell, path):
    start(shell, sandbox, "seq -s ' ' 400; echo up; sleep 600", "--record", str(path))
    shell.wait_for_line("up")
    container = sandbox.wait_for_container()
    os.kill(supervisor(sandbox), signal.SIGKILL)
    assert wait_for_code(shell) == 137
    assert path.read_bytes().endswith(b"\n") and "400\r\nup\r\n" in output(path)
    sandbox.forget(container)


def test_it_plays(sandbox, path):
    script = r"printf 'one\r\n\033[7mtwo\033[m\r\n\033[5;3Hthree\r\n'"
    with Terminal(sandbox.argv("run", "--record", path, "--", script), sandbox.env, sandbox.project) as shown:
        assert shown.end() == 0
    # What comes afterwards is the shell's: the screen of the session is all that is compared.
    with Terminal(["asciinema", "play", str(path)], sandbox.env, sandbox.project) as played:
        assert played.end() == 0
    assert played.text == shown.text and "three" in played.text


@pytest.mark.parametrize("bad", ["link", "directory"])
def test_where_it_may_not_be_written(sandbox, shell, path, bad):
    other = path.with_name("other")
    other.write_text("precious")
    path.symlink_to(other) if bad == "link" else path.mkdir()
    type_command(shell, sandbox, "run", "--record", str(path), "--", "echo never")
    assert wait_for_code(shell) == 125
    assert str(path) in shell.text.replace("\n", "")
    assert other.read_text() == "precious"
