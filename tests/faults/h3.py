#!/usr/bin/env python3
"""h3.py CERT KEY [ALPN]: an HTTP/3 server (aioquic) that misbehaves on request.

GET /CASE is answered with the raw stream bytes of the table below; a request for
anything else with "ok".  The TCP port of the same number answers "tcp" by HTTP/1.1.
Prints its port, then serves until its standard input ends.  GET /seen/CASE answers
with the error codes that the client sent after that case, in hexadecimal, and
GET /count/METHOD+/PATH with how often that was asked for.
Before, the file that FAULT_CASES names, if it does, gets the table: a line with the row
and the name of each case, the exit statuses a careful client may end with, separated by
commas, and the codes it may send ("-": any).
"""
import asyncio
import errno
import os
import signal
import ssl
import sys

DATA, HEADERS, CANCEL_PUSH, SETTINGS, PUSH_PROMISE, GOAWAY = 0, 1, 3, 4, 5, 7


def varint(n):
    for size, bits in ((1, 0), (2, 0x4000), (4, 0x80000000), (8, 0xC000000000000000)):
        if n < 1 << (8 * size - 2):
            return (n | bits).to_bytes(size, "big")
    raise ValueError(n)


def frame(kind, payload=b""):
    return varint(kind) + varint(len(payload)) + payload


def prefixed(n, bits, first):
    """An integer with an N-bit prefix (RFC 7541 5.1)."""
    top = (1 << bits) - 1
    if n < top:
        return bytes([first | n])
    out, n = [first | top], n - top
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + [n])


def literal(name, value):
    """Literal Field Line with Literal Name (RFC 9204 4.5.6), unchecked."""
    return prefixed(len(name), 3, 0x20) + name + prefixed(len(value), 7, 0) + value


def section(*fields, status=b"200"):
    first = [(b":status", status)] if status is not None else []
    return b"\0\0" + b"".join(literal(n, v) for n, v in first + list(fields))


def head(*fields, status=b"200"):
    return frame(HEADERS, section(*fields, status=status))


OK = head() + frame(DATA, b"ok")


class Do:
    """A step beside bytes on the request's stream."""

    def __init__(self, action, *args):
        self.action, self.args = action, args


FIN = Do("fin")


def reset(code):
    return Do("reset", code)


def control(data):
    return Do("control", data)


def uni(data, fin=False):
    return Do("uni", data, fin)


BAD, CUT = (95,), (18,)
MESSAGE, FRAME_ERR, UNEXPECTED, STREAM_CREATION, CLOSED_CRITICAL = 0x10E, 0x106, 0x105, 0x103, 0x104
MISSING_SETTINGS, SETTINGS_ERROR, ID_ERROR, EXCESSIVE = 0x10A, 0x109, 0x108, 0x107


def malformed(*fields, status=b"200"):
    """The stream stays open, so that there is something to stop."""
    return (BAD, (MESSAGE,), [head(*fields, status=status) + frame(DATA, b"ok")])


def flood(piece, times, *before):
    return [*before, Do("flood", piece, times)]


