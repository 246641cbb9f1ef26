"""Rows of pods: starting beside eight sidecars, cold and warm, ending them, and listing many.

The floor sends the create requests that ccpod has sent, in the order that the engine needs and as
many at once as it allows: the network, then all that joins it, then what joins a namespace."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from engine import API
from headless import NOTHING, WARM_UP
from subject import IMAGE, PROFILE, Subject, timed
from table import MS, in_turns, row_factor, row_over

SIDECARS = 8
GRACE = 5
STUBBORN = "trap '' TERM; while :; do sleep 3600; done"
SERVICE = f"""  service-{{}}:
    image: {IMAGE}
    entrypoint: [sh, -c]
    command: ["{STUBBORN}"]
"""
POD_PROFILE = f"{PROFILE}services:\n" + "".join(SERVICE.format(n) for n in range(SIDECARS))

def foreign(request):
    """The request for something that ccpod does not take for its own."""
    labels = {f"bench.{name}": text for name, text in request["Labels"].items()}
    return {**request, "Labels": labels}


class Recorded:
    """What one cold run with sidecars asks the engine to make."""

    def __init__(self, subject):
        self.network, self.beside = None, []
        self.main = subject.record_spec(terminal=False, on_call=self._take)

    def _take(self, call):
        what = call.method_and_path
        if what.endswith("/networks/create"):
            self.network = foreign(call.sent())
        elif "/containers/create" in what and call.sent()["Labels"]["ccpod.type"] != "main":
            self.beside.append(call.sent())


class FloorPod:
    """The same pod, made by hand."""

    def __init__(self, engine, recorded):
        self.engine = engine
        self.recorded = recorded
        self.ids = []
        self.pool = ThreadPoolExecutor(SIDECARS + 1)

    def _make(self, request):
        made = json.loads(self.engine.call("POST", "/containers/create", foreign(request)))["Id"]
        self.engine.call("POST", f"/containers/{made}/start")
        return made

    def _end(self, container):
        self.engine.call("POST", f"/containers/{container}/stop?t={GRACE}")
        self.engine.call("DELETE", f"/containers/{container}?force=1&v=1")

    def start(self):
        """Seconds until a main container, which joins the holder, has come and gone."""
        began = time.perf_counter()
        network = json.loads(self.engine.call("POST", "/networks/create", self.recorded.network))
        beside = [joining(request, network["Id"]) for request in self.recorded.beside]
        self.ids = list(self.pool.map(self._make, beside))
        types = [request["Labels"]["ccpod.type"] for request in self.recorded.beside]
        main = self.recorded.main(NOTHING)
        main["HostConfig"]["NetworkMode"] = f"container:{self.ids[types.index('ns')]}"
        self.engine.run(main)
        return time.perf_counter() - began

    def down(self):
        """Seconds to end all but the main container, all at once."""
        began = time.perf_counter()
        list(self.pool.map(self._end, self.ids))
        self.engine.call("DELETE", f"/networks/{self.recorded.network['Name']}")
        return time.perf_counter() - began


def joining(request, network):
    """The request with another network in place of its own."""
    own = request["HostConfig"]["NetworkMode"]
    return json.loads(json.dumps(request).replace(own, network))


def runs(setup, subject):
    """Headless runs in a pod that is up; the floor joins the namespace that ccpod's would."""
    spec = subject.record_spec(terminal=False)
    contestants = {
        "floor": lambda: setup.engine.run(spec(NOTHING)),
        "ccpod": lambda: timed(subject.argv(NOTHING), subject.env),
    }
    in_turns(contestants, WARM_UP)
    return in_turns(contestants, setup.pairs)


def warm_run(setup):
    """A run that finds a namespace kept ready, without services."""
    subject = setup.subject
    subject.command("-q", "up")
    try:
        yield row_over("headless run on a warm pod", runs(setup, subject), ("ms", MS), 5 * MS)
    finally:
        subject.command("down")


def with_sidecars(setup):
    with Subject(setup.subject.program, setup.engine, POD_PROFILE) as subject:
        recorded = Recorded(subject)
        yield row_over(f"warm run, {SIDECARS} sidecars up", runs(setup, subject), ("ms", MS), 15 * MS)
        subject.command("down", "--timeout", "0")
        floor = FloorPod(setup.engine, recorded)
        starts, ends = {"floor": [], "ccpod": []}, {"floor": [], "ccpod": []}

        def live(who, start, end):
            starts[who].append(start())
            ends[who].append(end())

        in_turns({
            "floor": lambda: live("floor", floor.start, floor.down),
            "ccpod": lambda: live("ccpod", lambda: timed(subject.argv(NOTHING), subject.env),
                                  lambda: subject.command("down", "--timeout", str(GRACE))),
        }, setup.rounds)
        yield row_factor(f"cold run, {SIDECARS} sidecars", starts, 1.05)
        yield row_over(f"down, {GRACE} s for {SIDECARS} stubborn sidecars", ends, ("ms", MS), 100 * MS)


def listing(setup):
    """ps with many containers that have ended."""
    with Subject(setup.subject.program, setup.engine, POD_PROFILE) as subject:
        recorded = Recorded(subject)
        subject.command("down", "--timeout", "0")
        request = recorded.beside[0]
        ids = []
        try:
            for n in range(setup.containers):
                ids.append(make_ended(setup.engine, request, n))
            recorder, env = subject.recorded()
            with recorder:
                timed([subject.program, "ps", "--all"], env)
            paths = [call.method_and_path for call in recorder.calls]
            asked = next(path for path in paths if "/containers/json" in path).split(" ", 1)[1]
            asked = asked.removeprefix(API)
            contestants = {
                "floor": lambda: timed_call(setup.engine, asked),
                "ccpod": lambda: timed([subject.program, "ps", "--all"], subject.env),
            }
            in_turns(contestants, WARM_UP)
            yield row_over(f"ps --all, {setup.containers} containers",
                           in_turns(contestants, setup.pairs), ("ms", MS), 8 * MS)
        finally:
            for container in ids:
                setup.engine.call("DELETE", f"/containers/{container}?v=1")


def make_ended(engine, request, number):
    """A sidecar of ccpod's that was never started; its id."""
    service = f"many-{number}"
    labels = {**request["Labels"], "ccpod.type": service}
    name = "-".join(["ccpod", "svc", labels["ccpod.profile"], labels["ccpod.project"], service])
    spec = {**request, "Labels": labels}
    return json.loads(engine.call("POST", f"/containers/create?name={name}", spec))["Id"]


def timed_call(engine, path):
    began = time.perf_counter()
    engine.call("GET", path)
    return time.perf_counter() - began
