#!/usr/bin/env python3
"""A UDP relay on 127.0.0.1 that counts the packets of early data in what clients send.

early_packets.py --to PORT: prints its port, then, at SIGTERM, a line for each client in the
order of their coming: its 0-RTT packets (RFC 9000 17.2.3) before the server's first
datagram came, those in all, and their bytes. Headers say which they are; nothing is
decrypted."""
import argparse
import selectors
import signal
import socket
import sys

V1, V2 = 1, 0x6B3343CF
EARLY = {V1: 1, V2: 2}  # the type's two bits; RFC 9369 3.2
INITIAL = {V1: 0, V2: 1}

parser = argparse.ArgumentParser()
parser.add_argument("--to", type=int, required=True)
options = parser.parse_args()


def integer(data, at):
    """A variable-length integer and what is behind it (RFC 9000 16)."""
    size = 1 << (data[at] >> 6)
    value = int.from_bytes(data[at:at + size], "big") & ((1 << (8 * size - 2)) - 1)
    return value, at + size


def early_packets(data):
    """How many of a datagram's packets are 0-RTT, and their bytes."""
    found = size = at = 0
    while at + 7 < len(data) and data[at] & 0x80:
        kind, version = data[at] >> 4 & 3, int.from_bytes(data[at + 1:at + 5], "big")
        if version not in EARLY:
            break
        behind = at + 5
        for _ in "destination", "source":
            behind += 1 + data[behind]
        if kind == INITIAL[version]:
            token, behind = integer(data, behind)
            behind += token
        length, behind = integer(data, behind)
        if kind == EARLY[version]:
            found += 1
            size += length
        at = behind + length
    return found, size


class Client:
    def __init__(self, address):
        self.address = address
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back.connect(("127.0.0.1", options.to))
        self.heard = False
        self.before = self.all = self.size = 0


def finish(*_):
    for client in clients.values():
        print(client.before, client.all, client.size)
    sys.stdout.flush()
    sys.exit(0)


clients = {}
front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
front.bind(("127.0.0.1", 0))
selector = selectors.DefaultSelector()
selector.register(front, selectors.EVENT_READ)
signal.signal(signal.SIGTERM, finish)
print(front.getsockname()[1], flush=True)
while True:
    for key, _ in selector.select():
        try:
            data, sender = key.fileobj.recvfrom(65535)
            client = key.data
            if client is None:
                client = clients.get(sender)
                if client is None:
                    client = clients[sender] = Client(sender)
                    selector.register(client.back, selectors.EVENT_READ, client)
                n, size = early_packets(data)
                client.all += n
                client.size += size
                client.before += 0 if client.heard else n
                client.back.send(data)
            else:
                client.heard = True
                front.sendto(data, client.address)
        except OSError:
            pass  # the server is gone
