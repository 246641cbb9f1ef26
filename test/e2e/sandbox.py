"""A place for one test: a home, a project and a profile of its own, and ccpod run in it.

    result = sandbox.run("echo hello")          # ccpod run "echo hello": the fake Claude runs it
    assert (result.code, result.out, result.err) == (0, b"hello\n", b"")

    with sandbox.start("sleep 60") as process:  # the same, while it runs
        container = sandbox.wait_for_container()
        process.send_signal(signal.SIGTERM)
        result = process.result()

Nothing of the tester's own environment reaches the program. Every wait has a deadline: a program
that hangs is a failed test, with what it has said so far.
"""

import dataclasses
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tarfile
import threading
import time
from pathlib import Path

FAKE = "ccpod-test-claude:1"
DEADLINE = 90  # seconds; a sanitized program on a busy machine


class Hangs(AssertionError):
    pass


def wait_for(what, condition, seconds=DEADLINE):
    """Asks until the condition holds, and gives what it said."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > until:
            raise Hangs(f"waited {seconds} s for {what}")
        time.sleep(0.01)
    return found


@dataclasses.dataclass
class Result:
    code: int
    out: bytes
    err: bytes
    seconds: float

    @property
    def lines(self):
        return self.err.decode(errors="replace").splitlines()


class Process:
    """A running ccpod. What it writes is read all the time, unless a test reads it itself."""

    def __init__(self, argv, stdin, read=True, **options):
        self.began = time.monotonic()
        as_bytes = isinstance(stdin, bytes)
        self.popen = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE if as_bytes else stdin,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            start_new_session=True,
            **options,
        )
        self.pid = self.popen.pid
        self.stdin, self.stdout = self.popen.stdin, self.popen.stdout
        self.collected = {}
        self.threads = [self._thread(self._collect, "err", self.popen.stderr)]
        if read:
            self.threads.append(self._thread(self._collect, "out", self.popen.stdout))
        if as_bytes:
            self.threads.append(self._thread(self._feed, stdin))

    def _thread(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        thread.start()
        return thread

    def _collect(self, name, pipe):
        self.collected[name] = bytearray()
        while data := pipe.read1(1 << 16):
            self.collected[name] += data

    def _feed(self, data):
        try:
            self.popen.stdin.write(data)
            self.popen.stdin.close()
        except BrokenPipeError:
            pass

    def said(self, name="out"):
        """What it has written so far."""
        return bytes(self.collected.get(name, b""))

    def wait_for_output(self, text, name="out", seconds=DEADLINE):
        def there():
            assert text in self.said(name) or self.popen.poll() is None, (
                f"ended with {self.popen.returncode} before it said {text}: {self.said(name)}"
                f" {self.said('err')}"
            )
            return text in self.said(name)

        wait_for(f"{text} on std{name}", there, seconds)

    def send_signal(self, number):
        self.popen.send_signal(number)

    def peak_memory(self):
        """Most bytes of memory it has had resident; 0 when it has ended."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return 0
        found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        return int(found[0]) * 1024 if found else 0

    def result(self, seconds=DEADLINE):
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.end()
            raise Hangs(
                f"still runs after {seconds} s: {self.popen.args}\n{self.said()[-2000:]}\n"
                f"{self.said('err').decode(errors='replace')}"
            ) from None
        took = time.monotonic() - self.began
        for thread in self.threads:
            thread.join(10)
        return Result(self.popen.returncode, self.said(), self.said("err"), took)

    def end(self):
        if self.popen.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
            self.popen.wait()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.end()


