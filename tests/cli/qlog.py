"""Looks into a trace of --qlog-dir.

qlog.py check FILE              qlog 0.3: a sequence of JSON texts, a head, events with
                                what the drafts ask of them
                                (draft-ietf-quic-qlog-{main-schema,quic-events,h3-events}-02)
qlog.py names FILE              the names of events, each once, sorted
qlog.py count FILE NAME [KEY=VALUE...]     events that have all that; a KEY is a path
                                           (frame/frame_type), from "data" on
qlog.py sum FILE NAME KEY [KEY=VALUE...]   of a number, over those
qlog.py field FILE NAME FIELD   the values of a field in the heads of those
"""
import json
import sys

HTTP_FRAMES = {
    "data": [],
    "headers": ["headers"],
    "cancel_push": ["push_id"],
    "settings": ["settings"],
    "push_promise": [],
    "goaway": ["id"],
    "max_push_id": ["push_id"],
    "priority_update": ["element_id", "priority_field_value"],
    "reserved": [],
    "unknown": ["raw_frame_type"],
}
HTTP2_FRAMES = {
    "data": ["stream_end"],
    "headers": ["headers", "stream_end"],
    "settings": ["settings"],
    "ping": ["ack", "opaque"],
    "go_away": ["last_stream_id", "error_code"],
    "reset_stream": ["error_code"],
    "window_update": ["increment"],
    "priority": [],
    "priority_update": [],
    "altsvc": [],
    "unknown": [],
}
# What each event needs in its data.
EVENTS = {
    "connectivity:connection_started": {"src_ip": str, "dst_ip": str, "protocol": str},
    "connectivity:connection_closed": {"trigger": str},
    "transport:parameters_set": {"owner": str},
    "transport:packet_sent": {"header": dict, "frames": list},
    "transport:packet_received": {"header": dict},
    "recovery:metrics_updated": {"smoothed_rtt": (int, float)},
    "recovery:packet_lost": {"header": dict},
    "http:parameters_set": {"owner": str},
    "http:stream_type_set": {"stream_id": int, "new": str},
    "http:frame_created": {"stream_id": int, "length": int, "frame": dict},
    "http:frame_parsed": {"stream_id": int, "length": int, "frame": dict},
    "http:datagram_created": {"quarter_stream_id": int, "raw": dict},
    "http:datagram_parsed": {"quarter_stream_id": int, "raw": dict},
    "http:capsule_created": {"stream_id": int, "capsule": dict},
    "http:capsule_parsed": {"stream_id": int, "capsule": dict},
    "http1:frame_created": {"stream_id": int, "payload_length": int, "frame": dict},
    "http1:frame_parsed": {"stream_id": int, "payload_length": int, "frame": dict},
    "http2:frame_created": {"stream_id": int, "payload_length": int, "frame": dict},
    "http2:frame_parsed": {"stream_id": int, "payload_length": int, "frame": dict},
}
STREAMS = {
    "data", "control", "push", "reserved", "qpack_encode", "qpack_decode",
    "webtransport", "unknown",
}


def records(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text[0] == "\x1e" and text[-1] == "\n", "no sequence of JSON texts"
    return [json.loads(record) for record in text[1:].split("\x1e")]


def check_frame(data, frames):
    frame = data["frame"]
    wanted = frames[frame["frame_type"]]
    for key in wanted:
        assert key in frame, f"no {key}: {frame}"
    for field in frame.get("headers", []):
        assert set(field) == {"name", "value"}, field
    for setting in frame.get("settings", []):
        assert set(setting) == {"name", "value"}, setting


def check_order(event, arrived):
    """What a packet has brought is told behind the packet (qvis needs that)."""
    data = event["data"]
    if event["name"] == "transport:packet_received":
        arrived.update(
            frame["stream_id"]
            for frame in data.get("frames", [])
            if frame["frame_type"] == "stream"
        )
    elif event["name"] == "http:frame_parsed":
        assert data["stream_id"] in arrived, f"before its packet: {event}"


def check(found):
    head, *events = found
    assert head["qlog_format"] == "JSON-SEQ" and head["qlog_version"] == "0.3", head
    trace = head["trace"]
    assert trace["vantage_point"]["type"] in ("client", "server"), trace
    assert trace["common_fields"]["time_format"] == "relative", trace
    assert trace["common_fields"]["group_id"], trace
    last = 0
    arrived = set()
    for event in events:
        assert event["time"] >= last, f"time goes back: {event}"
        last = event["time"]
        check_order(event, arrived)
        for key, kind in EVENTS[event["name"]].items():
            assert isinstance(event["data"][key], kind), event
        if "frame" in event["data"]:
            check_frame(
                event["data"],
                HTTP2_FRAMES if event["name"].startswith("http2") else HTTP_FRAMES,
            )
        if event["name"] == "http:stream_type_set":
            assert event["data"]["new"] in STREAMS, event


def value(event, path):
    at = event["data"]
    for key in path.split("/"):
        if not isinstance(at, dict) or key not in at:
            return None
        at = at[key]
    return at


def matching(found, name, pairs):
    wanted = [pair.split("=", 1) for pair in pairs]
    return [
        event
        for event in found[1:]
        if event["name"] == name
        and all(str(value(event, key)) == text for key, text in wanted)
    ]


def main():
    command, path, *rest = sys.argv[1:]
    found = records(path)
    if command == "check":
        check(found)
    elif command == "names":
        print("\n".join(sorted({event["name"] for event in found[1:]})))
    elif command == "count":
        print(len(matching(found, rest[0], rest[1:])))
    elif command == "sum":
        print(sum(value(e, rest[1]) for e in matching(found, rest[0], rest[2:])))
    elif command == "field":
        for event in matching(found, rest[0], ["frame/frame_type=headers"]):
            for field in event["data"]["frame"]["headers"]:
                if field["name"] == rest[1]:
                    print(field["value"])
    else:
        sys.exit(__doc__)


main()
