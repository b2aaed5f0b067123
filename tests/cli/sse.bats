# --sse: streams of events as lines of JSON, and what happens when they end.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    "$PYTHON" "$HERE/sse_server.py" "$BATS_FILE_TMPDIR" 3>&- &
    SSE_PID=$!
    within 60 of $! test -s "$BATS_FILE_TMPDIR/sse.port"
    SSE=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/sse.port")
    ASKED=$BATS_FILE_TMPDIR/asked
    export SSE_PID SSE ASKED
    start_serve
}

teardown_file() {
    kill "$SSE_PID" 2>/dev/null || true
    stop_serve
}

setup() {
    enter_folder
    : >"$ASKED"
}

sse() { # OPTION... URL: status, output, stderr
    run --separate-stderr quiver -q -sS --sse "$@"
}

# events: those of the output, "type|data|id|retry", a line each.
events() {
    "$PYTHON" -c '
import json, sys
last = 0
for line in sys.stdin:
    e = json.loads(line)
    assert list(e) == ["t", "event", "data", "id", "retry"] and e["t"] >= last, e
    last = e["t"]
    print(e["event"], repr(e["data"]), e["id"], e["retry"], sep="|")' <<<"$output"
}

@test "events are lines of JSON, and the stream is asked for with its type" {
    sse --no-sse-reconnect "$SSE/once"
    [ "$status" -eq 0 ]
    [ "$(events)" = "message|'a'|None|None
x|'b'|None|None
message|'c'|None|None" ]
    [ "$(cat "$ASKED")" = "GET /once - text/event-stream no-store" ]
    sse --no-sse-reconnect -H 'Accept: a/b' -H 'Cache-Control: max-age=1' -H 'last-event-id: 44' "$SSE/once"
    [ "$(tail -n 1 "$ASKED")" = "GET /once 44 a/b max-age=1" ]
}

@test "every form of line, and any bytes, come out as JSON" {
    sse --no-sse-reconnect "$SSE/forms"
    [ "$(events)" = "message|'a\\nb'|None|None
message|'c'|None|None
e"$'\x7f'"|'ÿ\\x00'|None|None
message|''|None|None" ] || { events; false; }
}

@test "a stream that ends goes on from the last identifier, until 204" {
    sse "$SSE/resume"
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(events | cut -d'|' -f2,3 | paste -sd' ')" = "'number 1'|1 'number 2'|2 'number 3'|3 'number 4'|4 'number 5'|5 'number 6'|6" ]
    [ "$(cut -d' ' -f3 "$ASKED" | paste -sd' ')" = "- 2 4 6" ]
    : >"$ASKED"
    sse -H 'Last-Event-ID: 3' "$SSE/resume"
    [ "$(events | cut -d'|' -f3 | paste -sd' ')" = "4 5 6 7" ]
    [ "$(cut -d' ' -f3 "$ASKED" | paste -sd' ')" = "3 5 7" ]
}

@test "one that breaks goes on, and half an event is none" {
    run --separate-stderr quiver -q --no-progress-meter --sse --sse-count 3 "$SSE/break"
    [ "$status" -eq 0 ]
    [ "$(events | cut -d'|' -f2,3 | paste -sd' ')" = "'whole'|1 'whole'|2 'last'|2" ]
    [ "$(cut -d' ' -f3 "$ASKED" | paste -sd' ')" = "- 1 2" ]
    [[ $stderr == *"asking for the stream again in 0.01 s"* ]]
}

@test "what refuses, ends it" {
    sse "$SSE/gone"
    [ "$status" -eq 22 ]
    [[ $stderr == *"The requested URL returned error: 410"* ]]
    [ "$(events)" = "message|'one'|None|10" ]
    sse "$SSE/page"
    [ "$status" -eq 8 ]
    [ -z "$output" ]
    [[ $stderr == *"the answer (200) is no stream of events"* ]]
    sse "$SSE/status/500"
    [ "$status" -eq 22 ]
    sse "$SSE/status/204"
    [ "$status" -eq 0 ]
    sse "$SSE/move"
    [ "$status" -eq 8 ]
    sse -L --no-sse-reconnect "$SSE/move"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    sse http://127.0.0.1:1/
    [ "$status" -eq 7 ]
}

@test "--sse-count is enough" {
    sse --sse-count 2 "$SSE/once"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    sse --sse-count 3 "$SSE/resume"
    [ "$(events | cut -d'|' -f3 | paste -sd' ')" = "1 2 3" ]
    sse --sse-count 1 "$SSE/hold"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "--max-time is for all of it" {
    sse -m 1 "$SSE/hold"
    [ "$status" -eq 28 ]
    [ "${#lines[@]}" -le 1 ] # a busy machine may not get so far
    # Within the wait for the next connection: nobody waits for what cannot come.
    sse -m 20 "$SSE/slow"
    [ "$status" -eq 28 ]
    [[ $stderr == *"(28) "*"--max-time is over before the stream may be asked for again"* ]]
    [ "$(wc -l <"$ASKED")" -eq 2 ]
    [ "${#lines[@]}" -le 1 ] # a busy machine may not get so far
}

@test "what is not safe is not asked for again" {
    sse -d body "$SSE/once"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    [ "$(wc -l <"$ASKED")" -eq 1 ]
}

@test "streams that bring nothing are asked for ever more slowly" {
    sse "$SSE/flap"
    [ "$status" -eq 0 ]
    [ "$(wc -l <"$ASKED")" -eq 4 ]
    run --separate-stderr quiver -q -sS -v --sse "$SSE/resume"
    [[ $stderr == *"The stream has ended; asking again in "* ]]
}

@test "an event without end is an error" {
    sse "$SSE/large"
    [ "$status" -eq 63 ]
    [[ $stderr == *"an event has more than 16 MiB"* ]]
}

@test "a signal ends the wait, and what came is kept" {
    "$QUIVER" -q -sS -v --sse -o events "$SSE/slow" 2>said 3>&- &
    local pid=$!
    within 60 of $! grep -q 'asking again in 60 s' said
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 143 ]
    grep -q '"data":"one"' events
}

@test "several streams go on side by side" {
    run --separate-stderr quiver -q -sS --sse -Z -o 1 -o 2 -o 3 "$SSE/resume" "$SSE/resume" "$SSE/resume"
    [ "$status" -eq 0 ]
    cat 1 2 3 >all
    [ "$(wc -l <all)" -eq 18 ]
    [ "$(grep -c '"id":"6"' all)" -eq 3 ]
}

@test "events of each version, from quiver serve" {
    for version in http1.1 http2 http3-only; do
        sse --"$version" --cacert "$CA" "$SECURE/sse?n=3&ms=1"
        [ "$status" -eq 0 ]
        [ "$(events)" = "message|'{\"n\":1}'|1|None
message|'{\"n\":2}'|2|None
message|'{\"n\":3}'|3|None" ] || { events; false; }
    done
}
