#!/usr/bin/env bats
# --retry and its kin: what is tried again, when, and what is never sent twice.

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
}

# Waits are short, so that only the number of tries matters.
again() {
    quiver -sS --retry "$1" --retry-delay 0.01 "${@:2}"
}

@test "an answer that asks for patience is asked for again, and only the last is shown" {
    run again 3 "$A/busy/2/x" -w '%{num_retries} %{response_code}\n'
    [ "$status" -eq 0 ]
    [ "$output" = $'fine\n2 200' ]
    [ "$(wc -l < "$A_LOG")" -eq 3 ]
}

@test "a line says why and when it is tried again, unless -s is given" {
    run --separate-stderr quiver --no-progress-meter --retry 5 --retry-delay 0.01 "$A/busy/1/x"
    [ "$output" = fine ]
    [ "$stderr" = "quiver: 127.0.0.1: the answer was 503; trying again in 0.01 s (5 left)" ]
    run --separate-stderr quiver -s --retry 5 --retry-delay 0.01 "$A/busy/1/y"
    [ -z "$stderr" ]
}

@test "without --retry nothing is tried again" {
    run quiver -sS "$A/busy/2/x"
    [ "$output" = busy ]
    [ "$(wc -l < "$A_LOG")" -eq 1 ]
}

@test "when tries are used up the last answer is what there is" {
    run again 2 "$A/busy/9/x" -w '%{num_retries} %{response_code}\n'
    [ "$status" -eq 0 ]
    [ "$output" = $'busy\n2 503' ]
    run again 2 -f "$A/busy/9/y"
    [ "$status" -eq 22 ]
}

@test "a POST that was answered by 503 is sent again with its body, as by curl" {
    run again 3 -d 12345 "$A/busy/1/x"
    [ "$output" = fine ]
    [ "$(cut -d' ' -f2,5 "$A_LOG" | paste -sd,)" = "POST 5,POST 5" ]
}

@test "a POST whose connection died is sent once" {
    run again 3 -d 12345 "$A/drop/9/x"
    [ "$status" -eq 52 ]
    [ "$(count_in "$A_LOG" POST)" -eq 1 ]
}

@test "--retry-all-errors takes the risk of a second POST" {
    run again 3 --retry-all-errors -d 12345 "$A/drop/1/x"
    [ "$status" -eq 0 ]
    [ "$(count_in "$A_LOG" POST)" -eq 2 ]
}

@test "a GET, a PUT and a QUERY whose connection died are sent again" {
    printf upload > file
    again 3 "$A/drop/2/x"
    again 3 -T file "$A/drop/2/y"
    again 3 -X QUERY -d q "$A/drop/2/z"
    [ "$(count_in "$A_LOG" GET)" -eq 3 ]
    [ "$(count_in "$A_LOG" PUT)" -eq 3 ]
    [ "$(grep -c 'PUT.* 6$' "$A_LOG")" -eq 3 ]
    [ "$(count_in "$A_LOG" QUERY)" -eq 3 ]
}

@test "a body from a pipe cannot be sent again" {
    run bash -c 'printf pipe | "$1" -sS --retry 3 --retry-delay 0.01 -T - "$2"' - "$QUIVER" "$A/busy/2/x"
    [ "$output" = busy ]
    [ "$(wc -l < "$A_LOG")" -eq 1 ]
}

@test "Retry-After counts when it is longer than our own delay" {
    again 3 "$A/busy/1/x?after=1"
    at_least 950 "$(gaps_in "$A_LOG")"
}

@test "a Retry-After beyond --retry-max-time ends it at once" {
    run again 3 --retry-max-time 5 "$A/busy/1/x?after=60"
    [ "$status" -eq 0 ]
    [ "$output" = busy ]
    [ "$(wc -l < "$A_LOG")" -eq 1 ]
}

@test "the delay of our own doubles from a second on" {
    quiver -sS --retry 3 "$A/busy/2/x"
    gaps_in "$A_LOG" > gaps
    at_least 980 "$(sed -n 1p gaps)"
    at_least 1980 "$(sed -n 2p gaps)"
}

@test "a refused connection is tried again when that is asked for" {
    local port
    port=$("$PYTHON" -c 'import socket; t = socket.socket(); t.bind(("127.0.0.1", 0)); print(t.getsockname()[1])')
    run again 2 "http://127.0.0.1:$port/" -w '%{num_retries}'
    [ "$status" -eq 7 ]
    [ "${output: -1}" = 0 ] || [[ "$output" == 0* ]]
    run --separate-stderr again 2 --retry-connrefused "http://127.0.0.1:$port/" -w '%{num_retries}'
    [ "$status" -eq 7 ]
    [ "$output" = 2 ]
}

