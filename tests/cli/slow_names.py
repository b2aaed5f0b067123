#!/usr/bin/env python3
"""slow_names.py SECONDS: a name server that takes its time.

Every name has the address 127.0.0.1, and nothing else.  Prints its port.
"""
import socket
import struct
import sys
import time

late = float(sys.argv[1])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)


def answer(query):
    end = 12
    while query[end]:
        end += 1 + query[end]
    question = query[12:end + 5]
    is_a = question[-4:-2] == b"\0\1"
    head = query[:2] + struct.pack(">HHHHH", 0x8580, 1, int(is_a), 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1])
    return head + question + (record if is_a else b"")


waiting = []  # (when, to whom, what)
while True:
    server.settimeout(max(0.001, waiting[0][0] - time.monotonic()) if waiting else None)
    try:
        query, client = server.recvfrom(4096)
        waiting.append((time.monotonic() + late, client, answer(query)))
    except TimeoutError:
        pass
    while waiting and waiting[0][0] <= time.monotonic():
        _, client, text = waiting.pop(0)
        server.sendto(text, client)
