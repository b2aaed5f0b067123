#!/usr/bin/env python3
"""late_relay.py --to PORT WHAT SECONDS: a way to PORT, over TCP and UDP, that is late once.

connect  nobody takes the connection before; of UDP nothing passes
tls      the connection is taken at once, and its first bytes wait
send     what the client sends waits, when half a megabyte of it has passed
receive  the same of what the server sends

Prints the port that the client shall talk to, then runs until it is killed.
"""
import argparse
import selectors
import socket
import time

parser = argparse.ArgumentParser()
parser.add_argument("--to", type=int, required=True)
parser.add_argument("what", choices=["connect", "tls", "send", "receive"])
parser.add_argument("seconds", type=float)
options = parser.parse_args()

HELD_AT = 500_000  # bytes of one direction, when it is a body that waits
SYN_SENT = "02"  # in /proc/net/tcp
SMALL = 65536  # of the kernel's buffers: what waits is felt by whoever sends it
selector = selectors.DefaultSelector()


class Hold:
    """The one time that something waits."""

    def __init__(self):
        self.until = None

    def begin(self):
        if self.until is None:
            self.until = time.monotonic() + options.seconds

    def is_on(self):
        return self.until is not None and time.monotonic() < self.until


hold = Hold()


class Pipe:
    """One direction of a TCP connection."""

    def __init__(self, source, sink, what):
        self.source, self.sink, self.what = source, sink, what
        self.passed = 0

    def is_waiting(self):
        due = self.what == options.what and self.passed >= HELD_AT
        if due or (options.what == "tls" and self.what == "send" and self.passed == 0):
            hold.begin()
            return hold.is_on()
        return False

    def move(self):
        """False: it is over."""
        if self.is_waiting():
            return True
        try:
            data = self.source.recv(SMALL)
            if data:
                self.sink.sendall(data)
            else:
                self.sink.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        self.passed += len(data)
        return bool(data)


class TcpWay:
    def __init__(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0 if options.what == "connect" else 16)
        self.port = self.listener.getsockname()[1]
        self.crowd = []
        if options.what == "connect":
            self.fill()
        selector.register(self.listener, selectors.EVENT_READ, self.accept)

    def fill(self):
        """The queue of those that nobody has accepted is full: a SYN is dropped."""
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", self.port))
            self.crowd.append(one)

    def knocks(self):
        """Has somebody else sent a SYN? A kernel says so of its own machine's sockets."""
        known = {one.getsockname()[1] for one in self.crowd}
        with open("/proc/net/tcp", encoding="ascii") as sockets:
            for words in (line.split() for line in list(sockets)[1:]):
                source, sink = (int(words[i].split(":")[1], 16) for i in (1, 2))
                if sink == self.port and words[3] == SYN_SENT and source not in known:
                    return True
        return False

    def accept(self):
        if options.what == "connect":
            # Not before: how long the program takes to begin is nobody's connecting.
            if hold.until is None and not self.knocks():
                return
            hold.begin()
            if hold.is_on():
                return
        client, _ = self.listener.accept()
        if any(client.getpeername() == one.getsockname() for one in self.crowd):
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", options.to))
        for pipe in Pipe(client, server, "send"), Pipe(server, client, "receive"):
            selector.register(pipe.source, selectors.EVENT_READ, lambda p=pipe: self.move(p))

    @staticmethod
    def move(pipe):
        if not pipe.move():
            selector.unregister(pipe.source)


class UdpWay:
    """What comes while it is held is lost, as on a path that is gone for a while."""

    def __init__(self, port):
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.front.bind(("127.0.0.1", port))
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.back.connect(("127.0.0.1", options.to))
        self.client = None
        self.passed = {"send": 0, "receive": 0}
        selector.register(self.front, selectors.EVENT_READ, self.forth)
        selector.register(self.back, selectors.EVENT_READ, self.back_again)

    def passes(self, what, data):
        self.passed[what] += len(data)
        if options.what == "connect" or (what == options.what and self.passed[what] >= HELD_AT):
            hold.begin()
        return not hold.is_on()

    def forth(self):
        data, self.client = self.front.recvfrom(65536)
        if self.passes("send", data):
            self.back.send(data)

    def back_again(self):
        try:
            data = self.back.recv(65536)
        except OSError:
            return
        if self.client and self.passes("receive", data):
            self.front.sendto(data, self.client)


way = TcpWay()
UdpWay(way.port)
print(way.port, flush=True)
while True:
    ready = selector.select()
    for key, _ in ready:
        key.data()
    # What waits is ready all the time; so is the crowd, before somebody comes.
    if hold.is_on() or (options.what == "connect" and hold.until is None):
        time.sleep(0.01)
