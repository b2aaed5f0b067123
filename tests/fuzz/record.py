#!/usr/bin/env python3
"""record.py: real exchanges as seeds for the fuzz programs.

Run it as `tests/run python3 tests/fuzz/record.py` (tests/run brings the peers; QUIVER
names the program). It starts `quiver serve`, nginx and an aioquic server, lets quiver
and curl talk to them through a relay that writes down what passes, and writes
seeds/NAME/CLIENT-SERVER-WHAT for each program: TCP as it was, QUIC opened with the
client's key log. The programs for clients get what servers said to quiver, those for
servers what clients said to `quiver serve`. The operations that it writes are those of the programs (see there);
inputs that are not from here, such as those that once failed, stay where they are.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from aioquic.quic.crypto import CryptoContext
from aioquic.tls import CipherSuite

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEEDS = HERE / "seeds"
QUIVER = os.environ["QUIVER"]
SEED_MAX = 4000  # bytes: longer inputs make a fuzzer slow

# What is asked for: a name, the paths of one connection, arguments of either client,
# and the kind of the exchange as fake_pool.c numbers it.
EXCHANGES = [
    ("get", ["/hello.txt"], [], 0),
    ("three", ["/hello.txt", "/d/", "/nowhere"], [], 0),
    ("head", ["/hello.txt"], ["--head"], 1),
    ("post", ["/echo"], ["--data", "a=b&c=d"], 7),
    ("coded", ["/page.html"], ["--compressed"], 0),
    ("range", ["/page.html"], ["--range", "2-5"], 0),
    ("upload", ["/up/x"], ["--upload-file", "FILE"], 7),
]

# ---- recording ------------------------------------------------------------------


class Recording:
    """What passed: ('up' | 'down', bytes) in order."""

    def __init__(self):
        self.lock = threading.Lock()
        self.pieces = []

    def add(self, way, data):
        with self.lock:
            self.pieces.append((way, data))


class TcpRelay(Recording):
    """The first connection is kept, others pass unseen."""

    def __init__(self, port):
        super().__init__()
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                for way, a, b in (("up", client, server), ("down", server, client)):
                    threading.Thread(target=self.pump, args=(way, a, b), daemon=True).start()

    def pump(self, way, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.add(way, data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()


class UdpRelay(Recording):
    def __init__(self, port):
        super().__init__()
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(("127.0.0.1", 0))
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back.connect(("127.0.0.1", port))
        self.port = self.front.getsockname()[1]
        self.client = None
        for pump in (self.up, self.down):
            threading.Thread(target=pump, daemon=True).start()

    def up(self):
        with contextlib.suppress(OSError):
            while True:
                data, self.client = self.front.recvfrom(65536)
                self.add("up", data)
                self.back.send(data)

    def down(self):
        with contextlib.suppress(OSError):
            while True:
                data = self.back.recv(65536)
                self.add("down", data)
                self.front.sendto(data, self.client)

    def close(self):
        self.front.close()
        self.back.close()


# ---- QUIC -----------------------------------------------------------------------


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return len(self.data) - self.at

    def take(self, n):
        if n > self.left():
            raise ValueError("short")
        self.at += n
        return self.data[self.at - n : self.at]

    def varint(self):
        first = self.data[self.at]
        size = 1 << (first >> 6)
        return int.from_bytes(self.take(size), "big") & (1 << (8 * size - 2)) - 1


def varint(n):
    for size, bits in ((1, 0), (2, 1), (4, 2), (8, 3)):
        if n < 1 << (8 * size - 2):
            return (n | bits << (8 * size - 2)).to_bytes(size, "big")
    raise ValueError(n)


def read_keys(path):
    keys = {}
    for line in path.read_text().splitlines():
        label, _, secret = line.split()
        if label.endswith("_TRAFFIC_SECRET_0"):
            keys["up" if label.startswith("CLIENT") else "down"] = bytes.fromhex(secret)
    return keys


def make_contexts(secret):
    suites = (CipherSuite.AES_256_GCM_SHA384,)
    if len(secret) == 32:
        suites = (CipherSuite.AES_128_GCM_SHA256, CipherSuite.CHACHA20_POLY1305_SHA256)
    for suite in suites:
        context = CryptoContext()
        context.setup(cipher_suite=suite, secret=secret, version=1)
        yield context


def skip_long(data, at, lengths, way):
    """The end of a long packet; notes how long the sender's connection ID is."""
    r = Reader(data)
    r.at = at
    first = r.take(1)[0]
    if r.take(4) == b"\0\0\0\0":
        return len(data)
    r.take(r.take(1)[0])
    scid = r.take(r.take(1)[0])
    lengths["down" if way == "up" else "up"] = len(scid)
    kind = first >> 4 & 3
    if kind == 3:
        return len(data)
    if kind == 0:
        r.take(r.varint())
    r.take(r.varint())
    return r.at


