#!/usr/bin/env bats
# -Z: several transfers at the same time.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_peer
}

teardown_file() {
    stop_peer
}

setup() {
    enter_folder
}

@test "transfers run at the same time and their output is not mixed" {
    "$QUIVER" -sS -Z "$PEER/hold/a" "$PEER/hold/b" "$PEER/hold/c" > all &
    local pid=$!
    # All must be running before any can end.
    for name in c b a; do
        quiver -sS -o /dev/null "$PEER/release/$name"
    done
    wait "$pid"
    [ "$(wc -l < all)" -eq 6 ]
    # Each begin is followed by its own end.
    [ "$(paste -d' ' - - < all | sort | paste -sd,)" = \
        "a-begin a-end,b-begin b-end,c-begin c-end" ]
}

@test "what a finished transfer printed waits for the one that streams" {
    "$QUIVER" -sS -Z "$PEER/hold/first" "$PEER/bytes/1000" -w '\n%{urlnum}\n' > all &
    local pid=$!
    within 60 of $! grep -q -e first-begin -e xxx all
    quiver -sS -o /dev/null "$PEER/release/first"
    wait "$pid"
    [ "$(grep -c '^[01]$' all)" -eq 2 ]
    grep -A1 first-begin all | grep -q first-end
}

@test "more URLs than --parallel-max all arrive" {
    quiver -sS -Z -j 3 "$PEER/bytes/[1-40]" -o 'f#1'
    [ "$(ls | wc -l)" -eq 40 ]
    [ "$(cat f* | wc -c)" -eq 820 ]
}

@test "large bodies of many transfers stay whole" {
    quiver -sS -Z "$PEER/bytes/{700000,700001,700002,700003}" > all
    [ "$(stat -c %s all)" -eq 2800006 ]
}

@test "a reader that stands still does not hold up other transfers" {
    # The reader begins to read when the other file is there.
    timeout 90 "$QUIVER" -sS -Z -o - "$PEER/bytes/3000000" -o file "$PEER/bytes/2000000" |
        (until [ -e file ]; do sleep 0.02; done; cat > all)
    [ "$(stat -c %s file)" -eq 2000000 ]
    [ "$(stat -c %s all)" -eq 3000000 ]
}

@test "one that fails does not stop the others" {
    run quiver -s -Z "$PEER/cut" "$PEER/bytes/[1-5]" -o 'cut' -o 'f#1'
    [ "$status" -eq 18 ]
    [ "$(names_in .)" = "f1 f2 f3 f4 f5" ]
}

@test "interrupting several removes all that was begun" {
    "$QUIVER" -sS -Z "$PEER/hold/{x,y,z}" -o '#1' 3>&- &
    local pid=$!
    within 60 of $! bash -c '[ "$(ls -A | grep -c part)" -eq 3 ]'
    kill -TERM "$pid"
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq 143 ]
    [ -z "$(names_in .)" ]
}

@test "URLs of one host in a row share a connection" {
    run quiver -sS -o /dev/null "$PEER/bytes/[1-3]" -o /dev/null -w '%{num_connects} '
    [ "$status" -eq 0 ]
    quiver -sS "$PEER/bytes/[1-3]" -o 'n#1' -w '%{num_connects} ' > connects
    [ "$(cat connects)" = "1 0 0 " ]
}

@test "an error names the URL that it is of, without its secrets" {
    run --separate-stderr quiver -sS -f -Z -o /dev/null "${PEER/\/\///me:hush@}/status/40{3,4}?q=1#f"
    [ "$(sort <<< "$stderr" | paste -sd,)" = "quiver: (22) $PEER/status/403?q=1: The requested URL returned error: 403,quiver: (22) $PEER/status/404?q=1: The requested URL returned error: 404" ]
    run --separate-stderr quiver --no-progress-meter -Z --retry 1 --retry-delay 0.01 -o /dev/null "$PEER/status/503"
    [ "$stderr" = "quiver: $PEER/status/503: the answer was 503; trying again in 0.01 s (1 left)" ]
}

@test "the order of the output is that of the URLs, whichever answers first" {
    : > over
    "$QUIVER" -sS -Z "$PEER/held/late" "$PEER/bytes/{10,11}" \
        -w '\n%output{>>over}%{size_download}\n' > all &
    local pid=$!
    within 60 of $pid grep -qx 10 over
    within 60 of $pid grep -qx 11 over
    [ ! -s all ]
    "$QUIVER" -sS "$PEER/hold/late" > /dev/null &
    wait "$pid"
    quiver -sS -o /dev/null "$PEER/release/late"
    wait $!
    [ "$(grep . all | paste -sd' ')" = "held xxxxxxxxxx xxxxxxxxxxx" ]
}

