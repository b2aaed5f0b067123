#!/usr/bin/env bats
# The pool as servers see it: how many connections, how many streams on one,
# who gets what twice.  The server counts (tests/faults/counting.py).

bats_require_minimum_version 1.5.0
load ../faults/faults
load nursery

setup_file() {
    start_nursery "$FAULTS/counting.py"
    "$PYTHON" -c 'import aioquic' 2>/dev/null && export HAS_AIOQUIC=yes
    return 0
}

teardown_file() {
    stop_nursery
}

teardown() {
    end_nurslings
}

# counting NAME=VALUE...: sets port and url.
counting() {
    from_nursery "$BATS_TEST_TMPDIR/counting.${#NURSERY_CHILDREN[@]}" "$@" || return
    port=$NURSERY_SAID
    url=http://127.0.0.1:$port
}

# counting_quic NAME=VALUE...: the same with HTTP/3; sets url and trust.
counting_quic() {
    [ -n "${HAS_AIOQUIC:-}" ] || skip "python3 has no aioquic"
    load peers
    [ -e "$BATS_FILE_TMPDIR/ca.pem" ] || make_ca "$BATS_FILE_TMPDIR"
    counting cert="$BATS_FILE_TMPDIR/server.pem" key="$BATS_FILE_TMPDIR/server.key" "$@"
    plain=$url
    url=https://localhost:$port
    trust=(--cacert "$BATS_FILE_TMPDIR/ca.pem" --http3-only)
}

# all N OPTION... URL: N requests at once, each answered with 200.
all() {
    local n=$1
    shift
    fetch -Z --parallel-max "$n" --out-null -w '%{http_code}\n' "$@"
    [ "$status" -eq 0 ] && [ "$(grep -c '^200$' <<<"$output")" -eq "$n" ] || {
        echo "exit $status: ${stderr%%$'\n'*}"
        sort <<<"$output" | uniq -c
        return 1
    }
}

# told EXPRESSION: of the server's report `r`.
told() {
    local report
    report=$("$QUIVER" -sS "${plain:-$url}/report")
    "$PYTHON" -c 'import json, sys; r = json.loads(sys.argv[1]); ok = eval(sys.argv[2]); ok or print(r); sys.exit(not ok)' "$report" "$1"
}

@test "P-3: a hundred first requests make one connection over HTTP/2, and few over HTTP/1" {
    counting delay=5
    all 100 --http2-prior-knowledge "$url/[1-100]"
    told 'r["connections"] == 1 and r["paths"] == 100'
    counting delay=5
    all 100 "$url/[1-100]"
    told 'r["connections"] <= 64 and r["paths"] == 100'
}

@test "P-3: a hundred first requests make one connection over HTTP/3" {
    counting_quic delay=5
    all 100 "${trust[@]}" "$url/[1-100]"
    told 'r["connections"] == 1 and r["paths"] == 100'
}

@test "a size is never exceeded" {
    counting delay=2
    all 100 --pool-size 5 "$url/[1-100]"
    told 'r["open_max"] <= 5 and r["paths"] == 100'
    counting delay=2 streams=4
    all 100 --pool-size 3 --http2-prior-knowledge "$url/[1-100]"
    told 'r["connections"] == 3 and r["streams_max"] == 4 and r["over"] == 0'
}

@test "--parallel-max-host counts over all pools of a host" {
    counting delay=5
    fetch -Z --parallel-max 60 --parallel-max-host 4 -w '%{http_code}\n' \
        --out-null "$url/a[1-30]" --next --out-null -w '%{http_code}\n' --http1.0 "$url/b[1-30]"
    [ "$status" -eq 0 ]
    [ "$(grep -c '^200$' <<<"$output")" -eq 60 ]
    told 'r["open_max"] <= 4 and r["paths"] == 60 and r["twice"] == 0'
}

@test "P-6: the server's limit of streams is honoured, lowered and raised" {
    counting streams=20 change=3 raise=50 delay=2
    all 200 --pool-size 1 --http2-prior-knowledge "$url/[1-200]"
    told 'r["connections"] == 1 and r["over"] == 0 and r["paths"] == 200 and r["twice"] == 0'
}

@test "P-6: a limit that is told late makes no second connection" {
    counting untold=100 delay=120
    all 100 --http2-prior-knowledge "$url/[1-100]"
    told 'r["connections"] == 1'
}

@test "--streams-max holds where the server allows more" {
    counting delay=5
    all 60 --streams-max 7 --pool-size 2 --http2-prior-knowledge "$url/[1-60]"
    told 'r["streams_max"] == 7 and r["connections"] == 2'
}

@test "--streams-max holds over HTTP/3" {
    counting_quic delay=5
    all 60 "${trust[@]}" --streams-max 7 --pool-size 2 "$url/[1-60]"
    told 'r["streams_max"] == 7 and r["connections"] == 2'
}

@test "P-8: a GOAWAY that crosses a hundred requests loses none and doubles none" {
    local connections
    counting goaway=7 delay=5
    all 100 --http2-prior-knowledge "$url/[1-100]"
    told 'r["paths"] == 100 and r["twice"] == 0 and r["connections"] == 15'
    told 'max(r["per_connection"]) == 7'
    all 100 --http2-prior-knowledge -d body "$url/post[1-100]"
    told 'r["paths"] == 200 and r["twice"] == 0'
}

@test "P-8: the same over HTTP/3" {
    counting_quic goaway=7 delay=5
    all 100 "${trust[@]}" "$url/[1-100]"
    told 'r["paths"] == 100 and r["twice"] == 0 and max(r["per_connection"]) == 7'
    all 100 "${trust[@]}" -d body "$url/post[1-100]"
    told 'r["paths"] == 200 and r["twice"] == 0'
}

