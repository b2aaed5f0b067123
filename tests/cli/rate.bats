#!/usr/bin/env bats
# --rate and --origin-rate, measured by the server.

bats_require_minimum_version 1.5.0
load helper
load gauge

setup() {
    enter_folder
    start_gauge A
}

teardown() {
    stop_gauges
}

# within_rate RATE COMMAND: never faster than 5 % above; within 5 % in one of
# three runs at least, since a busy machine may stand still for a moment.
within_rate() {
    local rate=$1 measured i
    shift
    for i in 1 2 3; do
        : > "$A_LOG"
        "$@"
        measured=$(rate_in "$A_LOG")
        between 0 "$(awk "BEGIN { print $rate * 1.05 }")" "$measured" || return 1
        if between "$(awk "BEGIN { print $rate * 0.95 }")" 1000000 "$measured"; then
            return 0
        fi
    done
    return 1
}

@test "requests begin at the rate that is asked for, with -Z" {
    within_rate 200 quiver -sS -Z --rate 200/s "$A/ok/[1-400]" -o /dev/null
    # Evenly: in no fifth of a second half more than its part.
    awk '{ n[int($1 * 5)]++ } END { for (i in n) if (n[i] > 60) exit 1 }' "$A_LOG"
}

@test "one after the other they keep the rate too" {
    within_rate 50 quiver -sS --rate 50/s "$A/ok/[1-50]" -o /dev/null
}

@test "the rate is for all that is sent, redirects and tries too" {
    within_rate 40 quiver -sS -L -Z --rate 40/s "$A/moved/302?[1-20]" -o /dev/null
    [ "$(wc -l < "$A_LOG")" -eq 40 ]
}

@test "each origin has its own rate" {
    start_gauge B
    quiver -sS -Z --origin-rate 20/s "$A/ok/[1-20]" "$B/ok/[1-20]" "$A/ok/[21-40]" "$B/ok/[21-40]" -o /dev/null -o /dev/null -o /dev/null -o /dev/null
    between 10 21 "$(rate_in "$A_LOG")"
    between 10 21 "$(rate_in "$B_LOG")"
}

@test "a rate of all and one of each origin hold together" {
    start_gauge B
    quiver -sS -Z --rate 30/s --origin-rate 20/s "$A/ok/[1-30]" "$B/ok/[1-30]" -o /dev/null -o /dev/null
    between 5 21 "$(rate_in "$A_LOG")"
    between 5 21 "$(rate_in "$B_LOG")"
    cat "$A_LOG" "$B_LOG" | sort -n > all
    between 10 31.5 "$(rate_in all)"
}

@test "a batch keeps the rate" {
    seq -f "$A/ok/%g" 100 > urls
    within_rate 100 quiver batch -q --rate 100/s urls -o /dev/null
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
