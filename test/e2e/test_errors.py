"""What can be wrong before a run: one clear line each, the right exit code, nothing left behind."""

import contextlib
import os
import signal
import socket
import subprocess

import pytest

from proxy import act, refuse, say
from sandbox import DEADLINE

# An ordinary user's view of a socket that is not for them: root without the right to override.
WITHOUT_RIGHTS = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.getuid() == 0 else []


def assert_says(result, *words, code=125):
    """One message on stderr, with these words in it."""
    assert (result.code, result.out) == (code, b"")
    assert len([line for line in result.lines if line.startswith("ccpod: ")]) == 1, result.lines
    for word in words:
        assert word in result.err.decode(), result.lines


# --- the engine ---


def test_no_socket(sandbox):
    result = sandbox.run("hello", env={"DOCKER_HOST": "unix:///nonexistent/docker.sock"})
    assert_says(result, "/nonexistent/docker.sock", "no such socket", "DOCKER_HOST")
    assert len(result.lines) <= 2


@pytest.fixture
def dead_socket(tmp_path_factory):
    path = tmp_path_factory.mktemp("s") / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        yield path, listener


def test_nobody_listens(sandbox, dead_socket):
    path, _ = dead_socket
    result = sandbox.run("hello", env={"DOCKER_HOST": f"unix://{path}"})
    assert_says(result, str(path), "not running")


def test_no_permission_on_the_socket(sandbox, dead_socket):
    path, listener = dead_socket
    listener.listen()
    path.chmod(0)
    result = sandbox.run("hello", env={"DOCKER_HOST": f"unix://{path}"}, wrap=WITHOUT_RIGHTS)
    assert_says(result, str(path), "permission denied", "group")


def test_something_else_answers(sandbox, dead_socket):
    path, listener = dead_socket
    listener.listen()
    with sandbox.start("hello", env={"DOCKER_HOST": f"unix://{path}"}) as process:
        for _ in range(2):  # HEAD, then GET
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        result = process.result()
    assert_says(result, str(path))


def test_an_engine_that_never_answers(sandbox, dead_socket):
    path, listener = dead_socket
    listener.listen()
    result = sandbox.run("hello", env={"DOCKER_HOST": f"unix://{path}"}, seconds=30)
    assert_says(result, str(path))


@pytest.fixture
def silent(sandbox, dead_socket):
    """Starts a run whose engine takes the connection and what is asked, and never answers."""
    path, listener = dead_socket
    listener.listen()
    listener.settimeout(DEADLINE)
    sandbox.env["DOCKER_HOST"] = f"unix://{path}"
    with contextlib.ExitStack() as stack:

        def start(*args):
            process = stack.enter_context(sandbox.start(*args, "echo ran"))
            connection = stack.enter_context(listener.accept()[0])
            assert connection.recv(4096).startswith(b"HEAD /_ping ")
            return process

        yield start


@pytest.mark.parametrize("number, name", [(signal.SIGINT, "Interrupt"), (signal.SIGTERM, "Terminated")])
def test_a_silent_engine_can_be_left(silent, number, name):
    process = silent()
    process.send_signal(number)
    result = process.result()
    assert_says(result, f"interrupted ({name})", code=128 + number)
    assert len(result.lines) == 1


def test_a_silent_engine_and_a_timeout(silent):
    result = silent("--timeout", "1s").result()
    assert_says(result, "not done within --timeout", code=124)
    assert len(result.lines) == 1


def test_a_home_that_cannot_be_used_before_the_engine_has_answered(sandbox, silent):
    sandbox.write_profile(state="persistent")
    (sandbox.ccpod_home / "state").write_text("")
    result = silent().result()
    assert_says(result, "prepare the container", f"{sandbox.ccpod_home}/state", "not a directory")
    assert len(result.lines) == 1


