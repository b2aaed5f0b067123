#!/usr/bin/env python3
"""tls.py: servers with good and bad certificates, and servers that misuse TLS.

usage: tls.py FOLDER

Makes the certificates of certs.py in FOLDER and serves each on a port of its
own, over TCP (OpenSSL) and, where aioquic is there, over QUIC.  Prints a line
when all listen, then serves until its standard input ends.

FOLDER/rows.tsv: NAME, host, accept or refuse, a part of the reason, TCP port,
QUIC port (0: none).  FOLDER/servers.tsv: NAME and port of the others, which are
named in SERVERS and BLOCKING_SERVERS below.  The answer to GET is the SNI that was sent, or "none".
"""
import asyncio
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).parent


def context(folder, row="good"):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.set_ciphers("DEFAULT@SECLEVEL=0")
    ctx.load_cert_chain(folder / f"{row}.crt", folder / f"{row}.key")
    ctx.sni_callback = lambda sock, name, _: setattr(sock, "sni", name)
    return ctx


def old_version(folder):
    ctx = context(folder)
    ctx.minimum_version = ssl.TLSVersion.TLSv1
    ctx.maximum_version = ssl.TLSVersion.TLSv1_1
    return ctx


def tls12_only(folder):
    ctx = context(folder)
    ctx.maximum_version = ssl.TLSVersion.TLSv1_2
    return ctx


def other_alpn(folder):
    ctx = context(folder)
    ctx.set_alpn_protocols(["smtp"])
    return ctx


def wants_certificate(folder):
    ctx = context(folder)
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_verify_locations(folder / "ca.pem")
    return ctx


def wants_certificate_12(folder):
    ctx = wants_certificate(folder)
    ctx.maximum_version = ssl.TLSVersion.TLSv1_2
    return ctx


def serve_blocking(ctx):
    """asyncio does not send the alert of a failed handshake; a thread does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            raw, _ = listener.accept()
            try:
                with ctx.wrap_socket(raw, server_side=True) as sock:
                    sock.recv(65536)
                    sock.sendall(HEAD % (3, b"ok\n"))
                    sock.unwrap()
            except OSError:
                raw.close()
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
UNTIL_END = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s"

# These answer "ok".
BLOCKING_SERVERS = {
    "wants_certificate": wants_certificate,
    "wants_certificate_12": wants_certificate_12,
}

# name: its context, its answer, and whether it ends with close_notify
SERVERS = {
    "old_version": (old_version, HEAD, True),
    "tls12_only": (tls12_only, HEAD, True),
    "other_alpn": (other_alpn, HEAD, True),
    "until_notify": (context, UNTIL_END, True),
    "until_fin": (context, UNTIL_END, False),
}


def answer(writer, form):
    sni = getattr(writer.get_extra_info("ssl_object"), "sni", None) or "none"
    body = sni.encode() + b"\n"
    return form % ((len(body), body) if b"%d" in form else (body,))


def handler(form, notifies):
    async def handle(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(writer, form))
            await writer.drain()
            if not notifies:
                with socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno())) as raw:
                    raw.shutdown(socket.SHUT_WR)
                await reader.read()
            writer.close()
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
            writer.close()
    return handle


async def listen(ctx, form=HEAD, notifies=True):
    server = await asyncio.start_server(handler(form, notifies), "127.0.0.1", 0, ssl=ctx)
    return server.sockets[0].getsockname()[1]


async def listen_quic(folder, row):
    if row == "huge_san":  # more than aioquic sends in a handshake
        return 0
    try:
        from aioquic.asyncio import serve
        from aioquic.quic.configuration import QuicConfiguration
        from h3 import make_server
    except ImportError:
        return 0
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
    configuration.load_cert_chain(folder / f"{row}.crt", folder / f"{row}.key")
    server = await serve("127.0.0.1", 0, configuration=configuration,
                         create_protocol=make_server())
    return server._transport.get_extra_info("sockname")[1]


async def main(folder):
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    subprocess.run([sys.executable, HERE / "certs.py", folder], check=True)
    with open(folder / "rows.tsv", "w") as rows:
        for line in (folder / "manifest.tsv").read_text().splitlines():
            row, host, verdict, reason = line.split("\t")
            tcp = await listen(context(folder, row))
            quic = await listen_quic(folder, row)
            print(row, host, verdict, reason or "-", tcp, quic, sep="\t", file=rows)
    with open(folder / "servers.tsv", "w") as servers:
        for name, (make, form, notifies) in SERVERS.items():
            print(name, await listen(make(folder), form, notifies), sep="\t", file=servers)
        for name, make in BLOCKING_SERVERS.items():
            print(name, serve_blocking(make(folder)), sep="\t", file=servers)
    print("ready", flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: None if os.read(0, 4096) else ended.set())
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.path.insert(0, str(HERE))
    asyncio.run(main(pathlib.Path(sys.argv[1])))
