"""Every call of a run, and every way in which it can go wrong, one at a time.

Whatever happens, the run ends in bounded time, with one clear message and the right code, and
leaves nothing behind: no container, no run directory, no temporary file, no process. Where the
engine does late what it was asked, that is undone as well; only where it may still make the
container some day, a run directory stays that a later start finds it by.
"""

import signal

import pytest

import proxy as faults
from proxy import act
from sandbox import wait_for
from terminal import Terminal

BOUND = 60  # seconds; a call's last word takes 5, a container that comes late is looked for 10

CALLS = [
    "HEAD /_ping",
    "GET /images/*/json",
    "GET /volumes/*",
    "POST /volumes/create",
    "GET /info",
    "POST /containers/create",
    "POST /containers/*/attach",
    "POST /containers/*/wait",
    "POST /containers/*/start",
    "DELETE /containers/*",
]
CREATE = "POST /containers/create"
BEFORE_START = CALLS[: CALLS.index("POST /containers/*/start")]

FAULTS = {
    "refused": faults.refuse,
    "hung-up-on": faults.hang_up,
    "answer-lost": faults.lose_answer,
    "head-cut": faults.cut_head,
    "body-cut": faults.cut_body,
    "body-cut-later": act(faults.cut_body, after=10),
}
SIGNALS = [signal.SIGINT, signal.SIGTERM]
of_each_call = pytest.mark.parametrize("kind", CALLS)
of_each_signal = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)

SCRIPT = "echo out; exit 3"


def test_a_clean_run_makes_these_calls(sandbox, proxy):
    """An engine that is slow to say the code is asked for its log too (test_cut.py)."""
    result = sandbox.run(SCRIPT)
    assert (result.code, result.out, result.err) == (3, b"out\n", b"")
    kinds = [kind for kind in proxy.kinds() if kind != "GET /containers/*/logs"]
    assert sorted(kinds) == sorted(CALLS)


def assert_clear(result):
    """Every line is ours: one error at most, and warnings of the way out beside it."""
    assert all(line.startswith(("ccpod: ", "  ")) for line in result.lines), result.lines
    own = [line for line in result.lines if line.startswith("ccpod: ")]
    errors = [line for line in own if not line.startswith("ccpod: warning: ")]
    assert len(errors) <= 1, result.lines


def assert_ended_by(result, number, kind):
    """Before the start the signal ends the run; later it may find Claude at its end already."""
    assert_clear(result)
    if kind in BEFORE_START:
        assert (result.code, result.out) == (128 + number, b""), result.lines
    else:
        assert result.code in (128 + number, 3), result.lines
        assert result.out in (b"", b"out\n")


@of_each_call
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault(sandbox, proxy, kind, fault):
    """The first call of the kind fails; a fault that can be got over is got over, or told."""
    proxy.on(kind, FAULTS[fault], nth=1)
    result = sandbox.run(SCRIPT, seconds=BOUND)
    assert_clear(result)
    assert result.code in (3, 125), result.lines
    if (result.code, result.out) != (3, b"out\n"):
        assert result.err, "a failure without a word"
    if kind == CREATE:
        sandbox.sweep()


@of_each_call
@of_each_signal
def test_a_signal(sandbox, proxy, kind, number):
    """It comes while the call is under way; the engine answers as always."""
    proxy.on(kind, act(faults.signal_at, number=number), nth=1)
    assert_ended_by(sandbox.run(SCRIPT, seconds=BOUND), number, kind)


@of_each_call
@of_each_signal
def test_a_signal_and_a_late_effect(sandbox, proxy, kind, number):
    """The engine hears of the call only when the client has been gone for a second."""
    proxy.on(kind, act(faults.late, number=number), nth=1)
    result = sandbox.run(SCRIPT, seconds=BOUND)
    proxy.wait_until_idle()
    assert_ended_by(result, number, kind)
    if kind == CREATE:
        sandbox.sweep()


@pytest.mark.parametrize("kind", CALLS[:-1])
def test_the_engine_falls_silent(sandbox, proxy, kind):
    """It never answers, and does not do it: who waits for it can be interrupted."""
    proxy.on(kind, faults.silence, nth=1)
    with sandbox.start(SCRIPT) as process:
        wait_for(f"{kind} to be sent", lambda: proxy.find(kind))
        process.send_signal(signal.SIGINT)
        result = process.result(BOUND)
    assert_ended_by(result, signal.SIGINT, kind)
    if kind == CREATE:
        sandbox.sweep()


def test_what_has_never_run_has_no_exit_code(sandbox, proxy):
    """The engine gives 0 for it, also while it is being removed."""
    proxy.on("POST /containers/*/start", faults.silence)
    proxy.on("GET /containers/*/json", act(faults.replace, old=b'"created"', new=b'"removing"'))
    proxy.on("DELETE /containers/*", act(faults.delay_request, seconds=1))
    with sandbox.start(SCRIPT) as process:
        wait_for("the start to be sent", lambda: proxy.find("POST /containers/*/start"))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        result = process.result(BOUND)
    assert_clear(result)
    assert result.code in (130, 143), result.lines


@pytest.mark.parametrize("kind", [*CALLS, "POST /containers/*/resize"])
def test_a_signal_at_a_terminal(sandbox, proxy, kind):
    """The same in a session: the terminal is as before."""
    proxy.on(kind, act(faults.signal_at, number=signal.SIGTERM), nth=1)
    with Terminal(sandbox.argv("run", "--", SCRIPT), sandbox.env, sandbox.project) as terminal:
        before = terminal.attributes()
        code = terminal.end(BOUND)
        assert terminal.attributes() == before
    assert code in ((143,) if kind in BEFORE_START else (143, 3)), terminal.text


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("fault", ["refused", "answer-lost"])
def test_a_fault_at_a_terminal(sandbox, proxy, kind, fault):
    proxy.on(kind, FAULTS[fault], nth=1)
    with Terminal(sandbox.argv("run", "--", SCRIPT), sandbox.env, sandbox.project) as terminal:
        before = terminal.attributes()
        code = terminal.end(BOUND)
        assert terminal.attributes() == before
    assert code in (3, 125), terminal.text
    assert code == 3 or "ccpod: " in terminal.text
