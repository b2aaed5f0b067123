#!/usr/bin/env bats
# batch: how it is stopped, and how it goes on.

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

# start_batch ARGUMENTS: in the background, PID.
start_batch() {
    "$QUIVER" batch "$@" > out 2> err 3>&- &
    PID=$!
}

ends_with() {
    local status=0
    wait "$PID" || status=$?
    [ "$status" -eq "$1" ]
}

@test "what was begun is finished, the rest is left and counted" {
    { echo "$PEER/hold/drain"; yes "$PEER/bytes/1" | head -n 100; } > list
    start_batch -j 1 --format urls list
    held drain
    kill -TERM "$PID"
    within 60 grep -q 'waiting for 1 request on its way' err
    release drain
    ends_with 143
    [ "$(field out 'r["line"], r["exitcode"]')" = "(1, 0)" ]
    grep -q 'stopped, 100 left' err
}

@test "what rests between two tries is left too, and a resumed run may send it" {
    echo "{\"id\":\"rests\",\"url\":\"$PEER/busy/rests\",\"method\":\"POST\",\"body\":\"x\"}" > list
    echo "{\"id\":\"runs\",\"url\":\"$PEER/hold/runs\"}" >> list
    start_batch --retry 9 --retry-delay 1000 -o res --trace-events events list
    held rests
    held runs
    within 60 grep -q '"quiver.request.retry"' events
    kill -TERM "$PID"
    within 60 grep -q 'waiting for 1 request on its way' err
    release runs
    ends_with 111
    [ "$(field res 'r["id"], r["exitcode"]')" = "('runs', 0)" ]
    grep -q 'stopped, 1 left' err
    release rests
    batch --resume --retry 9 --retry-delay 1000 -o res list 2> err
    grep -q '1 done: 1 ok, 0 failed, 1 done before' err
    [ "$(field res 'r["id"], r["response_code"]' | tail -n 1)" = "('rests', 200)" ]
}

@test "what comes to rest after the signal is left as well" {
    { echo "$PEER/busy/later"; echo "$PEER/half/later"; } > list
    start_batch --retry 9 --retry-delay 1000 --format urls list
    held later
    kill -TERM "$PID"
    within 60 grep -q 'on its way' err
    release later
    ends_with 143
    [ ! -s out ]
    grep -q 'stopped, 2 left' err
}

@test "--ordered goes on with what rests before something that is kept" {
    { echo "$PEER/busy/before"; echo "$PEER/hold/after"; echo "$PEER/busy/behind"; } > list
    start_batch --ordered --retry 9999 --retry-delay 0.05 --format urls list
    held before
    held after
    held behind
    kill -TERM "$PID"
    within 60 grep -q 'on .* way' err
    release after
    release before
    ends_with 143
    [ "$(field out 'r["line"], r["response_code"]' | paste -sd' ')" = "(1, 200) (2, 200)" ]
    grep -q 'stopped, 1 left' err
}

@test "an interrupt from the keyboard is 130" {
    { echo "$PEER/hold/int"; yes "$PEER/bytes/1" | head -n 10; } > list
    # A shell's background jobs ignore it, so another parent starts this one.
    "$PYTHON" - "$QUIVER" batch -j 1 --format urls list > out 2> err 3>&- <<-'END' &
	import os, signal, sys
	signal.signal(signal.SIGINT, signal.default_int_handler)
	open("pid", "w").write(str(os.getpid()))
	os.execv(sys.argv[1], sys.argv[1:])
	END
    PID=$!
    held int
    kill -INT "$PID"
    within 60 grep -q 'on its way' err
    release int
    ends_with 130
    [ "$(wc -l < out)" -eq 1 ]
}

@test "the second signal ends it at once, without half a line" {
    { echo "$PEER/bytes/5"; echo "$PEER/hold/kill"; } > list
    start_batch --format urls list
    within 60 test -s out
    held kill
    kill -TERM "$PID"
    within 60 grep -q 'on its way' err
    kill -TERM "$PID"
    ends_with 143
    [ "$(field out 'r["line"]')" = 1 ]
    release kill
}

