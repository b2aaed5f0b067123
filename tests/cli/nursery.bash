# Servers in Python that a file of tests starts many times (tests/faults/nursery.py).
# Loaded after what sets PYTHON.

# shellcheck source=nap.bash
. "${BASH_SOURCE[0]%/*}/nap.bash"
NURSERY_CHILDREN=()

# start_nursery SCRIPT: once for the file; ended by stop_nursery.
start_nursery() {
    export NURSERY_FIFO=$BATS_FILE_TMPDIR/nursery
    mkfifo "$NURSERY_FIFO"
    "$PYTHON" "${BASH_SOURCE[0]%/*}/../faults/nursery.py" "$1" "$NURSERY_FIFO" 2>"$NURSERY_FIFO.err" 3>&- &
    export NURSERY_PID=$!
}

stop_nursery() {
    kill "$NURSERY_PID" 2>/dev/null || true
    wait "$NURSERY_PID" 2>/dev/null || true
}

has_said() { # OUT
    read -r NURSERY_SAID 2>/dev/null <"$1"
}

# from_nursery OUT ARG...: starts one; NURSERY_SAID is the first line that it says.
from_nursery() {
    local pid fifo
    # Open until there is an answer: before the nursery has opened its end, what is
    # written would go when the last writer goes.
    exec {fifo}<>"$NURSERY_FIFO"
    printf '%s\0' "$@" '' >&"$fifo"
    within 60 of "$NURSERY_PID" has_said "$1" || {
        cat "$NURSERY_FIFO.err" "$1.err" >&2
        return 1
    }
    exec {fifo}>&-
    read -r pid <"$1.pid"
    NURSERY_CHILDREN+=("$pid")
}

# end_nurslings: those of this test.
end_nurslings() {
    [ ${#NURSERY_CHILDREN[@]} = 0 ] || kill "${NURSERY_CHILDREN[@]}" 2>/dev/null || true
}
