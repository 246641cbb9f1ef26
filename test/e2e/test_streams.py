"""Standard streams: no byte is lost, changed or kept in memory, whoever is slow or goes away."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

MIB = 1 << 20
MEMORY = 16 * MIB  # at most, whatever the amount of data
NUMBERS = 23_400_000  # `seq` of as many is 200 MB, no two lines alike


def clean(result, out=b"", code=0):
    assert (result.code, result.out, result.err) == (code, out, b"")


def sum_of_numbers(last):
    """What `seq LAST` writes, hashed."""
    made = subprocess.run(
        ["sh", "-c", f"seq {last} | sha256sum"], capture_output=True, check=True, timeout=120
    )
    return made.stdout.split()[0].decode()


class Reader(threading.Thread):
    """Reads a process's stdout to its end: how much, which hash, and the peak of its memory."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.hash, self.size, self.peak = process, hashlib.sha256(), 0, 0
        self.start()

    def run(self):
        while data := self.process.stdout.read1(1 << 18):
            self.hash.update(data)
            self.size += len(data)
            self.peak = max(self.peak, self.process.peak_memory())


# --- output ---


def test_much_output(sandbox, memory_is_real):
    """200 MB; where a sanitizer makes each byte dear, a part of it."""
    count = NUMBERS if memory_is_real else NUMBERS // 8
    with sandbox.start(f"seq {count}; exit 7", read=False) as process:
        reader = Reader(process)
        result = process.result(300)
        reader.join(30)
    assert (result.code, result.err) == (7, b"")
    assert reader.hash.hexdigest() == sum_of_numbers(count)
    if memory_is_real:
        assert reader.peak < MEMORY


def test_a_reader_that_comes_late_gets_every_byte(sandbox, memory_is_real):
    """The engine cuts what is left unread 2 s after the end; the container here ends at once."""
    with sandbox.start("seq 3000000; exit 7", read=False) as process:
        time.sleep(6)
        reader = Reader(process)
        result = process.result()
        reader.join(30)
    assert (result.code, result.err) == (7, b"")
    assert reader.hash.hexdigest() == sum_of_numbers(3_000_000)
    if memory_is_real:
        assert reader.peak < MEMORY


def test_both_streams_at_once(sandbox):
    result = sandbox.run("seq 300000 >&2 & seq 400000; wait")
    assert result.code == 0
    assert hashlib.sha256(result.out).hexdigest() == sum_of_numbers(400_000)
    assert hashlib.sha256(result.err).hexdigest() == sum_of_numbers(300_000)


def test_output_that_is_closed_early_and_a_code_that_comes_late(sandbox):
    clean(sandbox.run("echo first; exec >&- 2>&-; sleep 2; exit 3"), b"first\n", 3)


def test_output_of_what_is_left_in_the_background(sandbox):
    """The end of the main process is the end of the container."""
    clean(sandbox.run("(sleep 600; echo too late) & echo first; exit 5"), b"first\n", 5)


def test_stdout_and_stderr_in_one_file(sandbox, tmp_path):
    script = 'for i in $(seq 200); do echo "out $i"; echo "err $i" >&2; done'
    with open(tmp_path / "both", "wb") as both:
        done = subprocess.run(
            sandbox.argv("run", script),
            stdout=both,
            stderr=both,
            stdin=subprocess.DEVNULL,
            env=sandbox.env,
            cwd=sandbox.project,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0
    lines = (tmp_path / "both").read_text().splitlines()
    for stream in ("out", "err"):
        wanted = [f"{stream} {i}" for i in range(1, 201)]
        assert [line for line in lines if line.startswith(stream)] == wanted
    assert len(lines) == 400


# --- readers that go away ---


def test_a_reader_that_has_enough_ends_the_run(sandbox):
    command = subprocess.list2cmdline(sandbox.argv("run", "while :; do echo line; done"))
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -c 10; echo \" ${{PIPESTATUS[0]}}\""],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        env=sandbox.env,
        cwd=sandbox.project,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"line\nline\n 141\n", b"")


def test_nobody_reads_stderr(sandbox):
    with sandbox.start("read a; seq 100000 >&2; echo done", stdin=subprocess.PIPE) as process:
        read_end = process.popen.stderr.fileno()
        os.dup2(os.open("/dev/null", os.O_RDONLY), read_end)  # what was there is closed
        process.stdin.write(b"\n")
        process.stdin.close()
        result = process.result()
    assert (result.code, result.out) == (0, b"done\n")


