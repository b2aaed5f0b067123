#!/usr/bin/env bats
# --dry-run: the request as it would be sent, and nothing sent.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_peer
}

teardown_file() {
    stop_peer
}

setup() {
    enter_folder
}

@test "it prints what would be sent, and makes no connection" {
    run -0 --separate-stderr quiver --dry-run -d a=b -H 'X-A: 1' -e http://r/ nosuch.invalid/x
    [ "${lines[0]}" = 'POST /x HTTP/1.1' ]
    [ "${lines[1]}" = 'Host: nosuch.invalid' ]
    [[ $output == *$'\nX-A: 1\nContent-Length: 3\nContent-Type: application/x-www-form-urlencoded\n\na=b' ]]
    [ "$stderr" = 'quiver: warning: not sent: https://nosuch.invalid/x' ] || [[ $stderr == *'not sent: https://nosuch.invalid/x' ]]
}

@test "it is what is sent then" {
    printf 'some\nlines\n' >file
    local line dry sent
    while IFS= read -r line; do
        dry=$(eval "quiver -s --show-secrets --dry-run $line")
        sent=$(eval "quiver -s $line" | tr -d '\r')
        [ "$dry" = "$sent" ] || {
            echo "$line"
            diff <(echo "$dry") <(echo "$sent")
            return 1
        }
    done <<'ROWS'
"$PEER/x?q#f"
-u me:pw --compressed -r 0-3 -b a=b "$PEER/x"
-X DELETE -A '' -H 'Accept:' -H 'X;' "$PEER/x"
-G -d a=b+c "$PEER/x"
--json '{"a": 1}' "$PEER/x"
PUT "$PEER/x" a=b X-H:1 q==2
-d @file "$PEER/x"
-H 'Host: other' -H 'Connection: close' "$PEER/x"
ROWS
}

@test "secrets are hidden" {
    run -0 quiver -s --dry-run -u me:geheim -b s=geheim -H 'X-Api-Key: geheim' http://h/ --next --oauth2-bearer geheim http://h/
    [[ $output != *geheim* && $output == *'Authorization: <redacted>'* ]]
}

@test "files are named and not read, and none is written" {
    printf 'content\n' >file
    run -0 quiver -s --dry-run -F 'a=b' -F 'f=@file' -o out -D heads -c jar http://h/
    [[ $output == *'name="f"; filename="file"'* && $output == *'<the file file>'* && $output != *content* ]]
    run -0 quiver -s --dry-run -T file http://h/
    [[ $output == 'PUT /file HTTP/1.1'*'Content-Length: 8'*'<8 bytes of a file>'* ]]
    [[ ! -e out && ! -e heads ]]
}

@test "configuration and globs are in it" {
    printf '%s\n' '[http://h]' 'header = "X-S: 1"' >config
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" -s --dry-run 'http://h/{a,b}' http://i/
    [ "$(grep -c '^X-S: 1' <<<"$output")" -eq 2 ]
    [[ $output == *'GET /a HTTP'*'GET /b HTTP'*'GET / HTTP'* ]]
}

@test "what cannot be sent is told as ever" {
    run -3 quiver --dry-run 'http://h:99999/'
    run -26 quiver --dry-run -T nowhere http://h/
    run -2 quiver --dry-run -H $'X: a\nb' http://h/
}

@test "of a batch there is a line for each entry, and nothing is sent" {
    cat >list <<-END
	{"id":"a","url":"http://nosuch.invalid/x?y","method":"PUT","headers":{"X-A":"1","Authorization":"Bearer hush"},"body":"text\\n"}
	{"url":"http://nosuch.invalid/form","form":{"a":"b c"},"output":"never","checksum":"md5:00000000000000000000000000000000"}
	{"url":5}
	END
    run -110 --separate-stderr quiver batch -s --dry-run --ordered -u me:pw -H 'X-B: 2' list
    [ "$(jq_py 'r["id"], r["line"], r.get("method"), r["url"]')" = "('a', 1, 'PUT', 'http://nosuch.invalid/x?y')
(2, 2, 'POST', 'http://nosuch.invalid/form')
(3, 3, None, '')" ]
    [[ $(jq_py 'repr(r.get("request"))') == *'PUT /x?y HTTP/1.1\nHost: nosuch.invalid\n'*'X-A: 1\nAuthorization: <redacted>\nContent-Length: 5\n\ntext\n\n'* ]]
    [[ $(jq_py 'repr(r.get("request"))') == *'Content-Type: application/x-www-form-urlencoded\n'*'\n\na=b'[+%]* ]]
    [ ! -e never ]
    run -2 --separate-stderr quiver batch --dry-run --resume -o out list
    run -0 --separate-stderr quiver batch -s --dry-run -o out <(printf '%s\n' http://nosuch.invalid/)
    [ "$(names_in . | grep -c journal)" -eq 0 ]
    grep -q '"request":"GET / HTTP/1.1' out
}

# An expression over each record r of $output.
jq_py() {
    "$PYTHON" -c 'import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(eval(sys.argv[1]))' "$1" <<<"$output"
}

@test "a batch's dry lines are what is sent then" {
    cat >list <<-END
	{"url":"$PEER/echo?1","json":{"a":[1,2]}}
	{"url":"$PEER/echo?2","body_base64":"AAEC","headers":{"Content-Type":"x/y"}}
	{"url":"$PEER/echo?3","method":"DELETE","headers":[["X-Q","1"],["X-Q","2"]]}
	END
    quiver batch -s --ordered --dry-run -A me list >dry
    quiver batch -s --ordered -A me list >sent
    "$PYTHON" - <<'PY'
import json
for d, s in zip(open("dry"), open("sent")):
    d, s = json.loads(d), json.loads(s)
    assert d["url"] == s["url"] and d["method"] == s["method"], (d, s)
    echo = s["body"]["text"].replace("\r", "")
    assert d["request"].split("\n\n")[0] in echo or d["request"].split("\n")[0] in echo, (d["request"], echo)
PY
}
