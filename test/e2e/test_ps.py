"""`ccpod ps`: what it shows, and what it leaves out because it is not ours."""

import json

import pytest

from pods import FOREVER, owner, pod_of
from sandbox import wait_for

COLUMNS = ["NAME", "TYPE", "PROFILE", "STATE", "UPTIME", "IMAGE", "PORTS", "PROJECT"]


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


def listed(pod, *args):
    result = pod.command("ps", "--json", *args)
    assert (result.code, result.err) == (0, b"")
    return json.loads(result.out)


def test_nothing_runs(pod):
    result = pod.command("ps")
    assert (result.code, result.out.split(), result.err) == (0, [c.encode() for c in COLUMNS], b"")
    assert listed(pod) == []


def test_a_run_and_a_sidecar(pod, sandbox):
    port = {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}
    pod.sidecar("web", HostConfig={"PortBindings": port}, ExposedPorts={"80/tcp": {}})
    with sandbox.start("echo up; sleep 60") as process:
        process.wait_for_output(b"up\n")
        result = pod.command("ps")
        main, web = listed(pod)
        process.send_signal(15)
        process.result()
    titles, first, second = result.out.decode().splitlines()
    assert titles.split() == COLUMNS
    # Containers of one project stand together, the main one first.
    assert first.startswith(f"ccpod-{sandbox.profile}-{sandbox.project_hash}-")
    assert first.split()[1:4] == ["main", sandbox.profile, "running"]
    assert second.startswith(pod.name("web"))
    assert second.endswith(str(sandbox.project))
    assert (main["type"], main["state"], main["health"]) == ("main", "running", "")
    assert main["project"] == web["project"] == str(sandbox.project)
    assert web["ports"][0].startswith("127.0.0.1:") and web["ports"][0].endswith("->80/tcp")


def test_ended_ones_are_shown_when_asked_for(pod):
    container = pod.sidecar("db", "exit 7")
    wait_for("its end", lambda: pod.engine.inspect(container)["State"]["Status"] == "exited")
    assert listed(pod) == []
    (db,) = listed(pod, "--all")
    assert (db["state"], db["exitCode"], db["uptime"]) == ("exited", 7, "")
    assert b"exited (7)" in pod.command("ps", "--all").out


def test_health_is_part_of_the_state(pod):
    check = {"Test": ["CMD-SHELL", "test -e /healthy"], "Interval": 100_000_000, "Retries": 1}
    container = pod.sidecar("db", "touch /healthy; " + FOREVER, Healthcheck=check)
    status = lambda: pod.engine.inspect(container)["State"]["Health"]["Status"]
    wait_for("its health", lambda: status() == "healthy")
    assert [c["health"] for c in listed(pod)] == ["healthy"]
    assert b"running (healthy)" in pod.command("ps").out
    pod.sandbox.exec(container, "rm /healthy")
    wait_for("its illness", lambda: status() == "unhealthy")
    assert [c["health"] for c in listed(pod)] == ["unhealthy"]


def test_one_project_or_profile_alone(pod, sandbox, tmp_path):
    pod.sidecar("db")
    other = tmp_path / "other"
    other.mkdir()
    assert len(listed(pod)) == 1
    assert len(listed(pod, "--project")) == 1
    assert len(listed(pod, "-C", other)) == 1
    assert listed(pod, "--project", "-C", other) == []
    assert len(listed(pod, "--profile", sandbox.profile)) == 1
    assert listed(pod, "--profile", "another") == []


def test_a_broken_project_file_is_in_nobodys_way(pod, sandbox):
    pod.sidecar("db")
    (sandbox.project / ".ccpod.yml").write_text("services: [unfinished")
    assert len(listed(pod, "--project")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": owner("somebody else")},
        {"owner": ""},
        {"type": "main"},  # its name is that of a sidecar
        {"type": "cache"},  # ... of another one
        {"profile": "another"},
        {"profile": "../x"},
        {"project": "0" * 16},
    ],
)
def test_what_is_not_ours_is_not_shown(pod, changes):
    pod.sidecar("db", start=False, changes=changes)
    assert listed(pod, "--all") == []


def test_another_instance_is_not_shown(pod):
    pod.sidecar("db")
    result = pod.command("ps", "--json", env={"CCPOD_INSTANCE": "another"})
    assert json.loads(result.out) == []


def test_foreign_text_is_harmless(pod):
    pod.sidecar("db", changes={"workdir": "/tmp/\x1b[31mred\x07\n\u202egnp"})
    result = pod.command("ps")
    assert rb"/tmp/\x1b[31mred\x07\x0a\xe2\x80\xaegnp" in result.out
    assert b"\x1b" not in result.out and len(result.out.splitlines()) == 2
    result = pod.command("ps", "--json")
    assert b"\x1b" not in result.out
    assert json.loads(result.out)[0]["project"] == "/tmp/\x1b[31mred\x07\n\u202egnp"


def test_an_engine_that_is_not_there(pod):
    result = pod.command("ps", env={"DOCKER_HOST": "unix:///nonexistent/socket"})
    assert (result.code, result.out) == (125, b"")
    assert b"/nonexistent/socket" in result.err
