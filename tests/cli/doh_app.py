"""DNS over HTTPS (RFC 8484) as an ASGI application: each message goes to the name
server at DNS_PORT of the loopback as it is. hypercorn speaks HTTP, dnsmasq DNS."""
import asyncio
import os

TYPE = b"application/dns-message"


class Once(asyncio.DatagramProtocol):
    def __init__(self, answer):
        self.answer = answer

    def datagram_received(self, data, addr):
        if not self.answer.done():
            self.answer.set_result(data)


async def forward(message):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Once(answer), remote_addr=("127.0.0.1", int(os.environ["DNS_PORT"])))
    transport.sendto(message)
    data = await asyncio.wait_for(answer, 30)
    transport.close()
    return data


async def body_of(receive):
    body = b""
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return body
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    fields = dict(scope["headers"])
    is_question = (scope["method"] == "POST" and scope["path"] == "/dns-query"
                   and fields.get(b"content-type") == TYPE)
    message = await body_of(receive)
    is_question = is_question and message[:2] == b"\0\0"
    answer = await forward(message) if is_question else b"no question"
    await send({"type": "http.response.start", "status": 200 if is_question else 404,
                "headers": [(b"content-type", TYPE)]})
    await send({"type": "http.response.body", "body": answer})