class Sandbox:
    def __init__(self, engine, program, directory):
        self.engine = engine
        self.program = program
        self.home = directory / "home"
        self.project = directory / "project"
        self.temporary = directory / "tmp"
        self.reports = directory / "reports"
        for each in (self.home, self.project, self.temporary, self.reports):
            each.mkdir()
        self.ccpod_home = self.home / ".ccpod"
        self.profile = f"t{secrets.token_hex(4)}"
        self.key = f"sk-ant-test-{secrets.token_hex(20)}"
        self.settings = {
            "name": self.profile,
            "config": {"source": "local"},
            "image": {"use": FAKE},
        }
        self.env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TMPDIR": str(self.temporary),
            "DOCKER_HOST": engine.host,
            "ANTHROPIC_API_KEY": self.key,
            "ASAN_OPTIONS": f"log_path={self.reports}/asan:detect_stack_use_after_return=1",
            "UBSAN_OPTIONS": f"log_path={self.reports}/ubsan:print_stacktrace=1",
        }
        self.write_profile()

    # --- what is there before a run ---

    @property
    def profile_dir(self):
        return self.ccpod_home / "profiles" / self.profile

    def write_profile(self, text=None, **changes):
        """Writes the profile: the usual settings and these, or a text as it is."""
        self.settings.update(changes)
        (self.profile_dir / "config").mkdir(parents=True, exist_ok=True)
        path = self.profile_dir / "profile.yml"
        path.write_text(text if text is not None else json.dumps(self.settings, indent=2))
        return path

    def through(self, proxy):
        """Lets ccpod talk to the engine through a proxy."""
        self.env["DOCKER_HOST"] = proxy.host

    @property
    def project_hash(self):
        return hashlib.sha256(str(self.project.resolve()).encode()).hexdigest()[:16]

    @property
    def plugin_volume(self):
        return f"ccpod-plugins-{self.profile}"

    def is_plugin_volume(self, volume):
        """What stays: the profile's, the one of a trusted project, and those of other owners."""
        return re.fullmatch(rf"{self.plugin_volume}(-[0-9a-f]{{16}}){{0,2}}", volume["Name"])

    # --- running ---

    def argv(self, *args):
        return [self.program, "--profile", self.profile, *map(str, args)]

    def start(self, *args, stdin=subprocess.DEVNULL, env=None, read=True, wrap=(), **options):
        return Process(
            [*wrap, *self.argv("run", *args)],
            stdin,
            read,
            env={**self.env, **(env or {})},
            cwd=options.pop("cwd", self.project),
            **options,
        )

    def run(self, *args, seconds=DEADLINE, **options):
        with self.start(*args, **options) as process:
            return process.result(seconds)

    def wait_for_container(self, state="running"):
        """The one container of this project, once it is in that state."""

        def there():
            found = self.engine.containers(workdir=self.project)
            return [c for c in found if c["State"] == state]

        return wait_for(f"a {state} container", there)[0]["Id"]

    # --- inside the container, past ccpod ---

    def exec(self, container, script):
        """Runs a script as root in a container and gives its stdout."""
        request = {"Cmd": ["sh", "-c", script], "AttachStdout": True, "User": "0:0", "Tty": True}
        made = self.engine.do("POST", f"/containers/{container}/exec", request)
        return self.engine.do("POST", f"/exec/{made['Id']}/start", {"Tty": True}).decode()

    def put_file(self, container, directory, name, text):
        """Puts a private file of Claude's there, without anybody inside being asked."""
        archive = io.BytesIO()
        owner = self.project.stat()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(text), 0o600, int(time.time())
            member.uid, member.gid = owner.st_uid, owner.st_gid
            tar.addfile(member, io.BytesIO(text.encode()))
        path = f"/containers/{container}/archive"
        self.engine.do("PUT", path, archive.getvalue(), path=directory)

    # --- what is there after a run ---

    def processes(self):
        """Processes of ours: they have our home in their environment."""
        mark = f"TMPDIR={self.temporary}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue  # ended meanwhile, or another user's
        return found

    def run_dirs(self):
        runs = self.ccpod_home / "run"
        return [d for d in runs.iterdir() if d.name != "config"] if runs.is_dir() else []

    def leftovers(self):
        """All that a run must not leave behind, on the engine and on this machine."""
        found = [f"container {c['Names'][0]} {c['State']}" for c in self.engine.containers(workdir=self.project)]
        found += [f"network {n['Name']}" for n in self.engine.labelled("networks", profile=self.profile)]
        found += [
            f"volume {v['Name']}"
            for v in self.engine.labelled("volumes", profile=self.profile)
            if not self.is_plugin_volume(v)
        ]
        found += [f"run directory {d.name}" for d in self.run_dirs()]
        found += [f"temporary file {f.name}" for f in self.temporary.iterdir()]
        found += [f"process {p}" for p in self.processes()]
        return found

    def reported(self):
        """What the sanitizers have found."""
        return "\n".join(f.read_text(errors="replace") for f in sorted(self.reports.iterdir()))

    def forget(self, container):
        """Removes what a killed supervisor could not, as its next run would."""
        self.engine.remove(container)
        for entry in self.run_dirs():
            shutil.rmtree(entry)

    def sweep(self):
        """A start that comes so late that no container is to be expected any more."""
        for entry in self.run_dirs():
            os.utime(entry, (0, 0))
        result = self.run("true")
        assert result.code == 0, result.err

    def clear(self):
        for container in self.engine.containers(workdir=self.project):
            self.engine.remove(container["Id"])
        for volume in self.engine.labelled("volumes", profile=self.profile):
            if self.is_plugin_volume(volume):
                self.engine.ask("DELETE", f"/volumes/{volume['Name']}", force=1)

