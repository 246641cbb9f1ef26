"""A main container made by hand, as the supervisor makes it: the guest by itself, on a real engine.

What the guest gets and what it must leave is in src/base/guest_abi.h; this is the other side of it.
"""
import json
import os
import re
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUSYBOX = "ccpod-test-busybox:1"
VERSION = re.search(r"project\(ccpod VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
BASE = f"ccpod-base:{VERSION}"
KEY = "sk-ant-api03-not-a-key-0123456789abcdef"
DEADLINE = 30


def capabilities():
    text = (ROOT / "src/base/guest_abi.h").read_text()
    line = re.search(r"#define GUEST_CAPABILITIES((?:.*\\\n)*.*)", text).group(1)
    return re.findall(r'"(\w+)"', line)


def docker(*args, check=True, **options):
    done = subprocess.run(["docker", *map(str, args)], capture_output=True, text=True,
                          timeout=120, **options)
    if check and done.returncode:
        raise AssertionError(f"docker {args}: {done.stderr}")
    return done


def until(true, what):
    """Waits for something that another process does; its failure is a failure of the test."""
    end = time.monotonic() + DEADLINE
    while not (result := true()):
        assert time.monotonic() < end, f"waited {DEADLINE} s for {what}"
        time.sleep(0.01)
    return result


def login(token, expires, **more):
    return {"claudeAiOauth": {"refreshToken": token, "expiresAt": expires, **more}}


class Box:
    def __init__(self, directory, guest):
        self.dir = directory
        self.guest = guest
        self.network = "none"
        self.containers = []
        for name in ("config", "in", "out", "state", "workspace"):
            path = directory / name
            path.mkdir()
            path.chmod(0o755 if name == "workspace" else 0o700)
        self.put("config/settings.json", "{}")

    def put(self, name, content):
        """As the supervisor does it: whole, by rename."""
        text = content if isinstance(content, str) else json.dumps(content)
        path = self.dir / name
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text)
        fresh.rename(path)

    def secrets(self, **values):
        self.put("in/secrets", "".join(f"{k}={v}\0" for k, v in values.items()))

    def out(self, name):
        """What the guest has handed out; None: nothing."""
        path = self.dir / "out" / name
        return path.read_text() if path.exists() else None

    def credentials(self):
        text = self.out("credentials.json")
        return text and json.loads(text)

    def owner(self, name):
        found = os.lstat(self.dir / name)
        return found.st_uid, found.st_gid

    def give(self, name, uid, gid=None):
        """Changes an owner; by the engine where the one who tests may not."""
        gid = uid if gid is None else gid
        if os.getuid() == 0:
            for path in [self.dir / name, *(self.dir / name).rglob("*")]:
                os.lchown(path, uid, gid)
            return
        docker("run", "--rm", "--net", "none", "-v", f"{self.dir}:/dir", BUSYBOX,
               "chown", "-R", f"{uid}:{gid}", f"/dir/{name}")

    def flags(self, env, caps=None, user="0:0", mounts=(), workspace="rw",
              security=("--security-opt", "no-new-privileges")):
        flags = ["--net", self.network, *security, "--cap-drop", "ALL"]
        for cap in capabilities() if caps is None else caps:
            flags += ["--cap-add", cap]
        mounts = [f"{self.guest.parent}:/ccpod/bin:ro", f"{self.dir}/config:/ccpod/config:ro",
                  f"{self.dir}/in:/ccpod/run/in:ro", f"{self.dir}/out:/ccpod/run/out",
                  f"{self.dir}/state:/ccpod/state",
                  f"{self.dir}/workspace:/workspace:{workspace}", *mounts]
        for mount in mounts:
            flags += ["-v", mount]
        for name, value in {"PUID": os.getuid(), "PGID": os.getgid(),
                            "CCPOD_WORKSPACE": "/workspace", **env}.items():
            if value is not None:
                flags += ["-e", f"{name}={value}"]
        return [*flags, "-u", user, "-w", "/workspace", "--entrypoint", "/ccpod/bin/ccpod-guest"]

    def command(self, *command, image=BUSYBOX, how=("--rm", "-i"), **options):
        env = {k: options.pop(k) for k in list(options) if k.isupper()}
        return ["docker", "run", *how, *self.flags(env, **options), image, "init", "--", *command]

    def run(self, *command, stdin="", text=True, **options):
        stdin = stdin.encode() if text else stdin
        done = subprocess.run(self.command(*command, **options), input=stdin, capture_output=True,
                              timeout=120)
        if text:
            done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done

    def sh(self, script, **options):
        """What a script prints, which must succeed and say nothing on stderr."""
        done = self.run("sh", "-ec", script, **options)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def start(self, *command, **options):
        """A container in the background, with a log."""
        done = subprocess.run(self.command(*command, how=("-d",), **options),
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        box = Running(done.stdout.strip())
        self.containers.append(box)
        return box

    def remove(self):
        for box in self.containers:
            docker("rm", "-f", box.id, check=False)
        # What belongs to other users by now goes back to the one who has to remove it.
        self.give(".", os.getuid(), os.getgid())


class Running:
    def __init__(self, container):
        self.id = container

    def log(self):
        done = docker("logs", self.id)
        return done.stdout + done.stderr

    def until_said(self, text):
        until(lambda: text in self.log(), f"{text!r} from the container")

    def kill(self, signal):
        docker("kill", "-s", signal, self.id)

    def wait(self):
        return int(docker("wait", self.id).stdout)

    def exec(self, *args, flags=(), **options):
        return docker("exec", *flags, "-u", "0:0", self.id, "/ccpod/bin/ccpod-guest", "exec",
                      *args, check=False, **options)

    def sh(self, script):
        done = self.exec("--", "sh", "-ec", script)
        assert done.returncode == 0, done.stderr
        return done.stdout
