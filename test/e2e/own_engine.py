"""An engine that a test may stop, kill and freeze: one of its own, made by test/engine."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from engine import TOP, Engine
from sandbox import FAKE, wait_for


class OwnEngine(Engine):
    """Up between enter and exit, with the image of the fake Claude. With live_restore containers
    survive the end of dockerd. Needs root."""

    def __init__(self, shared, name, live_restore):
        self.shared = shared
        self.directory = Path(f"/var/lib/ccpod-test-{name}")
        self.env = {
            **os.environ,
            "CCPOD_TEST_ENGINE_DIR": str(self.directory),
            "CCPOD_TEST_ENGINE_LIVE_RESTORE": "1" if live_restore else "0",
        }
        self.socket = f"{self.directory}/docker.sock"
        self.host = f"unix://{self.socket}"

    def _command(self, *words):
        # One after the other: each looks for a subnet that is free.
        with open(f"{tempfile.gettempdir()}/ccpod-test-own-engine.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = subprocess.run(
                [TOP / "test/engine", *words], env=self.env, capture_output=True, text=True, timeout=180, check=False
            )
        assert done.returncode == 0, done.stdout + done.stderr

    def __enter__(self):
        self._command("start")
        save = ["docker", "-H", self.shared.host, "save", FAKE]
        load = ["docker", "-H", self.host, "load"]
        with subprocess.Popen(save, stdout=subprocess.PIPE) as saved:
            subprocess.run(load, stdin=saved.stdout, check=True, capture_output=True, timeout=120)
        return self

    def __exit__(self, *exc):
        self._command("stop")
        shutil.rmtree(self.directory)

    @property
    def pid(self):
        """Of dockerd; 0 where it does not run. One that nobody has reaped has no command line."""
        try:
            found = int((self.directory / "run/dockerd.pid").read_text(encoding="ascii"))
            words = Path(f"/proc/{found}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return 0
        return found if words[0].endswith(b"dockerd") else 0

    def send(self, number):
        os.kill(self.pid, number)

    def end(self, number):
        """Ends dockerd by a signal, and waits until it has ended."""
        pid = self.pid
        os.kill(pid, number)
        wait_for("the end of dockerd", lambda: self.pid != pid)

    def revive(self):
        """Makes it answer again, whatever was done to it."""
        if self.pid:
            os.kill(self.pid, signal.SIGCONT)
        else:
            self._command("revive")
