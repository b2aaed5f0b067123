# Batches that are killed, and what they leave.

# Starts `quiver serve` whose log tells every request; sets LOG.
start_logging_serve() {
    export LOG="$BATS_FILE_TMPDIR/serve.out"
    "${QUIVER:?}" serve --port 0 --plain-port 0 --log json \
        "$BATS_FILE_TMPDIR" > "$LOG" 2> "$LOG.err" 3>&- &
    SERVE_PID=$!
    within 60 of $! grep -q '^--cacert ' "$LOG" || {
        cat "$LOG.err" >&2
        return 1
    }
    PLAIN=$(sed -n 's|^\(http://localhost:[0-9]*\).*|\1|p' "$LOG")
    export SERVE_PID PLAIN
}

# make_input NUMBER: of entries; each tenth is a POST.
make_input() {
    "$PYTHON" - "$1" "$PLAIN" "$BATS_TEST_NUMBER" <<'P'
import json, sys
for i in range(int(sys.argv[1])):
    e = {"id": f"u{i}", "url": f"{sys.argv[2]}/delay/2?t={sys.argv[3]}&i={i}"}
    if i % 10 == 9:
        e.update(method="POST", body="x")
    print(json.dumps(e))
P
}

# assert_once FILE NUMBER: every id has one record, every line is one.
assert_once() {
    "$PYTHON" - "$1" "$2" <<'P'
import collections, json, sys
with open(sys.argv[1], "rb") as f:
    data = f.read()
assert data.endswith(b"\n"), data[-100:]
ids = collections.Counter(json.loads(line)["id"] for line in data.splitlines())
expected = {f"u{i}" for i in range(int(sys.argv[2]))}
assert set(ids) == expected, (len(ids), len(expected))
twice = [i for i in ids if ids[i] > 1]
assert not twice, twice
P
}

# assert_sent FILE NUMBER MORE: the server saw no POST twice, every record of an
# unknown outcome is of a POST, and there were at most MORE requests beyond NUMBER.
assert_sent() {
    "$PYTHON" - "$1" "$2" "$3" "$LOG" "$BATS_TEST_NUMBER" <<'P'
import collections, json, sys, re
mine = f"?t={sys.argv[5]}&i="
seen = collections.Counter()
total = 0
for line in open(sys.argv[4]):
    if not line.startswith("{"):
        continue
    r = json.loads(line)
    if mine in r["target"]:
        total += 1
        if r["method"] == "POST":
            seen[r["target"].split("i=")[-1]] += 1
twice = [i for i in seen if seen[i] > 1]
assert not twice, twice
unknown = 0
for line in open(sys.argv[1]):
    r = json.loads(line)
    i = r["id"][1:]
    if r["error"] and r["error"]["name"] == "unknown_outcome":
        unknown += 1
        assert int(i) % 10 == 9, r
    elif int(i) % 10 == 9:
        assert r["response_code"] == 200 and seen[i] == 1, (r, seen[i])
assert total <= int(sys.argv[2]) + int(sys.argv[3]), total
print(f"{total} requests, {unknown} of unknown outcome")
P
}

# kill_at_random MS COMMAND: SIGKILL after less than so many ms; true when it
# was still at work.
kill_at_random() {
    local ms=$1
    shift
    "$@" > /dev/null 2>&1 3>&- &
    local pid=$!
    sleep "$(printf '0.%03d' $((RANDOM % ms)))"
    kill -9 "$pid" 2> /dev/null
    wait "$pid"
    [ $? -eq 137 ]
}
