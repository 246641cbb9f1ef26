"""Answers of the engine that are hard to read: one that cannot be read is never taken for an empty
one, and what anybody wrote into a label keeps nothing else from being read."""

import secrets

import pytest

from pods import FOREVER
from proxy import act, say
from sandbox import FAKE
from services import Project, fails, service

# As names and as values of labels an engine takes them, and tells them as \u0000.
NULS = {"test.nul": "a\0b", "test.\0": "\0"}


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


def with_nuls(project):
    """A sidecar of ours, by name and labels, that somebody has made again by hand."""
    return project.make(project.name("db"), FOREVER, {**project.labels(type="db"), **NULS})


def test_down_sees_what_has_nuls_in_its_labels(project):
    with_nuls(project)
    project.down()
    assert project.is_gone()


def test_a_run_replaces_what_has_nuls_in_its_labels(project):
    made = with_nuls(project)
    project.declare(db=service())
    result = project.run("echo ran")
    assert (result.code, result.out) == (0, b"ran\n"), result.err
    assert project.sidecar_id("db") != made


def test_an_image_with_nuls_in_its_labels(project):
    made = project.make(f"ccpod-test-{secrets.token_hex(4)}", "true", {}, start=False)
    tag = secrets.token_hex(4)
    config = {**project.engine.do("GET", f"/images/{FAKE}/json")["Config"], "Labels": NULS}
    project.engine.do("POST", "/commit", config, container=made, repo="ccpod-test-nuls", tag=tag)
    try:
        project.sandbox.write_profile(image={"use": f"ccpod-test-nuls:{tag}"})
        result = project.run("echo ran")
        assert (result.code, result.out, result.err) == (0, b"ran\n", b"")
    finally:
        project.engine.do("DELETE", f"/images/ccpod-test-nuls:{tag}")


def answer(body):
    return act(say, raw=b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


UNREADABLE = pytest.mark.parametrize(
    "body", [b"<html>", b"", b"{}", b'[{"Id":"\\q"}]'], ids=["page", "empty", "object", "bad"]
)


@UNREADABLE
def test_down_without_a_readable_list(project, proxy, body):
    project.sidecar("db")
    proxy.on("GET /containers/json", answer(body))
    fails(project.command("down"), "the engine's answer cannot be read")
    assert project.types() == [("db", "running")]


@UNREADABLE
def test_a_run_without_a_readable_list(project, proxy, body):
    """It would wait for the list for ever."""
    project.declare(db=service())
    proxy.on("GET /containers/json", answer(body))
    fails(project.run("echo ran"), "the engine's answer cannot be read")
    assert project.is_gone()


def test_an_image_that_cannot_be_read_about(project, proxy):
    """It is there: it must not be pulled."""
    proxy.on("GET /images/*/json", answer(b'{"Id":'))
    fails(project.run("echo ran"), "the engine's answer cannot be read")
    assert not proxy.find("POST /images/create")
