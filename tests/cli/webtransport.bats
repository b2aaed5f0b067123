#!/usr/bin/env bats
# WebTransport with aioquic at the other end: its client at /wt, its server with
# `quiver channel`.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    start_serve
    "$PYTHON" -c 'import aioquic' 2>/dev/null || return 0
    make_ca "$BATS_FILE_TMPDIR"
    local port_file=$BATS_FILE_TMPDIR/aioquic.port
    "$PYTHON" "$HERE/webtransport.py" server "$BATS_FILE_TMPDIR/server.pem" \
        "$BATS_FILE_TMPDIR/server.key" "$port_file" >"$BATS_FILE_TMPDIR/aioquic.out" 2>&1 3>&- &
    AIOQUIC_PID=$!
    export AIOQUIC_PID
    within 60 of $! test -s "$port_file"
    AIOQUIC=https://localhost:$(cat "$port_file")
    export AIOQUIC
}

teardown_file() {
    stop_serve
    [ -z "${AIOQUIC_PID:-}" ] || end_peer "$AIOQUIC_PID"
}

setup() {
    enter_folder
}

needs_aioquic() {
    [ -n "${AIOQUIC:-}" ] || skip "python3 has no aioquic"
}

# session URL [OPTION...]
session() {
    quiver channel --protocol webtransport "$@"
}

@test "/wt sends streams and datagrams of a foreign client back" {
    needs_aioquic
    run "$PYTHON" "$HERE/webtransport.py" client "${SECURE##*:}" "$CA" webtransport
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[*]}" = "open early stream datagram both ways one way many a piece reset rejected closed another" ]
}

@test "/wt knows the name of the protocol in the later drafts" {
    needs_aioquic
    run "$PYTHON" "$HERE/webtransport.py" client "${SECURE##*:}" "$CA" webtransport-h3
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = another ]
}

@test "a session with a foreign server carries datagrams" {
    needs_aioquic
    run --separate-stderr session --qlog-dir traces --cacert "$BATS_FILE_TMPDIR/ca.pem" "$AIOQUIC/wt" < <(printf 'one\ntwo\n')
    [ "$status" -eq 0 ]
    [ "$(sort <<<"$output")" = $'one\ntwo' ]
    [ -z "$stderr" ]
    # ::1, where nobody listens, has left one too.
    local trace
    trace=$(grep -l datagram_parsed traces/*)
    "$PYTHON" "$HERE/qlog.py" check "$trace"
    [ "$("$PYTHON" "$HERE/qlog.py" count "$trace" http:datagram_parsed)" = 2 ]
}

@test "a close of the server tells its code and its reason" {
    needs_aioquic
    run --separate-stderr session --cacert "$BATS_FILE_TMPDIR/ca.pem" --out jsonl "$AIOQUIC/wt" < <(echo close)
    [ "$status" -eq 114 ]
    [[ "$output" == *'"kind":"close","code":7,"reason":"enough","by":"peer"'* ]]
    [[ "$stderr" == *"closed the session with code 7: enough"* ]]
}


@test "a session with /wt carries datagrams" {
    run --separate-stderr session --cacert "$CA" "$SECURE/wt" < <(printf 'one\n\ntwo\n')
    [ "$status" -eq 0 ]
    [ "$(sort <<<"$output")" = $'\none\ntwo' ]
    [ -z "$stderr" ]
}

@test "what speaks no WebTransport is told by the exit status" {
    run session --cacert "$CA" "$SECURE/ws" < <(echo x)
    [ "$status" -eq 113 ]
    run session --cacert "$CA" --http2 "$SECURE/wt" < <(echo x)
    [ "$status" -eq 2 ]
    [[ "$output" == *"WebTransport needs HTTP/3"* ]]
}
