#!/usr/bin/env python3
"""WebTransport by aioquic, as the other end of quiver's.

webtransport.py client PORT CA PROTOCOL: a session on localhost at /wt whose streams and
    datagrams must come back; prints a line for each thing that held, and fails at the
    first that does not.
webtransport.py server CERT KEY PORT_FILE: echoes; a stream with one direction comes
    back on one of the server's.  What begins with "close" closes the session with code
    7 and reason "enough", what begins with "reset" resets its stream with code 35.
    Serves until it is killed.
"""
import asyncio
import os
import sys

from aioquic.asyncio import connect, serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.buffer import encode_uint_var
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import (DatagramReceived, DataReceived, HeadersReceived,
                               WebTransportStreamDataReceived)
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import (StopSendingReceived, StreamDataReceived,
                                 StreamReset)

CLOSE_SESSION = 0x2843
FIRST_CODE = 0x52E4A40FA8DB


def to_wire(code):
    return FIRST_CODE + code + code // 0x1E


def close_capsule(code, reason):
    value = code.to_bytes(4, "big") + reason
    return encode_uint_var(CLOSE_SESSION) + encode_uint_var(len(value)) + value


def is_uni(stream_id):
    return bool(stream_id & 2)


class Endpoint(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic, enable_webtransport=True)

    def quic_event_received(self, event):
        if not self.on_quic(event):
            for e in self.http.handle_event(event):
                self.on_http(e)
        self.transmit()

    def send(self, stream_id, data, end=False):
        self._quic.send_stream_data(stream_id, data, end)
        self.transmit()

    def on_quic(self, event):
        """True: it is none of HTTP's."""
        return False


