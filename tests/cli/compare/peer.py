"""A server that keeps every byte it gets, for compare.py.

One thread with a loop of its own serves HTTP/1.1 on two plain ports (a second origin),
HTTP/2 and HTTP/1.1 by ALPN over TLS, and HTTP/3 on UDP.  What HTTP/1.1 sends is kept as
bytes, each connection apart; of HTTP/2 and HTTP/3 the fields, the body and the trailers of
each stream.  Paths say what is answered:

/status/N                 this status; with ?to=URL a Location; with ?field=NAME:VALUE others
/once/N                   this status the first time, then 200
/basic, /digest, /sha     401 with a challenge, until there are credentials of that scheme
/cookies                  three cookies, and the request's Cookie as the body
/etag                     an entity tag; 304 when If-None-Match has it
/file                     100 bytes, by ranges too, with a validator
/gzip                     a coded body when it is accepted
/disposition              a name for -J
/say?NAME=VALUE           the fields of the query
/hop/N                    N redirects, each with a cookie
/encoded                  a coded transfer when TE asks for it
anything else             200, "ok"
"""
import asyncio
import datetime
import gzip
import ssl
import threading
import urllib.parse

from aioquic.asyncio import serve as quic_serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived as H2Data
from h2.events import RequestReceived, StreamEnded, TrailersReceived

FILE = b"".join(b"%09d\n" % n for n in range(10))
WHEN = "Wed, 01 May 2024 10:00:00 GMT"


