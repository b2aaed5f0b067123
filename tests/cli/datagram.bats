#!/usr/bin/env bats
# HTTP datagrams and capsules: `quiver serve`, /datagram, asked by foreign clients.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve --metrics 0
    export METRICS
    METRICS=$(sed -n 's|^metrics ||p' "$BATS_FILE_TMPDIR/serve.out")
}

teardown_file() {
    stop_serve
    stop_relays
}

client() { # VERSION PATH ACTION...
    local version=$1 at=$SECURE path=$2
    shift 2
    [ "$version" != 1.1 ] || at=$PLAIN
    "$PYTHON" "$HERE/datagram_client.py" "$version" "${AT:-$at}$path" "$CA" "$@"
}

# start_relay OPTION...: a bad path to the server.
start_relay() {
    local out=$BATS_TEST_TMPDIR/relay
    "$PYTHON" "$HERE/../faults/relay.py" --to "${SECURE##*:}" "$@" >"$out" 2>"$out.err" 3>&- &
    echo $! >>"$BATS_FILE_TMPDIR/relays"
    within 60 of $! grep -q . "$out"
    AT=https://localhost:$(cat "$out")
}

stop_relays() {
    local pid
    [ -e "$BATS_FILE_TMPDIR/relays" ] || return 0
    while read -r pid; do
        kill "$pid" 2>/dev/null || true
    done <"$BATS_FILE_TMPDIR/relays"
}

@test "every datagram of aioquic's comes back, of any length" {
    run client 3 /datagram datagrams:10000:100 datagrams:100:1100 datagrams:10:1 end
    [ "$output" = "open ?1
datagrams 10000
datagrams 100
datagrams 10
end" ]
}

@test "over a bad path most come back, and the stream goes on" {
    start_relay --loss 0.05 --reorder 0.05 --duplicate 0.05
    run client 3 /datagram datagrams:2000:100 bytes:1700 end
    [ "${lines[0]}" = "open ?1" ]
    local back=${lines[1]#datagrams }
    echo "$back came back"
    [[ "$back" -gt 1000 && "$back" -lt 2000 ]]
    [ "${lines[2]}" = "bytes 1700" ]
    [ "${lines[3]}" = end ]
    # aioquic's were lost on their way as well; those nobody here knows of.
    within 60 has_lost_some
}

has_lost_some() {
    [ "$(quiver -sS "$METRICS" | sed -n 's/^quiver_serve_datagrams_lost_total //p')" -gt 0 ]
}

@test "a datagram that overtakes its request waits for it" {
    run client 3 /datagram late:first datagrams:1:10
    [ "$output" = "open ?1
late first
datagrams 1" ]
}

# A DATAGRAM capsule, an unknown one, lengths in long forms, one in two pieces.
@test "capsules come back as they are, over every version" {
    for version in 1.1 2 3; do
        run client "$version" /datagram bytes:000568656c6c6f bytes:1703616263 \
            bytes:c000000000000000400161 bytes:0004 bytes:6c617465 end
        [ "$output" = "open ?1
bytes 000568656c6c6f
bytes 1703616263
bytes c000000000000000400161
bytes 0004
bytes 6c617465
end" ]
    done
}

@test "an end within a capsule is a malformed message" {
    run client 1.1 /datagram bytes:0004 bytes:6c end
    [[ "${lines[-1]}" = reset* || "${lines[-1]}" = end ]]
    run client 2 /datagram bytes:0004 bytes:6c end
    [ "${lines[-1]}" = "reset 1" ]
    run client 3 /datagram bytes:0004 bytes:6c end
    [ "${lines[-1]}" = "reset 0x10e" ]
}

@test "with ?raw bytes are only bytes" {
    for version in 1.1 2 3; do
        run client "$version" '/datagram?raw' bytes:0004 bytes:6c end
        [ "$output" = "open -
bytes 0004
bytes 6c
end" ]
    done
}

@test "datagrams of no stream, or of one that cannot be, end the connection" {
    run client 3 /datagram stray: gone
    [ "${lines[-1]}" = "gone 0x33" ]
    run client 3 /datagram stray:d000000000000000 gone
    [ "${lines[-1]}" = "gone 0x33" ]
    run client 3 /datagram stray:bfffffff61 gone
    [ "${lines[-1]}" = "gone 0x108" ]
}

@test "what is no request for a protocol is told what is taken" {
    run curl -sS --cacert "$CA" -w ' %{http_code}' "$SECURE/datagram"
    [[ "$output" = *"CONNECT with a :protocol, or Upgrade"*" 400" ]]
}
