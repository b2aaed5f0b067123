#!/usr/bin/env bats
# The journal of a batch: killed at any moment, each entry has one record.

bats_require_minimum_version 1.5.0
load helper
load journal

setup_file() {
    start_logging_serve
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
}

@test "a batch that is killed again and again reports every entry once" {
    local kills=0
    make_input 2000 > in
    while [ "$kills" -lt 20 ]; do
        if kill_at_random 180 "$QUIVER" batch --resume -j 8 -o out --journal j in; then
            kills=$((kills + 1))
        elif [ -s out ] && [ "$(wc -l < out)" -eq 2000 ]; then
            break
        fi
    done
    run quiver batch --resume -j 8 -o out --journal j in
    [ "$status" -eq 0 ] || [ "$status" -eq 110 ] # a POST may be unknown
    echo "$kills kills"
    [ "$kills" -ge 5 ]
    assert_once out 2000
    assert_sent out 2000 $((kills * 8))
}

@test "a batch in the order of the input stays in order over kills" {
    make_input 600 > in
    for _ in 1 2 3 4 5; do
        kill_at_random 150 "$QUIVER" batch --ordered --resume -j 8 -o out --journal j in || true
    done
    run quiver batch --ordered --resume -j 8 -o out --journal j in
    assert_once out 600
    "$PYTHON" -c 'import json
seqs = [json.loads(line)["seq"] for line in open("out")]
assert seqs == sorted(seqs)'
}

@test "a run that has ended leaves nothing to resume" {
    make_input 50 > in
    quiver batch -o out --journal j in
    before=$(sha256sum out)
    run -0 quiver batch --resume -o out --journal j in
    [[ "$output" == *"50 done before"* ]]
    run -0 quiver batch --resume -o out --journal j in
    [ "$(sha256sum out)" = "$before" ]
    assert_sent out 50 0
}

@test "the journal of -o is removed when all is done" {
    make_input 20 > in
    quiver batch -o out in
    [ "$(names_in .)" = "in out" ]
    assert_once out 20
    head -c -5 out > torn # not what a run that is complete leaves
    run -116 quiver batch --resume -o torn in
    [[ "$output" == *"torn has records; without --resume they are replaced"* ]]
    [ "$(names_in .)" = "in out torn" ]
}

@test "a journal is not begun anew by mistake" {
    make_input 20 > in
    quiver batch -o out --journal j in
    run -116 quiver batch -o out --journal j in
    [[ "$output" == *"(116) journal j: it exists; --resume goes on with it"* ]]
    assert_once out 20
}

@test "a changed input is refused, and says which" {
    make_input 20 > in
    quiver batch -o out --journal j in
    echo >> in
    run -116 quiver batch --resume -o out --journal j in
    [[ "$output" == *"journal j: input in has "*" bytes, not "*" as before"* ]]
    assert_once out 20
}

@test "other options are refused" {
    make_input 20 > in
    quiver batch -o out --journal j in
    run -116 quiver batch --resume --ordered -o out --journal j in
    [[ "$output" == *"journal j: the options are others"* ]]
    run -116 quiver batch --resume -o other --journal j in
    [[ "$output" == *"journal j: it is of another output"* ]]
}

@test "two runs do not share a journal" {
    echo "{\"id\":\"u0\",\"url\":\"$PLAIN/delay/3000?t=$BATS_TEST_NUMBER&i=0\"}" > in
    "$QUIVER" batch -o out --journal j in 3>&- &
    local pid=$!
    within 60 of $! grep -q '^S 0 ' j
    # It must not end before the other one has begun.
    kill -STOP "$pid"
    run quiver batch --resume -o out --journal j in
    kill -CONT "$pid"
    [ "$status" -eq 116 ]
    [[ "$output" == *"another run is using it"* ]]
    wait "$pid"
    assert_once out 1
}

@test "a request of unknown outcome is reported, not repeated, unless told" {
    echo "{\"id\":\"u9\",\"method\":\"POST\",\"body\":\"x\",\"url\":\"$PLAIN/delay/60000?t=$BATS_TEST_NUMBER&i=9\"}" > in
    "$QUIVER" batch -o out --journal j in > /dev/null 2>&1 3>&- &
    local pid=$!
    within 60 of $! grep -q '^N 0 ' j
    kill -9 "$pid"
    wait "$pid" || true
    cp j j.copy
    run -110 quiver batch --resume -o out --journal j in
    [ "$(wc -l < out)" = 1 ]
    grep -q '"id":"u9".*"name":"unknown_outcome"' out
    # Told to, it sends it once more.
    cp j.copy j
    : > out
    quiver batch --resume-unsafe -m 0.2 -o out --journal j in || true
    [ "$(wc -l < out)" = 1 ]
    refute grep -q unknown_outcome out
}

