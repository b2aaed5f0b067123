"""message_peer.py CERT KEY FILE: how messages travel, as others see it.

Writes "PLAIN SECURE" to FILE: a port of HTTP/1.1 that answers by the byte, and one where
HTTP/2 (hyper-h2) is spoken over TCP and HTTP/3 (aioquic) over UDP.

Both of the latter answer each request with a line of JSON: its fields, body, trailers, and
the PRIORITY_UPDATE frames that came for its stream (RFC 9218 7).

The plain port answers
/te-gzip       with Transfer-Encoding: gzip, chunked; /te-gzip-close: gzip alone
/te-both       the same, and Content-Encoding: gzip beneath it
/chunks        in chunks, with an extension and a trailer
/wrong-length  with a Content-Length that is too short
/never         nothing to a head that expects 100 Continue; 200 once the body is there
/final         417 to a head that expects 100 Continue
anything else  with what came, head and body, without the frames of chunks
"""
import asyncio
import gzip
import json
import os
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.buffer import Buffer
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived as Data2
from h2.events import RequestReceived, StreamEnded, TrailersReceived, UnknownFrameReceived
from h2.settings import Settings

CERT, KEY, FILE = sys.argv[1:4]
PRIORITY_UPDATE_2 = 0x10
PRIORITY_UPDATE_3 = 0xF0700
NO_RFC7540_PRIORITIES = 0x9


class Message:
    def __init__(self, fields):
        self.fields = [[n.decode(), v.decode()] for n, v in fields]
        self.body = b""
        self.trailers = []

    def answer(self, priorities):
        return json.dumps({"fields": self.fields, "body": self.body.decode("latin-1"),
                           "trailers": self.trailers, "priorities": priorities}).encode() + b"\n"


def text(fields):
    return [[n.decode(), v.decode()] for n, v in fields]


# ---- HTTP/2 ----

async def http2(reader, writer):
    conn = H2Connection(H2Configuration(client_side=False, header_encoding=None, validate_inbound_headers=False))
    conn.local_settings = Settings(client=False, initial_values={NO_RFC7540_PRIORITIES: 1})
    conn.initiate_connection()
    messages, priorities = {}, {}
    writer.write(conn.data_to_send())
    while data := await reader.read(65536):
        for e in conn.receive_data(data):
            if isinstance(e, RequestReceived):
                messages[e.stream_id] = Message(e.headers)
            elif isinstance(e, Data2):
                messages[e.stream_id].body += e.data
                conn.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
            elif isinstance(e, TrailersReceived):
                messages[e.stream_id].trailers = text(e.headers)
            elif isinstance(e, UnknownFrameReceived) and e.frame.type == PRIORITY_UPDATE_2:
                stream = int.from_bytes(e.frame.body[:4], "big")
                priorities.setdefault(stream, []).append(e.frame.body[4:].decode())
            elif isinstance(e, StreamEnded):
                answer = messages[e.stream_id].answer(priorities.get(e.stream_id, []))
                conn.send_headers(e.stream_id, [(":status", "200")])
                conn.send_data(e.stream_id, answer, end_stream=True)
        writer.write(conn.data_to_send())
    writer.close()


# ---- HTTP/3 ----

class Http3(H3Connection):
    def __init__(self, quic):
        super().__init__(quic)
        self.priorities = {}

    def _handle_control_frame(self, frame_type, frame_data):
        if frame_type == PRIORITY_UPDATE_3:
            buf = Buffer(data=frame_data)
            stream = buf.pull_uint_var()
            self.priorities.setdefault(stream, []).append(frame_data[buf.tell():].decode())
        super()._handle_control_frame(frame_type, frame_data)


class Server3(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = Http3(self._quic)
        self.messages = {}

    def quic_event_received(self, event):
        for e in self.http.handle_event(event):
            if isinstance(e, HeadersReceived) and e.stream_id in self.messages:
                self.messages[e.stream_id].trailers = text(e.headers)
            elif isinstance(e, HeadersReceived):
                self.messages[e.stream_id] = Message(e.headers)
            elif isinstance(e, DataReceived):
                self.messages[e.stream_id].body += e.data
            else:
                continue
            if e.stream_ended:
                self.answer(e.stream_id)

    def answer(self, stream):
        answer = self.messages.pop(stream).answer(self.http.priorities.get(stream, []))
        self.http.send_headers(stream, [(b":status", b"200")])
        self.http.send_data(stream, answer, end_stream=True)
        self.transmit()


# ---- HTTP/1.1 ----

CHUNKS = b"4;ext=1\r\nbody\r\n0\r\nX-Sum: 42\r\n\r\n"


def chunked(data):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)


def coded(how, body, more=b""):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n%s\r\n%s" % (how, more, body)


PACKED = gzip.compress(b"unpacked\n")
ANSWERS = {
    "/te-gzip": coded(b"gzip, chunked", chunked(PACKED)),
    "/te-gzip-close": coded(b"gzip", PACKED),
    "/te-both": coded(b"gzip, chunked", chunked(gzip.compress(PACKED)), b"Content-Encoding: gzip\r\n"),
    "/chunks": coded(b"chunked", CHUNKS),
    "/wrong-length": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall of it\n",
}


async def read_body(reader, head):
    low = head.lower()
    if b"\r\ntransfer-encoding: chunked" in low:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        while (line := await reader.readline()) != b"\r\n":
            body += b"<" + line.strip() + b">"
        return body
    if b"\r\ncontent-length: " in low:
        return await reader.readexactly(int(low.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0]))
    return b""


async def http1(reader, writer):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        target = head.split(b" ")[1].decode()
        if target == "/final" and b"Expect:" in head:
            writer.write(b"HTTP/1.1 417 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            body = await read_body(reader, head)
            echo = head + body
            writer.write(ANSWERS.get(target) or
                         b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(echo), echo))
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # a client that goes away is what some tests do
    writer.close()


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERT, KEY)
    context.set_alpn_protocols(["h2"])
    plain = await asyncio.start_server(http1, "127.0.0.1", 0, limit=1 << 24)
    secure = await asyncio.start_server(http2, "127.0.0.1", 0, ssl=context)
    plain_port, secure_port = (s.sockets[0].getsockname()[1] for s in (plain, secure))
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(CERT, KEY)
    await serve("127.0.0.1", secure_port, configuration=configuration, create_protocol=Server3)
    with open(FILE + ".new", "w") as f:
        f.write("%d %d\n" % (plain_port, secure_port))
    os.rename(FILE + ".new", FILE)
    await asyncio.Event().wait()


asyncio.run(main())
