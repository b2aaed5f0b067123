#!/usr/bin/env python3
"""A WebSocket client over each HTTP version that is not quiver's: websockets for
HTTP/1.1, h2 or aioquic with wsproto above it.

usage: websocket_client.py VERSION URL CAFILE [--deflate] [--subprotocol NAME]... ACTION...

  text:TEXT  binary:HEX  ping:TEXT  fragments:TEXT,TEXT...  many:N:BYTES
  raw:HEX          bytes as they are, then what comes next
  wait             for what comes next
  close[:CODE[:REASON]]

A line for each thing that happened: `open` with subprotocol and extensions,
`refused STATUS`, `text TEXT`, `binary HEX`, `pong TEXT`, `many N`, `close CODE
REASON`, and `end` when the server has ended the stream behind it.  With --bytewise
what is sent over HTTP/2 and HTTP/3 goes byte by byte.
"""
import argparse
import asyncio
import ssl
import sys
from urllib.parse import urlsplit

import h2.config
import h2.connection
import h2.events
import websockets.asyncio.client
import websockets.exceptions
from aioquic.asyncio.client import connect as quic_connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from wsproto.connection import ConnectionType, Connection
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate

PATIENCE = 60  # seconds, for what has to come


def say(*what):
    print(*what, flush=True)


def kind(data):
    return f"text {data}" if isinstance(data, str) else f"binary {bytes(data).hex()}"


# ---- HTTP/1.1: websockets ----


class OverH1:
    def __init__(self, ws):
        self.ws = ws

    async def text(self, text):
        await self.ws.send(text)
        await self.wait()

    async def binary(self, data):
        await self.ws.send(data)
        await self.wait()

    async def fragments(self, parts):
        await self.ws.send(parts)
        await self.wait()

    async def ping(self, data):
        pong = await self.ws.ping(data)
        await asyncio.wait_for(pong, PATIENCE)
        say("pong", data.decode())

    async def many(self, count, size):
        async def send():
            for i in range(count):
                await self.ws.send(bytes([i % 256]) * size)

        sender = asyncio.ensure_future(send())
        for i in range(count):
            data = await asyncio.wait_for(self.ws.recv(), PATIENCE)
            assert data == bytes([i % 256]) * size
        await sender
        say("many", count)

    async def raw(self, data):
        self.ws.transport.write(data)
        await self.wait()

    async def wait(self):
        try:
            say(kind(await asyncio.wait_for(self.ws.recv(), PATIENCE)))
        except websockets.exceptions.ConnectionClosed:
            self.closed()

    async def close(self, code, reason):
        await self.ws.close(code, reason)
        self.closed()

    def closed(self):
        say("close", self.ws.close_code, self.ws.close_reason)
        say("end")


async def run_h1(options, act):
    url = urlsplit(options.url)
    tls = ssl.create_default_context(cafile=options.ca) if url.scheme == "wss" else None
    extensions = [ClientPerMessageDeflateFactory(client_max_window_bits=10)] if options.deflate else []
    try:
        async with websockets.asyncio.client.connect(
                options.url, ssl=tls, compression=None, extensions=extensions,
                subprotocols=options.subprotocol or None, max_size=None, proxy=None) as ws:
            say("open", ws.subprotocol or "-",
                ws.response.headers.get("sec-websocket-extensions", "-"))
            await act(OverH1(ws))
    except websockets.exceptions.InvalidStatus as e:
        say("refused", e.response.status_code)


# ---- HTTP/2 and HTTP/3: a stream, and wsproto above it ----


