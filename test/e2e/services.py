"""What the tests of sidecars share: a project with services, and looks at what came of them."""

import fcntl
import json
import os
import socket
import subprocess
import tempfile

from engine import TOP
from pods import Pod, owner

BUSYBOX = "ccpod-test-busybox:1"


def service(script="while :; do sleep 1; done", **fields):
    """A service that runs a shell script; the engine's init passes signals on."""
    return {"image": BUSYBOX, "init": True, "command": ["sh", "-c", script], **fields}


def free_port():
    """A TCP port that nobody has right now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def make_images(engine):
    """PostgreSQL, Redis and Vim, made by whoever comes first."""
    with open(f"{tempfile.gettempdir()}/ccpod-test-services-{os.getuid()}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        env = {**os.environ, "DOCKER_HOST": engine.host}
        subprocess.run([TOP / "test/images/programs"], check=True, env=env, timeout=900)


class Project(Pod):
    """A sandbox's project with services in its profile."""

    def declare(self, **services):
        self.sandbox.write_profile(services=services)

    def run(self, *args, **options):
        return self.sandbox.run(*args, **options)

    def up(self, *args, **options):
        return self.command("--profile", self.sandbox.profile, "up", *args, **options)

    def down(self):
        result = self.command("down")
        assert (result.code, result.err) == (0, b"")

    def containers(self, **labels):
        return self.engine.containers(workdir=self.sandbox.project, **labels)

    def sidecar_id(self, name):
        """The one container of a service."""
        (found,) = self.containers(type=name)
        return found["Id"]

    def types(self):
        """What there is, as types with their states."""
        return sorted((c["Labels"]["ccpod.type"], c["State"]) for c in self.containers())

    def networks(self):
        return self.engine.labelled("networks", project=self.sandbox.project_hash, owner=owner(self.instance))

    def is_gone(self):
        return self.types() == [] and self.networks() == []


def fails(result, *texts):
    """Failed by ccpod, before Claude ran, with these words."""
    said = result.err.decode()
    assert (result.code, result.out) == (125, b""), said
    for text in texts:
        assert text in said, said


def requests(proxy, kind):
    """The JSON bodies of the calls of a kind."""
    return [json.loads(call.request.split(b"\r\n\r\n", 1)[1]) for call in proxy.find(kind)]
