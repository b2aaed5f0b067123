#!/usr/bin/env bats
# QUIC over a path that loses, corrupts, doubles, reorders and lies. The relay's
# faults come from a seeded generator.

bats_require_minimum_version 1.5.0
load ../faults/faults
load peers

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www"
    make_ca "$dir"
    head -c 1024 /dev/urandom >"$dir/www/1k"
    head -c 2097152 /dev/urandom >"$dir/www/2m"
    start_quiver main --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    export main_pid=$quiver_pid main_port=$quiver_port
}

teardown_file() {
    stop_quiver "$main_pid"
}

teardown() {
    stop_wires
}

# start_relay OPTION...: to the server of this file unless --to is among them.
start_relay() {
    local out
    out=$(mktemp "$BATS_TEST_TMPDIR/relay.XXXXXX")
    "$PYTHON" "$FAULTS/relay.py" --to "$main_port" "$@" >"$out" 2>"$out.err" 3>&- &
    wires+=($!)
    await_line "$out" $! || {
        cat "$out.err"
        return 1
    }
    relay_port=$(cat "$out")
}

get() {
    fetch --cacert "$dir/ca.pem" --http3-only -m 120 "$@"
}

# arrives FILE OPTION...: whole, through the relay, on one connection.
arrives() {
    local file=$1 got=$BATS_TEST_TMPDIR/got
    shift
    get -o "$got" -w '%{num_connects}' "$@" "https://127.0.0.1:$relay_port/$file"
    echo "exit $status: $stderr"
    [ "$status" -eq 0 ]
    [ "$output" = 1 ]
    [ "$(sha256sum <"$got")" = "$(sha256sum <"$dir/www/$file")" ]
}

@test "Q-1: twenty handshakes succeed under 30 % loss" {
    local i
    start_relay --loss 0.3 --seed 7
    for i in $(seq 20); do
        fetch --cacert "$dir/ca.pem" --http3-only -o "$BATS_TEST_TMPDIR/got" "https://127.0.0.1:$relay_port/1k"
        echo "$i: exit $status: $stderr"
        [ "$status" -eq 0 ]
        cmp "$BATS_TEST_TMPDIR/got" "$dir/www/1k"
    done
}

@test "Q-1: ten handshakes succeed under 30 % corruption" {
    local i
    start_relay --corrupt 0.3 --seed 7
    for i in $(seq 10); do
        fetch --cacert "$dir/ca.pem" --http3-only -o "$BATS_TEST_TMPDIR/got" "https://127.0.0.1:$relay_port/1k"
        echo "$i: exit $status: $stderr"
        [ "$status" -eq 0 ]
        cmp "$BATS_TEST_TMPDIR/got" "$dir/www/1k"
    done
}

@test "Q-1: 2 MiB arrive whole under 2 % loss and 2 % corruption" {
    start_relay --loss 0.02 --corrupt 0.02
    arrives 2m
}

@test "Q-1: 2 MiB arrive whole among duplicates and out of order" {
    start_relay --duplicate 0.1 --reorder 0.1
    arrives 2m
}

@test "Q-1: 2 MiB are sent whole under loss, corruption and disorder" {
    start_relay --loss 0.02 --corrupt 0.02 --duplicate 0.05 --reorder 0.05
    get -T "$dir/www/2m" "https://127.0.0.1:$relay_port/upload"
    echo "exit $status: $stderr"
    [ "$status" -eq 0 ]
    [[ $output == *"$(sha256sum <"$dir/www/2m" | cut -d' ' -f1)"* ]]
}

@test "Q-2: a NAT that forgets the flow again and again costs no connection" {
    start_relay --rebind 20
    arrives 2m
    # the relay keeps every port that it sent from
    sockets=$(find "/proc/${wires[0]}/fd" -lname 'socket:*' | wc -l)
    echo "$sockets sockets"
    [ "$sockets" -ge 4 ]
}

@test "Q-3: a client whose first answers are lost gets the server unblocked" {
    start_relay --drop-first 4
    arrives 1k
}

@test "Q-4: behind Retry the same files arrive" {
    start_quiver retry --retry --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    start_relay --to "$quiver_port"
    arrives 2m
    stop_quiver "$quiver_pid"
}

@test "Q-4: a forged Retry is not believed" {
    start_relay --inject retry
    arrives 2m
}

@test "Q-6: forged stateless resets are ignored" {
    start_relay --inject reset
    arrives 2m
}

@test "Q-6: garbage, also with our connection ID on it, is ignored" {
    start_relay --inject garbage
    arrives 2m
}

@test "Q-8: a flood of empty datagrams does not stop the transfer" {
    start_relay --empties 50
    arrives 2m
}

@test "Q-7: a server that dies in the middle is never a success" {
    local fetcher end
    start_quiver dying --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    "$QUIVER" -sS --cacert "$dir/ca.pem" --http3-only -m 3 "https://127.0.0.1:$quiver_port/bytes/100000000000" \
        >"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    fetcher=$!
    exec 8<"$BATS_TEST_TMPDIR/pipe"
    head -c 100000 <&8 >/dev/null
    kill -9 "$quiver_pid"
    cat <&8 >/dev/null
    exec 8<&-
    status=0
    wait "$fetcher" || status=$?
    echo "exit $status: $(cat "$BATS_TEST_TMPDIR/err")"
    [[ " 7 18 28 56 96 " == *" $status "* ]]
    grep -q "^quiver: ($status) " "$BATS_TEST_TMPDIR/err"
}
