"""Looks into a file of --trace-events.

events.py names FILE            the names in their order, "quiver." cut off
events.py check FILE            every line is a good event, every span has its end
events.py count FILE NAME [KEY=VALUE...]   how many events have all that
events.py value FILE NAME KEY   of the first such event
"""
import datetime
import json
import sys



def events(path):
    with open(path, encoding="utf-8") as lines:
        text = lines.read()
    assert text == "" or text.endswith("\n"), "half a line at the end"
    return [json.loads(line) for line in text.splitlines()]


def check(found):
    last = None
    running = {}
    for event in found:
        at = datetime.datetime.strptime(event["ts"], "%Y-%m-%dT%H:%M:%S.%fZ")
        assert last is None or at >= last, f"time goes back: {event}"
        last = at
        name = event["event"].split(".")
        assert name[0] == "quiver", event
        assert list(event)[:2] == ["ts", "event"], event
        span, end = ".".join(name[1:-1]), name[-1]
        key = (span, event.get("xfer_id") if span == "request" else event.get("origin"))
        if end == "start":
            running[key] = running.get(key, 0) + 1
            assert span != "request" or running[key] == 1, f"twice: {event}"
        elif end in ("stop", "exception"):
            assert running.get(key, 0) > 0, f"an end without a start: {event}"
            assert event["duration"] >= 0 or span != "conn", event
            running[key] -= 1
    left = {key: n for key, n in running.items() if n}
    assert not left, f"without an end: {left}"


def matches(event, name, wanted):
    return event["event"] == name and all(
        str(event.get(key)) == value for key, value in wanted
    )


def main():
    command, path, *rest = sys.argv[1:]
    found = events(path)
    if command == "names":
        print("\n".join(e["event"].removeprefix("quiver.") for e in found))
    elif command == "check":
        check(found)
    elif command == "count":
        wanted = [pair.split("=", 1) for pair in rest[1:]]
        print(sum(matches(e, rest[0], wanted) for e in found))
    elif command == "value":
        print(next(e for e in found if e["event"] == rest[0])[rest[1]])
    else:
        sys.exit(__doc__)


main()
