"""Credentials that are valid and cannot be put into the store: what holds them stays."""

import json

import pytest

from logins import DIRECTORY, login, write
from pods import pod_of


class Session:
    """Renews its login when told to, and ends when told to."""

    SCRIPT = "echo up; read line; " + write(login("new", 2)) + "echo renewed; read line; exit 5"

    def __init__(self, process):
        self.process = process
        process.wait_for_output(b"up\n")

    def renew(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        self.process.wait_for_output(b"renewed\n")

    def end(self):
        self.process.stdin.close()
        return self.process.result()


class Locked:
    """Nobody gets the store's lock."""

    def __init__(self, store):
        self.lock = store.directory / ".lock"

    def begin(self):
        self.lock.unlink()
        self.lock.mkdir()

    def end(self):
        self.lock.rmdir()

    def is_named(self, text):
        return str(self.lock) in text


class TooLarge:
    """The store has a login in a file that nobody can read."""

    def __init__(self, store):
        self.file = store.file

    def begin(self):
        self.before = self.file.read_text()
        self.text = json.dumps({**json.loads(self.before), "x": "x" * (1 << 20)})
        self.file.write_text(self.text)

    def end(self):
        assert self.file.read_text() == self.text
        self.file.write_text(self.before)

    def is_named(self, text):
        return f"{self.file}: larger than" in text


@pytest.mark.parametrize("trouble", [Locked, TooLarge])
@pytest.mark.parametrize("killed", [False, True])
def test_nothing_is_removed_before_they_are_stored(sandbox, store, trouble, killed):
    """Claude's old token is used up: what it has now is all there is."""
    with pod_of(sandbox) as pod, sandbox.start(Session.SCRIPT, stdin=-1) as process:
        session = Session(process)
        trouble = trouble(store)
        trouble.begin()
        session.renew()
        container = sandbox.wait_for_container()
        if killed:
            sandbox.engine.kill(container)
        result = session.end()
        assert result.code == (137 if killed else 5)
        assert b"credentials could not be brought home" in result.err

        down = pod.command("down")
        said = down.err.decode()
        assert (down.code, said.count("ccpod:")) == (125, 1), said
        assert trouble.is_named(said) 
        assert sandbox.engine.inspect(container)["State"]["Status"] == "exited"

        trouble.end()
        down = pod.command("down")
        assert (down.code, store.token()) == (0, "refresh-new"), down.err


def filled(key, credentials, size=600000):
    """A script that writes them with a key of 600 KB beside them, and with what would be 2 MB if it
    were indented."""
    nested = "[" * 700 + "]" * 700
    text = json.dumps({**credentials, "nested": [json.loads(nested)] * 2, key: "@"}, separators=(",", ":"))
    head, tail = text.split("@")
    return (
        f"cd ~/{DIRECTORY}; umask 077; (printf %s '{head}'; head -c {size} /dev/zero | tr '\\0' x; "
        f"printf %s '{tail}') > new; mv new .credentials.json\n"
    )


def test_no_run_makes_the_store_too_large_for_the_next(sandbox, store):
    """What nobody knows is kept as well, and would add up."""
    assert sandbox.run(filled("one", login("first", 2))).code == 0
    assert store.token() == "refresh-first"
    result = sandbox.run(filled("one", login("second", 3)))
    assert (result.code, result.err, store.token()) == (0, b"", "refresh-second")
    result = sandbox.run(filled("two", {}))
    assert result.code == 0 and b"larger than" in result.err
    result = sandbox.run(write(login("last", 4)))
    assert (result.code, result.err, store.token()) == (0, b"", "refresh-last")


def test_no_login_is_refused_for_what_lies_beside_it(sandbox, store):
    """A renewed one is a little longer; and what Claude has, all in all, must not be too large."""
    result = sandbox.run(filled("junk", login("first", 2), size=1040000))
    assert result.code == 0 and b"larger than" in result.err
    assert store.token() == "refresh-first"
    longer = login("second", 3, scopes=["x" * 20000])
    result = sandbox.run(
        f"cd ~/{DIRECTORY}; wc -c < .credentials.json\n" + write(longer)
    )
    assert int(result.out) < 1 << 19
    assert (result.code, result.err, store.token()) == (0, b"", "refresh-second")


def test_a_store_that_is_full_takes_a_login(sandbox, store):
    """Of a ccpod that kept as much as it took."""
    full = {**login("old", 1), "junk": "x" * ((1 << 20) - 1000)}
    store.file.write_text(json.dumps(full, separators=(",", ":")))
    assert sandbox.run(write(login("new", 2, scopes=["x" * 1000]))).code == 0
    assert store.token() == "refresh-new"
    assert sandbox.run(write(login("newer", 3))).err == b""
    assert store.token() == "refresh-newer"


@pytest.mark.parametrize(
    "what",
    [
        "$huge > .credentials.json",
        "rm .credentials.json; mkdir .credentials.json; $huge > .credentials.json/x",
        "ln -sf .credentials.json .credentials.json",
        f"cd; mv {DIRECTORY} elsewhere; touch {DIRECTORY}",
        "cd /ccpod/run/out; printf 'credentials /%300s\\n' x > new; mv -f new where",
    ],
)
def test_what_cannot_be_read_keeps_nothing(sandbox, store, what):
    """No container makes itself one that cannot be removed."""
    with sandbox.start(f"huge='head -c 6000000 /dev/zero'; cd ~/{DIRECTORY}; {what}; echo up; sleep 600 & wait") as process:
        process.wait_for_output(b"up\n")
        sandbox.engine.kill(sandbox.wait_for_container())
        result = process.result()
    assert result.code == 137 and b"were not taken" in result.err
    assert store.token() == "refresh-old"


def test_a_login_comes_home_whatever_lies_beside_it(sandbox, store):
    """What is killed while it writes .claude.json leaves half of it. The container is frozen when
    they change: nobody in it can have seen them."""
    with sandbox.start("cat /ccpod/run/out/where; echo; sleep 600 & wait") as process:
        process.wait_for_output(b"\n\n")
        where = dict(line.split(" ", 1) for line in process.said().decode().splitlines() if line)
        container = sandbox.wait_for_container()
        sandbox.engine.do("POST", f"/containers/{container}/pause")
        for path, text in (("credentials", json.dumps(login("late", 3))), ("claude-json", '{"theme"')):
            directory, name = where[path].rsplit("/", 1)
            sandbox.put_file(container, directory, name, text)
        sandbox.engine.kill(container)
        result = process.result()
    assert result.code == 137 and b"not a JSON object" in result.err
    assert store.token() == "refresh-late"
