"""Services: started beside a run, reached by name, reused, replaced, kept ready by `ccpod up`."""

import json
import signal
import time

import pytest

from services import BUSYBOX, Project, free_port, make_images, requests, service
from sandbox import FAKE, wait_for
from terminal import Terminal

HTTP = "echo found >/tmp/page; exec httpd -f -p 80 -h /tmp"


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


@pytest.fixture(scope="session")
def service_images(engine):
    make_images(engine)


def test_reached_by_name(project):
    project.declare(web=service(HTTP, healthcheck={"test": "wget -qO- localhost/page", "interval": "200ms"}))
    result = project.run("wget -qO- http://web/page")
    assert (result.code, result.out, result.err) == (0, b"found\n", b"")
    assert project.types() == [("ns", "running"), ("web", "running")]
    images = {each["type"]: each["image"] for each in json.loads(project.command("ps", "--json").out)}
    assert images == {"ns": FAKE, "web": BUSYBOX}  # as they are named, not the ids they were made from
    (network,) = project.networks()
    assert network["Name"] == f"ccpod-net-{project.sandbox.profile}-{project.sandbox.project_hash}"
    assert network["Labels"]["ccpod.policy"] == "full"


def test_claude_is_reached_by_name(project):
    project.declare(asks=service("until wget -qO /dev/null claude:8000/x; do :; done; touch /tmp/yes; sleep 1000"))
    script = "mkdir /tmp/w; echo x >/tmp/w/x; httpd -p 8000 -h /tmp/w; until [ -e /tmp/end ]; do sleep 0.1; done"
    with project.sandbox.start(script) as process:
        wait_for("the service", lambda: [c for c in project.containers(type="asks") if c["State"] == "running"])
        wait = "until [ -e /tmp/yes ]; do sleep 0.1; done; echo reached"
        assert "reached" in project.sandbox.exec(project.sidecar_id("asks"), wait)
        process.send_signal(signal.SIGTERM)
        process.result()


def test_without_services_nothing_is_added(sandbox, proxy):
    assert sandbox.run("true").code == 0
    assert not [k for k in proxy.kinds() if "networks" in k or "events" in k or "/containers/json" in k]


def test_dependencies_come_first(project):
    healthy = {"test": "[ -e /tmp/ready ]", "interval": "200ms", "retries": 100}
    project.declare(
        last=service(dependsOn=["middle"]),
        middle=service(dependsOn=["first"]),
        first=service("sleep 1; touch /tmp/ready; sleep 1000", healthcheck=healthy),
    )
    before = time.time()
    assert project.run("true").code == 0
    names = {project.sidecar_id(name): name for name in ("first", "middle", "last")}
    happened = project.events(before, list(names), "start", "health_status")
    assert [(names[e["Actor"]["ID"]], e["Action"]) for e in happened] == [
        ("first", "start"),
        ("first", "health_status: healthy"),
        ("middle", "start"),
        ("last", "start"),
    ]


def test_every_field(project):
    volume = f"{project.sandbox.profile}-data"
    project.declare(
        all={
            "image": BUSYBOX,
            "command": ["sh", "-c", "exec sleep 1000"],
            "env": {"NUMBER": 5, "TEXT": "a b"},
            "volumes": [f"{volume}:/data", "./sub:/sub:ro", "/anonymous"],
            "workspace": "/project",
            "user": "1000:1000",
            "init": True,
            "restart": "on-failure:2",
            "resources": {"memory": "64m", "cpus": 0.5, "pids": 40},
            "stopGracePeriod": "3s",
        }
    )
    (project.sandbox.project / "sub").mkdir()
    (project.sandbox.project / "file").write_text("here")
    assert project.run("true").code == 0
    made = project.engine.inspect(project.sidecar_id("all"))
    host = made["HostConfig"]
    assert {"NUMBER=5", "TEXT=a b"} <= set(made["Config"]["Env"])
    assert (made["Config"]["User"], made["Config"]["WorkingDir"]) == ("1000:1000", "/project")
    assert made["Config"]["StopTimeout"] == 3 and host["Init"] is True
    assert (host["Memory"], host["NanoCpus"], host["PidsLimit"]) == (64 << 20, 500000000, 40)
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 2}
    mounts = {m["Destination"]: (m["Type"], m["RW"]) for m in made["Mounts"]}
    assert mounts["/data"] == ("volume", True) and mounts["/sub"] == ("bind", False)
    assert mounts["/project"] == ("bind", True) and mounts["/anonymous"] == ("volume", True)
    assert "here" in project.sandbox.exec(made["Id"], "cat /project/file")
    (kept,) = project.engine.labelled("volumes", project=project.sandbox.project_hash)
    assert kept["Name"] == volume


