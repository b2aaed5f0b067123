#!/bin/bash
# A batch of 10,000 requests is killed with SIGKILL at 100 random moments and
# resumed each time: every id has exactly one record, every line parses, no POST
# was sent twice, and no more was sent again than was on its way.
#
# usage: kill.sh [KILLS [LINES]]     QUIVER names the program. Takes minutes.
set -u
kills=${1:-100}
lines=${2:-10000}
jobs=16
root=$(cd "$(dirname "$0")/.." && pwd)
export QUIVER=${QUIVER:-$root/../build/release/quiver}
export BATS_TEST_DIRNAME=$root/cli BATS_TEST_NUMBER=1
BATS_FILE_TMPDIR=$(mktemp -d)
export BATS_FILE_TMPDIR
exec 3>/dev/null
# shellcheck source=../cli/helper.bash
. "$root/cli/helper.bash"
# shellcheck source=../cli/journal.bash
. "$root/cli/journal.bash"

start_logging_serve || exit 1
trap 'stop_serve; rm -rf "$BATS_FILE_TMPDIR"' EXIT
cd "$BATS_FILE_TMPDIR" || exit 1
make_input "$lines" > in
batch=("$QUIVER" batch --resume -j "$jobs" -o out --journal j in)

done_kills=0
rounds=1
while [ "$done_kills" -lt "$kills" ]; do
    if kill_at_random 60 "${batch[@]}" 2> /dev/null; then
        done_kills=$((done_kills + 1))
    elif [ "$(wc -l < out)" -eq "$lines" ]; then
        # It was done before it could be killed often enough: once more.
        assert_once out "$lines" || exit 1
        assert_sent out "$lines" $((done_kills * jobs)) || exit 1
        rounds=$((rounds + 1))
        BATS_TEST_NUMBER=$rounds
        make_input "$lines" > in
        rm -f out j
    fi
done
echo "killed $done_kills times"
"${batch[@]}"
assert_once out "$lines" || exit 1
assert_sent out "$lines" $((done_kills * jobs)) || exit 1
"$QUIVER" report --merge --input in -o merged out || exit 1
echo "good: $lines records, each id once, in $rounds rounds"
