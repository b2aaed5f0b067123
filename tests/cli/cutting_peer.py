"""Servers that break off: HTTP/1.1, HTTP/2 (h2, in the clear), HTTP/3 (aioquic), with the same resources.

cutting_peer.py FILE CERT KEY: writes to FILE the ports of the three, and the SHA-256 of the body.

GET /KIND/NAME is a body of 640 KiB, of which an answer brings 64 KiB at most. What is special is the kind:

etag      a strong entity tag; ranges are honoured by If-Range
weak      a weak one
dated     no tag, but a Last-Modified of long ago
fresh     the same, of this very second
plain     neither
changing  the tag and the bytes are others after the first answer
ignoring  a tag, but ranges are ignored; only the first answer is cut
wrong     a tag, and the first range is answered by another one
gone      404 to each request but the first
busy      503 to the second request
complete  nothing is cut, ranges are honoured
bare      the same, but 416 without a length
digest    as etag, with Repr-Digest, and Content-Digest of each answer's part
lying     the same, but the digest of the whole is another one's
noranges  the same as ignoring, with Accept-Ranges: none

Any request may have a query: ?size=N is another length, ?first=N cuts the first answer alone, after N bytes.
GET /log/KIND/NAME answers with a line for each request of it: bytes sent, status, Range, If-Range.
"""
import asyncio
import base64
import email.utils
import hashlib
import sys
import time
import urllib.parse

import h2.events
import three_versions
from aioquic.h3.events import HeadersReceived

CUT = 64 << 10
LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"


