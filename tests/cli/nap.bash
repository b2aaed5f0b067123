# Waiting without a process for each look. Sourced by helper.bash and faults.bash.

# nap SECONDS: nothing ever comes out of that pipe.
nap() {
    local pipe=$BATS_FILE_TMPDIR/nap
    [ -p "$pipe" ] || mkfifo "$pipe" 2>/dev/null || [ -p "$pipe" ] || return
    read -r -t "$1" <>"$pipe" || true
}
