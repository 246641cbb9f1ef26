"""A proxy between ccpod and the engine that delays, refuses, cuts, loses and splits what passes.

It listens on a socket of its own, takes part in a test's process, and passes each call on to the
real engine. An *act* decides what becomes of a call: it is a coroutine that is handed the Exchange
and does what the plain case does (forward the request, pass the answer back) in its own way.

    proxy = Proxy(engine_socket)
    proxy.on("POST /containers/create", lose_answer)
    proxy.on("* *", act(split, size=1))
    with proxy:
        ... run ccpod with DOCKER_HOST=proxy.host ...
    [str(call) for call in proxy.calls]

ccpod makes one connection per call, and the proxy relies on it: whatever a client sends behind its
request is the raw stream of an upgraded connection.

An engine carries out what it was asked even if the client has gone. `late` makes that visible: the
request reaches the engine when the client has been gone for a second.
"""

import asyncio
import dataclasses
import fnmatch
import functools
import json
import os
import re
import select
import shutil
import socket
import struct
import sys
import tempfile
import threading
import time

CHUNK = 64 * 1024
END_OF_HEAD = b"\r\n\r\n"

act = functools.partial


@dataclasses.dataclass
class Call:
    """One call as the proxy saw it. Times are seconds since the proxy's start; None: not yet."""

    method: str
    path: str  # without the version, with the query
    version: str
    request: bytes
    came: float
    forwarded: float | None = None
    answered: float | None = None  # the head of the answer was passed back
    status: int | None = None
    input_came: float | None = None  # first byte behind an upgrade
    over: float | None = None

    @property
    def kind(self):
        """Method and path, with what differs from run to run replaced: "POST /containers/*/start"."""
        path = self.path.partition("?")[0]
        path = re.sub(r"^/(containers|images|volumes)/(?!create$|json$)(.+?)(/[a-z]+)?$", r"/\1/*\3", path)
        return f"{self.method} {path}"

    def __str__(self):
        return f"{self.method} {self.path} -> {self.status}"


class Gone(Exception):
    """One side has closed the connection."""


class Exchange:
    """One call in flight: both connections, and the steps that acts are made of."""

    def __init__(self, proxy, call, client, engine):
        self.proxy = proxy
        self.call = call
        self.client_in, self.client_out = client
        self.engine_in, self.engine_out = engine
        self.kept = b""  # of the answer, read and not yet passed back

    @property
    def client_pid(self):
        peer = self.client_out.get_extra_info("socket")
        size = struct.calcsize("3i")
        return struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[0]

    def signal_client(self, number):
        os.kill(self.client_pid, number)

    async def forward(self):
        self.call.forwarded = self.proxy.now()
        self.engine_out.write(self.call.request)
        await self.engine_out.drain()

    async def read_head(self):
        """Waits for the head of the answer and keeps it."""
        while END_OF_HEAD not in self.kept:
            data = await self.engine_in.read(CHUNK)
            if not data:
                raise Gone("engine")
            self.kept += data
        return self.kept.index(END_OF_HEAD) + len(END_OF_HEAD)

    async def write_back(self, data, size=0):
        """Writes bytes of the answer to the client, in pieces of `size` bytes."""
        if self.call.answered is None and data:
            self.call.answered = self.proxy.now()
            status = re.match(rb"HTTP/1\.\d (\d+)", data)
            self.call.status = int(status[1]) if status else None
        for at in range(0, len(data), size or CHUNK):
            self.client_out.write(data[at : at + (size or CHUNK)])
            await self.client_out.drain()
            if size:
                await asyncio.sleep(0.0002)  # so that the client sees the pieces one by one

    async def answer_until(self, limit, size=0, change=None):
        """Passes the answer back; true after `limit` bytes of it, false at its end."""
        while limit:
            data, self.kept = self.kept or await self.engine_in.read(CHUNK), b""
            if not data:
                return False
            data = (change(data) if change else data)[:limit]
            limit -= len(data)
            await self.write_back(data, size)
        return True

    async def pass_input(self):
        """Passes on what the client sends behind its request, and its end."""
        while data := await self.client_in.read(CHUNK):
            if self.call.input_came is None:
                self.call.input_came = self.proxy.now()
            self.engine_out.write(data)
            await self.engine_out.drain()
        self.engine_out.write_eof()

    async def pass_all(self, limit=sys.maxsize, size=0, change=None):
        """Passes bytes both ways until the engine has closed, the limit is reached, or the client
        has gone: an engine may keep a stream open that has nobody on its other end."""
        there = asyncio.ensure_future(self.pass_input())
        back = asyncio.ensure_future(self.answer_until(limit, size, change))
        gone = asyncio.ensure_future(self.client_closed(there))
        try:
            await asyncio.wait({back, gone}, return_when=asyncio.FIRST_COMPLETED)
            if back.done() and not await back:
                self.client_out.write_eof()
        finally:
            for task in (there, back, gone):
                task.cancel()
            await asyncio.gather(there, back, gone, return_exceptions=True)

    async def client_closed(self, input_passed):
        """Waits for the client to close the connection, not only its half of it."""
        await asyncio.wait({input_passed})
        poll = select.poll()
        poll.register(self.client_out.get_extra_info("socket").fileno(), 0)
        while not poll.poll(0):
            await asyncio.sleep(0.02)

    async def client_gone(self):
        while await self.client_in.read(CHUNK):
            pass


