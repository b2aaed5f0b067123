#!/usr/bin/env bats
# HTTP/2 servers that break the rules, row by row.

bats_require_minimum_version 1.5.0
load ../faults/faults

setup_file() {
    start_faults h2.py
}

teardown_file() {
    stop_faults
}

@test "-v tells that settings allow extended CONNECT, even where they come late" {
    run --separate-stderr "$QUIVER" -sSv --http2-prior-knowledge "http://127.0.0.1:$fault_port/late-extended-connect"
    [ "$status" -eq 0 ]
    [[ $stderr == *"The peer of connection #1 offers extended CONNECT"* ]]
    run --separate-stderr "$QUIVER" -sSv --http2-prior-knowledge "http://127.0.0.1:$fault_port/unknown-setting"
    [ "$status" -eq 0 ]
    [[ $stderr != *offers* ]]
}

@test "H2-1: a body that is not as long as announced is refused" {
    judge_row H2-1 --http2-prior-knowledge
}

@test "H2-2: a connection that ends fails every stream on it" {
    judge_row H2-2 --http2-prior-knowledge
}

@test "H2-3: a reset before the end is never a success, whatever its code" {
    judge_row H2-3 --http2-prior-knowledge
}

@test "H2-6: what GOAWAY leaves alive is delivered" {
    judge_row H2-6 --http2-prior-knowledge
}

@test "H2-8: malformed fields fail their stream" {
    judge_row H2-8 --http2-prior-knowledge
}

@test "H2-9: control bytes in fields fail their stream" {
    judge_row H2-9 --http2-prior-knowledge
}

@test "H2-10: header floods end the connection" {
    judge_row H2-10 --http2-prior-knowledge
}

@test "H2-11: frame floods end the connection" {
    judge_row H2-11 --http2-prior-knowledge
}

@test "H2-12: floods without progress end the connection" {
    judge_row H2-12 --http2-prior-knowledge
}

@test "H2-14: pushes and streams by the server are refused" {
    judge_row H2-14 --http2-prior-knowledge
}

@test "H2-15: illegal frames end the connection" {
    judge_row H2-15 --http2-prior-knowledge
}

@test "H2-17: a silent server ends by the time limit" {
    judge_row H2-17 --http2-prior-knowledge -m 1
}

@test "H2-20: what is unknown is ignored" {
    judge_row H2-20 --http2-prior-knowledge
}

h2() {
    fetch --http2-prior-knowledge "$@"
}

@test "H2-4: a refused stream is sent again, any method, but not for ever" {
    h2 "http://127.0.0.1:$fault_port/refused-twice"
    [ "$status" -eq 0 ]
    [ "$output" = ok ]
    h2 -d x "http://127.0.0.1:$fault_port/refused-always"
    [ "$status" -ne 0 ]
    h2 "http://127.0.0.1:$fault_port/count/POST+/refused-always"
    [ "$output" -le 6 ]
}

@test "H2-5: what GOAWAY left unprocessed is sent once more, a POST too" {
    h2 -d x "http://127.0.0.1:$fault_port/goaway-unprocessed"
    [ "$status" -eq 0 ]
    h2 "http://127.0.0.1:$fault_port/count/POST+/goaway-unprocessed"
    [ "$output" = 2 ]
}

@test "H2-5: a POST that may have been processed is not sent again" {
    h2 -d x "http://127.0.0.1:$fault_port/goaway-processed"
    [ "$status" -ne 0 ]
    h2 "http://127.0.0.1:$fault_port/count/POST+/goaway-processed"
    [ "$output" = 1 ]
}

@test "H2-7: one malformed answer does not harm five others on its connection" {
    local urls=() i
    for i in 1 2 3 4 5; do urls+=("http://127.0.0.1:$fault_port/fine$i"); done
    h2 -Z -w '%{http_code} %{conn_id}\n' -o /dev/null -o /dev/null -o /dev/null -o /dev/null -o /dev/null -o /dev/null \
        "${urls[@]}" "http://127.0.0.1:$fault_port/value-lf"
    [ "$status" -ne 0 ]
    [ "$(grep -c '^200 ' <<<"$output")" -eq 5 ]
    [ "$(grep '^200 ' <<<"$output" | sort -u | wc -l)" -eq 1 ]
}

@test "GOAWAY's code and text are the reason, not what became of the stream" {
    h2 "http://127.0.0.1:$fault_port/calm"
    [ "$status" -eq 16 ]
    [ "$stderr" = "quiver: (16) 127.0.0.1: the peer said goodbye (ENHANCE_YOUR_CALM): slow down ?[31m" ]
    h2 -d x "http://127.0.0.1:$fault_port/calm-reset"
    [ "$status" -eq 16 ]
    [ "$stderr" = "quiver: (16) 127.0.0.1: the peer said goodbye (ENHANCE_YOUR_CALM): slow down" ]
}

@test "-v tells of a GOAWAY once" {
    local told='^\* \(Connection #1 takes no more requests: \)\?the peer said goodbye'
    h2 -v "http://127.0.0.1:$fault_port/goaway-unprocessed"
    [ "$status" -eq 0 ]
    [ "$(grep -c "$told" <<< "$stderr")" -eq 1 ]
}

@test "GOAWAY's reason does not keep --retry from sending what was not looked at" {
    h2 -d x --retry 1 --retry-delay 0.01 -w '%{num_retries}' "http://127.0.0.1:$fault_port/calm"
    [ "$status" -eq 16 ]
    [ "$output" = 1 ]
}

@test "H2-19: HTTP_1_1_REQUIRED sends the request over HTTP/1.1, a POST too" {
    local reason wrong=0
    load peers
    make_ca "$BATS_TEST_TMPDIR"
    start_faults h2.py --tls "$BATS_TEST_TMPDIR/server.pem" "$BATS_TEST_TMPDIR/server.key"
    for reason in stream goaway processed; do
        fetch --cacert "$BATS_TEST_TMPDIR/ca.pem" -d x -w ' %{http_version} %{num_connects}' \
            "https://127.0.0.1:$fault_port/http-1-1-$reason"
        echo "$reason: exit $status: $output $stderr"
        [ "$status" -eq 0 ] && [ "$output" = "ok 1.1 2" ] || wrong=1
    done
    stop_faults
    [ "$wrong" -eq 0 ]
}

@test "421 is asked for once more on a connection of its own, a POST too" {
    h2 "http://127.0.0.1:$fault_port/misdirected" -w ' %{response_code} %{num_connects}'
    [ "$status" -eq 0 ]
    [ "$output" = "here 200 2" ]
    h2 -f -d x "http://127.0.0.1:$fault_port/misdirected" -w ' %{response_code} %{num_connects}'
    [ "$status" -eq 0 ]
    [ "$output" = "here 200 2" ]
}

@test "the second 421 is the answer" {
    h2 -d x "http://127.0.0.1:$fault_port/misdirected-always" -w ' %{response_code} %{num_connects}'
    [ "$status" -eq 0 ]
    [ "$output" = "not here 421 2" ]
    h2 "http://127.0.0.1:$fault_port/count/POST+/misdirected-always"
    [ "$output" = 2 ]
    h2 -f "http://127.0.0.1:$fault_port/misdirected-always"
    [ "$status" -eq 22 ]
    h2 -T - "http://127.0.0.1:$fault_port/misdirected-always" -w ' %{response_code} %{num_connects}' < <(echo body)
    [ "$status" -eq 0 ]
    [[ $output == "not here 421 "[12] ]] # what was read of a pipe cannot be read again
}
