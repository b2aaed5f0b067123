"""Forms as software that is not quiver reads them.

form_check.py print CONTENT-TYPE < BODY
    a line for each part: depth, name, filename, type, headers, content
form_check.py random QUIVER COUNT SEED [PORT URL ARGUMENTS]
    sends COUNT random forms, and compares what Python's email parser finds in
    them with what was meant; they arrive at PORT, whatever URL they are sent to
"""
import base64
import email
import email.policy
import http.server
import os
import quopri
import random
import subprocess
import sys
import tempfile
import threading


def parse(content_type, body):
    """The message, each content as the bytes it came in."""
    head = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    return email.message_from_bytes(head + body, policy=email.policy.compat32)


def content(part):
    return part.get_payload(decode=True)


def show(part, depth=0):
    for p in part.get_payload():
        kept = {k: v for k, v in p.items() if k not in ("Content-Disposition", "Content-Type")}
        name = p.get_param("name", header="content-disposition")
        filename = p.get_param("filename", header="content-disposition")
        print(depth, name, filename, p.get("Content-Type"), kept, sep="|", end="|")
        if p.is_multipart():
            print()
            show(p, depth + 1)
        else:
            print(content(p))


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []

    def log_message(self, *args):
        pass

    def read_chunks(self):
        body = b""
        while True:
            size = int(self.rfile.readline(), 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return body

    def do_POST(self):
        if self.headers.get("Transfer-Encoding"):
            body = self.read_chunks()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers["Content-Type"], body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


LETTERS = 'abc XYZ-_.:;,"\\\'=@<>()&%+\u00e4\u20ac\t'
BYTES = b'ab \t\r\n\r\n\n"=;\xff\x00\x7f--'


def text(rng, longest=12, letters=LETTERS):
    return "".join(rng.choice(letters) for _ in range(rng.randrange(longest)))


def quoted(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def field_name(rng):
    """A name ends at the first '='; an empty one is none."""
    return text(rng, letters=LETTERS.replace("=", "").replace("\t", "")) + "n"


class Form:
    """Arguments, and what a reader is to find: (name, filename, content) or
    (name, [parts])."""

    def __init__(self, rng, folder):
        self.rng = rng
        self.folder = folder
        self.args = []
        self.nfiles = 0
        self.parts = self.group(0)

    def encoder(self):
        e = self.rng.choice(["", "", "binary", "8bit", "base64", "quoted-printable"])
        return ";encoder=" + e if e else ""

    def file(self, data):
        self.nfiles += 1
        path = os.path.join(self.folder, "f%d,;\"%d" % (self.nfiles, self.nfiles))
        with open(path, "wb") as f:
            f.write(data)
        return path

    def data(self):
        size = self.rng.choice([0, 1, 57, 76, 1023, 1025, 5000, 70000])
        return bytes(self.rng.choice(BYTES) for _ in range(self.rng.randrange(size + 1)))

    def one(self, depth):
        name = field_name(self.rng)
        kind = self.rng.randrange(6 if depth < 3 else 5)
        if kind == 0:
            value = text(self.rng, 2000)
            self.args += ["--form-string", name + "=" + value]
            return name, None, value.encode()
        if kind == 1:
            value = text(self.rng, 40)
            self.args += ["-F", name + "=" + quoted(value) + self.encoder()]
            return name, None, value.encode()
        if kind == 2:
            data = self.data()
            self.args += ["-F", name + "=<" + quoted(self.file(data)) + self.encoder()]
            return name, None, data
        if kind == 3:
            data, filename = self.data(), text(self.rng) + "x"
            self.args += ["-F", "%s=@%s;filename=%s%s" % (name, quoted(self.file(data)), quoted(filename), self.encoder())]
            return name, filename, data
        if kind == 4:
            files = [self.data() for _ in range(self.rng.randrange(2, 4))]
            paths = [self.file(d) for d in files]
            self.args += ["-F", name + "=@" + ",".join(quoted(p) for p in paths)]
            return name, [(None, os.path.basename(p), d) for p, d in zip(paths, files)]
        self.args += ["-F", name + "=("]
        parts = self.group(depth + 1)
        self.args += ["-F", "=)"]
        return name, parts

    def group(self, depth):
        return [self.one(depth) for _ in range(self.rng.randrange(1, 5))]


def raw_parameter(head, name):
    """What stands in the quotes, written as browsers write it: the parser's own
    reading takes a backslash for an escape, as mail does."""
    line = next(x for x in head.split(b"\r\n") if x.lower().startswith(b"content-disposition:"))
    mark = b'; %s="' % name.encode()
    if mark not in line:
        return None
    rest = line.split(mark, 1)[1]
    return rest[: rest.index(b'"')].decode().replace("%22", '"')


def decoded(raw, encoding):
    if encoding == "base64":
        return base64.b64decode(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return raw


def split(body, boundary):
    """RFC 2046 5.1.1, by hand: the email parser mends line ends in contents."""
    mark = b"--" + boundary
    assert body.startswith(mark + b"\r\n"), body[:80]
    assert body.endswith(b"\r\n" + mark + b"--\r\n"), body[-80:]
    inner = body[len(mark) + 2 : -len(mark) - 6]
    return inner.split(b"\r\n" + mark + b"\r\n")


def compare(content_type, body, wanted, where=""):
    message = parse(content_type, body)
    pieces = split(body, message.get_boundary().encode())
    assert len(pieces) == len(wanted), (where, len(pieces), len(wanted))
    found = message.get_payload()
    assert len(found) == len(wanted), (where, "the parser found", len(found))
    for piece, part, want in zip(pieces, found, wanted):
        head, _, raw = piece.partition(b"\r\n\r\n")
        own = email.message_from_bytes(head + b"\r\n\r\n", policy=email.policy.compat32)
        assert [(k, str(v)) for k, v in own.items()] == [(k, str(v)) for k, v in part.items()], head
        assert raw_parameter(head, "name") == want[0], (head, want[0])
        if isinstance(want[1], list):
            compare(own["content-type"], raw, want[1], where + "/" + want[0])
            continue
        assert raw_parameter(head, "filename") == want[1], (head, want[1])
        got = decoded(raw, own.get("content-transfer-encoding"))
        assert got == want[2], (where, want[0], got[:80], want[2][:80])


def send_random(quiver, count, seed, port=0, url=None, *more):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = url or "http://127.0.0.1:%d/" % server.server_address[1]
    for i in range(count):
        with tempfile.TemporaryDirectory() as folder:
            form = Form(random.Random(seed + i), folder)
            subprocess.run([quiver, "-sS", "--fail", *more, *form.args, url], check=True)
            try:
                compare(*Recorder.seen.pop(), form.parts)
            except AssertionError:
                print("seed", seed + i, form.args)
                raise
    print(count, "forms")


if sys.argv[1] == "print":
    show(parse(sys.argv[2], sys.stdin.buffer.read()))
else:
    send_random(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
