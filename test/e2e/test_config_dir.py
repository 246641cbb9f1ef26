"""The merged config dir: what of the configuration a run finds inside, and what becomes of it."""

import subprocess

import pytest


def git(directory, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@t"]
    env = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null"}
    subprocess.run(["git", *identity, *words], cwd=directory, env=env, check=True, timeout=30)


@pytest.fixture
def remote(sandbox, tmp_path):
    """A repository with a config tree, which is the profile's source."""
    directory = tmp_path / "remote"
    (directory / "commands").mkdir(parents=True)
    (directory / "commands/hello.md").write_text("from the repository\n")
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", ".")
    git(directory, "commit", "-qm", "one")
    source = {"source": "git", "repo": f"file://{directory}", "sync": "always"}
    sandbox.write_profile(config=source)
    (sandbox.profile_dir / "config").rmdir()
    return directory


def test_a_profile_from_git(sandbox, remote):
    script = "cat ~/.claude/commands/hello.md; ls -d ~/.claude/.git"
    result = sandbox.run(script)
    assert result.out == b"from the repository\n"
    assert "fetching the config tree" in result.lines[0]
    (remote / "commands/hello.md").write_text("changed\n")
    git(remote, "commit", "-qam", "two")
    assert sandbox.run(script).out == b"changed\n"
    remote.rename(remote.with_name("hidden"))
    result = sandbox.run(script)
    assert result.out == b"changed\n"
    assert b"the copy that is there goes on" in result.err
