"""--dry-run: every create request that a run would send, and nothing is touched."""

import json
from pathlib import Path

import pytest

from services import BUSYBOX, Project, requests, service

NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/engine.sock"}


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


def everything(sandbox):
    roots = sandbox.home, sandbox.project, sandbox.temporary
    return {p: p.stat().st_mtime_ns for root in roots for p in (root, *root.rglob("*"))}


def dry(sandbox, *args):
    """What is printed, without an engine, and without a trace on the disk."""
    before = everything(sandbox)
    result = sandbox.run("--dry-run", *args, env=NO_ENGINE)
    assert (result.code, result.err) == (0, b"")
    assert everything(sandbox) == before
    return json.loads(result.out)


def plain(request):
    """A request without what is another one each time, or only the engine knows."""
    request = json.loads(json.dumps(request))
    labels = request["Labels"]
    for label in ("ccpod.lease", "ccpod.config"):
        labels.pop(label, None)
    request.pop("Image", None)
    if "Env" in request:
        request["Env"] = [each for each in request["Env"] if not each.startswith("CCPOD_IMAGE_USER=")]
    request.get("IPAM", {}).pop("Config", None)
    host = request.get("HostConfig", {})
    if "NetworkMode" in host:
        host["NetworkMode"] = host["NetworkMode"].split(":")[0] if ":" in host["NetworkMode"] else "network"
    ends = request.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    if ends:
        request["NetworkingConfig"]["EndpointsConfig"] = list(ends.values())
    for mount in host.get("Mounts", []):
        path = Path(mount["Source"]) if "Source" in mount else Path()
        if "run" in path.parts or mount["Target"].endswith("/config"):
            mount["Source"] = path.name if "config" not in mount["Target"] else "config"
    return request


def in_order(dicts):
    return sorted(dicts, key=lambda each: json.dumps(each, sort_keys=True))


def test_the_same_as_a_run_sends(project, proxy):
    """Volumes, network, services, holder and main container: all of them, and the same."""
    volume = f"ccpod-test-{project.sandbox.profile}"
    project.declare(
        second=service(dependsOn=["first"], env={"WORD": "plain"}),
        first=service(volumes=[f"{volume}:/data"]),
    )
    shown = dry(project.sandbox, "true")
    try:
        assert project.run("true").code == 0
        for kind in ("networks", "volumes", "containers"):
            sent = requests(proxy, f"POST /{kind}/create*")
            ours = [each["request"] for each in shown if each["path"] == f"/{kind}/create"]
            assert in_order(map(plain, ours)) == in_order(map(plain, sent)), kind
    finally:
        project.clear()
        project.engine.ask("DELETE", f"/volumes/{volume}", force=1)


def test_the_order_and_the_names(project):
    project.declare(second=service(dependsOn=["first"]), first=service())
    box = project.sandbox
    shown = dry(box, "true")
    own = f"{box.profile}-{box.project_hash}"
    paths = [each["path"].split("/")[1] for each in shown]
    assert paths == ["volumes", "networks", "containers", "containers", "containers", "containers"]
    types = [each["request"]["Labels"]["ccpod.type"] for each in shown]
    assert types == ["plugins", "net", "ns", "first", "second", "main"]
    network, holder, first, _, main = shown[1:]
    assert network["name"] == f"ccpod-net-{own}"
    assert first["request"]["Image"] == BUSYBOX
    assert list(first["request"]["NetworkingConfig"]["EndpointsConfig"]) == [network["name"]]
    assert main["request"]["HostConfig"]["NetworkMode"] == f"container:{holder['name']}"


def test_a_services_secrets_are_masked(project):
    """As in `config show`: by the name of the variable, however short the value."""
    env = {"DB_PASSWORD": "pw1", "API_TOKEN": "a-longer-planted-one", "WORD": "plain"}
    project.declare(db=service('echo "a-longer-planted-one"', env=env))
    shown = dry(project.sandbox, "true")
    text = json.dumps(shown)
    (db,) = [each["request"] for each in shown if each["request"]["Labels"]["ccpod.type"] == "db"]
    assert sorted(db["Env"]) == ["API_TOKEN=***", "DB_PASSWORD=***", "WORD=plain"]
    assert "planted" not in text and "pw1" not in text and project.sandbox.key not in text
