"""ccpod under measurement: its home, its project, and containers made as it makes them.

The image is the tests' busybox with a `claude` that runs its last argument as a shell script."""

import copy
import os
import pty
import shutil
import signal
import tempfile
import time
from pathlib import Path

from recorder import Recorder

IMAGE = "ccpod-test-claude:1"
PROFILE = f"name: default\nconfig:\n  source: local\nimage:\n  use: {IMAGE}\n"
DEVNULL = os.open(os.devnull, os.O_RDWR)


def spawn(argv, env, stdout=DEVNULL):
    """Starts a program in the cheapest way there is, without input; its errors are shown."""
    files = [(os.POSIX_SPAWN_DUP2, DEVNULL, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)]
    return os.posix_spawnp(argv[0], argv, env, file_actions=files)


def timed(argv, env):
    """Seconds from the start of a program to its end."""
    began = time.perf_counter()
    _, status = os.waitpid(spawn(argv, env), 0)
    took = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(argv)}: exit code {os.waitstatus_to_exitcode(status)}")
    return took


def peak_memory(pid):
    """The most bytes that a process had in memory, or its child where it has one (the one that
    the shell started guards the terminal)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    peaks = []
    for process in [pid, *children]:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        peaks.append(int(line.split()[1]) * 1024)
    return max(peaks)


class Terminal:
    """A program with a terminal of its own, for talking to it."""

    def __init__(self, argv, env, cwd):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(argv[0], argv, env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGTERM)
        self.read_to_end()
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def read(self):
        return os.read(self.fd, 1 << 16)

    def read_to_end(self):
        try:
            while self.read():
                pass
        except OSError:
            pass  # how a terminal says that nobody has its other end

    def write(self, data):
        os.write(self.fd, data)


class Subject:
    """A ccpod with a home and a project of its own."""

    def __init__(self, program, engine, profile=PROFILE):
        self.program = str(program)
        self.engine = engine
        self.dir = Path(tempfile.mkdtemp(prefix="ccpod-bench-"))
        self.project = self.dir / "project"
        self.home = self.dir / "home"
        self.handed_in = self.dir / "in"
        self.outs = self.dir / "out"
        self.spec = None
        for directory in (self.project, self.outs, self.home / "profiles/default"):
            directory.mkdir(parents=True)
        self.home.chmod(0o700)
        (self.home / "profiles/default/profile.yml").write_text(profile, encoding="utf-8")
        self.env = {
            **os.environ,
            "CCPOD_HOME": str(self.home),
            "DOCKER_HOST": engine.host,
            "ANTHROPIC_API_KEY": "not-a-key",
            "TERM": "xterm-256color",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir)

    def argv(self, script):
        return [self.program, "-C", str(self.project), "run", "--", script]

    def command(self, *args):
        """Seconds that any command of ccpod takes in the project."""
        return timed([self.program, "-C", str(self.project), *args], self.env)

    def terminal(self, script, env=None):
        return Terminal(self.argv(script), env or self.env, self.project)

    # What a run sends to create its container, for the floor to send it too.

    def recorded(self):
        """A recorder, and the environment of a run that goes through it."""
        recorder = Recorder(self.engine, self._on_call)
        return recorder, {**self.env, "DOCKER_HOST": recorder.host}

    def _part_of_run(self, mount):
        """ "in" or "out" for what a run hands in or takes out, else None."""
        source = Path(mount["Source"])
        return source.name if source.parent.parent == self.home / "run" else None

    def _on_call(self, call):
        """What a run hands in goes away with it; the floor's containers get a copy."""
        spec = call.sent() if "/containers/create" in call.method_and_path else {}
        if spec.get("Labels", {}).get("ccpod.type") != "main":
            return
        self.spec = spec
        for mount in spec["HostConfig"]["Mounts"]:
            if self._part_of_run(mount) == "in":
                shutil.rmtree(self.handed_in, ignore_errors=True)
                shutil.copytree(mount["Source"], self.handed_in)

    def record_spec(self, terminal, on_call=None):
        """A function that makes the create request of a run for a script. `on_call` is handed
        each call that the run has made."""
        recorder, env = self.recorded()
        with recorder:
            if terminal:
                with self.terminal("exit 0", env) as run:
                    run.read_to_end()
            else:
                timed(self.argv("exit 0"), env)
        for call in recorder.calls if on_call else ():
            on_call(call)
        spec = self.spec
        return lambda script: self._spec_for(spec, script)

    def _spec_for(self, spec, script):
        made = copy.deepcopy(spec)
        made["Cmd"][-1] = script
        # Not ccpod's, which would clean up after a run that has gone.
        made["Labels"] = {f"bench.{name}": text for name, text in spec["Labels"].items()}
        for mount in made["HostConfig"]["Mounts"]:
            part = self._part_of_run(mount)
            if part == "in":
                mount["Source"] = str(self.handed_in)
            elif part == "out":
                mount["Source"] = tempfile.mkdtemp(dir=self.outs)
        return made