@test "a handshake that the server hangs up on is tried again, a POST too" {
    "$PYTHON" - > port 3>&- << 'PY' &
import socket
s = socket.create_server(("127.0.0.1", 0))
s.settimeout(90)
print(s.getsockname()[1], flush=True)
for _ in range(3):
    c, _ = s.accept()
    c.recv(65536)
    c.shutdown(socket.SHUT_WR)
    while c.recv(65536):
        pass
    c.close()
PY
    local server=$!
    within 60 test -s port
    run again 2 -d x "https://127.0.0.1:$(cat port)/" -w '%{num_retries}'
    [ "$status" -eq 35 ]
    [ "${output: -1}" = 2 ]
    wait "$server" # three came
}

@test "half a file is taken back" {
    again 3 "$A/half/2/x" -o file
    [ "$(cat file)" = fine ]
    [ "$(names_in .)" = file ]
}

# two_tries: a server whose first answer breaks off; prints its port.
two_tries() {
    "$PYTHON" - > port 3>&- <<'PY' &
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(4)
print(s.getsockname()[1], flush=True)
for answer in (b"Content-Length: 9\r\nX-Try: 1\r\n\r\nabc", b"Content-Length: 3\r\nX-Try: 2\r\n\r\nabc"):
    c, _ = s.accept()
    c.recv(65536)
    c.sendall(b"HTTP/1.1 200 OK\r\n" + answer)
    c.close()
PY
    within 60 test -s port
}

@test "-D has the heads of the last try alone, as -o has its body" {
    two_tries
    again 1 -D heads -o file "http://127.0.0.1:$(cat port)/"
    [ "$(cat file)" = abc ]
    [ "$(grep -c '^HTTP/' heads)" -eq 1 ]
    grep -q '^X-Try: 2' heads
}

@test "-D of a try that was answered by 503 has the last answer alone" {
    again 3 -D heads -o file "$A/busy/2/x"
    [ "$(grep -c '^HTTP/' heads)" -eq 1 ]
    head -1 heads | grep -q 200
}

@test "with -Z the heads of others stay in -D when one is taken back" {
    two_tries
    again 1 -Z -j 2 -D heads -o file "http://127.0.0.1:$(cat port)/" "$A/ok/a" -o a "$A/ok/b" -o b "$A/ok/c" -o c
    [ "$(grep -c '^HTTP/' heads)" -eq 4 ]
    [ "$(grep '^X-Try' heads | tr -d '\r')" = "X-Try: 2" ]
    # Nothing else has changed: each head ends with an empty line.
    [ "$(grep -c $'^\r$' heads)" -eq 4 ]
}

@test "half a body on standard output cannot be taken back" {
    run --separate-stderr again 3 "$A/half/2/x"
    [ "$status" -eq 18 ]
    [ "$output" = half ]
    [ "$(wc -l < "$A_LOG")" -eq 1 ]
}

@test "each try has the time of --max-time" {
    run again 3 -m 3 "$A/slow/2/x" -w '%{num_retries}'
    [ "$status" -eq 0 ]
    [ "$output" = $'fine\n2' ]
}

@test "the record tells each try" {
    again 3 "$A/busy/1/x" -o /dev/null -w '%{json}' > record
    "$PYTHON" - << 'PY'
import json
r = json.load(open("record"))
assert r["num_retries"] == 1 and r["response_code"] == 200, r
assert len(r["retries"]) == 1, r["retries"]
PY
}

@test "a transfer that waits for its next try can be interrupted" {
    "$QUIVER" -sS --retry 3 --retry-delay 600 "$A/busy/1/x" -o file 3>&- &
    local pid=$! status=0
    within 60 of $! has_count "$A_LOG" 1
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 143 ]
    [ -z "$(names_in .)" ]
}

@test "with -Z others go on while one waits for its next try" {
    "$QUIVER" -sS -Z -j 1 --retry 3 --retry-delay 600 "$A/busy/1/x" -o busy "$A/ok/[1-5]" -o '#1' 3>&- &
    local pid=$!
    within 60 of $! test -e 5
    kill -TERM "$pid"
    wait "$pid" || true
    [ "$(names_in .)" = "1 2 3 4 5" ]
}

@test "-X keeps its word over a redirect, and the body goes" {
    for code in 301 302 303; do
        quiver -sS -L -X POST -d 12345 "$A/moved/$code" -o /dev/null
    done
    [ "$(grep moved$ -c <(cut -d' ' -f3 "$A_LOG"))" -eq 3 ]
    [ "$(grep -c 'POST /ok/moved [0-9]* 0$' "$A_LOG")" -eq 3 ]
    quiver -sS -L -d 12345 "$A/moved/302" -o /dev/null
    tail -1 "$A_LOG" | grep -q 'GET /ok/moved'
}

@test "a transfer that is too slow for too long is given up" {
    run quiver -sS -Y 1000 -y 1 "$A/drip/x" -o file
    [ "$status" -eq 28 ]
    [[ "$output" == *"Operation too slow. Less than 1000 bytes/sec"* ]]
    run quiver -sS -Y 2 -y 1 -m 2.5 "$A/drip/x" -o file
    [[ "$output" == *"timed out"* ]] # it was fast enough
}
