"""The merged config dir: what of the configuration a run finds inside, and what becomes of it."""

import contextlib
import os
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


# --- who uses it, and for how long ---


def dirs(sandbox):
    return {each.name for each in (sandbox.ccpod_home / "run/config").iterdir()}


def write_tree(sandbox, text):
    (sandbox.profile_dir / "config/CLAUDE.md").write_text(text)


def make_old(sandbox):
    """As if nobody had asked for what is there for a week."""
    for each in (sandbox.ccpod_home / "run/config").iterdir():
        past = each.stat().st_mtime - 7 * 86400
        os.utime(each, (past, past))


def test_old_ones_go_when_nothing_uses_them(sandbox):
    write_tree(sandbox, "one")
    assert sandbox.run("true").code == 0
    (unused,) = dirs(sandbox)
    write_tree(sandbox, "two")
    with sandbox.start("echo up; cat; cat ~/.claude/CLAUDE.md", stdin=-1) as process:
        process.wait_for_output(b"up")
        (used,) = dirs(sandbox) - {unused}
        make_old(sandbox)
        write_tree(sandbox, "three")
        assert sandbox.run("true").code == 0
        assert used in dirs(sandbox) and unused not in dirs(sandbox)
        container = sandbox.wait_for_container()
        assert "two" in sandbox.exec(container, "cat /ccpod/config/CLAUDE.md")
        process.stdin.close()
        assert process.result().out == b"up\ntwo"
    assert used not in dirs(sandbox), "its last user has gone"
    assert len(dirs(sandbox)) == 1, "the other was used today"


def test_runs_that_write_the_same_one_at_once(sandbox):
    for i in range(300):
        skill = sandbox.profile_dir / f"config/skills/s{i}/SKILL.md"
        skill.parent.mkdir(parents=True)
        skill.write_text(str(i))
    with contextlib.ExitStack() as stack:
        script = "cat ~/.claude/skills/*/SKILL.md | wc -c"
        runs = [stack.enter_context(sandbox.start(script)) for _ in range(3)]
        results = [run.result() for run in runs]
    assert [(r.code, r.out.strip()) for r in results] == [(0, b"790")] * 3
    assert len(dirs(sandbox)) == 1
