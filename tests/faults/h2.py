#!/usr/bin/env python3
"""h2.py: an HTTP/2 server (prior knowledge, plain TCP) that misbehaves on request.

With --tls CERT KEY it speaks TLS, and HTTP/1.1 to those who want that.

GET /CASE is answered with the frames of the table below.  Prints its port,
then serves until its standard input ends.  Before, the file that FAULT_CASES names, if
it does, gets the table: a line with the row and the name of each case, and the exit
statuses a careful client may end with.  GET /seen answers with what the clients have sent in RST_STREAM and GOAWAY.
"""
import asyncio
import os
import signal
import socket
import ssl
import struct
import sys

import hpack

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONT = range(10)
END_STREAM, END_HEADERS, PADDED, ACK = 1, 4, 8, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
RESET = "reset"
FIN = "fin"  # what a case may yield beside bytes: the connection ends


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A field that goes past every check of an encoder."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def block(*fields, status=b"200"):
    first = [(b":status", status)] if status is not None else []
    return b"".join(literal(n, v) for n, v in first + list(fields))


def head(s, *fields, status=b"200", flags=END_HEADERS):
    return frame(HEADERS, flags, s, block(*fields, status=status))


def ok(s, body=b"ok", *fields):
    return head(s, *fields) + frame(DATA, END_STREAM, s, body)


def rst(s, code):
    return frame(RST, 0, s, struct.pack(">I", code))


def goaway(last, code=0, text=b""):
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, code) + text)


def malformed(*fields, status=b"200"):
    return lambda s: [head(s, *fields, status=status) + frame(DATA, END_STREAM, s, b"ok")]