# --- acts: on the way there ---


async def plain(x):
    await x.forward()
    await x.pass_all()


async def refuse(x, status=500, message="refused by the test"):
    body = json.dumps({"message": message}).encode()
    head = f"HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\n"
    await x.write_back(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)


async def say(x, raw):
    """Answers with these bytes in the engine's place."""
    await x.write_back(raw)


async def hang_up(x):
    """Closes the connection before anything was forwarded."""


async def silence(x):
    """Never answers, and never forwards."""
    await x.client_gone()


async def delay_request(x, seconds):
    await asyncio.sleep(seconds)
    await plain(x)


async def late(x, seconds=1.0, number=None):
    """Forwards the request when the client has been gone for a while. With a signal: which is
    what makes the client go."""
    if number:
        x.signal_client(number)
    await x.client_gone()
    await asyncio.sleep(seconds)
    await x.forward()
    await x.read_head()


async def signal_at(x, number, ahead=0.2):
    """Sends the client a signal while its call is under way, and so far ahead of the answer that
    a busy machine does not show it both at once."""
    x.signal_client(number)
    await asyncio.sleep(ahead)
    await plain(x)


# --- acts: on the way back ---


async def lose_answer(x):
    """The engine does it, and the client never hears."""
    await x.forward()
    await x.read_head()


async def cut(x, after):
    """Closes after so many bytes of the answer."""
    await x.forward()
    await x.pass_all(after)