def test_a_project_that_is_not_trusted(project):
    (project.sandbox.project / ".ccpod.yml").write_text(
        "services:\n"
        f"  own: {{image: '{BUSYBOX}', command: [sleep, '1000'], init: true, restart: always, workspace: /w}}\n"
    )
    assert project.run("true").code == 0
    made = project.engine.inspect(project.sidecar_id("own"))["HostConfig"]
    assert "no-new-privileges" in made["SecurityOpt"] and made["PidsLimit"] == 4096
    assert set(made["CapDrop"]) == {"NET_RAW", "MKNOD", "SETFCAP"}
    assert made["RestartPolicy"]["Name"] == "on-failure"
    assert made["Mounts"][0]["ReadOnly"] is True


def test_a_volume_of_somebody_else(project):
    name = f"{project.sandbox.profile}-others"
    project.engine.do("POST", "/volumes/create", {"Name": name, "Labels": {"of": "another"}})
    try:
        (project.sandbox.project / ".ccpod.yml").write_text(
            f"services: {{own: {{image: '{BUSYBOX}', volumes: ['{name}:/data']}}}}\n"
        )
        result = project.run("true")
        assert result.code == 125 and name in result.err.decode()
        assert project.is_gone()
    finally:
        project.engine.do("DELETE", f"/volumes/{name}")


# --- reuse ---


def test_reused_as_it_is(project, proxy):
    project.declare(a=service(), b=service())
    assert project.run("true").code == 0
    before = {name: project.sidecar_id(name) for name in ("a", "b", "ns")}
    proxy.calls.clear()
    assert project.run("true").code == 0
    assert {name: project.sidecar_id(name) for name in before} == before
    (request,) = requests(proxy, "POST /containers/create")
    assert request["HostConfig"]["NetworkMode"] == f"container:{before['ns']}"


def test_replaced_when_it_has_changed(project):
    project.declare(a=service(), b=service())
    assert project.run("true").code == 0
    a, b = project.sidecar_id("a"), project.sidecar_id("b")
    project.declare(a=service(env={"X": "1"}), b=service())
    result = project.run("true")
    assert (result.code, result.err) == (0, b"ccpod: a: replacing it: its configuration has changed\n")
    assert project.sidecar_id("a") != a and project.sidecar_id("b") == b
    project.declare(a=service(env={"X": "2"}), b=service())
    result = project.command("-q", "--profile", project.sandbox.profile, "run", "true")
    assert (result.code, result.err) == (0, b"")


def test_replaced_when_it_has_ended(project):
    project.declare(a=service())
    assert project.run("true").code == 0
    a = project.sidecar_id("a")
    project.engine.kill(a)
    assert project.run("true").code == 0
    assert project.sidecar_id("a") != a


# --- holders ---


def test_one_session_per_holder(project):
    project.declare(a=service())
    assert project.up("--warm", "1").code == 0
    assert project.types() == [("a", "running"), ("ns", "running"), ("ns", "running")]
    names = set()
    with project.sandbox.start("sleep 1000") as one, project.sandbox.start("sleep 1000") as two:
        def joined():
            modes = [c["HostConfig"]["NetworkMode"] for c in project.containers(type="main") if c["State"] == "running"]
            names.update(modes)
            return len(modes) == 2
        wait_for("two runs", joined)
        third = project.run("echo third")
        assert third.out == b"third\n"
        for process in (one, two):
            process.send_signal(signal.SIGTERM)
            process.result()
    assert len(names) == 2 and all(name.startswith("container:") for name in names)