# row: {case: (exit statuses, codes the client may send or (), steps)}
ROWS = {
    "H3-1": {
        "length-short": (BAD, (), [head((b"content-length", b"10")) + frame(DATA, b"12345"), FIN]),
        "length-long": (BAD, (MESSAGE,), [head((b"content-length", b"2")) + frame(DATA, b"12345")]),
        "fin-mid-frame": (BAD, (FRAME_ERR,), [head() + frame(DATA, b"12345")[:-2], FIN]),
        "no-head": (BAD, (), [FIN]),
        "data-first": (BAD, (UNEXPECTED,), [frame(DATA, b"ok"), FIN]),
        "only-interim": (BAD, (), [head(status=b"103"), FIN]),
    },
    "H3-2": {
        "reset-%x" % code: (CUT, (), [head() + frame(DATA, b"four"), Do("pause"), reset(code)])
        for code in (0x100, 0x10C, 0x102, 0)
    },
    "H3-3": {"answer-then-close": ((0,), (), [OK, FIN, Do("close", 0x100)])},
    "H3-6": {"stop-sending": ((0,), (), [OK, FIN, Do("stop", 0x100)])},
    "H3-7": {
        "field-" + name: malformed(field)
        for name, field in {
            "upper-case": (b"X-Upper", b"y"), "connection": (b"connection", b"close"),
            "request-pseudo": (b":path", b"/"), "pseudo-unknown": (b":x", b"y"),
        }.items()
    } | {
        "status-none": malformed((b"x", b"y"), status=None),
        "status-twice": malformed((b":status", b"200")),
        "status-junk": malformed(status=b"2x0"),
        "status-101": malformed(status=b"101"),
        "trailer-pseudo": (BAD, (MESSAGE,), [OK + frame(HEADERS, section(status=b"200"))]),
    },
    # nghttp3 drops what stands here without a word; it must go nowhere
    "H3-7-dropped": {
        "value-" + name: ((0,) + BAD, (), [head((b"x-bad", b"a" + byte + b"injected: yes")) + frame(DATA, b"ok"), FIN])
        for name, byte in {"lf": b"\n", "cr": b"\r", "nul": b"\0"}.items()
    } | {
        "name-" + name: ((0,) + BAD, (), [head((bad, b"injected")) + frame(DATA, b"ok"), FIN])
        for name, bad in {"space": b"x injected", "empty": b""}.items()
    },
    "H3-8": {
        "control-closed": (BAD, (CLOSED_CRITICAL,), [Do("control-fin")]),
        "control-reset": (BAD, (CLOSED_CRITICAL,), [Do("control-reset")]),
        "control-twice": (BAD, (STREAM_CREATION,), [uni(b"\0" + frame(SETTINGS))]),
        "settings-twice": (BAD, (UNEXPECTED,), [control(frame(SETTINGS))]),
        "headers-on-control": (BAD, (UNEXPECTED,), [control(head())]),
        "data-on-control": (BAD, (UNEXPECTED,), [control(frame(DATA, b"x"))]),
        "settings-on-request": (BAD, (UNEXPECTED,), [frame(SETTINGS)]),
        "h2-frame": (BAD, (UNEXPECTED,), [frame(6, b"12345678")]),
        "server-bidi": (BAD, (STREAM_CREATION,), [Do("bidi", OK)]),
        "push-stream": (BAD, (ID_ERROR,), [uni(b"\1\0")]),
        "push-promise": (BAD, (ID_ERROR,), [frame(PUSH_PROMISE, b"\0" + section())]),
        "push-cancelled": (BAD, (ID_ERROR, UNEXPECTED), [control(frame(CANCEL_PUSH, b"\0"))]),
        "settings-missing": (BAD, (MISSING_SETTINGS,), [Do("first-on-control", frame(GOAWAY, varint(400)))]),
        "settings-of-h2": (BAD, (SETTINGS_ERROR,), [Do("first-on-control", frame(SETTINGS, varint(3) + varint(100)))]),
        "goaway-not-a-request": (BAD, (ID_ERROR,), [control(frame(GOAWAY, varint(3)))]),
        "goaway-grows": (BAD, (ID_ERROR,), [control(frame(GOAWAY, varint(4)) + frame(GOAWAY, varint(400)))]),
    },
    "H3-9": {
        "datagram-setting-2": (BAD, (SETTINGS_ERROR,), [Do("first-on-control", frame(SETTINGS, varint(0x33) + varint(2)))]),
    },
    "H3-10": {
        "qpack-bad-index": (BAD, (0x200,), [frame(HEADERS, b"\0\0\xff\x7f")]),
        "qpack-capacity": (BAD, (0x201,), [uni(b"\2" + prefixed(1 << 20, 5, 0x20))]),
        "qpack-increment-zero": (BAD, (0x202,), [uni(b"\3\0")]),
        "qpack-never-filled": ((28,), (), [frame(HEADERS, b"\2\0\x80"), FIN]),
    },
    "H3-11": {
        "huge-section": ((100,), (EXCESSIVE,), flood(literal(b"x-a", b"b" * 1000), 40000, varint(HEADERS) + varint(1 << 40) + section())),
        "huge-unknown-frame": (BAD, (EXCESSIVE,), flood(b"x" * 1000, 40000, varint(0x21) + varint(1 << 40))),
    },
    "H3-12": {
        "empty-data-flood": (BAD, (EXCESSIVE,), flood(frame(DATA), 2000000, head())),
        "grease-flood": (BAD, (EXCESSIVE,), flood(frame(0x21), 2000000)),
        "interim-flood": ((100,), (EXCESSIVE,), flood(head(status=b"103"), 200000)),
        "stream-flood": (BAD + (96, 28), (), [Do("stream-flood", 200000)]),
        "ping-flood": ((96,), (EXCESSIVE,), [Do("ping-flood", 2000000)]),
        "settings-grease-flood": (BAD, (EXCESSIVE,), [Do("control-flood", frame(0x21), 2000000)]),
    },
    "H3-14": {
        "grease": ((0,), (), [uni(varint(0x21) + b"grease"), control(frame(0x40, b"grease")), frame(0x21, b"grease") + OK + frame(0x5F), FIN]),
        "interim": ((0,), (), [head((b"link", b"</a>"), status=b"103") + OK, FIN]),
        "trailers": ((0,), (), [OK + frame(HEADERS, section((b"x-end", b"yes"), status=None)), FIN]),
    },
}
CASES = {name: case for row in ROWS.values() for name, case in row.items()}
counts = {}
seen = {}  # case: codes on streams
last = {}  # case: its connection


