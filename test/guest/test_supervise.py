"""PID 1 at its work: exit codes, signals, the terminal, orphans, stopped jobs, the streams."""
import hashlib
import os
import subprocess

import pexpect
import pytest

from box import DEADLINE, docker

GUEST = "/ccpod/bin/ccpod-guest"


@pytest.mark.parametrize("code", [0, 1, 42, 125, 255])
def test_the_exit_code_is_the_commands(box, code):
    assert box.run("sh", "-c", f"exit {code}").returncode == code


@pytest.mark.parametrize("name,number", [("KILL", 9), ("TERM", 15), ("SEGV", 11), ("ABRT", 6),
                                         ("INT", 2), ("PIPE", 13), ("RTMIN", 34)])
def test_a_fatal_signal_is_128_and_its_number(box, name, number):
    assert box.run("sh", "-c", f"kill -{number} $$").returncode == 128 + number


def test_every_code_comes_through(box):
    # The guest does all that it does as PID 1, 256 times in one container.
    flags = box.flags({"PUID": 1500, "PGID": 1500})
    flags[flags.index("--entrypoint") + 1] = "/bin/sh"
    done = docker("run", "--rm", *flags, "ccpod-test-busybox:1", "-c",
                  f"for i in $(seq 0 255); do {GUEST} init -- sh -c \"exit $i\"; "
                  "[ $? = $i ] || echo bad $i; done; echo done")
    assert (done.stdout, done.stderr) == ("done\n", "")


@pytest.mark.parametrize("command,code,why", [
    (["missing"], 127, "run missing: the image has none in its PATH (/usr/local/bin:"),
    (["/missing/x"], 127, "run /missing/x: No such file or directory"),
    (["claude"], 127, "An image for ccpod has Claude Code in it"),
    (["/workspace/plain"], 126, "run /workspace/plain: Permission denied"),
    (["/workspace"], 126, "run /workspace: Is a directory"),
    (["/workspace/script"], 127, "run /workspace/script: the image lacks its interpreter"),
    (["/workspace/text"], 126, "not a program for this machine"),
])
def test_what_cannot_be_run_is_said_by_name(box, command, code, why):
    box.put("workspace/plain", "x")
    box.put("workspace/script", "#!/no/such/node\n")
    box.put("workspace/text", "just text\n")
    for name in ("script", "text"):
        os.chmod(box.dir / "workspace" / name, 0o755)
    done = box.run(*command)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("ccpod: run ") and why in done.stderr
    assert box.out("clean") == ""


