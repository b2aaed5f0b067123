"""A proxy that tells byte for byte what it was asked, HTTP and SOCKS on one port.

usage: proxy_peer.py PORT_FILE LOG_FILE

Each request is a line of the log: HTTP's request line and its fields, in the
order in which they came; SOCKS's version, how it was asked to authenticate,
user, and where to.  HTTP requests are answered by the proxy itself.  The host
says what it wants: basic.test, digest.test (a nonce for two requests, then
stale), sha.test, any.test, int.test.  SOCKS connections are relayed; to
early.test an answer comes at once, with the proxy's own reply.  CONNECT leads to
the port on this machine, whatever the host.
"""
import asyncio
import hashlib
import os
import re
import struct
import sys

log = open(sys.argv[2], "a", buffering=1)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied"
uses = {}


def tell(*parts):
    log.write(" | ".join(parts) + "\n")


# ---- HTTP ----


def challenge(name, extra=""):
    nonce = os.urandom(8).hex()
    uses[nonce] = 0
    return f'Digest realm="a, \\"b\\"", nonce="{nonce}", {name}{extra}'


OFFERS = {
    "basic.test": lambda: ["Basic realm=x"],
    "digest.test": lambda: [challenge('qop="auth", opaque="o"')],
    "sha.test": lambda: [challenge('qop=auth'), challenge("qop=auth, algorithm=SHA-256")],
    "any.test": lambda: ["Negotiate, Basic realm=x, " + challenge("qop=auth, algorithm=SHA-256-sess")],
    "int.test": lambda: [challenge("qop=auth-int")],
}


def digest_is_good(method, body, text):
    p = {k: (a or b).replace("\\", "") for k, a, b in
         re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^ ,]*))', text)}
    if p["nonce"] not in uses:
        return "unknown"
    name = p.get("algorithm", "MD5")
    make = hashlib.sha256 if name.startswith("SHA-256") else hashlib.md5

    def h(*parts):
        return make(":".join(parts).encode()).hexdigest()

    a1 = h(p["username"], p["realm"], "word")
    if name.endswith("-sess"):
        a1 = h(a1, p["nonce"], p["cnonce"])
    a2 = [method, p["uri"]] + ([make(body).hexdigest()] if p["qop"] == "auth-int" else [])
    if p["response"] != h(a1, p["nonce"], p["nc"], p["cnonce"], p["qop"], h(*a2)):
        return "wrong"
    uses[p["nonce"]] += 1
    if int(p["nc"], 16) != uses[p["nonce"]]:
        return "count"
    return "stale" if uses[p["nonce"]] > 2 else ""


def judge(host, method, body, credentials):
    """None: go on; else the fields of 407."""
    if host not in OFFERS:
        return None
    if credentials == "Basic bmFtZTp3b3Jk" and host == "basic.test":
        return None
    stale = ""
    if credentials.startswith("Digest "):
        verdict = digest_is_good(method, body, credentials)
        tell("digest", verdict or "good")
        if not verdict:
            return None
        stale = ", stale=true" if verdict == "stale" else ""
    return [o + (stale if o.startswith("Digest") else "") for o in OFFERS[host]()]


async def http(first, reader, writer):
    while True:
        head = first + await reader.readuntil(b"\r\n\r\n")
        first = b""
        lines = head.decode("latin-1").split("\r\n")[:-2]
        tell(*lines)
        fields = dict((k.lower(), v.strip()) for k, _, v in (l.partition(":") for l in lines[1:]))
        body = await reader.readexactly(int(fields.get("content-length", 0)))
        method, target, _ = lines[0].split(" ")
        host = re.sub(r"^(http://)?([^/:]*).*", r"\2", target)
        offers = judge(host, method, body, fields.get("proxy-authorization", ""))
        if offers is None and method == "CONNECT":
            there, away = await asyncio.open_connection("127.0.0.1", int(target.rpartition(":")[2]))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await asyncio.gather(relay(reader, away), relay(there, writer))
            return away.close()
        if offers is None:
            writer.write(ANSWER)
        else:
            writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 4\r\n" + "".join(
                f"Proxy-Authenticate: {o}\r\n" for o in offers).encode() + b"\r\nwhy?")
        await writer.drain()


# ---- SOCKS ----


async def word(reader):
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()


async def relay(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass


async def go_on(host, port, granted, reader, writer):
    if host == "early.test":
        writer.write(granted + ANSWER)
        return await writer.drain()
    if host == "localhost":
        host = "127.0.0.1"
    there, away = await asyncio.open_connection(host, port)
    writer.write(granted)
    await asyncio.gather(relay(reader, away), relay(there, writer))
    away.close()


async def socks4(reader, writer):
    _, port, address = struct.unpack(">BH4s", await reader.readexactly(7))
    user = (await reader.readuntil(b"\0"))[:-1].decode()
    host = ".".join(map(str, address))
    if address[:3] == b"\0\0\0":
        host = "name " + (await reader.readuntil(b"\0"))[:-1].decode()
    tell("socks4", user, host, str(port))
    if user == "bad":
        writer.write(b"\0\x5d" + bytes(6))
        return
    await go_on(host.removeprefix("name "), port, b"\0\x5a" + bytes(6), reader, writer)


async def socks5(reader, writer):
    methods = await reader.readexactly((await reader.readexactly(1))[0])
    user = "-"
    if 2 in methods:
        writer.write(b"\5\2")
        await reader.readexactly(1)
        user = await word(reader) + ":" + await word(reader)
        writer.write(b"\1\1" if user.startswith("bad:") else b"\1\0")
        if user.startswith("bad:"):
            tell("socks5", "refused", user)
            return
    else:
        writer.write(b"\5\0")
    _, _, _, kind = await reader.readexactly(4)
    if kind == 1:
        host = "v4 " + ".".join(map(str, await reader.readexactly(4)))
    elif kind == 4:
        host = "v6 " + (await reader.readexactly(16)).hex()
    else:
        host = "name " + await word(reader)
    port, = struct.unpack(">H", await reader.readexactly(2))
    tell("socks5", user, host, str(port))
    if host == "name no.test":
        writer.write(b"\5\4\0\1" + bytes(6))
        return
    host = "::1" if kind == 4 else host.split(" ")[1]
    await go_on(host, port, b"\5\0\0\3\4abcd" + bytes(2), reader, writer)


async def serve(reader, writer):
    try:
        first = await reader.readexactly(1)
        if first == b"\4":
            await socks4(reader, writer)
        elif first == b"\5":
            await socks5(reader, writer)
        else:
            await http(first, reader, writer)
        await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with open(sys.argv[1] + ".new", "w") as f:
        f.write(str(port))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    await asyncio.Event().wait()


asyncio.run(main())
