"""A plain HTTP/1 server whose answers tests can ask for.

peer.py FILE: listens on a free port of 127.0.0.1 and writes its number to FILE.

/echo            the request itself, head and body, as text
/bytes/N         N bytes
/status/N        an answer with this status and a short body
/say/N?h=F&b=B   status N, with each F as a line of its head, and the body B
/cut             a body that ends before its length
/interim         103 before 200
/trailers        chunked, with a trailer
/control         a body with control bytes; /c1: with those of UTF-8, in a
                 header as well;
                 /binary: with a NUL; /bidi: with controls of direction
/cookie          Set-Cookie and the other fields that are secrets
/redirect        302 to /echo; /loop: 302 to itself
/keep            307 to /echo
/flaky/NAME      503 once, then the request as /echo has it
/gzip            a compressed body
/hold/NAME       begins a body, and ends it after /release/NAME was asked
/held/NAME       answers when /hold/NAME has begun
/half/NAME       the same, but the connection is cut instead
/busy/NAME       503, until /release/NAME was asked
"""
import gzip
import os
import socketserver
import sys
import threading
import urllib.parse

gates = {}
gates_lock = threading.Lock()


def gate(name):
    with gates_lock:
        return gates.setdefault(name, threading.Event())


class Peer(socketserver.StreamRequestHandler):
    def handle(self):
        while self.one_request():
            pass

    def one_request(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return False
            head += line
        fields = {}
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            fields[name.strip().lower()] = value.strip()
        if fields.get(b"expect", b"").lower() == b"100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.read_body(fields)
        path = head.split(b" ")[1].decode()
        self.query = urllib.parse.parse_qs(path.partition("?")[2], encoding="latin-1")
        self.is_head = head.startswith(b"HEAD ")
        return self.answer(path.split("?")[0], head, body)

    def read_body(self, fields):
        if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if not size:
                    return body
        return self.rfile.read(int(fields.get(b"content-length", b"0")))

    def send(self, body, status="200 OK", extra=b"", length=None):
        length = len(body) if length is None else length
        self.wfile.write(
            b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\n%sContent-Length: %d\r\n\r\n"
            % (status.encode(), extra, length)
            + (b"" if self.is_head else body)
        )
        return True

    def answer(self, path, head, body):
        parts = path.strip("/").split("/")
        handler = getattr(self, "do_" + parts[0], None)
        if handler and parts[0] in ("bytes", "say", "status", "hold", "held", "half", "release", "busy"):
            return handler(parts[1])
        if parts[0] == "flaky" and not gate("flaky " + parts[1]).is_set():
            gate("flaky " + parts[1]).set()
            return self.do_status("503")
        if parts[0] == "echo" or not handler:
            return self.send(head + body)
        return handler()

    def do_bytes(self, n):
        return self.send(b"x" * int(n))

    def do_status(self, n):
        return self.send(b"status %s\n" % n.encode(), n + " Said So")

    def do_say(self, n):
        fields = "".join(line + "\r\n" for line in self.query.get("h", []))
        body = "".join(self.query.get("b", []))
        return self.send(body.encode("latin-1"), n + " Said So", fields.encode("latin-1"))

    def do_cut(self):
        self.send(b"0123456789", length=100)
        return False

    def do_interim(self):
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        return self.send(b"final\n")

    def do_trailers(self):
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nbody\n\r\n0\r\nX-Sum: 42\r\n\r\n"
        )
        return True

    def do_control(self):
        return self.send(b"\x1b[2Jtext\n")

    def do_c1(self):
        extra = b"X-C1: \xc2\x9b2J\r\nX-Raw: \x9b2J\r\n"
        return self.send(b"\xc2\x9b2J \xc3\xa4 \xc2\xa0.", extra=extra)

    def do_bidi(self):
        return self.send("a\u202eb\u2066c".encode())

    def do_binary(self):
        return self.send(b"\x00\x01\x02")

    def do_cookie(self):
        return self.send(b"ok\n", extra=b"Set-Cookie: sid=topsecret\r\n")

    def do_redirect(self):
        return self.send(b"gone\n", "302 Found", b"Location: /echo\r\n")

    def do_keep(self):
        return self.send(b"", "307 Temporary Redirect", b"Location: /echo\r\n")

    def do_loop(self):
        return self.send(b"", "302 Found", b"Location: /loop\r\n")

    def do_gzip(self):
        return self.send(gzip.compress(b"unpacked\n"), extra=b"Content-Encoding: gzip\r\n")

    def begin(self, name):
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s-begin\n" % (len(name) * 2 + 12, name.encode())
        )
        gate("held " + name).set()
        gate(name).wait(30)

    def do_hold(self, name):
        self.begin(name)
        self.wfile.write(b"%s-end\n" % name.encode())
        return True

    def do_held(self, name):
        gate("held " + name).wait(30)
        return self.send(b"held\n")

    def do_busy(self, name):
        gate("held " + name).set()
        return self.send(b"fine\n") if gate(name).is_set() else self.do_status("503")

    def do_half(self, name):
        self.begin(name)
        return False

    def do_release(self, name):
        gate(name).set()
        return self.send(b"released\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 100

    def handle_error(self, request, client_address):
        pass  # a client that goes away is what some tests do


server = Server(("127.0.0.1", 0), Peer)
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(server.server_address[1]))

os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
