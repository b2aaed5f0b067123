"""har_check.py FILE: is it an archive as HAR 1.2 has it, and as Chromium's and Firefox's
importers take it?  Prints its entries: method, URL, status, version."""
import datetime
import json
import sys
import urllib.parse

TIMINGS = ("blocked", "dns", "connect", "send", "wait", "receive")


def pairs(items):
    for item in items:
        assert isinstance(item["name"], str) and isinstance(item["value"], str), item


def check_message(m, *names):
    for name in names:
        assert isinstance(m[name], str), (name, m)
    for name in ("headersSize", "bodySize"):
        assert isinstance(m[name], int) and m[name] >= -1, m
    pairs(m["cookies"])
    pairs(m["headers"])


def check_entry(e, pages):
    datetime.datetime.fromisoformat(e["startedDateTime"].replace("Z", "+00:00"))
    request, response, t = e["request"], e["response"], e["timings"]
    check_message(request, "method", "url", "httpVersion")
    check_message(response, "statusText", "httpVersion", "redirectURL")
    pairs(request["queryString"])
    url = urllib.parse.urlsplit(request["url"])
    assert url.scheme and not url.fragment and "@" not in url.netloc, url
    assert isinstance(response["status"], int)
    content = response["content"]
    assert isinstance(content["size"], int) and content["size"] >= 0 and content["mimeType"], content
    assert e["cache"] == {} and e["pageref"] in pages
    for name in (*TIMINGS, "ssl"):
        assert t[name] == -1 or t[name] >= 0, t
    assert min(t["send"], t["wait"], t["receive"]) >= 0, t
    assert t["ssl"] <= t["connect"], t
    assert abs(sum(max(t[name], 0) for name in TIMINGS) - e["time"]) < 0.01, (t, e["time"])
    if "serverIPAddress" in e:
        assert not e["serverIPAddress"].startswith("["), e
        assert 0 < int(e["connection"]) < 65536, e


with open(sys.argv[1], encoding="utf-8") as file:
    log = json.load(file)["log"]
assert log["version"] == "1.2" and log["creator"]["name"] == "quiver" and log["creator"]["version"]
for page in log["pages"]:
    datetime.datetime.fromisoformat(page["startedDateTime"].replace("Z", "+00:00"))
    assert page["title"] and isinstance(page["pageTimings"], dict)
for entry in log["entries"]:
    check_entry(entry, [page["id"] for page in log["pages"]])
    print(entry["request"]["method"], entry["request"]["url"], entry["response"]["status"],
          entry["request"]["httpVersion"])
