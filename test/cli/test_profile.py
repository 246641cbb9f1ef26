"""`profile update`, and the git source of a profile as the other commands find it. When the remote
is asked, and what is taken of it, is tested in test/unit/test_profile_sync.c."""
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import threading

import pexpect
import pytest

SECRET = "a-token-that-nobody-may-see"


@pytest.fixture
def remote(ccpod, tmp_path):
    """A repository with a CLAUDE.md that says "one", and the profile "default" that names it."""
    made = Remote(tmp_path / "remote")
    made.commit("one")
    write_profile(ccpod, f"file://{made.directory}")
    return made


class Remote:
    def __init__(self, directory):
        self.directory = directory
        directory.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *words):
        env = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **{f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        subprocess.run(["git", *words], cwd=self.directory, env=env, check=True, timeout=30)

    def commit(self, text):
        (self.directory / "CLAUDE.md").write_text(text)
        self.git("add", ".")
        self.git("commit", "-qm", text)

    def hide(self):
        self.directory.rename(self.directory.with_name("hidden"))


def write_profile(ccpod, repo, sync="daily"):
    directory = ccpod.home / "profiles/default"
    directory.mkdir(parents=True, exist_ok=True)
    config = {"source": "git", "repo": repo, "sync": sync}
    (directory / "profile.yml").write_text(json.dumps({"name": "default", "config": config}))


def show(ccpod):
    done = ccpod("config", "show", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def left(ccpod):
    """Clones that were begun and not put in place, or replaced."""
    return list(ccpod.home.glob("profiles/default/.ccpod-clone-*"))


def test_update(ccpod, remote):
    done = ccpod("profile", "update")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"fetching the config tree of the profile default from file://{remote.directory}" in done.stderr
    assert "the profile default is up to date now (" in done.stderr
    assert "is up to date (" in ccpod("profile", "update", "default").stderr
    remote.commit("two")
    assert show(ccpod)["claudeMd"] == "one", "it is not due before tomorrow"
    assert "is up to date now (" in ccpod("--profile", "default", "profile", "update").stderr
    assert show(ccpod)["claudeMd"] == "two"
    assert ccpod("-q", "profile", "update").stderr == ""


def test_update_of_the_projects_profile(ccpod, remote):
    (ccpod.home / "profiles/default").rename(ccpod.home / "profiles/work")
    (ccpod.project / ".ccpod.yml").write_text("profile: work\n")
    assert "the profile default is up to date now" in ccpod("profile", "update").stderr
    assert (ccpod.home / "profiles/work/config/CLAUDE.md").read_text() == "one"


def test_a_local_source(ccpod):
    ccpod.profile("default")
    done = ccpod("profile", "update")
    assert done.returncode == 0
    assert "is local: there is nothing to fetch" in done.stderr


@pytest.mark.parametrize("name", ["../default", "a/b", "x" * 65, ""])
def test_names_are_checked_before_a_path_is_made(ccpod, remote, name):
    done = ccpod("profile", "update", name)
    assert done.returncode in (2, 125)
    assert not (ccpod.home / "profiles/default/config").exists()


def test_config_show_fetches_what_is_due(ccpod, remote):
    assert show(ccpod)["claudeMd"] == "one"
    remote.commit("two")
    write_profile(ccpod, f"file://{remote.directory}", sync="always")
    assert show(ccpod)["claudeMd"] == "two"


def test_a_dry_run_fetches_nothing(ccpod, remote):
    done = ccpod("run", "--dry-run", "hello", env={"ANTHROPIC_API_KEY": "x"})
    assert done.returncode == 125
    assert "it has not been fetched yet" in done.stderr and "ccpod profile update default" in done.stderr
    assert not (ccpod.home / "profiles/default/config").exists()


def test_a_key_helper_that_comes_from_the_remote(ccpod, remote):
    """Whether there is a way in is known once the tree is there: also at the first run."""
    run = ["run", "prompt"]
    engine = {"DOCKER_HOST": "unix:///no.sock"}
    done = ccpod(*run, env=engine)
    assert done.returncode == 125 and "no API key" in done.stderr
    (remote.directory / "settings.json").write_text('{"apiKeyHelper": "echo key"}')
    remote.commit("with a helper")
    shutil.rmtree(ccpod.home / "profiles/default/config")
    done = ccpod(*run, env=engine)
    assert done.returncode == 125
    assert "no API key" not in done.stderr and "/no.sock" in done.stderr


def test_without_the_remote(ccpod, remote):
    """The last good copy goes on; who asks for a newer one hears that there is none."""
    write_profile(ccpod, f"file://{remote.directory}", sync="always")
    before = show(ccpod)
    remote.hide()
    after = show(ccpod)
    assert after["claudeMd"] == before["claudeMd"] == "one"
    (warning,) = set(after["warnings"]) - set(before["warnings"])
    assert "the copy that is there goes on" in warning
    done = ccpod("profile", "update")
    assert done.returncode == 125
    assert "the profile default is not brought up to date" in done.stderr


def test_without_the_remote_and_without_a_copy(ccpod, remote):
    remote.hide()
    for words in (["profile", "update"], ["config", "show"]):
        done = ccpod(*words)
        assert (done.returncode, done.stdout) == (125, "")
        assert f"bring the profile default up to date from file://{remote.directory}" in done.stderr
        assert "does not appear to be a git repository" in done.stderr, "why, not only that"
    assert left(ccpod) == []


class Guarded(http.server.BaseHTTPRequestHandler):
    """A repository that wants a password."""

    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()

    def log_message(self, *args):  # pylint: disable=arguments-differ
        pass


@pytest.fixture
def guarded():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Guarded) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"127.0.0.1:{server.server_port}/repo"
        server.shutdown()


def test_nobody_is_asked_for_a_password(ccpod, guarded):
    """Not even where there is a terminal to ask at."""
    write_profile(ccpod, f"http://{guarded}")
    child = pexpect.spawn(
        ccpod.program, ["profile", "update"], cwd=str(ccpod.project), env=ccpod.env,
        dimensions=(50, 200), encoding="utf-8", timeout=30,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 125
    assert "could not read Username" in child.before and "Password" not in child.before


def test_a_password_in_the_address_is_not_shown(ccpod, guarded):
    write_profile(ccpod, f"http://someone:{SECRET}@{guarded}")
    for words in (["profile", "update"], ["config", "show"], ["run", "--dry-run", "x"], ["config", "validate"]):
        done = ccpod("-vv", *words, env={"ANTHROPIC_API_KEY": "x"})
        assert SECRET not in done.stdout + done.stderr, words


@pytest.mark.parametrize("with_copy", [True, False], ids=["with a copy", "without"])
def test_an_interrupt(ccpod, remote, with_copy):
    """A remote that never answers: Ctrl-C ends it, and leaves neither files nor processes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        repo = f"git://127.0.0.1:{server.getsockname()[1]}/repo"
        if with_copy:
            assert ccpod("profile", "update").returncode == 0
            (ccpod.home / "profiles/default/config/.git/ccpod-source").write_text(f"{repo}\n\n")
        write_profile(ccpod, repo)
        done = start_and_interrupt(ccpod, server)
    assert done.returncode == 130
    assert done.stderr_text.endswith("interrupted (Interrupt)\n")
    assert left(ccpod) == []


def start_and_interrupt(ccpod, server):
    process = subprocess.Popen(
        [ccpod.program, "profile", "update"], cwd=ccpod.project, env=ccpod.env,
        stderr=subprocess.PIPE, encoding="utf-8",
    )
    server.settimeout(30)
    connection, _ = server.accept()
    with connection:
        process.send_signal(signal.SIGINT)
        _, process.stderr_text = process.communicate(timeout=30)
        # git has gone, too, when nobody holds the other end.
        connection.settimeout(30)
        while connection.recv(1 << 16):
            pass
    return process
