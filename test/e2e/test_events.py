"""`ccpod run --events`: what happens, as JSON lines for machines."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from pods import FOREVER, pod_of
from sandbox import wait_for
from session import start, wait_for_code
from terminal import Shell


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events"
    return path


def read(path):
    lines = path.read_text().splitlines()
    found = [json.loads(line) for line in lines]
    assert all(e["v"] == 1 and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", e["time"]) for e in found)
    return found


def names(found, part="claude"):
    """What happened to a part; what is saved beside it, and when, is for another test."""
    return [e["event"] for e in found if e.get("part") == part and e["event"] != "credentials-saved"]


def run(sandbox, path, *args, **options):
    result = sandbox.run("--events", path, *args, **options)
    return result, read(path)


@pytest.mark.parametrize("code", [0, 3, 255])
def test_a_run(sandbox, events, code):
    result, found = run(sandbox, events, f"echo out; exit {code}")
    assert (result.code, result.out, result.err) == (code, b"out\n", b"")
    assert names(found) == ["created", "started", "exited"]
    created, started = [next(e for e in found if e["event"] == name) for name in ("created", "started")]
    exited, ended = found[-2:]
    assert created["container"].startswith(f"ccpod-{sandbox.profile}-") and created["id"] == started["id"]
    assert (exited["code"], exited["oom"], exited["by"]) == (code, False, "itself")
    assert (ended["event"], ended["code"], ended["error"]) == ("ended", code, None)
    assert os.stat(events).st_mode & 0o777 == 0o600


def test_on_a_descriptor(sandbox):
    reading, writing = os.pipe()
    result = sandbox.run("--events", writing, "true", pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found = [json.loads(line) for line in pipe]
    assert result.code == 0 and [e["event"] for e in found][-2:] == ["exited", "ended"]


def test_by_a_signal(sandbox, events):
    with sandbox.start("--events", events, "echo up; sleep 600") as process:
        process.wait_for_output(b"up\n")
        process.send_signal(signal.SIGTERM)
        assert process.result().code == 143
    (exited,) = [e for e in read(events) if e["event"] == "exited"]
    assert (exited["code"], exited["signal"], exited["by"]) == (143, 15, "signal")


def test_by_its_time_or_from_outside(sandbox, events):
    _, found = run(sandbox, events, "--timeout", "1s", "sleep 600")
    assert [e["by"] for e in found if e["event"] == "exited"] == ["timeout"]
    assert (found[-1]["event"], found[-1]["code"]) == ("ended", 124)
    with sandbox.start("--events", events, "echo up; sleep 600") as process:
        process.wait_for_output(b"up\n")
        sandbox.engine.kill(sandbox.wait_for_container())
        process.result()
    (exited,) = [e for e in read(events) if e["event"] == "exited"]
    assert (exited["code"], exited["signal"], exited["by"]) == (137, 9, "outside")


def test_out_of_memory(sandbox, events):
    sandbox.write_profile(resources={"memory": "16m"})
    result, found = run(sandbox, events, "x=0123456789abcdef; while :; do x=$x$x; done")
    (exited,) = [e for e in found if e["event"] == "exited"]
    assert (exited["oom"], exited["by"]) == (b"out of memory" in result.err, "outside")
    assert exited["oom"] and exited["code"] == 137


def test_a_failure(sandbox, events):
    sandbox.write_profile(image={"use": "ccpod-test-no-such-image:1"})
    result, found = run(sandbox, events, "true")
    assert result.code == 125
    assert [(e["event"], e.get("part")) for e in found] == [("pulling", "image"), ("ended", None)]
    assert found[-1]["code"] == 125 and "ccpod-test-no-such-image:1" in found[-1]["error"]


def test_services(sandbox, pod, events):
    check = {"test": ["CMD", "true"], "interval": "1s"}
    sandbox.write_profile(services={"db": {
        "image": "ccpod-test-busybox:1", "command": ["sh", "-c", FOREVER], "healthcheck": check}})
    _, found = run(sandbox, events, "true")
    assert names(found, "db") == ["starting", "waiting", "healthy"]
    assert names(found, "network") == ["creating", "created"]
    assert names(found)[-1] == "exited"
    _, found = run(sandbox, events, "true")
    assert "present" in names(found, "network") and "starting" not in names(found, "db")
    assert pod.command("down").code == 0


def test_credentials(sandbox, events):
    until = int(time.time() + 3600) * 1000
    login = json.dumps({"claudeAiOauth": {"accessToken": "a" * 20, "refreshToken": "r" * 20, "expiresAt": until}})
    script = f"printf %s '{login}' > ~/.claude/.credentials.json; chmod 600 ~/.claude/.credentials.json"
    _, found = run(sandbox, events, script)
    assert "credentials-saved" in [e["event"] for e in found]
    saved = sandbox.ccpod_home / "credentials" / sandbox.profile / ".credentials.json"
    assert "r" * 20 in saved.read_text() and "r" * 20 not in events.read_text()


def test_a_session_that_is_left(sandbox, pod, events):
    script = "echo up; read -r l; exit $l"
    with Shell(sandbox) as shell:
        start(shell, sandbox, script, "--events", str(events))
        shell.wait_for_line("up")
        shell.type("\x10\x11")
        assert wait_for_code(shell) == 0
        assert [e for e in read(events) if e["event"] == "left"][0]["by"] == "user"
        start(shell, sandbox, script, "--events", str(events))
        shell.wait_for("back in the session")
        wait_for("the terminal to be raw", lambda: not shell.attributes()[3] & 2)
        shell.type("4\r")
        assert wait_for_code(shell) == 4
    found = read(events)
    assert names(found) == ["joined", "exited"] and found[-1]["code"] == 4


def test_nobody_reads(sandbox):
    """A pipe that is full holds nothing up for long."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with pytest.raises(BlockingIOError):
        while os.write(writing, b"x" * 4096):
            pass
    result = sandbox.run("--events", writing, "echo out; exit 3", pass_fds=[writing])
    assert (result.code, result.out) == (3, b"out\n")
    os.close(reading)
    result = sandbox.run("--events", writing, "echo out; exit 3", pass_fds=[writing])
    assert (result.code, result.out, result.err) == (3, b"out\n", b"")
    os.close(writing)


