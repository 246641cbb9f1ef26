"""The stand-in for Anthropic's Messages API (examples/stand-in-api), in a container."""

import json
import re
import secrets
import struct

from engine import TOP
from sandbox import wait_for


class StandIn:
    """Up between enter and exit; `url` is its address for containers of the same engine."""

    def __init__(self, engine):
        self.engine = engine
        version = re.search(r"^project\(ccpod VERSION ([0-9.]+)", (TOP / "CMakeLists.txt").read_text(), re.M)
        self.image = f"ccpod-base:{version[1]}"
        self.name = f"stand-in-{secrets.token_hex(4)}"

    def __enter__(self):
        request = {
            "Image": self.image,
            "Cmd": ["node", "-e", (TOP / "examples/stand-in-api/server.js").read_text()],
            "Env": ["STAND_IN_BODIES=1"],
            "HostConfig": {"LogConfig": {"Type": "json-file"}},
        }
        self.engine.do("POST", "/containers/create", request, name=self.name)
        self.engine.do("POST", f"/containers/{self.name}/start")
        (network,) = self.engine.inspect(self.name)["NetworkSettings"]["Networks"].values()
        self.url = f"http://{network['IPAddress']}:8080"
        wait_for("the stand-in API", lambda: b"stand-in" in self.output() or b"listen" in self.output())
        return self

    def __exit__(self, *exc):
        self.engine.remove(self.name)

    def output(self):
        """What it has written. The engine sends it in frames, a long line in several."""
        frames = self.engine.do("GET", f"/containers/{self.name}/logs", stdout=1, stderr=1)
        text, at = b"", 0
        while at < len(frames):
            (length,) = struct.unpack_from(">I", frames, at + 4)
            text += frames[at + 8 : at + 8 + length]
            at += 8 + length
        return text

    def requests(self, text=""):
        """The requests whose user text holds this text, as the API saw them, with their bodies."""
        lines = [line for line in self.output().splitlines() if line.startswith(b"{")]
        return [r for r in map(json.loads, lines) if text in (r.get("text") or "")]
