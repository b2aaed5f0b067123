"""A server with a quota: limits_server.py FOLDER.

/quota/SECONDS    the first of them answers with RateLimit and nothing left for so long
/busy/SECONDS     the first answers 429 with Retry-After
/window/N/S       N of them in S seconds are answered, the others with 429; RateLimit-Policy says so,
                  and RateLimit how many are left
/policy/N/S       the same, without RateLimit
anything else     200
A line a request in FOLDER/limits.log: ms since the first one, and the path.
"""
import http.server
import math
import os
import sys
import threading
import time

folder = sys.argv[1]
lock = threading.Lock()
begun = []
seen = set()
windows = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        with lock, open(folder + "/limits.log", "a") as out:
            now = time.monotonic()
            begun.append(now)
            print(int((now - begun[0]) * 1000), self.path, file=out)
            parts = self.path.split("/")
            is_first = parts[1] in ("quota", "busy") and parts[1] not in seen
            seen.add(parts[1])
            if parts[1] in ("window", "policy"):
                return self.answer_of_window(now, parts[1] == "window", int(parts[2]), int(parts[3]))
        self.send_response(429 if is_first and parts[1] == "busy" else 200)
        if is_first and parts[1] == "quota":
            self.send_header("RateLimit-Policy", '"hour";q=1000;w=3600, "burst";q=1;w=%s' % parts[2])
            self.send_header("RateLimit", '"hour";r=900;t=3000, "burst";r=0;t=%s' % parts[2])
        if is_first and parts[1] == "busy":
            self.send_header("Retry-After", parts[2])
        self.send_header("Content-Length", "0")
        self.end_headers()


    def answer_of_window(self, now, is_told, quota, seconds):
        window = windows.setdefault(is_told, {"end": 0})
        if now >= window["end"]:
            window.update(end=now + seconds, count=0)
        window["count"] += 1
        self.send_response(200 if window["count"] <= quota else 429)
        self.send_header("RateLimit-Policy", '"w";q=%d;w=%d' % (quota, seconds))
        if is_told:
            left = max(0, quota - window["count"])
            self.send_header("RateLimit", '"w";r=%d;t=%d' % (left, math.ceil(window["end"] - now)))
        self.send_header("Content-Length", "0")
        self.end_headers()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(folder + "/limits.port.new", "w") as out:
    print(server.server_address[1], file=out)
os.rename(folder + "/limits.port.new", folder + "/limits.port")
server.serve_forever()
