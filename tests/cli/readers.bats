#!/usr/bin/env bats
# Readers that stand still, or are not there yet: nobody else waits for them, and two
# signals end the program.

load helper
load batch
bats_require_minimum_version 1.5.0

setup_file() {
    start_peer
}

teardown_file() {
    stop_peer
}

setup() {
    enter_folder
}

# held NAME: /hold/NAME has begun.  release NAME: it may end.
held() {
    quiver -sS -o /dev/null "$PEER/held/$1"
}

release() {
    quiver -sS -o /dev/null "$PEER/release/$1"
}

# stopped NAME: a pipe NAME that somebody has open, is full, and does not read.
stopped() {
    mkfifo "$1"
    exec 8<> "$1"
    "$PYTHON" -c 'import os
fd = os.dup(8)
os.set_blocking(fd, False)
try:
    while True:
        os.write(fd, b"x" * 4096)
except BlockingIOError:
    os.set_blocking(fd, True)'
}

# in_background COMMAND: PID. Its standard error is err, if it is not sent elsewhere.
in_background() {
    "$@" 3>&- 8>&- &
    PID=$!
}

ends_with() {
    local status=0
    wait "$PID" || status=$?
    [ "$status" -eq "$1" ] || { echo "status $status"; return 1; }
}

no_part() {
    [[ " $(find . -name '*.part') " == "  " ]]
}

a_part() {
    ! no_part
}

# ---- signals ----

# Each of the places where the reader of a batch may stand still, and two signals.
stop_batch() {
    local name=$1
    shift
    { echo "$PEER/bytes/5"; echo "$PEER/hold/$name"; yes "$PEER/bytes/1" | head -n 10; } > list
    in_background "$@"
    held "$name"
    kill -TERM "$PID"
    within 60 is_draining
    kill -TERM "$PID"
    ends_with "${EXPECTED:-143}"
    release "$name"
    no_part
}

# The input is read no more, and that took a turn of the loop.
is_draining() {
    ! ls -l "/proc/$PID/fd" | grep -q ' list$\|/list$'
}

@test "two signals end a batch whose records nobody reads" {
    stopped pipe
    stop_batch records bash -c 'exec "$0" "$@" > pipe 2> err' "$QUIVER" batch -j 1 --format urls list
}

@test "two signals end a batch whose messages nobody reads" {
    stopped pipe
    stop_batch messages bash -c 'exec "$0" "$@" > out 2> pipe' "$QUIVER" batch -v -j 1 --format urls list
    [ "$(field out 'r["line"]')" = 1 ]
}

@test "two signals end a batch whose events nobody reads" {
    stopped pipe
    stop_batch events bash -c 'exec "$0" "$@" > out 2> err' "$QUIVER" batch --trace-events pipe -j 1 --format urls list
    [ "$(field out 'r["line"]')" = 1 ]
    grep -q 'events were not written' err
}

@test "two signals end a batch whose statistics, metrics and summary nobody reads" {
    local option
    for option in stats-out metrics summary-out; do
        stopped "$option"
        stop_batch "$option" bash -c 'exec "$0" "$@" > out 2> err' "$QUIVER" batch "--$option" "$option" -j 1 --format urls list
        [ "$(field out 'r["line"]')" = 1 ]
    done
}

@test "two signals end a batch whose bodies nobody reads" {
    stopped pipe
    printf '{"id":%d,"url":"%s","output":"%s"}\n' 1 "$PEER/bytes/9000000" pipe 2 "$PEER/hold/bodies" held > list
    in_background bash -c 'exec "$0" "$@" > out 2> err' "$QUIVER" batch list
    held bodies
    kill -TERM "$PID"
    within 60 grep -q 'on their way' err
    kill -TERM "$PID"
    ends_with 143
    release bodies
    no_part
    [ ! -s out ]
}

@test "two signals leave a journal whole, whoever does not read" {
    stopped pipe
    EXPECTED=111 stop_batch journal bash -c 'exec "$0" "$@" 2> pipe' "$QUIVER" batch -v --trace-events events -o res -j 1 --format urls list
    [ "$(field res 'r["line"]')" = 1 ]
    batch -s --resume -j 1 -o res --format urls list
    [ "$(field res 'r["line"]' | sort -n | paste -sd,)" = "$(seq 12 | paste -sd,)" ]
}

# stop_fetch: one signal stops it, the second ends the wait for the reader.
stop_fetch() {
    local name=$1
    shift
    in_background "$@"
    held "$name"
    within 60 a_part # two signals that are sent at once are one
    kill -TERM "$PID"
    within 60 no_part
    kill -TERM "$PID" 2> /dev/null || true
    ends_with 143
    release "$name"
    [ ! -e file ]
}

@test "two signals end a fetch of which nobody reads anything" {
    stopped pipe
    stop_fetch out bash -c 'exec "$0" "$@" > pipe 2> err' "$QUIVER" -Z "$PEER/bytes/9000000" "$PEER/hold/out" -o - -o file
    stop_fetch err bash -c 'exec "$0" "$@" > out 2> pipe' "$QUIVER" -vZ "$PEER/bytes/9" "$PEER/hold/err" -o null -o file
    stop_fetch trace "$QUIVER" -sZ --trace-events pipe "$PEER/bytes/9" "$PEER/hold/trace" -o null -o file
    stop_fetch heads "$QUIVER" -sZ -D pipe "$PEER/bytes/9" "$PEER/hold/heads" -o null -o file
    stop_fetch words "$QUIVER" -sZ -w '%output{pipe}%{url}\n' "$PEER/bytes/9" "$PEER/hold/words" -o null -o file
    stop_fetch body "$QUIVER" -sZ "$PEER/bytes/9000000" "$PEER/hold/body" -o pipe -o file
    stop_fetch sums "$QUIVER" -sZ --stats-out pipe "$PEER/bytes/9" "$PEER/hold/sums" -o null -o file
    stop_fetch numbers "$QUIVER" -sZ --metrics pipe "$PEER/bytes/9" "$PEER/hold/numbers" -o null -o file
}