@test "a torn journal and a torn output go on" {
    make_input 40 > in
    quiver batch -o whole --journal j.whole in
    for cut in 1 10 30 100 1000; do
        rm -f out j
        quiver batch -o out --journal j in
        truncate -s -"$cut" j
        run quiver batch --resume -o out --journal j in
        assert_once out 40
    done
}

@test "the first Ctrl-C finishes what runs, and --resume does the rest" {
    make_input 2000 > in
    env --default-signal=INT "$QUIVER" batch -j 4 -o out in 2> err 3>&- &
    local pid=$! status=0
    within 60 of $! test -s out
    kill -INT "$pid"
    wait "$pid" || status=$?
    echo "status $status"; cat err
    [ "$status" -eq 111 ]
    grep -q -- --resume err
    [ "$(wc -l < out)" -lt 2000 ]
    run -0 quiver batch --resume -j 4 -o out in
    assert_once out 2000
    assert_sent out 2000 0
}

@test "standard input is kept by --spool, and resumed" {
    make_input 300 > in
    kill_at_random 150 bash -c 'exec "$QUIVER" batch --resume --spool spool -j 4 -o out --journal j - < in' || true
    run bash -c '"$QUIVER" batch --resume --spool spool -j 4 -o out --journal j - < in'
    cat out > first
    "$PYTHON" -c 'import json
ids = [json.loads(line)["id"] for line in open("out")]
assert len(ids) == len(set(ids)), ids'
}

@test "a full disk leaves whole lines" {
    make_input 200 > in
    bash -c 'ulimit -f 40; exec "$QUIVER" batch -o out --journal j in' 2> err || local status=$?
    cat err
    [ "$status" = 23 ]
    [ "$(tail -c 1 out | xxd -p)" = 0a ]
    run quiver batch --resume -o out --journal j in
    assert_once out 200
}

@test "a run that has ended leaves nothing to resume, with no journal as well" {
    make_input 30 > in
    # A line that is no request has its record, too.
    echo '{"id":"u30","url":"http://[bad"}' >> in
    run -110 quiver batch -o out in
    [ ! -e out.journal ]
    before=$(sha256sum out)
    run -0 quiver batch --resume -o out in
    [[ "$output" == *"31 done before"*"; nothing left" ]]
    [ ! -e out.journal ]
    run -0 quiver batch --resume -o out --journal other in
    [[ "$output" == *"nothing left"* ]]
    [ ! -e other ]
    run -0 quiver batch --resume-unsafe -o out in
    [ "$(sha256sum out)" = "$before" ]
    assert_sent out 30 0
    # A shard has its own entries alone.
    quiver batch -s --shard 1/2 -o half in || true
    run -0 quiver batch --shard 1/2 --resume -o half in
    [[ "$output" == *"nothing left"* ]]
    # With --journal it is kept, and says the same.
    run -110 quiver batch -o kept --journal j in
    run -0 quiver batch --resume -o kept --journal j in
    [[ "$output" == *"31 done before"*"; nothing left" ]]
}

@test "records of another input, or of a part of it, are not taken for all" {
    make_input 6 > in
    quiver batch -o out in
    before=$(sha256sum out)
    { sed 's/u3/v3/' in; } > other
    run -116 quiver batch --resume -o out other
    [[ "$output" == *"entry 4 of the input has no record there"* ]]
    sed 's/i=4/i=9/' in > other
    run -116 quiver batch --resume -o out other
    [[ "$output" == *"entry 5 of the input has no record there"* ]]
    { cat in; echo "{\"url\":\"$PLAIN/\"}"; } > more
    run -116 quiver batch --resume -o out more
    [[ "$output" == *"entry 7 of the input has no record there"* ]]
    [ "$(sha256sum out)" = "$before" ]
    [ ! -e out.journal ]
    assert_sent out 6 0
}

@test "a journal that speaks of what the input has not is refused" {
    make_input 10 > in
    quiver batch -o out --journal j in
    forge() {
        "$PYTHON" -c 'import sys, zlib
body = sys.argv[1].encode()
print("%s %08x" % (sys.argv[1], zlib.crc32(body)))' "$1"
    }
    cp j good
    { cat good; forge "S 17000000000"; } > j
    run -116 quiver batch --resume -o out --journal j in
    [[ "$output" == *"entry 17000000000 is beyond the end of the input"* ]]
    # The URLs of a configuration may stand for many: known at its end.
    echo "url = $PLAIN/delay/1?[1-20]" > c
    quiver batch -o out2 --journal j2 c
    { cat j2; forge "S 17000000000"; } > j3
    run -116 quiver batch --resume -o out2 --journal j3 c
    [[ "$output" == *"the journal speaks of entries beyond the end of the input"* ]]
    run -0 quiver batch --resume -o out2 --journal j2 c
    [[ "$output" == *"20 done before"* ]]
}
