"""Standard output: what was asked for, all of it, or an error that says why not."""
import os
import signal
import subprocess


def test_full_disk(ccpod):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = ccpod("--help", stdout=full)
    assert done.returncode == 125
    assert "standard output: No space left on device" in done.stderr


def test_reader_that_goes_away(ccpod):
    """As if SIGPIPE had ended it, and without a word."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = ccpod("--help", stdout=write_end)
    os.close(write_end)
    assert done.returncode == -signal.SIGPIPE
    assert done.stderr == ""


def run_without(ccpod, fd, *args):
    script = f'exec "$0" "$@" {fd}>&-'
    return subprocess.run(
        ["/bin/sh", "-c", script, ccpod.program, *args],
        env=ccpod.env,
        cwd=ccpod.project,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_closed_descriptors(ccpod):
    """A closed standard descriptor is /dev/null to ccpod, not the number of its next file."""
    assert run_without(ccpod, 0, "--version").stdout.startswith("ccpod ")
    assert run_without(ccpod, 1, "config", "set", "autoCheckUpdates", "true").returncode == 0
    assert (ccpod.home / "config.yml").read_text() == "autoCheckUpdates: true\n"
    done = run_without(ccpod, 2, "nonsense")
    assert (done.returncode, done.stdout) == (2, "")