@test "two signals end a fetch from pipes that nobody has opened" {
    mkfifo a b c d e
    stop_fetch absent "$QUIVER" -sZ -D a --trace-events b -w '%output{c}x' --metrics e \
        "$PEER/bytes/9" "$PEER/hold/absent" -o d -o file
}

@test "two signals end a server whose log nobody reads" {
    local port n
    for n in drained hanging; do
        mkfifo "$n"
        exec 8<> "$n"
        in_background bash -c 'log=$1; shift; exec "$0" "$@" > "$log" 2> err' "$QUIVER" "$n" \
            serve --no-tls --plain-port 0 --log text .
        read -r -u 8 line
        port=${line#http://localhost:}
        port=${port%% *}
        # More than the pipe takes.
        quiver -s -Z --out-null "http://localhost:$port/$(printf 'a%.0s' {1..900})?[1-200]" 8>&- || true
        if [ "$n" = hanging ]; then
            "$QUIVER" -s -N "http://localhost:$port/drip?bytes=10000&ms=600000" > dripped 2>&1 3>&- 8>&- &
            client=$!
            within 60 of $! test -s dripped
        fi
        kill -TERM "$PID"
        within 60 does_not_listen "$port"
        kill -TERM "$PID" 2> /dev/null || true
        ends_with 143
        exec 8>&-
        [ "$n" = drained ] || ! wait "$client"
    done
}

does_not_listen() {
    ! (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# ---- the others go on, and nothing is lost ----

# read_all NAME: reads the pipe NAME into NAME.read until its writers have gone; READER.
read_all() {
    cat < "$1" > "$1.read" 3>&- &
    READER=$!
}

@test "pipes that nobody has opened hold up no other transfer, and get everything in the end" {
    mkfifo heads words body events sums numbers
    in_background "$QUIVER" -sS -Z -D heads -w '%output{words}%{url}\n' --trace-events events \
        --stats-out sums --metrics numbers "$PEER/bytes/3000000" -o body "$PEER/bytes/[1-50]" -o 'file#1'
    within 60 test -e file50
    kill -0 "$PID"
    local name readers=()
    for name in heads words body events sums numbers; do
        read_all "$name"
        readers+=("$READER")
    done
    ends_with 0
    wait "${readers[@]}"
    [ "$(stat -c %s body.read)" -eq 3000000 ]
    [ "$(grep -c '^HTTP/1.1 200' heads.read)" -eq 51 ]
    [ "$(sort -u words.read | grep -c "^$PEER/bytes/")" -eq 51 ]
    [ "$(grep -c quiver.request.stop events.read)" -eq 51 ]
    grep -q '"done":51' sums.read
    grep -q '^quiver_' numbers.read
}

@test "a pipe whose reader stops holds back its own transfer alone" {
    stopped pipe
    in_background "$QUIVER" -sS -Z "$PEER/bytes/3000000" -o pipe "$PEER/bytes/[1-50]" -o 'file#1'
    within 60 test -e file50
    kill -0 "$PID"
    # What has filled it, and the body.
    head -c $((65536 + 3000000)) <&8 > read
    exec 8>&-
    ends_with 0
    cmp <(tail -c 3000000 read) <(quiver -s "$PEER/bytes/3000000")
}

@test "bodies of a batch into a pipe come whole, and hold up no other entry" {
    mkfifo pipe
    { printf '{"url":"%s","output":"pipe"}\n' "$PEER/bytes/3000000"
      for n in {1..50}; do printf '{"url":"%s"}\n' "$PEER/bytes/$n"; done; } > list
    in_background bash -c 'exec "$0" "$@" > out' "$QUIVER" batch -s list
    within 60 has_records 50
    read_all pipe
    ends_with 0
    wait "$READER"
    [ "$(stat -c %s pipe.read)" -eq 3000000 ]
    [ "$(wc -l < out)" -eq 51 ]
}

has_records() {
    [ "$(wc -l < out)" -eq "$1" ]
}

@test "records go to a pipe once somebody reads there" {
    mkfifo pipe
    yes "$PEER/bytes/1" | head -n 300 > list
    in_background "$QUIVER" batch -s --format urls -o pipe --trace-events events list
    within 60 grep -q quiver.request.stop events
    read_all pipe
    ends_with 0
    wait "$READER"
    [ "$(field pipe.read 'r["exitcode"]' | wc -l)" -eq 300 ]
}

@test "a reader that leaves a pipe of -o is exit 23, and stops no other transfer" {
    mkfifo pipe
    head -c 10 < pipe > read 3>&- &
    run -23 "$QUIVER" -sS -Z "$PEER/bytes/3000000" -o pipe "$PEER/bytes/[1-5]" -o 'file#1'
    wait $!
    [ -e file5 ]
    [ "$(stat -c %s read)" -eq 10 ]
}
