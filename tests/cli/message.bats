#!/usr/bin/env bats
# How messages travel, whatever they say: trailers, priorities, codings and targets.

bats_require_minimum_version 1.5.0
load helper
load peers.bash

setup_file() {
    local ports="$BATS_FILE_TMPDIR/ports"
    make_ca "$BATS_FILE_TMPDIR"
    "$PYTHON" "$HERE/message_peer.py" "$BATS_FILE_TMPDIR/server.pem" "$BATS_FILE_TMPDIR/server.key" \
        "$ports" 3>&- &
    MESSAGE_PID=$!
    within 60 of $! test -s "$ports"
    read -r PLAIN SECURE < "$ports"
    PLAIN=http://127.0.0.1:$PLAIN SECURE=https://localhost:$SECURE CA=$BATS_FILE_TMPDIR/ca.pem
    export MESSAGE_PID PLAIN SECURE CA
}

teardown_file() {
    kill "$MESSAGE_PID" 2>/dev/null || true
}

setup() {
    enter_folder
}

# member NAME ARGUMENTS: of what hyper-h2 and aioquic have seen.
member() {
    local name=$1
    shift
    quiver -sS --cacert "$CA" "$@" "$SECURE/x" | "$PYTHON" -c '
import json, sys

print(json.dumps(json.load(sys.stdin)[sys.argv[1]]))' "$name"
}

@test "trailers come behind the last chunk, and are announced" {
    run quiver -sS -d body --trailer 'X-Sum: 42' --trailer 'X-Also:  two words ' "$PLAIN/"
    [[ $output == *"Trailer: X-Sum, X-Also"* ]]
    [[ $output == *"Transfer-Encoding: chunked"* ]]
    [[ $output != *Content-Length* ]]
    [[ $output == *"body<X-Sum: 42><X-Also: two words>" ]]
    # An empty body is one, too; a name of the user's own announces them.
    run quiver -sS -d '' --trailer 'X-Sum: 0' -H 'Trailer: mine' "$PLAIN/"
    [[ $output == *"Trailer: mine"*"<X-Sum: 0>" ]]
}

@test "trailers reach hyper-h2 and aioquic" {
    local option data
    for option in --http2 --http3-only; do
        for data in body ''; do
            [ "$(member trailers "$option" -d "$data" --trailer 'X-Sum: 42')" = '[["x-sum", "42"]]' ]
            [ "$(member body "$option" -d "$data" --trailer 'X-Sum: 42')" = "\"$data\"" ]
        done
        [ "$(printf 'piped' | member trailers "$option" -T - --trailer 'A: b' --trailer 'C: d')" = '[["a", "b"], ["c", "d"]]' ]
        member fields "$option" -d x --trailer 'X-Sum: 42' | grep -q '\["trailer", "X-Sum"\]'
    done
}

@test "what cannot be a trailer is not sent" {
    run -2 quiver -sS -d x --trailer 'Content-Length: 1' "$PLAIN/"
    [[ $output == *"Content-Length cannot be sent as a trailer (RFC 9110 6.5.1)" ]]
    run -2 quiver -sS -d x --trailer 'Authorization: x' "$PLAIN/"
    run -2 quiver -sS -d x --trailer 'no colon' "$PLAIN/"
    [[ $output == *"'no colon' is not NAME: VALUE"* ]]
    run -2 quiver -sS -d x --trailer $'X: y\r\nZ: w' "$PLAIN/"
    run -2 quiver -sS --http1.0 -d x --trailer 'X: y' "$PLAIN/"
    [[ $output == *"HTTP/1.0 cannot send trailers" ]]
    run -2 quiver -sS -d x -H 'Content-Length: 1' --trailer 'X: y' "$PLAIN/"
    [[ $output == *"HTTP/1.1 cannot send trailers beside a Content-Length" ]]
    run -2 quiver -sS --trailer 'X: y' "$PLAIN/"
    [[ $output == *"--trailer needs a body"* ]]
}

@test "a priority is a field, and a frame to hyper-h2 and aioquic" {
    local option
    quiver -sS --priority 'u=1, i' "$PLAIN/" | grep -q $'^Priority: u=1, i\r$'
    for option in --http2 --http3-only; do
        [ "$(member priorities "$option" --priority 'u=1, i')" = '["u=1, i"]' ]
        member fields "$option" --priority 'u=1, i' | grep -q '\["priority", "u=1, i"\]'
        [ "$(member priorities "$option")" = '[]' ]
        # The user's own field stands, and the frame says what the option does.
        member fields "$option" --priority u=0 -H 'Priority: u=7' | grep -q '\["priority", "u=7"\]'
    done
    for bad in u=8 '' 'u=1;' $'u=1\r\nX: y' U=1 'i=yes' ',u=1'; do
        run -2 quiver -sS --priority "$bad" "$PLAIN/"
        [[ $output == *"option --priority: "* ]]
    done
}

