"""HTTP/1 servers on several ports that do what the path says and keep a diary.

mirror.py FILE [--plain N] [--tls CERT KEY]: listens on N (3) free ports of
127.0.0.1, with --tls on three more (the second begins each handshake 3 s
late, the third wants a certificate of the client), and writes their numbers
to FILE in one line.

/to/CODE?loc=TEXT    an answer with this status and these Locations, each as it
                     is; &big=N: with a body of N bytes
/late/head           the answer begins 3 s late
/late/body           the body ends 3 s after the head
/refuse              417 to what expects 100 Continue
/once                closes the connection without an answer
/drip                a body without an end
/login/...           what login.py says: 401, or 200 and the request as JSON; to
                     what asks for a WebSocket, one that says "hi" and goes
/early               401 for Digest at once, before any body is read; then the same
/gone                begins a body of 1 MiB and waits for the client to leave
everything else      200, the request as JSON

"f=NAME: VALUE" in the query, any number of them, is a field of the answer.

The diary is what was asked since the last "forget". It is read by way of two
FIFOs that the caller has made, which costs the caller no process: to a Python
expression over it, the list `d`, in FILE.ask comes the answer in FILE.answer. Each
ends with a NUL.
"""
import base64
import hashlib
import json
import os
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse

import login

LATE = 3.0
diary = []
lock = threading.Lock()


class Mirror(socketserver.StreamRequestHandler):
    def setup(self):
        with lock:
            self.server.count += 1
            self.number = self.server.count
        if self.server.tls:
            time.sleep(self.server.late)
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        while self.one_request():
            pass

    def one_request(self):
        start = self.rfile.readline()
        if not start.strip():
            return False
        fields = []
        while True:
            line = self.rfile.readline().rstrip(b"\r\n")
            if not line:
                break
            name, _, value = line.decode("latin-1").partition(":")
            fields.append([name.lower(), value.strip()])
        method, target, _ = start.decode("latin-1").split(" ", 2)
        seen = dict(fields)
        path, _, query = target.partition("?")
        is_early = path == "/early" and "authorization" not in seen
        if seen.get("expect") == "100-continue" and path != "/refuse" and not is_early:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b""
        if not is_early and (path != "/refuse" or "expect" not in seen):
            body = self.read_body(seen)
        entry = {"port": self.server.server_address[1], "connection": self.number,
                 "method": method, "target": target, "headers": seen,
                 "body": body[:100].decode("latin-1"), "bytes": len(body)}
        with lock:
            diary.append(entry)
        self.is_head = method == "HEAD"
        if is_early:
            self.send(b"who are you?", 401, [("WWW-Authenticate", value) for value in
                                             login.challenges(["digest"], {}, False)])
            self.wfile.flush()
            return False
        if path.startswith("/login/"):
            return self.answer_login(path, query, entry, body)
        return self.answer(path, urllib.parse.parse_qs(query), entry)

    def answer_login(self, path, query, entry, body):
        status, fields = login.judge(path, dict(urllib.parse.parse_qsl(query)), entry["method"],
                                     entry["target"], entry["headers"].get("authorization"), body)
        if status == 401:
            return self.send(b"who are you?", status, fields)
        if "sec-websocket-key" in entry["headers"]:
            key = entry["headers"]["sec-websocket-key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            accept = base64.b64encode(hashlib.sha1(key).digest()).decode()
            self.wfile.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n").encode())
            self.wfile.write(b"\x81\x02hi\x88\x02\x03\xe8")
            self.rfile.read(1)
            return False
        return self.send(json.dumps(entry).encode() + b"\n", status, fields)

    def read_body(self, fields):
        if fields.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if not size:
                    return body
        return self.rfile.read(int(fields.get("content-length", "0")))

    def send(self, body, status=200, extra=(), length=None):
        head = ["HTTP/1.1 %d Said So" % status,
                "Content-Length: %d" % (len(body) if length is None else length)]
        head += ["%s: %s" % field for field in extra]
        self.wfile.write("\r\n".join(head + ["", ""]).encode())
        if not self.is_head:
            self.wfile.write(body)
        return True

    def answer(self, path, query, entry):
        said = [tuple(f.split(": ", 1)) for f in query.get("f", [])]
        if path.startswith("/to/"):
            locations = said + [("Location", text) for text in query.get("loc", [])]
            body = b"b" * int(query.get("big", ["6"])[0])
            return self.send(body, int(path[4:].split("/")[0]), locations)
        if path == "/refuse" and "expect" in entry["headers"]:
            return self.send(b"no", 417)
        if path == "/late/head":
            time.sleep(LATE)
            return self.send(b"late\n")
        if path == "/late/body":
            self.send(b"begin\n", length=10)
            self.wfile.flush()
            time.sleep(LATE)
            self.wfile.write(b"end\n")
            return True
        if path == "/once":
            return False
        if path == "/drip":
            self.send(b"x", length=1 << 40)
            while True:
                self.wfile.write(b"x" * 4096)
                time.sleep(0.01)
        if path == "/gone":
            self.send(b"x" * 1000, length=1 << 20)
            self.rfile.read(1)
            return False
        return self.send(json.dumps(entry).encode() + b"\n", extra=said)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 200

    def __init__(self, tls=None, late=0.0):
        super().__init__(("127.0.0.1", 0), Mirror)
        self.tls = tls
        self.late = late
        self.count = 0

    def handle_error(self, request, client_address):
        pass  # a client that goes away is what some tests do


def answer_question(question):
    with lock:
        if question == "forget":
            diary.clear()
            return ""
        try:
            if question.startswith("record\x01"):
                _, expression, text = question.split("\x01")
                return str(eval(expression, {"r": json.loads(text)}))
            return str(eval(question, {"d": diary}))
        except Exception as e:
            return f"{question}: {e!r} of {json.dumps(diary)}"


def answer_questions(file):
    # Open for both, so that neither has an end and opening never waits.
    ask = open(os.open(file + ".ask", os.O_RDWR), "rb", buffering=0)
    reply = os.open(file + ".answer", os.O_RDWR)
    while True:
        question = b""
        while (byte := ask.read(1)) != b"\0":
            question += byte
        text = answer_question(question.decode()) + "\n\0"
        for start in range(0, len(text), 4096):
            os.write(reply, text[start:start + 4096].encode())


def main(file, *options):
    options = list(options)
    plain, servers = 3, []
    if "--plain" in options:
        plain = int(options[options.index("--plain") + 1])
    servers = [Server() for _ in range(plain)]
    if "--tls" in options:
        at = options.index("--tls")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options[at + 1], options[at + 2])
        strict = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        strict.load_cert_chain(options[at + 1], options[at + 2])
        strict.load_verify_locations(options[at + 1])
        strict.verify_mode = ssl.CERT_REQUIRED
        servers += [Server(context), Server(context, LATE), Server(strict)]
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=answer_questions, args=(file,), daemon=True).start()
    with open(file + ".new", "w") as f:
        print(*(s.server_address[1] for s in servers), file=f)
    os.rename(file + ".new", file)
    servers[0].serve_forever()


main(*sys.argv[1:])
