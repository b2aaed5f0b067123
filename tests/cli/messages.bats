#!/usr/bin/env bats
# What is said on standard error, and -w.

load helper

setup_file() {
    start_peer
}

teardown_file() {
    stop_peer
}

setup() {
    enter_folder
}

@test "an error is one line with code, host and reason" {
    run quiver http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == "quiver: (7) 127.0.0.1: "* ]]
}

@test "-s is silent and -S brings errors back" {
    run quiver -s http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    [ -z "$output" ]
    run quiver -s -S http://127.0.0.1:1/
    [[ "$output" == "quiver: (7)"* ]]
}

@test "-v shows what happens and both heads" {
    quiver -v "$PEER/echo" > body 2> log
    grep -q '^\* ' log
    grep -q '^> GET /echo HTTP/1.1' log
    grep -q '^< HTTP/1.1 200 OK' log
    head -1 body | grep -q '^GET'
}

@test "-v hides secrets unless --show-secrets" {
    quiver -v -u me:topsecret -b sid=topsecret -o /dev/null "$PEER/cookie" 2> log
    grep -q '^> Authorization: <redacted>' log
    grep -q '^> Cookie: <redacted>' log
    grep -q '^< Set-Cookie: <redacted>' log
    ! grep -q topsecret log
    quiver -v --show-secrets -b sid=topsecret -o /dev/null "$PEER/cookie" 2> log
    grep -q '^> Cookie: sid=topsecret' log
}

@test "--stderr sends messages to a file" {
    run quiver --stderr log http://127.0.0.1:1/
    [ -z "$output" ]
    grep -q '^quiver: (7)' log
}

@test "-w prints after each transfer" {
    run quiver -s -o /dev/null -w '%{http_code} %{size_download} %{exitcode}\n' "$PEER/bytes/5"
    [ "$output" = "200 5 0" ]
    run quiver -s -w '%{http_code} %{exitcode}%{onerror} bad: %{errormsg}\n' http://127.0.0.1:1/
    [[ "$output" == "000 7 bad: "* ]]
}

@test "-w @file reads the format, %{stderr} and %output{} choose the place" {
    printf '%%{http_code}\\n%%{stderr}err\\n%%output{file}saved' > format
    quiver -s -o /dev/null -w @format "$PEER/bytes/1" > out 2> err
    [ "$(cat out)" = 200 ]
    [ "$(cat err)" = err ]
    [ "$(cat file)" = saved ]
}

@test "%{json} is one line of JSON without secrets" {
    quiver -s -o out -w '%{json}\n' "$PEER/cookie" > record
    [ "$(wc -l < record)" -eq 1 ]
    "$PYTHON" - record <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["v"] == 1 and r["response_code"] == 200 and r["exitcode"] == 0, r
assert r["size_download"] == 3 and r["filename_effective"] == "out", r
assert r["headers"]["set-cookie"] == ["<redacted>"], r
assert r["error"] is None and r["conn"]["tls"] is None, r
assert r["time_appconnect"] is None and r["time_total"] > 0, r
assert r["attempts"][0]["proto"] == "tcp", r
PY
    quiver -s -w '%{json}\n' http://127.0.0.1:1/ > record || true
    "$PYTHON" - record <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["exitcode"] == 7 and r["error"]["code"] == 7, r
assert r["response_code"] == 0 and r["error"]["class"] == "transient", r
PY
}

@test "progress is for terminals only" {
    quiver -o file "$PEER/bytes/10" 2> err
    [ ! -s err ]
}

@test "progress appears on a terminal and is erased" {
    on_tty "$QUIVER" -o file "$PEER/hold/bar" 2> screen &
    local pid=$!
    within 60 compgen -G '.file.*.part' > /dev/null
    within 60 grep -q 'file .*B' screen
    quiver -sS -o /dev/null "$PEER/release/bar"
    wait "$pid"
    grep -q 'file .*B' screen
    [ "$(tail -c 3 screen)" = $'\x1b[J' ]
}

@test "no progress when the body goes to the same terminal, or with -s" {
    run on_tty --stdout "$QUIVER" "$PEER/bytes/3"
    [ "$output" = xxx ]
}

@test "a timeout is exit 28" {
    run quiver -s -m 0.3 "$PEER/hold/never"
    [ "$status" -eq 28 ]
}