def test_without_a_command_it_is_a_shell(box):
    done = subprocess.run(box.command(), input=b"echo mode=$CCPOD_SHELL_MODE; exit 5",
                          capture_output=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (5, b"mode=1\n", b"")


def test_it_waits_for_a_command_that_ends_in_its_own_time(box):
    running = box.start("sh", "-c", "trap 'echo tidying; sleep 0.5; echo tidy; exit 3' TERM; "
                        "echo ready; while :; do sleep 0.05; done")
    running.until_said("ready")
    running.kill("TERM")
    assert running.wait() == 3
    assert running.log().endswith("tidying\ntidy\n")
    assert box.out("clean") == ""


def test_a_command_that_does_nothing_about_sigterm_is_ended_by_it(box):
    running = box.start("sleep", "1000")
    docker("top", running.id)
    running.kill("TERM")
    assert running.wait() == 143
    assert box.out("clean") == ""


@pytest.mark.parametrize("name", ["HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "WINCH", "CONT",
                                  "PIPE", "IO", "PWR", "SYS", "TTIN"])
def test_signals_are_passed_on(box, name):
    forwarded = name != "TTIN"  # to PID 1 that one says: you are in the background
    running = box.start("sh", "-c", f"trap 'echo got {name}' {name}; trap 'exit 9' TERM; "
                        "echo ready; while :; do sleep 0.05; done")
    running.until_said("ready")
    running.kill(name)
    if forwarded:
        running.until_said(f"got {name}")
    running.kill("TERM")
    assert running.wait() == 9
    assert (f"got {name}" in running.log()) == forwarded


def test_an_interrupt_reaches_the_whole_group_as_from_a_keyboard(box):
    running = box.start("sh", "-c", "echo ready; sleep 1000; echo not here")
    running.until_said("ready")
    running.kill("INT")
    assert running.wait() == 130
    assert "not here" not in running.log()


def test_orphans_are_reaped(box):
    said = box.sh("for i in $(seq 50); do (sleep 0.01 &) ; done; sleep 0.2\n"
                  "n=1; while [ $n != 0 ]; do n=$(grep -lE '^State:.Z' /proc/[0-9]*/status "
                  "2>/dev/null | wc -l); done; echo none")
    assert said == "none\n"


def test_the_end_of_the_command_is_the_end_of_what_it_left_behind(box):
    done = box.run("sh", "-c", "(trap '' TERM HUP; sleep 1000) & exit 4")
    assert done.returncode == 4


def test_it_is_a_group_of_its_own(box):
    pid, group = box.sh("echo $$; cut -d' ' -f 5 /proc/$$/stat").split()
    assert pid == group != "1"


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_streams_pass_bytes_as_they_are(box, size):
    data = os.urandom(size)
    done = box.run("sh", "-c", "tee /dev/stderr", stdin=data, text=False)
    assert done.returncode == 0
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(data).digest()
    assert hashlib.sha256(done.stderr).digest() == hashlib.sha256(data).digest()


def terminal(box, *command, **options):
    argv = box.command(*command, how=("--rm", "-it"), PUID=1500, PGID=1500, **options)
    return pexpect.spawn(argv[0], argv[1:], timeout=DEADLINE, dimensions=(24, 80))


def test_it_is_in_the_foreground_of_the_terminal(box):
    tty = terminal(box, "sh", "-c", "set -- $(cat /proc/$$/stat); echo group $5 $8; tty; "
                   "echo again >/dev/tty; stty size")
    tty.expect(r"group (\d+) (\d+)\r\n")
    assert tty.match.group(1) == tty.match.group(2)
    tty.expect_exact("/dev/pts/0")
    tty.expect_exact("again")
    tty.expect(pexpect.EOF)
    tty.close()
    assert tty.exitstatus == 0


def test_the_keyboards_interrupt_is_the_commands(box):
    tty = terminal(box, "sh", "-c", "trap 'echo interrupted; exit 7' INT; echo ready; "
                   "while :; do sleep 0.05; done")
    tty.expect_exact("ready")
    tty.send("\x03")
    tty.expect_exact("interrupted")
    tty.expect(pexpect.EOF)
    tty.close()
    assert tty.exitstatus == 7


def test_a_stopped_command_is_continued(box):
    tty = terminal(box, "sh", "-c", "trap 'echo continued' CONT; echo ready; "
                   "while :; do sleep 0.05; done")
    tty.expect_exact("ready")
    for _ in range(3):
        tty.send("\x1a")
        tty.expect_exact("continued")
    tty.send("\x03")
    tty.expect(pexpect.EOF)
    tty.close()
    assert tty.exitstatus == 130


def test_what_stopped_for_the_terminal_gets_it_back(box):
    # A background job of an interactive shell takes the terminal and dies with it.
    tty = terminal(box, "sh", "-c", "sh -i -c 'echo inner; kill -9 $$'; echo back; read x; "
                   "echo said $x")
    tty.expect_exact("inner")
    tty.expect_exact("back")
    tty.send("hello\r")
    tty.expect_exact("said hello")
    tty.expect(pexpect.EOF)


def test_a_job_of_a_shell_is_the_shells_business(box):
    tty = terminal(box, "sh")
    tty.expect(r"[$#] ")
    tty.send("(echo run''ning; sleep 1000)\r")
    tty.expect_exact("running")
    tty.send("\x1a")
    tty.expect_exact("Stopped")
    tty.send("kill -9 %1; echo kil''led\r")
    tty.expect_exact("killed")
    tty.send("exit 6\r")  # the first one may only warn of the stopped job
    tty.send("exit 6\r")
    tty.expect(pexpect.EOF)
    tty.close()
    assert tty.exitstatus == 6


def test_a_holder_ends_at_once_and_cleanly(guest):
    done = docker("run", "-d", "--net", "none", "--cap-drop", "ALL", "-v",
                  f"{guest.parent}:/ccpod/bin:ro", "--entrypoint", GUEST, "ccpod-test-busybox:1",
                  "pause")
    holder = done.stdout.strip()
    try:
        docker("exec", holder, "sh", "-c", "(sleep 0.01 &)")
        docker("kill", "-s", "HUP", holder)
        docker("kill", "-s", "TERM", holder)
        assert docker("wait", holder).stdout == "0\n"
    finally:
        docker("rm", "-f", holder)


def test_it_says_its_version_and_its_usage(guest):
    version = subprocess.run([guest, "--version"], capture_output=True, text=True)
    assert version.returncode == 0 and version.stdout.startswith("ccpod-guest ")
    usage = subprocess.run([guest, "what"], capture_output=True, text=True)
    assert usage.returncode == 2 and usage.stderr.startswith("usage: ")
