#!/usr/bin/env python3
"""relay.py --to PORT: a UDP path between a client and PORT, with faults.

--loss P        of all datagrams, in both directions
--corrupt P     one random bit turned
--duplicate P   sent twice
--reorder P     held back until three others have passed
--rebind N      after every N datagrams to the server its next one comes from a new port,
                as if a NAT had forgotten the flow
--hosts         and from another address of 127.0.0.0/8
--move N        after N datagrams to the server they go to another place of it, HOST:PORT
--move-to PLACE
--drop-first N  the first N datagrams to the client are lost
--inject WHAT   before each datagram to the client: reset (a stateless reset with a
                wrong token), garbage, empty (a datagram of no bytes), retry (with a
                wrong integrity tag)
--empties N     N datagrams of no bytes before each one to the client
--cut FILE      nothing passes while there is such a file
--at PORT       that the client talks to (any that is free)
--seed N        of the random numbers: the same faults again (1)

Prints the port that the client shall talk to, then runs until it is killed.
"""
import argparse
import os
import random
import selectors
import socket

parser = argparse.ArgumentParser()
parser.add_argument("--to", type=int, required=True)
for name in "loss", "corrupt", "duplicate", "reorder":
    parser.add_argument("--" + name, type=float, default=0)
for name, default in ("rebind", 0), ("drop-first", 0), ("empties", 0), ("at", 0), ("seed", 1):
    parser.add_argument("--" + name, type=int, default=default)
parser.add_argument("--hosts", action="store_true")
parser.add_argument("--move", type=int, default=0)
parser.add_argument("--move-to", default="")
parser.add_argument("--inject", default="")
parser.add_argument("--cut", default="")
options = parser.parse_args()
BUFFER = 4 << 20


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for which in socket.SO_RCVBUF, socket.SO_SNDBUF:
        s.setsockopt(socket.SOL_SOCKET, which, BUFFER)
    return s


class Direction:
    """One way, with random numbers and a waiting room of its own."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.held = []  # [datagrams still to pass, bytes]

    def happens(self, probability):
        return probability and self.rng.random() < probability

    def through(self, data):
        """What comes out when this goes in."""
        for waiting in self.held:
            waiting[0] -= 1
        late = [w[1] for w in self.held if w[0] <= 0]
        self.held = [w for w in self.held if w[0] > 0]
        if self.happens(options.loss):
            return late
        if self.happens(options.corrupt):
            data = bytearray(data)
            data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
            data = bytes(data)
        if self.happens(options.reorder):
            self.held.append([3, data])
            return late
        return [data] * (2 if self.happens(options.duplicate) else 1) + late


class Flow:
    """One client, and the socket that the server sees in its place."""

    def __init__(self, client, number):
        self.client = client
        self.up = Direction(options.seed * 1000 + 2 * number)
        self.down = Direction(options.seed * 1000 + 2 * number + 1)
        self.sent = self.returned = 0
        self.client_cid = b""
        self.sockets = []
        self.place = ("127.0.0.1", options.to)
        self.bind()

    def bind(self):
        self.socket = udp()
        if options.hosts:
            self.socket.bind(("127.0.0.%d" % (1 + len(self.sockets) % 250), 0))
        self.socket.connect(self.place)
        self.sockets.append(self.socket)  # an old one still brings what is on its way
        selector.register(self.socket, selectors.EVENT_READ, self)

    def to_server(self, data):
        if data[:1] >= b"\x80":
            end = 6 + data[5]
            self.client_cid = data[end + 1:end + 1 + data[end]]
        for piece in self.up.through(data):
            self.sent += 1
            if options.move and self.sent == options.move:
                host, port = options.move_to.split(":")
                self.place = (host, int(port))
                self.bind()
            elif options.rebind and self.sent % options.rebind == 0:
                self.bind()
            try:
                self.socket.send(piece)
            except OSError:
                pass  # the server is gone

    def forged(self, data):
        rng = self.down.rng
        if options.inject == "reset":
            return [b"\x41" + rng.randbytes(60)]
        if options.inject == "garbage":
            return [rng.randbytes(rng.randrange(1, 1200)), b"\x41" + self.client_cid + rng.randbytes(100)]
        if options.inject == "retry" and self.returned == 1:
            cid = self.client_cid
            return [b"\xf0\0\0\0\1" + bytes([len(cid)]) + cid + b"\x08forgedid" + b"token" + rng.randbytes(16)]
        return []

    def to_client(self, data):
        self.returned += 1
        if self.returned <= options.drop_first:
            return
        for piece in self.forged(data) + [b""] * options.empties + self.down.through(data):
            front.sendto(piece, self.client)


selector = selectors.DefaultSelector()
front = udp()
front.bind(("127.0.0.1", options.at))
selector.register(front, selectors.EVENT_READ)
print(front.getsockname()[1], flush=True)
flows = {}
while True:
    for key, _ in selector.select():
        try:
            data, peer = key.fileobj.recvfrom(65536)
        except OSError:
            continue  # the port behind is closed; what is sent next may tell more
        if options.cut and os.path.exists(options.cut):
            continue
        if key.fileobj is not front:
            key.data.to_client(data)
        elif data:
            if peer not in flows:
                flows[peer] = Flow(peer, len(flows))
            flows[peer].to_server(data)