def test_a_holder_that_has_ended_is_replaced(project):
    """As after a restart of the engine: the pod's first holder has its ports and its name again."""
    port = free_port()
    project.sandbox.write_profile(services={"a": service()}, ports={"list": [f"127.0.0.1:{port}:80"]})
    assert project.run("true").code == 0
    ended = project.sidecar_id("ns")
    for each in (ended, project.sidecar_id("a")):
        project.engine.kill(each)
    assert project.run("echo hi").out == b"hi\n"
    (holder,) = project.containers(type="ns")
    assert holder["Id"] != ended and [p["PublicPort"] for p in holder["Ports"]] == [port]
    (network,) = project.engine.inspect(holder["Id"])["NetworkSettings"]["Networks"].values()
    assert "claude" in network["Aliases"]


def ports_of(container):
    return sorted({p["PublicPort"] for p in container["Ports"] if "PublicPort" in p})


def test_a_holder_of_another_network(project):
    """Made before there were services: it is replaced, or those would not be found by their names."""
    project.declare()
    assert project.up().code == 0
    before = project.sidecar_id("ns")
    project.declare(db=service())
    for _ in range(2):
        found = project.run("nslookup db >/dev/null && echo found")
        assert (found.code, found.out) == (0, b"found\n"), found.err
    assert project.sidecar_id("ns") != before


def test_a_holder_of_a_network_that_is_no_longer_wanted(project):
    project.declare(db=service())
    assert project.up().code == 0
    project.declare()
    assert project.run("nslookup db >/dev/null || echo alone").out == b"alone\n"


def test_a_holder_of_old_ports(project):
    """A run does not join it, and its ports do not keep the new ones from being published."""
    old, new = free_port(), free_port()
    project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{old}:80"]})
    assert project.up().code == 0
    before = project.sidecar_id("ns")
    project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{old}:80", f"127.0.0.1:{new}:81"]})
    assert project.run("true").code == 0
    (holder,) = project.containers(type="ns")
    assert holder["Id"] != before and ports_of(holder) == sorted([old, new])
    assert project.run("true").code == 0
    assert project.sidecar_id("ns") == holder["Id"]


def test_new_ports_beside_a_session(project):
    """What an old session publishes stays with it; what nobody publishes goes to the next run."""
    old, new = free_port(), free_port()
    project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{old}:80"]})
    assert project.up().code == 0
    with project.sandbox.start("echo up; sleep 60") as first:
        first.wait_for_output(b"up\n")
        project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{old}:80", f"127.0.0.1:{new}:81"]})
        with project.sandbox.start("echo up; sleep 60") as second:
            second.wait_for_output(b"up\n")
            published = lambda: sorted(ports_of(c) for c in project.containers(type="main"))
            wait_for("the new port", lambda: published() == [[], [new]])
            assert ports_of(project.containers(type="ns")[0]) == [old]
            third = project.run("echo third")
            assert (third.code, third.out, third.err) == (0, b"third\n", b"")
            second.send_signal(signal.SIGTERM)
            second.result()
        first.send_signal(signal.SIGTERM)
        first.result()


def test_a_session_whose_holder_ends(project):
    """It has no network any more: that is said, and the session ended."""
    project.declare()
    assert project.up().code == 0
    with project.sandbox.start("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 1 & wait $!; done") as run:
        run.wait_for_output(b"up\n")
        (holder,) = project.containers(type="ns")
        project.engine.kill(holder["Id"])
        result = run.result()
    assert (result.code, result.out) == (125, b"up\nbye\n") and b"the pod's network is gone" in result.err
    assert project.types() == [("ns", "exited")]


def test_a_holder_that_ends_with_its_session(project, proxy):
    """Who ends everything ends the holder first: the session's own exit code is what counts."""
    project.declare()
    assert project.up().code == 0
    with project.sandbox.start("trap 'exit 7' TERM; echo up; while :; do sleep 1 & wait $!; done") as run:
        run.wait_for_output(b"up\n")
        watch = lambda: [call for call in proxy.find("POST /containers/*/wait") if "not-running" in call.path]
        (call,) = wait_for("the watch over the holder", watch)
        (holder,), (main,) = project.containers(type="ns"), project.containers(type="main")
        project.engine.kill(holder["Id"])
        wait_for("the news of its end", lambda: call.over)
        project.engine.kill(main["Id"], "TERM")
        assert run.result().code == 7


