"""An ASGI application that keeps a diary of what it is asked, for hypercorn, which
speaks HTTP/1.1, 2 and 3: each request is a line of JSON in the file DIARY.

/to/CODE?loc=TEXT    an answer with this status and Location
/login/...           what login.py says
everything else      200
"""
import json
import os
import urllib.parse

import login

KEPT = ("authorization", "cookie", "content-length", "host", ":authority")


async def body_of(receive):
    body = b""
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return body
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


def answer_to(scope, fields, body):
    query = scope["query_string"].decode()
    target = scope["raw_path"].decode() + ("?" + query if query else "")
    if scope["path"].startswith("/to/"):
        locations = urllib.parse.parse_qs(query).get("loc", [])
        return int(scope["path"].split("/")[2]), [("location", text) for text in locations]
    if scope["path"].startswith("/login/"):
        return login.judge(scope["path"], dict(urllib.parse.parse_qsl(query)), scope["method"],
                           target, fields.get("authorization"), body)
    return 200, []


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    fields = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    body = await body_of(receive)
    entry = {"version": scope["http_version"], "scheme": scope["scheme"], "method": scope["method"],
             "path": scope["path"], "bytes": len(body),
             "fields": {name: fields[name] for name in KEPT if name in fields}}
    with open(os.environ["DIARY"], "a") as f:
        f.write(json.dumps(entry) + "\n")
    status, extra = answer_to(scope, fields, body)
    await send({"type": "http.response.start", "status": status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in extra]})
    await send({"type": "http.response.body", "body": b"said %d\n" % status})
