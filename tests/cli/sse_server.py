"""A server of event streams that remembers what it was asked.

usage: sse_server.py FOLDER      writes FOLDER/sse.port, a line a request to FOLDER/asked

/resume       events 1 to 6, two a connection, from Last-Event-ID on; then 204
/once         three events, and a clean end
/break        one event, then the connection is cut in the middle of another
/gone         one event, then 410 to whoever asks again
/slow         retry: 60000, one event, and an end
/hold         one event, and nothing more until the client has left
/large        an event that has no end
/forms        all the line ends there are, a mark, odd fields, bytes that are no text
/page         something else
/status/N     an answer with this status
/move         302 to /once
/flap         an empty stream, three times; then 204
"""
import http.server
import os
import sys
import threading

folder = sys.argv[1]
counts = {}
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def begin(self, content_type="text/event-stream"):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def put(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def end(self):
        self.wfile.write(b"0\r\n\r\n")

    def empty(self, status, *fields):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def again(self, path):
        with lock:
            counts[path] = counts.get(path, 0) + 1
            return counts[path]

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def do_GET(self):
        with lock, open(folder + "/asked", "a") as out:
            fields = [self.headers.get(n, "-") for n in ("Last-Event-ID", "Accept", "Cache-Control")]
            print(self.command, self.path, *fields, file=out)
        parts = self.path.split("/")
        getattr(self, "do_" + parts[1])(*parts[2:])

    def do_resume(self):
        at = int(self.headers.get("Last-Event-ID", "0"))
        if at >= 6:
            return self.empty(204)
        self.begin()
        self.put(b"retry: 10\n\n")
        for n in (at + 1, at + 2):
            self.put(b"id: %d\ndata: number %d\n\n" % (n, n))
        self.end()

    def do_once(self):
        self.begin("text/event-stream; charset=utf-8")
        self.put(b"data: a\n\nevent: x\ndata: b\n\n")
        self.put(b"data: c\n\n")
        self.end()

    def do_break(self):
        self.begin()
        n = self.again("break")
        if n > 2:
            self.put(b"data: last\n\n")
            return self.end()
        self.put(b"retry: 10\nid: %d\ndata: whole\n\nid: 9\ndata: ha" % n)
        self.close_connection = True
        self.connection.shutdown(2)

    def do_gone(self):
        if self.again("gone") > 1:
            return self.empty(410)
        self.begin()
        self.put(b"retry: 10\ndata: one\n\n")
        self.end()

    def do_slow(self):
        self.begin()
        self.put(b"retry: 60000\ndata: one\n\n")
        self.end()

    def do_hold(self):
        self.begin()
        self.put(b"data: one\n\n")
        self.connection.recv(1)
        self.close_connection = True

    def do_large(self):
        self.begin()
        try:
            while True:
                self.put(b"data: " + b"x" * 1000000 + b"\n")
        except OSError:
            self.close_connection = True

    def do_forms(self):
        self.begin()
        for byte in b"\xef\xbb\xbfdata: a\r\ndata: b\r\n\r\n: comment\rdata:c\r\revent: e\x7f\ndata: \xff\x00\n\nid: a\x00b\nfoo\ndata\n\n":
            self.put(bytes([byte]))
        self.end()

    def do_page(self):
        body = b"<p>hello\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_status(self, n):
        self.empty(int(n))

    def do_move(self):
        self.empty(302, ("Location", "/once"))

    def do_flap(self):
        if self.again("flap") > 3:
            return self.empty(204)
        self.begin()
        self.put(b"retry: 1\n\n")
        self.end()


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
with open(folder + "/sse.port.new", "w") as out:
    print(server.server_address[1], file=out)
os.rename(folder + "/sse.port.new", folder + "/sse.port")
server.serve_forever()