def open_short(data, at, n, contexts):
    for context in contexts:
        with contextlib.suppress(Exception):
            return context.decrypt_packet(data[at:], 1 + n, 0)[1]
    return None


def open_packets(pieces, keys):
    """(way, frames) of each 1-RTT packet."""
    lengths, contexts = {}, {way: list(make_contexts(s)) for way, s in keys.items()}
    for way, data in pieces:
        at = 0
        with contextlib.suppress(ValueError, IndexError):
            while at < len(data) and data[at] & 0x80:
                at = skip_long(data, at, lengths, way)
            if at < len(data) and way in lengths and way in contexts:
                payload = open_short(data, at, lengths[way], contexts[way])
                if payload:
                    yield way, payload


# How many numbers a frame has before its end (RFC 9000 19), for those of a fixed form.
PLAIN_FRAMES = {0x00: 0, 0x01: 0, 0x04: 3, 0x05: 2, 0x10: 1, 0x11: 2, 0x12: 1, 0x13: 1,
                0x14: 1, 0x15: 2, 0x16: 1, 0x17: 1, 0x19: 1, 0x1e: 0}


def skip_body(kind, r):
    if kind in PLAIN_FRAMES:
        for _ in range(PLAIN_FRAMES[kind]):
            r.varint()
    elif kind in (0x02, 0x03):
        r.varint(), r.varint()
        for _ in range(2 * r.varint() + 1 + (3 if kind == 3 else 0)):
            r.varint()
    elif kind in (0x06, 0x07):
        if kind == 0x06:
            r.varint()
        r.take(r.varint())
    elif kind == 0x18:
        r.varint(), r.varint()
        r.take(r.take(1)[0] + 16)
    elif kind in (0x1a, 0x1b):
        r.take(8)
    elif kind in (0x1c, 0x1d):
        r.varint()
        if kind == 0x1c:
            r.varint()
        r.take(r.varint())
    else:
        raise ValueError(kind)


def split_frames(payload):
    """(kind, bytes, stream or None) of each frame; a stream is (id, data, fin)."""
    r = Reader(payload)
    while r.left():
        start = r.at
        kind = r.varint()
        stream = None
        if 0x08 <= kind <= 0x0F:
            sid = r.varint()
            if kind & 4:
                r.varint()
            data = r.take(r.varint() if kind & 2 else r.left())
            stream = (sid, data, bool(kind & 1))
        else:
            skip_body(kind, r)
        if kind:
            yield kind, payload[start : r.at], stream


# ---- seeds ----------------------------------------------------------------------


def piece(data):
    data = data[:0xFFFF]
    return struct.pack(">H", len(data)) + data


def submit(kind):
    return bytes([0, 0, kind])


def turns(n):
    return bytes([7, 0, n])


def client_tcp(knobs, kind, pieces):
    """Of h1_client and h2_client: what the server sent, and a new exchange for each
    time that the client spoke again."""
    out = bytes([knobs, kind]) + turns(3)
    last = "up"
    for way, data in pieces:
        if way == "up" and last == "down":
            out += submit(kind) + turns(3)
        if way == "down":
            out += b"\x08" + piece(data) + turns(3)
        last = way
    return out


def server_tcp(knobs, op_turns, op_read, pieces):
    out = bytes([knobs])
    for way, data in pieces:
        if way == "up":
            out += b"\0" + piece(data) + bytes([op_turns, 6])
        else:
            out += bytes([op_read])
    return out


def client_h3(kind, packets, n):
    out = bytes([8, kind]) + turns(3) + submit(kind) * (n - 1)
    for way, payload in packets:
        for _, _, stream in split_frames(payload):
            if way == "down" and stream:
                sid, data, fin = stream
                number = 180 + (sid - 3) // 4 if sid & 2 else sid // 4
                out += bytes([8, number, fin]) + piece(data)
    return out + turns(15)


def server_h3(packets):
    out = bytes([8])
    for way, payload in packets:
        for _, _, stream in split_frames(payload):
            if way == "up" and stream:
                sid, data, fin = stream
                number = 180 + (sid - 2) // 4 if sid & 2 else sid // 4
                out += bytes([0, number, fin]) + piece(data)
        if way == "down":
            out += bytes([2, 3])
    return out + bytes([2, 15])