@test "a signal when all has been begun changes nothing but the last line" {
    echo "$PEER/hold/last" > list
    start_batch --format urls list
    held last
    kill -TERM "$PID"
    within 60 grep -q 'on its way' err
    release last
    ends_with 0
    [ "$(field out 'r["exitcode"]')" = 0 ]
}

@test "with a journal the exit is 111, and the command that it prints goes on" {
    { echo "$PEER/hold/go on"; for n in $(seq 2 20); do echo "$PEER/bytes/$n"; done; } |
        sed 's/ /-/' > "my list"
    start_batch -j 1 -o res.jsonl --format urls "my list"
    held go-on
    kill -TERM "$PID"
    within 60 grep -q 'on its way' err
    release go-on
    ends_with 111
    [ "$(field res.jsonl 'r["line"]')" = 1 ]
    command=$(sed -n 's/^quiver: to go on: //p' err)
    [ "$command" = "quiver batch --resume -j 1 -o res.jsonl --format urls 'my list'" ]
    eval "$command" 2> err
    grep -q '19 done: 19 ok, 0 failed, 1 done before' err
    [ "$(field res.jsonl 'r["line"]' | sort -n | paste -sd,)" = "$(seq 20 | paste -sd,)" ]
    # Once more: nothing is left to do.
    batch --resume -j 1 -o res.jsonl --format urls "my list" 2> err
    grep -q '0 done: 0 ok, 0 failed, 20 done before' err
    [ "$(wc -l < res.jsonl)" -eq 20 ]
}

@test "a secret is not in the command that goes on" {
    { echo "$PEER/hold/secret"; echo "$PEER/bytes/1"; } > list
    start_batch -j 1 -u me:hush -o res --format urls list
    held secret
    kill -TERM "$PID"
    within 60 grep -q 'on its way' err
    release secret
    ends_with 111
    grep -q 'to go on: .* -u \.\.\. ' err
    run ! grep -q hush err
}

