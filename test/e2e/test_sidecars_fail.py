"""Services that cannot come up: said clearly, and nothing of the start is left behind."""

import signal
import socket
import time

import pytest

from proxy import act, signal_at, silence
from services import BUSYBOX, Project, fails, free_port, service
from sandbox import wait_for


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


def test_it_dies(project):
    script = "for i in $(seq 30); do echo line $i; done; sleep 0.3; echo last words >&2; sleep 0.5; exit 3"
    project.declare(db=service(script, healthcheck={"test": "false", "interval": "1s", "retries": 99}), ok=service())
    result = project.run("echo ran")
    fails(result, "service db", "code 3", "line 30", "last words")
    assert "line 5\n" not in result.err.decode()  # twenty lines, no more
    assert project.is_gone()


def test_it_stays_unhealthy(project):
    check = {"test": "false", "interval": "200ms", "retries": 2}
    project.declare(db=service("echo starting; sleep 1000", healthcheck=check), ok=service())
    fails(project.run("echo ran"), "service db", "unhealthy", "starting")
    assert project.is_gone()


FAILING = {"test": "false", "interval": "10s"}


@pytest.mark.parametrize("command", ["run", "up"])
def test_it_dies_and_comes_back_no_more(project, command):
    project.declare(db=service("echo last words; exit 3", restart="on-failure:1", healthcheck=FAILING), ok=service())
    result = project.run("echo ran") if command == "run" else project.up("--wait")
    fails(result, "service db", "it ended 2 times, the last time with code 3", "last words")
    assert project.is_gone()


def test_it_dies_all_the_time(project):
    project.declare(db=service("echo last words; exit 3", restart="always", healthcheck=FAILING))
    fails(project.run("echo ran"), "service db", "times, the last time with code 3", "last words")
    assert project.is_gone()


def test_it_is_removed(project):
    project.declare(db=service(restart="always", healthcheck=FAILING))
    with project.sandbox.start("echo ran") as process:
        wait_for("the service", lambda: ("db", "running") in project.types())
        project.engine.remove(project.sidecar_id("db"))
        fails(process.result(), "service db")
    assert project.is_gone()


def test_it_dies_and_comes_back(project):
    script = "if test -e /again; then touch /healthy; sleep 1000; fi; touch /again; exit 3"
    check = {"test": "test -e /healthy", "interval": "200ms"}
    project.declare(db=service(script, restart="always", healthcheck=check))
    result = project.run("-vv", "echo ran")
    assert result.out == b"ran\n", result.err.decode()


def test_what_it_says_does_no_harm(project):
    project.declare(db=service(r"printf '\033]0;title\007\n'; exit 1", healthcheck={"test": "false", "retries": 9}))
    result = project.run("echo ran")
    fails(result, "\\x1b]0;title")
    assert b"\x1b" not in result.err


def test_a_missing_image(project):
    project.declare(db=service(image="ccpod-test-no-such-image:1"), ok=service())
    fails(project.run("echo ran"), "service db", "ccpod-test-no-such-image:1", "services.db.image")
    assert project.is_gone()


def test_a_bad_command(project):
    project.declare(db={"image": BUSYBOX, "command": ["no-such-program"]}, ok=service())
    fails(project.run("echo ran"), "service db", "no-such-program")
    assert project.is_gone()


def test_a_circle(project, proxy):
    project.declare(a=service(dependsOn=["b"]), b=service(dependsOn=["a"]))
    fails(project.run("echo ran"), "circle")
    assert proxy.calls == []


def test_a_port_of_another_program(project, proxy):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        project.declare(db=service(ports=[f"127.0.0.1:{port}:80"]), ok=service())
        fails(project.run("echo ran"), "service db", str(port), "another program")
    assert "POST /containers/create" not in proxy.kinds()
    assert project.is_gone()


