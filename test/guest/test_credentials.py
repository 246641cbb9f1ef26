"""Credentials: put in place, handed out as they are renewed, and what must not come home."""
import ctypes
import json
import os
import struct
import time

import pytest

from box import login, until

FILE = "~/.claude/.credentials.json"
ALIVE = "echo ready; while :; do sleep 0.05; done"


def write(content, to=FILE):
    """A shell line that writes as Claude does: to a file beside it, then rename."""
    text = content if isinstance(content, str) else json.dumps(content)
    return f"printf %s '{text}' >{to}.new; mv {to}.new {to}"


@pytest.fixture
def running(box):
    box.put("in/credentials.json", login("first", 1000))
    made = box.start("sh", "-c", ALIVE, PUID=1500, PGID=1500)
    made.until_said("ready")
    return made


def end(running):
    running.kill("TERM")
    return running.wait()


def test_they_are_the_users_alone(box):
    box.put("in/credentials.json", login("first", 1000))
    assert box.sh(f"stat -c '%u %a' {FILE}; cat {FILE}", PUID=1500, PGID=1500).startswith(
        "1500 600\n")
    assert box.out("credentials.json") is None  # nothing new
    assert box.out("clean") == ""


@pytest.mark.parametrize("how", ["rename", "in place"])
def test_a_renewed_login_is_handed_out_at_once(box, running, how):
    new = login("second", 2000)
    running.sh(write(new) if how == "rename" else f"printf %s '{json.dumps(new)}' >{FILE}")
    assert until(box.credentials, "the new credentials") == new
    assert os.stat(box.dir / "out/credentials.json").st_mode & 0o7777 == 0o600
    assert box.owner("out/credentials.json") == box.owner("out")
    assert box.out("clean") is None
    running.kill("KILL")
    assert running.wait() == 137
    assert box.credentials() == new and box.out("clean") is None


class Arrivals:
    """The files that are put into a directory whole."""

    MOVED_TO = 0x80  # inotify(7)

    def __init__(self, directory):
        libc = ctypes.CDLL(None)
        self.fd = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self.fd, bytes(directory), self.MOVED_TO) >= 0

    def names(self):
        events, found, at = os.read(self.fd, 1 << 16), set(), 0
        os.close(self.fd)
        while at < len(events):
            size = struct.unpack_from("iIII", events, at)[3]
            found.add(events[at + 16 : at + 16 + size].rstrip(b"\0").decode())
            at += 16 + size
        return found


def test_nobody_reads_half_of_what_is_handed_out(box):
    """The supervisor looks as soon as there is a file."""
    arrivals = Arrivals(box.dir / "out")
    box.sh(write(login("second", 2000)) + "; " + write({"theme": "x"}, "~/.claude.json"))
    assert {"credentials.json", "claude.json"} <= arrivals.names()


def test_the_last_state_is_handed_out_at_the_end(box):
    box.put("in/credentials.json", login("first", 1000))
    box.sh(write(login("second", 2000)) + "; " + write({"theme": "x"}, "~/.claude.json"))
    assert box.credentials() == login("second", 2000)
    assert json.loads(box.out("claude.json")) == {"theme": "x"}
    assert os.stat(box.dir / "out/claude.json").st_mode & 0o7777 == 0o600
    assert box.out("clean") == ""


def far():
    return int(time.time() * 1000) + 401 * 24 * 3600 * 1000


