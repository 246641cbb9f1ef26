"""Run directories that nobody will come back to go beside a later start."""

import os
import re
import signal
import time

import pytest

import proxy as faults
from pods import owner
from sandbox import wait_for

OLD = 120  # seconds; more than SWEEP_CREATED_S


def make(sandbox, signature, age):
    """A run directory as somebody has left it who was killed while making it."""
    made = sandbox.ccpod_home / "run" / "0badcafe"
    (made / "out").mkdir(parents=True)
    for each in (sandbox.ccpod_home, made.parent, made):
        each.chmod(0o700)
    if signature is not None:
        (made / "lease").write_text(signature.format(engine=sandbox.engine.socket))
    then = time.time() - age
    os.utime(made, (then, then))
    return made


LEASE = f"1 {owner()} another-boot pid:[1] 1 1 headless"


@pytest.mark.parametrize(
    "signature", [None, "", LEASE, LEASE + "\n/var/run"], ids=["none", "empty", "cut", "cut later"]
)
def test_one_that_was_never_signed(sandbox, signature):
    made = make(sandbox, signature, OLD)
    assert sandbox.run("true").code == 0
    assert not made.exists()


@pytest.mark.parametrize(
    "signature, age",
    [(None, 5), ("", 5), (LEASE.replace(owner(), "0" * 16) + "\n{engine}\n", OLD), (LEASE + "\n/another\n", OLD)],
    ids=["not yet", "empty yet", "somebody else's", "another engine's"],
)
def test_one_that_may_be_wanted(sandbox, signature, age):
    made = make(sandbox, signature, age)
    assert sandbox.run("true").code == 0
    assert made.exists()
    (made / "out").rmdir()
    (made / "lease").unlink(missing_ok=True)
    made.rmdir()


def test_one_that_is_signed_and_dead(sandbox):
    made = make(sandbox, LEASE + "\n{engine}\n", OLD)
    assert sandbox.run("true").code == 0
    assert not made.exists()


def test_one_whose_container_has_another_name(sandbox):
    """A session that was left goes on under any name: what the container mounts is its own."""
    assert sandbox.run("--detach", "--", "sleep 600").code == 0
    container = sandbox.wait_for_container()
    (made,) = sandbox.run_dirs()
    sandbox.engine.do("POST", f"/containers/{container}/rename", name=f"{sandbox.profile}-mine")
    os.utime(made, (0, 0))  # as if it were there for long
    assert sandbox.run("true").code == 0
    assert made.exists()
    sandbox.forget(container)


async def aged(x):
    """A list in which every container is there for long."""
    await x.forward()
    await x.pass_all(change=lambda data: re.sub(rb'"Created":\d{10}', b'"Created":1000000000', data))


def test_a_create_that_was_given_up(sandbox, proxy):
    """The engine has carried it out, and hung when it was asked for the container."""
    proxy.on("POST /containers/create", faults.lose_answer, nth=1)
    proxy.on("GET /containers/*/json", faults.silence, nth=1)
    with sandbox.start("true") as process:
        wait_for("the look", lambda: proxy.find("GET /containers/*/json"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            process.send_signal(number)
        assert process.result(20).code == 130
    sandbox.wait_for_container("created")
    (made,) = sandbox.run_dirs()
    assert not (made / "in").exists()  # secrets and login
    assert sandbox.run("true").code == 0
    sandbox.wait_for_container("created")  # somebody may be about to start it
    proxy.on("GET /containers/json", aged)
    assert sandbox.run("true").code == 0


def test_a_create_that_was_never_carried_out(sandbox, proxy):
    proxy.on("POST /containers/create", faults.hang_up, nth=1)
    assert sandbox.run("true").code == 125
    assert sandbox.run("true").code == 0
    assert sandbox.run_dirs()
    sandbox.sweep()