@test "one that is tried again gives its turn to those that take its place" {
    timeout 60 "$QUIVER" --no-progress-meter -Z -j 1 --retry 1 --retry-delay 0.01 \
        "$PEER/flaky/turn" "$PEER/bytes/{2000000,2000001}" > all 2> said
    [ "$(tr -cd x < all | head -c 4000001 | wc -c)" -eq 4000001 ]
    grep -q "GET /flaky/turn" all
    grep -q "trying again" said
}

@test "one that is redirected gives its turn to those that take its connection" {
    timeout 60 "$QUIVER" -sS -Z -L --parallel-max-host 1 \
        "$PEER/redirect" "$PEER/bytes/{2000000,2000001}" > all
    [ "$(tr -cd x < all | head -c 4000001 | wc -c)" -eq 4000001 ]
    grep -q "GET /echo" all
}

@test "--parallel-output done writes each whole, in the order in which they end" {
    "$QUIVER" -sS -Z --parallel-output done "$PEER/hold/d{1,2,3}" > all &
    local pid=$! name
    for name in d3 d1 d2; do
        quiver -sS -o /dev/null "$PEER/release/$name"
        within 60 of $pid grep -q "$name-end" all
    done
    wait "$pid"
    [ "$(paste -sd' ' all)" = "d3-begin d3-end d1-begin d1-end d2-begin d2-end" ]
}

@test "--parallel-output done: what cannot be held streams, and nothing goes between" {
    "$QUIVER" -sS -Z --parallel-output done "$PEER/hold/e1" "$PEER/bytes/3000000" "$PEER/hold/e2" -w '\n' > all &
    local pid=$!
    within 60 of $pid bash -c '[ "$(stat -c %s all)" -ge 3000001 ]'
    quiver -sS -o /dev/null "$PEER/release/e2"
    within 60 of $pid grep -q e2-end all
    quiver -sS -o /dev/null "$PEER/release/e1"
    wait "$pid"
    [ "$(head -c 3000000 all | tr -d x)" = "" ]
    [ "$(tail -c +3000001 all | grep . | paste -sd' ')" = "e2-begin e2-end e1-begin e1-end" ]
}

@test "large bodies take no more memory, in whatever order they are written" {
    local mode
    for mode in ordered done raw; do
        python3 - "$QUIVER" -sS -Z --parallel-output $mode "$PEER/bytes/3000000[1-8]" > size <<'EOF'
import resource, subprocess, sys
p = subprocess.run(["sh", "-c", '"$@" | wc -c', "sh", *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
EOF
        [ "$(head -n 1 size)" -eq 240000036 ]
        # KiB: of eight times 30 MB
        [ "$(tail -n 1 size)" -lt 60000 ]
    done
}

@test "--parallel-output raw writes what comes" {
    "$QUIVER" -sS -Z --parallel-output raw "$PEER/hold/r1" "$PEER/hold/r2" > all &
    local pid=$!
    within 60 of $pid grep -q r1-begin all
    within 60 of $pid grep -q r2-begin all
    quiver -sS -o /dev/null "$PEER/release/r1"
    within 60 of $pid grep -q r1-end all
    quiver -sS -o /dev/null "$PEER/release/r2"
    wait "$pid"
    [ "$(sort all | paste -sd' ')" = "r1-begin r1-end r2-begin r2-end" ]
    [ "$(tail -n 2 all | paste -sd' ')" = "r1-end r2-end" ]
}

@test "--parallel-output changes nothing without -Z" {
    "$QUIVER" -sS --parallel-output done "$PEER/hold/alone" "$PEER/bytes/10" > all &
    local pid=$!
    within 60 of $pid grep -q alone-begin all
    quiver -sS -o /dev/null "$PEER/release/alone"
    wait "$pid"
    [ "$(paste -sd' ' all)" = "alone-begin alone-end xxxxxxxxxx" ]
}

@test "a wrong --parallel-output is said, with what was meant" {
    run --separate-stderr quiver -Z --parallel-output odrered "$PEER/bytes/1"
    [ "$status" -eq 2 ]
    [ "${stderr_lines[0]}" = "quiver: (2) option --parallel-output: 'odrered' is none of ordered, done, raw; did you mean ordered?" ]
}
