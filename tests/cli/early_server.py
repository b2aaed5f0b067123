"""early_server.py CERT KEY DIARY [PORT]: an HTTP/3 server (aioquic) that takes early data.

Prints its port, then serves until it is killed. Each request is answered
with "METHOD PATH early" or "METHOD PATH late", which is also a line of the diary: early
is what came before the handshake was complete. /too-early answers early requests with
425. While the file DIARY.forget is there, no ticket is known any more.
"""
import asyncio
import os
import sys

from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration

CERT, KEY, DIARY = sys.argv[1:4]
PORT = int(sys.argv[4]) if len(sys.argv) > 4 else 0
tickets = {}


def take(label):
    return None if os.path.exists(DIARY + ".forget") else tickets.pop(label, None)


def keep(ticket):
    tickets[ticket.ticket] = ticket


class Server(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.waiting = {}

    def quic_event_received(self, event):
        for e in self.http.handle_event(event):
            if isinstance(e, HeadersReceived):
                head = dict(e.headers)
                early = not self._quic._handshake_complete
                self.waiting[e.stream_id] = (head[b":method"], head[b":path"], early)
            if isinstance(e, (HeadersReceived, DataReceived)) and e.stream_ended:
                self.answer(e.stream_id, *self.waiting.pop(e.stream_id))

    def answer(self, stream, method, path, early):
        line = b"%s %s %s" % (method, path, b"early" if early else b"late")
        with open(DIARY, "ab") as diary:
            diary.write(line + b"\n")
        status = b"425" if early and path == b"/too-early" else b"200"
        self.http.send_headers(stream, [(b":status", status), (b"content-length", b"%d" % (len(line) + 1))])
        self.http.send_data(stream, line + b"\n", end_stream=True)
        self.transmit()


async def main():
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(CERT, KEY)
    server = await serve("127.0.0.1", PORT, configuration=configuration, create_protocol=Server,
                         session_ticket_fetcher=take, session_ticket_handler=keep)
    print(server._transport.get_extra_info("sockname")[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
