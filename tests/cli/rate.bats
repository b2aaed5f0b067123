#!/usr/bin/env bats
# --rate and --origin-rate, as the server sees them: no request comes before its
# slot.  A time of the server is never before the start that it tells of, so this
# holds however busy the machine is.  That the slots are used, and evenly, is seen in
# tests/unit/client/admission_test.c, where the test moves the clock.

bats_require_minimum_version 1.5.0
load helper
load gauge

setup_file() {
    start_gauges
}

teardown_file() {
    stop_nursery
}

setup() {
    enter_folder
    start_gauge A
}

teardown() {
    end_nurslings
}

# begin URL: what is asked for now comes before the first slot of the run.
begin() {
    quiver -sS "$1/ok/begin" -o /dev/null
}

# none_early RATE NUMBER FILE: NUMBER requests came after the first of the log FILE,
# the k-th of them not before k slots of RATE a second have passed.
none_early() {
    awk -v rate="$1" -v number="$2" '
        NR == 1 { begin = $1; next }
        $1 < begin + (NR - 2) / rate - 0.0001 {
            print "request " NR - 1 " came " $1 - begin " s after the beginning"
            early++
        }
        END {
            if (NR - 1 != number)
                print NR - 1 " requests came"
            exit early || NR - 1 != number
        }' "$3"
}

@test "requests begin at the rate that is asked for, with -Z" {
    begin "$A"
    quiver -sS -Z --rate 200/s "$A/ok/[1-400]" -o /dev/null
    none_early 200 400 "$A_LOG"
}

@test "one after the other they keep the rate too" {
    begin "$A"
    quiver -sS --rate 50/s "$A/ok/[1-50]" -o /dev/null
    none_early 50 50 "$A_LOG"
}

@test "the rate is for all that is sent, redirects and tries too" {
    begin "$A"
    quiver -sS -L -Z --rate 40/s "$A/moved/302?[1-20]" -o /dev/null
    none_early 40 40 "$A_LOG"
}

@test "each origin has its own rate" {
    start_gauge B
    begin "$A"
    begin "$B"
    quiver -sS -Z --origin-rate 20/s "$A/ok/[1-20]" "$B/ok/[1-20]" "$A/ok/[21-40]" "$B/ok/[21-40]" -o /dev/null -o /dev/null -o /dev/null -o /dev/null
    none_early 20 40 "$A_LOG"
    none_early 20 40 "$B_LOG"
}

@test "a rate of all and one of each origin hold together" {
    start_gauge B
    begin "$A"
    begin "$B"
    quiver -sS -Z --rate 30/s --origin-rate 20/s "$A/ok/[1-30]" "$B/ok/[1-30]" -o /dev/null -o /dev/null
    none_early 20 30 "$A_LOG"
    none_early 20 30 "$B_LOG"
    { grep /begin "$A_LOG"; cat "$A_LOG" "$B_LOG" | grep -v /begin | sort -n; } > all
    none_early 30 60 all
}

@test "a batch keeps the rate" {
    seq -f "$A/ok/%g" 100 > urls
    begin "$A"
    quiver batch -q --rate 100/s urls -o /dev/null
    none_early 100 100 "$A_LOG"
}

@test "a rate has a number and a unit" {
    for rate in 0/s 5/x /s 5/ -1/s 5/0s 1.5/s many ''; do
        run quiver -sS --rate "$rate" http://127.0.0.1:1/
        [ "$status" -eq 2 ]
        [[ "$output" == *"is not a rate such as 5/s"* ]]
    done
    for rate in 100000/s 600000/m 9999999/h 999999999/d 500000/15s 999999999; do
        quiver -sS --rate "$rate" "$A/ok/x" -o /dev/null
    done
}
