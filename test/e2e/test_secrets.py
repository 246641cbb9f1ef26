"""Secrets: Claude has them, and nobody else can read them anywhere."""

import json
import os
from pathlib import Path

import pytest

SAY = 'echo "$ANTHROPIC_API_KEY|$TOKEN"; cat'


@pytest.fixture
def running(sandbox):
    """A run with two secrets: the key of `auth`, and a forwarded variable."""
    sandbox.write_profile(env=["TOKEN"])
    token = f"forwarded-{sandbox.key[-12:]}"
    with sandbox.start(SAY, stdin=-1, env={"TOKEN": token}) as process:
        process.wait_for_output(b"\n")
        assert process.said() == f"{sandbox.key}|{token}\n".encode()
        yield process, [sandbox.key, token]
        process.stdin.close()
        assert process.result().code == 0


def hides(secrets, text):
    return not [s for s in secrets if s in text]


def test_the_engine_does_not_know_them(sandbox, running):
    _, secrets = running
    container = sandbox.wait_for_container()
    assert hides(secrets, json.dumps(sandbox.engine.inspect(container)))
    processes = sandbox.engine.do("GET", f"/containers/{container}/top")
    assert hides(secrets, json.dumps(processes))


def test_no_command_line_holds_them(running):
    process, secrets = running
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            assert hides(secrets, words), entry
    assert process.popen.poll() is None


def test_the_first_process_inside_does_not_hold_them(sandbox, running):
    """Nobody in the container can look, not even root; from outside root can."""
    _, secrets = running
    container = sandbox.wait_for_container()
    inside = sandbox.exec(container, "tr '\\0' '\\n' < /proc/1/environ; echo $?")
    assert hides(secrets, inside)
    if os.getuid() == 0:
        pid = sandbox.engine.inspect(container)["State"]["Pid"]
        outside = Path(f"/proc/{pid}/environ").read_bytes().decode()
        assert "CCPOD_WORKSPACE=/workspace" in outside
        assert hides(secrets, outside)


def test_the_file_is_gone_when_claude_runs(sandbox, running):
    _, secrets = running
    (run,) = [d for d in (sandbox.ccpod_home / "run").iterdir() if d.name != "config"]
    assert (run / "in").is_dir()
    for file in sandbox.ccpod_home.rglob("*"):
        if file.is_file():
            assert hides(secrets, file.read_bytes().decode(errors="replace")), file


def test_the_words_of_ccpod_do_not_hold_them(sandbox):
    result = sandbox.run("-vv", "--env", "TOKEN", "true", env={"TOKEN": "forwarded-12345678"})
    assert result.code == 0
    assert hides([sandbox.key, "forwarded-12345678"], result.err.decode())


def test_the_run_directory_is_private(sandbox, running):
    process, _ = running
    (run,) = [d for d in (sandbox.ccpod_home / "run").iterdir() if d.name != "config"]
    assert run.stat().st_mode & 0o777 == 0o700
    assert process.popen.poll() is None


def test_the_request_to_the_engine_does_not_hold_them(sandbox, proxy):
    sandbox.write_profile(env=["TOKEN"])
    assert sandbox.run("true", env={"TOKEN": "forwarded-12345678"}).code == 0
    assert proxy.calls
    for call in proxy.calls:
        assert hides([sandbox.key, "forwarded-12345678"], call.request.decode()), call.kind
