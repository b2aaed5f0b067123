#!/usr/bin/env bats
# `quiver ping`: each way to ask, of quiver's own server and of foreign ones; what is
# lost; what version probes tell.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    export DIR=$BATS_FILE_TMPDIR
    mkdir "$DIR/www"
    echo hello >"$DIR/www/1k"
    make_ca "$DIR"
    start_nginx "$DIR"
    start_caddy "$DIR"
    start_serve
}

teardown_file() {
    stop_serve
    end_peer "$nginx_pid" "$caddy_pid"
}

setup() {
    enter_folder
}

teardown() {
    local pid
    for pid in ${PIDS:-}; do
        kill -CONT "$pid" 2>/dev/null || true
        kill "$pid" 2>/dev/null || true
    done
}

ping() {
    quiver ping --cacert "${CA_OF:-$CA}" "$@"
}

# answers FILE N: lines of N answers, with times unless one came with another's
answers() {
    local time='time=[0-9]+\.[0-9]{3} ms|\(together with a later one\)'
    [ "$(grep -cE "^answer from (127\\.0\\.0\\.1|\\[::1\\]):[0-9]+: seq=[0-9]+ ($time)" "$1")" = "$2" ]
}

@test "each protocol is asked in its own way" {
    local option way
    for option in --http3-only:'QUIC PING over HTTP/3, QUIC v[12]' --http2:'HTTP/2 PING' \
        --http1.1:'HEAD over HTTP/1.1'; do
        way=${option#*:}
        ping "${option%%:*}" -n 3 -i 0.01 "$SECURE" >out
        cat out
        head -1 out | grep -qE "^PING $SECURE \([^ ]*:[0-9]+\): $way, connected in [0-9.]+ ms$"
        answers out 3
        grep -q '^3 sent, 3 answered, 0% lost, in [0-9.]* s$' out
        grep -qE '^rtt min/avg/max/stddev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms, jitter [0-9.]+ ms$' out
    done
}

@test "foreign servers answer" {
    local what
    export CA_OF=$DIR/ca.pem
    for what in "--http2 https://localhost:$nginx_port" "--http1.1 https://localhost:$nginx_port" \
        "http://localhost:$nginx_plain/1k" "--http2 https://localhost:$caddy_port" \
        "--http3-only https://localhost:$caddy_port"; do
        # shellcheck disable=SC2086
        ping -n 3 -i 0.01 $what >out
        cat out
        answers out 3
    done
    ping --version-probe -n 2 -i 0.01 "https://localhost:$caddy_port" >out
    grep -q '^QUIC is spoken here: v1' out
}

@test "what counts requests is refused where there are none" {
    local option
    for option in --stats "--stats-out file" "--metrics file"; do
        # shellcheck disable=SC2086
        run --separate-stderr ping $option -n 1 "$SECURE"
        echo "$stderr"
        [ "$status" = 2 ]
        [[ ${stderr_lines[0]} == "quiver: (2) option ${option% *} counts requests, which PING frames are not; --head asks by requests" ]]
        [ ! -e file ]
    done
    run ping --stats --version-probe "$SECURE"
    [ "$status" = 2 ]
    for option in --head --http1.1; do
        ping --stats "$option" -n 2 -i 0 "$SECURE" 2>err
        cat err
        grep -q '"requests":{"count":3,' err
    done
    ping --stats -n 1 "$PLAIN" 2>err
    grep -q '"requests":{"count":2,' err
    ping --stats -n 1 "wss${SECURE#https}/ws" 2>err
    grep -q '"opened":1,' err
    echo stats >config
    QUIVER_CONFIG=$PWD/config ping -n 1 "$SECURE"
}

@test "a WebSocket is asked by its own pings" {
    local option
    for option in --http1.1 --http2 --http3-only; do
        ping "$option" -n 3 -i 0.01 "wss${SECURE#https}/ws" >out
        cat out
        grep -q ': WebSocket ping over HTTP/' out
        answers out 3
    done
    ping -n 1 "ws${PLAIN#http}/ws" >out
    answers out 1
    "$PYTHON" "$HERE/websocket_server.py" port "$DIR/server.pem" "$DIR/server.key" 3>&- &
    PIDS=$!
    within 60 of $! test -s port
    CA_OF=$DIR/ca.pem ping -n 3 -i 0.01 "wss://localhost:$(head -1 port | cut -d' ' -f1)/" >out || {
        cat port out
        false
    }
    answers out 3
}

@test "many may be out, and each is answered by its number" {
    ping --http3-only -n 200 -i 0.001 --json "$SECURE" >out
    [ "$(sed -n 's/.*"kind":"answer","seq":\([0-9]*\),.*/\1/p' out | sort -n | uniq | wc -l)" = 200 ]
    ping --http2 -n 200 -i 0 --json "$SECURE" >out
    sed -n 's/.*"kind":"answer","seq":\([0-9]*\),.*/\1/p' out >seqs
    seq 200 | cmp - seqs
}

@test "--explain tells how the connection came to be, or why it did not" {
    local way
    for way in "--http2 $SECURE" "--http3-only $SECURE" "--http1.1 $SECURE" "wss${SECURE#https}/ws"; do
        # shellcheck disable=SC2086
        run --separate-stderr ping --explain=json -n 1 $way
        grep '"attempts":\[{"n":1,.*"result":"won"' <<<"$stderr" >>explanations
        [[ $output == *"1 answered"* ]]
    done
    run --separate-stderr ping --explain=json -n 1 "https://127.0.0.1:1"
    [ "$status" -eq 7 ]
    grep '"causes":\[{"name":"connect-refused"' <<<"$stderr" >>explanations
    quiver help json-schema >schema
    "$PYTHON" "$HERE/schema.py" schema explanation explanations
    run --separate-stderr ping --explain --http3-only -n 1 "$SECURE"
    [[ $stderr == *": connected over HTTP/3, new connection 1, "*"attempt    quic "* ]]
}

@test "lines of JSON say the same" {
    ping -n 2 -i 0.01 --json "$SECURE" >out
    "$PYTHON" - out <<'CHECK'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
assert [e["kind"] for e in events] == ["open", "answer", "answer", "summary"], events
assert events[0]["by"] == "h2-ping" and events[0]["http"] == "2" and events[0]["port"]
times = [e["time"] for e in events[1:3]]
s = events[-1]
assert (s["sent"], s["answered"], s["lost"], s["late"], s["loss"]) == (2, 2, 0, 0, 0), s
assert s["min"] == min(times) and s["max"] == max(times), (s, times)
assert abs(s["avg"] - sum(times) / 2) < 2e-6 and abs(s["jitter"] - abs(times[0] - times[1])) < 2e-6
CHECK
}

# said REGEX: the ping under way has
said() {
    [ -e out ] && grep -qE "$1" out
}

is_over() {
    ! kill -0 "$1" 2>/dev/null
}

@test "what is not answered in time is lost, and then late; a signal ends it well" {
    local option ping_pid serve_pid
    "$QUIVER" serve --port 0 --plain-port 0 --log none >serve.out 2>&1 3>&- &
    serve_pid=$!
    PIDS=$serve_pid
    within 60 of $! grep -q '^--cacert ' serve.out
    for option in --http3-only --http2 --http1.1; do
        : >out
        env --default-signal=INT "$QUIVER" ping "$option" --wait 0.2 -i 0.1 --cacert "$(sed -n 's|^--cacert ||p' serve.out)" \
            "$(sed -n 's|^\(https://localhost:[0-9]*\).*|\1|p' serve.out)" >out 2>err 3>&- &
        ping_pid=$!
        PIDS="$serve_pid $ping_pid"
        within 60 of $! said '^answer'
        kill -STOP "$serve_pid"
        within 60 of $! said '^no answer: seq=[0-9]+: within 0.2 s$'
        kill -CONT "$serve_pid"
        within 60 said '\(late\)$'
        kill -INT "$ping_pid"
        wait "$ping_pid"
        cat out err
        grep -qE '^[0-9]+ sent, [0-9]+ answered, [0-9.]+% lost, [0-9]+ late, in' out
    done
}

@test "nothing but silence is exit 28" {
    "$QUIVER" serve --port 0 --plain-port 0 --log none >serve.out 2>&1 3>&- &
    PIDS=$!
    within 60 of $! grep -q '^--cacert ' serve.out
    "$QUIVER" ping --http3-only --wait 0.2 -n 2 -i 0.3 --json --cacert "$(sed -n 's|^--cacert ||p' serve.out)" \
        "$(sed -n 's|^\(https://localhost:[0-9]*\).*|\1|p' serve.out)" >out 3>&- &
    local ping_pid=$!
    within 60 of $! said '"kind":"open"'
    kill -STOP "${PIDS%% *}"
    PIDS="$PIDS $ping_pid"
    local status=0
    wait "$ping_pid" || status=$?
    cat out
    # Unless it was fast enough to answer the first.
    said '"answered":1' || [ "$status" = 28 ]
}

answers_after_gap() {
    sed -n '/no connection\|not open yet/,$p' out | grep -q '^answer'
}

@test "a connection that is lost is opened again" {
    local port ping_pid
    port=$(free_port)
    start() {
        "$QUIVER" serve --port "$port" --plain-port 0 --log none --cert "$DIR/server.pem" --key "$DIR/server.key" \
            >serve.out 2>&1 3>&- &
        PIDS="$! ${ping_pid:-}"
        within 60 of $! grep -q "^https://localhost:$port" serve.out
    }
    start
    env --default-signal=INT "$QUIVER" ping -i 0.05 --http2 --cacert "$DIR/ca.pem" "https://localhost:$port" >out 2>err 3>&- &
    ping_pid=$!
    within 60 of $! said '^answer'
    kill "${PIDS%% *}"
    within 60 of $! said 'there is no connection|the connection is not open yet'
    [ "$(grep -c 'the connection is lost: (' err)" = 1 ]
    [ "$(grep -c 'it cannot be opened again: (7) ' err)" = 1 ]
    start
    within 60 answers_after_gap
    kill -TERM "$ping_pid"
    local status=0
    wait "$ping_pid" || status=$?
    [ "$status" = 143 ]
    grep -q ' sent, ' out
}

@test "version probes tell who speaks QUIC" {
    ping --version-probe -i 0.01 "$SECURE" >out
    cat out
    grep -qE '^answer from .*: seq=3 time=[0-9.]+ ms versions: v1, v2$' out
    grep -q '^QUIC is spoken here: v1, v2$' out
}

@test "version probes tell nobody at the port from UDP that is blocked" {
    local port
    # nginx of the tests has TCP alone
    run ping --version-probe -i 0.01 "https://localhost:$nginx_port"
    echo "$output"
    [ "$status" = 7 ]
    [[ $output == *"no QUIC here: nobody listens at UDP port $nginx_port of 127.0.0.1: the network says so"* ]]
    run ping --version-probe -i 0.01 --json "https://localhost:$nginx_port"
    [ "$status" = 7 ]
    [[ $output == *'"verdict":"no-quic"'* ]]

    port=$(free_port)
    "$PYTHON" "$HERE/early_hole.py" "$port" "$nginx_port" >hole 3>&- &
    PIDS=$!
    within 60 of $! test -s hole
    run ping --version-probe -i 0.01 --wait 0.3 "https://127.0.0.1:$port"
    echo "$output"
    [ "$status" = 28 ]
    [[ $output == *"UDP is blocked, or dropped by the server: TCP to the same port works"* ]]

    "$PYTHON" -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
while True: s.recv(65536)' >hole2 3>&- &
    PIDS="$PIDS $!"
    within 60 of $! test -s hole2
    run ping --version-probe -n 1 --wait 0.3 "https://127.0.0.1:$(cat hole2)"
    echo "$output"
    [ "$status" = 7 ]
    [[ $output == *"the server is not reached at all: "*"refused"* ]]
}

@test "what cannot be opened is an error of its own, without a summary" {
    run --separate-stderr ping -n 1 "https://localhost:$(free_port)"
    [ "$status" = 7 ]
    [ -z "$output" ]
    [[ $stderr == "quiver: (7) "* ]]
    run --separate-stderr quiver ping -n 1 "$SECURE"
    [ "$status" = 60 ]
    run quiver ping
    [ "$status" = 2 ]
    run quiver ping --head --version-probe "$SECURE"
    [ "$status" = 2 ]
    run quiver ping --head ws://localhost/
    [ "$status" = 2 ]
    run quiver ping -i soon "$SECURE"
    [ "$status" = 2 ]
    run ping --version-probe -x "$PLAIN" "$SECURE"
    [ "$status" = 2 ]
}

@test "--max-time ends it with the summary, a closed output at once" {
    ping -m 0.5 -i 0.05 --http3-only "$SECURE" >out
    grep -q ' sent, ' out
    set +o pipefail
    ping -i 0.01 "$SECURE" | head -2 >out
    [ "$(wc -l <out)" = 2 ]
}

@test "it goes through a proxy" {
    "$QUIVER" serve --port 0 --plain-port 0 --log none --allow-tcp "localhost:*" >proxy.out 2>&1 3>&- &
    PIDS=$!
    within 60 of $! grep -q '^--cacert ' proxy.out
    ping -n 2 -i 0.01 -x "$(sed -n 's|^\(http://localhost:[0-9]*\).*|\1|p' proxy.out)" "$SECURE" >out
    cat out
    answers out 2
}

@test "the examples of quiver-ping(1) do what it says" {
    mkdir -p bin
    ln -s "$QUIVER" bin/quiver
    run env PATH="$PWD/bin:$PATH" "$PYTHON" "$HERE/probe_examples.py" "$HERE/../../man/quiver-ping.1" "$SECURE" "$CA"
    echo "$output"
    [ "$status" = 0 ]
    [ "$output" = 4 ]
}
