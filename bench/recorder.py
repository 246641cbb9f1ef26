"""A proxy that passes on what a client and the engine say to each other, and notes when.

It shows two things: the create request, so that the floor can send the same one, and how long
the engine waited for the client. The client makes one connection per call (ccpod does)."""

import json
import os
import selectors
import shutil
import socket
import tempfile
import threading
import time

CHUNK = 1 << 16


class Call:
    """One connection: times of the request's first byte, the answer's first and last byte."""

    def __init__(self, client, engine):
        self.client, self.engine = client, engine
        self.request = b""
        self.asked = self.answered = self.last = None

    @property
    def method_and_path(self):
        return b" ".join(self.request.split(b" ", 2)[:2]).decode(errors="replace")

    def lasts(self):
        """Attach and wait go on while the container runs; the first byte answers them."""
        path = self.method_and_path.partition("?")[0]
        return path.endswith(("/attach", "/wait"))

    def sent(self):
        """The body of a request that has come in full, else None."""
        _, _, body = self.request.partition(b"\r\n\r\n")
        try:
            return json.loads(body)
        except ValueError:
            return None


class Recorder:
    """Listens at `host` while in its context; `calls` is what came by."""

    def __init__(self, engine, on_call=None):
        self.engine = engine
        self.on_call = on_call
        self.calls = []
        self.streams = []
        self.selector = selectors.DefaultSelector()
        self.dir = tempfile.mkdtemp(prefix="ccpod-bench-")
        self.path = f"{self.dir}/engine.sock"
        self.host = f"unix://{self.path}"
        self.wake, self.waker = os.pipe()

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(self.wake, selectors.EVENT_READ, None)
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return self

    def __exit__(self, *_):
        os.close(self.waker)
        self.thread.join()
        for stream in self.streams:
            stream.close()
        self.listener.close()
        self.selector.close()
        os.close(self.wake)
        shutil.rmtree(self.dir)

    def _serve(self):
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    return
                key.data()

    def _accept(self):
        client, _ = self.listener.accept()
        engine = socket.socket(socket.AF_UNIX)
        engine.connect(self.engine.path)
        call = Call(client, engine)
        self.calls.append(call)
        self.streams += [client, engine]
        self.selector.register(client, selectors.EVENT_READ, lambda: self._from_client(call))
        self.selector.register(engine, selectors.EVENT_READ, lambda: self._from_engine(call))

    def _receive(self, source):
        """What came from `source`; b"" at its end, or when it broke."""
        try:
            data = source.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(source)
        return data

    @staticmethod
    def _pass_on(data, target):
        try:
            if data:
                target.sendall(data)
            else:
                target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has gone; the other side will notice by itself

    def _from_client(self, call):
        data = self._receive(call.client)
        call.asked = call.asked or time.perf_counter()
        if call.answered is None:
            call.request += data
            if self.on_call and call.sent() is not None:
                self.on_call(call)
        self._pass_on(data, call.engine)

    def _from_engine(self, call):
        data = self._receive(call.engine)
        self._pass_on(data, call.client)
        if data:
            call.last = time.perf_counter()
            call.answered = call.answered or call.last


def own_share(calls):
    """Seconds between the first request and the last answer in which the engine was asked nothing
    and no container ran: the client's own."""
    calls = [call for call in calls if call.answered is not None]
    lasting = [call for call in calls if call.lasts()]
    start = next(call for call in calls if call.method_and_path.endswith("/start"))
    spans = [(call.asked, call.answered if call.lasts() else call.last) for call in calls]
    spans.append((start.last, max(call.last for call in lasting)))
    spans.sort()
    share, busy_until = 0, spans[0][1]
    for begin, end in spans[1:]:
        share += max(0, begin - busy_until)
        busy_until = max(busy_until, end)
    return share
