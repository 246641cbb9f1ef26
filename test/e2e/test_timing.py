"""--timing: where the time of a start went. The engine is made slow, so that it shows."""

import json
import re

import pytest

from proxy import act, delay_request
from services import Project, service

SLOW = 0.1  # seconds more per call
LINE = re.compile(r"ccpod: ([* ]) +(\d+) +(\d+) ms  (.*)")


@pytest.fixture
def project(sandbox):
    made = Project(sandbox)
    yield made
    made.clear()


def table(result):
    """(on the chain, at, took, what) of each line."""
    found = [LINE.fullmatch(line) for line in result.lines]
    return [(m[1] == "*", int(m[2]), int(m[3]), m[4]) for m in found if m]


def total(result):
    first = next(line for line in result.lines if "the start took" in line)
    took, calls, in_a_row = map(int, re.search(r"took (\d+) ms.* its (\d+) calls would take (\d+) ms", first).groups())
    return took, calls, in_a_row


def test_the_longest_chain_and_not_the_sum(project, proxy):
    """With each call 0.1 s slower, six services cost what one costs: they start side by side."""
    proxy.on("* *", act(delay_request, seconds=SLOW))
    project.declare(**{f"s{i}": service() for i in range(6)})
    result = project.run("--timing", "echo hi")
    assert (result.code, result.out) == (0, b"hi\n"), result.err
    took, calls, in_a_row = total(result)
    lines = table(result)
    chain = [line for line in lines if line[0]]
    assert calls > 25 and in_a_row >= calls * SLOW * 1000 and took < in_a_row / 2
    # The chain is the start, from its beginning to its end, one after the other.
    assert abs(sum(took for _, _, took, _ in chain) - took) < took * 0.1
    assert all(a[1] + a[2] <= b[1] + 2 for a, b in zip(chain, chain[1:]))
    # A busy machine may take some ms more behind its last call.
    calls_of_chain = [what for _, _, took, what in chain if took >= SLOW * 1000]
    assert re.fullmatch(r"POST /containers/[0-9a-f]{12}/start", calls_of_chain[-1])
    # Each call is there: those that the engine was asked before the main container ran.
    for name in ("s0", "s5"):
        assert [what for _, _, _, what in lines if what.startswith(f"{name}: POST /containers/create?name=")]
    assert len([what for _, _, _, what in lines if what.endswith("/start")]) == 8


def test_what_was_waited_for(project):
    """A gap in the chain is named: nothing of ours was under way."""
    check = {"test": "[ -e /tmp/ready ]", "interval": "200ms", "retries": 100}
    project.declare(db=service("sleep 1; touch /tmp/ready; sleep 1000", healthcheck=check))
    result = project.up("--wait", "--timing")
    assert result.code == 0, result.err
    waits = [line for line in table(result) if line[3] == "db: wait until it is healthy"]
    assert [(on_chain, took > 500) for on_chain, _, took, _ in waits] == [(True, True)]


def test_as_a_trace(project):
    project.declare(db=service())
    path = project.sandbox.project / "trace.json"
    result = project.run(f"--timing={path}", "echo hi")
    assert (result.code, result.out, result.err) == (0, b"hi\n", b"")
    events = json.loads(path.read_text())["traceEvents"]
    names = {e["tid"]: e["args"]["name"] for e in events if e["ph"] == "M"}
    spans = [e for e in events if e["ph"] == "X"]
    assert {"claude", "db", "network"} <= set(names.values())
    assert {names[e["tid"]] for e in spans if e["name"].startswith("POST /containers/create?name=ccpod-svc-")} == {"db"}
    assert any(e["args"]["longest chain"] for e in spans)
    for lane in names:  # a lane shows one thing at a time
        own = sorted((e["ts"], e["dur"]) for e in spans if e["tid"] == lane)
        assert all(a[0] + a[1] <= b[0] + 1 for a, b in zip(own, own[1:]))


def test_a_file_that_cannot_be_written(project, proxy):
    result = project.run("--timing=/no/such/place", "echo hi")
    assert (result.code, result.out) == (125, b"") and b"/no/such/place" in result.err
    assert proxy.calls == []


def test_of_a_start_that_fails(project):
    project.declare(db=service(image="ccpod-test-no-such-image:1"))
    result = project.run("--timing", "echo hi")
    assert result.code == 125 and "POST /images/create" in result.err.decode()
    assert total(result)[1] > 3
