"""A server for what a terminal shows: screen_peer.py PORT_FILE."""
import gzip
import http.server
import os
import sys
import threading

BODIES = {
    "json": ("application/json", '{"name":"Béa", "n":12345678901234567890.10e+5,"list":[1,{},[]],'
             '"s":"\\u00e9\\n\u202e"}'.encode()),
    "broken": ("application/json", b'{"a":[1,  oops], "b" :3}'),
    "latin1": ("text/plain; charset=ISO-8859-1", b"caf\xe9 \x80"),
    "utf16": ("text/plain; charset=utf-16", "\ufeffa€😀".encode("utf-16-be")),
    "text": ("text/plain", b"text"),
    "line": ("text/plain", b"line\n"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n\0\x1b[2J"),
    "gzip": ("application/octet-stream", gzip.compress(b"x")),
    "nul": ("text/plain", b"a\0b"),
}
SLOW = {
    "ndjson": ("application/x-ndjson", b'{"a":1, "b":[true]}\n', b'{"c":1}\n'),
    "string": ("application/json", b'{"a": "begun', b'"}'),
    "sse": ("text/event-stream", b': hi\ndata: {"a":1, "b":[true]}\n\n', b"data: \"c\"\n\n"),
}
gates = {}
lock = threading.Lock()


def gate(name):
    with lock:
        return gates.setdefault(name, threading.Event())


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, type, body, status=200, **fields):
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def begin_chunks(self, type):
        self.send_response(200)
        self.send_header("Content-Type", type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def do_GET(self):
        kind, _, name = self.path.split("?")[0].strip("/").partition("/")
        if kind in BODIES:
            self.answer(*BODIES[kind])
        elif kind == "packed":
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                self.answer("text/plain", gzip.compress(b"unpacked, since it was asked for\n"),
                            Content_Encoding="gzip")
            else:
                self.answer("text/plain", b"not asked for\n")
        elif kind == "flaky":
            if gate("flaky" + name).is_set():
                self.answer("text/plain", b"steady")
            else:
                gate("flaky" + name).set()
                self.answer("text/plain", b"no\n", 503)
        elif kind == "etag":
            self.answer("text/plain", b"", ETag='"v\xc2\x9b2J\xe2\x80\xae"')
        elif kind == "coded":
            self.answer("text/plain", gzip.compress(b"coded"), Content_Encoding="gzip")
        elif kind == "to":
            port = self.server.server_address[1]
            self.answer("text/plain", b"", 302, Location=f"http://localhost:{port}/{name}")
        elif kind == "slow":
            type, first, last = SLOW[name]
            self.begin_chunks(type)
            self.chunk(first)
            gate(name).wait(60)
            gates.pop(name)
            self.chunk(last)
            self.chunk(b"")
        elif kind == "unknown":
            self.begin_chunks("text/plain")
            self.chunk(b"x" * 500)
            gate(name).wait(60)
            self.chunk(b"")
        elif kind == "half":
            self.send_response(200)
            self.send_header("Content-Length", "10000")
            self.end_headers()
            self.wfile.write(b"x" * 5000)
            gate(name).wait(60)
            self.wfile.write(b"x" * 5000)
        elif kind == "huge":
            self.begin_chunks("application/json")
            self.chunk(b"[" * 20)
            for _ in range(500):
                self.chunk(b"1234567890," * 1000)
            self.chunk(b"")
        elif kind == "release":
            gate(name).set()
            self.answer("text/plain", b"")
        else:
            self.answer("text/plain", b"none\n", 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer("application/json", body, 201)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100


server = Server(("127.0.0.1", 0), Peer)
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
