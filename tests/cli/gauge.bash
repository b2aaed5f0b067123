# Servers that write down what comes (gauge.py), and reading what they wrote.
# Loaded after helper.

GAUGES=()

# start_gauge NAME: sets NAME to its URL and NAME_LOG to its log.
start_gauge() {
    local file="$BATS_FILE_TMPDIR/gauge.$BATS_TEST_NUMBER.$1"
    "$PYTHON" "$HERE/gauge.py" "$file" 2> "$file.err" 3>&- &
    GAUGES+=($!)
    within 60 test -s "$file" || {
        cat "$file.err" >&2
        return 1
    }
    printf -v "$1" 'http://127.0.0.1:%s' "$(cat "$file")"
    printf -v "$1_LOG" '%s' "$file.log"
    printf -v "$1_GO" '%s' "$file.go"
}

stop_gauges() {
    [ "${#GAUGES[@]}" -eq 0 ] || kill "${GAUGES[@]}" 2> /dev/null || true
}

# count_in LOG PATTERN: requests whose "METHOD PATH" matches.
count_in() {
    cut -d' ' -f2,3 "$1" | grep -c -e "$2" || true
}

# has_count LOG N: at least N requests came.
has_count() {
    [ "$(wc -l < "$1")" -ge "$2" ]
}

# most_in LOG: the largest number that was answered at the same time.
most_in() {
    cut -d' ' -f4 "$1" | sort -n | tail -1
}

# gaps_in LOG: ms between one request and the next.
gaps_in() {
    awk 'NR > 1 { printf "%d\n", ($1 - last) * 1000 + 0.5 } { last = $1 }' "$1"
}

# at_least LOW VALUE, of decimal numbers.  There is no at_most: how long something
# takes is the machine's doing.
at_least() {
    awk -v low="$1" -v x="$2" 'BEGIN { exit !(x != "" && x >= low) }' ||
        { echo "$2 is not at least $1" >&2 && false; }
}