def make_certificate(folder):
    """cert.pem and key.pem; the certificate is its own root."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "compare")])
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .sign(key, hashes.SHA256()))
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


class Answers:
    """What is answered, whatever the version of HTTP."""

    def __init__(self):
        self.seen = set()

    def of(self, method, target, fields):
        """status, fields, body."""
        url = urllib.parse.urlsplit(target)
        parts = url.path.strip("/").split("/")
        query = urllib.parse.parse_qsl(url.query)
        handler = getattr(self, "do_" + parts[0], None)
        if handler:
            return handler(parts[1:], query, {k.lower(): v for k, v in fields}, target)
        return 200, [("Content-Type", "text/plain")], b"ok\n"

    def do_status(self, parts, query, fields, target):
        more = [tuple(v.split(":", 1)) for k, v in query if k == "field"]
        return int(parts[0]), more + [("Location", v) for k, v in query if k == "to"], b"said\n"

    def do_once(self, parts, query, fields, target):
        status = 200 if target in self.seen else int(parts[0])
        self.seen.add(target)
        return status, [], b"once\n"

    def challenge(self, fields, scheme, offers):
        if fields.get("authorization", "").startswith(scheme + " "):
            return 200, [], b"welcome\n"
        return 401, [("WWW-Authenticate", o) for o in offers], b"who?\n"

    def do_basic(self, parts, query, fields, target):
        return self.challenge(fields, "Basic", ['Basic realm="r"'])

    def do_digest(self, parts, query, fields, target):
        return self.challenge(fields, "Digest", ['Digest realm="r", nonce="n", qop="auth", opaque="o"'])

    def do_sha(self, parts, query, fields, target):
        return self.challenge(fields, "Digest", [
            'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256', 'Basic realm="r"'])

    def do_cookies(self, parts, query, fields, target):
        return 200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/other"),
                     ("Set-Cookie", 'c="x y"; Max-Age=3600')], fields.get("cookie", "none").encode() + b"\n"

    def do_etag(self, parts, query, fields, target):
        if fields.get("if-none-match") == '"v1"':
            return 304, [("ETag", '"v1"')], b""
        return 200, [("ETag", '"v1"')], b"tagged\n"

    def do_file(self, parts, query, fields, target):
        head = [("ETag", '"f1"'), ("Last-Modified", WHEN), ("Accept-Ranges", "bytes")]
        if fields.get("if-modified-since") == WHEN:
            return 304, head, b""
        first, _, last = fields.get("range", "").removeprefix("bytes=").partition("-")
        if "range" not in fields or "," in last or fields.get("if-range", '"f1"') not in ('"f1"', WHEN):
            return 200, head, FILE
        if not first:
            first, last = max(0, len(FILE) - int(last)), ""
        first, last = int(first), min(int(last or len(FILE) - 1), len(FILE) - 1)
        if first >= len(FILE):
            return 416, [("Content-Range", "bytes */%d" % len(FILE))], b""
        return 206, head + [("Content-Range", "bytes %d-%d/%d" % (first, last, len(FILE)))], FILE[first:last + 1]

    def do_gzip(self, parts, query, fields, target):
        if "gzip" in fields.get("accept-encoding", ""):
            return 200, [("Content-Encoding", "gzip")], gzip.compress(b"unpacked\n", mtime=0)
        return 200, [], b"as it is\n"

    def do_disposition(self, parts, query, fields, target):
        return 200, [("Content-Disposition", 'attachment; filename="given.txt"')], b"named\n"

    def do_say(self, parts, query, fields, target):
        return 200, query, b"said so\n"

    def do_hop(self, parts, query, fields, target):
        left = int(parts[0])
        if not left:
            return 200, [], b"there\n"
        return 302, [("Location", "/hop/%d" % (left - 1)), ("Set-Cookie", "at=%d" % left)], b""

    def do_encoded(self, parts, query, fields, target):
        if "gzip" in fields.get("te", ""):
            return 200, [("Transfer-Encoding", "gzip, chunked")], gzip.compress(b"unpacked\n", mtime=0)
        return 200, [], b"as it is\n"


class Stream:
    """What came on one stream of HTTP/2 or HTTP/3."""

    def __init__(self, conn, fields):
        self.conn = conn
        self.fields = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in fields]
        self.body = b""
        self.trailers = []

    def get(self, name):
        return dict(self.fields).get(name, "")


class Peer:
    """port, other (HTTP/1.1), tls (HTTP/2 and HTTP/3); reset() and taken() around each command."""

    def __init__(self, folder):
        self.folder = folder
        make_certificate(folder)
        self.reset()
        started = threading.Event()
        threading.Thread(target=self.run, args=(started,), daemon=True).start()
        started.wait()

    def reset(self):
        self.answers = Answers()
        self.conns = []  # of HTTP/1.1: (port, bytes)
        self.streams = []
        self.nconns = 0

    def run(self, started):
        asyncio.run(self.main(started))

    async def main(self, started):
        plain = await asyncio.start_server(self.http1, "127.0.0.1", 0, limit=1 << 24)
        other = await asyncio.start_server(self.http1, "127.0.0.1", 0, limit=1 << 24)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
        tls = await asyncio.start_server(self.secure, "127.0.0.1", 0, ssl=context)
        self.port, self.other, self.tls = (s.sockets[0].getsockname()[1] for s in (plain, other, tls))
        configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
        configuration.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        await quic_serve("127.0.0.1", self.tls, configuration=configuration,
                         create_protocol=lambda *a, **k: Http3(self, *a, **k))
        started.set()
        await asyncio.Event().wait()

    # ---- HTTP/1.1 ----

    async def http1(self, reader, writer):
        kept = bytearray()
        self.conns.append((writer.get_extra_info("sockname")[1], kept))

        async def take(n=None):
            data = await (reader.readuntil(b"\n") if n is None else reader.readexactly(n))
            kept.extend(data)
            return data

        try:
            while await self.one_request(take, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError) as e:
            kept.extend(getattr(e, "partial", b""))
        writer.close()

    async def one_request(self, take, writer):
        head = await take()
        if head.startswith(b"PROXY "):
            head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += await take()
        lines = head.decode("latin-1").split("\r\n")[:-2]
        method, target, version = lines[0].split(" ")
        fields = [(n, v.strip()) for n, _, v in (line.partition(":") for line in lines[1:])]
        low = {n.lower(): v for n, v in fields}
        if low.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if low.get("transfer-encoding", "").lower() == "chunked":
            while size := int((await take()).split(b";")[0], 16):
                await take(size + 2)
            while await take() != b"\r\n":
                pass
        elif "content-length" in low:
            await take(int(low["content-length"]))
        status, more, body = self.answers.of(method, target, fields)
        closes = version == "HTTP/1.0" or low.get("connection", "").lower() == "close"
        self.write1(writer, method, status, more, body)
        await writer.drain()
        return not closes

    def write1(self, writer, method, status, more, body):
        is_chunked = any(n == "Transfer-Encoding" for n, _ in more)
        if not is_chunked and status not in (204, 304):
            more = more + [("Content-Length", str(len(body)))]
        head = "".join("%s: %s\r\n" % f for f in more)
        writer.write(("HTTP/1.1 %d Said So\r\n%s\r\n" % (status, head)).encode())
        if is_chunked:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        if method != "HEAD":
            writer.write(body)

    # ---- HTTP/2 ----

    async def secure(self, reader, writer):
        if writer.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
            return await self.http1(reader, writer)
        self.nconns += 1
        number, streams = self.nconns, {}
        conn = H2Connection(H2Configuration(
            client_side=False, header_encoding=None, validate_inbound_headers=False))
        conn.initiate_connection()
        conn.increment_flow_control_window(1 << 30)
        try:
            writer.write(conn.data_to_send())
            while data := await reader.read(65536):
                for e in conn.receive_data(data):
                    self.on_event2(conn, number, streams, e)
                writer.write(conn.data_to_send())
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        writer.close()

    def on_event2(self, conn, number, streams, e):
        if isinstance(e, RequestReceived):
            streams[e.stream_id] = self.begin(number, e.headers)
            conn.increment_flow_control_window(1 << 24, e.stream_id)
        elif isinstance(e, H2Data):
            streams[e.stream_id].body += e.data
        elif isinstance(e, TrailersReceived):
            streams[e.stream_id].trailers = [(n.decode(), v.decode()) for n, v in e.headers]
        if isinstance(e, StreamEnded):
            s = streams[e.stream_id]
            status, fields, body = self.answer(s)
            conn.send_headers(e.stream_id, [(":status", str(status))] + fields, end_stream=not body)
            if body:
                conn.send_data(e.stream_id, body, end_stream=True)

    # ---- both ----

    def begin(self, number, fields):
        stream = Stream(number, fields)
        self.streams.append(stream)
        return stream

    def answer(self, s):
        status, fields, body = self.answers.of(s.get(":method"), s.get(":path"), s.fields)
        fields = [(n.lower(), v) for n, v in fields if n != "Transfer-Encoding"]
        return status, fields, b"" if s.get(":method") == "HEAD" else body


class Http3(QuicConnectionProtocol):
    def __init__(self, peer, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.peer, self.http, self.streams, self.number = peer, None, {}, 0

    def quic_event_received(self, event):
        if self.http is None:
            self.http = H3Connection(self._quic)
        for e in self.http.handle_event(event):
            self.on_event(e)

    def on_event(self, e):
        if isinstance(e, HeadersReceived):
            if e.stream_id in self.streams:
                self.streams[e.stream_id].trailers = [(n.decode(), v.decode()) for n, v in e.headers]
            else:
                if not self.number:
                    self.peer.nconns += 1
                    self.number = self.peer.nconns
                self.streams[e.stream_id] = self.peer.begin(self.number, e.headers)
        elif isinstance(e, DataReceived):
            self.streams[e.stream_id].body += e.data
        else:
            return
        if e.stream_ended:
            status, fields, body = self.peer.answer(self.streams[e.stream_id])
            head = [(b":status", b"%d" % status)] + [(n.encode(), v.encode()) for n, v in fields]
            self.http.send_headers(e.stream_id, head, end_stream=not body)
            if body:
                self.http.send_data(e.stream_id, body, end_stream=True)
            self.transmit()