@test "after kill -9 only what may be repeated is sent again" {
    cat > list <<-END
	{"id":"get","url":"$PEER/hold/get"}
	{"id":"post","url":"$PEER/hold/post","body":"x"}
	{"id":"bytes","url":"$PEER/bytes/1"}
	END
    start_batch -o res list
    held get
    held post
    within 60 test -s res
    kill -KILL "$PID"
    wait "$PID" || true
    release get
    release post
    run -110 quiver batch -s --resume -o res list
    [ "$(field res 'r["id"], r["exitcode"], (r["error"] or {}).get("name")' | sort)" = \
        "('bytes', 0, None)
('get', 0, None)
('post', 56, 'unknown_outcome')" ]
}

@test "--resume-unsafe sends what may have been sent" {
    echo "{\"id\":\"post\",\"url\":\"$PEER/hold/unsafe\",\"body\":\"x\"}" > list
    start_batch -o res list
    held unsafe
    kill -KILL "$PID"
    wait "$PID" || true
    release unsafe
    batch -s --resume-unsafe -o res list
    [ "$(field res 'r["id"], r["exitcode"]')" = "('post', 0)" ]
}

@test "a journal that nobody asked for goes with the last entry" {
    echo "$PEER/bytes/1" > list
    batch -s -o res --format urls list
    [ "$(names_in .)" = "list res" ]
    batch -s -o res --format urls list
    [ "$(wc -l < res)" -eq 1 ]
    batch -s --journal j -o res2 --format urls list
    [ -s j ]
    # It belongs to another run: nothing is touched.
    run -116 quiver batch -s -S --journal j -o res2 --format urls list
    [[ "$output" == *"(116)"*"--resume"* ]]
    [ "$(wc -l < res2)" -eq 1 ]
    echo "$PEER/bytes/2" >> list
    run -116 quiver batch -s -S --resume --journal j -o res2 --format urls list
    batch -s --no-journal -o res3 --format urls list
    [ ! -e res3.journal ]
}

@test "--ordered stays in order over a stop and a resumed run" {
    printf '%s\n' "$PEER/bytes/1" "$PEER/hold/first" "$PEER/bytes/3" "$PEER/hold/fourth" > list
    for n in $(seq 5 40); do echo "$PEER/bytes/$n"; done >> list
    start_batch -j 2 --ordered -o res --format urls list
    held first
    held fourth
    kill -TERM "$PID"
    within 60 grep -q 'on their way' err
    release fourth
    release first
    ends_with 111
    [ "$(field res 'r["line"]' | paste -sd,)" = 1,2,3,4 ]
    batch -s --resume --ordered -j 2 -o res --format urls list
    [ "$(field res 'r["line"]' | paste -sd,)" = "$(seq 40 | paste -sd,)" ]
}

@test "standard input is resumed from its spool" {
    { echo "$PEER/hold/spool"; echo "$PEER/bytes/2"; echo "$PEER/bytes/3"; } > list
    "$QUIVER" batch -j 1 --spool kept -o res --format urls - < list 2> err 3>&- &
    PID=$!
    held spool
    kill -TERM "$PID"
    within 60 grep -q 'on its way' err
    release spool
    ends_with 111
    batch -s --resume -j 1 --spool kept -o res --format urls - < /dev/null
    [ "$(field res 'r["line"]' | sort -n | paste -sd,)" = 1,2,3 ]
}

@test "stopped before a slow reader, the last line that it gets is whole" {
    yes "$PEER/bytes/3000" | head -n 5000 > list
    mkfifo pipe
    exec 8<> pipe
    "$QUIVER" batch --format urls list > pipe 2> err 3>&- 8>&- &
    PID=$!
    within 60 of $! has_filled
    kill -TERM "$PID"
    within 60 grep -q 'once more stops' err
    kill -TERM "$PID"
    cat < pipe > lines 3>&- 8>&- &
    local reader=$!
    ends_with 143
    exec 8>&-
    wait "$reader"
    [ "$(wc -l < lines)" -ge 1 ]
    [ "$(field lines 'r["response_code"]' | sort -u)" = 200 ]
}

@test "a pipe named by -o that nobody reads does not keep signals out" {
    yes "$PEER/bytes/100000" | head -n 200 > list
    mkfifo pipe
    exec 8<> pipe
    start_batch -o pipe list
    within 60 has_filled
    kill -TERM "$PID"
    within 60 grep -q 'once more stops' err
    kill -TERM "$PID"
    ends_with 143
    exec 8>&-
}

# The pipe holds as much as it can.
has_filled() {
    "$PYTHON" -c 'import array, fcntl, sys, termios
held = array.array("i", [0])
fcntl.ioctl(8, termios.FIONREAD, held)
sys.exit(held[0] < 60000)'
}

@test "records that wait for an earlier one are bounded when they are large" {
    {
        echo "$PEER/hold/head"
        yes "$PEER/bytes/300000" | head -n 1000
    } > list
    start_batch --ordered -j 5 list
    held head
    within 60 is_quiet
    release head
    ends_with 0
    [ "$(wc -l < out)" -eq 1001 ]
    # How many began while the first one was held.
    [ "$("$PYTHON" -c 'import datetime, json
all = [json.loads(line) for line in open("out")]
began = [datetime.datetime.fromisoformat(r["started"][:-1]) for r in all]
end = began[0] + datetime.timedelta(seconds=all[0]["time_total"])
print(sum(b < end for b in began) < 200)')" = True ]
}

# Neither it nor the server has anything to do: all of their threads sleep, and none was
# awake between two looks.
is_quiet() {
    local before after
    before=$(asleep) && after=$(asleep) && [ "$before" = "$after" ]
}

# How often each thread fell asleep; fails when one is awake.
asleep() {
    awk '/^State:/ && $2 != "S" { exit 1 }
        /^voluntary_ctxt_switches:/ { print FILENAME, $2 }' /proc/{"$PID","$PEER_PID"}/task/*/status 2>/dev/null
}

# No byte of them goes over a wire: nothing but timers and tasks is left to do.
@test "a signal ends a batch of nothing but bad lines" {
    "$QUIVER" batch --format urls - < <(yes 'bad://x/') > out 2> err 3>&- &
    PID=$!
    within 60 of $! test -s out
    kill -TERM "$PID"
    ends_with 143
}

@test "a signal ends a fetch of nothing but bad URLs" {
    "$QUIVER" 'bad://x/[1-100000000]' 2> err 3>&- &
    PID=$!
    within 60 of $! test -s err
    kill -TERM "$PID"
    ends_with 143
}
