"""A registry for tests, on loopback, with one image: the tests' busybox and a layer of its own.

The layer is new each time, so that the engine has to download it; `slow` lets it through in
pieces, each when the test says so.
"""

import gzip
import hashlib
import http.server
import io
import json
import secrets
import tarfile
import threading

IMAGE = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
LAYER_SIZE = 4 << 20
PIECES = 8


def _digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _tar(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


class Registry:
    """Serves 127.0.0.1:PORT/thing:1 while in its context, and forgets the image at its end."""

    def __init__(self, engine, base):
        self.engine = engine
        self.blobs = {}
        self.broken = False  # the layer's content is not what its name says
        self.gate = threading.Semaphore(PIECES)  # pieces of the layer that may go out
        self._add(engine, base)
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                registry.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.image = f"{self.host}/thing:1"

    def _keep(self, data, kind):
        self.blobs[_digest(data)] = data
        return {"mediaType": kind, "size": len(data), "digest": _digest(data)}

    def _add(self, engine, base):
        saved = tarfile.open(fileobj=io.BytesIO(engine.do("GET", f"/images/{base}/get")))
        (parts,) = json.load(saved.extractfile("manifest.json"))
        config = json.load(saved.extractfile(parts["Config"]))
        layers = [saved.extractfile(name).read() for name in parts["Layers"]]
        layers.append(_tar("new", secrets.token_bytes(LAYER_SIZE)))
        config["rootfs"]["diff_ids"] = [_digest(layer) for layer in layers]
        config.pop("history", None)
        packed = [self._keep(gzip.compress(layer, 1), LAYER) for layer in layers]
        self.slow = packed[-1]["digest"]
        self.manifest = json.dumps({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._keep(json.dumps(config).encode(), IMAGE),
            "layers": packed,
        }).encode()

    def answer(self, request):
        path = request.path
        if path == "/v2/":
            self._send(request, b"{}", "application/json")
        elif path in ("/v2/thing/manifests/1", f"/v2/thing/manifests/{_digest(self.manifest)}"):
            self._send(request, self.manifest, MANIFEST)
        elif (blob := self.blobs.get(path.rpartition("/")[2])) is not None:
            self._send(request, blob, "application/octet-stream", path.endswith(self.slow))
        else:
            request.send_error(404)

    def _send(self, request, data, kind, is_slow=False):
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(data)))
        request.send_header("Docker-Content-Digest", _digest(data))
        request.end_headers()
        if request.command == "HEAD":
            return
        if not is_slow:
            request.wfile.write(data)
            return
        if self.broken:
            data = bytes(len(data))
        size = -(-len(data) // PIECES)
        for at in range(0, len(data), size):
            self.gate.acquire()
            request.wfile.write(data[at : at + size])

    def hold(self):
        """From now on the layer's pieces wait for let()."""
        while self.gate.acquire(blocking=False):
            pass

    def let(self, pieces):
        self.gate.release(pieces)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.let(PIECES)
        self.server.shutdown()
        self.server.server_close()
        self.engine.ask("DELETE", f"/images/{self.image}", force=1)