@test "P-8: a server that lets each connection do one request still answers all" {
    counting goaway=1 delay=20
    all 40 --http2-prior-knowledge "$url/[1-40]"
    told 'r["paths"] == 40 and r["twice"] == 0'
}

@test "H2-13: streams that are refused come back, a POST too, without a storm" {
    counting refuse=3
    all 50 --http2-prior-knowledge -d x "$url/[1-50]"
    told 'r["paths"] == 50 and r["twice"] == 0 and r["refused"] == 150 and r["connections"] == 1'
    counting refuse=1000
    fetch -Z --parallel-max 50 --http2-prior-knowledge --out-null -w '%{exitcode} %{time_total}\n' "$url/[1-50]"
    [ "$status" -ne 0 ]
    told 'r["refused"] == 300 and r["paths"] == 0'
    # Four rests at least, of half of 25, 50, 100 and 200 ms at least.
    awk '$1 == 0 || $2 < 0.18 { exit 1 }' <<<"$output"
}

@test "H3-4: the same over HTTP/3" {
    counting_quic refuse=3
    all 50 "${trust[@]}" -d x "$url/[1-50]"
    told 'r["paths"] == 50 and r["twice"] == 0 and r["refused"] == 150 and r["connections"] == 1'
}

@test "P-5: who waits too long for a connection fails, told how long and among how many" {
    counting hang=1
    local out=$BATS_TEST_TMPDIR/out pid said='^28 waited [0-9]* ms for a connection, [0-9]* requests queued$'
    "$QUIVER" -sS -Z --parallel-max 10 --pool-size 1 --checkout-timeout 0.3 --out-null \
        -w '%{exitcode} %{errormsg}\n' "$url/[1-10]" >"$out" 2>"$out.err" 3>&- &
    pid=$!
    until [ "$(grep -c "$said" "$out")" -eq 9 ]; do
        kill -0 $pid
        nap 0.05
    done
    # The tenth has the connection, and all the time that it wants.
    kill $pid
    wait $pid || status=$?
    [ "$status" -eq 143 ]
    [ "$(grep -c waited "$out")" -eq 9 ]
}

@test "a connection is replaced after so many requests" {
    counting
    all 100 --pool-max-requests 9 --pool-size 2 "$url/[1-100]"
    told 'max(r["per_connection"]) == 9 and r["open_max"] <= 2 and r["paths"] == 100'
    counting delay=1
    all 100 --pool-max-requests 9 --http2-prior-knowledge "$url/[1-100]"
    told 'max(r["per_connection"]) == 9 and r["open_max"] <= 8 and r["connections"] == 12'
}

@test "a connection is replaced when it is old" {
    counting delay=20
    all 40 --pool-max-age 0.1 --pool-size 1 "$url/[1-40]"
    told 'r["connections"] >= 5 and r["open_max"] == 1 and max(r["per_connection"]) <= 12'
}

@test "Connection: close is heeded, and the queue goes on elsewhere" {
    counting requests=3
    all 60 --pool-size 2 "$url/[1-60]"
    told '20 <= r["connections"] <= 22 and r["open_max"] <= 2 and r["twice"] == 0'
}

@test "an idle connection goes when its time is over, or the server's" {
    counting
    fetch -Z --pool-idle 0.2 --out-null "$url/a" --out-null "$url/b" --next -sS --out-null "http://127.0.0.1:$port/c"
    [ "$status" -eq 0 ]
    # Something else keeps the program running meanwhile.
    local slow=$port
    counting delay=1500
    fetch -Z --pool-idle 0.2 --out-null "http://127.0.0.1:$slow/d" --out-null "$url/slow"
    [ "$status" -eq 0 ]
    url=http://127.0.0.1:$slow told 'any(0.15 <= t < 1 for t in r["idle_closed"])'
}

@test "a Keep-Alive hint is heeded" {
    counting hint=1
    local first=$port
    counting delay=1500
    fetch -Z --out-null "http://127.0.0.1:$first/a" --out-null "$url/slow"
    [ "$status" -eq 0 ]
    url=http://127.0.0.1:$first told 'any(0.3 <= t < 1 for t in r["idle_closed"])'
}

@test "P-1: what must not be shared makes a connection of its own" {
    local count=0 options
    counting
    while read -r -a options; do
        fetch --out-null "$url/one$count" --next -sS --out-null "${options[@]}" "$url/two$count"
        [ "$status" -eq 0 ] || { echo "${options[*]}: $status $stderr"; return 1; }
        count=$((count + 2))
        told "r['connections'] == $count" || { echo "shared: ${options[*]}"; return 1; }
    done <<END
--insecure
--cacert $BATS_TEST_TMPDIR/none.pem
--tls-max 1.2
--tlsv1.3
--ciphers ECDHE-RSA-AES128-GCM-SHA256
--curves X25519
--no-alpn
--http1.0
--http1.1
-4
--interface 127.0.0.1
--resolve *:$port:127.0.0.1
--connect-to 127.0.0.1:$port:localhost:$port
END
}

@test "P-1: what is said of other names sets nothing apart" {
    local options
    counting
    fetch --out-null "$url/first" \
        --next -sS --out-null --resolve other.test:80:192.0.2.1 "$url/resolve" \
        --next -sS --out-null --resolve "*:1:192.0.2.1" "$url/port" \
        --next -sS --out-null --connect-to other.test:80:192.0.2.1:80 "$url/connect-to"
    [ "$status" -eq 0 ]
    told "r['connections'] == 1"
    fetch --out-null --resolve "One.Test:$port:127.0.0.1" "http://one.test:$port/first" \
        --next -sS --out-null --resolve "one.test:$port:127.0.0.1" "http://ONE.test:$port/second"
    [ "$status" -eq 0 ]
    told "r['connections'] == 2"
}
