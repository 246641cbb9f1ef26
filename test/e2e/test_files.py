"""Whose files are whose: what Claude writes belongs to the project's owner, and Claude can do no
more than that owner."""

import os

import pytest

# As root every owner can be tried; an ordinary user has projects of their own alone.
OWNERS = [(0, 0), (1000, 1000), (1500, 1500), (12345, 54321)] if os.getuid() == 0 else [
    (os.getuid(), os.getgid())
]


@pytest.fixture(params=OWNERS, ids=lambda owner: f"{owner[0]}:{owner[1]}")
def owner(request, sandbox):
    os.chown(sandbox.project, *request.param)
    return request.param


def test_files_belong_to_the_projects_owner(sandbox, owner):
    result = sandbox.run("echo x > file; mkdir dir; ln -s file link; echo y > dir/below")
    assert (result.code, result.err) == (0, b"")
    for name in ("file", "dir", "link", "dir/below"):
        made = (sandbox.project / name).lstat()
        assert (made.st_uid, made.st_gid) == owner, name


def test_claude_runs_as_that_owner_without_rights(sandbox, owner):
    result = sandbox.run("id -u; id -g; grep -E '^(Cap|NoNewPrivs)' /proc/self/status")
    lines = result.out.decode().split("\n")
    assert (int(lines[0]), int(lines[1])) == owner
    facts = dict(line.split(":\t") for line in lines[2:] if line)
    assert facts.pop("NoNewPrivs") == "1"
    assert set(facts) == {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}
    assert set(facts.values()) == {"0" * 16}


def test_claude_has_a_home_of_its_own(sandbox, owner):
    result = sandbox.run('cd ~ && echo x > file && stat -c "%u:%g" . file .claude; id -un')
    lines = result.out.decode().split("\n")
    assert (result.code, result.err) == (0, b"")
    assert lines[:3] == [f"{owner[0]}:{owner[1]}"] * 3
    assert lines[3]  # the id has a name


def test_files_at_home_stay_the_users(sandbox, owner):
    """Whatever a container leaves in our directories, the user can still remove."""
    assert sandbox.run("echo x > file").code == 0
    mine = os.getuid()
    for entry in sandbox.ccpod_home.rglob("*"):
        assert entry.lstat().st_uid == mine, entry


def test_ids_can_be_given(sandbox):
    if os.getuid() == 0:
        os.chown(sandbox.project, 1000, 1000)
    result = sandbox.run("--env", "PUID=4242", "--env", "PGID=4343", "id -u; id -g")
    assert (result.code, result.out) == (0, b"4242\n4343\n")


def test_an_image_of_root(sandbox):
    """An image without a user of its own: Claude is the project's owner all the same."""
    sandbox.write_profile(image={"use": "ccpod-test-busybox:1"})
    tool = sandbox.project / "claude"
    tool.write_text('#!/bin/sh\nid -u; id -g; id -un\n')
    tool.chmod(0o755)
    result = sandbox.run("--env", "PATH=/workspace:/bin:/usr/bin", "hello")
    owner = sandbox.project.stat()
    assert result.out.decode().split("\n")[:2] == [str(owner.st_uid), str(owner.st_gid)]


def test_git_trusts_the_workspace_and_knows_the_user(sandbox):
    (sandbox.home / ".gitconfig").write_text("[user]\nname = Ada Lovelace\nemail = ada@example.com\n")
    result = sandbox.run("cat /etc/gitconfig")
    for wanted in ("Ada Lovelace", "ada@example.com", "/workspace"):
        assert wanted in result.out.decode()