@pytest.mark.parametrize("services", [{"a": service()}, {}], ids=["with-services", "without"])
def test_a_port_of_the_main_container(project, proxy, services):
    """Asked before anything is made, and not put down to who has that number for UDP."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        host = {"PortBindings": {"80/udp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}}
        project.make(f"{project.sandbox.profile}-other", "sleep 1000", {}, HostConfig=host, ExposedPorts={"80/udp": {}})
        project.sandbox.write_profile(services=services, ports={"list": [f"127.0.0.1:{port}:80"]})
        fails(project.run("echo ran"), "the main container", str(port), "another program")
    assert "POST /containers/create" not in proxy.kinds()
    assert project.is_gone()


def test_a_taken_port_beside_old_ones(project):
    """Known before the holder of the old port is given up."""
    port = free_port()
    project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{port}:80"]})
    assert project.up().code == 0
    before = project.sidecar_id("ns")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{taken}:80"]})
        fails(project.up(), "the main container", str(taken), "another program")
    assert project.sidecar_id("ns") == before


def test_a_port_of_a_container(project, proxy):
    port = free_port()
    host = {"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}}
    name = f"{project.sandbox.profile}-other"
    project.make(name, "sleep 1000", {}, HostConfig=host, ExposedPorts={"80/tcp": {}})
    project.declare(db=service(ports=[f"127.0.0.1:{port}:80"]))
    fails(project.run("echo ran"), str(port), name)
    assert "POST /containers/create" not in proxy.kinds()


def test_a_port_of_another_project(project, tmp_path):
    """The error says whose container it is."""
    port = free_port()
    project.declare(db=service(ports=[f"127.0.0.1:{port}:80"]))
    assert project.run("true").code == 0
    other = tmp_path / "other"
    other.mkdir()
    fails(project.run("echo ran", cwd=other), "service db", str(port), project.name("db"), str(project.sandbox.project))
    assert project.engine.containers(workdir=other) == []


def test_one_of_many(project):
    """The others are taken back."""
    many = {f"s{i}": service("exec sleep 1000", init=False, stopGracePeriod="0s") for i in range(11)}
    project.declare(**many, bad={"image": BUSYBOX, "command": ["no-such-program"], "dependsOn": ["s0", "s10"]})
    fails(project.run("echo ran"), "service bad", "no-such-program")
    assert project.is_gone()


def test_what_was_there_stays(project):
    """Only what this start made is taken back."""
    project.declare(ok=service())
    assert project.run("true").code == 0
    ok = project.sidecar_id("ok")
    project.declare(ok=service(), bad={"image": BUSYBOX, "command": ["no-such-program"]})
    fails(project.run("echo ran"), "service bad")
    assert project.sidecar_id("ok") == ok and project.engine.inspect(ok)["State"]["Running"]
    assert len(project.networks()) == 1


def test_a_foreign_container_of_that_name(project):
    project.declare(db=service())
    project.make(project.name("db"), "sleep 1000", {})
    fails(project.run("echo ran"), project.name("db"), "not ours")
    assert project.engine.inspect(project.name("db"))["State"]["Running"]


def test_a_duplicate_network_is_resolved(project):
    labels = project.labels(type="net", policy="full")
    name = f"ccpod-net-{project.sandbox.profile}-{project.sandbox.project_hash}"
    for _ in range(2):
        project.engine.do("POST", "/networks/create", {"Name": name, "Labels": labels})
    project.declare(a=service())
    assert project.run("echo ok").out == b"ok\n"
    assert len(project.networks()) == 1


def test_a_lost_answer_and_a_foreign_network(project, proxy):
    """Taken back is what our labels name: of a request without an answer, the name alone says nothing."""
    name = f"ccpod-net-{project.sandbox.profile}-{project.sandbox.project_hash}"
    theirs = []

    async def be_faster(x):
        theirs.append(project.engine.do("POST", "/networks/create", {"Name": name})["Id"])

    project.declare(a=service())
    proxy.on("POST /networks/create", be_faster, 1)
    fails(project.run("echo ran"), "network")
    try:
        assert [n["Id"] for n in project.engine.do("GET", "/networks") if n["Name"] == name] == theirs
    finally:
        project.engine.do("DELETE", f"/networks/{theirs[0]}")


def test_what_this_version_cannot_do(project):
    """`up` refuses it as `run` does: services without the limit that was asked for are none."""
    project.sandbox.write_profile(services={"a": service()}, network={"policy": "restricted"})
    for result in (project.run("echo ran"), project.up()):
        assert result.code == 125 and b"network.policy is restricted" in result.err
    assert project.is_gone()


def test_interrupted(project):
    project.declare(slow=service(healthcheck={"test": "false", "interval": "500ms", "retries": 1000}), ok=service())
    with project.sandbox.start("echo ran") as process:
        wait_for("all of them", lambda: [t for t in project.types() if t[1] == "running"][2:])
        process.send_signal(signal.SIGTERM)
        assert process.result().code == 143
    assert project.is_gone()


@pytest.mark.parametrize("nth", range(2, 20, 2))
def test_killed_at_a_call(project, proxy, nth):
    """The next run succeeds, `down` leaves nothing, and the sibling is as it was."""
    project.declare(db=service())
    sibling = project.make(f"{project.sandbox.profile}-sibling", "sleep 1000", project.labels(project="0" * 16))
    proxy.on("* *", act(signal_at, number=signal.SIGKILL), nth)
    assert project.run("true").code == -signal.SIGKILL
    proxy.wait_until_idle()
    proxy.rules.clear()
    assert project.run("echo next").out == b"next\n"
    assert project.engine.inspect(sibling)["State"]["Running"]
    project.engine.remove(sibling)
    project.down()
    assert project.is_gone()
    project.sandbox.forget(sibling)  # run directories of the killed one, which only time proves dead


def test_an_engine_that_hangs_while_up_takes_back(project, proxy):
    """Whoever interrupts three times does not want to wait for answers."""
    project.declare(a=service(), b={"image": BUSYBOX, "command": ["no-such-program"], "dependsOn": ["a"]})
    proxy.on("DELETE /containers/*", silence)
    with project.start_command("--profile", project.sandbox.profile, "up") as process:
        wait_for("the rollback", lambda: proxy.find("DELETE /containers/*"))
        for _ in range(3):
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)  # one pending signal is as good as two
        assert process.result(30).code in (125, 130)
    proxy.rules.clear()
    project.down()
    assert project.is_gone()
