#!/usr/bin/env bats
# `quiver channel` and `quiver ws` against `quiver serve`: /ws and /datagram send back
# what comes.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve
    WS=${SECURE/https/wss}/ws
    PLAIN_WS=${PLAIN/http/ws}/ws
    DATAGRAM=$SECURE/datagram
    export WS PLAIN_WS DATAGRAM
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
}

teardown() {
    [ -z "$BACKGROUND" ] || kill -9 "$BACKGROUND" 2>/dev/null || true
}

ws() {
    quiver ws --cacert "$CA" "$@"
}

channel() {
    quiver channel --cacert "$CA" "$@"
}

# field NAME < EVENTS: of the last event that has it.
field() {
    "$PYTHON" -c 'import json, sys
last = [e[sys.argv[1]] for e in map(json.loads, sys.stdin) if sys.argv[1] in e][-1]
print("null" if last is None else last)' "$1"
}

@test "lines are text messages, on every version of HTTP" {
    local v
    for v in --http1.1 --http2 --http3-only; do
        run --separate-stderr ws "$v" "$WS" < <(printf 'one\n\nthree\r\nfour')
        [ "$status" -eq 0 ]
        [ "$output" = $'one\n\nthree\nfour' ]
        [ -z "$stderr" ]
    done
}

@test "a WebSocket goes over plain HTTP/1.1" {
    run ws "$PLAIN_WS" < <(echo hello)
    [ "$status" -eq 0 ]
    [ "$output" = hello ]
}

@test "datagrams go over QUIC, and in capsules where there is none" {
    local v
    for v in --http1.1 --http2 --http3-only; do
        printf 'a\nb\n' | channel --protocol p "$v" --linger 0.5 --out jsonl "$DATAGRAM" > events
        [ "$(grep -c '"kind":"datagram"' events)" -eq 2 ]
        case $v in
            --http3-only) [ "$(field transport < events)" = datagram ] ;;
            *) [ "$(field transport < events)" = capsule ] ;;
        esac
    done
    printf 'a\n' | channel --protocol p --http3-only --transport capsule --out jsonl "$DATAGRAM" > events
    [ "$(field transport < events)" = capsule ]
    [ "$(field why < events)" = "asked for" ]
}

@test "a transport that cannot be had is exit 113" {
    run channel --protocol p --http2 --transport datagram "$DATAGRAM" < /dev/null
    [ "$status" -eq 113 ]
}

@test "modes carry any bytes there and back" {
    head -c 3000 /dev/urandom > bytes
    local mode
    for mode in hex base64 len; do
        case $mode in
            hex) od -An -v -tx1 bytes | tr -d ' ' | paste -sd '' | fold -w 500 > "in" ;;
            base64) base64 -w 400 bytes > "in" ;;
            len) { printf '\x0b\xb8'; cat bytes; } > "in" ;;
        esac
        ws --in "$mode" --out "$mode" "$WS" < "in" > out
        cmp <(paste -sd '' "in") <(paste -sd '' out)
    done
    ws --in hex --out raw "$WS" < <(od -An -v -tx1 bytes | tr -d ' \n') > out
    cmp bytes out
}

@test "events can be sent again" {
    printf 'gr\xc3\xbc\xc3\x9f\n"q" \\ \t\n' | ws --out jsonl "$WS" > events
    ws --in jsonl "$WS" < events > out
    cmp out <(printf 'gr\xc3\xbc\xc3\x9f\n"q" \\ \t\n')
}

@test "line ends in a message are escaped" {
    run ws --in hex "$WS" < <(echo 610d0a62)
    [ "$output" = 'a\r\nb' ]
}

@test "what cannot be sent is told with its line, and the rest is sent" {
    run --separate-stderr ws "$WS" < <(printf 'a\n\xff\nb\n')
    [ "$status" -eq 26 ]
    [ "$output" = $'a\nb' ]
    [[ "$stderr" == "quiver: (26) localhost: standard input: line 2 is not UTF-8"* ]]
    run --separate-stderr ws --in hex "$WS" < <(printf '61\n6\n62\n')
    [ "$status" -eq 26 ]
    [ "$output" = $'a\nb' ]
    [[ "$stderr" == *"line 2 is not in hex digits"* ]]
}

@test "a datagram that is too large is refused with the room there is" {
    { echo a; head -c 5000 /dev/zero | tr '\0' x; echo; echo b; } > "in"
    run --separate-stderr channel --protocol p --http3-only "$DATAGRAM" < "in"
    [ "$status" -eq 63 ]
    [ "$output" = $'a\nb' ]
    [[ "$stderr" =~ "message 2 has 5000 bytes, a datagram has room for "[0-9]+ ]]
}

@test "a large file goes through, both ways held up by each other" {
    seq 1 200000 > "in"
    ws --no-deflate "$WS" < "in" > out
    cmp "in" out
    channel --upgrade any "$PLAIN/datagram" < "in" > out
    cmp "in" out
}

