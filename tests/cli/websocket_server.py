"""WebSocket servers that are not quiver's, for its client to be tried with.

websocket_server.py FILE CERT KEY [ADDRESS]: hypercorn over HTTP/1.1, HTTP/2 and HTTP/3 at one
port, websockets over HTTP/1.1 at another, aioquic with wsproto over HTTP/3 at the
third; the ports go to FILE in one line.

/           echoes
/sub        takes the last subprotocol that is offered
/refuse     403
/close/N    closes with code N, reason "asked"
/pieces     websockets alone: each message comes back in pieces of a byte, with pings
            in between
"""
import asyncio
import os
import socket
import sys

import websockets.asyncio.server
from aioquic.asyncio import QuicConnectionProtocol
from aioquic.asyncio import serve as quic_serve
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated
from hypercorn.asyncio import serve
from hypercorn.config import Config
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, TextMessage
from wsproto.extensions import PerMessageDeflate


# ---- hypercorn ----


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": message["type"] + ".complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        return await send({"type": "http.response.body", "body": b""})
    path = scope["path"]
    await receive()
    if path == "/refuse":
        return await send({"type": "websocket.close"})
    offered = scope.get("subprotocols") or [None]
    await send({"type": "websocket.accept", "subprotocol": offered[-1] if path == "/sub" else None})
    if path.startswith("/close/"):
        return await send({"type": "websocket.close", "code": int(path[7:]), "reason": "asked"})
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "bytes": message.get("bytes"), "text": message.get("text")})


# ---- websockets ----


async def pieces(ws, message):
    async def cut():
        for i in range(len(message)):
            await ws.ping()
            yield message[i:i + 1]
    await ws.send(cut())


async def handle(ws):
    path = ws.request.path
    if path.startswith("/close/"):
        return await ws.close(int(path[7:]), "asked")
    async for message in ws:
        if path == "/pieces":
            await pieces(ws, message)
        else:
            await ws.send(message)


def refuse(connection, request):
    return connection.respond(403, "no\n") if request.path == "/refuse" else None


def pick(connection, offered):
    return offered[-1] if offered and connection.request.path == "/sub" else None


# ---- aioquic ----


class H3(QuicConnectionProtocol):
    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http, self.open = H3Connection(self._quic), {}
        for happened in self.http.handle_event(event) if hasattr(self, "http") else []:
            if isinstance(happened, HeadersReceived):
                self.answer(happened.stream_id, dict(happened.headers))
            elif isinstance(happened, DataReceived) and happened.stream_id in self.open:
                self.feed(happened)
        self.transmit()

    def answer(self, stream, head):
        if head.get(b":protocol") != b"websocket" or head[b":path"] == b"/refuse":
            return self.http.send_headers(stream, [(b":status", b"403")], end_stream=True)
        fields = [(b":status", b"200")]
        offered = head.get(b"sec-websocket-protocol", b"").split(b",")[-1].strip()
        if head[b":path"] == b"/sub" and offered:
            fields.append((b"sec-websocket-protocol", offered))
        extensions, deflate = [], PerMessageDeflate()
        for offer in head.get(b"sec-websocket-extensions", b"").decode().split(","):
            taken = deflate.accept(offer) if offer.strip().startswith(deflate.name) else None
            if taken is not None and not extensions:
                extensions.append(deflate)
                name = deflate.name + ("" if taken is True else "; " + taken)
                fields.append((b"sec-websocket-extensions", name.encode()))
        self.http.send_headers(stream, fields)
        self.open[stream] = Connection(ConnectionType.SERVER, extensions)
        if head[b":path"].startswith(b"/close/"):
            self.send(stream, CloseConnection(int(head[b":path"][7:]), "asked"))

    def send(self, stream, event, end=False):
        self.http.send_data(stream, self.open[stream].send(event), end)

    def feed(self, happened):
        stream = happened.stream_id
        self.open[stream].receive_data(happened.data)
        for event in self.open[stream].events():
            if isinstance(event, (TextMessage, BytesMessage)):
                self.send(stream, Message(event.data, event.frame_finished, event.message_finished))
            elif isinstance(event, Ping):
                self.send(stream, event.response())
            elif isinstance(event, CloseConnection):
                if self.open[stream].state.name == "REMOTE_CLOSING":
                    self.send(stream, event.response(), True)
                else:
                    self.http.send_data(stream, b"", True)
                del self.open[stream]
                return


def same_port(host):
    """A TCP and a UDP socket of one number."""
    while True:
        tcp = socket.create_server((host, 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
            return tcp, udp
        except OSError:
            tcp.close()
            udp.close()


async def main(file, cert, key, host="127.0.0.1"):
    tcp, udp = same_port(host)
    config = Config()
    config.certfile, config.keyfile = cert, key
    config.bind = [f"fd://{tcp.detach()}"]
    config.quic_bind = [f"fd://{udp.fileno()}"]
    config.errorlog = None
    other = await websockets.asyncio.server.serve(
        handle, host, 0, process_request=refuse, select_subprotocol=pick)
    quic = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
    quic.load_cert_chain(cert, key)
    third = await quic_serve(host, 0, configuration=quic, create_protocol=H3)
    hyper = asyncio.create_task(serve(app, config, mode="asgi"))
    with open(file + ".new", "w", encoding="ascii") as out:
        print(udp.getsockname()[1], other.sockets[0].getsockname()[1],
              third._transport.get_extra_info("sockname")[1], file=out)
    udp.detach()
    os.rename(file + ".new", file)
    await hyper


asyncio.run(main(*sys.argv[1:]))
