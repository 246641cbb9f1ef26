"""`ccpod ps`: what it shows, and what it leaves out because it is not ours."""

import json

import pytest

from proxy import act, cut, replace
from pods import FOREVER, owner, pod_of
from sandbox import FAKE, wait_for
from terminal import Terminal

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
        # The engine's list says that it runs a moment later.
        mains = lambda: pod.engine.containers(workdir=sandbox.project, type="main")
        wait_for("the list to have it", lambda: [c["State"] for c in mains()] == ["running"])
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
    assert main["image"] == web["image"] == FAKE
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


# --- --watch ---

CHECK = {"Test": ["CMD-SHELL", "test -e /healthy"], "Interval": 100_000_000, "Retries": 1}


def watch(pod, *args):
    return pod.start_command("--profile", pod.sandbox.profile, "ps", "--watch", *args)


def test_watch_tells_each_change_in_a_line(pod):
    first = pod.sidecar("first")
    with watch(pod) as process:
        process.wait_for_output(f"{pod.name('first')} running\n".encode())
        second = pod.sidecar("second", "touch /healthy; " + FOREVER, Healthcheck=CHECK)
        process.wait_for_output(f"{pod.name('second')} running (healthy)\n".encode())
        pod.engine.do("POST", f"/containers/{first}/pause")
        process.wait_for_output(f"{pod.name('first')} paused\n".encode())
        pod.engine.kill(second)
        process.wait_for_output(f"{pod.name('second')} exited (137)\n".encode())
        pod.engine.remove(first)
        process.wait_for_output(f"{pod.name('first')} removed\n".encode())
        assert process.said("err") == b""


def test_watch_in_json(pod):
    with watch(pod, "--json") as process:
        container = pod.sidecar("db")
        process.wait_for_output(b'"state":"running"')
        pod.engine.remove(container)
        process.wait_for_output(b'"state":"removed"')
        changes = [json.loads(line) for line in process.said().splitlines()]
    assert {c["name"] for c in changes} == {pod.name("db")} and {c["id"] for c in changes} == {container}
    assert changes[-1] == {"name": pod.name("db"), "id": container, "state": "removed"}


def test_watch_tells_nothing_of_what_has_ended_before(pod):
    container = pod.sidecar("db", "exit 3")
    wait_for("its end", lambda: pod.engine.inspect(container)["State"]["Status"] == "exited")
    with watch(pod, "--all") as process:
        process.wait_for_output(f"{pod.name('db')} exited (3)\n".encode())
    with watch(pod) as process:
        pod.sidecar("cache")
        process.wait_for_output(b"-cache running")
        assert b"-db" not in process.said()


def test_watch_ends_with_its_reader(pod):
    pod.sidecar("db")
    with pod.start_command("ps", "--watch", read=False) as process:
        process.stdout.readline()
        process.stdout.close()
        pod.sidecar("cache")
        assert process.result().code == -13


@pytest.fixture
def screen(pod, sandbox):
    def start(*args, **size):
        argv = [sandbox.program, "--profile", sandbox.profile, "ps", "--watch", *args]
        return Terminal(argv, sandbox.env, sandbox.project, **size)

    return start


def row_of(terminal, pod, service):
    rows = [line for line in terminal.text.splitlines() if line.startswith(pod.name(service))]
    return rows[0] if len(rows) == 1 else ""


def test_watch_redraws_a_terminal(pod, screen):
    with screen("--no-stats", columns=400) as terminal:
        terminal.wait_for("NAME")
        assert terminal.text.split() == COLUMNS
        container = pod.sidecar("db", Healthcheck=CHECK)
        terminal.wait_until("its start", lambda: "running (starting)" in row_of(terminal, pod, "db"))
        pod.sandbox.exec(container, "touch /healthy")
        terminal.wait_until("its health", lambda: "running (healthy)" in row_of(terminal, pod, "db"))
        pod.sidecar("cache")
        terminal.wait_until("another one", lambda: "running" in row_of(terminal, pod, "cache"))
        pod.engine.remove(container)
        terminal.wait_until("its end", lambda: not row_of(terminal, pod, "db"))
        # One table, in place.
        assert len(terminal.text.splitlines()) == 2 and row_of(terminal, pod, "cache")