@test "datagrams of a file are not lost for want of room here" {
    seq 1 3000 > "in"
    channel --protocol p --http3-only -w '%{stderr}%{channel_drops} %{channel_messages_out}' \
        "$DATAGRAM" < "in" > out 2> counts
    [ "$(cat counts)" = "0 3000" ]
}

@test "-n ends after as many messages" {
    mkfifo pipe
    ws -n 2 "$WS" < pipe > out 3>&- &
    BACKGROUND=$!
    exec 8> pipe
    printf 'a\nb\nc\n' >&8
    wait "$BACKGROUND"
    exec 8>&-
    [ "$(cat out)" = $'a\nb' ]
}

# listen INPUT OPTION...: as a process of its own, which can get a signal; input
# "closed" is none.
listen() {
    local input=$1
    shift
    if [ "$input" = closed ]; then
        "$QUIVER" ws --cacert "$CA" -v --out jsonl "$@" "$WS" <&- > out 2> err 3>&- &
    else
        "$QUIVER" ws --cacert "$CA" -v --out jsonl "$@" "$WS" < "$input" > out 2> err 3>&- &
    fi
    BACKGROUND=$!
}

# ended_by SIGNAL STATUS: that is its exit status.
ended_by() {
    local status=0
    kill "-$1" "$BACKGROUND"
    wait "$BACKGROUND" || status=$?
    [ "$status" -eq "$2" ]
}

@test "without a usable input the channel listens" {
    listen /dev/null
    within 20 grep -q '"kind":"open"' out
    ended_by TERM 143
    [ "$(field code < out)" = 1000 ]
    listen closed
    within 20 grep -q '"kind":"open"' out
    ended_by TERM 143
}

@test "an interrupt closes the channel and is the status" {
    mkfifo pipe
    exec 8<> pipe
    listen pipe
    within 20 grep -q '"kind":"open"' out
    ended_by TERM 143
    exec 8>&-
    [ "$(field code < out)" = 1000 ]
    grep -q 'Our side of the channel is closed' err
}

@test "a second signal does not wait for the peer's close" {
    # It opens a WebSocket and says nothing more.
    "$PYTHON" - > port 3>&- <<'PY' &
import base64, hashlib, re, socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
head = b""
while not head.endswith(b"\r\n\r\n"):
    head += c.recv(4096)
key = re.search(rb"(?i)sec-websocket-key: (\S+)", head)[1]
accept = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
c.sendall(
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: " + base64.b64encode(accept) + b"\r\n\r\n"
)
while c.recv(4096):
    pass
PY
    local mute=$! WS
    within 20 test -s port
    WS=ws://127.0.0.1:$(cat port)/
    listen /dev/null --linger 600
    within 20 grep -q '"kind":"open"' out
    kill -TERM "$BACKGROUND"
    within 20 grep -q 'Our side of the channel is closed' err
    ended_by TERM 143
    refute grep -q '"kind":"close"' out
    kill "$mute" 2>/dev/null || true
    wait "$mute" || true
}

@test "a reader that is gone ends it with 23, silently" {
    mkfifo pipe
    {
        local status=0
        ws "$WS" < pipe 2> err || status=$?
        echo "$status" > status
    } | head -n 1 > out &
    BACKGROUND=$!
    exec 8> pipe
    echo a >&8
    within 20 test -s out
    # Each line brings one back, which head does not read any more.
    while [ ! -s status ]; do
        echo b >&8 2>/dev/null || break
        nap 0.05
    done
    exec 8>&-
    within 20 test -s status
    [ "$(cat status)" = 23 ]
    [ ! -s err ]
}

@test "a refusal is exit 22 with what the server says" {
    run --separate-stderr ws "${PLAIN/http/ws}/status/403" < /dev/null
    [ "$status" -eq 22 ]
    [[ "$stderr" == *"403"* ]]
    [ -z "$output" ]
}

@test "the close code and reason are ours" {
    ws --close-code 4001 --close-reason done --out jsonl "$WS" < <(echo a) > events
    [ "$(field code < events)" = 4001 ]
    ws --in jsonl --out jsonl "$WS" > events < <(echo '{"kind":"close","code":4002}')
    [ "$(field code < events)" = 4002 ]
}

@test "a subprotocol is chosen by the server" {
    ws --subprotocol a --subprotocol chat --out jsonl "$WS?subprotocol=chat" < <(echo a) > events
    [ "$(field subprotocol < events)" = chat ]
}

@test "messages are compressed unless that is not wanted" {
    ws --out jsonl "$WS" < <(echo a) > events
    [[ "$(field extensions < events)" == permessage-deflate* ]]
    ws --no-deflate --out jsonl "$WS" < <(echo a) > events
    [ "$(field extensions < events)" = null ]
}

