"""`ccpod down`: everything of ours goes, at once, and nothing else does."""

import asyncio
import json
import os
import signal
import time

import pytest

from proxy import act, plain, refuse
from pods import FOREVER, STUBBORN, owner, pod_of
from sandbox import wait_for
from terminal import Terminal

OBEDIENT = "trap 'exit 0' TERM; echo up; while :; do sleep 1 & wait $!; done"


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


def down(pod, *args, **options):
    result = pod.command("down", *args, **options)
    assert (result.code, result.out, result.err) == (0, b"", b"")
    return result


def networks(pod):
    return pod.engine.labelled("networks", profile=pod.sandbox.profile)


def run_dirs(sandbox):
    runs = sandbox.ccpod_home / "run"
    return [d for d in runs.iterdir() if d.name != "config"] if runs.is_dir() else []


def test_where_there_is_nothing(pod):
    down(pod)
    down(pod)
    down(pod, "--all")


def test_sidecars_and_their_network(pod):
    network = pod.network()
    for service in ("db", "cache", "queue"):
        pod.sidecar(service, HostConfig={"NetworkMode": network})
    pod.sidecar("ended", "exit 3")
    pod.sidecar("never-started", start=False)
    down(pod)
    assert pod.states() == {} and networks(pod) == []


def test_each_gets_its_grace_period_all_at_once(pod):
    """Eight that ignore SIGTERM: killed by the engine after the time that --timeout gives."""
    made = [pod.sidecar(f"s{i}", STUBBORN) for i in range(8)]
    before = time.time()
    down(pod, "--timeout", "1")
    assert pod.states() == {}
    happened = pod.events(before, made, "kill")
    actions = [(e["Action"], e["Actor"]["Attributes"]["signal"]) for e in happened]
    # Nobody is killed before all have been asked to end.
    assert actions[:8] == [("kill", "15")] * 8
    assert actions.count(("kill", "9")) == 8


@pytest.mark.parametrize("own", [0, 1])
def test_the_containers_own_grace_period(pod, own):
    container = pod.sidecar("db", STUBBORN, StopTimeout=own)
    with pod.start_command("-vv", "down") as process:
        process.wait_for_output(f"/containers/{container}/stop?t={own} ".encode(), "err")
        assert process.result().code == 0
    assert pod.states() == {}


def test_a_paused_one(pod):
    container = pod.sidecar("db")
    pod.engine.do("POST", f"/containers/{container}/pause")
    down(pod, "--timeout", "1")
    assert pod.states() == {}


def test_down_during_a_run(pod, sandbox):
    """The run ends with the container's code, by itself and without complaint."""
    with sandbox.start("trap 'echo bye; exit 9' TERM; echo up; while :; do sleep 1 & wait $!; done") as run:
        run.wait_for_output(b"up\n")
        down(pod)
        result = run.result()
    assert (result.code, result.out, result.err) == (9, b"up\nbye\n", b"")
    assert pod.states() == {} and run_dirs(sandbox) == []


def test_down_between_create_and_start(pod, sandbox, proxy):
    """What begins to run while `down` waits for its supervisor is asked to end as well."""
    endings = []

    async def end_meanwhile(x):
        ending = pod.start_command("-vv", "down", env={"DOCKER_HOST": pod.engine.host})
        endings.append(ending)
        while ending.popen.poll() is None and b"-> leave it to its supervisor" not in ending.said("err"):
            await asyncio.sleep(0.01)
        await plain(x)

    proxy.on("POST /containers/*/start", end_meanwhile, 1)
    result = sandbox.run("trap 'exit 9' TERM; echo up; while :; do sleep 1 & wait $!; done")
    assert result.code in (9, 143), result.err  # 143: the signal came before the trap
    assert endings[0].result().code == 0
    assert pod.states() == {} and run_dirs(sandbox) == []


def test_down_during_a_run_that_does_not_obey(pod, sandbox):
    with sandbox.start(STUBBORN) as run:
        run.wait_for_output(b"up\n")
        down(pod, "--timeout", "1")
        result = run.result()
    assert (result.code, result.out) == (137, b"up\n")
    assert pod.states() == {} and run_dirs(sandbox) == []


def kill_supervisor(sandbox, script):
    with sandbox.start(script) as run:
        run.wait_for_output(b"up\n")
        container = sandbox.wait_for_container()
        run.send_signal(signal.SIGKILL)
        run.popen.wait()
    return container


LOGIN = {
    "claudeAiOauth": {
        "accessToken": "sk-ant-oat01-new",
        "refreshToken": "sk-ant-ort01-new",
        "expiresAt": 1795300000000,
    }
}


def test_a_run_whose_supervisor_was_killed(pod, sandbox):
    """Credentials come home first, then all of it goes."""
    container = kill_supervisor(sandbox, OBEDIENT)
    home = sandbox.exec(container, "cat /ccpod/run/out/where").split("credentials ")[1].split()[0]
    sandbox.put_file(container, os.path.dirname(home), os.path.basename(home), json.dumps(LOGIN))
    assert len(run_dirs(sandbox)) == 1
    down(pod)
    assert pod.states() == {} and run_dirs(sandbox) == []
    kept = sandbox.ccpod_home / "credentials" / sandbox.profile / ".credentials.json"
    assert json.loads(kept.read_text())["claudeAiOauth"]["refreshToken"] == "sk-ant-ort01-new"