class OverStream:
    """stream: send(data), and receive(), which gives None at the end."""

    def __init__(self, stream, extensions):
        self.stream = stream
        self.ws = Connection(ConnectionType.CLIENT, extensions)
        self.parts = []

    async def events(self):
        while True:
            for event in self.ws.events():
                return event
            data = await asyncio.wait_for(self.stream.receive(), PATIENCE)
            if data is None:
                return None
            self.ws.receive_data(data)

    async def next(self):
        while True:
            event = await self.events()
            if event is None:
                return "cut"
            if isinstance(event, Ping):
                await self.stream.send(self.ws.send(event.response()))
            elif isinstance(event, Pong):
                return f"pong {event.payload.decode()}"
            elif isinstance(event, CloseConnection):
                return await self.closed(event)
            elif isinstance(event, (TextMessage, BytesMessage)):
                self.parts.append(event.data)
                if event.message_finished:
                    whole = type(event.data)().join(self.parts)
                    self.parts = []
                    return kind(whole)

    async def closed(self, event):
        if self.ws.state.name == "REMOTE_CLOSING":
            await self.stream.send(self.ws.send(event.response()))
        lines = f"close {event.code} {event.reason or ''}"
        rest = await asyncio.wait_for(self.stream.receive(), PATIENCE)
        return lines + ("\nend" if rest is None else "\nmore")

    async def raw(self, data):
        await self.stream.send(data)
        await self.wait()

    async def wait(self):
        say(await self.next())

    async def say_this(self, event):
        await self.stream.send(self.ws.send(event))

    async def text(self, text):
        await self.say_this(TextMessage(text))
        await self.wait()

    async def binary(self, data):
        await self.say_this(BytesMessage(data))
        await self.wait()

    async def fragments(self, parts):
        for i, part in enumerate(parts):
            await self.say_this(TextMessage(part, message_finished=i + 1 == len(parts)))
        await self.wait()

    async def ping(self, data):
        await self.say_this(Ping(data))
        await self.wait()

    async def many(self, count, size):
        async def send():
            for i in range(count):
                await self.say_this(BytesMessage(bytes([i % 256]) * size))

        sender = asyncio.ensure_future(send())
        for i in range(count):
            assert await self.next() == kind(bytes([i % 256]) * size)
        await sender
        say("many", count)

    async def close(self, code, reason):
        await self.say_this(CloseConnection(code, reason))
        await self.wait()


def fields_of(options):
    url = urlsplit(options.url)
    path = url.path + ("?" + url.query if url.query else "")
    fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"),
              (":authority", url.netloc), (":path", path), ("sec-websocket-version", "13")]
    if options.subprotocol:
        fields.append(("sec-websocket-protocol", ", ".join(options.subprotocol)))
    deflate = PerMessageDeflate(client_max_window_bits=10)
    if options.deflate:
        fields.append(("sec-websocket-extensions", f"permessage-deflate; {deflate.offer()}"))
    return fields, deflate


class Bytewise:
    def __init__(self, stream):
        self.stream = stream
        self.receive = stream.receive

    async def send(self, data):
        for i in range(len(data)):
            await self.stream.send(data[i:i + 1])


async def opened(stream, head, deflate, options, act):
    head = dict(head)
    if options.bytewise:
        stream = Bytewise(stream)
    if head[":status"] != "200":
        say("refused", head[":status"])
        return
    accepted = head.get("sec-websocket-extensions")
    say("open", head.get("sec-websocket-protocol", "-"), accepted or "-")
    if accepted:
        deflate.finalize(accepted)
    await act(OverStream(stream, [deflate] if accepted else []))


