"""What Claude keeps of a project in its .claude.json: it comes back in the project's next run, for a
project that the user trusts, in a profile that keeps state. Nobody else gets it, or can write it."""

import json
import os
import signal
import stat
import time

import pytest

from sandbox import wait_for
from session import start, supervisor, wait_for_code
from terminal import Shell

SEE = "cat ~/.claude.json"
LEFT = {"allowedTools": ["Bash(make:*)"], "mcpServers": {"mine": {"command": "sh"}}}


def leave(entry, workspace="/workspace", **more):
    """A script that writes what Claude keeps, as Claude does."""
    text = json.dumps({"theme": "light", "projects": {workspace: entry}, **more})
    return f"umask 077; cat > ~/new <<'EOF'\n{text}\nEOF\nmv ~/new ~/.claude.json\n"


class Kept:
    """The file at home, and the runs of a project of a profile that keeps state."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        sandbox.write_profile(state="persistent")
        self.directory = sandbox.ccpod_home / "state" / sandbox.profile
        self.file = self.directory / f"{sandbox.project_hash}.json"

    def run(self, script, *args, trust=True, **options):
        return self.sandbox.run(*(["--trust-project"] if trust else []), *args, script, **options)

    def leave(self, entry, *args, **options):
        result = self.run(leave(entry), *args, **options)
        assert (result.code, result.err) == (0, b"")

    def seen(self, *args, workspace="/workspace", after="", err=b"", **options):
        """What Claude is given of the project, but for the answer that it always is. `after` that it
        does more."""
        result = self.run(f"{SEE}; {after}", *args, **options)
        assert result.code == 0 and (err in result.err if err else not result.err), result.err
        projects = json.loads(result.out)["projects"]
        assert list(projects) == [workspace]
        return {key: value for key, value in projects[workspace].items() if key != "hasTrustDialogAccepted"}

    def at_home(self):
        return json.loads(self.file.read_text())

    def put(self, entry):
        self.directory.mkdir(parents=True)
        for each in (self.directory, self.directory.parent):
            each.chmod(0o700)
        self.file.write_text(entry if isinstance(entry, str) else json.dumps(entry))


@pytest.fixture
def kept(sandbox):
    return Kept(sandbox)


@pytest.fixture
def another(sandbox):
    directory = sandbox.project.parent / "another"
    directory.mkdir()
    yield directory
    assert sandbox.engine.containers(workdir=directory) == []
    for volume in sandbox.engine.labelled("volumes", profile=sandbox.profile):
        sandbox.engine.ask("DELETE", f"/volumes/{volume['Name']}", force=1)


def test_it_comes_back_and_reaches_no_other_project(kept, another):
    """Seen from inside, both have the same name."""
    kept.leave(LEFT)
    assert kept.at_home() == LEFT and stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    assert kept.seen(cwd=another) == {}
    kept.leave({"allowedTools": []}, cwd=another)
    assert kept.seen() == LEFT
    assert kept.seen() == LEFT  # what a run does not change stays


def test_it_comes_with_the_account(kept, store):
    kept.sandbox.write_profile(state="persistent")
    store.put_account({"userID": "me", "theme": "dark"})
    kept.leave(LEFT)
    seen = json.loads(kept.run(SEE).out)
    assert (seen["userID"], seen["theme"]) == ("me", "light")
    assert seen["projects"]["/workspace"]["mcpServers"] == LEFT["mcpServers"]
    assert "projects" not in json.loads((store.directory / ".claude.json").read_text())


def test_only_the_own_workspace_is_taken(kept):
    script = leave({}, **{"projects": {"/workspace": {"a": 1}, "/other": {"b": 2}}, "mcpServers": {"evil": {}}})
    assert kept.run(script).code == 0
    assert kept.at_home() == {"a": 1}
    kept.sandbox.write_profile(workspace={"target": "/other"})
    assert kept.seen(workspace="/other") == {"a": 1}  # it is the project's, wherever that lies inside


NOT_KEPT = {
    "not trusted": ({}, [], False),
    "not trusted, and asks for nothing": ({}, [], False),
    "no state": ({"state": "ephemeral"}, [], True),
    "no state, this time": ({}, ["--no-state"], True),
    "isolated": ({"isolation": True}, [], True),
}


@pytest.mark.parametrize("why", NOT_KEPT)
def test_who_may_not_have_it_gets_and_leaves_nothing(kept, why):
    changes, args, trust = NOT_KEPT[why]
    if "asks for nothing" not in why:
        (kept.sandbox.project / ".mcp.json").write_text('{"mcpServers": {"x": {"command": "true"}}}')
    kept.put(LEFT)
    kept.sandbox.write_profile(**changes)
    said = b"is not trusted" if why == "not trusted" else b""
    assert kept.seen(*args, trust=trust, after=leave({"evil": 1}), err=said) == {}
    assert kept.at_home() == LEFT


def test_nothing_that_is_not_trusted_can_plant_it(kept):
    """What is mounted of the state is there for every run of the project."""
    name = kept.file.name
    script = (
        f"cd /ccpod/state; for f in {name} ../{name} /ccpod/{name} /ccpod/run/{name} /ccpod/run/project"
        f" /ccpod/run/out/project /ccpod/run/in/project /ccpod/run/in/claude.json;"
        ' do echo \'{"evil": 1}\' > $f; done 2> /dev/null; ' + leave({"evil": 1})
    )
    assert kept.run(script, trust=False).code == 0
    assert not kept.file.exists()
    assert kept.seen() == {}


JUNK = {
    "no json": "echo '{\"projects\": ' > .claude.json",
    "no projects": "echo '{\"projects\": 7}' > .claude.json",
    "no entry": "echo '{\"projects\": {\"/workspace\": [1]}}' > .claude.json",
    "too large": "head -c 1100000 /dev/zero | tr '\\0' ' ' >> .claude.json",
    "too large an entry": '(printf \'{"projects": {"/workspace": {"a": "\'; head -c 600000 /dev/zero | tr "\\0" x;'
    " printf '\"}}}') > .claude.json",
    "a link": "echo '{\"projects\": {\"/workspace\": {\"evil\": 1}}}' > other; ln -sf other .claude.json",
    "a FIFO": "rm .claude.json; mkfifo .claude.json",
    "gone": "rm .claude.json",
    "another's link handed out": "cd /ccpod/run/out; ln -s /etc/passwd claude.json; cd; rm .claude.json",
    "a FIFO handed out": "cd /ccpod/run/out; mkfifo claude.json; cd; rm .claude.json",
}


@pytest.mark.parametrize("what", JUNK)
def test_junk_changes_nothing(kept, what):
    kept.put(LEFT)
    assert kept.run(f"cd; {JUNK[what]}; exit 5").code == 5
    assert kept.at_home() == LEFT
    assert [f.name for f in kept.directory.iterdir() if f.name.startswith(f".{kept.file.name}")] == []


SPOILT = {
    "no json": lambda file: file.write_text("{"),
    "a list": lambda file: file.write_text("[]"),
    "too large": lambda file: file.write_text(json.dumps({"a": "x" * (1 << 20)})),
    "a FIFO": os.mkfifo,
    "a link": lambda file: file.symlink_to("/etc/passwd"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_file_is_said_and_replaced(kept, what):
    kept.put("")
    kept.file.unlink()
    SPOILT[what](kept.file)
    assert kept.seen(err=b"is not used", after=leave(LEFT)) == {}
    assert kept.at_home() == LEFT and not kept.file.is_symlink()


def test_what_cannot_be_saved_is_said(kept):
    """It is not worth a container that stays."""
    kept.put(LEFT)
    kept.file.unlink()
    kept.file.mkdir()
    result = kept.run(leave({"a": 1}) + "exit 3")
    assert result.code == 3 and result.err.count(b"was not saved") == 1


def test_the_account_is_given_where_both_are_too_large(kept, store):
    kept.sandbox.write_profile(state="persistent")
    store.put_account({"userID": "me", "padding": "x" * 700_000})
    kept.put({"a": "x" * 500_000})
    result = kept.run(SEE)
    assert b"is not used" in result.err
    seen = json.loads(result.out)
    assert seen["userID"] == "me" and "a" not in seen["projects"]["/workspace"]


def test_of_two_sessions_the_later_end_wins(kept):
    """And whoever looks meanwhile finds a whole file."""
    go = "echo up; read line; "
    runs = [
        kept.sandbox.start("--trust-project", go + leave({"who": who, "text": "x" * 60_000}), stdin=-1)
        for who in ("first", "second")
    ]
    for process in runs:
        process.wait_for_output(b"up\n")
    for process, who in zip(runs, ("first", "second")):
        process.stdin.close()
        while process.popen.poll() is None:
            assert not kept.file.exists() or kept.at_home()["who"] in ("first", "second")
        assert process.result().code == 0
        assert kept.at_home()["who"] == who


def test_those_that_end_at_once_leave_a_whole_one(kept):
    go = "echo up; read line; "
    runs = [
        kept.sandbox.start("--trust-project", go + leave({"who": who, "text": "x" * 60_000}), stdin=-1)
        for who in range(3)
    ]
    for process in runs:
        process.wait_for_output(b"up\n")
    for process in runs:
        process.stdin.close()
    assert [process.result().code for process in runs] == [0, 0, 0]
    assert kept.at_home()["who"] in range(3)


def test_a_killed_container_loses_nothing(kept):
    """Nobody in it can have handed it out."""
    with kept.sandbox.start("--trust-project", leave(LEFT) + "echo written; sleep 600 & wait") as process:
        process.wait_for_output(b"written\n")
        kept.sandbox.engine.kill(kept.sandbox.wait_for_container())
        assert process.result().code == 137
    assert kept.seen() == LEFT


@pytest.mark.parametrize("trust", [True, False])
def test_its_supervisor_was_killed(kept, trust):
    """Whoever finds what is left knows whether it may be kept."""
    wait = "echo up; until [ -e go ]; do sleep 0.05; done; "
    args = ["--trust-project"] if trust else []
    with kept.sandbox.start(*args, wait + leave(LEFT)) as process:
        process.wait_for_output(b"up\n")
        container = kept.sandbox.wait_for_container()
        os.kill(supervisor(kept.sandbox), signal.SIGKILL)
        process.result()
    (kept.sandbox.project / "go").touch()
    (run_dir,) = (d for d in (kept.sandbox.ccpod_home / "run").iterdir() if d.name != "config")
    wait_for("the clean end", (run_dir / "out/clean").exists)
    assert kept.seen() == (LEFT if trust else {})
    kept.sandbox.forget(container)


def test_the_next_session_has_what_the_machine_took_down(kept):
    """Supervisor and session are gone at once. What is left is salvaged while the next one is made."""
    with Shell(kept.sandbox, columns=140) as shell:
        start(shell, kept.sandbox, leave(LEFT) + "echo left behind; sleep 600", "--trust-project")
        shell.wait_for("left behind")
        container = kept.sandbox.wait_for_container()
        os.kill(supervisor(kept.sandbox), signal.SIGKILL)
        wait_for_code(shell)
        kept.sandbox.engine.kill(container)
        start(shell, kept.sandbox, "cp ~/.claude.json seen", "--trust-project")
        assert wait_for_code(shell) == 0
    seen = json.loads((kept.sandbox.project / "seen").read_text())["projects"]["/workspace"]
    assert {key: seen.get(key) for key in LEFT} == LEFT


def test_an_older_end_does_not_undo_a_later_one(kept):
    """What a killed supervisor has left is found when another session has ended since."""
    wait = "echo up; until [ -e go ]; do sleep 0.05; done; "
    with kept.sandbox.start("--trust-project", wait + leave({"who": "older"})) as process:
        process.wait_for_output(b"up\n")
        container = kept.sandbox.wait_for_container()
        os.kill(supervisor(kept.sandbox), signal.SIGKILL)
        process.result()
    (run_dir,) = (d for d in (kept.sandbox.ccpod_home / "run").iterdir() if d.name != "config")
    kept.leave({"who": "later"})
    (kept.sandbox.project / "go").touch()
    handed_out = run_dir / "out/claude.json"
    wait_for("the clean end", (run_dir / "out/clean").exists)
    os.utime(handed_out, (0, 0))  # it all takes place within a second
    assert kept.seen() == {"who": "later"}
    kept.sandbox.forget(container)


def test_it_is_kept_after_the_clock_was_ahead(kept):
    kept.leave({"who": "first"})
    os.utime(kept.file, (time.time() + 24 * 3600,) * 2)
    kept.leave({"who": "later"})
    assert kept.at_home() == {"who": "later"}
