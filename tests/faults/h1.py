#!/usr/bin/env python3
"""h1.py [--tls CERT KEY]: an HTTP/1 server that misbehaves on request.

GET /CASE answers as the table below says and then does what stands there:
close, reset or keep the connection.  Prints its port, then serves until its
standard input ends.  Before, the file that FAULT_CASES names, if it does, gets the
table: a line with the row and the name of each case, and the exit statuses a careful
client may end with.
"""
import asyncio
import gzip
import os
import signal
import zlib
import socket
import ssl
import struct
import sys

OK = b"HTTP/1.1 200 OK\r\n"
TEN = OK + b"Content-Length: 10\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SMALL = OK + b"Content-Length: 2\r\n\r\nok"
FIN, RST, KEEP = "fin", "rst", "keep"


def head(field):
    """A complete answer of 2 bytes with one more field line."""
    return OK + field + b"\r\nContent-Length: 2\r\n\r\nok"


def coded(codings, body):
    """An answer whose Content-Encoding is in as many lines as given."""
    lines = b"".join(b"Content-Encoding: " + coding + b"\r\n" for coding in codings)
    return OK + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


def endless(piece, times, before=OK):
    async def write(writer):
        writer.write(before)
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
    return write


def drip(data, seconds):
    async def write(writer):
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(seconds)
    return write


