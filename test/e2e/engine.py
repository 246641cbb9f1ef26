"""The Engine API spoken by hand: what tests look at does not depend on any client's view of it."""

import http.client
import json
import socket
import subprocess
import urllib.parse
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class _Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """The private engine of test/engine; never one that the user has."""

    def __init__(self):
        self.socket = subprocess.check_output([TOP / "test/engine", "socket"], text=True).strip()
        self.host = f"unix://{self.socket}"

    def ask(self, method, target, body=None, **query):
        """Status and body of an answer; the body parsed where it is JSON. Bytes go as an archive."""
        filled = {
            name: json.dumps(value) if isinstance(value, dict) else value
            for name, value in query.items()
        }
        connection = _Connection(self.socket)
        try:
            is_archive = isinstance(body, bytes)
            connection.request(
                method,
                f"{target}?{urllib.parse.urlencode(filled)}",
                body if body is None or is_archive else json.dumps(body),
                {"Content-Type": "application/x-tar" if is_archive else "application/json"},
            )
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            content = json.loads(content)
        return answer.status, content

    def do(self, method, target, body=None, **query):
        """The body of an answer that is no error."""
        status, content = self.ask(method, target, body, **query)
        assert status < 400, f"{method} {target}: {status} {content}"
        return content

    def labelled(self, what, **labels):
        """Containers, networks or volumes that carry these labels (ccpod.NAME=VALUE)."""
        wanted = {"label": [f"ccpod.{name}={value}" for name, value in labels.items()]}
        found = self.do("GET", f"/{what}", filters=wanted, **({"all": 1} if what == "containers/json" else {}))
        return (found["Volumes"] or []) if what == "volumes" else found

    def containers(self, **labels):
        return self.labelled("containers/json", **labels)

    def inspect(self, container):
        return self.do("GET", f"/containers/{container}/json")

    def kill(self, container, name="KILL"):
        self.do("POST", f"/containers/{container}/kill", signal=name)

    def remove(self, container):
        self.ask("DELETE", f"/containers/{container}", force=1, v=1)
