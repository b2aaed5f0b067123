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
