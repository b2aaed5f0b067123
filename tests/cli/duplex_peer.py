"""Servers that answer at once, while they still read the request: HTTP/1.1, HTTP/2 (h2), HTTP/3 (aioquic).

duplex_peer.py FILE CERT KEY: writes to FILE the ports of HTTP/1.1 and HTTP/2,
both in the clear, and of HTTP/3, and then digests of the lines and dots below.

POST /echo      what is sent comes back as it comes
POST /lines     4 MiB of numbered lines; /lines/gzip, /lines/br: so coded; /lines/both:
                in gzip, and that in brotli
POST /dots/zstd lines with many dots in between, so coded that a little becomes much
POST /endless   64 MiB of them, far more than is ever read
"""
import asyncio
import hashlib
import sys
import zlib

import h2.events
import three_versions
from aioquic.h3.events import DataReceived, HeadersReceived

LINES = b"".join(b"%015d\n" % i for i in range(4 << 16))  # 4 MiB


def gzip(plain):
    c = zlib.compressobj(1, zlib.DEFLATED, 31)
    return c.compress(plain) + c.flush()


def brotli(plain):
    """Metablocks that are not compressed (RFC 7932 9.2): no checksum would notice what was exchanged."""
    out = []
    shift = 1  # the first one stands behind WBITS, a bit of 0 for a window of 64 KiB
    for at in range(0, len(plain), 1 << 16):
        piece = plain[at : at + (1 << 16)]
        head = (len(piece) - 1) << 3 | 1 << 19  # not ISLAST, four MNIBBLES; MLEN, ISUNCOMPRESSED
        out += [(head << shift).to_bytes(3, "little"), piece]
        shift = 0
    return b"".join(out) + b"\x03"


def zstd(lines):
    """Lines in raw blocks, each followed by a block of one byte many times; no checksum (RFC 8878 3.1.1)."""
    coded, plain = [b"\x28\xb5\x2f\xfd\x00\x50"], []  # a window of 1 MiB
    for at in range(0, len(lines), 1 << 12):
        piece = lines[at : at + (1 << 12)]
        coded += [(len(piece) << 3).to_bytes(3, "little"), piece, (1 << 1 | (1 << 16) << 3).to_bytes(3, "little"), b"."]
        plain += [piece, b"." * (1 << 16)]
    return b"".join(coded) + b"\x01\0\0", b"".join(plain)


DOTS, DOTS_PLAIN = zstd(LINES[: 1 << 20])
BODIES = {
    "/lines": (None, LINES),
    "/lines/gzip": ("gzip", gzip(LINES)),
    "/lines/br": ("br", brotli(LINES)),
    "/lines/both": ("gzip, br", brotli(gzip(LINES))),
    "/dots/zstd": ("zstd", DOTS),
    "/endless": (None, LINES * 16),
}


def fields(path):
    """Of the answer; None: it is an echo."""
    if path not in BODIES:
        return None, []
    coding, body = BODIES[path]
    return body, [("content-encoding", coding)] if coding else []


# --- HTTP/1.1 ---


async def chunks(reader):
    while True:
        size = int(await reader.readline(), 16)
        data = await reader.readexactly(size)
        await reader.readline()
        if not data:
            return
        yield data


async def send(writer, body):
    for at in range(0, len(body), 65536):
        writer.write(body[at : at + 65536])
        await writer.drain()


async def http1(reader, writer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    body, more = fields(head.split(" ")[1])
    length = f"Content-Length: {len(body)}" if body is not None else "Transfer-Encoding: chunked"
    text = "".join(f"{name}: {value}\r\n" for name, value in more)
    if "100-continue" in head.lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    writer.write(f"HTTP/1.1 200 OK\r\n{text}{length}\r\n\r\n".encode())
    sender = asyncio.ensure_future(send(writer, body)) if body is not None else None
    async for data in chunks(reader):
        if body is None:
            writer.write(b"%x\r\n%s\r\n" % (len(data), data))
            await writer.drain()
    if sender:
        await sender
    else:
        writer.write(b"0\r\n\r\n")
    writer.close()


# --- HTTP/2 ---


class Answer:
    """What is still to be sent on a stream."""

    def __init__(self, body):
        self.body, self.at = body, 0
        self.is_echo = body is None
        self.is_whole = not self.is_echo
        self.pending = bytearray() if self.is_echo else memoryview(body)


def pump(c, sid, a):
    n = min(c.local_flow_control_window(sid), c.max_outbound_frame_size)
    left = len(a.pending) - a.at
    while n > 0 and left > 0:
        piece = bytes(a.pending[a.at : a.at + n])
        c.send_data(sid, piece)
        a.at += len(piece)
        left -= len(piece)
        if a.is_echo:
            c.acknowledge_received_data(len(piece), sid)
        n = min(c.local_flow_control_window(sid), c.max_outbound_frame_size)
    if left == 0 and a.is_whole:
        a.is_whole = False
        c.end_stream(sid)


def http2_event(c, answers, e):
    if isinstance(e, h2.events.RequestReceived):
        path = dict(e.headers)[":path"]
        body, more = fields(path)
        answers[e.stream_id] = Answer(body)
        c.send_headers(e.stream_id, [(":status", "200"), *more])
    elif isinstance(e, h2.events.DataReceived):
        a = answers[e.stream_id]
        if a.is_echo:
            a.pending += e.data
        else:
            c.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
    elif isinstance(e, h2.events.StreamEnded) and answers[e.stream_id].is_echo:
        answers[e.stream_id].is_whole = True
    elif isinstance(e, h2.events.StreamReset):
        answers.pop(e.stream_id, None)


async def http2(reader, writer):
    c = three_versions.http2_connection(writer)
    answers = {}
    while data := await reader.read(65536):
        for e in c.receive_data(data):
            http2_event(c, answers, e)
        for sid, a in answers.items():
            pump(c, sid, a)
        writer.write(c.data_to_send())
        await writer.drain()
    writer.close()


# --- HTTP/3 ---


class Http3(three_versions.Http3):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.echoes = set()

    def on_event(self, e):
        if isinstance(e, HeadersReceived):
            path = dict(e.headers)[b":path"].decode()
            body, more = fields(path)
            head = [(b":status", b"200")] + [(n.encode(), v.encode()) for n, v in more]
            self.h3.send_headers(e.stream_id, head)
            if body is None:
                self.echoes.add(e.stream_id)
            else:
                self.h3.send_data(e.stream_id, body, True)
        elif isinstance(e, DataReceived) and e.stream_id in self.echoes:
            self.h3.send_data(e.stream_id, e.data, e.stream_ended)


asyncio.run(three_versions.serve_until_killed(
    http1, http2, Http3, *sys.argv[1:4], *(hashlib.sha256(b).hexdigest()[:16] for b in (LINES, DOTS_PLAIN))))