def flood(one, times, before=lambda s: b""):
    def frames(s):
        yield before(s)
        piece = one(s)
        batch = piece * max(1, 16384 // len(piece))
        for _ in range(times * len(piece) // len(batch)):
            yield batch
    return frames


def only(*parts):
    return lambda s: [p(s) if callable(p) else p for p in parts]


STREAM = (92, 8)       # a stream error: the connection lives
CONNECTION = (16, 56, 92, 8)
ENDED = (16, 18, 56, 92)

# row: {case: (exit status of the client, stream -> what is sent)}
ROWS = {
    "H2-1": {
        "length-short": (STREAM + (18,), lambda s: [head(s, (b"content-length", b"10")) + frame(DATA, END_STREAM, s, b"12345")]),
        "length-long": (STREAM, lambda s: [head(s, (b"content-length", b"2")) + frame(DATA, END_STREAM, s, b"12345")]),
    },
    "H2-2": {
        "fin-mid-body": ((18, 56), only(head, lambda s: frame(DATA, 0, s, b"half"), FIN)),
        "fin-mid-frame": ((18, 56), only(head, lambda s: frame(DATA, 0, s, b"half")[:-2], FIN)),
        "fin-before-head": ((52, 56, 16), only(FIN)),
    },
    "H2-3": {
        "no-error-after-end": (0, lambda s: [ok(s) + rst(s, 0)]),
        "no-error-before-end": ((18, 56, 92), lambda s: [head(s) + frame(DATA, 0, s, b"four") + rst(s, 0)]),
        "cancel-before-end": ((18, 56, 92), lambda s: [head(s) + frame(DATA, 0, s, b"four") + rst(s, 8)]),
    },
    "H2-6": {
        "goaway-then-answer": (0, lambda s: [goaway(s) + ok(s)]),
        "goaway-notice": (0, lambda s: [goaway(2**31 - 1) + ok(s)]),
    },
    "H2-8": {
        "status-" + name: (STREAM, malformed(*fields, status=status))
        for name, (status, *fields) in {
            "none": (None, (b"x", b"y")), "twice": (b"200", (b":status", b"200")), "junk": (b"2x0",),
            "huge": (b"2000",), "unasked-101": (b"101",),
        }.items()
    } | {
        "field-" + name: (STREAM, malformed(field))
        for name, field in {
            "request-pseudo": (b":path", b"/"), "upper-case": (b"X-Upper", b"y"), "connection": (b"connection", b"close"),
            "transfer-encoding": (b"transfer-encoding", b"chunked"), "pseudo-unknown": (b":x", b"y"),
        }.items()
    } | {
        "pseudo-after-field": (STREAM, lambda s: [frame(HEADERS, END_HEADERS, s, literal(b"x", b"y") + literal(b":status", b"200")) + frame(DATA, END_STREAM, s, b"ok")]),
        "pseudo-in-trailers": (STREAM, lambda s: [head(s) + frame(HEADERS, END_HEADERS | END_STREAM, s, literal(b":status", b"200"))]),
        "trailers-without-end": (STREAM, lambda s: [head(s) + frame(DATA, 0, s, b"ok") + frame(HEADERS, END_HEADERS, s, literal(b"x", b"y"))]),
    },
    "H2-9": {
        "value-cr": (STREAM, malformed((b"x", b"a\rb"))),
        "value-lf": (STREAM, malformed((b"x", b"a\nb"))),
        "value-nul": (STREAM, malformed((b"x", b"a\0b"))),
        "name-space": (STREAM, malformed((b"x y", b"b"))),
    },
    "H2-10": {
        "continuation-empty": (CONNECTION + (100,), flood(lambda s: frame(CONT, 0, s), 100000, lambda s: frame(HEADERS, 0, s, block()))),
        "continuation-data": (CONNECTION + (100,), flood(lambda s: frame(CONT, 0, s, literal(b"a" * 100, b"b" * 100) * 40), 1000, lambda s: frame(HEADERS, 0, s, block()))),
        "hpack-bomb": (CONNECTION + (100,), lambda s: [frame(HEADERS, 0, s, block() + b"\x40\x01a" + b"\x7f\x81\x1e" + b"v" * 4000)] + [frame(CONT, 0, s, b"\xbe" * 16000)] * 40),
    },
    "H2-11": {
        "settings-flood": (ENDED, flood(lambda s: frame(SETTINGS, 0, 0), 3000000)),
        "ping-flood": (ENDED, flood(lambda s: frame(PING, 0, 0, b"12345678"), 2000000)),
        "empty-data-flood": (ENDED, flood(lambda s: frame(DATA, 0, s), 3000000, head)),
        "priority-flood": (ENDED, flood(lambda s: frame(PRIORITY, 0, s, b"\0\0\0\0\x10"), 3000000)),
        "unknown-flood": (ENDED, flood(lambda s: frame(0x77, 0, 0, b"x"), 3000000)),
        "altsvc-flood": (ENDED, flood(lambda s: frame(10, 0, 0, b"\0\x01a" + b"h3=\":1\""), 2000000)),
    },
    "H2-12": {
        "padding-flood": (ENDED, flood(lambda s: frame(DATA, PADDED, s, b"\x08" + b"\0" * 8), 2000000, head)),
        "window-flood": (ENDED, flood(lambda s: frame(WINDOW, 0, 0, struct.pack(">I", 1)), 2000000)),
    },
    "H2-14": {
        "push": (CONNECTION, lambda s: [frame(PUSH, END_HEADERS, s, struct.pack(">I", 2) + literal(b":method", b"GET") + literal(b":path", b"/p") + literal(b":scheme", b"http") + literal(b":authority", b"x")) + ok(s)]),
        "server-stream": (CONNECTION, lambda s: [ok(2) + ok(s)]),
        "enable-push-by-server": (CONNECTION, lambda s: [frame(SETTINGS, 0, 0, struct.pack(">HI", 2, 1)) + ok(s)]),
    },
    "H2-15": {
        "data-before-headers": (CONNECTION, lambda s: [frame(DATA, END_STREAM, s, b"ok")]),
        "data-on-zero": (CONNECTION, lambda s: [frame(DATA, 0, 0, b"ok")]),
        "data-on-idle": (CONNECTION, lambda s: [frame(DATA, 0, s + 20, b"ok")]),
        "too-big": (CONNECTION, lambda s: [head(s) + frame(DATA, 0, s, b"x" * 20000)]),
        "bad-padding": (CONNECTION, lambda s: [head(s) + frame(DATA, PADDED, s, b"\xffxx")]),
        "bad-ping-length": (CONNECTION, lambda s: [frame(PING, 0, 0, b"123")]),
        "window-zero": (CONNECTION, lambda s: [frame(WINDOW, 0, 0, struct.pack(">I", 0))]),
        "window-overflow": (CONNECTION, lambda s: [frame(WINDOW, 0, 0, struct.pack(">I", 2**31 - 1)) * 2]),
        "initial-window-huge": (CONNECTION, lambda s: [frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 2**31))]),
        "max-frame-small": (CONNECTION, lambda s: [frame(SETTINGS, 0, 0, struct.pack(">HI", 5, 100))]),
        "hpack-index": (CONNECTION, lambda s: [frame(HEADERS, END_HEADERS, s, b"\xff\xff\x7f")]),
        "hpack-table-size": (CONNECTION, lambda s: [frame(HEADERS, END_HEADERS, s, b"\x3f\xff\xff\x7f" + block())]),
    },
    "H2-17": {
        "silence": (28, lambda s: []),
        "half-head": (28, lambda s: [head(s)[:12]]),
        "body-stall": (28, lambda s: [head(s, (b"content-length", b"10")) + frame(DATA, 0, s, b"12345")]),
    },
    "H2-20": {
        "unknown-frame": (0, lambda s: [frame(0x99, 0xff, 0, b"grease") + frame(0x99, 0, s, b"x") + ok(s)]),
        "unknown-setting": (0, lambda s: [frame(SETTINGS, 0, 0, struct.pack(">HI", 0x9a9a, 7)) + ok(s)]),
        "late-extended-connect": (0, lambda s: [frame(SETTINGS, 0, 0, struct.pack(">HI", 8, 1)) + ok(s)]),
        "unknown-flags": (0, lambda s: [head(s, flags=END_HEADERS | 0x40) + frame(DATA, END_STREAM | 0x70, s, b"ok")]),
        "interim": (0, lambda s: [head(s, (b"link", b"</a>"), status=b"103") + ok(s)]),
    },
}
CASES = {name: case for row in ROWS.values() for name, case in row.items()}
seen = []
counts = {}


