#!/usr/bin/env python3
"""A client of /datagram that is not quiver's: a socket for HTTP/1.1, h2 for HTTP/2,
aioquic for HTTP/3.

usage: [PROTOCOL=NAME] datagram_client.py VERSION URL CAFILE ACTION...

  datagrams:N:BYTES  so many, some at a time, until all are back or none comes any more
  late:TEXT          a datagram in the packet before the request's head
  bytes:HEX          on the stream, until as many are back
  stray:HEX          a QUIC datagram, as it is
  end                our end of the stream, and what comes of it
  gone               until the server has closed the connection

A line for each thing that happened: `open` with capsule-protocol, `refused STATUS`,
`datagrams N` (how many came back), `late TEXT`, `bytes HEX`, `end`, `reset CODE`,
`gone CODE`.
"""
import asyncio
import os
import socket
import ssl
import sys
from urllib.parse import urlsplit

from aioquic.asyncio.client import connect as quic_connect
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, DatagramFrameReceived, StreamReset

import h2.events
from websocket_client import H2Stream, H3Client, PATIENCE, say

PROTOCOL = os.environ.get("PROTOCOL", "any")
# Datagrams of CONNECT-UDP are packets of context 0 (RFC 9298 4).
CONTEXT = b"\0" if PROTOCOL == "connect-udp" else b""

QUIET = 0.5  # seconds without a datagram: the rest is lost
AT_ONCE = 64  # datagrams on their way


def path_of(url):
    return url.path + ("?" + url.query if url.query else "")


def fields_of(url):
    return [(":method", "CONNECT"), (":protocol", PROTOCOL), (":scheme", "https"),
            (":authority", url.netloc), (":path", path_of(url))]


async def within(what):
    return await asyncio.wait_for(what, PATIENCE)


class Ended:
    """What a stream's queue holds for its end."""

    def __init__(self, text):
        self.text = text


def say_open(head):
    if head[":status"] != "200":
        say("refused", head[":status"])
        return False
    say("open", head.get("capsule-protocol", "-"))
    return True


class Actions:
    def __init__(self, stream):
        self.stream = stream

    async def bytes(self, text):
        data = bytes.fromhex(text)
        await self.stream.send(data)
        back = b""
        while len(back) < len(data):
            piece = await within(self.stream.receive())
            if not isinstance(piece, bytes):
                break
            back += piece
        say("bytes", back.hex())

    async def end(self):
        await self.stream.end()
        piece = await within(self.stream.receive())
        say(piece.text if isinstance(piece, Ended) else "end" if piece is None else "more")


# ---- HTTP/1.1 ----


class OverSocket:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def send(self, data):
        self.writer.write(data)

    async def receive(self):
        try:
            return await self.reader.read(1 << 16) or None
        except ConnectionError:
            return Ended("reset")

    async def end(self):
        self.writer.get_extra_info("socket").shutdown(socket.SHUT_WR)


async def run_h1(url, ca, act):
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(f"GET {path_of(url)} HTTP/1.1\r\nHost: {url.netloc}\r\n"
                 f"Connection: Upgrade\r\nUpgrade: {PROTOCOL}\r\n\r\n".encode())
    head = (await within(reader.readuntil(b"\r\n\r\n"))).decode().lower().split("\r\n")
    status = head[0].split()[1]
    fields = dict(line.split(": ", 1) for line in head[1:] if line)
    fields[":status"] = "200" if status == "101" else status
    if say_open(fields):
        await act(Actions(OverSocket(reader, writer)))


# ---- HTTP/2 ----


class OverH2(H2Stream):
    def take(self, event):
        if isinstance(event, h2.events.StreamReset):
            self.events.put_nowait(Ended(f"reset {int(event.error_code)}"))
        else:
            super().take(event)

    async def end(self):
        self.h2.end_stream(self.id)
        self.flush()


