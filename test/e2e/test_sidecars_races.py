"""Starts and ends that meet, of one owner or of several, and what killed ones leave behind."""

import asyncio
import fcntl
import functools
import json
import os
import pwd
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import pytest

from pods import FOREVER, STUBBORN, owner
from proxy import plain, silence
from services import Project, fails, free_port, service
from sandbox import wait_for


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


def lease(pid, start, role="service"):
    """As pod/lease.h has it: OWNER stands for the pod's."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"1 OWNER {boot} {os.readlink('/proc/self/ns/pid')} {pid} {start} {role}"


def start_of(pid):
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19]


# --- two starts ---


@pytest.mark.parametrize("turn", range(4))
def test_a_pair_at_once(project, turn):
    """One network, one of each; both succeed."""
    project.declare(a=service(), b=service(dependsOn=["a"]))
    results = []
    threads = [threading.Thread(target=lambda: results.append(project.run("echo ok"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(r.code, r.out) for r in results] == [(0, b"ok\n")] * 2, [r.err for r in results]
    assert len(project.networks()) == 1
    assert [t for t, _ in project.types() if t != "ns"] == ["a", "b"]
    project.down()
    assert project.is_gone()


def test_a_pair_that_fails(project, proxy):
    """What the first leaves to the second, which has not made it, is named."""
    check = {"test": "false", "interval": "1s", "retries": 999}
    bad = service("until [ -e /go ]; do sleep 0.1; done; exit 3", healthcheck=check, dependsOn=["good"])
    project.declare(good=service(), bad=bad)
    waits = b"sidecar: start it -> wait until it is healthy"
    run = ("-vv", "--profile", project.sandbox.profile, "run", "echo ran")
    with project.start_command(*run, env={"DOCKER_HOST": project.engine.host}) as first:
        wait_for("both of its sidecars", lambda: first.said("err").count(waits) == 2)

        async def fail_later(x):
            while first.popen.poll() is None:
                await asyncio.sleep(0.01)
            await plain(x)

        proxy.on("GET /containers/*/logs", fail_later)
        with project.start_command(*run) as second:
            wait_for("the second run", lambda: second.said("err").count(waits) == 2)
            project.sandbox.exec(project.sidecar_id("bad"), "touch /go")
            fails(first.result(), "service bad", "another ccpod", ": good, the network; `ccpod down`")
            fails(second.result(), "service bad")
    assert project.types() == [("good", "running")] and len(project.networks()) == 1
    project.down()
    assert project.is_gone()


def test_what_another_run_uses_stays_when_its_start_is_interrupted(project, proxy):
    """The answer to its start is still under way to the one, and the other has it already."""
    project.declare(db=service())
    answered = threading.Event()

    async def hold(x):
        await x.forward()
        await x.read_head()
        while not answered.is_set():
            await asyncio.sleep(0.01)
        await x.pass_all()

    proxy.on("POST /containers/*/start", hold)
    try:
        with project.start_command("-vv", "--profile", project.sandbox.profile, "run", "echo ran") as first:
            wait_for("the sidecar", lambda: ("db", "running") in project.types())
            db = project.sidecar_id("db")
            with project.sandbox.start(FOREVER, env={"DOCKER_HOST": project.engine.host}) as second:
                wait_for("the second run", lambda: ("main", "running") in project.types())
                first.send_signal(signal.SIGTERM)
                first.wait_for_output(b"-> give up what is starting", "err")
                answered.set()
                assert first.result().code == 143
                assert project.sidecar_id("db") == db and project.engine.inspect(db)["State"]["Running"]
                assert second.popen.poll() is None
                project.down()
                second.result()
    finally:
        answered.set()
    assert project.is_gone()


@pytest.mark.parametrize("services", [{"a": service()}, {}], ids=["with-services", "without"])
def test_a_pair_with_ports(project, proxy, services):
    """Both have looked before either of them publishes: one of them does."""
    port = free_port()
    project.sandbox.write_profile(services=services, ports={"list": [f"127.0.0.1:{port}:80"]})
    if services:
        assert project.run("true").code == 0
        for holder in project.containers(type="ns"):
            project.engine.remove(holder["Id"])
    second = []

    async def hold(x):
        second.append(project.sandbox.start("echo up; sleep 60", env={"DOCKER_HOST": project.engine.host}))
        while second[0].popen.poll() is None and b"up\n" not in second[0].said():
            await asyncio.sleep(0.01)
        await plain(x)

    proxy.calls.clear()
    proxy.on("POST /containers/create", hold, 1)
    first = project.run("echo first")
    with second[0]:
        assert (first.code, first.out, first.err) == (0, b"first\n", b"")
        assert str(port).encode() in proxy.find("POST /containers/create")[0].request
        (main,) = project.containers(type="main")
        assert [p for p in main["Ports"] if "PublicPort" in p] == []
        third = project.run("true")
        assert third.code == 0 and str(port).encode() in proxy.find("POST /containers/create")[1].request
        second[0].send_signal(15)
        second[0].result()


# --- a start and an end ---


def test_a_start_waits_for_an_end(project, proxy):
    """What `down` is ending is not adopted: the run makes a sidecar of its own, and succeeds."""
    project.declare(a=service(STUBBORN, init=False, stopGracePeriod="2s"))
    assert project.run("true").code == 0
    a = project.sidecar_id("a")
    proxy.calls.clear()
    with project.start_command("down") as ending:
        wait_for("the end of the sidecar", lambda: proxy.find("POST /containers/*/stop"))
        result = project.run("echo hi")
        assert ending.result().code == 0
    assert (result.code, result.out, result.err) == (0, b"hi\n", b"")
    assert project.sidecar_id("a") != a and project.types() == [("a", "running"), ("ns", "running")]


async def meanwhile(x, begin):
    """Begins something else while this call is under way."""
    begin()
    await x.forward()
    await x.pass_all()


@pytest.mark.parametrize("call", [
    "POST /networks/create", "POST /containers/create", "POST /containers/*/start", "POST /containers/*/attach",
])
def test_an_end_during_a_start(project, proxy, call):
    """Both end. A run that could not go on says why, and leaves nothing."""
    project.declare(a=service(), b=service(dependsOn=["a"]))
    endings = []
    proxy.on(call, functools.partial(meanwhile, begin=lambda: endings.append(project.start_command("down"))), 1)
    result = project.run("echo hi")
    (ending,) = endings
    ended = ending.result()
    assert (ended.code, ended.err) == (0, b"")
    assert result.code in (0, 125, 137, 143), result.err  # its own, or that of the SIGTERM
    if result.code == 125:
        assert result.err and project.is_gone(), result.err
    proxy.rules.clear()
    project.down()
    assert project.is_gone()


def test_an_end_while_a_run_gets_its_images(project, proxy):
    """The network that it has chosen stays for what it is yet to start."""
    project.declare(a=service())
    answered = threading.Event()

    async def hold(x):
        while not answered.is_set():
            await asyncio.sleep(0.01)
        await plain(x)

    proxy.on("GET /images/*/json", hold)
    try:
        with project.start_command("-vv", "--profile", project.sandbox.profile, "run", "echo hi") as run:
            run.wait_for_output(b"network: make the project's network -> give the lock back", "err")
            ending = project.command("down", env={"DOCKER_HOST": project.engine.host})
            assert (ending.code, ending.err) == (0, b"")
            answered.set()
            result = run.result()
    finally:
        answered.set()
    assert (result.code, result.out) == (0, b"hi\n"), result.err
    project.down()
    assert project.is_gone()


def test_an_end_of_what_a_start_has_found(project, proxy):
    """The start fails, says of what, and the network is not left behind, however long that takes."""
    project.declare(a=service())
    assert project.run("true").code == 0
    endings = []

    async def end_first(x):
        while not (endings and b"-> list the networks" in endings[0].said("err")):
            await asyncio.sleep(0.01)
        await plain(x)

    proxy.on("GET /containers/*/logs", end_first)
    proxy.on("GET /images/*/json", lambda x: silence(x) if "claude" in x.call.path else plain(x))
    with project.start_command("-vv", "--profile", project.sandbox.profile, "run", "echo hi") as run:
        run.wait_for_output(b"sidecar: start it -> wait until it is healthy", "err")
        endings.append(project.start_command("-vv", "down", env={"DOCKER_HOST": project.engine.host}))
        fails(run.result(), "service a")
        assert endings[0].result().code == 0
    assert project.is_gone()


def test_a_later_run_keeps_its_holder(project):
    """`down` ends what it has found: a run that has come since, on a free holder, goes on."""
    project.declare()
    assert project.up("--warm", "1").code == 0
    with project.sandbox.start(STUBBORN) as first:
        first.wait_for_output(b"up\n")
        (main,) = project.containers(type="main")
        with project.start_command("-vv", "down", "--timeout", "60") as ending:
            ending.wait_for_output(b"-> stop it", "err")
            with project.sandbox.start(FOREVER) as later:
                joined = lambda: [
                    c["HostConfig"]["NetworkMode"].partition(":")[2]
                    for c in project.containers(type="main") if c["Id"] != main["Id"] and c["State"] == "running"
                ]
                (holder,) = wait_for("the later run", joined)
                project.engine.kill(main["Id"])
                assert ending.result().code == 0
                assert project.engine.inspect(holder)["State"]["Running"]
                assert project.types() == [("main", "running"), ("ns", "running")]
                project.down()
                later.result()
    assert project.is_gone()


def test_an_end_before_a_joined_container_is_made(project, proxy):
    """A run that has taken a holder is waited for: it has what it has chosen."""
    project.declare()
    assert project.up().code == 0
    endings = []

    async def end_meanwhile(x):
        ending = project.start_command("-vv", "down", env={"DOCKER_HOST": project.engine.host})
        endings.append(ending)
        while ending.popen.poll() is None and ending.said("err").count(b"/containers/json?") < 3:
            await asyncio.sleep(0.01)
        await plain(x)

    proxy.on("POST /containers/create", end_meanwhile, 1)
    result = project.run("echo hi")
    assert (result.code, result.out) == (0, b"hi\n"), result.err
    assert endings[0].result().code == 0
    project.down()  # the other one has left what was in use when it looked
    assert project.is_gone()


def test_an_end_while_a_run_is_told_of_its_holder(project, proxy):
    """What the engine has listed for a run that is starting, nobody takes away before it is joined."""
    project.declare()
    assert project.up().code == 0
    endings = []

    async def end_meanwhile(x):
        await x.forward()
        await x.read_head()
        ending = project.start_command("-vv", "down", env={"DOCKER_HOST": project.engine.host})
        endings.append(ending)
        while ending.popen.poll() is None and ending.said("err").count(b"/containers/json?") < 3:
            await asyncio.sleep(0.01)
        await x.pass_all()

    proxy.on("GET /containers/json", end_meanwhile, 1)
    result = project.run("echo hi")
    assert (result.code, result.out) == (0, b"hi\n"), result.err
    assert endings[0].result().code == 0
    project.down()
    assert project.is_gone()


def test_what_was_seen_to_run_may_have_ended(project, proxy):
    """Its end comes between the look at it and the moment when it is needed."""
    project.declare(a=service())
    assert project.run("true").code == 0
    a = project.sidecar_id("a")

    def end():
        project.engine.kill(a)
        wait_for("its end", lambda: not project.engine.inspect(a)["State"]["Running"])

    async def end_meanwhile(x):
        while not [call for call in proxy.find("GET /containers/*/json") if call.over]:
            await asyncio.sleep(0.01)
        await asyncio.get_running_loop().run_in_executor(None, end)
        await x.forward()
        await x.pass_all()

    proxy.calls.clear()
    proxy.on("GET /networks", end_meanwhile, 1)
    result = project.run("echo hi")
    assert (result.code, result.out) == (0, b"hi\n"), result.err
    assert project.sidecar_id("a") != a and project.types()[0] == ("a", "running")


def test_a_start_that_hangs_does_not_keep_an_end(project):
    """Somebody has the lock and does not give it back: after a while it goes without."""
    project.declare(a=service())
    assert project.run("true").code == 0
    path = project.sandbox.ccpod_home / "locks" / f"{project.sandbox.profile}-{project.sandbox.project_hash}"
    with open(path, "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = project.command("down")
    assert result.code == 0 and b"another ccpod that starts or ends the pod" in result.err
    assert project.is_gone()


# --- owners ---


def test_two_instances_do_not_meet(project):
    """The same path, another owner: a foreign container of that name is left alone."""
    project.declare(a=service())
    assert project.run("true").code == 0
    a = project.sidecar_id("a")
    result = project.run("true", env={"CCPOD_INSTANCE": "another"})
    assert result.code == 125 and b"not ours" in result.err
    assert project.sidecar_id("a") == a and project.engine.inspect(a)["State"]["Running"]
    assert project.command("down", env={"CCPOD_INSTANCE": "another"}).code == 0
    assert project.sidecar_id("a") == a


def test_two_instances_without_services(project):
    """Beside each other in one path; `down` ends its own."""
    project.declare()
    other = {"CCPOD_INSTANCE": "another"}
    with project.sandbox.start("sleep 1000") as mine:
        project.sandbox.wait_for_container()
        assert project.run("echo theirs", env=other).out == b"theirs\n"
        assert project.command("ps", "--json", env=other).out == b"[]\n"
        assert project.command("down", "--all", env=other).code == 0
        assert mine.popen.poll() is None and len(project.containers()) == 1
        project.down()
        mine.result()
    assert project.is_gone()


def test_ports_of_another_instance(project):
    """What somebody else publishes in the same path is no reason to publish nothing."""
    theirs, port = free_port(), free_port()
    host = {"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(theirs)}]}}
    labels = project.labels(owner=owner("somebody else"))
    project.make(f"{project.sandbox.profile}-x", "sleep 1000", labels, HostConfig=host, ExposedPorts={"80/tcp": {}})
    project.sandbox.write_profile(services={"a": service()}, ports={"list": [f"127.0.0.1:{port}:80"]})
    assert project.run("true").code == 0
    (holder,) = project.containers(type="ns")
    assert [p["PublicPort"] for p in holder["Ports"]] == [port]


def test_ports_beside_the_holder_of_another_instance(project):
    """Its number is taken, and its place as the first of the pod is not."""
    project.declare()
    other = {"CCPOD_INSTANCE": "another"}
    assert project.up(env=other).code == 0
    port = free_port()
    project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{port}:80"]})
    assert project.up().code == 0
    published = [[p["PublicPort"] for p in holder["Ports"]] for holder in project.containers(type="ns")]
    assert sorted(published) == [[], [port]]
    assert project.command("down", env=other).code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_two_users_in_one_path(project):
    """Neither sees, adopts or removes what the other has."""
    other = next((user for user in pwd.getpwall() if user.pw_uid == 1500), None)
    if not other:
        pytest.skip("there is no second user")
    with tempfile.TemporaryDirectory(prefix="ccpod-users-", dir="/var/tmp") as place:
        os.chmod(place, 0o755)
        shared, home = Path(place, "project"), Path(place, "home")
        shared.mkdir(mode=0o755)
        shutil.copytree(project.sandbox.ccpod_home, home / ".ccpod", ignore=shutil.ignore_patterns("run", "locks"))
        for path in (home, *home.rglob("*")):
            os.chown(path, other.pw_uid, other.pw_gid)
        project.declare(a=service())
        shutil.copy(project.sandbox.profile_dir / "profile.yml", home / ".ccpod/profiles" / project.sandbox.profile)
        os.chown(home / ".ccpod/profiles" / project.sandbox.profile / "profile.yml", other.pw_uid, other.pw_gid)
        groups = [os.stat(project.engine.socket).st_gid]
        theirs = {
            "cwd": shared, "env": {"HOME": str(home), "TMPDIR": "/tmp"},
            "user": other.pw_uid, "group": other.pw_gid, "extra_groups": groups,
        }
        run = ("--profile", project.sandbox.profile, "run", "echo hi")
        try:
            assert project.command(*run, cwd=shared).out == b"hi\n"
            (a,) = project.engine.containers(workdir=shared, type="a")
            fails(project.command(*run, **theirs), "not ours")
            assert project.command("ps", "--json", **theirs).out == b"[]\n"
            assert project.command("down", **theirs).code == 0
            assert project.command("down", "--all", **theirs).code == 0
            (still,) = project.engine.containers(workdir=shared, type="a")
            assert (still["Id"], still["State"]) == (a["Id"], "running")
        finally:
            assert project.command("down", cwd=shared).code == 0
        assert project.engine.containers(workdir=shared) == []


def test_an_image_that_pretends(project):
    """Labels are inherited: ours is only what has the name, too, and a sidecar's are set anew."""
    pretended = project.labels(type="main", session="x", role="headless", lease="1 x", config="y")
    plain = project.make(f"{project.sandbox.profile}-plain", "sleep 1000", {})
    tag = f"ccpod-test-pretender:{project.sandbox.profile}"
    request = {"Labels": pretended, "Cmd": ["sleep", "1000"], "Entrypoint": []}
    repo, _, version = tag.partition(":")
    image = project.engine.do("POST", "/commit", request, container=plain, repo=repo, tag=version)["Id"]
    try:
        made = project.engine.do("POST", "/containers/create", {"Image": tag}, name=f"{project.sandbox.profile}-x")["Id"]
        project.made.append(made)
        project.engine.do("POST", f"/containers/{made}/start")
        assert project.engine.inspect(made)["Config"]["Labels"].items() >= pretended.items()
        project.declare(a={"image": tag, "init": True, "command": ["sleep", "1000"]})
        assert project.run("echo hi").out == b"hi\n"
        found = json.loads(project.command("ps", "--json").out)
        assert sorted(each["type"] for each in found) == ["a", "ns"]
        (sidecar,) = project.engine.containers(workdir=project.sandbox.project, type="a")
        assert sidecar["Labels"]["ccpod.session"] == "" and sidecar["Labels"]["ccpod.role"] == "service"
        assert project.run("echo hi").out == b"hi\n" and project.sidecar_id("a") == sidecar["Id"]
        project.down()
        assert project.engine.inspect(made)["State"]["Running"]
    finally:
        project.clear()
        project.engine.do("DELETE", f"/images/{image}", force=1)


# --- what a killed one has left ---


@pytest.mark.parametrize("reused", [True, False])
def test_the_pid_of_a_killed_one(project, reused):
    """A process of the same number is not the one that made the container; one that lives is waited for."""
    start = "1" if reused else start_of(os.getpid())
    text = lease(os.getpid(), start).replace("OWNER", owner(project.instance))
    half_made = project.sidecar("a", start=False, changes={"lease": text, "config": "z"})
    project.declare(a=service())
    with project.sandbox.start("echo hi") as run:
        if not reused:
            run_is_waiting = lambda: run.popen.poll() is None and project.networks()
            wait_for("the network", run_is_waiting)
            assert project.sidecar_id("a") == half_made
            project.engine.remove(half_made)
        result = run.result()
    assert (result.code, result.out) == (0, b"hi\n"), result.err
    assert project.sidecar_id("a") != half_made
