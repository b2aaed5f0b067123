#!/usr/bin/env python3
"""wire.py MODE [PORT]: a socket on 127.0.0.1 that answers oddly below any protocol.

udp-silent     takes datagrams and never answers: what a black hole looks like
udp-versions   a Version Negotiation for every long header, naming versions that nobody speaks
udp-downgrade  a Version Negotiation that names version 1, which must be ignored
udp-garbage    bytes that are no QUIC, for every datagram
tcp-silent     accepts and never says anything
tcp-dribble    answers an HTTP/1.1 request a byte at a time, for ever

Prints its port, then runs until it is killed.
"""
import random
import socket
import sys
import threading
import time

VERSION_1 = b"\0\0\0\1"
UNKNOWN = b"\x1a\x2a\x3a\x4a" + b"\xff\0\0\x1d"


def version_negotiation(data, versions):
    """RFC 9000 17.2.1: the connection IDs change places."""
    dcid_end = 6 + data[5]
    scid_end = dcid_end + 1 + data[dcid_end]
    return b"\xc0\0\0\0\0" + data[dcid_end:scid_end] + data[5:dcid_end] + versions


def answer(mode, data, rng):
    is_long = data[0] & 0x80
    if mode == "udp-garbage":
        return rng.randbytes(len(data))
    if mode == "udp-versions" and is_long:
        return version_negotiation(data, UNKNOWN)
    if mode == "udp-downgrade" and is_long:
        return version_negotiation(data, UNKNOWN + VERSION_1)
    return None


def serve_udp(mode, port):
    rng = random.Random(1)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", port))
    print(s.getsockname()[1], flush=True)
    while True:
        data, peer = s.recvfrom(65536)
        reply = answer(mode, data, rng)
        if reply:
            s.sendto(reply, peer)


def dribble(c):
    try:
        c.recv(65536)
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            c.sendall(b"x")
            time.sleep(0.1)
    except OSError:
        pass


def serve_tcp(mode, port):
    s = socket.create_server(("127.0.0.1", port))
    print(s.getsockname()[1], flush=True)
    kept = []
    while True:
        c = s.accept()[0]
        kept.append(c)
        if mode == "tcp-dribble":
            threading.Thread(target=dribble, args=(c,), daemon=True).start()


if __name__ == "__main__":
    mode, port = sys.argv[1], int((sys.argv[2:] or ["0"])[0])
    (serve_udp if mode.startswith("udp") else serve_tcp)(mode, port)