async def run_h2(url, ca, act):
    tls = ssl.create_default_context(cafile=ca)
    tls.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection(url.hostname, url.port, ssl=tls)
    stream = OverH2(reader, writer)
    stream.h2.initiate_connection()
    stream.flush()
    task = asyncio.ensure_future(stream.read_all())
    await within(stream.is_ready.wait())
    stream.id = stream.h2.get_next_available_stream_id()
    stream.h2.send_headers(stream.id, fields_of(url))
    stream.flush()
    if say_open(dict(await within(stream.receive()))):
        await act(Actions(stream))
    task.cancel()
    writer.close()


# ---- HTTP/3 ----


class OverH3(H3Client):
    # That is what makes aioquic announce datagrams.
    h3_options = {"enable_webtransport": True}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.datagrams = asyncio.Queue()
        self.gone = asyncio.get_running_loop().create_future()

    def quic_event_received(self, event):
        if isinstance(event, StreamReset) and event.stream_id == self.id:
            self.events.put_nowait(Ended(f"reset {event.error_code:#x}"))
        elif isinstance(event, ConnectionTerminated) and not self.gone.done():
            self.gone.set_result(event.error_code)
        elif isinstance(event, DatagramFrameReceived):
            for e in self.h3.handle_event(event):
                self.datagrams.put_nowait(e.data)
            return
        super().quic_event_received(event)

    async def end(self):
        self.h3.send_data(self.id, b"", True)
        self.transmit()


class DatagramActions(Actions):
    async def datagrams(self, count, size):
        back, lost = set(), 0
        for n in range(count):
            self.stream.h3.send_datagram(self.stream.id, CONTEXT + (b"%d." % n).ljust(size, b"x"))
            self.stream.transmit()
            if n + 1 - len(back) - lost >= AT_ONCE or n + 1 == count:
                await self.collect(back, n + 1 - lost)
                lost = n + 1 - len(back)
        say("datagrams", len(back))

    async def collect(self, back, wanted):
        while len(back) < wanted:
            try:
                data = await asyncio.wait_for(self.stream.datagrams.get(), QUIET)
            except asyncio.TimeoutError:
                return
            back.add(int(data[len(CONTEXT):].split(b".")[0]))

    async def stray(self, text):
        self.stream._quic.send_datagram_frame(bytes.fromhex(text))
        self.stream.transmit()

    async def finish(self):
        say(f"gone {await within(asyncio.shield(self.stream.gone)):#x}")


async def run_h3(url, ca, act, late):
    quic = QuicConfiguration(is_client=True, alpn_protocols=["h3"], server_name=url.hostname,
                             max_datagram_frame_size=65536)
    quic.load_verify_locations(ca)
    async with quic_connect("127.0.0.1", url.port, configuration=quic, create_protocol=OverH3) as c:
        await within(c.is_ready.wait())
        assert c.h3.received_settings[0x33] == 1
        c.id = c._quic.get_next_available_stream_id()
        for text in late:
            c.h3.send_datagram(c.id, text.encode())
        c.transmit()
        c.h3.send_headers(c.id, [(n.encode(), v.encode()) for n, v in fields_of(url)])
        c.transmit()
        if not say_open(dict(await within(c.receive()))):
            return
        for _ in late:
            say("late", (await within(c.datagrams.get())).decode())
        await act(DatagramActions(c))


def actor(actions):
    async def act(a):
        for action in actions:
            what, _, rest = action.partition(":")
            if what == "datagrams":
                await a.datagrams(*map(int, rest.split(":")))
            elif what == "bytes":
                await a.bytes(rest)
            elif what == "stray":
                await a.stray(rest)
            elif what == "end":
                await a.end()
            elif what == "gone":
                await a.finish()
            else:
                sys.exit(f"unknown action {action}")

    return act


def main():
    version, text, ca = sys.argv[1:4]
    url = urlsplit(text)
    late = [a[5:] for a in sys.argv[4:] if a.startswith("late:")]
    act = actor([a for a in sys.argv[4:] if not a.startswith("late:")])
    if version == "1.1":
        asyncio.run(run_h1(url, ca, act))
    elif version == "2":
        asyncio.run(run_h2(url, ca, act))
    else:
        asyncio.run(run_h3(url, ca, act, late))


main()
