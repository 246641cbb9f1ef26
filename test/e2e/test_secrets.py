"""Secrets: Claude has them, and nobody else can read them anywhere."""

import base64
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from sandbox import FAKE

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


# --- nothing that ccpod says holds one, however much it is asked to say ---


class Planted:
    """A configuration with a secret in each place that may hold one."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.secrets = {"key": sandbox.key}
        password = self.plant("password")
        sandbox.env["FORWARDED"] = self.plant("forwarded")
        sandbox.env["PART"] = self.plant("part")
        sandbox.write_profile(
            env=[
                "FORWARDED",
                "JOINED=before-${PART}-after",
                f"MY_TOKEN={self.plant('token')}",
                f"DATABASE=postgres://me:{self.plant('url')}@db/x",
                f"PLAIN=ghp_{self.plant('value')}",
            ],
            services={"db": self.service(password)},
        )
        self.write_tree()
        self.write_login()
        (sandbox.ccpod_home / "key").write_text(self.plant("file") + "\n")

    def plant(self, name):
        return self.secrets.setdefault(name, f"planted-{name}-{os.urandom(9).hex()}")

    def service(self, password):
        script = f"echo the password is {password}; exit 1"
        env = {"POSTGRES_PASSWORD": password}
        never = {"test": ["CMD", "false"], "interval": "1s"}
        return {"image": FAKE, "entrypoint": ["sh", "-c", script], "env": env, "healthcheck": never}

    def write_tree(self):
        tree = self.sandbox.profile_dir / "config"
        env = {"ANTHROPIC_CUSTOM_TOKEN": self.plant("setting")}
        (tree / "settings.json").write_text(json.dumps({"env": env}))

    def write_login(self):
        login = {"accessToken": self.plant("access"), "refreshToken": self.plant("refresh")}
        login["expiresAt"] = login["refreshTokenExpiresAt"] = int(time.time() + 3600) * 1000
        directory = self.sandbox.ccpod_home / "credentials" / self.sandbox.profile
        directory.mkdir(parents=True, mode=0o700)
        (directory / ".credentials.json").write_text(json.dumps({"claudeAiOauth": login}))

    def command(self, *args):
        argv = [self.sandbox.program, "-vv", "--profile", self.sandbox.profile, *args]
        options = {"cwd": self.sandbox.project, "env": self.sandbox.env, "timeout": 90}
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, **options)
        return (done.stdout + done.stderr).decode(errors="replace")

    def shown(self, text):
        """The places whose secrets the text shows."""
        encoded = {name: base64.b64encode(text.encode()).decode() for name, text in self.secrets.items()}
        return [name for name, secret in self.secrets.items() if secret in text or encoded[name] in text]


@pytest.fixture
def planted(sandbox):
    return Planted(sandbox)


CONFIG = (["config", "show"], ["config", "show", "--json"], ["config", "validate"], ["trust", "--show"])


@pytest.mark.parametrize("auth", [{}, {"keyEnv": "NONE", "keyFile": "~/.ccpod/key"}, {"type": "oauth"}], ids=str)
def test_config_shows_none(planted, auth):
    planted.sandbox.write_profile(auth=auth)
    for words in (*CONFIG, ["run", "--dry-run", "--env", "FORWARDED", "hello"]):
        text = planted.command(*words)
        assert planted.shown(text) == [], words
        assert "planted-" not in text, words


def test_reveal_shows_them(planted):
    """So that the other tests look for what is there."""
    found = planted.shown(planted.command("config", "show", "--reveal"))
    assert set(found) == {"key", "forwarded", "part", "token", "url", "value", "password", "setting"}


@pytest.mark.parametrize("image", [FAKE, "127.0.0.1:1/none"])
def test_a_run_and_its_errors_show_none(planted, image):
    """The service says its password and ends: what it has said last is part of the error."""
    planted.sandbox.write_profile(image={"use": image})
    for words in (["run", "true"], ["up", "--wait"]):
        text = planted.command(*words)
        assert ("the password is ***" if image == FAKE else "connection refused") in text, text
        assert planted.shown(text) == [], words
    planted.command("down")
