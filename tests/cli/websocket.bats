#!/usr/bin/env bats
# WebSocket: `quiver serve`, asked by foreign clients over each version.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve
}

teardown_file() {
    stop_serve
}

client() { # VERSION PATH OPTIONS...
    local version=$1 path=$2
    shift 2
    "$PYTHON" "$HERE/websocket_client.py" "$version" "wss${SECURE#https}$path" "$CA" "$@"
}

MESSAGES=("text:käse" binary:00ff text: fragments:Hel,,lo ping:x many:40:20000
    many:500:10 close:4000:bye)

ECHOED="text käse
binary 00ff
text 
text Hello
pong x
many 40
many 500
close 4000 bye
end"

@test "python's websockets gets back what it sends over HTTP/1.1" {
    run client 1.1 /ws "${MESSAGES[@]}"
    [ "$output" = "open - -
$ECHOED" ]
    run "$PYTHON" "$HERE/websocket_client.py" 1.1 "ws${PLAIN#http}/ws" "$CA" "${MESSAGES[@]}"
    [ "$output" = "open - -
$ECHOED" ]
}

@test "h2 with wsproto gets back what it sends over HTTP/2" {
    run client 2 /ws "${MESSAGES[@]}"
    [ "$output" = "open - -
$ECHOED" ]
}

@test "aioquic with wsproto gets back what it sends over HTTP/3" {
    run client 3 /ws "${MESSAGES[@]}"
    [ "$output" = "open - -
$ECHOED" ]
}

@test "messages are compressed over every version, in the windows that were agreed on" {
    for version in 1.1 2 3; do
        run client "$version" /ws --deflate "${MESSAGES[@]}"
        [[ "${lines[0]}" = "open - permessage-deflate; "*client_max_window_bits=10 ]]
        [ "${output#*$'\n'}" = "$ECHOED" ]
        run client "$version" '/ws?deflate=no' --deflate text:x
        [ "$output" = "open - -
text x" ]
    done
}

@test "messages may come byte by byte" {
    for version in 2 3; do
        run client "$version" /ws --bytewise --deflate text:käse fragments:Hel,,lo ping:x \
            many:3:300 close:1000:done
        [ "${output#*$'\n'}" = "text käse
text Hello
pong x
many 3
close 1000 done
end" ]
    done
}

@test "broken rules end it with the code that says so" {
    # Frames with a mask of zeros: unmasked, no opcode, a reserved bit, half a code, no
    # UTF-8, a byte more than 16 MiB.
    for version in 1.1 2 3; do
        for case in 810178=1002 838000000000=1002 918000000000=1002 888100000000e8=1002 \
            818100000000ff=1007 82ff000000000100000100000000=1009; do
            run client "$version" /ws text:x "raw:${case%=*}"
            [ "${lines[1]}" = "text x" ]
            [[ "${lines[2]}" = "close ${case#*=} "?* ]]
            [ "${lines[3]}" = end ]
        done
    done
}

@test "a subprotocol is the one of the query, if it was offered" {
    for version in 1.1 2 3; do
        run client "$version" '/ws?subprotocol=chat' --subprotocol other --subprotocol chat text:x
        [ "${lines[0]}" = "open chat -" ]
        [ "${lines[1]}" = "text x" ]
        run client "$version" '/ws?subprotocol=chat' --subprotocol other text:x
        [ "${lines[0]}" = "open - -" ]
    done
}

@test "a plain request is told what to upgrade to" {
    run curl -sSi --http1.1 "$PLAIN/ws"
    [[ "$output" = "HTTP/1.1 426 Upgrade Required"* ]]
    [[ "$output" = *"Connection: Upgrade"* ]]
    [[ "$output" = *"Upgrade: websocket"* ]]
    [[ "$output" = *"sec-websocket-version: 13"* ]]
    run curl -sSi --http1.1 --data x "$PLAIN/ws"
    [[ "$output" = "HTTP/1.1 426 "* ]]
    run curl -sSi --http2 --cacert "$CA" "$SECURE/ws"
    [[ "$output" = "HTTP/2 426"* ]]
    [[ "${output,,}" != *"upgrade:"* ]]
}

@test "another version than 13 is refused with the one that is spoken" {
    local ask=(-H 'Connection: Upgrade' -H 'Upgrade: websocket'
        -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')
    run curl -sSi --http1.1 "${ask[@]}" -H 'Sec-WebSocket-Version: 12' "$PLAIN/ws"
    [[ "$output" = "HTTP/1.1 426 "*"sec-websocket-version: 13"* ]]
    run curl -sSi --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
        -H 'Sec-WebSocket-Version: 13' "$PLAIN/ws"
    [[ "$output" = "HTTP/1.1 400 "* ]]
}

# Python's h2 reads nothing that comes behind a GOAWAY.
@test "a server that stops says so to its clients, and waits for none of them" {
    local out="$BATS_TEST_TMPDIR/serve.out"
    "$QUIVER" serve --port 0 --plain-port 0 --log none > "$out" 2>&1 3>&- &
    local server=$! clients=() version
    within 60 of $! grep -q cacert "$out"
    SECURE=$(sed -n 's|^\(https://localhost:[0-9]*\) .*|\1|p' "$out")
    CA=$(sed -n 's|^--cacert ||p' "$out")
    for version in 1.1 3; do
        client "$version" /ws text:x wait > "$BATS_TEST_TMPDIR/$version" 3>&- &
        clients+=($!)
        within 60 of $! grep -q 'text x' "$BATS_TEST_TMPDIR/$version"
    done
    kill "$server"
    wait "${clients[@]}"
    for version in 1.1 3; do
        run cat "$BATS_TEST_TMPDIR/$version"
        [ "${lines[2]}" = "close 1001 the server stops" ]
        [ "${lines[3]}" = end ]
    done
    wait "$server"
}