def test_a_supervisor_that_is_stopped_does_not_keep_it(pod, sandbox):
    with sandbox.start(OBEDIENT) as run:
        run.wait_for_output(b"up\n")
        run.send_signal(signal.SIGSTOP)
        down(pod)
        assert pod.states() == {}
        run.send_signal(signal.SIGCONT)
        assert run.result().code in (0, 143)


def test_a_holder_goes_when_its_session_has(pod, sandbox):
    holder = pod.make(
        f"ccpod-ns-{sandbox.profile}-{sandbox.project_hash}-1", FOREVER, pod.labels(type="ns")
    )
    main = pod.make(
        f"ccpod-{sandbox.profile}-{sandbox.project_hash}",
        "trap 'exit 4' TERM; while :; do sleep 1 & wait $!; done",
        pod.labels(role="interactive"),
        HostConfig={"NetworkMode": f"container:{holder}"},
    )
    before = time.time()
    down(pod)
    assert pod.states() == {}
    order = [(e["Action"], e["id"]) for e in pod.events(before, [main, holder], "kill", "destroy")]
    assert order.index(("destroy", main)) < order.index(("kill", holder))


@pytest.mark.parametrize(
    "changes", [{"owner": owner("somebody else")}, {"type": "cache"}, {"profile": "another"}]
)
def test_what_is_not_ours_stays(pod, changes):
    foreign = pod.sidecar("db", changes=changes)
    down(pod)
    down(pod, "--all")
    assert pod.engine.inspect(foreign)["State"]["Running"]


def test_a_network_that_is_used_stays(pod):
    network = pod.network()
    other = pod.make("x" + pod.name("db"), FOREVER, {}, HostConfig={"NetworkMode": network})
    pod.sidecar("db", HostConfig={"NetworkMode": network})
    down(pod)
    assert [n["Id"] for n in networks(pod)] == [network]
    pod.engine.remove(other)
    down(pod)
    assert networks(pod) == []


def test_a_foreign_network_stays(pod):
    network = pod.network(owner=owner("somebody else"))
    down(pod)
    assert [n["Id"] for n in networks(pod)] == [network]
    pod.engine.do("DELETE", f"/networks/{network}")


def test_this_project_alone_or_all(pod, sandbox, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    pod.sidecar("db")
    down(pod, "-C", other)
    assert list(pod.states()) == [pod.name("db")]
    down(pod, "--all", "-C", other, "--profile", "another")
    assert list(pod.states()) == [pod.name("db")]
    down(pod, "--all", "-C", other, "--profile", sandbox.profile)
    assert pod.states() == {}


# --- volumes ---


@pytest.fixture
def volume(pod):
    name = f"ccpod-test-{pod.sandbox.profile}-data"
    pod.engine.do("POST", "/volumes/create", {"Name": name, "Labels": pod.labels(type="volume")})
    pod.sidecar("db", HostConfig={"Binds": [f"{name}:/data"]})
    yield name
    pod.clear()


def exists(pod, volume):
    return pod.engine.ask("GET", f"/volumes/{volume}")[0] == 200


def test_volumes_stay(pod, volume):
    down(pod)
    assert exists(pod, volume)


def test_anonymous_volumes_go(pod):
    container = pod.sidecar("db", Volumes={"/data": {}})
    (mount,) = pod.engine.inspect(container)["Mounts"]
    down(pod)
    assert not exists(pod, mount["Name"])


def test_volumes_go_when_forced(pod, volume):
    down(pod, "--volumes", "--force")
    assert not exists(pod, volume)


def test_nobody_to_ask(pod, volume):
    result = pod.command("down", "--volumes")
    assert (result.code, result.out) == (125, b"")
    assert b"removes 1 volume for good" in result.err and b"--force" in result.err
    assert exists(pod, volume) and list(pod.states().values()) == ["running"]


@pytest.mark.parametrize("answer, gone", [("y\r", True), ("\r", False), ("n\r", False)])
def test_the_question(pod, sandbox, volume, answer, gone):
    with Terminal([sandbox.program, "down", "--volumes"], sandbox.env, sandbox.project) as terminal:
        terminal.wait_for("[y/N]")
        assert volume in terminal.text.replace("\n", "")
        terminal.type(answer)
        assert terminal.end() == (0 if gone else 1)
    assert exists(pod, volume) == (not gone)
    assert (pod.states() == {}) == gone


def test_volumes_of_others_stay(pod, sandbox):
    name = f"ccpod-test-{sandbox.profile}-foreign"
    labels = pod.labels(owner=owner("somebody else"))
    pod.engine.do("POST", "/volumes/create", {"Name": name, "Labels": labels})
    down(pod, "--volumes", "--force")
    assert exists(pod, name)
    pod.engine.do("DELETE", f"/volumes/{name}")


# --- trouble ---


def test_one_that_cannot_be_removed_does_not_keep_the_others(pod, proxy):
    for service in ("db", "cache", "queue"):
        pod.sidecar(service)
    proxy.on("DELETE /containers/*", act(refuse, message="it is stuck"), nth=2)
    result = pod.command("down")
    (kept,) = pod.states()
    assert (result.code, result.out) == (125, b"")
    assert len(result.lines) == 1 and b"it is stuck" in result.err and kept.encode() in result.err


def test_without_an_engine(pod):
    result = pod.command("down", env={"DOCKER_HOST": "unix:///nonexistent/socket"})
    assert result.code == 125 and b"/nonexistent/socket" in result.err
