"""A server with a quota: limits_server.py FOLDER.

/quota/SECONDS    the first of them answers with RateLimit and nothing left for so long
/busy/SECONDS     the first answers 429 with Retry-After
anything else     200
A line a request in FOLDER/limits.log: ms since the first one, and the path.
"""
import http.server
import os
import sys
import threading
import time

folder = sys.argv[1]
lock = threading.Lock()
begun = []
seen = set()


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
        self.send_response(429 if is_first and parts[1] == "busy" else 200)
        if is_first and parts[1] == "quota":
            self.send_header("RateLimit-Policy", '"hour";q=1000;w=3600, "burst";q=1;w=%s' % parts[2])
            self.send_header("RateLimit", '"hour";r=900;t=3000, "burst";r=0;t=%s' % parts[2])
        if is_first and parts[1] == "busy":
            self.send_header("Retry-After", parts[2])
        self.send_header("Content-Length", "0")
        self.end_headers()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(folder + "/limits.port.new", "w") as out:
    print(server.server_address[1], file=out)
os.rename(folder + "/limits.port.new", folder + "/limits.port")
server.serve_forever()
