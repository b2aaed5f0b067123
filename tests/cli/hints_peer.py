"""Answers that call for a hint.

usage: hints_peer.py FILE, which gets "NAME PORT" lines:

  odd      the path names the answer: a row of ANSWERS, /loop/N, or nothing at all;
           whatever begins as TLS is answered in plain HTTP
  gateway  a proxy that reaches nothing
  ssh      speaks first, and no HTTP
  silent   takes connections and says nothing
  full     takes no connection any more: its queue is full
  dns      a name server that does not answer (UDP)
"""
import os
import socket
import sys
import threading

PAGE = b"Content-Type: text/html\r\n"
ANSWERS = {
    "tls-alert": b"\x15\x03\x01\x00\x02\x02\x46",
    "h2-settings": b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "http09": b"<html>old</html>\n",
    "ssh": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "part": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
    "bad-gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\n\x1f\x8b\x08\x00\x00\x00",
    "png": b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 8\r\n\r\n\x89PNG\r\n\x1a\x00",
    "slow-body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
    "slow-answer": b"",
    "portal": b"HTTP/1.1 302 Found\r\nLocation: https://portal.hotspot.test/login?from=x\r\nContent-Length: 0\r\n\r\n",
}
CODES = {
    "401-basic": (401, b'WWW-Authenticate: Basic realm="x"'),
    "401-digest": (401, b'WWW-Authenticate: Digest realm="x", nonce="n", qop="auth"'),
    "401-bearer": (401, b'WWW-Authenticate: Bearer error="invalid_token"'),
    "401-negotiate": (401, b"WWW-Authenticate: Negotiate"),
    "405": (405, b"Allow: GET, HEAD, PATCH"),
    "415": (415, b"Accept-Post: application/ld+json"),
    "426": (426, b"Upgrade: h2c"),
    "429": (429, b"Retry-After: 17"),
    "407": (407, b'Proxy-Authenticate: Basic realm="p"'),
}


def answer_of(path):
    if path in ANSWERS:
        return ANSWERS[path]
    if path.startswith("loop/"):
        n = int(path[5:])
        return b"HTTP/1.1 302 Found\r\nLocation: /loop/%d\r\nContent-Length: 0\r\n\r\n" % (1 - n)
    code, field = CODES.get(path) or (int(path), b"X-Nothing: 1")
    return b"HTTP/1.1 %d Status\r\n%s\r\nContent-Length: 0\r\n\r\n" % (code, field)


def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def serve(c):
    held = False
    with c:
        head = b""
        while b"\r\n\r\n" not in head:
            data = c.recv(65536)
            if not data:
                return
            head += data
            if head[0] == 0x16:
                c.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return
        method, target = head.split(b" ")[:2]
        if method == b"PRI":
            c.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        path = target.decode()
        path = path.split("/", 3)[3] if "://" in path else path.lstrip("/")
        path = path.split("?")[0]
        if method == b"CONNECT":
            path = "407"
        if path == "empty":
            return
        if path == "reset":
            reset(c)
            return
        c.sendall(answer_of(path))
        held = path.startswith("slow-")
        while held and c.recv(65536):
            pass
        # What is left of a body would make a reset of our end.
        c.shutdown(socket.SHUT_WR)
        while c.recv(65536):
            pass


def serve_all(listener):
    while True:
        c, _ = listener.accept()
        threading.Thread(target=guarded, args=(serve, c), daemon=True).start()


def guarded(function, *args):
    try:
        function(*args)
    except OSError:
        pass


def speak(listener):
    while True:
        c, _ = listener.accept()
        guarded(c.sendall, ANSWERS["ssh"])
        threading.Thread(target=guarded, args=(drain, c), daemon=True).start()


def drain(c):
    with c:
        while c.recv(65536):
            pass


def fail(listener):
    while True:
        c, _ = listener.accept()
        with c:
            c.recv(65536)
            guarded(c.sendall, b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")


held = []


def hold(listener):
    while True:
        held.append(listener.accept()[0])


def listen(backlog=50):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(backlog)
    return s


def fill(listener):
    """Until a connection is not taken any more."""
    while True:
        c = socket.socket()
        c.settimeout(0.5)
        held.append(c)
        try:
            c.connect(listener.getsockname())
        except TimeoutError:
            return


def main():
    sockets = {"odd": listen(), "gateway": listen(), "ssh": listen(), "silent": listen(), "full": listen(0)}
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind(("127.0.0.1", 0))
    for name, run in (("odd", serve_all), ("gateway", fail), ("ssh", speak), ("silent", hold)):
        threading.Thread(target=run, args=(sockets[name],), daemon=True).start()
    fill(sockets["full"])
    sockets["dns"] = dns
    with open(sys.argv[1] + ".new", "w") as f:
        for name, s in sockets.items():
            print(name, s.getsockname()[1], file=f)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    threading.Event().wait()


main()