@test "--request-target replaces path and query, and nothing else" {
    run quiver -sS -X OPTIONS --request-target '*' "$PLAIN/path?query"
    [[ ${lines[0]} == "OPTIONS * HTTP/1.1"* ]]
    [[ $output == *"Host: ${PLAIN#http://}"* ]]
    member fields --http2 --request-target '/a?b#c' | grep -q '\[":path", "/a?b#c"\]'
    member fields --http3-only --request-target '/a?b#c' | grep -q '\[":path", "/a?b#c"\]'
    # As it is to a proxy, too.
    quiver -sS -x "$PLAIN" --request-target '/only' http://example.com/path | grep -q '^GET /only HTTP/1.1'
    run -3 quiver -sS --request-target $'/a\r\nX: y' "$PLAIN/"
    run -3 quiver -sS --request-target '/a b' "$PLAIN/"
}

@test "--tr-encoding asks for a coded transfer and undoes it" {
    run quiver -sS --tr-encoding "$PLAIN/"
    [[ $output == *"TE: gzip"*"Connection: TE"* ]]
    quiver -sS --tr-encoding -H 'Connection: close' "$PLAIN/" | grep -q $'^Connection: close, TE\r$'
    [ "$(quiver -sS --tr-encoding "$PLAIN/te-gzip")" = unpacked ]
    [ "$(quiver -sS --tr-encoding "$PLAIN/te-gzip-close")" = unpacked ]
    [ "$(quiver -sS --tr-encoding --compressed "$PLAIN/te-both")" = unpacked ]
    # Whoever did not ask does not guess.
    run -8 quiver -sS "$PLAIN/te-gzip"
    [[ $output == *"Transfer-Encoding not supported"* ]]
    # HTTP/2 and 3 have no such thing.
    for version in --http2 --http3-only; do
        member fields "$version" --tr-encoding > got
        refute grep -q '"te"' got
    done
}

@test "--raw undoes nothing" {
    quiver -sS --raw "$PLAIN/chunks" > got
    printf '4;ext=1\r\nbody\r\n0\r\nX-Sum: 42\r\n\r\n' | cmp - got
    quiver -sS --raw --tr-encoding --compressed "$PLAIN/te-both" > got
    head -c 4 got | grep -Eqa '^[0-9a-f]+'
    "$PYTHON" -c '
import gzip

raw = open("got", "rb").read()
size, _, rest = raw.partition(b"\r\n")
data = rest[: int(size, 16)]
assert gzip.decompress(gzip.decompress(data)) == b"unpacked\n" and rest[len(data):] == b"\r\n0\r\n\r\n"'
    # The connection goes on behind it.
    quiver -sS --raw "$PLAIN/chunks" "$PLAIN/chunks" -w '%{num_connects}\n' -o /dev/null -o /dev/null > got
}

@test "--ignore-content-length reads to the end of the connection" {
    [ "$(quiver -sS "$PLAIN/wrong-length")" = all ]
    [ "$(quiver -sS --ignore-content-length "$PLAIN/wrong-length")" = "all of it" ]
}

@test "--expect100-timeout is how long the body waits" {
    head -c 2000000 /dev/zero > big
    quiver -sS --expect100-timeout 0.01 -T big "$PLAIN/never" > got
    grep -qa '^Expect: 100-continue' got
    [ "$(wc -c < got)" -gt 2000000 ]
    quiver -sS --expect100-timeout 0 -d x -H 'Expect: 100-continue' "$PLAIN/never" | grep -q 'x$'
    # Much longer than the whole may take: nothing of the body goes out.
    run -28 quiver -s --expect100-timeout 600 -m 0.5 -T big -w '%{size_upload}' "$PLAIN/never"
    [ "$output" = 0 ]
}

@test "an Expect of the user's is sent as it is, and by every version" {
    local option
    quiver -sS -d x -H 'Expect: 100-continue' --expect100-timeout 0.01 "$PLAIN/" | grep -q $'^Expect: 100-continue\r$'
    quiver -sS -d x -H 'Expect: more' "$PLAIN/" | grep -q $'^Expect: more\r$'
    head -c 2000000 /dev/zero > big
    quiver -sS -T big -H Expect: "$PLAIN/" > got
    refute grep -qa '^Expect' got
    for option in --http2 --http3-only; do
        member fields "$option" -d x -H 'Expect: 100-continue' --expect100-timeout 0.01 | grep -q '\["expect", "100-continue"\]'
        [ "$(member body "$option" -d x -H 'Expect: 100-continue' --expect100-timeout 0.01)" = '"x"' ]
    done
    # 417: once more, without it.
    quiver -sS -d x -H 'Expect: 100-continue' "$PLAIN/final" > got
    grep -q 'x$' got
    refute grep -q Expect got
}