REFUSED = {
    "older": write(login("second", 999)),
    "stub": write(login("", 2000)),
    "too far ahead": write(login("second", far())),
    "not JSON": write("{"),
    "a list": write("[]"),
    "a link": f"printf %s '{json.dumps(login('second', 2000))}' >/tmp/c; rm {FILE}; "
              f"ln -s /tmp/c {FILE}",
    "a FIFO": f"rm {FILE}; mkfifo {FILE}",
    "a directory": f"rm {FILE}; mkdir {FILE}",
    "huge": f"(printf '{{\"x\":\"'; head -c 2000000 /dev/zero | tr '\\0' x; printf '\"}}') >{FILE}",
    "gone": f"rm {FILE}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_valid_or_not_newer_stays(box, name):
    box.put("in/credentials.json", login("first", 1000))
    box.sh(REFUSED[name], PUID=1500, PGID=1500)
    assert box.credentials() is None
    assert box.out("clean") == ""


def test_a_file_of_another_user_is_not_claudes(box, image):
    made = image("RUN printf '{\"claudeAiOauth\":{\"refreshToken\":\"x\",\"expiresAt\":9}}' "
                 ">/foreign && chmod 644 /foreign")
    done = box.run("sh", "-c", f"ln /foreign {FILE}", image=made, PUID=1500, PGID=1500)
    assert box.credentials() is None, done.stderr


def test_a_huge_claude_json_stays(box):
    box.sh("(printf '{\"x\":\"'; head -c 2000000 /dev/zero | tr '\\0' x; printf '\"}') "
           ">~/.claude.json")
    assert box.out("claude.json") is None
    assert box.out("clean") == ""


def test_a_login_on_purpose_wins_over_a_later_time(box):
    box.put("in/credentials.json", login("first", 2000))
    box.put("in/claude.json", {"oauthAccount": {"accountUuid": "me"}})
    box.sh(write({"oauthAccount": {"accountUuid": "you"}}, "~/.claude.json") + "; " +
           write(login("second", 1000)))
    assert box.credentials() == login("second", 1000)


def ahead(hours):
    return int((time.time() + hours * 3600) * 1000)


@pytest.mark.parametrize("hours", [24 * 399, 24 * 5])
def test_a_login_that_claims_to_be_the_latest_is_replaced(box, hours):
    """By what Claude makes after it got that one."""
    box.put("in/credentials.json", login("far", ahead(hours)))
    again = login("again", ahead(8))
    box.sh(write(again))
    assert box.credentials() == again
    assert json.loads(box.out("logins.json")) == ["far", "again"]
    assert os.stat(box.dir / "out/logins.json").st_mode & 0o7777 == 0o600


def test_the_login_that_claude_had_before_is_no_news(box, running):
    """Claude may write its old one again, with something else beside it."""
    later, old = login("second", ahead(9)), login("first", ahead(8))
    running.sh(write(old | {"seen": 1}))
    until(lambda: (box.credentials() or {}).get("seen"), "the other keys")
    box.put("in/credentials.json", later)
    until(lambda: "second" in running.sh(f"cat {FILE}"), "the renewed credentials in Claude's")
    running.sh(write(old | {"seen": 2}))
    until(lambda: box.credentials().get("seen") == 2, "the other keys")
    assert box.credentials() == later | {"seen": 2}


def test_what_was_renewed_while_another_one_came_is_no_news(box, running):
    """It was not made from that one, so the times decide."""
    later, made = login("second", ahead(9)), login("made", ahead(8))
    box.put("in/credentials.json", later)
    until(lambda: "second" in running.sh(f"cat {FILE}"), "the renewed credentials in Claude's")
    running.sh(write(made | {"seen": True}))
    until(lambda: (box.credentials() or {}).get("seen"), "the other keys")
    assert box.credentials() == later | {"seen": True}
    assert json.loads(box.out("logins.json")) == ["first", "made", "second"]


def test_the_store_has_another_login_than_that_which_it_had(box, running):
    """Whatever its time. But one too far ahead takes none that is good."""
    box.put("in/credentials.json", login("second", ahead(24 * 5)))
    until(lambda: "second" in running.sh(f"cat {FILE}"), "the second login in Claude's")
    box.put("in/credentials.json", login("third", ahead(8)))
    until(lambda: "third" in running.sh(f"cat {FILE}"), "the third login in Claude's")
    box.put("in/credentials.json", login("far", ahead(24 * 399)) | {"seen": True})
    until(lambda: "seen" in running.sh(f"cat {FILE}"), "the other keys")
    assert "third" in running.sh(f"cat {FILE}")


def test_servers_come_home_though_the_login_is_old(box):
    box.put("in/credentials.json", {**login("first", 2000), "mcpOAuth": {"a": {"expiresAt": 1}}})
    box.sh(write({**login("old", 1000), "mcpOAuth": {"a": {"expiresAt": 2}}}))
    assert box.credentials() == {**login("first", 2000), "mcpOAuth": {"a": {"expiresAt": 2}}}


def test_what_another_session_renewed_is_put_in_place(box, running):
    box.put("in/credentials.json", login("second", 2000))
    until(lambda: "second" in running.sh(f"cat {FILE}"), "the renewed credentials in Claude's")
    assert running.sh(f"stat -c '%u %a' {FILE}") == "1500 600\n"
    end(running)
    assert box.credentials() is None  # they came from outside, so there is no news


def test_what_claude_has_is_newer_than_what_another_session_had(box, running):
    running.sh(write(login("third", 3000)))
    until(box.credentials, "the new credentials")
    box.put("in/credentials.json", login("second", 2000))
    box.put("in/credentials.json", {**login("second", 2000), "seen": True})
    until(lambda: "seen" in running.sh(f"cat {FILE}"), "the other keys")
    assert "third" in running.sh(f"cat {FILE}")


def test_a_user_who_logged_out_stays_logged_out(box, running):
    running.sh(f"rm {FILE}")
    box.put("in/credentials.json", login("second", 2000))
    # Handled in the order of their coming: when the next one has been, this one has been too.
    running.sh(write({"marker": True}))
    until(lambda: (box.credentials() or {}).get("marker"), "the marker")
    assert running.sh(f"cat {FILE}") == '{"marker": true}'


def test_what_is_handed_out_is_never_too_large(box):
    """Together with what is known already it would be."""
    box.put("in/credentials.json", {**login("first", 1000), "one": "x" * 600000})
    head, tail = json.dumps({**login("second", 2000), "two": "@"}).split("@")
    box.sh(f"(printf %s '{head}'; head -c 600000 /dev/zero | tr '\\0' x; printf %s '{tail}') >{FILE}")
    assert box.credentials() == {**login("second", 2000), "two": "x" * 600000}


def test_what_a_session_begins_with_may_grow(box):
    """What was kept may have been as large as what is taken."""
    box.put("in/credentials.json", {**login("first", 1000), "one": "x" * ((1 << 20) - 200)})
    assert json.loads(box.sh(f"cat {FILE}")) == login("first", 1000)


def test_what_is_put_in_place_is_never_too_large(box, running):
    """Or it would be refused once Claude has renewed it."""
    box.put("in/credentials.json", {**login("second", 2000), "one": "x" * 600000})
    until(lambda: "second" in running.sh(f"tail -c 2000000 {FILE}"), "the second login")
    box.put("in/credentials.json", {**login("third", 3000), "two": "x" * 500000})
    until(lambda: "third" in running.sh(f"tail -c 2000000 {FILE}"), "the third login")
    assert int(running.sh(f"wc -c <{FILE}")) < 1 << 20
    running.sh(write(login("fourth", 4000)))
    until(lambda: "fourth" in str(box.credentials()), "the renewed login")


@pytest.mark.parametrize("name", ["credentials.json", "claude.json"])
def test_what_is_handed_in_and_no_json_is_left_out_with_a_warning(box, name):
    box.put(f"in/{name}", "not JSON: sk-ant-secret")
    done = box.run("sh", "-c", f"ls {FILE} 2>/dev/null; cat ~/.claude.json")
    assert done.returncode == 0
    assert "hasCompletedOnboarding" in done.stdout and ".credentials" not in done.stdout
    assert done.stderr == (f"ccpod: warning: /ccpod/run/in/{name}: not a JSON object; "
                           "it is not used\n")


def test_a_login_that_is_over_is_handed_in_as_it_is(box):
    box.put("in/credentials.json", login("", 1000))
    assert json.loads(box.sh(f"cat {FILE}")) == login("", 1000)
    assert box.credentials() is None


def test_the_newer_of_two_claude_jsons_comes_home(box):
    older = write({"from": "home"}, "~/.claude.json")
    chosen = write({"from": "chosen"}, "/cc/.claude.json")
    box.sh(f"{older}; touch -d '2001-01-01' ~/.claude.json; {chosen}", CLAUDE_CONFIG_DIR="/cc")
    assert json.loads(box.out("claude.json")) == {"from": "chosen"}
    box.sh(f"{chosen}; touch -d '2001-01-01' /cc/.claude.json; {older}", CLAUDE_CONFIG_DIR="/cc")
    assert json.loads(box.out("claude.json")) == {"from": "home"}


def test_out_of_reach_for_links_that_the_user_plants(box):
    # Where Claude's user owns the directory on the host as well, it can put links into it.
    box.give("out", 1500)
    box.put("in/credentials.json", login("first", 1000))
    box.sh("cd /ccpod/run/out; rm -f *; ln -s /etc/passwd credentials.json; "
           "ln -s /etc/passwd claude.json; ln -s /etc/passwd clean; " +
           write(login("second", 2000)) + "; ! grep second /etc/passwd", PUID=1500, PGID=1500)
    assert box.credentials() == login("second", 2000)
    assert not os.path.islink(box.dir / "out/clean")


def test_what_cannot_be_handed_out_is_said_and_the_end_is_not_clean(box):
    done = box.run("sh", "-c", "mkdir /ccpod/run/out/credentials.json; " +
                   write(login("second", 2000)) + "; exit 3", PUID=os.getuid(), PGID=os.getgid())
    assert done.returncode == 3
    assert done.stderr == ("ccpod: write /ccpod/run/out/credentials.json: Is a directory\n")
    assert box.out("clean") is None