@pytest.mark.parametrize("where, code", [("0", 2), ("99", 2), ("/no/such/dir/file", 125)])
def test_what_cannot_be_written(sandbox, where, code):
    result = sandbox.run("--events", where, "true", stdin=subprocess.DEVNULL)
    assert result.code == code and b"--events " + where.encode() in result.err


@pytest.mark.parametrize("option", ["--events={}", "--timing={}"])
@pytest.mark.parametrize("make, why", [(os.symlink, "symbolic link"), (os.link, "hard links")])
def test_a_link_in_the_project(sandbox, option, make, why):
    """Nothing of the user's is emptied for a name that a repository has chosen."""
    mine = sandbox.project.parent / "mine"
    mine.write_text("mine\n")
    make(mine, sandbox.project / "out.json")
    result = sandbox.run(option.format("out.json"), "true")
    assert result.code == 125 and "out.json: " in result.lines[0] and why in result.lines[0]
    assert mine.read_text() == "mine\n"


@pytest.mark.parametrize("where", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("option", ["--events={}", "--timing={}"])
@pytest.mark.parametrize("mode", ["ab", "wb"])
def test_a_name_of_a_descriptor(sandbox, tmp_path, option, where, mode):
    """What has been written there stays."""
    path = tmp_path / "log"
    with open(path, mode) as log:
        log.write(b"before\n")
        log.flush()
        assert sandbox.run(option.format(where), "echo out", stdout=log, read=False).code == 0
    first, second, *rest = sorted(path.read_text().splitlines(), key=lambda line: "{" in line)
    assert {first, second} == {"before", "out"}
    assert rest and all(json.loads(line) for line in rest)


@pytest.mark.parametrize("option", ["--events={}", "--timing={}"])
def test_a_pipe_with_a_name(sandbox, tmp_path, option):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    assert sandbox.run(option.format(path), "true").code == 0
    with os.fdopen(reading, "rb") as pipe:
        assert [json.loads(line) for line in pipe]


def test_what_was_there_is_replaced(sandbox, events):
    events.write_text("x" * 100_000)
    _, found = run(sandbox, events, "true")
    assert found[-1]["event"] == "ended"
