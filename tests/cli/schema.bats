#!/usr/bin/env bats
# `quiver help json-schema` describes all JSON that quiver writes, and nothing else.

bats_require_minimum_version 1.5.0
load helper
load batch

setup_file() {
    "$PYTHON" "$HERE/sse_server.py" "$BATS_FILE_TMPDIR" 3>&- &
    SSE_PID=$!
    within 60 of $! test -s "$BATS_FILE_TMPDIR/sse.port"
    SSE=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/sse.port")
    start_peer
    start_serve --allow-tcp 'localhost:*'
    quiver help json-schema > "$BATS_FILE_TMPDIR/schema"
    SCHEMA=$BATS_FILE_TMPDIR/schema
    export SCHEMA SSE SSE_PID
}

teardown_file() {
    kill "$SSE_PID" 2> /dev/null || true
    stop_peer
    stop_serve
}

setup() {
    enter_folder
}

schema() {
    "$PYTHON" "$HERE/schema.py" "$SCHEMA" "$@"
}

# Records of as many sorts as there are.
make_records() {
    cat > list <<L
{"id":"h1","url":"$PEER/bytes/3"}
{"id":2.5,"url":"$PEER/redirect","follow":true,"tags":{"a":[1,{"b":null}]}}
{"url":"$PEER/cut"}
{"url":"$PEER/flaky/schema","retry":2,"retry_delay":0.01}
{"url":"$PEER/busy/schema","retry":1,"retry_delay":0.01}
{"url":"$PEER/interim"}
{"url":"$PEER/trailers"}
{"url":"$PEER/binary"}
{"url":"$PEER/gzip","expect":{"status":404,"max_time":9}}
{"url":"$PEER/gzip","expect":{"status":200},"output":"gzip"}
{"url":"$PEER/echo","method":"POST","json":{"a":1},"http":"1.1"}
{"url":"$SECURE/echo","method":"POST","body":"abc","http":"2"}
{"url":"$SECURE/echo","method":"POST","body":"abc","http":"3-only"}
{"url":"$SECURE/hello","proxy":"$PLAIN"}
{"url":"http://127.0.0.1:1/"}
{"url":"https://localhost:${PLAIN##*:}/"}
{"url":"nonsense://x"}
no entry
L
    batch -s --cacert "$CA" --record-request --explain "$@" list || true
}

@test "records are as the schema says" {
    make_records > records
    [ "$(wc -l < records)" -eq 18 ]
    schema --seen record records
    make_records --body hash > records
    schema record records
    make_records --body none --show-secrets > records
    schema record records
}

@test "%{json} of -w is a record, too" {
    local url
    for url in "$SECURE/hello" "$PEER/redirect" "$PEER/cut" http://127.0.0.1:1/; do
        quiver -s -o body -w '%{json}\n' --cacert "$CA" "$url" >> records || true
    done
    quiver -sS -L -o body -w '%{json}\n' --record-request "$PEER/redirect" >> records
    [ "$(wc -l < records)" -eq 5 ]
    schema record records
}

@test "summaries are as the schema says" {
    make_records --summary-out summary > records
    schema --seen summary summary
    quiver report --summary --json records > summary
    schema summary summary
}

@test "events of channels are as the schema says" {
    local v
    for v in --http1.1 --http2 --http3-only; do
        printf 'a\nb\n' | quiver channel --cacert "$CA" "$v" --protocol p --linger 0.1 --out jsonl "$SECURE/datagram" > events
        schema channel_event events
        printf 'a\n' | quiver ws --cacert "$CA" "$v" --record recorded --out jsonl "$SECURE/ws" > events
        schema channel_event events recorded
    done
    quiver channel --cacert "$CA" --protocol p --echo-test 5 --out jsonl "$SECURE/datagram" > echoes
    schema --seen echo_test echoes
}

@test "events of a stream are as the schema says" {
    quiver -sS --sse --no-sse-reconnect "$SSE/forms" > events
    [ -s events ]
    schema --seen stream_event events
}

@test "trace events are as the schema says" {
    make_records --trace-events events > records
    schema trace_event events
}

