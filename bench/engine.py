"""The floor: the Engine API spoken by hand, with nothing in between that takes time."""

import json
import socket
import time

CHUNK = 1 << 20
API = "/v1.41"


class EngineError(Exception):
    """The engine is not there, or refused a request."""


class Connection:
    """One HTTP/1.1 connection to the engine: just enough to time it."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def _more(self):
        data = self.sock.recv(CHUNK)
        if not data:
            raise EngineError("the engine closed the connection")
        self.rest += data

    def send(self, method, path, body=None, upgrade=False):
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {API}{path} HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Content-Length: {len(data)}\r\n"
        if body is not None:
            head += "Content-Type: application/json\r\n"
        if upgrade:
            head += "Connection: Upgrade\r\nUpgrade: tcp\r\n"
        self.sock.sendall(head.encode() + b"\r\n" + data)

    def head(self):
        """Status and fields of the answer; what follows stays in `rest`."""
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), fields

    def _take(self, size):
        while len(self.rest) < size:
            self._more()
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    def body(self, status, fields):
        if status in (204, 304):
            return b""
        if b"content-length" in fields:
            return self._take(int(fields[b"content-length"]))
        body = b""
        while True:
            while b"\r\n" not in self.rest:
                self._more()
            size, _, self.rest = self.rest.partition(b"\r\n")
            chunk = self._take(int(size, 16) + 2)[:-2]
            if not chunk:
                return body
            body += chunk

    def call(self, method, path, body=None):
        """The body of an answer that is no error."""
        self.send(method, path, body)
        head = self.head()
        answer = self.body(*head)
        if head[0] >= 400:
            why = answer.decode(errors="replace").strip()
            raise EngineError(f"{method} {path}: {head[0]} {why}")
        return answer

    def attach(self, container, stdin):
        streams = f"stream=1&stdin={int(stdin)}&stdout=1&stderr=1"
        self.send("POST", f"/containers/{container}/attach?{streams}", upgrade=True)
        status, _ = self.head()
        if status != 101:
            raise EngineError(f"attach: {status}")


class Engine:
    """An engine at a unix socket."""

    def __init__(self, path):
        self.path = path
        self.host = f"unix://{path}"

    def connect(self):
        return Connection(self.path)

    def call(self, method, path, body=None):
        with self.connect() as connection:
            return connection.call(method, path, body)

    def answers(self):
        try:
            return self.call("GET", "/_ping") == b"OK"
        except (OSError, EngineError):
            return False

    def version(self):
        found = json.loads(self.call("GET", "/version"))
        return f"{found['Platform']['Name'] or 'engine'} {found['Version']}".strip()

    def run(self, spec):
        """Seconds that a headless run takes: create, attach, wait, start, its end, remove."""
        began = time.perf_counter()
        with self.connect() as control, self.connect() as attached, self.connect() as waiting:
            container = json.loads(control.call("POST", "/containers/create", spec))["Id"]
            attached.attach(container, stdin=False)
            waiting.send("POST", f"/containers/{container}/wait?condition=next-exit")
            head = waiting.head()
            control.call("POST", f"/containers/{container}/start")
            while attached.sock.recv(CHUNK):
                pass
            waiting.body(*head)
            control.call("DELETE", f"/containers/{container}?v=1")
        return time.perf_counter() - began


class Container:
    """A container that is attached and running, for talking to it."""

    def __init__(self, engine, spec):
        self.engine = engine
        self.stdin = spec["OpenStdin"]
        self.id = json.loads(engine.call("POST", "/containers/create", spec))["Id"]
        self.connection = engine.connect()

    def __enter__(self):
        self.connection.attach(self.id, self.stdin)
        self.engine.call("POST", f"/containers/{self.id}/start")
        return self

    def __exit__(self, *_):
        self.connection.sock.close()
        self.engine.call("DELETE", f"/containers/{self.id}?force=1&v=1")

    def read(self):
        if self.connection.rest:
            data, self.connection.rest = self.connection.rest, b""
            return data
        return self.connection.sock.recv(CHUNK)

    def write(self, data):
        self.connection.sock.sendall(data)
