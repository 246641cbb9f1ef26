"""Pods for the tests of commands that look at containers or end them: containers as ccpod makes
them, made by hand, so that a test decides what they run and what their labels say."""

import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

from sandbox import DEADLINE, FAKE, Process

FOREVER = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"
STUBBORN = "trap '' TERM; echo up; while :; do sleep 1; done"


def owner(instance=""):
    """As config/names.h has it."""
    files = [Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")]
    ids = [file.read_text(encoding="ascii") for file in files if file.exists()]
    machine = next((each for each in ids if each), socket.gethostname())
    text = f"{machine}\n{os.geteuid()}\n{instance}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Pod:
    """The containers of a sandbox's project. It is an instance of its own (CCPOD_INSTANCE), so
    that --all means no more than what the test has made."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.engine = sandbox.engine
        self.instance = f"test-{secrets.token_hex(4)}"
        self.made = []  # whatever their labels say
        sandbox.env["CCPOD_INSTANCE"] = self.instance

    def labels(self, **changes):
        values = {
            "profile": self.sandbox.profile,
            "project": self.sandbox.project_hash,
            "type": "main",
            "version": "0",
            "workdir": str(self.sandbox.project),
            "owner": owner(self.instance),
            "role": "sidecar",
            "session": "",
            "lease": "",
            "config": "",
        }
        values.update(changes)
        return {f"ccpod.{name}": value for name, value in values.items()}

    def name(self, service):
        return f"ccpod-svc-{self.sandbox.profile}-{self.sandbox.project_hash}-{service}"

    def make(self, name, script, labels, start=True, **request):
        """A container that runs a shell script; its id."""
        host = {"Init": True, **request.pop("HostConfig", {})}
        request = {
            "Image": FAKE, "User": "0:0", "Entrypoint": ["sh", "-c"], "Cmd": [script],
            "Labels": labels, "HostConfig": host, **request,
        }
        made = self.engine.do("POST", "/containers/create", request, name=name)["Id"]
        self.made.append(made)
        if start:
            self.engine.do("POST", f"/containers/{made}/start")
        return made

    def sidecar(self, service, script=FOREVER, start=True, changes=(), **request):
        labels = self.labels(**{"type": service, **dict(changes)})
        return self.make(self.name(service), script, labels, start, **request)

    def network(self, **changes):
        name = f"ccpod-net-{self.sandbox.profile}-{self.sandbox.project_hash}"
        request = {"Name": name, "CheckDuplicate": True, "Labels": self.labels(type="", **changes)}
        return self.engine.do("POST", "/networks/create", request)["Id"]

    def start_command(self, *args, stdin=subprocess.DEVNULL, env=None, **options):
        """Any command of ccpod in the project, while it runs."""
        options.setdefault("cwd", self.sandbox.project)
        return Process(
            [self.sandbox.program, *map(str, args)], stdin, env={**self.sandbox.env, **(env or {})}, **options
        )

    def command(self, *args, seconds=DEADLINE, **options):
        with self.start_command(*args, **options) as process:
            return process.result(seconds)

    def states(self):
        """What there is of the project: short names and states."""
        found = self.engine.containers(workdir=self.sandbox.project)
        return {c["Names"][0].lstrip("/"): c["State"] for c in found}

    def events(self, since, containers, *actions):
        """What has happened to these containers, by the engine's account."""
        query = {
            "since": f"{since:.9f}",
            "until": f"{time.time():.9f}",
            "filters": json.dumps({"container": containers, "event": list(actions)}),
        }
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.engine.socket)
            request = f"GET /events?{urllib.parse.urlencode(query)} HTTP/1.0\r\nHost: localhost\r\n\r\n"
            connection.sendall(request.encode())
            answer = connection.makefile("rb").read()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b" 200 " in head.splitlines()[0], head
        return [json.loads(line) for line in body.splitlines()]

    def clear(self):
        for container in self.engine.containers(owner=owner(self.instance)):
            self.engine.remove(container["Id"])
        for container in self.made:
            self.engine.remove(container)
        for what in ("networks", "volumes"):
            for each in self.engine.labelled(what, owner=owner(self.instance)):
                self.engine.ask("DELETE", f"/{what}/{each.get('Id') or each['Name']}")


@contextlib.contextmanager
def pod_of(sandbox):
    pod = Pod(sandbox)
    try:
        yield pod
    finally:
        pod.clear()