@test "a program speaks, and is gone when the channel is" {
    cat > bot <<'END'
#!/bin/sh
echo "$QUIVER_PROTOCOL $QUIVER_TRANSPORT"
read -r back
echo "$back" > got
echo "$QUIVER_PEER" > peer
echo $$ > pid
END
    chmod +x bot
    run ws --exec ./bot "$WS"
    [ "$status" -eq 0 ]
    [ "$(cat got)" = "websocket stream" ]
    [[ "$(cat peer)" =~ :[0-9]+$ ]]
    refute kill -0 "$(cat pid)" 2>/dev/null
}

@test "a program that does not end gets SIGTERM" {
    run ws -n 1 --exec 'trap "echo term > ended; exit 0" TERM; echo a
        while :; do sleep 0.05; done' "$WS"
    [ "$status" -eq 0 ]
    [ "$(cat ended)" = term ]
}

@test "an echo test accounts for every message" {
    local url
    for url in "$DATAGRAM --protocol p --http3-only" "$DATAGRAM --protocol p --http2" \
        "$WS --protocol websocket"; do
        # shellcheck disable=SC2086
        channel --echo-test 2000 --size 200 --out jsonl $url > result
        "$PYTHON" -c 'import json, sys
r = json.load(open("result"))
assert r["sent"] == 2000, r
assert r["sent"] == r["echoed"] + r["lost"] + r["dropped"], r
assert r["foreign"] == 0 and r["size"] == 200, r
assert 0 < r["rtt"]["p50"] <= r["rtt"]["p90"] <= r["rtt"]["p99"], r'
    done
    run ws --echo-test 10 "$WS"
    [[ "${lines[0]}" == "10 sent, 10 echoed, 0 lost, 0 dropped; 0 reordered, 0 duplicates; "* ]]
    [[ "${lines[1]}" == "rtt ms  p50 "* ]]
}

@test "a recording is replayed in its time, or faster" {
    mkfifo pipe
    exec 8<> pipe
    listen pipe -n 2 --record talk.jsonl
    echo a >&8
    within 20 grep -q '"text":"a"' out
    nap 0.3
    echo b >&8
    wait "$BACKGROUND"
    exec 8>&-
    grep -q '"dir":"in","kind":"text"' talk.jsonl
    ws --replay talk.jsonl --record again.jsonl "$WS" > out
    [ "$(cat out)" = $'a\nb' ]
    "$PYTHON" - <<'END'
import json
def gap(file):
    t = [e["t"] for e in map(json.loads, open(file)) if (e["kind"], e["dir"]) == ("text", "out")]
    assert len(t) == 2, t
    return t[1] - t[0]
was, now = gap("talk.jsonl"), gap("again.jsonl")
assert was >= 0.3, was
assert now > was * 0.9, (was, now)
END
    ws --replay talk.jsonl --speed 1000 "$WS" > again
    cmp out again
    run ws --replay none.jsonl "$WS"
    [ "$status" -eq 26 ]
    [[ "$output" == *"cannot read none.jsonl: No such file"* ]]
}

@test "-w tells of the channel" {
    run ws -w '%{channel_messages_in} %{channel_bytes_out} %{close_code} %{http_version}' \
        --http2 "$WS" < <(printf 'ab\nc\n')
    [ "$output" = $'ab\nc\n2 3 1000 2' ]
}

@test "-v says what the channel is and how it ends" {
    run --separate-stderr ws -v --http1.1 "$WS" < <(echo a)
    [[ "$stderr" == *"* Channel is open: websocket over HTTP/1.1, carried by stream"* ]]
    [[ "$stderr" == *"* Channel is closed by "*", code 1000"* ]]
}

@test "options that have no meaning for a channel are named" {
    local o
    for o in '-d x' '-T file' '-I' '-X GET' 'ws://other/' '--in raw' '--exec a --echo-test 1'; do
        # shellcheck disable=SC2086
        run ws $o "$WS" < /dev/null
        [ "$status" -eq 2 ]
    done
    run quiver channel https://localhost/
    [ "$status" -eq 2 ]
    [[ "$output" == *"needs --protocol"* ]]
}

@test "a section of the configuration holds for a channel" {
    printf '[%s]\ncacert = "%s"\n' "$SECURE" "$CA" > config
    QUIVER_CONFIG=$PWD/config run quiver ws "$WS" < <(echo a)
    [ "$status" -eq 0 ]
    [ "$output" = a ]
}

@test "the examples of quiver-channel(1) do what it says" {
    mkdir bin
    ln -s "$(readlink -f "$QUIVER")" bin/quiver
    run env PATH="$PWD/bin:$PATH" "$PYTHON" "$HERE/channel_examples.py" \
        "$HERE/../../man/quiver-channel.1" "$SECURE" "$PLAIN" "$CA"
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$output" = 6 ]
}

@test "a transfer refuses a WebSocket's URL and says who opens those" {
    run "$QUIVER" wss://localhost:1/
    [ "$status" -eq 1 ]
    [[ "$output" == *"'quiver ws' opens WebSockets"* ]]
}