class Connection:
    number = 0
    misdirected = 0

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.decoder = hpack.Decoder()
        Connection.number += 1
        self.number = Connection.number
        self.served = 0

    async def run(self):
        if await self.reader.readexactly(len(PREFACE)) != PREFACE:
            return
        self.writer.write(frame(SETTINGS, 0, 0))
        while True:
            length, kind, flags, stream = struct.unpack(">IBBI", b"\0" + await self.reader.readexactly(9))
            payload = await self.reader.readexactly(length)
            if kind == SETTINGS and not flags & ACK:
                self.writer.write(frame(SETTINGS, ACK, 0))
            elif kind == RST:
                seen.append(f"rst {struct.unpack('>I', payload)[0]:#x}")
            elif kind == GOAWAY:
                seen.append(f"goaway {struct.unpack('>I', payload[4:8])[0]:#x}")
            elif kind == HEADERS:
                fields = dict(self.decoder.decode(payload))
                if not await self.answer(stream, fields[":path"], fields[":method"]):
                    return

    async def answer(self, stream, path, method):
        name = path.lstrip("/")
        self.served += 1
        counts[method + " " + path] = counts.get(method + " " + path, 0) + 1
        if name == "seen":
            self.writer.write(ok(stream, "\n".join(seen).encode()))
            return True
        if path.startswith("/count/"):
            self.writer.write(ok(stream, str(counts.get(path[7:].replace("+", " "), 0)).encode()))
            return True
        special = getattr(self, "on_" + name.replace("-", "_"), None)
        parts = special(stream) if special else CASES[name][1](stream) if name in CASES else [ok(stream)]
        for part in parts:
            if part == FIN:
                return False
            if part == RESET:
                sock = self.writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.writer.transport.abort()
                return False
            self.writer.write(part)
            await self.writer.drain()
        return True

    # Cases that depend on how often they were asked for.
    def on_refused_twice(self, s):
        return [rst(s, 7)] if counts["GET /refused-twice"] <= 2 else [ok(s)]

    def on_refused_always(self, s):
        return [rst(s, 7)]

    def on_goaway_unprocessed(self, s):
        """The first request of a method is not seen, says its connection."""
        asked = [counts.get(m + " /goaway-unprocessed", 0) for m in ("GET", "POST")]
        return [goaway(s - 2 if s > 1 else 0), FIN] if 1 in asked else [ok(s)]

    def on_calm(self, s):
        """No request is ever looked at, and the reason is told."""
        return [goaway(s - 2 if s > 1 else 0, 11, b"slow down \x1b[31m"), FIN]

    def on_calm_reset(self, s):
        """The same of a request that was looked at; unread bytes make a reset of the end."""
        return [goaway(s, 11, b"slow down"), RESET]

    def on_http_1_1_stream(self, s):
        return [rst(s, 13)]

    def on_http_1_1_goaway(self, s):
        return [goaway(s - 2 if s > 1 else 0, 13), FIN]

    def on_http_1_1_processed(self, s):
        return [goaway(s, 13), FIN]

    def on_misdirected(self, s):
        """Only a connection that is made after the first answer will do."""
        if Connection.misdirected not in (0, self.number) and self.served == 1:
            Connection.misdirected = 0
            return [ok(s, b"here")]
        Connection.misdirected = self.number
        return self.on_misdirected_always(s)

    def on_misdirected_always(self, s):
        return [head(s, status=b"421") + frame(DATA, END_STREAM, s, b"not here")]

    def on_goaway_processed(self, s):
        return [goaway(s), FIN]


async def serve_http_1_1(reader, writer):
    while True:
        request = await reader.readuntil(b"\r\n\r\n")
        for line in request.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                await reader.readexactly(int(line[15:]))
        method, path = request.decode().split(" ", 2)[:2]
        counts["1.1 " + method + " " + path] = counts.get("1.1 " + method + " " + path, 0) + 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def serve_one(reader, writer):
    tls = writer.get_extra_info("ssl_object")
    try:
        if tls and tls.selected_alpn_protocol() != "h2":
            await serve_http_1_1(reader, writer)
        await Connection(reader, writer).run()
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main(argv):
    context = None
    if argv[:1] == ["--tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(argv[1], argv[2])
        context.set_alpn_protocols(["h2", "http/1.1"])
    write_cases()
    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: None if sys.stdin.buffer.read1(4096) else ended.set())
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


def write_cases():
    with open(os.environ.get("FAULT_CASES", os.devnull), "w") as file:
        for row, cases in ROWS.items():
            for case, (expected, _) in cases.items():
                print(row, case, *(expected if isinstance(expected, tuple) else (expected,)), file=file)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