# ACK and CRYPTO would be about packets and messages that are not there.
UNFIT = (0x02, 0x03, 0x06)


def quic(way, head, op, op_turns, packets):
    out = head
    for sender, payload in packets:
        if sender == way:
            frames = b"".join(b for kind, b, _ in split_frames(payload) if kind not in UNFIT)
            if frames:
                out += bytes([op, 0, 1]) + piece(frames)
            out += bytes([op + 2]) + op_turns
        else:
            out += op_turns
    return out


def save(program, name, seed):
    is_heard = name.startswith("quiver-") if "client" in program else "-serve-" in name
    if len(seed) > SEED_MAX or ("-" in name and not is_heard and program != "report"):
        return
    folder = SEEDS / program
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(seed)


def save_tcp(protocol, name, kind, pieces):
    if protocol == "h1":
        save("h1_client", name, client_tcp(0, kind, pieces))
        save("h1_server", name, server_tcp(0, 5, 6, pieces))
    else:
        save("h2_client", name, client_tcp(16, kind, pieces))
        save("h2_server", name, server_tcp(8, 10, 11, pieces))


def save_quic(name, kind, n, pieces, keys):
    packets = list(open_packets(pieces, keys))
    if not packets:
        print(f"{name}: no packet could be opened", file=sys.stderr)
        return
    save("h3_client", name, client_h3(kind, packets, n))
    save("h3_server", name, server_h3(packets))
    save("quic_client", name, quic("down", bytes([0, kind]), 8, turns(2), packets))
    save("quic_server", name, quic("up", b"\0", 4, bytes([0, 2]), packets))


# ---- servers and clients --------------------------------------------------------


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    sys.exit(f"nothing listens on port {port}")


def make_site(folder):
    site = folder / "site"
    (site / "d").mkdir(parents=True)
    (site / "up").mkdir()
    (site / "hello.txt").write_text("hello over any HTTP\n")
    (site / "page.html").write_text("<p>again and again</p>\n" * 20)
    (site / "d/index.html").write_text("<p>index</p>\n")
    return site


def start_quiver(stack, folder, site):
    tls, plain = free_port(), free_port()
    out = open(folder / "serve.log", "w+")
    p = subprocess.Popen([QUIVER, "serve", "--port", str(tls), "--plain-port", str(plain), str(site)],
                         stdout=out, stderr=out)
    stack.callback(p.wait)
    stack.callback(p.terminate)
    wait_for(plain)
    text = (folder / "serve.log").read_text()
    return plain, tls, text.split("--cacert ")[1].split()[0]


NGINX = """daemon off; pid {0}/nginx.pid; error_log {0}/nginx.log; {user}
events {{}}
http {{
    access_log off; root {site}; gzip on; gzip_types *; gzip_min_length 1;
    client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3;
    uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;
    server {{ listen 127.0.0.1:{plain}; http2 on; location /up/ {{ dav_methods PUT; }} }}
    server {{ listen 127.0.0.1:{tls} quic; listen 127.0.0.1:{tls} ssl;
        ssl_certificate {0}/server.pem; ssl_certificate_key {0}/server.key;
        location /up/ {{ dav_methods PUT; }} }}
}}
"""


def make_certificate(folder):
    script = f'. "{ROOT}/tests/cli/peers.bash"; make_ca "{folder}"'
    subprocess.run(["bash", "-c", script], check=True)


def start_nginx(stack, folder, site):
    tls, plain = free_port(), free_port()
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder, site=site, plain=plain, tls=tls, user=user))
    p = subprocess.Popen(["nginx", "-e", f"{folder}/nginx.log", "-c", f"{folder}/nginx.conf"])
    stack.callback(p.wait)
    stack.callback(p.terminate)
    wait_for(plain)
    return plain, tls, f"{folder}/ca.pem"


