"""The real Claude Code in the base image, against a stand-in for its API."""
import json
import os
import time

import pexpect
import pyte
import pytest

from box import BASE, DEADLINE, KEY, ROOT, docker, login, until

@pytest.fixture(scope="module")
def api():
    served = ROOT / "examples/stand-in-api"
    done = docker("run", "-d", "-v", f"{served}:/srv:ro", BASE, "node", "/srv/server.js")
    container = done.stdout.strip()
    where = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = docker("inspect", "-f", where, container).stdout.strip()
    until(lambda: docker("logs", container).stdout or docker("logs", container).stderr,
          "the stand-in API")
    yield f"http://{address}:8080"
    docker("rm", "-f", container)


@pytest.fixture
def claude(box, api):
    box.network = "bridge"
    box.api = api
    box.secrets(ANTHROPIC_API_KEY=KEY)
    box.give("workspace", 1500)
    return box


def env(box, **more):
    return {"image": BASE, "ANTHROPIC_BASE_URL": box.api, "PUID": 1500, "PGID": 1500, **more}


def test_a_prompt_is_answered_and_nothing_else_is_said(claude):
    done = claude.run("claude", "-p", "--", "say hello", **env(claude))
    assert (done.returncode, done.stdout, done.stderr) == (0, "stand-in: you said: say hello\n", "")
    home = json.loads(claude.out("claude.json"))
    assert home["hasCompletedOnboarding"] and home["userID"]
    assert claude.out("clean") == ""


@pytest.mark.parametrize("uid", [0, 1500])
def test_its_commands_have_no_right_and_its_files_are_the_owners(claude, uid):
    claude.give("workspace", uid)
    prompt = "x\nstand-in, run: echo made >made; grep -E 'CapEff|NoNewPrivs' /proc/self/status"
    done = claude.run("claude", "-p", "--", prompt,
                      **env(claude, PUID=uid, PGID=uid, CLAUDE_YOLO="1", CCPOD_BYPASS="1"))
    assert "CapEff:\t0000000000000000\nNoNewPrivs:\t1" in done.stdout
    assert claude.owner("workspace/made") == (uid, uid)


class Screen:
    def __init__(self, argv):
        self.screen = pyte.Screen(100, 30)
        self.stream = pyte.ByteStream(self.screen)
        self.tty = pexpect.spawn(argv[0], argv[1:], timeout=DEADLINE, dimensions=(30, 100))

    def text(self):
        return "\n".join(self.screen.display)

    def until(self, shows):
        end = time.monotonic() + DEADLINE
        while not shows(self.text()):
            assert time.monotonic() < end, f"the screen shows:\n{self.text()}"
            try:
                self.stream.feed(self.tty.read_nonblocking(65536, 0.2))
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                assert shows(self.text()), f"it has ended; the screen shows:\n{self.text()}"
        return self.text()


def interactive(box, **more):
    return Screen(box.command("claude", how=("--rm", "-it"),
                              **env(box, TERM="xterm-256color", **more)))


@pytest.mark.parametrize("more", [
    {}, {"PUID": 0, "PGID": 0, "CLAUDE_YOLO": "1", "CCPOD_BYPASS": "1"},
    {"CLAUDE_CONFIG_DIR": "/home/node/elsewhere"}])
def test_it_comes_up_at_its_prompt_without_a_question(claude, more):
    screen = interactive(claude, **more)
    text = screen.until(lambda t: "shift+tab to cycle" in t or "? for shortcuts" in t)
    assert "❯" in text and "trust" not in text.lower()
    screen.tty.send("hello there")
    screen.until(lambda t: "hello there" in t)
    screen.tty.send("\r")
    screen.until(lambda t: "stand-in: you said: hello there" in t)
    # Ctrl-Z: Claude stops itself, and there is no shell to bring it back but PID 1.
    screen.tty.send("\x1a")
    screen.until(lambda t: "shift+tab" in t.partition("is suspended")[2])
    screen.tty.send("again")
    screen.until(lambda t: "again" in t)
    screen.tty.send("\x03")
    screen.tty.send("\x03")
    screen.tty.send("\x03")
    screen.tty.expect(pexpect.EOF)
    screen.tty.close()
    assert screen.tty.exitstatus == 0
    assert claude.out("clean") == ""


def test_a_login_that_it_is_given_is_used(claude):
    os.unlink(claude.dir / "in/secrets")
    soon = int(time.time() * 1000) + 3600_000
    claude.put("in/credentials.json", login("refresh", soon, accessToken="sk-ant-oat-stand-in",
                                            scopes=["user:inference"], subscriptionType="max"))
    done = claude.run("claude", "-p", "--", "say hello", **env(claude))
    assert (done.returncode, done.stdout) == (0, "stand-in: you said: say hello\n")
