"""Run directories that nobody will come back to go beside a later start."""

import os
import time

import pytest

from pods import owner

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


def run_dirs(sandbox):
    return [d for d in (sandbox.ccpod_home / "run").iterdir() if d.name != "config"]


def test_one_whose_container_has_another_name(sandbox):
    """A session that was left goes on under any name: what the container mounts is its own."""
    assert sandbox.run("--detach", "--", "sleep 600").code == 0
    container = sandbox.wait_for_container()
    (made,) = run_dirs(sandbox)
    sandbox.engine.do("POST", f"/containers/{container}/rename", name=f"{sandbox.profile}-mine")
    os.utime(made, (0, 0))  # as if it were there for long
    assert sandbox.run("true").code == 0
    assert made.exists()
    sandbox.forget(container)