def make_server():
    import pylsqpack
    from aioquic.asyncio import QuicConnectionProtocol
    from aioquic.quic import events

    class Server(QuicConnectionProtocol):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.control = None
            self.is_settled = False
            self.bytes = {}
            self.case = None

        def quic_event_received(self, event):
            quic = self._quic
            if isinstance(event, events.ProtocolNegotiated):
                self.control = quic.get_next_available_stream_id(is_unidirectional=True)
                quic.send_stream_data(self.control, b"\0")
            elif isinstance(event, (events.StreamReset, events.StopSendingReceived)) and self.case:
                seen.setdefault(self.case, []).append(event.error_code)
            elif isinstance(event, events.StreamDataReceived) and event.stream_id % 4 == 0:
                self.bytes[event.stream_id] = self.bytes.get(event.stream_id, b"") + event.data
                if event.end_stream:
                    asyncio.ensure_future(self.answer(event.stream_id, self.bytes.pop(event.stream_id)))

        def is_over(self):
            return self._quic._close_event is not None

        def settle(self, first):
            """The first frame on the control stream waits for the case."""
            if not self.is_settled:
                self._quic.send_stream_data(self.control, first)
            self.is_settled = True

        async def codes_after(self, name):
            """What the client said; its connection's end may still be on its way."""
            for _ in range(400):
                if last[name].is_over():
                    break
                await asyncio.sleep(0.005)
            over = last[name]._quic._close_event
            return " ".join("%#x" % c for c in seen.get(name, []) + ([over.error_code] if over else [])).encode()

        def path_of(self, data):
            at, fields = 0, {}
            while at < len(data):
                kind, at = take_varint(data, at)
                length, at = take_varint(data, at)
                if kind == HEADERS and not fields:
                    fields = dict(pylsqpack.Decoder(0, 0).feed_header(0, data[at:at + length])[1])
                at += length
            return fields[b":method"].decode(), fields[b":path"].decode()

        async def answer(self, stream, data):
            method, path = self.path_of(data)
            key = method + " " + path
            counts[key] = counts.get(key, 0) + 1
            name = path.lstrip("/").partition("?")[0]
            if path.startswith("/count/"):
                steps = [head() + frame(DATA, b"%d" % counts.get(path[7:].replace("+", " "), 0)), FIN]
            elif path.startswith("/seen/"):
                steps = [head() + frame(DATA, await self.codes_after(path[6:])), FIN]
            elif name in CASES:
                self.case = name
                last[name] = self
                steps = CASES[name][2]
            else:
                steps = getattr(self, "on_" + name.replace("-", "_"), lambda s, m: [OK, FIN])(stream, method)
            if not (isinstance(steps[0], Do) and steps[0].action == "first-on-control"):
                self.settle(frame(SETTINGS, varint(0x21) + varint(7) + varint(0x8) + varint(1)))
            for step in steps:
                if self.is_over():
                    return
                if isinstance(step, bytes):
                    self._quic.send_stream_data(stream, step)
                else:
                    await getattr(self, "do_" + step.action.replace("-", "_"))(stream, *step.args)
                self.transmit()

        async def do_fin(self, stream):
            self._quic.send_stream_data(stream, b"", True)

        async def do_pause(self, stream):
            self.transmit()
            await asyncio.sleep(0.05)  # so that the bytes arrive before the reset

        async def do_reset(self, stream, code):
            self._quic.reset_stream(stream, code)

        async def do_stop(self, stream, code):
            self._quic.stop_stream(stream, code)

        async def do_close(self, stream, code, reason=""):
            self.transmit()
            await asyncio.sleep(0.05)
            self._quic.close(error_code=code, reason_phrase=reason)

        async def do_control(self, stream, data):
            self._quic.send_stream_data(self.control, data)

        async def do_first_on_control(self, stream, data):
            self.settle(data)

        async def do_control_fin(self, stream):
            self._quic.send_stream_data(self.control, b"", True)

        async def do_control_reset(self, stream):
            self._quic.reset_stream(self.control, 0)

        async def do_uni(self, stream, data, fin):
            self._quic.send_stream_data(self._quic.get_next_available_stream_id(is_unidirectional=True), data, fin)

        async def do_bidi(self, stream, data):
            self._quic.send_stream_data(self._quic.get_next_available_stream_id(), data)

        async def do_flood(self, stream, piece, times):
            await self.pour(stream, piece, times)

        async def do_control_flood(self, stream, piece, times):
            await self.pour(self.control, piece, times)

        async def do_ping_flood(self, stream, times):
            for uid in range(times):
                if self.is_over():
                    return
                self._quic.send_ping(uid)
                self.transmit()
                await asyncio.sleep(0)

        async def do_stream_flood(self, stream, times):
            """Streams of an unknown type, as many as the client gives room for."""
            for _ in range(times):
                while self._quic._streams_blocked_uni and not self.is_over():
                    await asyncio.sleep(0.002)
                if self.is_over():
                    return
                await self.do_uni(stream, varint(0x21) + b"x", True)
                self.transmit()
                await asyncio.sleep(0)

        async def pour(self, stream, piece, times):
            """As fast as the client's windows allow, in bounded memory."""
            batch = piece * max(1, 16384 // len(piece))
            for _ in range(times * len(piece) // len(batch)):
                sender = self._quic._streams[stream].sender
                while len(sender._buffer) > 1 << 20 and not self.is_over():
                    await asyncio.sleep(0.002)
                if self.is_over() or sender._reset_error_code is not None:
                    return
                self._quic.send_stream_data(stream, batch)
                self.transmit()
                await asyncio.sleep(0)

        # Cases that depend on how often they were asked for.
        def on_rejected_twice(self, stream, method):
            return [reset(0x10B)] if counts[method + " /rejected-twice"] <= 2 else [OK, FIN]

        def on_rejected_always(self, stream, method):
            return [reset(0x10B)]

        def on_goaway_unprocessed(self, stream, method):
            """The first connection says that it has not seen the request."""
            if counts[method + " /goaway-unprocessed"] == 1:
                return [control(frame(GOAWAY, varint(stream))), Do("close", 0x100)]
            return [OK, FIN]

        def on_closed_with_reason(self, stream, method):
            return [Do("close", 0x107, "slow down")]

        def on_goaway_then_answer(self, stream, method):
            return [control(frame(GOAWAY, varint(stream + 4))), OK, FIN]

        def on_fine(self, stream, method):
            return [head(), Do("pause"), frame(DATA, b"ok"), FIN]

        def on_version_fallback(self, stream, method):
            return [reset(0x110)]

        def on_closed_processed(self, stream, method):
            return [Do("close", 0x102)]

    return Server


def take_varint(data, at):
    size = 1 << (data[at] >> 6)
    return int.from_bytes(data[at:at + size], "big") & ((1 << (8 * size - 2)) - 1), at + size


async def answer_on_tcp(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntcp")
    await writer.drain()
    writer.close()


async def serve_both(configuration, create_protocol, on_tcp, **options):
    """QUIC and TCP on one port: of one that is free for UDP, TCP's may be taken."""
    from aioquic.asyncio import serve

    while True:
        server = await serve("127.0.0.1", 0, configuration=configuration, create_protocol=create_protocol)
        port = server._transport.get_extra_info("sockname")[1]
        try:
            await asyncio.start_server(on_tcp, "127.0.0.1", port, **options)
            return server, port
        except OSError as error:
            server.close()
            if error.errno != errno.EADDRINUSE:
                raise


async def main(cert, key, alpn="h3"):
    from aioquic.quic.configuration import QuicConfiguration

    configuration = QuicConfiguration(is_client=False, alpn_protocols=[alpn])
    configuration.load_cert_chain(cert, key)
    write_cases()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cert, key)
    server, port = await serve_both(configuration, make_server(), answer_on_tcp, ssl=tls)
    print(port, flush=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: None if os.read(0, 4096) else ended.set())
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    server.close()


def write_cases():
    with open(os.environ.get("FAULT_CASES", os.devnull), "w") as file:
        for row, cases in ROWS.items():
            for case, (statuses, codes, _) in cases.items():
                print(row, case, ",".join(map(str, statuses)), ",".join("%#x" % c for c in codes) or "-", file=file)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