class H2Stream:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.events = asyncio.Queue()
        self.room = asyncio.Event()
        self.is_ready = asyncio.Event()
        self.id = None

    def flush(self):
        self.writer.write(self.h2.data_to_send())

    async def read_all(self):
        try:
            while data := await self.reader.read(1 << 16):
                for event in self.h2.receive_data(data):
                    self.take(event)
                self.flush()
        finally:
            self.events.put_nowait(None)

    def take(self, event):
        if isinstance(event, h2.events.RemoteSettingsChanged):
            self.is_ready.set()
        elif isinstance(event, h2.events.ResponseReceived):
            self.events.put_nowait(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if event.data:
                self.events.put_nowait(event.data)
        elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
            self.events.put_nowait(None)
        self.room.set()

    async def send(self, data):
        while data:
            room = min(self.h2.local_flow_control_window(self.id), self.h2.max_outbound_frame_size)
            if room == 0:
                self.room.clear()
                await self.room.wait()
                continue
            self.h2.send_data(self.id, data[:room])
            data = data[room:]
            self.flush()

    async def receive(self):
        return await self.events.get()


async def run_h2(options, act):
    url = urlsplit(options.url)
    tls = ssl.create_default_context(cafile=options.ca)
    tls.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection(url.hostname, url.port, ssl=tls)
    stream = H2Stream(reader, writer)
    stream.h2.initiate_connection()
    stream.flush()
    task = asyncio.ensure_future(stream.read_all())
    await asyncio.wait_for(stream.is_ready.wait(), PATIENCE)
    assert stream.h2.remote_settings.enable_connect_protocol == 1
    fields, deflate = fields_of(options)
    stream.id = stream.h2.get_next_available_stream_id()
    stream.h2.send_headers(stream.id, fields)
    stream.flush()
    await opened(stream, await asyncio.wait_for(stream.receive(), PATIENCE), deflate, options, act)
    task.cancel()
    writer.close()


class H3Client(QuicConnectionProtocol):
    h3_options = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.h3 = H3Connection(self._quic, **self.h3_options)
        self.events = asyncio.Queue()
        self.is_ready = asyncio.Event()
        self.id = None

    def quic_event_received(self, event):
        for e in self.h3.handle_event(event):
            if isinstance(e, HeadersReceived):
                self.events.put_nowait([(n.decode(), v.decode()) for n, v in e.headers])
            elif isinstance(e, DataReceived) and e.data:
                self.events.put_nowait(e.data)
            if getattr(e, "stream_ended", False):
                self.events.put_nowait(None)
        if self.h3.received_settings is not None:
            self.is_ready.set()

    async def send(self, data):
        self.h3.send_data(self.id, data, False)
        self.transmit()
        await asyncio.sleep(0)

    async def receive(self):
        return await self.events.get()


async def run_h3(options, act):
    url = urlsplit(options.url)
    quic = QuicConfiguration(is_client=True, alpn_protocols=["h3"], server_name=url.hostname)
    quic.load_verify_locations(options.ca)
    async with quic_connect("127.0.0.1", url.port, configuration=quic, create_protocol=H3Client) as c:
        await asyncio.wait_for(c.is_ready.wait(), PATIENCE)
        assert c.h3.received_settings[0x8] == 1
        fields, deflate = fields_of(options)
        c.id = c._quic.get_next_available_stream_id()
        c.h3.send_headers(c.id, [(n.encode(), v.encode()) for n, v in fields])
        c.transmit()
        await opened(c, await asyncio.wait_for(c.receive(), PATIENCE), deflate, options, act)


def actor(actions):
    async def act(ws):
        for action in actions:
            what, _, rest = action.partition(":")
            if what == "text":
                await ws.text(rest)
            elif what == "binary":
                await ws.binary(bytes.fromhex(rest))
            elif what == "ping":
                await ws.ping(rest.encode())
            elif what == "fragments":
                await ws.fragments(rest.split(","))
            elif what == "many":
                await ws.many(*map(int, rest.split(":")))
            elif what == "raw":
                await ws.raw(bytes.fromhex(rest))
            elif what == "wait":
                await ws.wait()
            elif what == "close":
                code, _, reason = rest.partition(":")
                await ws.close(int(code or 1000), reason)
            else:
                sys.exit(f"unknown action {action}")

    return act


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("version", choices=["1.1", "2", "3"])
    parser.add_argument("url")
    parser.add_argument("ca")
    parser.add_argument("--deflate", action="store_true")
    parser.add_argument("--bytewise", action="store_true")
    parser.add_argument("--subprotocol", action="append", default=[])
    parser.add_argument("actions", nargs="*")
    options = parser.parse_intermixed_args()
    run = {"1.1": run_h1, "2": run_h2, "3": run_h3}[options.version]
    asyncio.run(run(options, actor(options.actions)))


if __name__ == "__main__":
    main()
