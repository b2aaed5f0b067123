#!/usr/bin/env python3
"""An honest server with limits, which counts: run([NAME=VALUE...]), called by nursery.py.

HTTP/1.1 and HTTP/2 (prior knowledge) in plain on one port, and HTTP/3 on the
UDP port of the same number when cert= and key= name files.  Prints the port,
then serves until SIGTERM.

  streams=N   HTTP/2's MAX_CONCURRENT_STREAMS; more are refused
  change=N    the same after ten answers of a connection
  raise=N     the same after thirty
  untold=MS   its SETTINGS come so late
  delay=MS    before an answer
  goaway=N    a connection takes N requests, then says GOAWAY; what is on its
              way behind them is not looked at
  refuse=N    each path is refused N times (REFUSED_STREAM, REQUEST_REJECTED)
  requests=N  HTTP/1: Connection: close with the Nth answer
  hint=S      HTTP/1: Keep-Alive: timeout=S
  hang=N      the Nth connection and those after it are not answered at all

GET /report is answered with one line of JSON and is not counted:
connections, open_max, open, streams_max (on one connection), over (streams
that were opened above a limit that was known), per_connection, paths, twice (paths that
were processed more than once), refused, idle_closed (seconds from the last
answer of a connection to its end, by the client).
"""
import asyncio
import json
import signal
import struct
import sys
import time

import h2 as faulty2
import h3 as faulty3
import hpack

options = {}


def number(name):
    return int(options.get(name, 0))


class Log:
    connections = open = open_max = streams_max = over = refused = 0
    per_connection = []
    paths = {}
    refusals = {}
    idle_closed = []

    @classmethod
    def report(cls):
        return json.dumps({
            "connections": cls.connections, "open": cls.open, "open_max": cls.open_max,
            "streams_max": cls.streams_max, "over": cls.over, "refused": cls.refused,
            "per_connection": [c.taken for c in cls.per_connection],
            "paths": len(cls.paths), "twice": sum(n > 1 for n in cls.paths.values()),
            "idle_closed": cls.idle_closed,
        }).encode() + b"\n"


class Counted:
    """What is counted of one connection, whatever its protocol."""

    def __init__(self):
        self.taken = self.done = 0
        self.streams = set()
        self.number = 0
        self.last_answer = None

    def first(self):
        if self.number == 0:
            Log.connections += 1
            self.number = Log.connections
            Log.open += 1
            Log.open_max = max(Log.open_max, Log.open)
            Log.per_connection.append(self)

    def is_leaving(self):
        return number("goaway") and self.taken >= number("goaway")

    def is_refused(self, path):
        if Log.refusals.get(path, 0) >= number("refuse"):
            return False
        Log.refusals[path] = Log.refusals.get(path, 0) + 1
        Log.refused += 1
        return True

    def take(self, stream, path):
        self.taken += 1
        self.streams.add(stream)
        Log.streams_max = max(Log.streams_max, len(self.streams))
        Log.paths[path] = Log.paths.get(path, 0) + 1

    def hangs(self):
        return number("hang") and self.number >= number("hang")

    def finish(self, stream):
        self.streams.discard(stream)
        self.done += 1
        self.last_answer = time.monotonic()

    def end(self, by_client):
        if self.number and by_client and self.last_answer and not self.streams:
            Log.idle_closed.append(round(time.monotonic() - self.last_answer, 3))
        Log.open -= bool(self.number)


async def pause():
    await asyncio.sleep(number("delay") / 1000)


# ---- HTTP/1.1 ----

async def serve_h1(reader, writer, begun):
    c = Counted()
    by_client = False
    try:
        while True:
            try:
                head = begun + await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as error:
                by_client = not error.partial
                return
            begun = b""
            lines = head.decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            for line in lines[1:]:
                if line.lower().startswith("content-length:"):
                    await reader.readexactly(int(line.split(":")[1]))
            if path == "/report":
                answer(writer, Log.report())
                continue
            c.first()
            c.take(1, path)
            if c.hangs():
                await asyncio.sleep(3600)
            await pause()
            is_last = number("requests") and c.taken >= number("requests")
            c.finish(1)
            answer(writer, b"ok", "Connection: close\r\n" if is_last else
                   "Keep-Alive: timeout=%d\r\n" % number("hint") if number("hint") else "")
            await writer.drain()
            if is_last:
                return
    finally:
        c.end(by_client)


def answer(writer, body, fields=""):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n" % (len(body), fields.encode()) + body)


# ---- HTTP/2 ----

