#!/usr/bin/env python3
"""An HTTP proxy for CONNECT and CONNECT-UDP that is not quiver's: HTTP/1.1 by hand, HTTP/2
by h2, HTTP/3 by aioquic.

tunnels_peer.py CERT KEY FOLDER

Three ports: plain (HTTP/1.1), tls (h2 and http/1.1 by ALPN) and quic (h3), whose numbers
are in FOLDER/ports, one a line, as soon as all listen.  FOLDER/log gets a line for each
connection, "conn VERSION", and for each request, "VERSION METHOD TARGET"; FOLDER/head
the last request head of HTTP/1.1 as it came.

What is asked for may name a host of the proxy's own:
  refused.test    403 with a Proxy-Status and a text
  password.test   407 until the credentials are u:p (Basic)
  goaway.test     200 and a way to the loopback, then GOAWAY (HTTP/2): what is open goes on
  broken.test     the stream, or the connection, is cut instead of an answer
  ends.test       200 with a Content-Length, which means nothing, and the end
Every other name leads to the loopback.
"""
import asyncio
import base64
import os
import ssl
import sys
from urllib.parse import unquote

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings
from aioquic.asyncio import serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.buffer import Buffer, encode_uint_var
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DatagramReceived, DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration

folder = sys.argv[3]
REFUSAL = b"this proxy does not like you\n"


def log(line):
    with open(os.path.join(folder, "log"), "a") as f:
        f.write(line + "\n")


def capsules(data):
    """Whole DATAGRAM capsules' payloads, and what is left."""
    found = []
    while True:
        buf = Buffer(data=bytes(data))
        try:
            kind, length = buf.pull_uint_var(), buf.pull_uint_var()
            value = buf.pull_bytes(length)
        except Exception:
            return found, data
        data = data[buf.tell():]
        if kind == 0:
            found.append(value)


class Flow(asyncio.DatagramProtocol, asyncio.Protocol):
    """A way to the target; `out` is called with what comes, None at the end."""

    def __init__(self, out):
        self.out, self.transport, self.left = out, None, b""

    async def open(self, is_udp, port):
        loop = asyncio.get_running_loop()
        if is_udp:
            await loop.create_datagram_endpoint(lambda: self, remote_addr=("127.0.0.1", port))
        else:
            await loop.create_connection(lambda: self, "127.0.0.1", port)
        self.is_udp = is_udp

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.out(b"\0" + data)

    def data_received(self, data):
        self.out(data)

    def eof_received(self):
        self.out(None)
        return True

    def connection_lost(self, exc):
        if not self.is_udp:
            self.out(None)

    def error_received(self, exc):
        pass

    def datagram(self, payload):
        if payload[:1] == b"\0":
            self.transport.sendto(payload[1:])

    def stream(self, data):
        """Bytes of the tunnel's stream."""
        if not self.is_udp:
            self.transport.write(data)
            return
        found, self.left = capsules(self.left + data)
        for payload in found:
            self.datagram(payload)

    def end(self):
        if not self.is_udp:
            self.transport.write_eof()

    def close(self):
        if self.transport:
            self.transport.close()


def target_of(fields):
    """host, port, is_udp"""
    path = fields.get(":path", "")
    if fields.get(":protocol") == "connect-udp":
        _, _, _, _, host, port, _ = path.split("/")
        return unquote(host), int(port), True
    host, _, port = fields[":authority"].rpartition(":")
    return host.strip("[]"), int(port), False


def is_known(fields):
    wanted = "Basic " + base64.b64encode(b"u:p").decode()
    return fields.get("proxy-authorization") == wanted


def verdict(fields, host):
    """status, fields, body; status 200: go on."""
    if host == "refused.test":
        return 403, [("proxy-status", "peer; error=http_request_denied"),
                     ("content-length", str(len(REFUSAL)))], REFUSAL
    if host == "password.test" and not is_known(fields):
        return 407, [("proxy-authenticate", 'Basic realm="peer"'), ("content-length", "0")], b""
    return 200, [], b""


# --- HTTP/1.1 --------------------------------------------------------------------------