# --- input ---


def test_piped_data_reaches_claude(sandbox):
    clean(sandbox.run("cat; echo end", stdin=b"some data\n"), b"some data\nend\n")


def test_an_empty_pipe(sandbox):
    clean(sandbox.run("cat; echo end", stdin=b""), b"end\n")


def test_a_redirected_file(sandbox, tmp_path):
    (tmp_path / "in").write_bytes(b"from a file\n")
    with open(tmp_path / "in", "rb") as file:
        clean(sandbox.run("cat", stdin=file), b"from a file\n")


def test_dev_null_is_not_attached(sandbox):
    with sandbox.start("sleep 60 & wait") as process:
        config = sandbox.engine.inspect(sandbox.wait_for_container())["Config"]
        assert (config["OpenStdin"], config["AttachStdin"]) == (False, False)
        process.send_signal(signal.SIGTERM)
        process.result()


def test_50_mb_there_and_back(sandbox, memory_is_real):
    """Every byte value, and an end: the container goes on after its input has ended."""
    data = os.urandom(50 * MIB)
    with sandbox.start("cat; echo end; sleep 0.5; echo later", stdin=data, read=False) as process:
        reader = Reader(process)
        result = process.result(300)
        reader.join(30)
    assert (result.code, result.err) == (0, b"")
    assert reader.hash.digest() == hashlib.sha256(data + b"end\nlater\n").digest()
    if memory_is_real:
        assert reader.peak < MEMORY


def test_input_comes_in_pieces(sandbox):
    """Each piece reaches Claude when it is written, not at the end."""
    with sandbox.start('while read -r l; do echo "got $l"; done', stdin=subprocess.PIPE) as process:
        for word in (b"one", b"two", b"three"):
            process.stdin.write(word + b"\n")
            process.stdin.flush()
            process.wait_for_output(b"got " + word + b"\n")
        process.stdin.close()
        clean(process.result(), b"got one\ngot two\ngot three\n")


def test_input_that_never_ends(sandbox):
    with sandbox.start("read -r line; echo $line; exit 6", stdin=subprocess.PIPE) as process:
        process.stdin.write(b"a line\n")
        process.stdin.flush()
        clean(process.result(), b"a line\n", 6)


def test_input_that_nobody_reads(sandbox, memory_is_real):
    """More than any buffer holds: what is not read is not taken from the writer either."""
    with sandbox.start("sleep 2; exit 4", stdin=b"x" * (8 * MIB)) as process:
        reader_peak = []
        while process.popen.poll() is None:
            reader_peak.append(process.peak_memory())
            time.sleep(0.05)
        clean(process.result(), b"", 4)
    if memory_is_real:
        assert max(reader_peak) < MEMORY


def test_a_file_of_the_project_becomes_input(sandbox):
    (sandbox.project / "task.md").write_text("what to do\n")
    clean(sandbox.run("--file", "task.md"), b"what to do\n")


def test_a_file_and_then_piped_data(sandbox):
    (sandbox.project / "task.md").write_text("what to do, ")
    result = sandbox.run("--file", "task.md", stdin=b"and with what\n")
    clean(result, b"what to do, and with what\n")


# --- descriptors ---


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_descriptors(sandbox, closed):
    """A socket of ours must not become descriptor 1: Claude's words would go to the engine."""
    command = subprocess.list2cmdline(
        sandbox.argv("run", "echo out; echo err >&2; echo done > made; exit 3")
    )
    done = subprocess.run(
        ["sh", "-c", f"{command} {closed}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        env=sandbox.env,
        cwd=sandbox.project,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout == (b"" if closed.split().count(">&-") else b"out\n")
    assert done.stderr == (b"" if closed.split().count("2>&-") else b"err\n")
    assert (sandbox.project / "made").read_text() == "done\n"


def test_flags_of_shared_descriptors_are_as_before(sandbox):
    """O_NONBLOCK belongs to the open file, which the shell and others share."""
    code = (
        "import fcntl, subprocess, sys\n"
        "flags = lambda: [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (0, 1, 2)]\n"
        "before = flags()\n"
        "code = subprocess.call(sys.argv[1:])\n"
        "sys.exit(code if flags() == before else 99)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *sandbox.argv("run", "cat; echo err >&2")],
        input=b"data\n",
        capture_output=True,
        timeout=120,
        env=sandbox.env,
        cwd=sandbox.project,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"data\n", b"err\n")