def numbers(letter, size):
    return b"".join(b"%c%014d\n" % (letter, i) for i in range(size // 16 + 1))[:size]


BODY = numbers(ord("a"), 640 << 10)
LOGS = {}


class Answer:
    """What is said to one request; cut: the bytes after which it breaks off, or None."""

    def __init__(self, status, fields, body=b"", cut=None):
        self.status, self.fields, self.body = status, fields, body
        self.cut = cut if cut is not None and cut < len(body) else None
        self.sent = body if self.cut is None else body[: self.cut]

    def head(self):
        return [*self.fields, ("content-length", str(len(self.body)))]


def validators(kind, n):
    if kind == "plain":
        return []
    if kind in ("dated", "fresh"):
        changed = LONG_AGO if kind == "dated" else email.utils.formatdate(usegmt=True)
        return [("last-modified", changed)]
    tag = '"2"' if kind == "changing" and n else '"1"'
    return [("etag", "W/" + tag if kind == "weak" else tag), ("last-modified", LONG_AGO)]


def ranged(kind, body, fields, asked, n):
    """(status, fields, body) of the part, or None: all of it."""
    if "range" not in asked or kind in ("ignoring", "noranges"):
        return None
    known = [value for _, value in fields]
    if "if-range" in asked and asked["if-range"] not in known:
        return None
    start = int(asked["range"].removeprefix("bytes=").split("-")[0])
    if start >= len(body):
        return 416, [] if kind == "bare" else [("content-range", f"bytes */{len(body)}")], b""
    if kind == "wrong" and n == 1:
        start += 1
    return 206, [*fields, ("content-range", f"bytes {start}-{len(body) - 1}/{len(body)}")], body[start:]


def digest(body):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def answer(target, asked):
    path, _, query = target.partition("?")
    query = dict(urllib.parse.parse_qsl(query))
    if path.startswith("/log/"):
        return Answer(200, [], "".join(LOGS.get(path[4:], [])).encode())
    kind = path.split("/")[1]
    log = LOGS.setdefault(path, [])
    n = len(log)
    a = fresh_answer(kind, query, asked, n)
    log.append(f"{len(a.sent)} {a.status} {asked.get('range', '-')} {asked.get('if-range', '-')}\n")
    return a


def fresh_answer(kind, query, asked, n):
    if kind == "gone" and n:
        return Answer(404, [], b"gone\n")
    if kind == "busy" and n == 1:
        return Answer(503, [], b"busy\n")
    size = int(query.get("size", len(BODY)))
    body = numbers(ord("b"), len(BODY)) if kind == "changing" and n else BODY
    body = body[:size] if size <= len(body) else numbers(ord("a"), size)
    fields = [("date", email.utils.formatdate(time.time(), usegmt=True)), *validators(kind, n)]
    if kind == "noranges":
        fields.append(("accept-ranges", "none"))
    status, fields, part = ranged(kind, body, fields, asked, n) or (200, fields, body)
    if kind in ("digest", "lying"):
        whole = body if kind == "digest" else body[1:]
        fields = [*fields, ("repr-digest", digest(whole)), ("content-digest", digest(part))]
    if kind in ("complete", "bare"):
        cut = None
    elif "first" in query:
        cut = int(query["first"]) if n == 0 else None
    else:
        cut = None if kind in ("ignoring", "noranges") and n else CUT
    return Answer(status, fields, part, cut)


async def end(reader, writer):
    """Without a reset, which what is not read would bring, and which may overtake what was sent."""
    await writer.drain()
    writer.write_eof()
    while await reader.read(65536):
        pass
    writer.close()


# --- HTTP/1.1 ---


async def http1(reader, writer):
    while True:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        asked = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        a = answer(first.split(" ")[1], asked)
        head = "".join(f"{k}: {v}\r\n" for k, v in a.head())
        writer.write(f"HTTP/1.1 {a.status} Said\r\n{head}\r\n".encode() + a.sent)
        await writer.drain()
        if a.cut is not None:
            await end(reader, writer)
            return


# --- HTTP/2 ---


def pump(c, sid, left):
    """The bytes that are left after what the windows allow."""
    while left:
        n = min(c.local_flow_control_window(sid), c.max_outbound_frame_size)
        if n <= 0:
            return left
        c.send_data(sid, left[:n])
        left = left[n:]
    return left


async def http2(reader, writer):
    c = three_versions.http2_connection(writer)
    answers = {}
    while data := await reader.read(65536):
        for e in c.receive_data(data):
            if isinstance(e, h2.events.RequestReceived):
                asked = dict(e.headers)
                a = answer(asked[":path"], asked)
                answers[e.stream_id] = (a, a.sent)
                c.send_headers(e.stream_id, [(":status", str(a.status)), *a.head()])
            elif isinstance(e, h2.events.StreamReset):
                answers.pop(e.stream_id, None)
        for sid, (a, left) in list(answers.items()):
            left = pump(c, sid, left)
            answers[sid] = (a, left)
            if left:
                continue
            del answers[sid]
            if a.cut is not None:
                writer.write(c.data_to_send())
                await end(reader, writer)
                return
            c.end_stream(sid)
        writer.write(c.data_to_send())
        await writer.drain()
    writer.close()


# --- HTTP/3 ---


class Http3(three_versions.Http3):
    async def reset_when_taken(self, sid):
        """A reset overtakes what is on its way: the bytes before it are to arrive."""
        sender = self._quic._streams[sid].sender
        while sender._buffer_start < sender._buffer_stop:
            await asyncio.sleep(0.005)
        self._quic.reset_stream(sid, 0x102)
        self.transmit()

    def on_event(self, e):
        if isinstance(e, HeadersReceived):
            asked = {k.decode(): v.decode() for k, v in e.headers}
            a = answer(asked[":path"], asked)
            head = [(k.encode(), v.encode()) for k, v in [(":status", str(a.status)), *a.head()]]
            self.h3.send_headers(e.stream_id, head)
            self.h3.send_data(e.stream_id, a.sent, a.cut is None)
            if a.cut is not None:
                asyncio.ensure_future(self.reset_when_taken(e.stream_id))


asyncio.run(three_versions.serve_until_killed(
    http1, http2, Http3, *sys.argv[1:4], hashlib.sha256(BODY).hexdigest()))
