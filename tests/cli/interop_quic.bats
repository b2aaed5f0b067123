#!/usr/bin/env bats
# What the QUIC interop runner asks of clients, with servers that are not quiver:
# caddy (quic-go) and nginx, over clean and faulty paths; and what happens when a path
# dies.

bats_require_minimum_version 1.5.0
load ../faults/faults
load peers

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www"
    make_ca "$dir"
    head -c 1024 /dev/urandom >"$dir/www/1k"
    head -c 2097152 /dev/urandom >"$dir/www/2m"
    head -c 20971520 /dev/urandom >"$dir/www/20m"
    start_caddy "$dir"
}

teardown_file() {
    kill "$caddy_pid" 2>/dev/null || true
}

teardown() {
    stop_wires
}

# start_relay OPTION...: to caddy unless --to is among them.
start_relay() {
    local out
    out=$(mktemp "$BATS_TEST_TMPDIR/relay.XXXXXX")
    "$PYTHON" "$FAULTS/relay.py" --to "$caddy_port" "$@" >"$out" 2>"$out.err" 3>&- &
    wires+=($!)
    await_line "$out" $! || {
        cat "$out.err"
        return 1
    }
    relay_port=$(cat "$out")
}

# arrives PORT FILE OPTION...: whole, on one connection; sets LOG to what -v said.
arrives() {
    local port=$1 file=$2 got=$BATS_TEST_TMPDIR/got
    shift 2
    run --separate-stderr "$QUIVER" -v -s --cacert "$dir/ca.pem" --http3-only -m 90 -o "$got" \
        -w '%{num_connects}' "$@" "https://127.0.0.1:$port/$file"
    echo "exit $status: $stderr"
    [ "$status" -eq 0 ]
    [ "$output" = 1 ]
    cmp "$got" "$dir/www/$file"
    LOG=$stderr
}

@test "v2: the version that is asked for is spoken" {
    arrives "$caddy_port" 1k --quic-version v2
    [[ $LOG == *"QUIC v2 established"* ]]
    arrives "$caddy_port" 1k
    [[ $LOG == *"QUIC v1 established"* ]]
}

@test "chacha20" {
    arrives "$caddy_port" 2m --tls13-ciphers TLS_CHACHA20_POLY1305_SHA256
    [[ $LOG == *"TLS_CHACHA20_POLY1305_SHA256"* ]]
}

# quic-go changes its keys after a hundred packets, and ever so often after that.
@test "keyupdate: the server changes its keys" {
    arrives "$caddy_port" 20m
    [[ $LOG == *"QUIC keys changed by the peer"* ]]
    [[ $LOG != *"QUIC keys changed by us"* ]]
}

@test "keyupdate: we change ours, once it is confirmed the next time" {
    arrives "$caddy_port" 20m --quic-key-update 20 --limit-rate 16M
    [[ $LOG == *"QUIC keys changed by us"* ]]
}

@test "keyupdate: a server of ours begins it" {
    start_quiver changing --quic-key-update 100 --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    arrives "$quiver_port" 20m --limit-rate 16M
    [[ $LOG == *"QUIC keys changed by the peer"* ]]
    stop_quiver "$quiver_pid"
}

@test "amplificationlimit: the first packets are lost" {
    start_relay --drop-first 4
    arrives "$relay_port" 1k
}

@test "transferloss and transfercorruption" {
    start_relay --loss 0.02 --corrupt 0.02
    arrives "$relay_port" 2m
}

@test "rebind-port: a NAT gives the flow another port" {
    start_relay --rebind 300
    arrives "$relay_port" 2m
}

@test "rebind-addr: a NAT gives it another address, too" {
    start_relay --rebind 300 --hosts
    arrives "$relay_port" 2m
}

@test "a connection goes on at another port of serve, and at another address" {
    local ports place
    start_quiver many --port 0 --bind 127.0.0.1,127.0.0.2 --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    mapfile -t ports < <(sed -n 's|^https://[^:]*:\([0-9]*\) .*|\1|p' "$BATS_FILE_TMPDIR/quiver.many")
    [ "${#ports[@]}" = 2 ]
    for place in "127.0.0.1:${ports[1]}" "127.0.0.2:${ports[0]}" "127.0.0.2:${ports[1]}"; do
        start_relay --to "${ports[0]}" --move 100 --move-to "$place"
        arrives "$relay_port" 20m
    done
    stop_quiver "$quiver_pid"
}

# Starts a download of 20m into a pipe that nobody reads on; sets `fetcher`.
start_slowly() {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    "$QUIVER" -v -s --cacert "$dir/ca.pem" --http3-only "$@" >"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/log" 3>&- &
    fetcher=$!
    exec 8<"$BATS_TEST_TMPDIR/pipe"
    head -c 100000 <&8 >"$BATS_TEST_TMPDIR/got"
}

