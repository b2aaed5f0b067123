# Waiting and calling without a process or a trap for each look. Sourced by helper.bash
# and faults.bash.

# untraced: for setup(). Before each command bats notes where the test is, twenty
# commands of its own; from here on, it does so for those of the test itself only and
# not in the functions that they call. A failure is reported where the test called.
untraced() {
    # Once more before the trap of a failure, for which bash knows no line but the first.
    trap '[ "$LINENO" = 1 ] || bats_debug_trap "$BASH_SOURCE"' DEBUG
    set +T
}

# For the files that have none.
setup() {
    untraced
}

# nap SECONDS: nothing ever comes out of that pipe.
nap() {
    local pipe=$BATS_FILE_TMPDIR/nap
    [ -p "$pipe" ] || mkfifo "$pipe" 2>/dev/null || [ -p "$pipe" ] || return
    read -r -t "$1" <>"$pipe" || true
}

# within SECONDS [of PID] COMMAND: until it succeeds. The seconds are those of an idle
# machine; a busy one gets ten times as many, but fewer than a test has (tests/run). What
# only the process PID can bring about is not waited for when that has ended. What takes
# long is looked at less often.
within() {
    local end=$((SECONDS + (10 * $1 < 90 ? 10 * $1 : 90))) looks=0 pid=
    shift
    [ "$1" != of ] || { pid=$2 && shift 2; }
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || {
            echo "for 90 s: not $*" >&2
            return 1
        }
        [ -z "$pid" ] || kill -0 "$pid" 2>/dev/null || {
            "$@" && return # by the last that it did
            echo "process $pid has ended: not $*" >&2
            return 1
        }
        ((++looks < 20)) && nap 0.02 || nap 0.1
    done
}
