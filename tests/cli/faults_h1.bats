#!/usr/bin/env bats
# HTTP/1 servers that break the rules, row by row.

bats_require_minimum_version 1.5.0
load ../faults/faults

setup_file() {
    start_faults h1.py
}

teardown_file() {
    stop_faults
}

@test "H1-1: a body shorter than its length is never a success" {
    judge_row H1-1 --http1.1
}

@test "H1-2: a chunked body that ends early is never a success" {
    judge_row H1-2 --http1.1
}

@test "H1-3: a body until the end may end by FIN, not by reset" {
    judge_row H1-3 --http1.1
}

@test "H1-4: a head cut by the end of the connection is no answer" {
    judge_row H1-4 --http1.1
}

@test "H1-5: lengths that contradict each other are refused" {
    judge_row H1-5 --http1.1
}

@test "H1-6: a length that is no number is refused" {
    judge_row H1-6 --http1.1
}

@test "H1-7: a length beside chunks is refused" {
    judge_row H1-7 --http1.1
}

@test "H1-8: an odd Transfer-Encoding is refused, an outdated one understood" {
    judge_row H1-8 --http1.1
}

@test "H1-9: a chunk size that is no size is refused, LF alone is a line end" {
    judge_row H1-9 --http1.1
}

@test "H1-10: an endless chunk extension is cut off" {
    judge_row H1-10 --http1.1
}

@test "H1-11: a field against the grammar is refused where it matters" {
    judge_row H1-11 --http1.1
}

@test "H1-12: a folded field is one line, unless it frames the body" {
    judge_row H1-12 --http1.1
}

@test "H1-13: a status line that is none is refused" {
    judge_row H1-13 --http1.1
}

@test "H1-14: a 101 that nobody asked for is refused" {
    judge_row H1-14 --http1.1
}

@test "H1-15: interim answers are counted, and are no answer" {
    judge_row H1-15 --http1.1
}

@test "H1-16: endless heads and trailers are cut off" {
    judge_row H1-16 --http1.1
}

@test "H1-17: forbidden trailer fields do no harm" {
    judge_row H1-17 --http1.1
}

@test "H1-21: a stalled answer ends by the time limit" {
    judge_row H1-21 --http1.1 -m 1
}

@test "H1-22: statuses without a body have none" {
    judge_row H1-22 --http1.1
}

@test "H1-18: bytes behind an answer never become the next one" {
    fetch --http1.1 "http://127.0.0.1:$fault_port/poison" "http://127.0.0.1:$fault_port/fine"
    [ "$status" -eq 0 ]
    [ "$output" = okok ]
}

@test "H1-20: a GET is sent again when the idle connection was closed, a POST is not" {
    fetch --http1.1 "http://127.0.0.1:$fault_port/fine" "http://127.0.0.1:$fault_port/drop-once/a"
    [ "$status" -eq 0 ]
    fetch --http1.1 "http://127.0.0.1:$fault_port/count/drop-once/a"
    [ "$output" = 2 ]
    fetch --http1.1 -d x "http://127.0.0.1:$fault_port/fine" "http://127.0.0.1:$fault_port/drop-once/b"
    [ "$status" -ne 0 ]
    fetch --http1.1 "http://127.0.0.1:$fault_port/count/drop-once/b"
    [ "$output" = 1 ]
}

# has_lines N FILE: by now; the file may not be there yet.
has_lines() {
    [ "$(wc -l 2>/dev/null <"$2")" = "$1" ]
}

@test "H1-20: of two idle connections that are dead the second costs nothing" {
    local pid base=http://127.0.0.1:$fault_port
    mkfifo "$BATS_TEST_TMPDIR/lines"
    "$QUIVER" batch -s --format urls - <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/out" 3>&- &
    pid=$!
    exec 8>"$BATS_TEST_TMPDIR/lines"
    printf '%s\n' "$base/pair/a" "$base/pair/a" >&8
    within 60 of $pid has_lines 2 "$BATS_TEST_TMPDIR/out"
    echo "$base/drop-reused/a" >&8
    exec 8>&-
    wait $pid
    grep -q '"reason":"connection_lost"' "$BATS_TEST_TMPDIR/out"
    fetch --http1.1 "$base/count/drop-reused/a"
    [ "$output" = 2 ]
}

