"""Credentials that are valid and cannot be put into the store: what holds them stays."""

import json

import pytest

from logins import login, write
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


def block(store):
    """Nothing can be put in the place of the store's file, whoever tries."""
    store.file.unlink()
    store.file.mkdir()
    (store.file / "in the way").touch()


def unblock(store):
    (store.file / "in the way").unlink()
    store.file.rmdir()


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_is_removed_before_they_are_stored(sandbox, store, killed):
    """Claude's old token is used up: what it has now is all there is."""
    with pod_of(sandbox) as pod, sandbox.start(Session.SCRIPT, stdin=-1) as process:
        session = Session(process)
        block(store)
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
        assert str(store.file) in said and "brings them home" in said
        assert sandbox.engine.inspect(container)["State"]["Status"] == "exited"

        unblock(store)
        down = pod.command("down")
        assert (down.code, store.token()) == (0, "refresh-new"), down.err


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
