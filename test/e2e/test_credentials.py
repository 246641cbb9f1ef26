"""Credentials: handed in, brought home, whatever becomes of the container."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from logins import DIRECTORY, HOUR, login, write
from sandbox import wait_for
from session import supervisor


def test_claude_gets_a_copy(sandbox, store):
    result = sandbox.run(f"cd ~/{DIRECTORY}; cat .credentials.json; echo; stat -c %a .credentials.json")
    text, _, mode = result.out.decode().strip().rpartition("\n")
    assert json.loads(text) == json.loads(store.file.read_text())
    assert mode == "600"


def test_newer_ones_come_home(sandbox, store):
    result = sandbox.run(write(login("new", 2)) + "exit 3")
    assert (result.code, result.err) == (3, b"")
    assert (store.token(), store.mode()) == ("refresh-new", 0o600)


def test_they_come_home_at_once(sandbox, store):
    with sandbox.start(write(login("new", 2)) + "echo written; read line", stdin=-1) as process:
        process.wait_for_output(b"written\n")
        wait_for("the new login at home", lambda: store.token() == "refresh-new")
        assert store.mode() == 0o600
        process.stdin.close()
        process.result()


def test_a_first_login_comes_home(sandbox, store):
    store.file.unlink()
    sandbox.env["CLAUDE_CODE_OAUTH_TOKEN"] = "token-for-now"
    sandbox.write_profile(env=["CLAUDE_CODE_OAUTH_TOKEN"])
    assert sandbox.run(write(login("first", 2))).code == 0
    assert (store.token(), store.mode()) == ("refresh-first", 0o600)


def test_a_killed_container_loses_nothing(sandbox, store):
    script = write(login("new", 2)) + "echo written; sleep 600 & wait"
    with sandbox.start(script) as process:
        process.wait_for_output(b"written\n")
        sandbox.engine.kill(sandbox.wait_for_container())
        result = process.result()
    assert (result.code, result.out) == (137, b"written\n")
    assert (store.token(), store.mode()) == ("refresh-new", 0o600)


def run_that_had_no_time(sandbox, found):
    """The container is frozen when they change, and killed: nobody in it can have seen them."""
    with sandbox.start(f"echo ~/{DIRECTORY}; sleep 600 & wait") as process:
        process.wait_for_output(b"\n")
        container = sandbox.wait_for_container()
        where = process.said().decode().strip()
        sandbox.engine.do("POST", f"/containers/{container}/pause")
        sandbox.put_file(container, where, ".credentials.json", json.dumps(found))
        sandbox.engine.kill(container)
        assert process.result().code == 137


def test_what_the_guest_had_no_time_for_is_read_from_the_container(sandbox, store):
    run_that_had_no_time(sandbox, login("late", 3))
    assert (store.token(), store.mode()) == ("refresh-late", 0o600)


def until(token):
    """A script that waits until Claude's own file has this login."""
    return f"echo up; until grep -q refresh-{token} ~/{DIRECTORY}/.credentials.json; do sleep 0.1; done; echo seen"


def test_two_sessions_share_what_is_new(sandbox, store):
    """Refresh tokens are single-use: a session that holds the old one would be logged out."""
    with sandbox.start(until("new")) as other:
        other.wait_for_output(b"up\n")
        assert sandbox.run(write(login("new", 2))).code == 0
        result = other.result()
    assert (result.code, result.out) == (0, b"up\nseen\n")
    assert store.token() == "refresh-new"


DAYS = 24


@pytest.mark.parametrize("hours", [399 * DAYS, 5 * DAYS])
def test_a_login_that_claims_to_be_the_latest_is_replaced_everywhere(sandbox, store, hours):
    """A container may write what it likes, and a clock may have been ahead."""
    with sandbox.start(until("again")) as other:
        other.wait_for_output(b"up\n")
        assert sandbox.run(write(login("far", hours))).code == 0
        assert store.token() == "refresh-far"
        assert sandbox.run(write(login("again", 8))).code == 0
        assert store.token() == "refresh-again"
        assert other.result().out == b"up\nseen\n"
    assert store.token() == "refresh-again"


def test_a_login_too_far_ahead_is_replaced_by_what_the_guest_had_no_time_for(sandbox, store):
    store.file.write_text(json.dumps(login("far", 30 * DAYS)))
    run_that_had_no_time(sandbox, login("late", 8))
    assert store.token() == "refresh-late"


@pytest.fixture
def projects(sandbox):
    """Three projects of one profile: the sandbox's own and two more."""
    made = [sandbox.project, *(sandbox.project.parent / name for name in ("second", "third"))]
    for directory in made[1:]:
        directory.mkdir()
    yield made
    for directory in made:
        assert sandbox.engine.containers(workdir=directory) == []