def test_warm_without_services(project, proxy):
    result = project.up()
    assert result.code == 0 and project.types() == [("ns", "running")]
    proxy.calls.clear()
    assert project.run("echo warm").out == b"warm\n"
    (request,) = requests(proxy, "POST /containers/create")
    assert request["HostConfig"]["NetworkMode"].startswith("container:")
    project.down()
    assert project.is_gone()
    assert project.run("echo cold").out == b"cold\n"
    proxy.calls.clear()
    assert project.run("echo cold").out == b"cold\n"
    assert "GET /containers/json" not in proxy.kinds()


# --- ccpod up ---


def test_up_says_what_it_does(project):
    project.declare(a=service(), b=service(healthcheck={"test": "true", "interval": "200ms"}))
    result = project.up("--wait")
    assert (result.code, result.out) == (0, b"")
    assert "ccpod: a: started" in result.lines and "ccpod: b: started, healthy" in result.lines
    again = project.up("--wait")
    assert "ccpod: a: runs already" in again.lines and "ccpod: b: runs already, healthy" in again.lines


def test_up_of_some(project):
    project.declare(a=service(dependsOn=["b"]), b=service(), c=service())
    assert project.up("a").code == 0
    assert [t for t, _ in project.types()] == ["a", "b", "ns"]
    unknown = project.up("nosuch")
    assert unknown.code == 125 and b"a, b, c" in unknown.err


def test_up_on_a_terminal(project):
    project.declare(first=service(), second=service())
    argv = [project.sandbox.program, "--profile", project.sandbox.profile, "up"]
    with Terminal(argv, project.sandbox.env, project.sandbox.project) as terminal:
        assert terminal.end() == 0
        lines = [line.split() for line in terminal.text.splitlines()]
    assert lines.count(["first", "started"]) == 1 and lines.count(["second", "started"]) == 1


def test_up_interrupted(project):
    project.declare(slow=service(healthcheck={"test": "false", "interval": "500ms", "retries": 1000}), ok=service())
    with project.start_command("--profile", project.sandbox.profile, "up", "--wait") as process:
        wait_for("both", lambda: [t for t in project.types() if t[1] == "running"][2:])
        process.send_signal(signal.SIGINT)
        assert process.result().code == 130
    assert project.is_gone()


# --- the real ones ---


def test_postgres_and_redis(project, service_images):
    """Its own healthcheck gates the start; its data outlives `down`."""
    volume = f"{project.sandbox.profile}-pg"
    project.declare(
        db={"image": "ccpod-test-postgres:1", "volumes": [f"{volume}:/data"]},
        cache={"image": "ccpod-test-redis:1"},
    )
    ping = "until printf 'PING\\r\\n' | nc -w 1 cache 6379 | grep PONG; do :; done; nc -w 1 db 5432 </dev/null && echo there"
    first = project.run(ping)
    assert (first.code, first.out.split()[-1]) == (0, b"there"), first.err

    def sql(text):
        return project.sandbox.exec(project.sidecar_id("db"), f"psql -h 127.0.0.1 -U postgres -P pager=off -Atc '{text}'")

    sql("create table t (x int); insert into t values (42)")
    project.down()
    assert project.is_gone()
    assert project.run("true").code == 0
    assert "42" in sql("select x from t")


def test_a_port_belongs_to_the_first(project):
    """What runs beside a session that publishes it goes without, also where there are no services."""
    port = free_port()
    project.sandbox.write_profile(ports={"list": [f"127.0.0.1:{port}:80"]})
    with project.sandbox.start("echo up; sleep 60") as first:
        first.wait_for_output(b"up\n")
        (main,) = project.containers(type="main")
        second = project.run("echo hi")
        assert (second.code, second.out, second.err) == (0, b"hi\n", b"")
        assert project.engine.inspect(main["Id"])["NetworkSettings"]["Ports"]["80/tcp"]
        first.send_signal(15)
        first.result()
