#!/usr/bin/env bats
# `quiver ws` against WebSocket servers that are not quiver's: hypercorn, websockets, and
# wsproto above aioquic (websocket_server.py).

bats_require_minimum_version 1.5.0
load helper
load peers

# Sets HYPER, PLAIN_WS and H3.
start_servers() {
    local file=$BATS_FILE_TMPDIR/ws.ports ports
    make_ca "$BATS_FILE_TMPDIR"
    "$PYTHON" "$HERE/websocket_server.py" "$file" "$BATS_FILE_TMPDIR/server.pem" \
        "$BATS_FILE_TMPDIR/server.key" > "$BATS_FILE_TMPDIR/ws.log" 2>&1 3>&- &
    WS_PID=$!
    within 60 of $! test -s "$file"
    read -r -a ports < "$file"
    HYPER=wss://localhost:${ports[0]}
    PLAIN_WS=ws://localhost:${ports[1]}
    CA=$BATS_FILE_TMPDIR/ca.pem
    H3=wss://localhost:${ports[2]}
    export HYPER PLAIN_WS H3 CA WS_PID
}

setup_file() {
    start_servers
}

teardown_file() {
    kill "$WS_PID" 2>/dev/null || true
}

setup() {
    enter_folder
}

ws() {
    quiver ws --cacert "$CA" "$@"
}

# each_server COMMAND: with the options and the URL without its path, of all four.
each_server() {
    "$@" --http1.1 "$HYPER"
    "$@" --http2 "$HYPER"
    "$@" --http3-only "$H3"
    "$@" --http1.1 "$PLAIN_WS"
}

echoes_text() {
    ws "$1" "$2/" < <(printf 'one\nkäse\n\nfour') > out
    cmp out <(printf 'one\nkäse\n\nfour\n')
}

@test "texts come back" {
    each_server echoes_text
}

echoes_bytes() {
    ws --in len --out raw -n 2 "$1" "$2/" < "in" > out
    cmp bytes out
}

@test "binary messages come back, small and large" {
    head -c 60000 /dev/urandom > bytes
    { printf '\xc3\x50'; head -c 50000 bytes; printf '\x27\x10'; tail -c 10000 bytes; } > "in"
    each_server echoes_bytes
}

echoes_many() {
    ws "$1" "$2/" < many > out
    cmp many out
}

@test "no reply is lost at the end of the input" {
    seq 2000 > many
    each_server echoes_many
}

agrees_on_deflate() {
    echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | ws --out jsonl "$1" "$2/" > events
    grep -q '"extensions":"permessage-deflate' events
    grep -q '"text":"a\{40\}"' events
    echo b | ws --no-deflate --out jsonl "$1" "$2/" > events
    grep -q '"extensions":null' events
    grep -q '"text":"b"' events
}

@test "messages are compressed if the server can" {
    each_server agrees_on_deflate
}

takes_subprotocol() {
    echo x | ws --subprotocol chat --subprotocol superchat --out jsonl "$1" "$2/sub" > events
    grep -q '"subprotocol":"superchat"' events
    echo x | ws --out jsonl "$1" "$2/sub" > events
    grep -q '"subprotocol":null' events
}

@test "the subprotocol is the one that the server has picked" {
    each_server takes_subprotocol
}

is_refused() {
    run --separate-stderr ws "$1" "$2/refuse" < /dev/null
    [ "$status" -eq 22 ]
    [[ "$stderr" = *403* ]]
}

@test "an answer that refuses is exit 22 with its status" {
    each_server is_refused
}

@test "a message in pieces, with pings between them, is one message" {
    run ws "$PLAIN_WS/pieces" < <(echo "piece by piece")
    [ "$status" -eq 0 ]
    [ "$output" = "piece by piece" ]
    echo abcdef | ws --out jsonl "$PLAIN_WS/pieces" > events
    [ "$(grep -c '"kind":"ping"' events)" -ge 6 ]
    grep -q '"dir":"in","kind":"text",.*"text":"abcdef"' events
}

@test "where HTTP/3 cannot be had, the next version is taken" {
    run ws --http3 "$PLAIN_WS/" < <(echo x)
    [ "$status" -eq 0 ]
    [ "$output" = x ]
}

# Its HTTP/3 serves nobody any more once a WebSocket of a client has ended.
@test "hypercorn's HTTP/3, once" {
    run ws --http3-only "$HYPER/" < <(printf 'one\ntwo\n')
    [ "$status" -eq 0 ]
    [ "$output" = $'one\ntwo' ]
}

is_closed() {
    run --separate-stderr ws --out jsonl "$1" "$2/close/4001" < /dev/null
    [ "$status" -eq 114 ]
    [[ "$output" = *'"kind":"close","code":4001,"reason":"asked","by":"peer"'* ]]
    [[ "$stderr" = *"4001"*"asked"* ]]
}

@test "the server's close is told with code and reason, and a good one is exit 0" {
    run ws --http1.1 "$PLAIN_WS/close/1000" < /dev/null
    [ "$status" -eq 0 ]
    run ws --http2 "$HYPER/close/1001" < /dev/null
    [ "$status" -eq 0 ]
    each_server is_closed
}
