#!/usr/bin/env bats
# How many transfers run at once, in all and to one host, measured by the
# servers; and that a host which does not answer does not hold up the others.

bats_require_minimum_version 1.5.0
load helper
load gauge

setup_file() {
    start_gauges
}

teardown_file() {
    stop_nursery
}

setup() {
    enter_folder
    start_gauge A
}

teardown() {
    end_nurslings
    [ -z "$CLIENT" ] || kill "$CLIENT" 2> /dev/null || true
}

CLIENT=

# in_background ARG...: quiver, whose pid is CLIENT.
in_background() {
    "$QUIVER" "$@" 3>&- &
    CLIENT=$!
}

# finish: the client ends well.
finish() {
    local pid=$CLIENT
    CLIENT=
    wait "$pid"
}

@test "no more than --jobs run at once, and so many do" {
    quiver -sS "$A/ok/first" -o /dev/null
    in_background -sS -Z -j 8 "$A/ok/warm" -o /dev/null "$A/hold/[1-40]" -o /dev/null
    # The first answer shows that the host lives: then it gets all places.
    within 60 bash -c '[ "$(tail -1 "$1" | cut -d" " -f4)" -eq 8 ]' - "$A_LOG"
    touch "$A_GO"
    finish
    [ "$(most_in "$A_LOG")" -eq 8 ]
    [ "$(count_in "$A_LOG" hold)" -eq 40 ]
}

@test "no more than --jobs-host run to one host, and others are not affected" {
    start_gauge B
    in_background -sS -Z -j 20 --jobs-host 3 "$A/ok/warm" -o /dev/null "$A/hold/[1-20]" -o /dev/null \
        "$B/ok/warm" -o /dev/null "$B/hold/[1-20]" -o /dev/null
    within 60 bash -c '[ "$(tail -1 "$1" | cut -d" " -f4)" -eq 3 ]' - "$A_LOG"
    within 60 bash -c '[ "$(tail -1 "$1" | cut -d" " -f4)" -eq 3 ]' - "$B_LOG"
    touch "$A_GO" "$B_GO"
    finish
    [ "$(most_in "$A_LOG")" -eq 3 ]
    [ "$(most_in "$B_LOG")" -eq 3 ]
    [ "$(count_in "$A_LOG" hold)" -eq 20 ]
    [ "$(count_in "$B_LOG" hold)" -eq 20 ]
}

@test "a host that is stalled and one that is dead do not hold up a third" {
    start_gauge B
    local dead
    dead=$("$PYTHON" -c 'import socket; t = socket.socket(); t.bind(("127.0.0.1", 0)); print(t.getsockname()[1])')
    in_background -s -Z -j 10 --retry 5 --retry-connrefused \
        "$B/stall/[1-100]" -o /dev/null "http://127.0.0.1:$dead/[1-100]" -o /dev/null "$A/ok/[1-200]" -o /dev/null
    within 60 has_count "$A_LOG" 200
    # The stalled ones are still there, and few.
    [ "$(most_in "$B_LOG")" -le 9 ]
    kill -0 "$CLIENT"
}

@test "the same in a batch, whose lines alternate" {
    start_gauge B
    local i
    for i in $(seq 200); do
        echo "$B/stall/$i"
        echo "$A/ok/$i"
    done > urls
    in_background batch -j 10 urls -o records
    within 60 has_count "$A_LOG" 200
    [ "$(most_in "$B_LOG")" -le 9 ]
}

@test "thousands of lines of a dead host do not hold up those between them" {
    local dead i
    dead=$("$PYTHON" -c 'import socket; t = socket.socket(); t.bind(("127.0.0.1", 0)); print(t.getsockname()[1])')
    for i in $(seq 4000); do
        echo "http://127.0.0.1:$dead/$i"
        [ $((i % 10)) -ne 0 ] || echo "$A/ok/$i"
    done > urls
    run timeout 90 "$QUIVER" batch -j 10 urls -o records
    [ "$status" -eq 110 ]
    [ "$(wc -l < records)" -eq 4400 ]
    [ "$(wc -l < "$A_LOG")" -eq 400 ]
}

@test "a host that answers 429 with Retry-After is left alone, the others not" {
    start_gauge B
    in_background -sS -Z -j 1 --retry 3 --retry-delay 0.01 "$A/busy/1/x?after=2" -o /dev/null \
        "$A/ok/[1-5]" -o /dev/null "$B/ok/[1-5]" -o /dev/null
    within 60 has_count "$B_LOG" 5
    finish
    # Nothing came between the answer and the end of the wait.
    at_least 1900 "$(gaps_in "$A_LOG" | head -1)"
    [ "$(wc -l < "$A_LOG")" -eq 7 ]
}

@test "interrupting a run with many that wait ends it" {
    in_background -sS -Z -j 2 "$A/stall/[1-500]" -o '#1'
    within 60 has_count "$A_LOG" 1
    kill -TERM "$CLIENT"
    local status=0
    finish || status=$?
    [ "$status" -eq 143 ]
    [ -z "$(names_in .)" ]
}

@test "--fail-early begins nothing more" {
    run quiver -s -Z -j 2 --fail-early -f "$A/busy/1/x" "$A/ok/[1-500]"
    [ "$status" -eq 22 ]
    [ "$(wc -l < "$A_LOG")" -lt 400 ]
}
