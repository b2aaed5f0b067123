#!/usr/bin/env bats
# Which protocol a client ends up with when one of the ways to the server is
# shut, and after what. nginx serves HTTP/2 on a TCP port; what stands at the UDP
# port of the same number differs from test to test.

bats_require_minimum_version 1.5.0
load helper
load ../faults/faults
load peers

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www"
    chmod 755 "$dir" "$dir/www"
    make_ca "$dir"
    head -c 1024 /dev/urandom >"$dir/www/1k"
    chmod 644 "$dir/www/1k"
    start_nginx "$dir"
}

teardown_file() {
    end_peer "$nginx_pid"
}

setup() {
    untraced
    trust=(--cacert "$dir/ca.pem")
    url=https://127.0.0.1:$nginx_port/1k
}

teardown() {
    stop_wires
}

# moment EVENT: when the first attempt of the last race had it; sorts as text.
moment() {
    sed -n "s/^{\"ts\":\"\([^\"]*\)\",\"event\":\"quiver.connection.$1\".*/\1/p" "$BATS_TEST_TMPDIR/events" | head -n 1
}

# race: --http3 arrives by HTTP/2. Sets when its attempt over TCP began and when
# that over QUIC ended, by the loop's clock, which stands still during a turn: what
# comes at once has the same time, however slow the machine is.
race() {
    fetch "${trust[@]}" --http3 -o "$BATS_TEST_TMPDIR/got" -w '%{http_version}' --trace-events "$BATS_TEST_TMPDIR/events" "$url"
    [ "$output" = 2 ]
    cmp "$BATS_TEST_TMPDIR/got" "$dir/www/1k"
    tcp=$(moment tcp.start) quic=$(moment http3.exception)
    echo "TCP began at $tcp, QUIC ended at $quic"
    [ -n "$tcp" ] && [ -n "$quic" ]
}

# QUIC did not fail before TCP began: only its head start was waited for, which is
# a setting (unit/settings).
beside_quic() {
    race
    [[ $tcp < $quic ]]
}

# TCP did not wait for the end of the head start once QUIC had failed.
with_the_failure() {
    race
    [[ ! $tcp > $quic ]]
}

# ended STATUS AFTER OPTION...: with one of these, not before so many milliseconds,
# by no other timeout than what the options say.
ended() {
    local expected=$1 after=$2 began took
    shift 2
    began=${EPOCHREALTIME/./}
    fetch "${trust[@]}" "$@"
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    echo "exit $status after $took ms: $stderr"
    [[ " $expected " == *" $status "* ]]
    [ "$took" -ge "$after" ]
    [[ $stderr == "quiver: ($status) "* ]]
}

@test "where QUIC is served, --http3 uses it" {
    start_quiver h3 --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    run --separate-stderr timeout 90 "$QUIVER" -sS "${trust[@]}" --http3 -o /dev/null -w '%{http_version}' "https://localhost:$quiver_port/1k"
    stop_quiver "$quiver_pid"
    [ "$status" -eq 0 ]
    [ "$output" = 3 ]
}

@test "UDP in a black hole delays --http3 by its head start only" {
    start_wire udp-silent "$nginx_port"
    beside_quic
}

@test "the one that lost the race is told of, with its end" {
    local ran=$BATS_TEST_TMPDIR/record
    start_wire udp-silent "$nginx_port"
    echo "{\"url\":\"$url\",\"http\":\"3\"}" |
        "$QUIVER" batch -s "${trust[@]}" --body none - >"$ran"
    "$PYTHON" - "$ran" <<'PY'
import json, sys
quic, tcp = json.load(open(sys.argv[1]))["attempts"]
assert (quic["proto"], quic["result"], tcp["proto"], tcp["result"]) == ("quic", "lost", "tcp", "won"), (quic, tcp)
assert quic["end"] >= tcp["start"] >= quic["start"] >= 0 and tcp["end"] >= tcp["start"], (quic, tcp)
PY
    fetch -v "${trust[@]}" --http3 -o /dev/null "$url"
    grep -q 'over QUIC lost: no answer after [0-9]* ms, another was faster' <<<"$stderr"
    fetch -v "${trust[@]}" --http3-only --connect-timeout 0.3 -o /dev/null "$url"
    grep -q 'over QUIC cancelled: no answer after [0-9]* ms, given up' <<<"$stderr"
}

@test "UDP in a black hole ends --http3-only by its connect timeout" {
    start_wire udp-silent "$nginx_port"
    ended "28 96" 900 --http3-only --connect-timeout 1 "$url"
    ended 28 900 --http3-only -m 1 "$url"
}

@test "UDP refused sends --http3 to TCP at once" {
    with_the_failure
}

@test "UDP refused fails --http3-only at once" {
    ended 7 0 --http3-only "$url"
}

@test "a version negotiation that leaves no version sends --http3 to TCP at once" {
    start_wire udp-versions "$nginx_port"
    with_the_failure
}

@test "a version negotiation that leaves no version fails --http3-only quickly" {
    start_wire udp-versions "$nginx_port"
    ended 96 0 --http3-only "$url"
}

@test "a version negotiation that names our version is not believed" {
    start_wire udp-downgrade "$nginx_port"
    ended "28 96" 900 --http3-only --connect-timeout 1 "$url"
    beside_quic
}

@test "datagrams that are no QUIC are as good as silence" {
    start_wire udp-garbage "$nginx_port"
    ended "28 96" 900 --http3-only --connect-timeout 1 "$url"
    beside_quic
}

@test "a port where nothing listens is refused, whatever the version" {
    local version port
    port=$(free_port)
    for version in --http1.1 --http2 --http3 --http3-only; do
        ended 7 0 $version "https://127.0.0.1:$port/"
    done
}

@test "a server that accepts and says nothing ends by the connect timeout over TLS" {
    local version
    start_wire tcp-silent
    for version in --http1.1 --http2 --http3; do
        ended 28 900 $version --connect-timeout 1 "https://127.0.0.1:$wire_port/"
    done
}

@test "a server that accepts and says nothing ends by the time limit without TLS" {
    start_wire tcp-silent
    ended 28 900 --connect-timeout 5 -m 1 "http://127.0.0.1:$wire_port/"
    ended 28 900 --http2-prior-knowledge -m 1 "http://127.0.0.1:$wire_port/"
}

@test "a dribbling server ends by the time limit, and leaves no short file" {
    start_wire tcp-dribble
    ended 28 900 -m 1 -o "$BATS_TEST_TMPDIR/body" "http://127.0.0.1:$wire_port/"
    [ ! -e "$BATS_TEST_TMPDIR/body" ]
}

@test "silence on both ways ends by the time limit" {
    start_wire tcp-silent
    start_wire udp-silent "$wire_port"
    ended 28 900 --http3 --connect-timeout 1 "https://127.0.0.1:$wire_port/"
}

@test "a refused TCP port does not stop QUIC" {
    start_quiver both --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    "$PYTHON" "$FAULTS/relay.py" --to "$quiver_port" >"$dir/relay" 3>&- &
    wires+=($!)
    await_line "$dir/relay" $!
    run --separate-stderr timeout 90 "$QUIVER" -sS "${trust[@]}" --http3 -o /dev/null -w '%{http_version}' "https://127.0.0.1:$(cat "$dir/relay")/1k"
    stop_quiver "$quiver_pid"
    [ "$status" -eq 0 ]
    [ "$output" = 3 ]
}