def test_watch_shows_what_they_use(pod, screen):
    pod.sidecar("db", "while :; do :; done")
    with screen(columns=400) as terminal:
        terminal.wait_until("figures", lambda: "%" in row_of(terminal, pod, "db"))
        assert "CPU" in terminal.text and "MEMORY" in terminal.text
        busy = lambda: row_of(terminal, pod, "db").partition("%")[0].split()[-1]
        terminal.wait_until("work", lambda: float(busy()) > 5)
        assert " MiB " in row_of(terminal, pod, "db")


def test_watch_fits_a_small_terminal(pod, screen):
    for i in range(6):
        pod.sidecar(f"s{i}")
    with screen("--no-stats", rows=5, columns=40) as terminal:
        terminal.wait_for("…" + pod.name("s2")[-15:])
        pod.sidecar("s9")
        pod.engine.remove(pod.made[0])
        terminal.wait_until("a redraw", lambda: "-s0" not in terminal.text)
        assert terminal.text.splitlines()[0].startswith("NAME")
        assert len(terminal.text.splitlines()) == 4
        terminal.resize(12, 60)
        terminal.wait_until("all of them", lambda: len(terminal.text.splitlines()) == 7)


def test_watch_shortens_names_before_it_cuts(pod, screen):
    pod.sidecar("db")
    with screen(rows=8, columns=80) as terminal:
        terminal.wait_until("figures", lambda: " MiB" in terminal.text)
        titles, row = terminal.text.splitlines()
        assert {"UPTIME", "CPU", "MEMORY"} <= {*titles.split()}
        assert row.startswith("…") and row.split()[0].endswith("-db")
        terminal.resize(8, 240)
        terminal.wait_until("the whole name", lambda: row_of(terminal, pod, "db"))


def test_names_are_shortened_on_a_narrow_terminal_alone(pod, sandbox):
    pod.sidecar("db")
    argv = [sandbox.program, "--profile", sandbox.profile, "ps"]
    for columns, name in ((240, pod.name("db")), (60, "…" + pod.name("db")[-15:])):
        with Terminal(argv, sandbox.env, sandbox.project, columns=columns) as terminal:
            assert terminal.end() == 0
            assert name in terminal.text.split()
    assert pod.name("db").encode() in pod.command("ps").out


def test_watch_on_a_dumb_terminal(pod, sandbox):
    pod.sidecar("db")
    argv = [sandbox.program, "--profile", sandbox.profile, "ps", "--watch"]
    with Terminal(argv, {**sandbox.env, "TERM": "dumb"}, sandbox.project, columns=400) as terminal:
        terminal.wait_for_line(f"{pod.name('db')} running")
        assert b"\x1b" not in terminal.bytes


def test_watch_leaves_the_terminal_as_it_was(pod, screen):
    pod.sidecar("db")
    with screen("--no-stats", columns=400) as terminal:
        terminal.wait_for(pod.name("db"))
        before = terminal.attributes()
        terminal.type("\x03")
        assert terminal.end() == -2
        assert terminal.attributes() == before


def test_watch_survives_a_lost_event_stream(pod, proxy):
    proxy.on("GET /events", act(cut, after=300), nth=1)
    with watch(pod) as process:
        container = pod.sidecar("db")
        process.wait_for_output(b"-db running")
        pod.engine.remove(container)
        process.wait_for_output(b"-db removed")


def test_watch_shows_an_end_before_the_list_does(pod, proxy):
    # What the list says of it must be as long, and no end.
    proxy.on("GET /containers/json", act(replace, old=b'"State":"exited"', new=b'"State":"paused"'))
    container = pod.sidecar("db")
    with watch(pod) as process:
        process.wait_for_output(b"-db running")
        pod.engine.kill(container)
        process.wait_for_output(b"-db exited (137)")