@test "H1-22: a HEAD has no body, whatever its length says" {
    fetch -I --http1.1 "http://127.0.0.1:$fault_port/short-fin"
    [ "$status" -eq 0 ]
}

@test "H1-23: CR and LF in a request never reach the wire" {
    fetch -H $'X-A: b\r\nX-Injected: c' "http://127.0.0.1:$fault_port/injected"
    [ "$status" -eq 2 ]
    fetch -A $'agent\nX-Injected: c' "http://127.0.0.1:$fault_port/injected"
    [ "$status" -eq 2 ]
    fetch -X $'GET / HTTP/1.1\r\nX: ' "http://127.0.0.1:$fault_port/injected"
    [ "$status" -eq 2 ]
    fetch $'http://127.0.0.1:'"$fault_port"$'/injected\r\nX: y'
    [ "$status" -eq 3 ]
    fetch "http://127.0.0.1:$fault_port/count/injected"
    [ "$output" = 0 ]
}

@test "a folded field is joined by one blank, in heads and in trailers" {
    fetch -w '|%header{x-a}' "http://127.0.0.1:$fault_port/obs-fold"
    [ "$output" = 'ok|a b' ]
    fetch -D "$BATS_TEST_TMPDIR/head" "http://127.0.0.1:$fault_port/fold-in-trailer"
    [ "$output" = ok ]
    grep -qx $'X-A: a b\r' "$BATS_TEST_TMPDIR/head"
}

@test "a field is read in spite of what stands around it" {
    fetch -w '|%header{x-a}' "http://127.0.0.1:$fault_port/field-space-colon"
    [ "$output" = 'ok|b' ]
    fetch -w '|%header{x-a}|%header{x-b}' "http://127.0.0.1:$fault_port/field-lf-alone"
    [ "$output" = 'ok|a|c' ]
    fetch -w '|%header{x-a}' "http://127.0.0.1:$fault_port/field-control"
    [ "$output" = $'ok|a\x01\x1b\x7fb' ]
    fetch -o /dev/null -w '%{json}' "http://127.0.0.1:$fault_port/field-control"
    printf '%s' "$output" | "$PYTHON" -c '
import json, sys
assert json.load(sys.stdin)["headers"]["x-a"] == ["a\x01\x1b\x7fb"]'
}

@test "an outdated framing ends the connection, a sound one does not" {
    for case in te-in-1-0 te-identity 304-both 204-no-length; do
        fetch -o /dev/null -w '%{num_connects} ' "http://127.0.0.1:$fault_port/$case" \
            -o /dev/null "http://127.0.0.1:$fault_port/fine"
        [ "$output" = '1 1 ' ] || { echo "$case: $output"; return 1; }
    done
    for case in 204-length obs-fold head-lf-alone chunk-lf-alone; do
        fetch -o /dev/null -w '%{num_connects} ' "http://127.0.0.1:$fault_port/$case" \
            -o /dev/null "http://127.0.0.1:$fault_port/fine"
        [ "$output" = '1 0 ' ] || { echo "$case: $output"; return 1; }
    done
}

@test "an answer to HEAD is not judged by its framing fields" {
    for case in length-and-chunked two-lengths length-junk te-gzip-chunked; do
        fetch -I -o /dev/null -w '%{http_code}' "http://127.0.0.1:$fault_port/$case"
        [ "$status $output" = '0 200' ] || { echo "$case: $status $output"; return 1; }
    done
}

@test "codings are undone in whatever lines they are listed, or it is an error" {
    judge_row coding --compressed
    for case in coding-two-lines coding-list coding-none; do
        fetch --compressed "http://127.0.0.1:$fault_port/$case"
        [ "$output" = plain ]
    done
    fetch --compressed "http://127.0.0.1:$fault_port/coding-unknown-second"
    [[ $stderr == *"unknown content coding 'sdch'; known are deflate, gzip, br, zstd"* ]]
}

@test "a 300 is followed when it says where" {
    fetch -L "http://127.0.0.1:$fault_port/choices"
    [ "$output" = ok ]
    fetch -L "http://127.0.0.1:$fault_port/choices-none"
    [ "$output" = list ]
    fetch -L -X PUT -d x -w '|%{http_code}' "http://127.0.0.1:$fault_port/choices"
    [ "$output" = 'ok|200' ]
}