@test "explanations are as the schema says" {
    local url version
    for url in "$SECURE/hello" "$PEER/redirect" "$PEER/cut" "$SECURE/status/503" http://127.0.0.1:1/; do
        for version in --http1.1 --http2 --http3; do
            quiver -sS -L -o body --cacert "$CA" "$version" --retry 1 --retry-delay 0.01 --record-request \
                --explain=json "$url" 2>> said || true
        done
    done
    quiver -sS -o body --cacert "$CA" -x "$PLAIN" --explain=json "$SECURE/hello" 2>> said
    grep '^{' said > explanations
    [ "$(wc -l < explanations)" -eq 16 ]
    schema --seen explanation explanations
}

@test "what probe finds is as the schema says" {
    quiver probe --json --cacert "$CA" "$SECURE" > found
    quiver probe --json "$PLAIN" >> found
    quiver probe --json "$SECURE" >> found # not trusted
    schema --seen probe found
    quiver probe --json http://127.0.0.1:1 > nobody || true
    schema probe nobody
}

@test "lines of ping are as the schema says" {
    local way
    for way in "--http2 $SECURE" "--http3-only $SECURE" "--http1.1 $SECURE" "wss${SECURE#https}/ws"; do
        # shellcheck disable=SC2086
        quiver ping --json -n 2 -i 0.01 --cacert "$CA" $way >> said
    done
    quiver ping --json --version-probe -n 3 -i 0.01 --cacert "$CA" "$SECURE" >> said
    quiver ping --json --version-probe -n 1 -i 0.01 --wait 0.1 "https://127.0.0.1:1" >> said || true
    "$PYTHON" -c 'import json; print({json.loads(line)["kind"] for line in open("said")} >= {"open", "answer", "summary"})' > kinds
    [ "$(cat kinds)" = True ]
    schema ping_event said
}

@test "the numbers of a run are as the schema says" {
    make_records --stats-out stats > records
    quiver -sS --cacert "$CA" -o one "$SECURE/bytes/100000" --stats-out more
    quiver ws --cacert "$CA" --stats-out channels "wss${SECURE#https}/ws" <<< hi > said
    cat stats more channels > all
    schema --seen stats all
}

@test "the server's log is as the schema says" {
    "$QUIVER" serve --port 0 --plain-port 0 --log json > out 2> err 3>&- &
    local serve_pid=$!
    within 60 grep -q '^http://' out
    quiver -sS "$(sed -n 's|^\(http://localhost:[0-9]*\).*|\1|p' out)/end" -o got
    within 60 grep -q '"/end"' out err
    kill "$serve_pid"
    wait "$serve_pid" || true
    grep -h '^{' out err > log
    schema --seen access log
}

@test "what the program says of itself is as the schema says" {
    quiver version --json > version
    schema --seen version version
    quiver -sS --state=st --cacert "$CA" -o got "$SECURE/hello" -H 'cookie: a=b'
    printf '.a.test "20971231 23:59:59"\n' > st/hsts
    quiver cache list --json --state=st > list
    schema --seen cache_kind list
    local kind
    for kind in hsts tickets altsvc; do
        quiver cache show "$kind" --json --state=st >> entries
    done
    [ -s entries ]
    schema cache_entry entries
}

@test "the checker sees what is wrong" {
    make_records > records
    grep '"seq":0,' records > first
    run -1 schema record <(sed 's/"seq":0,/"seq":"0",/' first)
    [[ "$output" == *".seq: '0' is no"* ]]
    run -1 schema record <(sed 's/"seq":0,//' first)
    [[ "$output" == *"no seq"* ]]
    run -1 schema record <(sed 's/"seq":0,/"seq":0,"odd":1,/' first)
    [[ "$output" == *"odd is not described"* ]]
    run -1 schema record <(sed 's/"early_data":null/"early_data":"maybe"/' first)
    [[ "$output" == *"'maybe' is none of"* ]]
    run -1 schema --seen record first
    [[ "$output" == *"never seen: "*"error."* ]]
    mkdir found
    cp first found/out
    schema --made found
    sed 's/"seq":0,/"seq":0,"odd":1,/' first > found/out
    run -1 schema --made found
    rm -r found # it is no record of this file
}

@test "the schema is one, as JSON Schema has it" {
    "$PYTHON" -c 'import jsonschema' 2>/dev/null || skip "python3 has no jsonschema"
    make_records > records
    "$PYTHON" - "$SCHEMA" records <<'P'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for line in open(sys.argv[2]):
    validator.validate(json.loads(line))
broken = json.loads(line)
del broken["phases"]["dns"]
assert not validator.is_valid(broken)
P
}
