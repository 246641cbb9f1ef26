"""Rows of headless runs: how long a trivial one takes, and how fast much output comes out."""

import os
import statistics
import time

from docker_cli import docker_contestant, run_argv
from engine import Container
from recorder import own_share
from subject import peak_memory, spawn, timed
from table import MIB, MS, in_turns, row_over, row_share, row_size, row_time

NOTHING = "exit 0"
WARM_UP = 2


def trivial_run(setup):
    subject, engine, spec = setup.subject, setup.engine, setup.headless_spec
    contestants = {
        "floor": lambda: engine.run(spec(NOTHING)),
        "ccpod": lambda: timed(subject.argv(NOTHING), subject.env),
        **docker_contestant(
            setup, lambda docker: timed(run_argv(docker, engine, spec(NOTHING)), os.environ)
        ),
    }
    in_turns(contestants, WARM_UP)
    yield row_over("headless run of a trivial command", in_turns(contestants, setup.pairs),
                   ("ms", MS), 5 * MS)


def own_time(setup):
    """What of a run is ccpod's own: between its calls to the engine, as a proxy sees them."""
    shares, before, behind = [], [], []
    recorder, env = setup.subject.recorded()
    with recorder:
        timed(setup.subject.argv(NOTHING), env)  # what is asked once, of an engine new to ccpod
        for _ in range(setup.rounds * 3):
            recorder.calls.clear()
            began = time.perf_counter()
            timed(setup.subject.argv(NOTHING), env)
            ended = time.perf_counter()
            calls = list(recorder.calls)
            shares.append(own_share(calls))
            before.append(calls[0].asked - began)
            behind.append(ended - max(call.last for call in calls if call.last))
    first, last = (statistics.median(times) / MS for times in (before, behind))
    note = f", {first:.1f} before, {last:.1f} after"
    yield row_time("  between its calls, in ccpod itself", shares, 3 * MS, note=note)


class Flood:
    """Reads SIZE bytes from a run; the speed counts from the first one on."""

    def __init__(self, size):
        self.size = size
        self.script = f"exec dd if=/dev/zero bs=1M count={size // MIB} 2>/dev/null"
        self.peak = 0

    def _speed(self, read):
        data = read()
        got, began = len(data), time.perf_counter()
        while got < self.size:
            data = read()
            if not data:
                raise RuntimeError(f"{got} bytes of {self.size} came out")
            got += len(data)
        return got / (time.perf_counter() - began)

    def through_api(self, engine, spec):
        with Container(engine, spec(self.script)) as container:
            return self._speed(container.read)

    def through(self, argv, env):
        ours, theirs = os.pipe()
        pid = spawn(argv, env, theirs)
        os.close(theirs)
        try:
            speed = self._speed(lambda: os.read(ours, MIB))
            self.peak = max(self.peak, peak_memory(pid))
        finally:
            os.close(ours)
            os.waitpid(pid, 0)
        return speed


def much_output(setup):
    subject, engine, spec = setup.subject, setup.engine, setup.headless_spec
    size = setup.megabytes * MIB
    ccpod, other = Flood(size), Flood(size)
    contestants = {
        "floor": lambda: ccpod.through_api(engine, spec),
        "ccpod": lambda: ccpod.through(subject.argv(ccpod.script), subject.env),
        **docker_contestant(
            setup,
            lambda docker: other.through(run_argv(docker, engine, spec(other.script)), os.environ),
        ),
    }
    yield row_share("headless output", in_turns(contestants, setup.rounds), 0.9)
    yield row_size(f"peak memory, {setup.megabytes} MiB of output", ccpod.peak, other.peak,
                   ("MiB", MIB), 8 * MIB)
