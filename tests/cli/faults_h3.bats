#!/usr/bin/env bats
# HTTP/3 servers that break the rules, row by row. The server is aioquic's.

bats_require_minimum_version 1.5.0
load ../faults/faults
load peers

setup_file() {
    "$PYTHON" -c 'import aioquic' 2>/dev/null || return 0
    make_ca "$BATS_FILE_TMPDIR"
    start_faults h3.py "$BATS_FILE_TMPDIR/server.pem" "$BATS_FILE_TMPDIR/server.key"
    export fault_url=https://localhost:$fault_port
}

setup() {
    untraced
    [ -n "${fault_port:-}" ] || skip "python3 has no aioquic"
    trust=(--cacert "$BATS_FILE_TMPDIR/ca.pem")
    h3=("${trust[@]}" --http3-only)
}

teardown_file() {
    [ -z "${fault_pid:-}" ] || stop_faults
}

@test "-v tells that the peer's settings allow extended CONNECT" {
    run --separate-stderr "$QUIVER" -sSv "${h3[@]}" "$fault_url/ok"
    [ "$status" -eq 0 ]
    [[ $stderr == *"The peer of connection #1 offers extended CONNECT"* ]]
}

@test "H3-1: an incomplete or misplaced message is refused with its own code" {
    judge_coded_row H3-1 "${h3[@]}"
}

@test "H3-2: a reset before the end is never a success, whatever its code" {
    judge_coded_row H3-2 "${h3[@]}"
}

@test "H3-3: a whole answer stands, even if the connection closes behind it" {
    judge_coded_row H3-3 "${h3[@]}"
}

@test "H3-4: a rejected request is sent again, any method, but not for ever" {
    fetch "${h3[@]}" -d x "$fault_url/rejected-twice"
    [ "$status" -eq 0 ]
    [ "$output" = ok ]
    fetch "${h3[@]}" -d x "$fault_url/rejected-always"
    [ "$status" -eq 56 ]
    fetch "${h3[@]}" "$fault_url/count/POST+/rejected-always"
    [ "$output" -ge 2 ]
    [ "$output" -le 6 ]
}

@test "H3-4: who asks for an older version gets it, when it is allowed" {
    fetch "${trust[@]}" --http3 -w ' %{http_version}' "$fault_url/version-fallback"
    [ "$status" -eq 0 ]
    [ "$output" = "tcp 1.1" ]
    fetch "${h3[@]}" "$fault_url/version-fallback"
    [ "$status" -eq 95 ]
}

@test "H3-5: what GOAWAY left unprocessed is sent once more, a POST too" {
    fetch "${h3[@]}" -d x "$fault_url/goaway-unprocessed"
    [ "$status" -eq 0 ]
    [ "$output" = ok ]
    fetch "${h3[@]}" "$fault_url/count/POST+/goaway-unprocessed"
    [ "$output" = 2 ]
}

@test "H3-5: what GOAWAY leaves alive is delivered" {
    fetch "${h3[@]}" "$fault_url/goaway-then-answer"
    [ "$status" -eq 0 ]
    [ "$output" = ok ]
}

@test "H3-5: a POST that may have been processed is not sent again" {
    fetch "${h3[@]}" -d x "$fault_url/closed-processed"
    [ "$status" -ne 0 ]
    fetch "${h3[@]}" "$fault_url/count/POST+/closed-processed"
    [ "$output" = 1 ]
}

@test "the code and text of CONNECTION_CLOSE are the reason" {
    fetch "${h3[@]}" -d x "$fault_url/closed-with-reason"
    [ "$status" -eq 56 ]
    [[ $stderr == *": the peer closed the connection: H3_EXCESSIVE_LOAD: slow down" ]]
}

@test "H3-6: a server that wants no more of the request may have answered it" {
    judge_coded_row H3-6 "${h3[@]}"
}

@test "H3-7: malformed fields fail their stream" {
    judge_coded_row H3-7 "${h3[@]}"
}

@test "H3-7: control bytes in fields reach no output" {
    judge_coded_row H3-7-dropped "${h3[@]}"
    for case in value-lf value-cr value-nul name-space name-empty; do
        fetch "${h3[@]}" -i -w '%{header_json}%{json}' "$fault_url/$case"
        [[ $output != *injected* ]]
    done
}

@test "H3-7: one malformed answer does not harm five others" {
    local case urls=() i
    for case in field-connection data-first; do
        urls=()
        for i in 1 2 3 4 5; do urls+=("$fault_url/fine?$case$i" -o "$BATS_TEST_TMPDIR/$case$i"); done
        fetch "${h3[@]}" -Z -w '%{http_code}\n' -o /dev/null "$fault_url/$case" "${urls[@]}"
        [ "$status" -eq 95 ]
        [ "$(grep -c '^200$' <<<"$output")" -eq 5 ]
        for i in 1 2 3 4 5; do [ "$(cat "$BATS_TEST_TMPDIR/$case$i")" = ok ]; done
    done
}

@test "H3-7: a malformed answer does not even end the connection" {
    local urls=() i
    for i in 1 2 3 4 5; do urls+=(-o /dev/null "$fault_url/fine?alive$i"); done
    fetch "${h3[@]}" -Z -w '%{http_code} %{conn_id}\n' "${urls[@]}" -o /dev/null "$fault_url/field-connection"
    [ "$status" -eq 95 ]
    [ "$(grep -c '^200 ' <<<"$output")" -eq 5 ]
    [ "$(grep '^200 ' <<<"$output" | sort -u | wc -l)" -eq 1 ]
}

@test "H3-8: broken control streams and pushes end the connection with the right code" {
    judge_coded_row H3-8 "${h3[@]}"
}

@test "H3-9: a setting for datagrams that is no boolean is an error" {
    judge_coded_row H3-9 "${h3[@]}"
}

@test "H3-10: broken field compression ends the connection with the right code" {
    judge_coded_row H3-10 "${h3[@]}" -m 2
}

@test "H3-11: endless fields and frames are cut off" {
    judge_coded_row H3-11 "${h3[@]}"
}

@test "H3-12: floods end the connection" {
    # Where the server is too slow for a flood, it is none: one that opens streams may go on.
    judge_coded_row H3-12 "${h3[@]}" -m 60
}

# costs_little ROW: none of its cases costs two seconds of CPU, or four megabytes, as long
# as it is looked at.
costs_little() {
    local usual cpu rss row case rest cases=0 wrong=0
    measured "$BATS_TEST_TMPDIR/used" "$QUIVER" -sS "${h3[@]}" -o /dev/null "$fault_url/fine"
    read -r cpu usual <"$BATS_TEST_TMPDIR/used"
    while read -r row case rest; do
        [ "$row" = "$1" ] || continue
        cases=$((cases + 1))
        run measured "$BATS_TEST_TMPDIR/used" timeout -k 5 15 "$QUIVER" -sS "${h3[@]}" -o /dev/null "$fault_url/$case"
        read -r cpu rss <"$BATS_TEST_TMPDIR/used"
        if [ "${cpu%.*}" -ge 2 ] || [ $((rss - usual)) -gt 4096 ]; then
            echo "$case: $cpu s of CPU, $rss KiB where $usual are usual"
            wrong=1
        fi
    done <"$FAULT_CASES"
    [ $cases != 0 ] && return $wrong
}

@test "H3-11: no endless field or frame costs two seconds or four megabytes" {
    costs_little H3-11
}

@test "H3-12: no flood costs two seconds or four megabytes" {
    costs_little H3-12
}

@test "H3-14: what is unknown is ignored" {
    judge_coded_row H3-14 "${h3[@]}"
}
