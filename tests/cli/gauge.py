"""An HTTP/1 server that writes down what comes, for tests of limits and tries.

run([FILE]), called by nursery.py: listens on a free port of 127.0.0.1 and prints its
number; a line for each request goes to FILE.log:  TIME METHOD PATH ACTIVE LENGTH
(seconds of the monotonic clock when it was read, how many are being answered
now, this one included, and bytes of its body).  What is asked for:

/ok/...          a short answer
/hold/...        one that waits for a file FILE.go
/stall/...       none at all
/busy/N/...      503 for the first N requests of this path, then a short answer;
                 ?after=V adds Retry-After: V
/drop/N/...      the connection is closed unanswered N times, then answered
/half/N/...      the same with half a body
/slow/N/...      no answer N times, then one
/drip/...        a byte every 100 ms for ever
/moved/STATUS    a redirect with this status to /ok/moved
"""
import asyncio
import os
import time

seen = {}
active = 0
name = log = None


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    method, path = head.split(b" ", 2)[:2]
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = len(await reader.readexactly(int(value)))
        elif name.lower() == b"transfer-encoding":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
                length += size
            await reader.readline()
    return method.decode(), path.decode(), length


def short(status="200 OK", body=b"fine\n", extra=b""):
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status.encode(), extra, len(body), body)


async def until_there(path):
    while not os.path.exists(path):
        await asyncio.sleep(0.01)


async def answer(writer, path):
    """False: the connection is to be closed."""
    parts, _, query = path.partition("?")
    parts = parts.strip("/").split("/")
    kind = parts[0]
    times = int(parts[1]) if kind in ("busy", "drop", "half", "slow") else 0
    is_early = seen[path] <= times
    if kind == "stall" or (kind == "slow" and is_early):
        await asyncio.sleep(3600)
    elif kind == "hold":
        await until_there(name + ".go")
    elif kind == "busy" and is_early:
        extra = b"Retry-After: %s\r\n" % query[6:].encode() if query else b""
        writer.write(short("503 Busy", b"busy\n", extra))
        return True
    elif kind == "drop" and is_early:
        return False
    elif kind == "half" and is_early:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf\n")
        return False
    elif kind == "drip":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)
    elif kind == "moved":
        writer.write(short(parts[1] + " Moved", b"", b"Location: /ok/moved\r\n"))
        return True
    writer.write(short())
    return True


async def serve_one(reader, writer):
    global active
    try:
        goes_on = True
        while goes_on:
            method, path, length = await read_request(reader)
            active += 1
            try:
                seen[path] = seen.get(path, 0) + 1
                print(f"{time.monotonic():.4f} {method} {path} {active} {length}", file=log)
                goes_on = await answer(writer, path)
                await writer.drain()
            finally:
                active -= 1
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def run(arguments):
    global name, log
    name, = arguments
    log = open(name + ".log", "w", buffering=1)
    asyncio.run(main())
