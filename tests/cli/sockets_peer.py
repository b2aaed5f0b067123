"""What a server can see of the sockets of its clients.

usage: sockets_peer.py FOLDER

Answers each request on 127.0.0.1, ::1 and the abstract socket @FOLDER/app with a line
of JSON: the PROXY line that came first, the client's port, the mark of its packets and
the keepalive timer of its socket (the kernel's list of them).  A datagram on the UDP
port is written to FOLDER/datagrams the same way.  FOLDER/ports has the ports of TCP,
TCP over IPv6 (0: there is none) and UDP.
"""
import json
import os
import selectors
import socket
import struct
import sys

IP_PKTOPTIONS = 9
USER_HZ = os.sysconf("SC_CLK_TCK")


def mark_of(conn):
    """The type of service of the last packets, IPv4's only."""
    if conn.family != socket.AF_INET:
        return None
    data = conn.getsockopt(socket.IPPROTO_IP, IP_PKTOPTIONS, 256)
    at = 0
    while at + 16 <= len(data):
        length, level, kind = struct.unpack_from("=Qii", data, at)
        if (level, kind) == (socket.IPPROTO_IP, socket.IP_TOS):
            return data[at + 16]
        at += (length + 7) // 8 * 8
    return None


def keepalive_of(port):
    """Seconds until the kernel of the client's socket asks; null: it will not."""
    with open("/proc/net/tcp") as rows:
        for row in rows.readlines()[1:]:
            cells = row.split()
            local, state, timer = cells[1], cells[3], cells[5]
            if int(local.split(":")[1], 16) == port and state == "01":
                kind, left = timer.split(":")
                return int(left, 16) / USER_HZ if kind == "02" else None
    return None


def read_head(conn):
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        more = conn.recv(1)
        if not more:
            return None
        data += more
    return data


def answer(conn):
    head = read_head(conn)
    if head is None:
        return
    first = head.split(b"\r\n")[0].decode()
    name = conn.getpeername()
    port = name[1] if isinstance(name, tuple) else None
    seen = {
        "proxy": first if first.startswith("PROXY ") else None,
        "host": next((h[6:].decode() for h in head.split(b"\r\n") if h.lower().startswith(b"host: ")), None),
        "port": port,
        "tos": mark_of(conn),
        "keepalive": keepalive_of(port) if conn.family == socket.AF_INET else None,
        "us": list(conn.getsockname())[:2] if port else None,
    }
    body = json.dumps(seen).encode() + b"\n"
    conn.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def listener(family, at):
    s = socket.socket(family)
    if family == socket.AF_INET:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    s.bind(at)
    s.listen(16)
    return s


def datagram(udp, folder):
    _, control, _, peer = udp.recvmsg(65535, 256)
    tos = next((data[0] for level, kind, data in control if kind == socket.IP_TOS), None)
    with open(folder + "/datagrams", "a") as out:
        out.write(json.dumps({"port": peer[1], "tos": tos}) + "\n")


def main(folder):
    v4 = listener(socket.AF_INET, ("127.0.0.1", 0))
    listeners = [v4, listener(socket.AF_UNIX, "\0" + folder + "/app")]
    try:
        v6 = listener(socket.AF_INET6, ("::1", 0))
        listeners.append(v6)
        port6 = v6.getsockname()[1]
    except OSError:
        port6 = 0
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    udp.bind(("127.0.0.1", 0))
    ready = selectors.DefaultSelector()
    for s in listeners + [udp]:
        ready.register(s, selectors.EVENT_READ)
    with open(folder + "/ports.new", "w") as out:
        print(v4.getsockname()[1], port6, udp.getsockname()[1], file=out)
    os.rename(folder + "/ports.new", folder + "/ports")
    while True:
        for key, _ in ready.select():
            if key.fileobj is udp:
                datagram(udp, folder)
                continue
            conn, _ = key.fileobj.accept()
            with conn:
                answer(conn)


main(sys.argv[1])
