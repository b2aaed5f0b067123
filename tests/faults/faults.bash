# Starting fault servers and judging what quiver makes of them.
# Sourced by tests/cli/faults_*.bats; $QUIVER is the binary under test.

PYTHON=${QUIVER_TEST_PYTHON:-/usr/bin/python3}
FAULTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# start_faults SCRIPT [ARG...]: sets fault_port; ended by stop_faults.
start_faults() {
    coproc FAULT { exec "$PYTHON" "$FAULTS/$1" "${@:2}" 2>"$BATS_FILE_TMPDIR/fault.err"; }
    fault_pid=$FAULT_PID
    IFS= read -r -t 20 fault_port <&"${FAULT[0]}" || {
        cat "$BATS_FILE_TMPDIR/fault.err"
        return 1
    }
    export fault_pid fault_port
}

stop_faults() {
    kill "$fault_pid" 2>/dev/null || true
    wait "$fault_pid" 2>/dev/null || true
}

# fetch [OPTION...] URL: status, output and stderr of one run, never hanging.
fetch() {
    run --separate-stderr timeout -k 5 30 "$QUIVER" -sS "$@"
}

# judge_row SCRIPT ROW OPTION...: every case of the row ends with one of its
# statuses; a failure has one error line that begins with its status; a body
# that failed never stays behind under its name.
judge_row() {
    local script=$1 row=$2 case expected file wrong=0
    shift 2
    while read -r case expected; do
        file=$BATS_TEST_TMPDIR/body
        rm -f "$file"
        fetch -o "$file" "$@" "http://127.0.0.1:$fault_port/$case"
        case " $expected " in
        *" $status "*) ;;
        *)
            echo "$row $case: exit $status, expected $expected; said: $stderr"
            wrong=1
            ;;
        esac
        if [ "$status" != 0 ]; then
            if [ "$(printf '%s' "$stderr" | grep -c .)" != 1 ] || [[ $stderr != "quiver: ($status) "* ]]; then
                echo "$row $case: not one clear line: $stderr"
                wrong=1
            fi
            if [ -e "$file" ]; then
                echo "$row $case: a failed body was left under the name of the whole"
                wrong=1
            fi
        fi
    done < <("$PYTHON" "$FAULTS/$script" --list "$row")
    return $wrong
}
