#!/bin/bash
# 100,000 lines over each version, and a million from a pipe (over HTTP/3, where that
# takes longest, a fifth of it): every id has one record, and neither memory nor
# connections grow with the input.
#
# usage: scale.sh [LINES [LINES FROM A PIPE]]     QUIVER names the program.
set -u
lines=${1:-100000}
piped=${2:-1000000}
root=$(cd "$(dirname "$0")/.." && pwd)
export QUIVER=${QUIVER:-$root/../build/release/quiver}
export BATS_TEST_DIRNAME=$root/cli
BATS_FILE_TMPDIR=$(mktemp -d)
export BATS_FILE_TMPDIR
# shellcheck source=../cli/helper.bash
. "$root/cli/helper.bash"

exec 3>/dev/null
start_serve || exit 1
trap 'stop_serve; rm -rf "$BATS_FILE_TMPDIR"' EXIT

# check LINES MAX OPTION...
check() {
    local count=$1 connections=$2
    shift 2
    "$PYTHON" "$root/acceptance/batch.py" --url "$SECURE/bytes/1024" --cacert "$CA" --lines "$count" \
        --connections "$connections" "$@"
}

status=0
for version in http1.1:50 http2:8 http3-only:8; do
    echo "--${version%:*}, $lines lines"
    check "$lines" "${version#*:}" -- "--${version%:*}" || status=1
done
for version in http2:"$piped" http3-only:$((piped / 5)); do
    echo "--${version%:*}, ${version#*:} lines from a pipe"
    check "${version#*:}" 8 --pipe -- "--${version%:*}" --body none || status=1
done
exit $status
