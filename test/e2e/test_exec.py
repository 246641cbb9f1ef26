"""`ccpod exec` and `ccpod shell`: a command in a container that runs already."""

import hashlib
import os
import signal
import subprocess

import pytest

from pods import FOREVER, pod_of
from proxy import act, delay_answer, stall
from sandbox import wait_for
from terminal import Shell


@pytest.fixture
def pod(sandbox):
    with pod_of(sandbox) as made:
        yield made


@pytest.fixture
def db(pod):
    return pod.sidecar("db")


@pytest.fixture
def session(pod, sandbox):
    """A run whose container the shells are opened in."""
    with sandbox.start("echo up; trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done") as run:
        run.wait_for_output(b"up\n")
        yield sandbox.wait_for_container()
        run.send_signal(signal.SIGTERM)
        run.result()


# --- exec ---


def test_streams_and_code(pod, db):
    result = pod.command("exec", "db", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (result.code, result.out, result.err) == (7, b"out\n", b"err\n")


def test_words_without_dashes(pod, db):
    result = pod.command("exec", "db", "echo", "two words", "three")
    assert (result.code, result.out, result.err) == (0, b"two words three\n", b"")


@pytest.mark.parametrize("code", [0, 1, 2, 125, 126, 127, 137, 255])
def test_exit_codes(pod, db, code):
    assert pod.command("exec", "db", "--", "sh", "-c", f"exit {code}").code == code


def test_input_to_its_end_and_output_of_any_size(pod, db):
    data = os.urandom(3_000_000)
    result = pod.command("exec", "db", "--", "sh", "-c", "sha256sum; cat /bin/busybox", stdin=data)
    digest, _, rest = result.out.partition(b"  -\n")
    assert (result.code, result.err) == (0, b"")
    assert digest.decode() == hashlib.sha256(data).hexdigest()
    assert len(rest) == int(pod.sandbox.exec(db, "stat -c %s /bin/busybox"))


def test_no_input(pod, db):
    assert pod.command("exec", "db", "cat").out == b""


def test_a_reader_that_goes_away(pod, db):
    with pod.start_command("exec", "db", "--", "sh", "-c", "yes", read=False) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.result().code == 141
    wait_for("the end of it", lambda: "yes" not in pod.sandbox.exec(db, "ps -o comm").split())


@pytest.mark.parametrize(
    "command, code, said",
    [("nothing-of-that-name", 127, b"not found"), ("/no/such/program", 127, b"not found"), ("/etc", 126, b"cannot be run")],
)
def test_a_command_that_cannot_be_started(pod, db, command, code, said):
    result = pod.command("exec", "db", command)
    assert (result.code, result.out) == (code, b"")
    assert said in result.err and command.encode() in result.err
    assert len(result.lines) == 1


EXCUSE = "OCI runtime exec failed: of another engine"


@pytest.mark.parametrize("code", [1, 126, 127])
def test_output_that_looks_like_the_engines_excuse(pod, db, code):
    result = pod.command("exec", "db", "--", "sh", "-c", f"echo '{EXCUSE}'; exit {code}")
    assert (result.code, result.out, result.err) == (code, f"{EXCUSE}\n".encode(), b"")
    result = pod.command("exec", "db", "--", "sh", "-c", f"echo '{EXCUSE}' >&2; exit {code}")
    assert (result.code, result.out, result.err) == (code, b"", f"{EXCUSE}\n".encode())


def test_more_output_after_what_looks_like_an_excuse(pod, db):
    script = f"echo '{EXCUSE}'; head -c 20000 /dev/zero; echo end; echo last >&2; exit 3"
    result = pod.command("exec", "db", "--", "sh", "-c", script)
    expected = EXCUSE.encode() + b"\n" + bytes(20000) + b"end\n"
    assert (result.code, result.out, result.err) == (3, expected, b"last\n")


@pytest.mark.parametrize("name", ["INT", "TERM", "HUP", "QUIT"])
def test_signals_reach_the_command(pod, db, name):
    script = f"trap 'echo got {name}; exit 9' {name}; echo up; while :; do sleep 0.1; done"
    with pod.start_command("exec", "db", "--", "sh", "-c", script) as process:
        process.wait_for_output(b"up\n")
        process.send_signal(getattr(signal, f"SIG{name}"))
        result = process.result()
    # The shell may have a word to say about the `sleep` that the signal has ended, too.
    assert (result.code, result.out) == (9, f"up\ngot {name}\n".encode())


def test_the_second_signal_kills(pod, db):
    script = "trap 'echo no' TERM; echo up; while :; do sleep 0.1; done"
    with pod.start_command("exec", "db", "--", "sh", "-c", script) as process:
        process.wait_for_output(b"up\n")
        process.send_signal(signal.SIGTERM)
        process.wait_for_output(b"no\n")
        process.send_signal(signal.SIGTERM)
        assert process.result().code == 137
    assert pod.engine.inspect(db)["State"]["Running"]


def sleeps(pod, db):
    return "sleep 77" in pod.sandbox.exec(db, "ps -o args | grep '[s]leep 77'")


def test_a_signal_before_it_is_known_to_run(pod, db, proxy):
    """The engine has started it, and takes its time to say so."""
    proxy.on("POST /exec/*/start", act(delay_answer, seconds=3), 1)
    with pod.start_command("exec", "db", "sleep", "77") as process:
        wait_for("the command", lambda: sleeps(pod, db))
        process.send_signal(signal.SIGTERM)
        assert process.result().code == 143
    assert not sleeps(pod, db)


def test_signals_and_a_start_without_an_answer(pod, db, proxy):
    """The third leaves."""
    proxy.on("POST /exec/*/start", act(stall, after=0), 1)
    with pod.start_command("-v", "exec", "db", "sleep", "77") as process:
        wait_for("the command", lambda: sleeps(pod, db))
        for passed in (b"passing SIGTERM", b"passing SIGKILL", b""):
            process.send_signal(signal.SIGTERM)
            process.wait_for_output(passed, "err")
        assert process.result(15).code == 143
    assert not sleeps(pod, db)


def test_a_reader_that_never_reads_does_not_keep_it(pod, db):
    """Told to end three times, it does, and says what nobody took."""
    script = "head -c 4000000 /dev/zero; exit 4"
    with pod.start_command("-vv", "exec", "db", "--", "sh", "-c", script, read=False) as process:
        process.wait_for_output(b"-> show its last output", "err")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process.send_signal(number)
        result = process.result(30)
    assert result.code == 4 and b"bytes of output were not read" in result.err


def test_a_service_that_is_not_there(pod, db):
    result = pod.command("exec", "cache", "true")
    assert (result.code, result.out) == (125, b"")
    assert b"cache" in result.err and b"these do: db" in result.err


def test_no_command(pod):
    result = pod.command("exec", "db")
    assert result.code == 2 and b"ccpod exec SERVICE COMMAND" in result.err


@pytest.mark.parametrize("flag", ["-q", "-v", "-C", "--help", "--profile", "--", "-x"])
def test_flags_behind_the_service(pod, db, flag):
    """They are the command's, without "--" as well: nobody expects ccpod to take them."""
    result = pod.command("exec", "db", "echo", flag, "x")
    assert (result.code, result.out, result.err) == (0, f"{flag} x\n".encode(), b"")
    result = pod.command("exec", "db", "--", "echo", flag, "x")
    assert (result.code, result.out, result.err) == (0, f"{flag} x\n".encode(), b"")


def test_a_service_of_two_profiles(pod, db):
    name = pod.name("db").replace(pod.sandbox.profile, "another")
    pod.make(name, FOREVER, pod.labels(type="db", profile="another"))
    result = pod.command("exec", "db", "true")
    assert result.code == 125 and b"--profile" in result.err
    assert pod.command("--profile", "another", "exec", "db", "true").code == 0


def test_the_container_is_paused(pod, db):
    pod.engine.do("POST", f"/containers/{db}/pause")
    result = pod.command("exec", "db", "true")
    assert result.code == 125 and b"paused" in result.err
    pod.engine.do("POST", f"/containers/{db}/unpause")


# --- at a terminal ---


@pytest.fixture
def shell(sandbox):
    with Shell(sandbox, rows=31, columns=97) as made:
        yield made


def type_command(shell, sandbox, *args):
    shell.type("clear\r")
    shell.wait_for_prompt()
    shell.type(subprocess.list2cmdline([sandbox.program, *args]).replace("$", r"\$") + "; echo code=$?\r")


def test_a_terminal(pod, db, sandbox, shell):
    before = shell.attributes()
    script = "trap 'stty size' WINCH; test -t 0 && test -t 1 && echo \"$TERM\"; " \
        "until test \"$(stty size)\" = '31 97'; do sleep 0.05; done; echo size; while ! read -r l; do :; done; echo \"read $l\"; exit 4"
    (sandbox.project / "script").write_text(script)
    container = pod.sidecar("tty", FOREVER, HostConfig={"Binds": [f"{sandbox.project}:/project"]})
    assert container
    type_command(shell, sandbox, "exec", "tty", "sh", "/project/script")
    shell.wait_for_line("size")
    assert "xterm-256color" in shell.text.split("\n")
    shell.resize(24, 80)
    shell.wait_for_line("24 80")
    shell.type("some text\r")
    shell.wait_for_line("read some text")
    assert shell.wait_for_match(r"code=(\d+)") == "4"
    shell.wait_for_prompt()
    assert shell.attributes() == before


def test_keys_that_signal_are_the_commands(pod, db, sandbox, shell):
    type_command(shell, sandbox, "exec", "db", "sh")
    shell.wait_for("#")
    # The engine's detach keys are nothing here.
    shell.type("\x10\x11")
    shell.type("\x15sleep 600\r")
    wait_for("the sleep", lambda: "sleep" in sandbox.exec(db, "ps -o args | grep '[s]leep 600'"))
    shell.type("\x03")
    shell.type("exit 6\r")
    assert shell.wait_for_match(r"code=(\d+)") == "6"


# --- shell ---


def test_shell_is_claudes(pod, sandbox, session):
    script = 'id -u; pwd; echo "$HOME"; test -n "$ANTHROPIC_API_KEY" && echo key; exit 5'
    result = pod.command("shell", "--", "sh", "-c", script)
    assert (result.code, result.err) == (5, b"")
    uid, where, home, key = result.out.decode().splitlines()
    assert uid == str(sandbox.project.stat().st_uid)
    assert where == "/workspace" and home and key == "key"


def test_shell_as_root(pod, session):
    result = pod.command("shell", "--root", "--", "sh", "-c", 'id -u; echo "$HOME"')
    assert (result.code, result.out) == (0, b"0\n/root\n")


def test_shell_streams(pod, session):
    result = pod.command("shell", "--", "sh", "-c", "cat; echo err >&2", stdin=b"in\n")
    assert (result.code, result.out, result.err) == (0, b"in\n", b"err\n")


def test_shell_passes_signals_on(pod, session):
    script = "trap 'echo got it; exit 9' TERM; echo up; while :; do sleep 0.1; done"
    with pod.start_command("shell", "--", "sh", "-c", script) as process:
        process.wait_for_output(b"up\n")
        process.send_signal(signal.SIGTERM)
        result = process.result()
    assert (result.code, result.out) == (9, b"up\ngot it\n")


def test_shell_and_a_command_that_is_not_there(pod, session):
    result = pod.command("shell", "--", "nothing-of-that-name")
    assert (result.code, result.out) == (127, b"") and b"nothing-of-that-name" in result.err


@pytest.mark.parametrize("words, what", [([], "a shell"), (["--", "ls"], "ls")])
def test_shell_and_a_guest_that_cannot_be_started(pod, session, sandbox, words, what):
    """Somebody has tidied up in ~/.ccpod while the session runs."""
    for program in (sandbox.ccpod_home / "guest").glob("*/ccpod-guest"):
        program.unlink()
    result = pod.command("shell", *words)
    assert (result.code, result.out) == (126, b"")
    assert f"start {what} in ".encode() in result.err and b"OCI runtime exec failed" in result.err


def test_shell_at_a_terminal(pod, session, sandbox, shell):
    type_command(shell, sandbox, "shell")
    shell.wait_for("$" if os.geteuid() else "#")
    shell.type("echo $((6*7)); tty; exit 8\r")
    assert shell.wait_for_match(r"code=(\d+)") == "8"
    assert "42" in shell.text.split("\n")


def test_shell_with_an_argument(pod):
    result = pod.command("shell", "ls")
    assert result.code == 2 and b"shell -- COMMAND" in result.err
