#!/usr/bin/env bats
# Which protocol a client ends up with when one of the ways to the server is
# shut, and how soon. nginx serves HTTP/2 on a TCP port; what stands at the UDP
# port of the same number differs from test to test.

bats_require_minimum_version 1.5.0
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
    trust=(--cacert "$dir/ca.pem")
    url=https://127.0.0.1:$nginx_port/1k
}

teardown() {
    stop_wires
}

# milliseconds OPTION... URL: how long the fastest of three fetches took. The
# fastest, because a busy machine may delay any one of them.
milliseconds() {
    local best=999999 took _
    for _ in 1 2 3; do
        took=$(timeout -k 5 30 "$QUIVER" -sS "${trust[@]}" -o "$BATS_TEST_TMPDIR/got" -w '%{time_total}' "$@") || return 1
        cmp -s "$BATS_TEST_TMPDIR/got" "$dir/www/1k" || return 1
        took=$("$PYTHON" -c "print(round(1000 * float('$took')))")
        [ "$took" -ge "$best" ] || best=$took
    done
    echo "$best"
}

# soon MILLISECONDS: HTTP/2 is reached by --http3 with no more delay than that
# beside a fetch that never tries QUIC.
soon() {
    local plain raced
    plain=$(milliseconds --http2 "$url")
    raced=$(milliseconds --http3 "$url")
    echo "HTTP/2 in $plain ms; raced in $raced ms"
    [ $((raced - plain)) -le "$1" ]
    [ "$(timeout 30 "$QUIVER" -sS "${trust[@]}" --http3 -o /dev/null -w '%{http_version}' "$url")" = 2 ]
}

# ended STATUS FROM TO OPTION...: in a time between the two, in milliseconds.
ended() {
    local expected=$1 from=$2 to=$3 began took
    shift 3
    began=$(date +%s%N)
    fetch "${trust[@]}" "$@"
    took=$((($(date +%s%N) - began) / 1000000))
    echo "exit $status after $took ms: $stderr"
    [[ " $expected " == *" $status "* ]]
    [ "$took" -ge "$from" ]
    [ "$took" -le "$to" ]
    [[ $stderr == "quiver: ($status) "* ]]
}

@test "where QUIC is served, --http3 uses it" {
    start_quiver h3 --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    run --separate-stderr timeout 30 "$QUIVER" -sS "${trust[@]}" --http3 -o /dev/null -w '%{http_version}' "https://localhost:$quiver_port/1k"
    stop_quiver "$quiver_pid"
    [ "$status" -eq 0 ]
    [ "$output" = 3 ]
}

@test "UDP in a black hole delays --http3 by less than 300 ms" {
    start_wire udp-silent "$nginx_port"
    soon 300
}

@test "UDP in a black hole ends --http3-only by its connect timeout" {
    start_wire udp-silent "$nginx_port"
    ended "28 96" 900 5000 --http3-only --connect-timeout 1 "$url"
    ended 28 900 5000 --http3-only -m 1 "$url"
}

@test "UDP refused does not delay --http3" {
    soon 90
}

@test "UDP refused fails --http3-only at once" {
    ended 7 0 1000 --http3-only "$url"
}

@test "a version negotiation that leaves no version sends --http3 to TCP at once" {
    start_wire udp-versions "$nginx_port"
    soon 90
}

@test "a version negotiation that leaves no version fails --http3-only quickly" {
    start_wire udp-versions "$nginx_port"
    ended 96 0 1000 --http3-only "$url"
}

@test "a version negotiation that names our version is not believed" {
    start_wire udp-downgrade "$nginx_port"
    ended "28 96" 900 5000 --http3-only --connect-timeout 1 "$url"
    soon 300
}

@test "datagrams that are no QUIC are as good as silence" {
    start_wire udp-garbage "$nginx_port"
    ended "28 96" 900 5000 --http3-only --connect-timeout 1 "$url"
    soon 300
}

@test "a port where nothing listens is refused, whatever the version" {
    local version port
    port=$(free_port)
    for version in --http1.1 --http2 --http3 --http3-only; do
        ended 7 0 1000 $version "https://127.0.0.1:$port/"
    done
}

@test "a server that accepts and says nothing ends by the connect timeout over TLS" {
    local version
    start_wire tcp-silent
    for version in --http1.1 --http2 --http3; do
        ended 28 900 5000 $version --connect-timeout 1 "https://127.0.0.1:$wire_port/"
    done
}

@test "a server that accepts and says nothing ends by the time limit without TLS" {
    start_wire tcp-silent
    ended 28 900 5000 --connect-timeout 5 -m 1 "http://127.0.0.1:$wire_port/"
    ended 28 900 5000 --http2-prior-knowledge -m 1 "http://127.0.0.1:$wire_port/"
}

@test "a dribbling server ends by the time limit, and leaves no short file" {
    start_wire tcp-dribble
    ended 28 900 5000 -m 1 -o "$BATS_TEST_TMPDIR/body" "http://127.0.0.1:$wire_port/"
    [ ! -e "$BATS_TEST_TMPDIR/body" ]
}

@test "silence on both ways ends by the time limit" {
    start_wire tcp-silent
    start_wire udp-silent "$wire_port"
    ended 28 900 5000 --http3 --connect-timeout 1 "https://127.0.0.1:$wire_port/"
}

@test "a refused TCP port does not stop QUIC" {
    start_quiver both --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    "$PYTHON" "$FAULTS/relay.py" --to "$quiver_port" >"$dir/relay" 3>&- &
    wires+=($!)
    await_line "$dir/relay" $!
    run --separate-stderr timeout 30 "$QUIVER" -sS "${trust[@]}" --http3 -o /dev/null -w '%{http_version}' "https://127.0.0.1:$(cat "$dir/relay")/1k"
    stop_quiver "$quiver_pid"
    [ "$status" -eq 0 ]
    [ "$output" = 3 ]
}