# within_log TEXT: until -v has said so.
within_log() {
    within 60 grep -q "$1" "$BATS_TEST_TMPDIR/log"
}

# ends_whole: the rest of it is the file's.
ends_whole() {
    cat <&8 >>"$BATS_TEST_TMPDIR/got"
    exec 8<&-
    wait "$fetcher"
    cmp "$BATS_TEST_TMPDIR/got" "$dir/www/20m"
    # On the connection that it began on.
    [ "$(grep -c 'QUIC v1 established' "$BATS_TEST_TMPDIR/log")" = 1 ]
}

@test "connectionmigration: a download goes on from another port, twice" {
    start_quiver moving --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    start_slowly "https://127.0.0.1:$quiver_port/20m"
    kill -USR1 "$fetcher"
    within_log "goes on from 127.0.0.1"
    kill -USR1 "$fetcher"
    ends_whole
    stop_quiver "$quiver_pid"
}

# Older ones of quic-go's do not want it: what runs stays where it is.
@test "connectionmigration: caddy agrees, or the download ends where it began" {
    start_slowly "https://127.0.0.1:$caddy_port/20m"
    kill -USR1 "$fetcher"
    within_log "goes on from 127.0.0.1\|cannot move: no migration: the server does not want it"
    ends_whole
}

@test "a server that does not want it keeps its connection" {
    start_quiver staying --no-quic-migration --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    start_slowly "https://127.0.0.1:$quiver_port/20m"
    kill -USR1 "$fetcher"
    within_log "cannot move: no migration: the server does not want it"
    ends_whole
    stop_quiver "$quiver_pid"
}

@test "versionnegotiation: a version that the server lacks is a quick error, or TCP" {
    # caddy speaks both; so it is ours that lacks one.
    start_quiver old --quic-version v1 --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    run --separate-stderr "$QUIVER" -sS --cacert "$dir/ca.pem" --http3-only --quic-version v2 "https://127.0.0.1:$quiver_port/1k"
    [ "$status" -eq 96 ]
    [[ $stderr == *"no common QUIC version"* ]]
    run -0 --separate-stderr "$QUIVER" -v -s --cacert "$dir/ca.pem" --http3 --quic-version v2 -o /dev/null -w '%{http_version}' \
        "https://127.0.0.1:$quiver_port/1k"
    [ "$output" = 2 ]
    [[ $stderr == *"over QUIC failed: no common QUIC version"* ]]
    stop_quiver "$quiver_pid"
}

@test "a path that dies is noticed, and a GET without an answer goes out again" {
    start_quiver slow --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    start_relay --to "$quiver_port" --cut "$BATS_TEST_TMPDIR/cut"
    "$QUIVER" -v -s --cacert "$dir/ca.pem" --http3-only -o "$BATS_TEST_TMPDIR/got" -w '%{http_code}' \
        "https://127.0.0.1:$relay_port/delay/1000" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/log" 3>&- &
    fetcher=$!
    within_log "QUIC v1 established"
    touch "$BATS_TEST_TMPDIR/cut"
    within_log "Sending the request again: the path is dead"
    within_log "HTTP/3 at 127.0.0.1:$relay_port is taken to be broken for 300 s: its path has died"
    rm "$BATS_TEST_TMPDIR/cut"
    wait "$fetcher"
    [ "$(cat "$BATS_TEST_TMPDIR/out")" = 200 ]
    stop_quiver "$quiver_pid"
}

# marks OPTION... -- PORT: 2 MiB from there through a relay that looks at ECN marks; sets UP
# and DOWN to them, a digit a packet.
marks() {
    local out port=$1 pid
    shift
    out=$(mktemp "$BATS_TEST_TMPDIR/ecn.XXXXXX")
    "$PYTHON" "$FAULTS/ecn.py" --to "$port" "$@" >"$out" 2>"$out.err" 3>&- &
    pid=$!
    await_line "$out" $pid || { cat "$out.err"; return 1; }
    arrives "$(cat "$out")" 2m
    kill -TERM $pid
    wait $pid || true
    UP=$(sed -n 's/^up //p' "$out") DOWN=$(sed -n 's/^down //p' "$out")
    echo "up $UP"
    echo "down $DOWN"
}

# The last packet is CONNECTION_CLOSE.
@test "ecn: packets are marked as long as the path keeps the marks" {
    start_quiver marking --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    marks "$quiver_port"
    [[ $UP =~ ^2+0?$ ]]
    [[ $DOWN =~ ^0?2+0?$ ]] # the first is written before the client is heard
    marks "$quiver_port" --strip
    [[ $UP =~ ^2+0+$ ]]
    [[ $DOWN =~ ^0?2+0+$ ]]
    stop_quiver "$quiver_pid"
    # An older quic-go counts no marks, which is as good as losing them.
    marks "$caddy_port"
    [[ $UP =~ ^2+0*$ ]]
    marks "$caddy_port" --strip
    [[ $UP =~ ^2+0+$ ]]
}
