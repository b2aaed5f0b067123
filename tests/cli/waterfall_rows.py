"""waterfall_rows.py SHAPE N: so many records, none like another, for pictures.

SHAPE: plain, redirects, retries, attempts, failed, or all, which is all but failed in one.
"""
import json
import random
import sys
import time

shape, n = sys.argv[1], int(sys.argv[2])
random.seed(7)
WENT = {"queue": 0.02, "dns": 0.005, "connect": 0.02, "tls": 0.03, "send": 0.0005, "wait": 0.2, "receive": 0.05}


def some(most):
    return round(random.random() * most, 6)


def phases():
    return {name: some(most) for name, most in WENT.items()}


def has(*shapes):
    return shape in shapes or shape == "all" and "failed" not in shapes


def attempt(k, proto, addr, start, result, why):
    return {"n": k, "proto": proto, "addr": addr, "port": 443, "start": start, "end": round(start + some(0.2), 6),
            "result": result, "why": why}


for i in range(n):
    at = 0
    moment = 1762300800 + i * 0.013
    url = f"https://api{i % 5}.example.org/v1/users/{i * 7919}/orders?page={i}&sort=created"
    r = {"v": 1, "id": f"u{i:05}", "seq": i, "url": url, "url_effective": url, "method": "GET", "http_version": "2",
         "response_code": random.choice([200, 200, 200, 404, 500]), "exitcode": 0, "conn_id": random.randrange(1, 100),
         "started": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1e6):06}Z",
         "size_download": random.randrange(100000), "remote_ip": f"192.0.2.{i % 5 + 1}", "phases": phases(),
         "hops": [], "retries": [], "error": None,
         "attempts": [attempt(1, "tcp", "192.0.2.1", 0, "won", None)]}
    if has("retries"):
        for k in range(2):
            lasted, delay = some(0.3), some(0.3)
            r["retries"].append({"n": k + 1, "time_start": round(at, 6), "time_total": lasted, "delay": delay,
                                 "reason": "status", "response_code": 503, "error": {"detail": "the answer is 503"}})
            at += lasted + delay
    if has("redirects"):
        for k in range(3):
            went = phases()
            r["hops"].append({"n": k + 1, "url": url.replace("orders", f"step{k}"), "method": "GET", "response_code": 302,
                              "http_version": "2", "conn_id": (i + k) % 40 + 1, "time_start": round(at, 6),
                              "time_total": round(sum(went.values()), 6), "phases": went})
            at += sum(went.values())
    if has("attempts") or shape == "failed":
        peer = f"2001:db8::{i:x}"
        r["attempts"] = [attempt(1, "quic", peer, 0, "failed", f"no answer from {peer} port 443 within 200 ms"),
                         attempt(2, "tcp", peer, 0.05, "failed", f"TCP to {peer} port 443: Connection refused"),
                         attempt(3, "tcp", "192.0.2.1", 0.1, "failed" if shape == "failed" else "won", None)]
    if shape == "failed":
        r["phases"] = {name: some(0.02) for name in ("queue", "dns", "connect")}
        r |= {"response_code": 0, "exitcode": 7, "conn_id": None,
              "errormsg": f"TCP to 192.0.2.{i % 250} port 443: Connection refused; QUIC: no answer within 5 s"}
    r["time_total"] = round(at + sum(r["phases"].values()), 6)
    print(json.dumps(r))
