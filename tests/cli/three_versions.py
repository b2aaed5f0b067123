"""What peers have in common that serve the same over HTTP/1.1, HTTP/2 (h2, in the clear) and HTTP/3 (aioquic)."""
import asyncio
import os

import h2.config
import h2.connection
import h2.exceptions
from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.quic.configuration import QuicConfiguration


def http2_connection(writer):
    """One that has said its first words."""
    c = h2.connection.H2Connection(
        config=h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    c.initiate_connection()
    writer.write(c.data_to_send())
    return c


class Http3(QuicConnectionProtocol):
    """on_event() is given what HTTP/3 has made of QUIC's events."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.h3 = H3Connection(self._quic)

    def quic_event_received(self, event):
        for e in self.h3.handle_event(event):
            self.on_event(e)
        self.transmit()


def quiet(handler):
    async def run(reader, writer):
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, h2.exceptions.ProtocolError):
            pass  # the client has gone
    return run


async def serve_until_killed(http1, http2, http3, file, cert, key, *words):
    """http3 is a class.  Writes the ports to the file, in this order, and the words behind them."""
    servers = []
    for handler in http1, http2:
        servers.append(await asyncio.start_server(quiet(handler), "127.0.0.1", 0, limit=1 << 20))
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    config = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    config.load_cert_chain(cert, key)
    servers.append(await serve("127.0.0.1", 0, configuration=config, create_protocol=http3))
    ports.append(servers[-1]._transport.get_extra_info("sockname")[1])
    with open(file + ".new", "w") as f:
        print(*ports, *words, file=f)
    os.rename(file + ".new", file)
    await asyncio.Future()