async def read_head(reader):
    raw = await reader.readuntil(b"\r\n\r\n")
    with open(os.path.join(folder, "head"), "wb") as f:
        f.write(raw)
    lines = raw.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    fields = {}
    for line in lines[1:-2]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    if method == "CONNECT":
        fields[":authority"] = target
    elif fields.get("upgrade") == "connect-udp":
        fields.update({":path": target, ":protocol": "connect-udp"})
    log(f"1.1 {method} {target}")
    return fields


async def serve_h1(reader, writer):
    log("conn 1.1")
    while True:
        try:
            fields = await read_head(reader)
        except asyncio.IncompleteReadError:
            writer.close()
            return
        host, port, is_udp = target_of(fields)
        if host == "broken.test":
            writer.close()
            return
        status, extra, body = verdict(fields, host)
        if status == 200:
            break
        text = "".join(f"{n}: {v}\r\n" for n, v in extra)
        writer.write(f"HTTP/1.1 {status} No\r\n{text}\r\n".encode() + body)

    def out(data):
        if data is None:
            writer.close()
        elif is_udp:
            writer.write(b"\0" + encode_uint_var(len(data)) + data)
        else:
            writer.write(data)

    flow = Flow(out)
    try:
        await flow.open(is_udp, port)
    except OSError as e:
        writer.write(f"HTTP/1.1 502 No\r\ncontent-length: {len(str(e))}\r\n\r\n{e}".encode())
        writer.close()
        return
    if is_udp:
        writer.write(b"HTTP/1.1 101 Yes\r\nconnection: upgrade\r\nupgrade: connect-udp\r\n"
                     b"capsule-protocol: ?1\r\n\r\n")
    elif host == "ends.test":
        writer.write(b"HTTP/1.1 200 Yes\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")
    else:
        writer.write(b"HTTP/1.1 200 Yes\r\n\r\n")
    while data := await reader.read(65536):
        flow.stream(data)
        await writer.drain()
    flow.close()
    writer.close()


# --- HTTP/2 ----------------------------------------------------------------------------

class H2(asyncio.Protocol):
    def connection_made(self, transport):
        log("conn 2")
        self.transport = transport
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8",
                                           validate_inbound_headers=False)
        self.h2 = h2.connection.H2Connection(config=config)
        self.h2.local_settings = h2.settings.Settings(
            client=False,
            initial_values={h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL: 1,
                            h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 200,
                            h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 1 << 20})
        self.h2.initiate_connection()
        self.flows, self.waiting, self.ended = {}, {}, set()
        self.flush()

    def flush(self):
        self.transport.write(self.h2.data_to_send())

    def data_received(self, data):
        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            events = []
        for e in events:
            self.on_event(e)
        self.flush()

    def connection_lost(self, exc):
        for flow in self.flows.values():
            flow.close()

    def on_event(self, e):
        if isinstance(e, h2.events.RequestReceived):
            asyncio.ensure_future(self.open(e.stream_id, dict(e.headers)))
        elif isinstance(e, h2.events.DataReceived):
            self.h2.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
            if e.stream_id in self.flows:
                self.flows[e.stream_id].stream(e.data)
        elif isinstance(e, h2.events.StreamEnded):
            if e.stream_id in self.flows:
                self.flows[e.stream_id].end()
        elif isinstance(e, h2.events.StreamReset):
            if flow := self.flows.pop(e.stream_id, None):
                flow.close()
        elif isinstance(e, h2.events.WindowUpdated):
            for stream in list(self.waiting):
                self.send(stream)

    async def open(self, stream, fields):
        log(f"2 {fields.get(':protocol', 'CONNECT')} {fields[':authority']}")
        host, port, is_udp = target_of(fields)
        if host == "broken.test":
            self.h2.reset_stream(stream, h2.errors.ErrorCodes.CONNECT_ERROR)
            self.flush()
            return
        status, extra, body = verdict(fields, host)
        flow = Flow(lambda data: self.out(stream, is_udp, data))
        if status == 200:
            try:
                await flow.open(is_udp, port)
                self.flows[stream] = flow
            except OSError as e:
                status, body = 502, str(e).encode()
        self.h2.send_headers(stream, [(":status", str(status))] + extra)
        if status != 200:
            self.h2.send_data(stream, body, end_stream=True)
        if host == "goaway.test":
            # Not by h2's close_connection(): that ends what is open as well.
            self.transport.write(self.h2.data_to_send())
            self.transport.write(b"\0\0\x08\x07\0\0\0\0\0" + stream.to_bytes(4, "big") + bytes(4))
        self.flush()

    def out(self, stream, is_udp, data):
        if stream not in self.flows:
            return
        if data is None:
            self.ended.add(stream)
        elif is_udp:
            data = b"\0" + encode_uint_var(len(data)) + data
        self.waiting[stream] = self.waiting.get(stream, b"") + (data or b"")
        self.send(stream)

    def send(self, stream):
        data = self.waiting.pop(stream, b"")
        try:
            while data and (n := min(len(data), self.h2.local_flow_control_window(stream),
                                     self.h2.max_outbound_frame_size)) > 0:
                self.h2.send_data(stream, data[:n])
                data = data[n:]
            if data:
                self.waiting[stream] = data
            elif stream in self.ended:
                self.ended.discard(stream)
                self.h2.end_stream(stream)
        except h2.exceptions.ProtocolError:
            pass
        self.flush()