def start_aioquic(stack, folder):
    p = subprocess.Popen([sys.executable, f"{ROOT}/tests/faults/h3.py", f"{folder}/server.pem",
                          f"{folder}/server.key"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(p.wait)
    stack.callback(p.stdin.close)
    return None, int(p.stdout.readline().split()[0]), f"{folder}/ca.pem"


PROTOCOLS = {"h1": "--http1.1", "h2": "--http2-prior-knowledge", "h3": "--http3-only"}


def fetch(client, protocol, port, ca, folder, exchange):
    _, paths, arguments, _ = exchange
    scheme = "https" if protocol == "h3" else "http"
    program = [QUIVER] if client == "quiver" else ["curl", "-q", "-4"]
    arguments = [str(folder / "upload") if a == "FILE" else a for a in arguments]
    urls = [f"{scheme}://localhost:{port}{p}" for p in paths]
    for _ in urls:
        arguments = arguments + ["-o", "/dev/null"]
    keys = folder / "keys"
    keys.unlink(missing_ok=True)
    env = dict(os.environ, SSLKEYLOGFILE=str(keys))
    subprocess.run([*program, "-s", "--cacert", ca, PROTOCOLS[protocol], *arguments, *urls], env=env,
                   timeout=30, stderr=subprocess.DEVNULL, check=False)
    return read_keys(keys) if keys.exists() else {}


def record(client, protocol, server, port, ca, folder, exchange):
    relay = UdpRelay(port) if protocol == "h3" else TcpRelay(port)
    keys = fetch(client, protocol, relay.port, ca, folder, exchange)
    relay.close()
    name = f"{client}-{server}-{exchange[0]}"
    if protocol == "h3":
        save_quic(name, exchange[3], len(exchange[1]), relay.pieces, keys)
    else:
        save_tcp(protocol, name, exchange[3], relay.pieces)


# ---- files ----------------------------------------------------------------------

LINES = """{"id":"a","url":"http://localhost:PORT/hello.txt","expect":{"status":200,"body_contains":"hello"}}
{"id":2,"url":"http://localhost:PORT/echo","json":{"name":"Ada"},"headers":{"X-A":"1"},"tags":["t"]}
{"id":"gone","url":"http://localhost:PORT/nowhere","method":"POST","form":{"a":"b c"}}
{"id":"typo","url":"http://localhost:PORT/","tiemout":5}
"""
CONFIG = 'url = "http://h.example/x"\nrequest = POST\ndata = "a=b"\nheader: X: 1\nnext\n-o out --url h.example\n'


def record_batch(folder, plain):
    """Records, a journal, and a HAR: what a batch leaves behind."""
    lines = LINES.replace("PORT", str(plain))
    (folder / "list").write_text(lines)
    subprocess.run([QUIVER, "batch", "-o", "out", "--journal", "journal", "list"], cwd=folder, check=False, stderr=subprocess.DEVNULL)
    subprocess.run([QUIVER, "report", "--har", "har", "out"], cwd=folder, check=False)
    records = (folder / "out").read_bytes()
    for i, line in enumerate(records.splitlines(keepends=True)):
        save("report", f"record-{i}", b"\0" + line)
    save("report", "merged", b"\1" + records[:SEED_MAX - 1])
    save("feed", "lines", b"\0" + lines.encode())
    save("feed", "urls", b"\1" + f"http://localhost:{plain}/\n# no\nhttp://h/x\n".encode())
    save("feed", "har", b"\2" + (folder / "har").read_bytes()[:SEED_MAX - 1])
    save("feed", "curl", b"\3" + CONFIG.encode())
    journal = (folder / "journal").read_bytes().splitlines(keepends=True)
    body = b"".join(line for line in journal if line[:2] in (b"D ", b"S ", b"N ", b"F ", b"H "))
    save("journal", "batch", b"\3\0" + b"\6\0" + piece(body))


def record_files(folder):
    for name in ("ca", "server"):
        der = subprocess.run(["openssl", "x509", "-in", f"{folder}/{name}.pem", "-outform", "der"],
                             check=True, capture_output=True).stdout
        save("cert", name, der)
    save("config", "sections", b"proxy = none\n[https://api.example.com]\nhttp3\norigin-rate = 50/s\n"
                               b"[https://*.internal.example]\ncacert = \"/etc/pki/internal.pem\"\n")
    for i, url in enumerate(("http://u:p@h.example:81/a/../b?q#f", "https://[::1%25lo]/", "h.example",
                             "http://b\u00fccher.example/\u20ac")):
        save("url", str(i), url.encode())


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="quiver-record-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        (folder / "upload").write_bytes(b"some bytes to upload\n" * 5)
        site = make_site(folder)
        make_certificate(folder)
        servers = {"serve": start_quiver(stack, folder, site), "nginx": start_nginx(stack, folder, site),
                   "aioquic": start_aioquic(stack, folder)}
        for server, (plain, tls, ca) in servers.items():
            for client in ("quiver", "curl"):
                for protocol in ("h1", "h2", "h3"):
                    port = tls if protocol == "h3" else plain
                    for exchange in EXCHANGES if port else []:
                        record(client, protocol, server, port, ca, folder, exchange)
        record_batch(folder, servers["serve"][0])
        record_files(folder)


main()