class H2:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.decoder = hpack.Decoder()
        self.c = Counted()
        self.limit = self.pending = number("streams")
        self.is_told = False
        self.paths = {}

    def settings(self, streams):
        payload = struct.pack(">HI", 3, streams) if streams else b""
        self.pending = streams
        self.writer.write(faulty2.frame(faulty2.SETTINGS, 0, 0, payload))

    async def run(self):
        by_client = False
        try:
            if number("untold"):
                asyncio.get_running_loop().call_later(number("untold") / 1000, self.settings, self.limit)
            else:
                self.settings(self.limit)
            while True:
                try:
                    top = await self.reader.readexactly(9)
                except (asyncio.IncompleteReadError, ConnectionError):
                    by_client = True
                    return
                length, kind, flags, stream = struct.unpack(">IBBI", b"\0" + top)
                payload = await self.reader.readexactly(length)
                self.on_frame(kind, flags, stream, payload)
        finally:
            self.c.end(by_client)

    def on_frame(self, kind, flags, stream, payload):
        if kind == faulty2.SETTINGS:
            if flags & faulty2.ACK:
                self.limit = self.pending
                self.is_told = True
            else:  # behind ours
                asyncio.get_running_loop().call_later(
                    number("untold") / 1000, self.writer.write, faulty2.frame(faulty2.SETTINGS, faulty2.ACK, 0))
        elif kind == faulty2.PING and not flags & faulty2.ACK:
            self.writer.write(faulty2.frame(faulty2.PING, faulty2.ACK, 0, payload))
        elif kind == faulty2.HEADERS:
            path = dict(self.decoder.decode(payload))[":path"]
            self.on_request(stream, path)
            if flags & faulty2.END_STREAM and stream in self.paths:
                asyncio.ensure_future(self.answer(stream))
        elif kind == faulty2.DATA and flags & faulty2.END_STREAM and stream in self.paths:
            asyncio.ensure_future(self.answer(stream))

    def on_request(self, stream, path):
        if path == "/report":
            self.writer.write(faulty2.ok(stream, Log.report()))
            return
        self.c.first()
        if self.c.is_leaving():
            return
        is_over = self.limit and len(self.c.streams) >= self.limit
        Log.over += bool(is_over and self.is_told)
        if is_over or self.c.is_refused(path):
            self.writer.write(faulty2.rst(stream, 7))
            return
        self.c.take(stream, path)
        self.paths[stream] = path
        if self.c.is_leaving():
            self.writer.write(faulty2.goaway(stream))

    async def answer(self, stream):
        if self.c.hangs():
            return
        await pause()
        self.c.finish(stream)
        self.writer.write(faulty2.ok(stream))
        for name, after in (("change", 10), ("raise", 30)):
            if self.c.done == after and number(name):
                self.settings(number(name))


async def serve_one(reader, writer):
    try:
        begun = await reader.readexactly(4)
        if begun == faulty2.PREFACE[:4]:
            await reader.readexactly(len(faulty2.PREFACE) - 4)
            await H2(reader, writer).run()
        else:
            await serve_h1(reader, writer, begun)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


# ---- HTTP/3 ----

def make_h3():
    import pylsqpack
    from aioquic.asyncio import QuicConnectionProtocol
    from aioquic.quic import events

    class H3(QuicConnectionProtocol):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.c = Counted()
            self.bytes = {}
            self.control = None

        def quic_event_received(self, event):
            quic = self._quic
            if isinstance(event, events.ProtocolNegotiated):
                self.control = quic.get_next_available_stream_id(is_unidirectional=True)
                quic.send_stream_data(self.control, b"\0" + faulty3.frame(faulty3.SETTINGS))
            elif isinstance(event, events.ConnectionTerminated):
                self.c.end(True)
            elif isinstance(event, events.StreamDataReceived) and event.stream_id % 4 == 0:
                self.bytes[event.stream_id] = self.bytes.get(event.stream_id, b"") + event.data
                if event.end_stream:
                    self.on_request(event.stream_id, self.bytes.pop(event.stream_id))

        def path_of(self, data):
            kind, at = faulty3.take_varint(data, 0)
            length, at = faulty3.take_varint(data, at)
            return dict(pylsqpack.Decoder(0, 0).feed_header(0, data[at:at + length])[1])[b":path"].decode()

        def on_request(self, stream, data):
            path = self.path_of(data)
            if path == "/report":
                self._quic.send_stream_data(stream, faulty3.head() + faulty3.frame(faulty3.DATA, Log.report()), True)
                return
            self.c.first()
            if self.c.is_leaving():
                return
            if self.c.is_refused(path):
                self._quic.reset_stream(stream, 0x10B)
                return
            self.c.take(stream, path)
            if self.c.is_leaving():
                self._quic.send_stream_data(self.control, faulty3.frame(faulty3.GOAWAY, faulty3.varint(stream + 4)))
            asyncio.ensure_future(self.answer(stream))

        async def answer(self, stream):
            if self.c.hangs():
                return
            await pause()
            if self._quic._close_event is not None:
                return
            self.c.finish(stream)
            self._quic.send_stream_data(stream, faulty3.OK, True)
            self.transmit()

    return H3


async def serve_quic():
    from aioquic.quic.configuration import QuicConfiguration

    configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
    configuration.load_cert_chain(options["cert"], options["key"])
    _, port = await faulty3.serve_both(configuration, make_h3(), serve_one, backlog=1000)
    return port


async def main():
    if "cert" in options:
        port = await serve_quic()
    else:
        server = await asyncio.start_server(serve_one, "127.0.0.1", 0, backlog=1000)
        port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


def prepare():
    try:
        import aioquic.asyncio.server  # noqa: F401, to have it before the fork
    except ImportError:
        pass


def run(arguments):
    options.update(a.split("=", 1) for a in arguments)
    asyncio.run(main())