def test_projects_that_end_at_once_leave_the_newest(sandbox, store, projects):
    """And whoever reads the store meanwhile finds a whole file."""
    go = "echo up; read line; "
    runs = [
        sandbox.start(go + write(login(f"n{hours}", hours)), stdin=-1, cwd=directory)
        for hours, directory in zip((5, 7, 6), projects)
    ]
    for process in runs:
        process.wait_for_output(b"up\n")
    for process in runs:
        process.stdin.close()
    seen = {store.token()}
    while any(process.popen.poll() is None for process in runs):
        seen.add(store.token())
    assert [process.result().code for process in runs] == [0, 0, 0]
    assert seen <= {f"refresh-{name}" for name in ("old", "n5", "n6", "n7")}
    assert (store.token(), store.mode()) == ("refresh-n7", 0o600)


@pytest.fixture
def renewed(sandbox, store):
    """Container and run directory of a login that was renewed while the supervisor was killed:
    Claude's old token is used up then."""
    renew = "echo up; until [ -e go ]; do sleep 0.05; done; "
    with sandbox.start(renew + write(login("new", 2)) + "sleep 600 & wait") as process:
        process.wait_for_output(b"up\n")
        container = sandbox.wait_for_container()
        os.kill(supervisor(sandbox), signal.SIGKILL)
        process.result()
    (sandbox.project / "go").touch()
    (run_dir,) = (d for d in (sandbox.ccpod_home / "run").iterdir() if d.name != "config")
    handed_out = run_dir / "out/credentials.json"
    wait_for("the renewed login to be handed out", handed_out.exists)
    assert store.token() == "refresh-old"
    return container, run_dir


def test_renewed_while_the_supervisor_is_killed(sandbox, store, renewed):
    """The next run, of whatever project, has to have the new one, though the container of the
    first still runs."""
    container, _ = renewed
    result = sandbox.run(f"cat ~/{DIRECTORY}/.credentials.json")
    assert (result.code, result.err) == (0, b"")
    assert json.loads(result.out)["claudeAiOauth"]["refreshToken"] == "refresh-new"
    assert (store.token(), store.mode()) == ("refresh-new", 0o600)
    sandbox.forget(container)


def clock_was_ahead(file):
    """As it is after the clock was a day ahead when this was written."""
    os.utime(file, (time.time() + 24 * HOUR,) * 2)


def test_renewed_while_the_supervisor_is_killed_after_the_clock_was_ahead(sandbox, store, renewed):
    container, _ = renewed
    clock_was_ahead(store.file)
    result = sandbox.run(f"cat ~/{DIRECTORY}/.credentials.json")
    assert json.loads(result.out)["claudeAiOauth"]["refreshToken"] == "refresh-new"
    assert store.token() == "refresh-new"
    sandbox.forget(container)


def test_a_login_with_another_account_counts_after_the_clock_was_ahead(sandbox, store):
    """The container is frozen when they change: both are found at once."""
    store.put_account(account("one"))
    with sandbox.start("cat /ccpod/run/out/where; echo; sleep 600 & wait") as process:
        process.wait_for_output(b"\n\n")
        where = dict(line.split(" ", 1) for line in process.said().decode().splitlines() if line)
        container = sandbox.wait_for_container()
        clock_was_ahead(store.file)
        sandbox.engine.do("POST", f"/containers/{container}/pause")
        for path, found in (("credentials", login("other", 2)), ("claude-json", account("two"))):
            directory, name = where[path].rsplit("/", 1)
            sandbox.put_file(container, directory, name, json.dumps(found))
        sandbox.engine.kill(container)
        assert process.result().code == 137
    assert (store.token(), store.account()) == ("refresh-other", account("two"))


def test_what_is_left_of_another_profile_is_removed_after_its_login_came_home(sandbox, renewed):
    """Its container is gone as well: what was handed out has no other copy."""
    container, run_dir = renewed
    sandbox.engine.remove(container)
    (run_dir / "profile").write_text("another")
    other = sandbox.ccpod_home / "credentials/another"
    (other / ".lock").mkdir(parents=True, mode=0o700)  # nobody gets the lock
    for stays in (True, False):
        os.utime(run_dir, (0, 0))  # as if it were there for long
        assert sandbox.run("true").code == 0
        assert run_dir.exists() == stays
        if stays:
            (other / ".lock").rmdir()
    home = json.loads((other / ".credentials.json").read_text())
    assert home["claudeAiOauth"]["refreshToken"] == "refresh-new"


def account(uuid):
    return {"oauthAccount": {"accountUuid": uuid}, "userID": f"user-{uuid}"}