@test "a Content-Length for a pipe is believed, and the body held to it" {
    printf 12345 | quiver -sS -T - -H 'Content-Length: 5' "$PLAIN/" > got
    grep -q $'^Content-Length: 5\r$' got
    refute grep -qi transfer-encoding got
    [ "$(tail -c 5 got)" = 12345 ]
    printf 1234567 | quiver -sS -T - -H 'Content-Length: 5' "$PLAIN/" | tail -c 5 | grep -qx 12345
    printf 123 > short
    run -26 quiver -sS -T - -H 'Content-Length: 5' "$PLAIN/" < <(cat short)
    [[ $output == *"ended after 3 of 5 bytes" ]]
    for option in --http2 --http3-only; do
        [ "$(printf 1234567 | member body "$option" -T - -H 'Content-Length: 5')" = '"12345"' ]
        printf 12345 | member fields "$option" -T - -H 'Content-Length: 5' | grep -q '\["content-length", "5"\]'
        run -26 quiver -sS --cacert "$CA" "$option" -T - -H 'Content-Length: 5' "$SECURE/x" < <(cat short)
    done
    # What is known is not open to doubt.
    run -2 quiver -sS -d x -H 'Content-Length: 5' "$PLAIN/"
    [[ $output == *"Content-Length: 5 does not fit the request body" ]]
}

@test "-T takes globs: for each file all URLs" {
    printf 1 > f1
    printf 2 > f2
    quiver -sS -T 'f[1-2]' "$PLAIN/{a,b}/" > all
    grep -ao 'PUT [^ ]*' all | paste -sd' ' | grep -qx 'PUT /a/f1 PUT /b/f1 PUT /a/f2 PUT /b/f2'
    # A name of the glob is a name of the output.
    quiver -sS -T 'f{<which>1,2}' "$PLAIN/x" -o 'got-#<which>'
    grep -qa '^1$' got-1 && tail -c 1 got-2 | grep -qx 2
    printf brackets > 'f[1]'
    quiver -sS -g -T 'f[1]' "$PLAIN/x" | tail -c 8 | grep -qx brackets
    run -3 quiver -sS -T 'f[1]' "$PLAIN/x"
    [[ $output == *"bad range in -T at position 2"* ]]
    run -26 quiver -sS -T 'f{2,3}' "$PLAIN/x"
    [[ $output == *"cannot read f3"* ]]
    run -3 quiver -sS -T 'f{<a>1,2}' "$PLAIN/x" -o '#<b>'
    [[ $output == *"nothing is named <b>"* ]]
    [ "$(names_in . | tr ' ' '\n' | grep -c '^#')" -eq 0 ]
}

@test "--data-urlencode looks for = before @" {
    printf 'a&b\n' > file
    [ "$(quiver -sS --data-urlencode 'x@file=y z' "$PLAIN/" | tail -n 1)" = 'x@file=y+z' ]
    [ "$(quiver -sS --data-urlencode 'x@file' "$PLAIN/" | tail -n 1)" = 'x=a%26b%0A' ]
    [ "$(quiver -sS --data-urlencode '@file' --data-urlencode '=a=b' --data-urlencode 'a b' "$PLAIN/" | tail -n 1)" = 'a%26b%0A&a%3Db&a+b' ]
    quiver -sS -G -d a=b --data-urlencode 'c=d e' -d f "$PLAIN/p?q=r" | grep -q '^GET /p?q=r&a=b&c=d+e&f HTTP'
}

@test "an entry of a batch has trailers and a priority" {
    printf '{"url":"%s/x","body":"%s","trailers":{"X-Sum":"%s"},"priority":"u=%s","http":"%s"}\n' \
        "$SECURE" one 1 6 2-only "$SECURE" two 2 7 3-only > in
    printf '{"url":"%s/x","trailers":{"X-Sum":"1"}}\n' "$SECURE" >> in
    run -110 quiver batch -s --cacert "$CA" --body inline in
    printf '%s\n' "${lines[@]}" > out
    "$PYTHON" - <<'EOF'
import json

records = sorted((json.loads(line) for line in open("out")), key=lambda r: r["seq"])
for r, body, n in zip(records, ("one", "two"), (1, 2)):
    seen = json.loads(r["body"]["text"])
    assert seen["body"] == body and seen["trailers"] == [["x-sum", str(n)]], seen
    assert seen["priorities"] == ["u=%d" % (n + 5)], seen
    assert ["priority", "u=%d" % (n + 5)] in seen["fields"], seen
assert records[2]["exitcode"] == 2 and "trailers need a body" in records[2]["errormsg"], records[2]
EOF
}
