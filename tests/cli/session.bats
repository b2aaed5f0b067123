#!/usr/bin/env bats
# --session: what is said to servers under a name, from run to run.

load helper
load mirror

setup_file() {
    start_mirror
}

teardown_file() {
    stop_mirror
}

setup() {
    enter_folder
    forget
    export QUIVER_STATE_DIR=$BATS_TEST_TMPDIR/state
}

# said NAME: what the requests had in this field.
said() {
    diary "'|'.join(e['headers'].get('$1', '-') for e in d)"
}

work() {
    quiver -sS --session work -o /dev/null "$@"
}

@test "fields, logins and cookies are said again" {
    work -u me:secret -H 'X-Key: one' -H 'x-two: 2' "$A$(says / 'Set-Cookie: c=1')"
    work "$A/again"
    [ "$(said x-key)" = 'one|one' ]
    [ "$(said x-two)" = '2|2' ]
    [ "$(said authorization)" = 'Basic bWU6c2VjcmV0|Basic bWU6c2VjcmV0' ]
    [ "$(said cookie)" = '-|c=1' ]
    [ "$(names_in state/sessions)" = 'work.cookies work.json' ]
    [ "$(stat -c %a state/sessions/work.json state/sessions/work.cookies state/sessions | paste -sd' ')" = '600 600 700' ]
}

@test "to another origin nothing of it is said, not by a redirect either" {
    work -u me:secret -H 'X-Key: one' "$A/"
    forget
    work -L --location-trusted "$B/" -o /dev/null "$A$(to 302 "$B/")"
    [ "$(said authorization)" = '-|Basic bWU6c2VjcmV0|-' ]
    [ "$(said x-key)" = '-|one|-' ]
}

@test "what the command line says counts more, and is kept" {
    work -u me:secret -H 'X-Key: one' "$A/"
    work -u you:other -H 'X-Key: two' "$A/"
    work "$A/"
    [ "$(said x-key)" = 'one|two|two' ]
    [ "$(said authorization | cut -d'|' -f3)" = "Basic $(printf you:other | base64)" ]
    work --oauth2-bearer token "$A/"
    forget
    work "$A/"
    [ "$(said authorization)" = 'Bearer token' ]
    work -H 'X-Key:' "$A/"
    forget
    work "$A/"
    [ "$(said x-key)" = - ]
}

@test "a field that is given twice is kept twice" {
    work -H 'X-A: 1' -H 'X-A: 2' "$A/"
    work -H 'X-A: 3' "$A/"
    "$PYTHON" -c 'import json; assert list(json.load(open("state/sessions/work.json"))["origins"].values())[0]["headers"] == ["X-A: 3"]'
}

@test "fields of one request alone are not kept" {
    work -H 'Content-Type: x/y' -H 'If-Match: "a"' -H 'Host: h' -H 'Cookie: a=b' -H 'Range: bytes=0-1' -d x "$A/"
    forget
    work "$A/"
    [ "$(diary "sorted(d[0]['headers'])")" = "['accept', 'host', 'user-agent']" ]
}

@test "to read only: nothing is written" {
    work -H 'X-Key: one' "$A/"
    local before
    before=$(cat state/sessions/work.*)
    quiver -sS --session-read-only work -H 'X-Key: two' -o /dev/null "$A$(says / 'Set-Cookie: c=1')"
    [ "$(said x-key)" = 'one|two' ]
    [ "$(cat state/sessions/work.*)" = "$before" ]
    quiver -sS --session-read-only none -o /dev/null -H 'X-Key: two' "$A/"
    [ ! -e state/sessions/none.json ]
}

@test "sessions know nothing of each other, nor of runs without" {
    work -H 'X-Key: one' "$A/"
    forget
    quiver -sS --session play -o /dev/null "$A/"
    quiver -sS -o /dev/null "$A/"
    [ "$(said x-key)" = '-|-' ]
}

@test "a name with a slash is a path" {
    quiver -sS --session ./mine -H 'X-Key: one' -o /dev/null "$A/"
    quiver -sS --session ./mine -o /dev/null "$A/"
    [ "$(said x-key)" = 'one|one' ]
    [ "$(names_in .)" = mine.json ]
    [ ! -e state ]
}

@test "names that are none: exit 2" {
    local name
    for name in '' . .. ../.x x/ ; do
        run quiver --session "$name" "$A/"
        [ "$status" -eq 2 ]
    done
    run quiver --session a -c jar "$A/"
    [ "$status" -eq 2 ]
}

