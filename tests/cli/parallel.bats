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
