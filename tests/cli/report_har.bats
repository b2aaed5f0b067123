#!/usr/bin/env bats
# `quiver report --har`: archives that browsers import, and that batch reads again.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_peer
    start_serve
}

teardown_file() {
    stop_peer
    stop_serve
}

setup() {
    enter_folder
}

# make_archive OPTION...: of list; sets entries to what is in it
make_archive() {
    quiver batch -s --ordered --jobs 1 --cacert "$CA" "$@" list > records || true
    quiver report --har r.har records
    mapfile -t entries < <("$PYTHON" "$HERE/har_check.py" r.har)
}

# har EXPRESSION: of the entries e
har() {
    "$PYTHON" -c 'import json, sys
e = json.load(open("r.har"))["log"]["entries"]
print(eval(sys.argv[1]))' "$1"
}

@test "each version of HTTP is spelled as Chromium spells it" {
    local v
    for v in 1.1 2 3-only; do
        echo "{\"url\":\"$SECURE/echo?a=1&b\",\"http\":\"$v\"}"
    done > list
    make_archive --record-request
    [ "${entries[0]}" = "GET $SECURE/echo?a=1&b 200 HTTP/1.1" ]
    [ "${entries[1]}" = "GET $SECURE/echo?a=1&b 200 http/2.0" ]
    [ "${entries[2]}" = "GET $SECURE/echo?a=1&b 200 h3" ]
    [ "${#entries[@]}" -eq 3 ]
    [ "$(har '[h["name"] for h in e[0]["request"]["headers"]][0]')" = host ]
    [ "$(har '{h["name"]: h["value"] for h in e[2]["request"]["headers"]}[":path"]')" = "/echo?a=1&b" ]
    [ "$(har 'e[1]["request"]["queryString"]')" = "[{'name': 'a', 'value': '1'}, {'name': 'b', 'value': ''}]" ]
    [ "$(har 'int(e[1]["connection"])')" = "${SECURE##*:}" ]
    [ "$(har 'len(set(x["_connectionId"] for x in e))')" -eq 3 ]
}

@test "redirects and earlier tries are entries of their own" {
    echo "{\"url\":\"$PEER/redirect\",\"follow\":true,\"method\":\"POST\",\"body\":\"x\"}
{\"url\":\"$PEER/flaky/har\",\"retry\":2,\"retry_delay\":0.05}" > list
    make_archive --record-request
    [ "${entries[0]}" = "POST $PEER/redirect 302 HTTP/1.1" ]
    [ "${entries[1]}" = "GET $PEER/echo 200 HTTP/1.1" ]
    [ "${entries[2]}" = "GET $PEER/flaky/har 503 unknown" ]
    [ "${entries[3]}" = "GET $PEER/flaky/har 200 HTTP/1.1" ]
    [ "${#entries[@]}" -eq 4 ]
    [ "$(har 'e[0]["response"]["redirectURL"]')" = /echo ]
    har '[e[i]["startedDateTime"] <= e[i + 1]["startedDateTime"] for i in (0, 2)]' | grep -F '[True, True]'
    # The wait between two tries is nobody's.
    har '(lambda d: (d(e[3]) - d(e[2])).total_seconds() >= 0.05)(lambda x: __import__("datetime").datetime.fromisoformat(x["startedDateTime"][:-1]))' | grep True
    [ "$(har '[h["value"] for h in e[0]["request"]["headers"] if h["name"] == "content-length"]')" = "['1']" ]
    make_archive
    [ "$(har 'e[0]["request"]["headers"]')" = "[]" ]
    [ "$(har 'e[0]["response"]["redirectURL"]')" = "$PEER/echo" ]
}

@test "what failed has an error, and what is no URL is told" {
    printf '%s\n' http://127.0.0.1:1/ "$PEER/cut" nonsense://x > list
    make_archive --format urls
    [ "${entries[0]}" = "GET http://127.0.0.1:1/ 0 unknown" ]
    [ "${entries[1]}" = "GET $PEER/cut 200 HTTP/1.1" ]
    [ "${entries[2]}" = "GET about:invalid 0 unknown" ]
    [[ "$(har 'e[0]["response"]["_error"]')" == *"refused"* ]]
    [ "$(har 'e[1]["response"]["content"]["text"]')" = 0123456789 ]
    [ "$(har 'e[2]["comment"]')" = nonsense://x ]
}

@test "secrets are hidden as in the records, cookies taken apart when they are shown" {
    echo "{\"url\":\"$PEER/cookie\",\"headers\":{\"cookie\":\"a=1; b=x=y\",\"authorization\":\"Bearer TOPSECRET\"}}" > list
    make_archive --record-request
    run ! grep -q TOPSECRET r.har
    [ "$(har 'e[0]["request"]["cookies"], e[0]["response"]["cookies"]')" = "([], [])" ]
    make_archive --record-request --show-secrets
    grep -q TOPSECRET r.har
    [ "$(har 'e[0]["request"]["cookies"]')" = "[{'name': 'a', 'value': '1'}, {'name': 'b', 'value': 'x=y'}]" ]
    [ "$(har 'all(c["name"] for c in e[0]["response"]["cookies"]) and len(e[0]["response"]["cookies"]) > 0')" = True ]
}

@test "attributes of cookies, and odd ones" {
    cat > records <<'R'
{"v":1,"id":1,"seq":0,"url":"http://h/","url_effective":"http://h/","exitcode":0,"headers":{"set-cookie":["a=b=c; Path=/x; Domain=h; Secure ;HttpOnly; SameSite=Lax; Expires=Sun, 06 Nov 1994 08:49:37 GMT; odd","noname","","=v;;","x=1; expires=never"]}}
R
    quiver report --har r.har records
    "$PYTHON" "$HERE/har_check.py" r.har
    [ "$(har 'e[0]["response"]["cookies"][0]')" = \
        "{'name': 'a', 'value': 'b=c', 'path': '/x', 'domain': 'h', 'secure': True, 'httpOnly': True, 'sameSite': 'Lax', 'expires': '1994-11-06T08:49:37Z'}" ]
    [ "$(har '[c["value"] for c in e[0]["response"]["cookies"]]')" = "['b=c', 'noname', '', 'v', '1']" ]
}

@test "batch sends an archive's requests once more" {
    echo "{\"url\":\"$SECURE/echo?q=1\",\"http\":\"2\",\"headers\":{\"x-a\":\"1\"}}
{\"url\":\"$PEER/echo\",\"headers\":{\"x-b\":[\"2\",\"3\"]}}" > list
    make_archive --record-request
    quiver batch -s --ordered --cacert "$CA" --format har r.har > again
    "$PYTHON" - <<'P'
import json
first, second = ([json.loads(line) for line in open(name)] for name in ("records", "again"))
assert [r["url"] for r in first] == [r["url"] for r in second], second
assert all(r["response_code"] == 200 for r in second), second
assert json.loads(second[0]["body"]["text"])["headers"] == json.loads(first[0]["body"]["text"])["headers"], second
assert "x-b: 3" in second[1]["body"]["text"].lower(), second[1]
P
}

@test "the examples of quiver-report(1) do what it says" {
    mkdir bin work
    ln -s "$QUIVER" bin/quiver
    cd work
    run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" CURL_CA_BUNDLE="$CA" "$PYTHON" "$HERE/report_examples.py" \
        "$HERE/../../man/quiver-report.1" "$SECURE"
    [ "$status" -eq 0 ]
    [ "$output" = 4 ]
}