# row: {case: (exit status of the client, what is sent, what follows)}
ROWS = {
    "H1-1": {
        "short-fin": (18, TEN + b"12345", FIN),
        "short-rst": (56, TEN + b"12345", RST),
        "none-of-ten": (18, TEN, FIN),
    },
    "H1-2": {
        "mid-chunk": (18, CHUNKED + b"a\r\n12345", FIN),
        "before-last-chunk": (18, CHUNKED + b"5\r\n12345\r\n", FIN),
        "after-zero": (18, CHUNKED + b"5\r\n12345\r\n0\r\n", FIN),
        "mid-size": (18, CHUNKED + b"5\r\n12345\r\n1", FIN),
    },
    "H1-3": {
        "until-fin": (0, OK + b"\r\nwhole body", FIN),
        "until-rst": (56, OK + b"\r\nhalf a bo", RST),
    },
    "H1-4": {
        "head-cut": (18, OK + b"Content-Type: text/plain\r\n", FIN),
        "field-cut": (18, OK + b"Content-Le", FIN),
        "status-cut": (18, b"HTTP/1.1 20", FIN),
    },
    "H1-5": {
        "two-lengths": (8, OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456", KEEP),
        "list-length": (8, head(b"Content-Length: 5, 6"), KEEP),
    },
    "H1-6": {
        "length-" + name: (8, OK + b"Content-Length: " + value + b"\r\n\r\n12345", FIN)
        for name, value in {
            "minus": b"-5", "plus": b"+5", "hex": b"0x5", "junk": b"5x", "empty": b"",
            "over-63-bits": b"9223372036854775808", "over-64-bits": b"18446744073709551621",
        }.items()
    },
    "H1-7": {
        "length-and-chunked": (8, OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", KEEP),
    },
    "H1-8": {
        "te-" + name: ((8, 61), b"HTTP/1.%d 200 OK\r\n" % minor + line + b"\r\n\r\n2\r\nok\r\n0\r\n\r\n", FIN)
        for name, (line, minor) in {
            "chunked-gzip": (b"Transfer-Encoding: chunked, gzip", 1),
            "xchunked": (b"Transfer-Encoding: xchunked", 1),
            "gzip-chunked": (b"Transfer-Encoding: gzip, chunked", 1),
            "chunked-twice": (b"Transfer-Encoding: chunked, chunked", 1),
            "identity-chunked": (b"Transfer-Encoding: identity, chunked", 1),
            "gzip-in-1-0": (b"Transfer-Encoding: gzip, chunked", 0),
            "space-colon": (b"Transfer-Encoding : chunked", 1),
            "folded": (b"Transfer-Encoding:\r\n chunked", 1),
            "control": (b"Transfer-Encoding: \x0bchunked", 1),
        }.items()
    } | {
        "te-in-1-0": (0, b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", KEEP),
        "te-identity": (0, OK + b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok", KEEP),
    },
    "H1-9": {
        "chunk-" + name: ((8, 56), CHUNKED + data, FIN)
        for name, data in {
            "letters": b"zz\r\nok\r\n0\r\n\r\n",
            "minus": b"-5\r\n12345\r\n0\r\n\r\n",
            "hex-prefix": b"0x5\r\n12345\r\n0\r\n\r\n",
            "seventeen-f": b"F" * 17 + b"\r\n12345\r\n0\r\n\r\n",
            "wraps": b"10000000000000005\r\n12345\r\n0\r\n\r\n",
            "no-crlf-after": b"5\r\n123450\r\n\r\n",
            "lf-in-extension": b"5;a\nb\r\n12345\r\n0\r\n\r\n",
            "lf-after-extension": b"5;a\n12345\r\n0\r\n\r\n",
            "cr-alone": b"5\r12345\r\n0\r\n\r\n",
        }.items()
    } | {"chunk-lf-alone": (0, CHUNKED + b"2\nok\n0\nX-A: b\n\n", KEEP)},
    "H1-10": {
        "endless-extension": ((8, 56, 100), endless(b"x" * 65536, 256, CHUNKED + b"5;"), KEEP),
    },
    "H1-11": {
        "field-" + name: (8, head(line), KEEP)
        for name, line in {
            "nul": b"X-A: a\0b", "bare-cr": b"X-A: a\rb", "no-colon": b"X-A",
            "empty-name": b": value",
        }.items()
    } | {
        "field-" + name: (0, head(line), KEEP)
        for name, line in {
            "space-in-name": b"X A: b", "space-colon": b"X-A : b", "control": b"X-A: a\x01\x1b\x7fb", "lf-alone": b"X-A: a\nX-B: c",
        }.items()
    } | {"head-lf-alone": (0, b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", KEEP)},
    "H1-12": {
        "obs-fold": (0, head(b"X-A: a\r\n \t b"), KEEP),
        "fold-in-trailer": (0, CHUNKED + b"2\r\nok\r\n0\r\nX-A: a\r\n b\r\n\r\n", KEEP),
        "leading-fold": (8, OK + b" folded: first\r\nContent-Length: 2\r\n\r\nok", KEEP),
        "leading-fold-in-trailer": (8, CHUNKED + b"2\r\nok\r\n0\r\n X-A: a\r\n\r\n", KEEP),
        "folded-length": (8, OK + b"Content-Length:\r\n 2\r\n\r\nok", KEEP),
    },
    "H1-13": {
        "line-" + name: ((1, 8), line + b"\r\nContent-Length: 2\r\n\r\nok", FIN)
        for name, line in {
            "letters": b"HTTP/1.1 2x0 OK", "minus": b"HTTP/1.1 -20 OK", "099": b"HTTP/1.1 099 OK",
            "2000": b"HTTP/1.1 2000 OK", "1-2": b"HTTP/1.2 200 OK", "2-0": b"HTTP/2.0 200 OK",
            "icy": b"ICY 200 OK", "0-9": b"just some text", "binary": b"\x16\x03\x01\x02\x00",
        }.items()
    },
    "H1-14": {"unasked-101": (8, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", KEEP)},
    "H1-15": {
        "endless-1xx": ((56, 100), endless(b"HTTP/1.1 103 Early Hints\r\n\r\n", 20000, b""), KEEP),
        "only-1xx": (52, b"HTTP/1.1 103 Early Hints\r\n\r\n", FIN),
        "nothing": (52, b"", FIN),
        "three-1xx": (0, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3 + SMALL, KEEP),
    },
    "H1-16": {
        "endless-fields": ((56, 100), endless(b"X-A: b\r\n" * 1000, 4000), KEEP),
        "endless-field": ((56, 100), endless(b"a" * 65536, 500, OK + b"X-A: "), KEEP),
        "endless-reason": ((8, 56, 100), endless(b"a" * 65536, 500, b"HTTP/1.1 200 "), KEEP),
        "many-cookies": ((56, 100), endless(b"Set-Cookie: a=b\r\n" * 1000, 100), KEEP),
        "endless-trailers": ((56, 100), endless(b"X-A: b\r\n" * 1000, 4000, CHUNKED + b"0\r\n"), KEEP),
        "leading-crlf": ((8, 56, 100), endless(b"\r\n" * 10000, 500, b""), KEEP),
    },
    "H1-17": {
        "trailers": (0, CHUNKED + b"2\r\nok\r\n0\r\nContent-Length: 99\r\nSet-Cookie: a=b\r\nX-Fine: yes\r\n\r\n", KEEP),
    },
    "H1-18": {"poison": (0, SMALL + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON", KEEP)},
    "H1-21": {
        "no-head": (28, OK + b"X-A", KEEP),
        "body-stall": (28, TEN + b"12345", KEEP),
        "drip": (28, drip(TEN + b"1234567890", 0.2), KEEP),
        "silence": (28, b"", KEEP),
    },
    "H1-22": {
        "204": (0, b"HTTP/1.1 204 No Content\r\n\r\n", KEEP),
        "204-length": (0, b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", KEEP),
        "205": (0, b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", KEEP),
        "304": (0, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", KEEP),
        "304-both": (0, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", KEEP),
        "204-no-length": (0, b"HTTP/1.1 204 No Content\r\nContent-Length: 5x\r\n\r\n", KEEP),
        "103-two-lengths": (0, b"HTTP/1.1 103 E\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + SMALL, KEEP),
    },
    # RFC 9110 5.3 and 8.4: what --compressed makes of the codings it is told.
    "coding": {
        "coding-two-lines": (0, coded([b"deflate", b"gzip"], gzip.compress(zlib.compress(b"plain"))), KEEP),
        "coding-list": (0, coded([b", deflate,, none", b"identity , GZIP"], gzip.compress(zlib.compress(b"plain"))), KEEP),
        "coding-none": (0, coded([b"none"], b"plain"), KEEP),
        "coding-unknown": (61, coded([b"compress"], b"plain"), KEEP),
        "coding-unknown-first": (61, coded([b"sdch", b"gzip"], gzip.compress(b"plain")), KEEP),
        "coding-unknown-second": (61, coded([b"gzip", b"sdch"], gzip.compress(b"plain")), KEEP),
        "coding-once-less": (61, coded([b"gzip", b"gzip"], gzip.compress(b"plain")), KEEP),
    },
    "choices": {
        "choices": (0, b"HTTP/1.1 300 Multiple Choices\r\nLocation: /fine\r\nContent-Length: 4\r\n\r\nlist", KEEP),
        "choices-none": (0, b"HTTP/1.1 300 Multiple Choices\r\nContent-Length: 4\r\n\r\nlist", KEEP),
    },
}
CASES = {name: case for row in ROWS.values() for name, case in row.items()}


def count(path, seen={}):
    """How often a path was asked for; /count/PATH tells."""
    if path.startswith("/count/"):
        return seen.get(path[6:], 0)
    seen[path] = seen.get(path, 0) + 1
    return None


async def read_request(reader):
    request = await reader.readuntil(b"\r\n\r\n")
    method, path = request.split(b" ", 2)[:2]
    for line in request.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            await reader.readexactly(int(line[15:]))
    return method.decode(), path.decode().split("?")[0]


async def pair(path, waiting={}):
    """Until it was asked for twice."""
    event = waiting.setdefault(path, asyncio.Event())
    if count("/count" + path) >= 2:
        event.set()
    await event.wait()


async def answer(method, path, writer, is_reused):
    """What becomes of the connection."""
    number = count(path)
    if number is not None:
        body = b"%d" % number
        writer.write(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return KEEP
    if path.startswith("/pair/"):
        await pair(path)
    if path.startswith("/drop-reused/") and is_reused:
        return FIN
    if path.startswith("/drop-once/") and count("/count" + path) == 1:
        return FIN
    name = path.lstrip("/")
    if name not in CASES:
        writer.write(SMALL)
        return KEEP
    _, data, then = CASES[name]
    if callable(data):
        await data(writer)
    else:
        writer.write(data)
    return then


async def serve_one(reader, writer):
    is_reused = False
    try:
        while True:
            method, path = await read_request(reader)
            then = await answer(method, path, writer, is_reused)
            is_reused = True
            await writer.drain()
            if then == RST:
                sock = writer.get_extra_info("socket")
                await asyncio.sleep(0.05)  # the bytes first, then the reset
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return
            if then == FIN:
                break
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError):
        pass
    writer.close()


async def main(argv):
    context = None
    if argv and argv[0] == "--tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(argv[1], argv[2])
        context.set_alpn_protocols(["http/1.1"])
    write_cases()
    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: None if sys.stdin.buffer.read1(4096) else ended.set())
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


def statuses(expected):
    return " ".join(str(s) for s in (expected if isinstance(expected, tuple) else (expected,)))


def write_cases():
    with open(os.environ.get("FAULT_CASES", os.devnull), "w") as file:
        for row, cases in ROWS.items():
            for case, (expected, _, _) in cases.items():
                print(row, case, statuses(expected), file=file)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
