# What a batch does when a server asks for a pause: RateLimit and Retry-After.

bats_require_minimum_version 1.5.0
load helper
load batch

# start_limited: a server with a quota; $L is its URL, $LOG what it was asked.
start_limited() {
    "$PYTHON" "$HERE/limits_server.py" "$BATS_TEST_TMPDIR" 3>&- &
    LIMITED_PID=$!
    within 60 of $! test -s limits.port
    L=http://127.0.0.1:$(cat limits.port)
    LOG=$BATS_TEST_TMPDIR/limits.log
}

setup() {
    enter_folder
    start_limited
    start_peer
}

teardown() {
    kill "$LIMITED_PID" "$PEER_PID" 2>/dev/null || true
}

@test "a quota that is used up stops all entries of the server, and no other" {
    printf '%s\n' "$L/quota/2" "$L/a" "$L/b" "$PEER/bytes/1" "$PEER/bytes/2" >urls
    run batch -s -j 1 -o out urls
    [ "$status" -eq 0 ]
    # The peer's, which come behind, did not wait.
    [ "$(field out 'r["url"].rsplit("/", 2)[1:]' | head -n 3 | paste -sd' ')" = "['quota', '2'] ['bytes', '1'] ['bytes', '2']" ]
    # Seconds of a quota are whole.
    [ "$(awk 'NR == 2 { print $1 }' "$LOG")" -ge 1990 ]
    [ "$(wc -l <"$LOG")" -eq 3 ]
}

@test "Retry-After of a 429 does the same, and the entry has had its answer" {
    printf '%s\n' "$L/busy/2" "$L/a" >urls
    run batch -s -j 1 --ordered -o out urls
    [ "$status" -eq 0 ]
    [ "$(field out '(r["response_code"], len(r["retries"]))' | paste -sd' ')" = "(429, 0) (200, 0)" ]
    [ "$(awk 'NR == 2 { print $1 }' "$LOG")" -ge 1990 ]
}

@test "--ignore-limits goes on, and so does fetch without --retry" {
    printf '%s\n' "$L/quota/3600" "$L/a" "$L/busy/3600" "$L/b" >urls
    run batch -s -j 1 --ordered --ignore-limits -o out urls
    [ "$status" -eq 0 ]
    [ "$(wc -l <out)" -eq 4 ]
    kill "$LIMITED_PID"
    rm limits.port
    start_limited
    run quiver -q -sS -o /dev/null -o /dev/null "$L/quota/3600" "$L/a"
    [ "$status" -eq 0 ]
}

# statuses FILE: how many of each there are.
statuses() {
    field "$1" 'r["response_code"]' | sort | uniq -c | tr -s ' \n' ' '
}

@test "more than a quota has left are not started, and so nobody is turned away" {
    local kind i jobs
    for kind in window policy; do
        for ((i = 0; i < 15; i++)); do
            echo "$L/$kind/6/1"
        done >urls
        # Where only the policy is told, it is not known when a window began: what
        # is slow to be answered may count in the next one.
        jobs=5
        [ "$kind" = window ] || jobs=1
        run batch -s -j "$jobs" -o "out.$kind" urls
        [ "$status" -eq 0 ]
        [ "$(statuses "out.$kind")" = ' 15 200 ' ]
    done
    # Who does not heed it is.
    run batch -s -j 5 --ignore-limits -o out urls
    [[ "$(statuses out)" == *429* ]]
}
