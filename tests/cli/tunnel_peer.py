#!/usr/bin/env python3
"""What `quiver tunnel` is tried against, none of it quiver's.

tunnel_peer.py targets PORTFILE        UDP echo and TCP echo on one port; TCP sink on a
                                       second: it answers the end with the sum of all it got;
                                       on a third one that ends first, and writes how much it
                                       got to PORTFILE.got
tunnel_peer.py proxy PORTFILE CERT KEY a proxy by aioquic: CONNECT-UDP with datagrams, CONNECT
tunnel_peer.py packets PORT FLOWS N    sends N packets of 1 to 1400 bytes over so many
                                       sockets, and counts those that come back as they were
tunnel_peer.py late PORT BYTES         so many bytes behind the end of the other side
tunnel_peer.py send PORT BYTES         so many bytes to a sink; prints "same" if the sums are
"""
import asyncio
import hashlib
import os
import sys

AT_ONCE = 32  # packets on their way
QUIET = 1.0  # seconds without an echo: what is missing is lost


def write_ports(path, *ports):
    with open(path + ".new", "w") as f:
        f.write(" ".join(map(str, ports)) + "\n")
    os.rename(path + ".new", path)


# ---- targets ----


class UdpEcho(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


async def tcp_echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def tcp_sink(reader, writer):
    total = hashlib.sha256()
    while data := await reader.read(1 << 18):
        total.update(data)
    writer.write(total.hexdigest().encode() + b"\n")
    writer.close()


async def targets(port_file):
    async def tcp_first(reader, writer):
        writer.write(b"hi")
        writer.write_eof()
        size = 0
        while data := await reader.read(1 << 16):
            size += len(data)
        writer.close()
        with open(port_file + ".got", "a", encoding="ascii") as f:
            print(size, file=f)

    tcp = await asyncio.start_server(tcp_echo, "127.0.0.1", 0)
    port = tcp.sockets[0].getsockname()[1]
    await asyncio.get_running_loop().create_datagram_endpoint(UdpEcho, local_addr=("127.0.0.1", port))
    sink = await asyncio.start_server(tcp_sink, "127.0.0.1", 0)
    first = await asyncio.start_server(tcp_first, "127.0.0.1", 0)
    write_ports(port_file, port, *(s.sockets[0].getsockname()[1] for s in (sink, first)))
    await asyncio.Event().wait()


# ---- a proxy ----


async def proxy(port_file, cert, key):
    from aioquic.asyncio import serve
    from aioquic.asyncio.protocol import QuicConnectionProtocol
    from aioquic.h3.connection import H3Connection
    from aioquic.h3.events import DatagramReceived, DataReceived, HeadersReceived
    from aioquic.quic.configuration import QuicConfiguration

    class UdpFlow(asyncio.DatagramProtocol):
        def __init__(self, conn, stream):
            self.conn, self.stream = conn, stream

        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            self.conn.h3.send_datagram(self.stream, b"\0" + data)
            self.conn.transmit()

    class Proxy(QuicConnectionProtocol):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            # That is what makes aioquic announce datagrams.
            self.h3 = H3Connection(self._quic, enable_webtransport=True)
            self.flows, self.writers = {}, {}

        def quic_event_received(self, event):
            for e in self.h3.handle_event(event):
                if isinstance(e, HeadersReceived):
                    asyncio.ensure_future(self.open(e.stream_id, dict(e.headers)))
                elif isinstance(e, DatagramReceived) and e.stream_id in self.flows:
                    self.flows[e.stream_id].transport.sendto(e.data[1:])
                elif isinstance(e, DataReceived) and e.stream_id in self.writers:
                    if e.data:
                        self.writers[e.stream_id].write(e.data)
                    if e.stream_ended:
                        self.writers[e.stream_id].write_eof()

        def answer(self, stream, status, end=False):
            self.h3.send_headers(stream, [(b":status", status)], end)
            self.transmit()

        async def open(self, stream, head):
            if head.get(b":protocol") == b"connect-udp":
                host, port = head[b":path"].decode().rstrip("/").split("/")[-2:]
                flow = UdpFlow(self, stream)
                loop = asyncio.get_running_loop()
                await loop.create_datagram_endpoint(lambda: flow, remote_addr=(host, int(port)))
                self.flows[stream] = flow
                self.answer(stream, b"200")
            elif head[b":method"] == b"CONNECT" and b":protocol" not in head:
                host, port = head[b":authority"].decode().rsplit(":", 1)
                reader, self.writers[stream] = await asyncio.open_connection(host, int(port))
                self.answer(stream, b"200")
                while data := await reader.read(65536):
                    self.h3.send_data(stream, data, False)
                    self.transmit()
                self.h3.send_data(stream, b"", True)
                self.transmit()
            else:
                self.answer(stream, b"404", True)

    quic = QuicConfiguration(is_client=False, alpn_protocols=["h3"], max_datagram_frame_size=65536)
    quic.load_cert_chain(cert, key)
    server = await serve("127.0.0.1", 0, configuration=quic, create_protocol=Proxy)
    write_ports(port_file, server._transport.get_extra_info("sockname")[1])
    await asyncio.Event().wait()


# ---- clients ----


class Sender(asyncio.DatagramProtocol):
    """Counts what comes back, if it is one that was sent and not yet counted."""

    def __init__(self, news):
        self.news, self.out, self.back = news, {}, 0

    def connection_made(self, transport):
        self.transport = transport

    def send(self, data):
        self.out[data] = self.out.get(data, 0) + 1
        self.transport.sendto(data)

    def datagram_received(self, data, addr):
        if self.out.get(data, 0) > 0:
            self.out[data] -= 1
            self.back += 1
            self.news.set()


def packet(n):
    """Of each length in turn, and mostly like no other."""
    size = n % 1400 + 1
    return (b"%d." % n).ljust(size, b"x")[:size]


async def packets(port, nflows, count):
    loop = asyncio.get_running_loop()
    news = asyncio.Event()
    senders = [Sender(news) for _ in range(nflows)]
    lost = 0

    def missing(sent):
        return sent - lost - sum(s.back for s in senders)

    async def wait(sent):
        nonlocal lost
        news.clear()
        try:
            await asyncio.wait_for(news.wait(), QUIET)
        except asyncio.TimeoutError:
            lost += missing(sent)

    for s in senders:
        await loop.create_datagram_endpoint(lambda s=s: s, remote_addr=("127.0.0.1", port))
    for n in range(count):
        senders[n % nflows].send(packet(n))
        while missing(n + 1) >= AT_ONCE:
            await wait(n + 1)
    while missing(count) > 0:
        await wait(count)
    print(f"sent {count} echoed {sum(s.back for s in senders)}")


async def send(port, size):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    total, block = hashlib.sha256(), os.urandom(1 << 16)
    left = size
    while left > 0:
        piece = block[: min(left, len(block))]
        total.update(piece)
        writer.write(piece)
        await writer.drain()
        left -= len(piece)
    writer.write_eof()
    answer = (await reader.read()).decode().strip()
    print("same" if answer == total.hexdigest() else f"not the same: {answer}")


async def late(port, size):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print((await reader.read()).decode())
    writer.write(bytes(size))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def main():
    what, *rest = sys.argv[1:]
    if what == "targets":
        asyncio.run(targets(*rest))
    elif what == "proxy":
        asyncio.run(proxy(*rest))
    elif what == "packets":
        asyncio.run(packets(*map(int, rest)))
    elif what == "late":
        asyncio.run(late(*map(int, rest)))
    else:
        asyncio.run(send(*map(int, rest)))


main()
