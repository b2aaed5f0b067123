#!/usr/bin/env python3
"""A UDP relay on 127.0.0.1 that looks at ECN marks (RFC 3168), and keeps or strips them.

ecn.py --to PORT [--strip]: prints its port, then, at SIGTERM, the marks that came from the
client and from the server, in order, a digit each."""
import argparse
import selectors
import signal
import socket
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--to", type=int, required=True)
parser.add_argument("--strip", action="store_true")
options = parser.parse_args()


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    return s


def receive(s):
    data, control, _, sender = s.recvmsg(65535, 64)
    marks = [value[0] & 3 for level, kind, value in control
             if (level, kind) == (socket.IPPROTO_IP, socket.IP_TOS)]
    return data, marks[0] if marks else 0, sender


def send(s, data, mark, to=None):
    s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0 if options.strip else mark)
    try:
        s.sendto(data, to) if to else s.send(data)
    except OSError:
        pass  # the server is gone


def finish(*_):
    print("up", "".join(up))
    print("down", "".join(down))
    sys.stdout.flush()
    sys.exit(0)


up, down = [], []
front, back = udp(), udp()
front.bind(("127.0.0.1", 0))
back.connect(("127.0.0.1", options.to))
selector = selectors.DefaultSelector()
for each in front, back:
    selector.register(each, selectors.EVENT_READ)
signal.signal(signal.SIGTERM, finish)
print(front.getsockname()[1], flush=True)
client = None
while True:
    for key, _ in selector.select():
        try:
            data, mark, sender = receive(key.fileobj)
        except OSError:
            continue
        if key.fileobj is front:
            client = sender
            up.append(str(mark))
            send(back, data, mark)
        else:
            down.append(str(mark))
            send(front, data, mark, client)
