"""early_hole.py PORT TO: a UDP port that swallows everything, on 127.0.0.1.

The TCP port of the same number leads to the port TO. Prints a line when both are there, then
runs until it is killed.
"""
import socket
import sys
import threading

PORT, TO = int(sys.argv[1]), int(sys.argv[2])


def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", PORT))
tcp = socket.create_server(("127.0.0.1", PORT))
print("ready", flush=True)
while True:
    client, _ = tcp.accept()
    server = socket.create_connection(("127.0.0.1", TO))
    threading.Thread(target=copy, args=(client, server), daemon=True).start()
    threading.Thread(target=copy, args=(server, client), daemon=True).start()