def test_no_engine_anywhere(sandbox):
    """Each place that was tried, and why not."""
    del sandbox.env["DOCKER_HOST"]
    if any(os.path.exists(path) for path in ("/var/run/docker.sock", "/run/podman/podman.sock")):
        sandbox.env["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"
    result = sandbox.run("hello")
    assert_says(result, "docker.sock")


def test_a_host_that_makes_no_sense(sandbox):
    assert_says(sandbox.run("hello", env={"DOCKER_HOST": "gopher://x"}), "gopher://x", "DOCKER_HOST")


# --- the image ---


def test_the_image_is_missing(sandbox):
    sandbox.write_profile(image={"use": "ccpod-test-no-such-image:1"})
    result = sandbox.run("hello")
    assert_says(result, "ccpod-test-no-such-image:1", "image.use")


# --- the configuration ---


def test_yaml_that_is_none(sandbox):
    path = sandbox.write_profile("name: x\nimage: [unclosed\n")
    assert_says(sandbox.run("hello"), f"{path}:")


def test_an_unknown_key(sandbox):
    text = f"name: {sandbox.profile}\nconfig:\n  source: local\nimgae:\n  use: x\n"
    path = sandbox.write_profile(text)
    assert_says(sandbox.run("hello"), f"{path}:4:1: imgae: ", "image")


def test_a_wrong_type(sandbox):
    path = sandbox.write_profile(f"name: {sandbox.profile}\nconfig:\n  source: [a]\n")
    assert_says(sandbox.run("hello"), f"{path}:3:11: config.source: ")


def test_every_error_of_a_file_at_once(sandbox):
    text = f"name: {sandbox.profile}\nconfig:\n  source: elsewhere\nstate: forever\nisolation: 3\n"
    path = sandbox.write_profile(text)
    result = sandbox.run("hello")
    assert (result.code, result.out) == (125, b"")
    for place in ("3:11: config.source: ", "4:8: state: ", "5:12: isolation: "):
        assert f"{path}:{place}" in result.err.decode()


def test_a_projects_file_with_an_error(sandbox):
    path = sandbox.project / ".ccpod.yml"
    path.write_text("claudeArgs: no list\n")
    assert_says(sandbox.run("hello"), f"{path}:1:13: claudeArgs: ")


def test_a_bad_name_of_a_variable(sandbox):
    path = sandbox.write_profile(env=["GOOD=1", "BAD-NAME=2"])
    assert_says(sandbox.run("hello"), f"{path}:11:", "env[1]: ", "KEY=value")


def test_a_bad_name_of_a_variable_on_the_command_line(sandbox):
    assert_says(sandbox.run("--env", "1BAD=2", "hello"), "--env", "KEY=value", code=2)


def test_a_profile_that_is_not_there(sandbox):
    sandbox.profile = "other"
    assert_says(sandbox.run("hello"), "other", sandbox.settings["name"])


def test_no_default_profile(sandbox):
    done = subprocess.run(
        [sandbox.program, "run", "hello"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        env=sandbox.env,
        cwd=sandbox.project,
        check=False,
    )
    assert (done.returncode, done.stdout) == (125, b"")
    assert b"default" in done.stderr


def test_no_key(sandbox):
    del sandbox.env["ANTHROPIC_API_KEY"]
    assert_says(sandbox.run("hello"), "ANTHROPIC_API_KEY")


def test_no_login(sandbox):
    del sandbox.env["ANTHROPIC_API_KEY"]
    sandbox.write_profile(auth={"type": "oauth"})
    assert_says(sandbox.run("hello"), "has no login", "/login")


def test_a_mount_that_is_not_there(sandbox):
    sandbox.write_profile(mounts=[{"source": "/nonexistent/dir", "target": "/data"}])
    assert_says(sandbox.run("hello"), "/nonexistent/dir")


def test_a_port_that_is_taken(sandbox):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        sandbox.write_profile(ports={"list": [f"127.0.0.1:{port}:80"]})
        assert_says(sandbox.run("hello"), str(port))


def test_the_home_as_project(sandbox):
    assert_says(sandbox.run("hello", cwd=sandbox.home), str(sandbox.home), "--here")


def test_a_directory_that_is_gone(sandbox, tmp_path):
    """The shell may stand in a directory that was removed."""
    gone = tmp_path / "gone"
    gone.mkdir()
    command = subprocess.list2cmdline(sandbox.argv("run", "hello"))
    done = subprocess.run(
        ["sh", "-c", f"rmdir {gone}; exec {command}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        env=sandbox.env,
        cwd=gone,
        check=False,
    )
    assert (done.returncode, done.stdout) == (125, b"")
    assert done.stderr.startswith(b"ccpod: ")


# --- the command line ---


@pytest.mark.parametrize(
    "words",
    [["a prompt", "another"], [""], ["  "], ["-x"], ["--file", "x", "prompt"], ["--timeout", "soon", "x"],
     ["--detach", "--timeout", "9s", "x"]],
)
def test_wrong_usage(sandbox, words):
    assert_says(sandbox.run(*words), code=2)


def test_a_mistyped_flag(sandbox):
    assert_says(sandbox.run("--no-stdn", "hello"), "--no-stdin", code=2)


# --- the container that could not be made ---


def test_what_the_engine_refuses(sandbox, proxy):
    """The engine's own words, and what we were doing."""
    proxy.on("POST /containers/create", act(refuse, status=400, message="no such thing as x"))
    assert_says(sandbox.run("hello"), "create the container", "no such thing as x")


def test_an_answer_that_is_no_json(sandbox, proxy):
    page = b"HTTP/1.1 201 Created\r\nContent-Length: 6\r\n\r\n<html>"
    proxy.on("POST /containers/create", act(say, raw=page))
    result = sandbox.run("hello")
    assert (result.code, result.out) == (125, b"")
    assert b"create the container" in result.err


def test_a_git_that_hangs_is_not_waited_for(sandbox, tmp_path):
    """It is only asked for the user's name: a run goes on without."""
    git = tmp_path / "bin/git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\nexec sleep 600\n")
    git.chmod(0o755)
    result = sandbox.run("echo here", env={"PATH": f"{git.parent}:{sandbox.env['PATH']}"})
    assert (result.code, result.out) == (0, b"here\n")
    assert result.lines == [
        "ccpod: warning: git does not answer: your name and address for commits are not known inside"
    ]


def test_a_container_without_an_id(sandbox, proxy):
    answer = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"Id":""}'
    proxy.on("POST /containers/create", act(say, raw=answer))
    assert_says(sandbox.run("true"), "the engine's answer makes no sense")