async def cut_head(x):
    """Closes in the middle of the answer's head."""
    await x.forward()
    await x.pass_all(await x.read_head() // 2)


async def cut_body(x, after=0):
    """Closes after the answer's head and so many bytes of what follows."""
    await x.forward()
    await x.pass_all(await x.read_head() + after)


async def stall(x, after):
    """Passes nothing on after so many bytes of the answer, and does not close."""
    await x.forward()
    await x.pass_all(after)
    await x.client_gone()


async def stall_body(x, after):
    """The same after the answer's head and so many bytes of what follows."""
    await x.forward()
    await x.pass_all(await x.read_head() + after)
    await x.client_gone()


async def delay_answer(x, seconds):
    await x.forward()
    await x.read_head()
    await asyncio.sleep(seconds)
    await x.pass_all()


async def delay_body(x, seconds):
    """Passes the head of the answer back at once, and what follows it later than it came."""
    await x.forward()
    head = await x.read_head()
    await x.write_back(x.kept[:head])
    x.kept = x.kept[head:] or await x.engine_in.read(CHUNK)
    await asyncio.sleep(seconds)
    await x.pass_all()


async def split(x, size):
    await x.forward()
    await x.pass_all(size=size)


async def coalesce(x, seconds):
    """Passes the head of the answer back together with what follows within a while."""
    await x.forward()
    await x.read_head()
    until = x.proxy.now() + seconds
    there = asyncio.ensure_future(x.pass_input())
    while (rest := until - x.proxy.now()) > 0:
        try:
            data = await asyncio.wait_for(x.engine_in.read(CHUNK), rest)
        except asyncio.TimeoutError:
            break
        if not data:
            break
        x.kept += data
    there.cancel()
    await x.pass_all()


async def replace(x, old, new):
    await x.forward()
    await x.pass_all(change=lambda data: data.replace(old, new))


# --- the proxy ---


@dataclasses.dataclass
class Rule:
    pattern: str
    act: object
    nth: int
    seen: int = 0


class Proxy:
    def __init__(self, upstream):
        self.upstream = upstream
        self.calls = []
        self.rules = []
        self.failures = []
        self.tasks = set()
        self.directory = tempfile.mkdtemp(prefix="ccpod-proxy-")  # short: it becomes a socket's path
        self.socket = os.path.join(self.directory, "s")
        self.host = f"unix://{self.socket}"
        self.started = time.monotonic()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="proxy")

    def now(self):
        return time.monotonic() - self.started

    def on(self, pattern, what, nth=0):
        """Calls whose kind matches the pattern ("POST /containers/*/start", "* *") pass through
        this act; with nth only the nth of them. The first rule that fits counts."""
        self.rules.append(Rule(pattern, what, nth))
        return self

    def kinds(self):
        return [call.kind for call in self.calls]

    def find(self, pattern):
        """The calls of a kind."""
        return [call for call in self.calls if fnmatch.fnmatchcase(call.kind, pattern)]

    def wait_until_idle(self, seconds=30):
        """Waits until no call is under way any more: what comes late has come."""
        until = time.monotonic() + seconds
        while self.tasks and time.monotonic() < until:
            time.sleep(0.01)
        assert not self.tasks, f"calls that do not end: {[str(c) for c in self.calls if c.over is None]}"

    def __enter__(self):
        self.thread.start()
        start = asyncio.start_unix_server(self._serve, self.socket)
        self.server = asyncio.run_coroutine_threadsafe(start, self.loop).result(10)
        os.chmod(self.socket, 0o666)
        return self

    def __exit__(self, *exc):
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
        shutil.rmtree(self.directory)
        if exc[0] is None:
            assert not self.failures, self.failures

    async def _stop(self):
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _act_for(self, call):
        for rule in self.rules:
            if fnmatch.fnmatchcase(call.kind, rule.pattern):
                rule.seen += 1
                if rule.nth in (0, rule.seen):
                    return rule.act
        return plain

    async def _serve(self, client_in, client_out):
        task = asyncio.current_task()
        self.tasks.add(task)
        writers = [client_out]
        try:
            await self._exchange(client_in, client_out, writers)
        except (Gone, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # one side has gone: that is what is being tried
        except Exception as error:  # pylint: disable=broad-except
            self.failures.append(repr(error))
        finally:
            for writer in writers:
                writer.close()
            self.tasks.discard(task)

    async def _exchange(self, client_in, client_out, writers):
        head = await client_in.readuntil(END_OF_HEAD)
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        version, path = re.fullmatch(r"(?:/v([0-9.]+))?(/.*)", target).groups()
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
        body = await client_in.readexactly(int(length[1])) if length else b""
        call = Call(method, path, version, head + body, self.now())
        self.calls.append(call)
        engine_in, engine_out = await asyncio.open_unix_connection(self.upstream)
        writers.append(engine_out)
        exchange = Exchange(self, call, (client_in, client_out), (engine_in, engine_out))
        try:
            await self._act_for(call)(exchange)
        finally:
            call.over = self.now()

