#!/usr/bin/env bats
# batch: what goes in, what comes out, and how it ends.

load helper
load batch
bats_require_minimum_version 1.5.0

setup_file() {
    start_peer
    start_serve
}

teardown_file() {
    stop_peer
    stop_serve
}

setup() {
    enter_folder
}

@test "each URL of a list brings one record" {
    printf '%s\n' "$PEER/bytes/3" "# a comment" "" "$PEER/status/404" > list
    batch -s --format urls list > out
    [ "$(field out 'r["line"], r["response_code"], r["exitcode"]' | sort)" = \
        "(1, 200, 0)
(4, 404, 0)" ]
}

@test "the last line of standard error counts, and -s keeps it" {
    printf '%s\n' "$PEER/bytes/3" "$PEER/cut" > list
    run -110 --separate-stderr quiver batch --format urls list
    [ "${#lines[@]}" -eq 2 ]
    [[ "$stderr" == "quiver: 2 done: 1 ok, 1 failed; "*" connections" ]]
    run -110 --separate-stderr quiver batch -s --format urls list
    [ -z "$stderr" ]
}

@test "the order is that of the ends, and with --ordered that of the input" {
    printf '%s\n' "$PEER/hold/slow$BATS_TEST_NUMBER" "$PEER/bytes/1" > list
    batch -s --format urls list > done 3>&- &
    local pid=$!
    within 60 of $! test -s done
    quiver -sS -o /dev/null "$PEER/release/slow$BATS_TEST_NUMBER"
    wait "$pid"
    [ "$(field done 'r["line"]' | paste -sd,)" = 2,1 ]
    batch -s --ordered --format urls list > ordered
    [ "$(field ordered 'r["line"]' | paste -sd,)" = 1,2 ]
}

@test "an answer comes as soon as its exchange ends, while the input is open" {
    coproc "$QUIVER" batch -s --format urls - 3>&-
    local pid=$COPROC_PID
    for n in 1 2 3; do
        echo "$PEER/bytes/$n" >&"${COPROC[1]}"
        read -r -t 90 line <&"${COPROC[0]}"
        [[ "$line" == *"/bytes/$n"* ]]
    done
    eval "exec ${COPROC[1]}>&-"
    wait "$pid"
}

@test "a writer is read no faster than its requests are done" {
    # The peer holds the first; what is read beyond it is bounded.
    {
        echo "$PEER/hold/tap$BATS_TEST_NUMBER"
        yes "$PEER/bytes/1" | head -n 200000
        touch all-written
    } | "$QUIVER" batch -s -j 1 --format urls > out 3>&- &
    local pid=$!
    within 60 of $! test -e out
    quiver -sS "$PEER/bytes/1" > /dev/null
    [ ! -e all-written ]
    kill -TERM "$pid"
    quiver -sS -o /dev/null "$PEER/release/tap$BATS_TEST_NUMBER"
    wait "$pid" || true
}

@test "a reader that stands still gets every line in the end" {
    yes "$PEER/bytes/2000" | head -n 300 > list
    batch -s --format urls list |
        (until [ -e go ]; do sleep 0.02; done; cat > out) 3>&- &
    local pid=$!
    quiver -sS "$PEER/bytes/1" > /dev/null
    touch go
    wait "$pid"
    [ "$(field out 'r["line"]' | sort -n | tail -1)" = 300 ]
    [ "$(wc -l < out)" -eq 300 ]
}

@test "a reader that has left ends it quietly with 23" {
    yes "$PEER/bytes/2000" | head -n 3000 > list
    { batch --format urls list 2> err || echo $? > status; } | head -n 1 > out
    [ "$(cat status)" = 23 ]
    [ ! -s err ]
    [ "$(field out 'r["exitcode"]')" = 0 ]
}

@test "a full disk ends it with 23 and a line that says so" {
    yes "$PEER/bytes/2000" | head -n 300 > list
    run -23 --separate-stderr quiver batch -o /dev/full --format urls list
    [[ "$stderr" == *"(23) cannot write the records: No space left on device"* ]]
    run -23 bash -c '"$QUIVER" batch --format urls list > /dev/full'
}

@test "an input that cannot be read is 26, and nothing is sent" {
    echo "$PEER/bytes/3" > list
    run -26 --separate-stderr quiver batch -s -S --format urls list none list
    [ -z "$output" ]
    [[ "$stderr" == *"(26)"*none* ]]
    # Nothing of an earlier run is lost by it.
    echo kept > out
    run -26 quiver batch -s -o out --format urls none
    run -2 quiver batch -s -o out --defaults '{' --format urls list
    [ ! -e out.journal ]
    [ "$(cat out)" = kept ]
}

@test "exit codes tell all, some and none" {
    echo "$PEER/bytes/3" > good
    echo "$PEER/cut" > bad
    batch -s --format urls good > out
    run -110 quiver batch -s --format urls good bad
    run -110 quiver batch -s --format urls bad
    # An answer of 404 is an answer, until somebody asks for more.
    echo "$PEER/status/404" > missing
    batch -s --format urls missing > out
    for option in -f --fail-with-body "--fail-on 400-499"; do
        # shellcheck disable=SC2086
        run -110 quiver batch -s $option --format urls missing
        echo "$output" > out
        [ "$(field out 'r["exitcode"]')" = 22 ]
    done
    batch -s --fail-on 500-599 --format urls missing > out
}

@test "--fail-early takes nothing more from the input" {
    { echo "$PEER/cut"; yes "$PEER/bytes/1" | head -n 100000; } > list
    run -110 quiver batch -s -j 1 --fail-early --format urls list
    [ "${#lines[@]}" -lt 100 ]
}

@test "usage errors name what does not go together" {
    run -2 quiver batch --format xml list
    [[ "$output" == *"--format"*xml* ]]
    run -2 quiver batch -T file list
    [[ "$output" == *"-T"*body_file* ]]
    run -2 quiver batch --url http://localhost/ list
    [[ "$output" == *"--url"* ]]
    run -2 quiver batch -w x list
    run -2 quiver batch - -
    run -2 quiver batch --resume list
    [[ "$output" == *"--resume"*"-o"* ]]
    run -2 quiver batch --journal j --no-journal -o out list
    [[ "$output" == *"--journal and --no-journal"* ]]
    run -2 quiver batch --resume -o out -
    [[ "$output" == *"--spool"* ]]
    run -2 quiver batch --body-dir d list
    [[ "$output" == *"--body file"* ]]
    run -2 quiver batch --spool s list
    run -2 quiver batch --shard 3/2 list
    [[ "$output" == *"--shard"* ]]
    [ -z "$(names_in .)" ]
}

@test "--summary-out has the counts, the percentiles and the connections" {
    { yes "$SECURE/bytes/100" | head -n 50; echo "$SECURE/status/503"; echo "$PEER/cut"; } > list
    run -110 quiver batch -s --cacert "$CA" --http2 --summary-out sum --format urls list
    [ "$(field sum 'r["done"], r["ok"], r["failed"], r["exitcode"]')" = "(52, 51, 1, 110)" ]
    [ "$(field sum 'sorted(r["by_status"].items())')" = "[('200', 51), ('503', 1)]" ]
    [ "$(field sum 'sorted(r["by_exitcode"].items())')" = "[('0', 51), ('18', 1)]" ]
    [ "$(field sum 'r["by_version"]["2"], r["by_version"]["1.1"]')" = "(51, 1)" ]
    [ "$(field sum 'r["time_total"]["count"], r["bytes"]["download"] >= 5000')" = "(52, True)" ]
    [ "$(field sum 'r["time_total"]["p50"] <= r["time_total"]["p99"] <= r["time_total"]["max"]')" = True ]
    [ "$(field sum 'r["pool"]["opened"]["h2"], r["pool"]["opened"]["h1"]')" = "(1, 1)" ]
}

@test "shards share the input and lose nothing" {
    for n in $(seq 60); do echo "$PEER/bytes/$n"; done > list
    for i in 1 2 3; do
        batch -s --shard "$i/3" --format urls list > "out$i"
        [ -s "out$i" ]
    done
    cat out1 out2 out3 > all
    [ "$(field all 'r["line"]' | sort -n | paste -sd,)" = "$(seq 60 | paste -sd,)" ]
}

@test "a stalled origin does not slow another one" {
    { yes "$PEER/hold/never$BATS_TEST_NUMBER" | head -n 30; yes "$SECURE/bytes/10" | head -n 300; } > list
    batch -s -j 40 --cacert "$CA" --http2 --format urls list > out 3>&- &
    local pid=$!
    within 60 of $! bash -c '[ "$(wc -l < out)" -eq 300 ]'
    quiver -sS -o /dev/null "$PEER/release/never$BATS_TEST_NUMBER"
    wait "$pid"
    [ "$(wc -l < out)" -eq 330 ]
}

@test "all versions carry a batch over one connection" {
    yes "$SECURE/bytes/1000" | head -n 500 > list
    for v in 2 3; do
        batch -s --cacert "$CA" --http$v --summary-out sum --format urls list > out
        [ "$(field out 'r["http_version"], r["size_download"]' | sort | uniq -c)" = \
            "    500 ('$v', 1000)" ]
        [ "$(field sum 'r["pool"]["connects"]')" = 1 ]
    done
}

@test "progress is a line on a terminal only, and gone at the end" {
    printf '%s\n' "$PEER/bytes/1" "$PLAIN/delay/900" > list
    on_tty "$QUIVER" batch -o out --format urls list 2> tty
    grep -q '^1/2  1 ok  0 failed' tty
    # What was drawn is erased before the last line.
    grep -q $'^\x1b\[1A\r\x1b\[Jquiver: 2 done: 2 ok' tty
    batch -o out --format urls list 2> err
    [ "$(wc -l < err)" -eq 1 ]
}

@test "bodies wait for a reader that stands still" {
    yes "$SECURE/bytes/1000000" | head -n 100 > list
    "$QUIVER" batch -s -j 30 --cacert "$CA" --http2 --format urls list |
        (until [ -e go ]; do sleep 0.02; done; wc -l > lines) 3>&- &
    local pid=$!
    quiver -sS "$PEER/bytes/1" > /dev/null
    touch go
    wait "$pid"
    [ "$(cat lines)" -eq 100 ]
}

@test "records have no control characters, not even those of UTF-8" {
    printf '{"url":"%s","id":"a\xc2\x9bb","tags":{"t":"\xc2\x85"}}\n' "$PEER/control" "$PEER/c1" > list
    batch -s --ordered list > out
    run ! grep -q $'\x1b\|\xc2\x9b\|\xc2\x85' out
    [ "$(field out 'r["body"]["text"].encode().hex()' | paste -sd' ')" = \
        "1b5b324a746578740a c29b324a20c3a420c2a02e" ]
    [ "$(field out 'r["id"].encode().hex(), r["tags"]["t"].encode().hex()' | sort -u)" = "('61c29b62', 'c285')" ]
    local way
    for way in --color=never -o-; do
        on_tty --stdout "$QUIVER" batch -s --ordered "$way" list > tty
        [ "$(wc -l < tty)" -eq 2 ]
        run ! grep -q $'\x1b\|\xc2\x9b' tty
    done
}