@test "the configuration's own words are not kept, and said beside the session's" {
    printf 'header = "X-Conf: 1"\nuser = "conf:conf"\n[%s]\nheader = "X-Section: 1"\n' "$A" > config
    export QUIVER_CONFIG=config
    work -H 'X-Key: one' "$A/"
    refute grep -q 'X-Conf\|X-Section\|conf:' state/sessions/work.json
    work "$A/"
    [ "$(said x-section)" = '1|1' ]
    [ "$(said x-key)" = 'one|one' ]
}

@test "secrets of a session are hidden in -v" {
    work -H 'X-Thing: hush-hush' -u me:secret "$A/"
    run quiver -sSv --session work -o /dev/null "$A/"
    [[ $output != *hush-hush* ]]
    [[ $output == *"X-Thing: <redacted>"* ]]
}

@test "a damaged file is put aside" {
    mkdir -p state/sessions
    echo '{"origins":' > state/sessions/work.json
    chmod 600 state/sessions/work.json
    run quiver --session work -H 'X-Key: one' -o /dev/null "$A/"
    [ "$status" -eq 0 ]
    [[ $output == *"work.json: no file of a session; it is put aside as "* ]]
    [ "$(cat state/sessions/work.json.bad)" = '{"origins":' ]
    grep -q 'X-Key: one' state/sessions/work.json
}

@test "two runs at once lose nothing" {
    work -H 'X-Key: old' "$A/" -o /dev/null "$C/"
    "$QUIVER" -sS --session work -H 'X-Key: first' -o one "$A/late/body" &
    local pid=$!
    within 60 of $! has_asked /late/body
    work -H 'X-Key: second' "$B/"
    wait "$pid"
    forget
    work "$A/" -o /dev/null "$B/" -o /dev/null "$C/"
    [ "$(said x-key)" = 'first|second|old' ]
}

has_asked() {
    [ "$(diary "any(e['target'].startswith('$1') for e in d)")" = True ]
}

@test "a batch has the cookies, and keeps what it gets" {
    work "$A$(says / 'Set-Cookie: c=1')"
    forget
    printf '{"url":"%s"}\n' "$A$(says / 'Set-Cookie: d=2')" "$A/last" > list
    quiver batch --session work -j 1 list > results
    [ "$(said cookie)" = 'c=1|c=1; d=2' ]
    forget
    work "$A/"
    [ "$(said cookie)" = 'c=1; d=2' ]
}

@test "a batch says again what was said, and keeps what its options say" {
    work -u me:secret -H 'X-Key: one' "$A/"
    forget
    # The entry's own field counts more; another origin is told nothing.
    printf '{"url":"%s/%s"%s}\n' "$A" 1 '' "$A" 2 ',"headers":{"x-key":"mine","x-own":"1"}' "$B" 3 '' > list
    quiver batch --session work -j 1 list > results
    [ "$(said x-key)" = 'one|mine|-' ]
    [ "$(said authorization)" = 'Basic bWU6c2VjcmV0|Basic bWU6c2VjcmV0|-' ]
    forget
    quiver batch --session work -j 1 -H 'X-Key: two' -H 'X-Twice: 1' -H 'X-Twice: 2' --oauth2-bearer token list > results
    [ "$(said x-key)" = 'two|mine|two' ]
    forget
    work "$A/" -o /dev/null "$B/"
    [ "$(said x-key)" = 'two|two' ]
    [ "$(said x-own)" = '-|-' ]
    [ "$(said authorization)" = 'Bearer token|Bearer token' ]
    "$PYTHON" -c 'import json
for o in json.load(open("state/sessions/work.json"))["origins"].values():
    assert sorted(o["headers"]) == ["X-Key: two", "X-Twice: 1", "X-Twice: 2"], o'
}

@test "a batch's entries of a session stay with their origin, and one that is read is left alone" {
    work -u me:secret -H 'X-Key: one' "$A/"
    local before
    before=$(cat state/sessions/work.json)
    forget
    printf '{"url":"%s"}\n' "$A$(to 302 "$B/end")" > list
    quiver batch -L --session-read-only work -H 'X-New: 1' list > results
    [ "$(said x-key)" = 'one|-' ]
    [ "$(said authorization)" = 'Basic bWU6c2VjcmV0|-' ]
    [ "$(cat state/sessions/work.json)" = "$before" ]
}
