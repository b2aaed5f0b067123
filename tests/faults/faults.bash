# Starting fault servers and judging what quiver makes of them.
# Sourced by tests/cli/faults_*.bats; $QUIVER is the binary under test.

PYTHON=${QUIVER_TEST_PYTHON:-/usr/bin/python3}
FAULTS=${BATS_TEST_DIRNAME%/*}/faults
# shellcheck source=../cli/nap.bash
. "$FAULTS/../cli/nap.bash"

# start_faults SCRIPT [ARG...]: sets fault_port; ended by stop_faults. A script that has
# a table of cases leaves it in the file that FAULT_CASES names.
start_faults() {
    export FAULT_CASES=$BATS_FILE_TMPDIR/cases
    coproc FAULT { exec "$PYTHON" "$FAULTS/$1" "${@:2}" 2>"$BATS_FILE_TMPDIR/fault.err"; }
    fault_pid=$FAULT_PID
    IFS= read -r -t 90 fault_port <&"${FAULT[0]}" || {
        cat "$BATS_FILE_TMPDIR/fault.err"
        return 1
    }
    export fault_pid fault_port
}

stop_faults() {
    kill "$fault_pid" 2>/dev/null || true
    wait "$fault_pid" 2>/dev/null || true
}

# fetch [OPTION...] URL: status, output and stderr of one run, never hanging. As `run
# --separate-stderr` of bats, with half of its processes.
fetch() {
    local file=$BATS_TEST_TMPDIR/fetch
    status=0
    timeout -k 5 90 "$QUIVER" -sS "$@" >"$file.out" 2>"$file.err" || status=$?
    slurp output "$file.out"
    slurp stderr "$file.err"
}

# slurp NAME FILE: NAME=$(cat FILE) without a process.
slurp() {
    local parts text IFS=
    mapfile -d '' parts <"$2"
    text=${parts[*]}
    while [[ $text == *$'\n' ]]; do
        text=${text%$'\n'}
    done
    printf -v "$1" %s "$text"
}

# judge_case ROW CASE STATUSES OPTION...: the case ends with one of its
# statuses; a failure has one error line that begins with its status; a body
# that failed never stays behind under its name.
judge_case() {
    local row=$1 case=$2 expected=$3 file=$BATS_TEST_TMPDIR/body wrong=0
    shift 3
    [ ! -e "$file" ] || rm -f "$file"
    fetch -o "$file" "$@" "${fault_url:-http://127.0.0.1:$fault_port}/$case"
    case " $expected " in
    *" $status "*) ;;
    *)
        echo "$row $case: exit $status, expected $expected; said: $stderr"
        wrong=1
        ;;
    esac
    if [ "$status" != 0 ]; then
        if [[ $stderr != "quiver: ($status) "* || $stderr == *$'\n'* ]]; then
            echo "$row $case: not one clear line: $stderr"
            wrong=1
        fi
        if [ -e "$file" ]; then
            echo "$row $case: a failed body was left under the name of the whole"
            wrong=1
        fi
    fi
    return $wrong
}

# judge_row ROW OPTION...: every case of the row.
judge_row() {
    local row=$1 of case expected cases=0 wrong=0
    shift
    while read -r of case expected; do
        [ "$of" = "$row" ] || continue
        cases=$((cases + 1))
        judge_case "$row" "$case" "$expected" "$@" || wrong=1
    done <"$FAULT_CASES"
    [ $cases != 0 ] && return $wrong
}

# judge_coded_row ROW OPTION...: the same, where the server also tells
# the error codes that reached it: one of those listed must be among them. It is
# asked once, for all cases.
judge_coded_row() {
    local row=$1 of case expected codes cases=0 wrong=0 coded=() urls=() sent i
    shift
    while read -r of case expected codes; do
        [ "$of" = "$row" ] || continue
        cases=$((cases + 1))
        judge_case "$row" "$case" "${expected//,/ }" "$@" || wrong=1
        [ "$codes" != - ] || continue
        coded+=("$case $codes")
        urls+=("$fault_url/seen/$case")
    done <"$FAULT_CASES"
    [ $cases != 0 ] || return 1
    [ ${#urls[@]} -gt 0 ] || return $wrong
    fetch "$@" -w '\n' "${urls[@]}"
    mapfile -t sent <<<"$output"
    for i in "${!coded[@]}"; do
        was_sent "${sent[i]:-}" "${coded[i]#* }" || {
            echo "$row ${coded[i]% *}: sent ${sent[i]:-nothing}, expected ${coded[i]#* }"
            wrong=1
        }
    done
    return $wrong
}

# was_sent CODES WANTED: one of those wanted (with commas) is among the codes.
was_sent() {
    local code
    for code in ${2//,/ }; do
        case " $1 " in *" $code "*) return 0 ;; esac
    done
    return 1
}

# measured FILE COMMAND...: CPU seconds and peak RSS in KiB go to FILE.
measured() {
    "$PYTHON" -S -c '
import os, sys
_, status, used = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
open(sys.argv[1], "w").write(f"{used.ru_utime + used.ru_stime:.3f} {used.ru_maxrss}\n")
sys.exit(os.waitstatus_to_exitcode(status))' "$@" 3>&-
}

# start_wire MODE [PORT]: sets wire_port, and adds to the pids that stop_wires
# ends; for many at once.
wires=()
start_wire() {
    local out
    out=$(mktemp "$BATS_TEST_TMPDIR/wire.XXXXXX")
    "$PYTHON" "$FAULTS/wire.py" "$@" >"$out" 2>"$out.err" 3>&- &
    wires+=($!)
    await_line "$out" $! || {
        cat "$out.err"
        return 1
    }
    wire_port=$(cat "$out")
}

stop_wires() {
    local pid
    for pid in "${wires[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    wires=()
}

has_line() { # FILE
    read -r _ 2>/dev/null <"$1"
}

# await_line FILE PID: until PID has written a whole line to FILE.
await_line() {
    within 60 of "$2" has_line "$1"
}

# start_quiver NAME ARGS...: quiver serve on free ports. Sets quiver_port and
# quiver_pid; to be ended by stop_quiver PID, which spares us its goodbyes to
# clients that may have gone.
start_quiver() {
    local out=$BATS_FILE_TMPDIR/quiver.$1 line
    shift
    [ ! -e "$out" ] || rm -f "$out" # of a server before, with another port
    "$QUIVER" serve --port 0 --no-plain --log none "$@" >"$out" 2>"$out.err" 3>&- &
    quiver_pid=$!
    await_line "$out" $quiver_pid || {
        cat "$out.err"
        return 1
    }
    read -r line <"$out"
    [[ $line =~ ^https://[^:]*:([0-9]+) ]]
    quiver_port=${BASH_REMATCH[1]}
}

stop_quiver() {
    kill -9 "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}
