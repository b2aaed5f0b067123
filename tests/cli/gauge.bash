# Servers that write down what comes (gauge.py), and reading what they wrote.
# Loaded after helper.

# shellcheck source=nursery.bash
. "$HERE/nursery.bash"

start_gauges() {
    start_nursery "$HERE/gauge.py"
}

# start_gauge NAME: sets NAME to its URL, NAME_LOG to its log and NAME_GO to the file
# that it may wait for.
start_gauge() {
    local file="$BATS_FILE_TMPDIR/gauge.$BATS_TEST_NUMBER.$1"
    from_nursery "$file" "$file" || return
    printf -v "$1" 'http://127.0.0.1:%s' "$NURSERY_SAID"
    printf -v "$1_LOG" '%s' "$file.log"
    printf -v "$1_GO" '%s' "$file.go"
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