class Client(Endpoint):
    """What came, by stream."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.came = asyncio.Event()
        self.status = None
        self.data, self.ended, self.codes = {}, set(), {}
        self.datagrams = []
        self.session_data, self.session_ended = b"", False
        self.session, self.opened = None, set()

    def on_quic(self, event):
        if isinstance(event, StreamReset):
            self.codes.setdefault(event.stream_id, {})["reset"] = event.error_code
        if isinstance(event, StopSendingReceived):
            self.codes.setdefault(event.stream_id, {})["stop"] = event.error_code
        self.came.set()
        # aioquic takes what comes back on such a stream for frames.
        is_back = isinstance(event, StreamDataReceived) and event.stream_id in self.opened
        if is_back:
            self.add(event.stream_id, event.data, event.end_stream)
        return is_back

    def add(self, stream_id, data, is_end):
        self.data[stream_id] = self.data.get(stream_id, b"") + data
        if is_end:
            self.ended.add(stream_id)

    def on_http(self, event):
        if isinstance(event, HeadersReceived):
            self.status = dict(event.headers)[b":status"]
            self.headers = dict(event.headers)
        elif isinstance(event, WebTransportStreamDataReceived):
            assert event.session_id == self.session
            self.add(event.stream_id, event.data, event.stream_ended)
        elif isinstance(event, DatagramReceived):
            self.datagrams.append(event.data)
        elif isinstance(event, DataReceived):
            self.session_data += event.data
            self.session_ended |= event.stream_ended
        self.came.set()

    async def until(self, what, condition):
        while not condition():
            self.came.clear()
            await asyncio.wait_for(self.came.wait(), 300)
        print(what, flush=True)

    def ask(self, protocol):
        stream_id = self._quic.get_next_available_stream_id()
        self.http.send_headers(stream_id, [
            (b":method", b"CONNECT"), (b":scheme", b"https"),
            (b":authority", b"localhost"), (b":path", b"/wt"),
            (b":protocol", protocol.encode()),
            (b"sec-webtransport-http3-draft02", b"1")])
        self.transmit()
        return stream_id

    def open(self, uni):
        stream_id = self.http.create_webtransport_stream(self.session, uni)
        if not uni:
            self.opened.add(stream_id)
        return stream_id


async def run_client(port, ca, protocol):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN,
                                      max_datagram_frame_size=65536)
    configuration.load_verify_locations(ca)
    async with connect("localhost", int(port), configuration=configuration,
                       create_protocol=Client) as c:
        c.session = c.ask(protocol)
        # Streams need not wait for the answer.
        early = c.open(False)
        c.send(early, b"early", True)
        await c.until("open", lambda: c.status == b"200")
        assert c.headers[b"sec-webtransport-http3-draft"] == b"draft02"
        await c.until("early stream", lambda: c.data.get(early) == b"early" and early in c.ended)

        c.http.send_datagram(c.session, b"datagram")
        c.transmit()
        await c.until("datagram", lambda: b"datagram" in c.datagrams)

        large = os.urandom(3_000_000)
        bidi = c.open(False)
        c.send(bidi, large, True)
        await c.until("both ways", lambda: bidi in c.ended)
        assert c.data[bidi] == large

        uni = c.open(True)
        c.send(uni, large, True)
        def back():
            return [i for i in c.ended if is_uni(i)]
        await c.until("one way", back)
        assert c.data[back()[0]] == large

        many = [c.open(i % 2 == 0) for i in range(50)]
        for stream in many:
            c.send(stream, b"%d" % stream, True)
        await c.until("many", lambda: len(c.ended) == 53)

        bad = c.open(False)
        c.send(bad, b"x")
        await c.until("a piece", lambda: c.data.get(bad) == b"x")
        c._quic.reset_stream(bad, to_wire(35))
        c.transmit()
        await c.until("reset", lambda: c.codes.get(bad, {}).get("reset") == to_wire(35))

        # Without flow control there is one session at a time (5.1): H3_REQUEST_REJECTED.
        second = c.ask(protocol)
        await c.until("rejected", lambda: c.codes.get(second, {}).get("reset") == 0x10B)

        c.http.send_data(c.session, close_capsule(3, b"bye"), end_stream=True)
        c.transmit()
        await c.until("closed", lambda: c.session_ended)
        c.status = None
        c.ask(protocol)
        await c.until("another", lambda: c.status == b"200")


class Server(Endpoint):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.back, self.over = {}, set()

    def on_http(self, event):
        if isinstance(event, HeadersReceived):
            headers = dict(event.headers)
            is_ours = headers.get(b":protocol") == b"webtransport"
            self.http.send_headers(
                event.stream_id,
                [(b":status", b"200" if is_ours else b"400"),
                 (b"sec-webtransport-http3-draft", b"draft02")],
                end_stream=not is_ours)
        elif isinstance(event, WebTransportStreamDataReceived):
            self.echo(event)
        elif isinstance(event, DatagramReceived):
            stream_id = getattr(event, "stream_id", None)
            if stream_id is None:
                stream_id = event.flow_id
            if event.data.startswith(b"close"):
                self.end_session(stream_id, close_capsule(7, b"enough"))
            else:
                self.http.send_datagram(stream_id, event.data)
        elif isinstance(event, DataReceived) and event.stream_ended:
            self.end_session(event.stream_id)

    def end_session(self, stream_id, last=b""):
        if stream_id not in self.over:
            self.over.add(stream_id)
            self.http.send_data(stream_id, last, end_stream=True)

    def echo(self, event):
        stream_id = event.stream_id
        if is_uni(stream_id):
            if stream_id not in self.back:
                self.back[stream_id] = self.http.create_webtransport_stream(
                    event.session_id, True)
            stream_id = self.back[stream_id]
        if event.data.startswith(b"reset"):
            self._quic.reset_stream(stream_id, to_wire(35))
            return
        self._quic.send_stream_data(stream_id, event.data, event.stream_ended)


async def run_server(cert, key, port_file):
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN,
                                      max_datagram_frame_size=65536)
    configuration.load_cert_chain(cert, key)
    server = await serve("127.0.0.1", 0, configuration=configuration, create_protocol=Server)
    port = server._transport.get_extra_info("sockname")[1]
    with open(port_file + ".new", "w") as f:
        f.write(str(port))
    os.rename(port_file + ".new", port_file)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"client": run_client, "server": run_server}[sys.argv[1]](*sys.argv[2:]))