GOES_ON = {
    "renewed": write(login("renewed", 2)),
    "not renewed": "",
    "renewed, and tells no account": write(login("renewed", 2)) + "rm ~/.claude.json",
}


@pytest.mark.parametrize("session", GOES_ON)
def test_a_session_does_not_undo_a_login_made_elsewhere(sandbox, store, projects, session):
    """It goes on with the account that it was given, renewed or not, and what it has at its end
    is older than the login that the user has made on purpose in another session."""
    store.put_account(account("one"))
    with sandbox.start(f"{GOES_ON[session]}\necho up; read line; true", stdin=-1, cwd=projects[1]) as process:
        process.wait_for_output(b"up\n")
        if GOES_ON[session]:
            wait_for("its login at home", lambda: store.token() == "refresh-renewed")
        for file in (sandbox.ccpod_home / "run").glob("*/out/credentials.json"):
            os.utime(file, (0, 0))  # it may all take place within a second
        other = json.dumps(account("two"))
        assert sandbox.run(f"echo '{other}' > ~/.claude.json; " + write(login("other", 1))).code == 0
        assert (store.token(), store.account()) == ("refresh-other", account("two"))
        process.stdin.close()
        assert process.result().code == 0
    assert (store.token(), store.account()) == ("refresh-other", account("two"))


REFUSED = {
    "older": json.dumps(login("older", -1)),
    "a stub": json.dumps(login("stub", 2, refreshToken="")),
    "too far ahead": json.dumps(login("far", 24 * 500)),
    "no json": '{"claudeAiOauth": {"refreshToken": "refresh-cut"',
    "a list": "[]",
    "empty": "",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_valid_stays_out(sandbox, store, what):
    assert sandbox.run(write(REFUSED[what]) + "exit 5").code == 5
    assert (store.token(), store.mode()) == ("refresh-old", 0o600)


@pytest.mark.parametrize(
    "what",
    [
        "ln -sf /etc/passwd .credentials.json",
        "rm .credentials.json; mkfifo .credentials.json",
        "rm .credentials.json; mkdir .credentials.json",
        "rm .credentials.json",
        "dd if=/dev/zero of=.credentials.json bs=1M count=3 2> /dev/null",
        "chmod 000 .credentials.json",
    ],
)
@pytest.mark.parametrize("end", ["exit 5", "kill -KILL 1; echo x; kill -KILL $$"])
def test_odd_files_stay_out(sandbox, store, what, end):
    result = sandbox.run(f"cd ~/{DIRECTORY}; {what}; {end}")
    assert result.code in (5, 137)
    assert (store.token(), store.mode()) == ("refresh-old", 0o600)


@pytest.mark.parametrize(
    "what",
    [
        "ln -s /etc/passwd credentials.json",
        "mkfifo credentials.json",
        "mkdir credentials.json",
        "dd if=/dev/zero of=credentials.json bs=1M count=3 2> /dev/null",
        "echo '[' > credentials.json",
        "mkdir -p closed/inner; chmod 000 closed/inner closed",
        "ln -s / deep; ln -s /etc/passwd claude.json; touch clean; mkfifo where.new; mv where.new where",
    ],
)
def test_what_claude_hands_out_itself_stays_out(sandbox, store, what):
    """Where the guest hands out credentials Claude may write, too: its files are the user's."""
    passwd = Path("/etc/passwd").read_bytes()
    result = sandbox.run(f"cd /ccpod/run/out && {what}; sleep 0.5; exit 5")
    assert (result.code, result.out) == (5, b"")
    assert (store.token(), store.mode()) == ("refresh-old", 0o600)
    assert Path("/etc/passwd").read_bytes() == passwd


def test_nothing_of_one_project_reaches_another(sandbox, store, projects):
    """Of .claude.json only what concerns the account comes home."""
    foreign = {
        "mcpServers": {"evil": {"command": "sh"}},
        "projects": {"/workspace": {"allowedTools": ["Bash"]}},
        "oauthAccount": {"emailAddress": "a@example.com"},
        "theme": "light",
    }
    script = f"cat > ~/.claude.json <<'EOF'\n{json.dumps(foreign)}\nEOF\n"
    assert sandbox.run(script).code == 0
    home = json.loads((store.directory / ".claude.json").read_text())
    assert home["oauthAccount"] == foreign["oauthAccount"] and home["theme"] == "light"
    assert "mcpServers" not in home and "projects" not in home
    for directory in projects:
        seen = json.loads(sandbox.run("cat ~/.claude.json", cwd=directory).out)
        assert "mcpServers" not in seen
        assert "allowedTools" not in seen.get("projects", {}).get("/workspace", {})
        assert seen["oauthAccount"] == foreign["oauthAccount"]