class H1OrH2(asyncio.Protocol):
    """As ALPN has it."""

    def connection_made(self, transport):
        alpn = transport.get_extra_info("ssl_object").selected_alpn_protocol()
        if alpn == "h2":
            protocol = H2()
        else:
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader, serve_h1)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


# --- HTTP/3 ----------------------------------------------------------------------------

class Http3(H3Connection):
    def _get_local_settings(self):
        return {**super()._get_local_settings(), 0x08: 1, 0x33: 1}


class H3(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        log("conn 3")
        self.http, self.flows = Http3(self._quic, enable_webtransport=True), {}

    def quic_event_received(self, event):
        for e in self.http.handle_event(event):
            flow = self.flows.get(getattr(e, "stream_id", None))
            if isinstance(e, HeadersReceived):
                fields = {n.decode(): v.decode() for n, v in e.headers}
                asyncio.ensure_future(self.open(e.stream_id, fields))
            elif isinstance(e, DataReceived) and flow:
                if e.data:
                    flow.stream(e.data)
                if e.stream_ended:
                    flow.end()
            elif isinstance(e, DatagramReceived) and flow:
                flow.datagram(e.data)

    def connection_lost(self, exc):
        for flow in self.flows.values():
            flow.close()

    async def open(self, stream, fields):
        log(f"3 {fields.get(':protocol', 'CONNECT')} {fields[':authority']}")
        host, port, is_udp = target_of(fields)
        status, extra, body = verdict(fields, host)
        flow = Flow(lambda data: self.out(stream, is_udp, data))
        if status == 200:
            try:
                await flow.open(is_udp, port)
                self.flows[stream] = flow
            except OSError as e:
                status, body = 502, str(e).encode()
        head = [(":status", str(status))] + extra
        self.http.send_headers(stream, [(n.encode(), v.encode()) for n, v in head])
        if status != 200:
            self.http.send_data(stream, body, end_stream=True)
        self.transmit()

    def out(self, stream, is_udp, data):
        if is_udp and data is not None:
            # A longer one would stay in front of aioquic's queue for ever.
            if len(data) <= 1350:
                self.http.send_datagram(stream, data)
        else:
            self.http.send_data(stream, data or b"", end_stream=data is None)
            if data is None:
                self.flows.pop(stream, None)
        self.transmit()


async def main():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(sys.argv[1], sys.argv[2])
    tls.set_alpn_protocols(["h2", "http/1.1"])
    loop = asyncio.get_running_loop()
    plain = await asyncio.start_server(serve_h1, "127.0.0.1", 0)
    secure = await loop.create_server(H1OrH2, "127.0.0.1", 0, ssl=tls)
    # Packets in which those of another connection fit.
    quic = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN,
                             max_datagram_frame_size=65536, max_datagram_size=1420)
    quic.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await serve("127.0.0.1", 0, configuration=quic, create_protocol=H3)
    ports = [s.sockets[0].getsockname()[1] for s in (plain, secure)]
    ports.append(server._transport.get_extra_info("sockname")[1])
    with open(os.path.join(folder, "ports.new"), "w") as f:
        f.write("".join(f"{port}\n" for port in ports))
    os.rename(os.path.join(folder, "ports.new"), os.path.join(folder, "ports"))
    await asyncio.Event().wait()


asyncio.run(main())
