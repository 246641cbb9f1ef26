"""`ccpod run` in scripts: what reaches Claude, what comes back, and what stays out of the way."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import threading
import time

import pytest

from proxy import act, cut_body, plain, refuse, silence
from sandbox import wait_for


def clean(result, out=b"", code=0):
    """Exactly this on stdout, and nothing on stderr."""
    assert (result.code, result.out, result.err) == (code, out, b"")


def arguments(result):
    clean(result, result.out)
    return result.out.decode().split("\0")[:-1]


# --- what comes back ---


def test_stdout_is_claudes_and_not_a_byte_more(sandbox):
    text = b"no newline at the end,\n\n a zero \0 and \xff in it"
    clean(sandbox.run(r"printf 'no newline at the end,\n\n a zero \0 and \377 in it'"), text)


def test_streams_stay_apart(sandbox):
    result = sandbox.run("echo to stdout; echo to stderr >&2; echo again; exit 3")
    assert (result.code, result.out, result.err) == (3, b"to stdout\nagain\n", b"to stderr\n")


def test_no_output_at_all(sandbox):
    clean(sandbox.run("exit 0"))


@pytest.mark.parametrize("flag", ["-v", "-vv"])
def test_verbose_says_more_on_stderr(sandbox, flag):
    result = sandbox.run(flag, "echo hello; echo aside >&2")
    assert (result.code, result.out) == (0, b"hello\n")
    assert b"aside\n" in result.err
    assert [line for line in result.lines if line.startswith("ccpod: ")]


def test_quiet_leaves_errors(sandbox):
    result = sandbox.run("-q", "true", env={"DOCKER_HOST": "unix:///nonexistent/socket"})
    assert result.code == 125
    assert b"/nonexistent/socket" in result.err


# --- what reaches Claude ---


@pytest.mark.parametrize(
    "prompt",
    [
        "two words",
        "quotes ' and \" and \\",
        "lines\nof\n\ntext\n",
        "$HOME `id` $(id) ${X} * ?",
        "Grüße 漢字 🙂",
        " blank before and after ",
        "--\n",
        "x" * 100_000,
    ],
)
def test_a_prompt_arrives_as_it_is(sandbox, prompt):
    words = arguments(sandbox.run("--env", "ECHO_ARGUMENTS=1", "--prompt", prompt))
    assert words[0] == "-p"
    assert words[-2:] == ["--", prompt]


def test_a_prompt_with_a_dash_is_no_flag(sandbox):
    flag = "--dangerously-skip-permissions"
    words = arguments(sandbox.run("--env", "ECHO_ARGUMENTS=1", "--prompt", flag))
    assert words[-2:] == ["--", flag]
    refused = sandbox.run(flag)
    assert (refused.code, refused.out) == (2, b"")


def test_arguments_behind_dashes_are_claudes(sandbox):
    given = ["--model", "some model", "--verbose", "--profile", "--", "-h"]
    words = arguments(sandbox.run("--env", "ECHO_ARGUMENTS=1", "--", *given))
    assert words[-len(given) :] == given
    assert "-p" not in words


def test_arguments_and_a_prompt(sandbox):
    words = arguments(sandbox.run("--env", "ECHO_ARGUMENTS=1", "what", "--", "--model", "m"))
    assert words[-4:] == ["--model", "m", "--", "what"]


def test_an_unknown_flag_is_claudes_to_judge(sandbox):
    result = sandbox.run("--", "--bad-flag")
    expected = (1, b"", b"error: unknown option '--bad-flag'\n")
    assert (result.code, result.out, result.err) == expected


def test_the_version_of_claude(sandbox):
    clean(sandbox.run("--", "--version"), b"1.0.0 (test)\n")


def test_works_in_the_project(sandbox):
    (sandbox.project / "there.txt").write_text("from outside\n")
    result = sandbox.run("pwd; cat there.txt; echo from inside > made.txt")
    clean(result, b"/workspace\nfrom outside\n")
    assert (sandbox.project / "made.txt").read_text() == "from inside\n"


def test_started_below_the_project(sandbox):
    (sandbox.project / ".ccpod.yml").write_text("{}\n")
    below = sandbox.project / "a" / "b"
    below.mkdir(parents=True)
    clean(sandbox.run("ls -A", cwd=below), b".ccpod.yml\na\n")


def test_variables(sandbox):
    sandbox.write_profile(env=["FROM_PROFILE=1 = one", "FORWARDED", "NOT_SET_OUTSIDE"])
    names = ["FROM_PROFILE", "FROM_HERE", "FORWARDED", "ALSO", "NOT_SET_OUTSIDE", "CCPOD_STATE"]
    result = sandbox.run(
        "--env=FROM_HERE=two",
        "--env=ALSO",
        "; ".join(f'echo "${{{name}-unset}}"' for name in names),
        env={"FORWARDED": "three", "ALSO": "four"},
    )
    clean(result, b"1 = one\ntwo\nthree\nfour\nunset\nephemeral\n")


# --- flags ---


def test_timeout(sandbox):
    result = sandbox.run("--timeout", "2s", "echo begun; sleep 60 & wait; echo not reached")
    assert (result.code, result.out) == (124, b"begun\n")


def test_a_timeout_that_is_not_reached(sandbox):
    clean(sandbox.run("--timeout", "60s", "echo quick"), b"quick\n")


def test_a_timeout_while_the_output_waits_for_its_reader(sandbox, tmp_path):
    """What has ended by itself keeps its code, however late somebody reads."""
    events = tmp_path / "events"
    with sandbox.start("--events", events, "--timeout", "5s", "head -c 3000000 /dev/zero; exit 3", read=False) as run:
        wait_for("its end", lambda: [c for c in sandbox.engine.containers(workdir=sandbox.project) if c["State"] == "exited"], 4)
        wait_for("the timeout", lambda: time.monotonic() > run.began + 5.3)
        assert len(run.stdout.read()) == 3_000_000 and run.result().code == 3
    assert '"code":3' in events.read_text() and '"by":"itself"' in events.read_text()


def test_a_timeout_with_a_reader_that_does_not_read(sandbox):
    with sandbox.start("--timeout", "2s", "head -c 5000000 /dev/zero; sleep 600", read=False) as run:
        assert run.result(30).code == 124


def test_a_timeout_while_the_start_is_not_answered(sandbox, proxy):
    proxy.on("POST /containers/*/start", silence)
    with sandbox.start("--timeout", "2s", "echo never") as run:
        assert run.result(20).code == 124


def test_input_that_cannot_be_read(sandbox):
    """Work on a part of it must not look like work on all of it."""
    directory = os.open(sandbox.project, os.O_RDONLY)
    result = sandbox.run("cat; echo done", stdin=directory)
    os.close(directory)
    assert result.code == 125 and b"read standard input" in result.err


def test_detached_input(sandbox):
    """It would be lost: that is refused before anything is begun."""
    (sandbox.project / "file").write_text("what to do")
    for words, stdin in ((["--file", "file"], subprocess.DEVNULL), (["cat"], b"data")):
        result = sandbox.run("--detach", *words, stdin=stdin)
        assert result.code == 2 and b"--detach" in result.err
    assert sandbox.run("--detach", "--no-stdin", "true", stdin=b"data").code == 0
    wait = subprocess.run([sandbox.program, "wait"], env=sandbox.env, cwd=sandbox.project, check=False, timeout=60)
    assert wait.returncode == 0


def test_keep_leaves_the_container(sandbox):
    result = sandbox.run("--keep", "echo kept; exit 4")
    assert (result.code, result.out) == (4, b"kept\n")
    (container,) = sandbox.engine.containers(workdir=sandbox.project)
    assert container["State"] == "exited"
    assert container["Names"][0].lstrip("/").encode() in result.err
    sandbox.engine.remove(container["Id"])
    for entry in (sandbox.ccpod_home / "run").iterdir():
        if re.fullmatch("[0-9a-f]{8}", entry.name):
            shutil.rmtree(entry)


def test_dry_run_touches_nothing(sandbox):
    result = sandbox.run("--dry-run", "echo ran > made")
    assert (result.code, result.err) == (0, b"")
    request = json.loads(result.out)
    assert "echo ran > made" in json.dumps(request)
    assert sandbox.key.encode() not in result.out
    assert not (sandbox.project / "made").exists()


def test_state_that_persists(sandbox):
    sandbox.write_profile(state="persistent")
    clean(sandbox.run('echo "$CCPOD_STATE"; echo kept > ~/.claude/projects/note'), b"persistent\n")
    clean(sandbox.run("cat ~/.claude/projects/note"), b"kept\n")
    clean(sandbox.run("--no-state", "ls ~/.claude/projects"))


def test_state_that_does_not(sandbox):
    clean(sandbox.run("echo lost > ~/.claude/projects/note"))
    clean(sandbox.run("ls ~/.claude/projects"))


# --- one beside the other ---


def test_runs_of_one_project_side_by_side(sandbox):
    """Eight at once: each has a container of its own, and none hears of the others."""
    processes = [sandbox.start(f"echo run {i}; exit {i}") for i in range(8)]
    results = [process.result() for process in processes]
    assert [(r.code, r.out, r.err) for r in results] == [(i, b"run %d\n" % i, b"") for i in range(8)]


def test_a_script_that_runs_it_in_a_loop(sandbox, tmp_path):
    """--no-stdin leaves the script its own input."""
    command = subprocess.list2cmdline(sandbox.argv("run", "--no-stdin"))
    script = tmp_path / "script.sh"
    script.write_text(f'while read -r line; do {command} "echo $line"; done\n')
    done = subprocess.run(
        ["sh", script],
        input=b"one\ntwo\nthree\n",
        capture_output=True,
        timeout=120,
        env=sandbox.env,
        cwd=sandbox.project,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"one\ntwo\nthree\n", b"")


def test_a_removal_that_somebody_else_has_begun(sandbox, proxy):
    """And does not end: what is still there is removed after all."""
    proxy.on("DELETE /containers/*", act(refuse, status=409, message="removal is already in progress"), 1)
    result = sandbox.run("exit 3")
    assert (result.code, result.err) == (3, b"")
    assert sandbox.leftovers() == []


def test_a_container_that_is_removed_under_a_run(sandbox, proxy):
    """Whoever asks for it after that finds none."""
    removed = threading.Event()

    async def after_that(x):
        while not removed.is_set():
            await asyncio.sleep(0.01)
        await plain(x)

    proxy.on("POST /containers/*/wait", act(cut_body, after=0), 1)
    proxy.on("GET /containers/*/json", after_that)
    with sandbox.start("echo up; sleep 60") as process:
        process.wait_for_output(b"up\n")
        sandbox.engine.remove(sandbox.wait_for_container())
        removed.set()
        result = process.result()
    assert result.code == 125
    assert len(result.lines) == 1 and "somebody has removed" in result.lines[0], result.err
    assert sandbox.leftovers() == []


def test_a_guest_program_that_was_damaged(sandbox):
    """It is compared again as soon as anybody has written into it."""
    assert sandbox.run("true").code == 0
    assert sandbox.run("true").code == 0  # it is known by its time now
    (program,) = (sandbox.ccpod_home / "guest").glob("*/ccpod-guest")
    whole = program.read_bytes()
    program.write_bytes(bytes(len(whole)))
    result = sandbox.run("echo works")
    assert (result.code, result.out) == (0, b"works\n"), result.err
    assert program.read_bytes() == whole
