#!/usr/bin/env bats
# HTTPie's words: quiver METHOD URL ITEM..., and --items.

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
    printf 'text of a file\n' >file
    printf '{"n": 1.50}\n' >json
}

# body OUTPUT-OF-ECHO: what stands behind the empty line.
body() {
    sed '1,/^\r\{0,1\}$/d' <<<"$1"
}

@test "a method, a URL and items are a JSON request" {
    run -0 quiver -sS POST "$PEER/x" name=Ada age:=36 'on:=true' 'tags[]=a' 'tags[]=b' 'deep[er][x]:=null' \
        X-Key:abc page==2 'q==a b&c'
    [[ ${lines[0]} == "POST /x?page=2&q=a+b%26c HTTP/1.1"* ]]
    [[ $output == *'Content-Type: application/json'* && $output == *'X-Key: abc'* ]]
    [ "$(body "$output")" = '{"name": "Ada", "age": 36, "on": true, "tags": ["a", "b"], "deep": {"er": {"x": null}}}' ]
}

@test "values come from files" {
    run -0 quiver -sS PUT "$PEER/x" t=@file j:=@json H:@file q==@file
    [[ ${lines[0]} == "PUT /x?q=text+of+a+file%0A HTTP/1.1"* && $output == *'H: text of a file'* ]]
    "$PYTHON" -c 'import json, sys
assert json.loads(sys.argv[1]) == {"t": "text of a file\n", "j": {"n": 1.5}}, sys.argv[1]
assert "1.50" in sys.argv[1]' "$(body "$output")"
    run -26 quiver -sS POST "$PEER/x" t=@nowhere
    [[ $output == *'cannot read nowhere'* ]]
}

@test "a header is taken away, or sent empty" {
    run -0 quiver -sS GET "$PEER/x" User-Agent: Accept: 'X-Empty;'
    [[ $output != *User-Agent* && $output != *Accept* && $output == *'X-Empty:'* ]]
}

@test "--items takes them without a method, wherever it stands" {
    run -0 quiver -sS "$PEER/x" a=b --items
    [[ ${lines[0]} == 'POST /x '* && $(body "$output") == '{"a": "b"}' ]]
    run -0 quiver -sS --items "$PEER/x" a==b
    [[ ${lines[0]} == 'GET /x?a=b '* ]]
    run -0 quiver -sS --items=form "$PEER/x" 'a=b c&d' e=@file
    [[ $output == *'Content-Type: application/x-www-form-urlencoded'* ]]
    [ "$(body "$output")" = 'a=b+c%26d&e=text+of+a+file%0A' ]
}

@test "a file among them makes it a form, as does --items=multipart" {
    cp file 'odd,name;x'
    run -0 quiver -sS POST "$PEER/x" a=@file b=c 'up@odd,name;x' 'typed@file;type=text/x-y'
    [[ $output == *'Content-Type: multipart/form-data; boundary='* ]]
    [[ $output == *'name="a"'* && $output == *'name="b"'* && $output == *'filename="odd,name;x"'* ]]
    [[ $output == *'name="typed"; filename="file"'* && $output == *'Content-Type: text/x-y'* ]]
    run -0 quiver -sS --items=multipart "$PEER/x" 'a=b;type=none'
    [[ $output == *'b;type=none'* ]]
}

@test "methods are what they say" {
    run -0 quiver -sS HEAD "$PEER/x"
    [[ ${lines[0]} == 'HTTP/1.1 200 '* ]]
    run -0 quiver -sS DELETE "$PEER/x"
    [[ ${lines[0]} == 'DELETE /x '* ]]
    run -0 quiver -sS GET "$PEER/x" a=b
    [[ ${lines[0]} == 'GET /x '* && $(body "$output") == '{"a": "b"}' ]]
    run -0 quiver -sS -L POST "$PEER/redirect" a=b
    [[ ${lines[0]} == 'GET /echo '* ]]
    run -0 quiver -sS PURGE "$PEER/x" X:1
    [[ ${lines[0]} == 'PURGE /x '* && $output == *'X: 1'* ]]
    run -0 quiver -sS GET "://${PEER##*/}/there" -o /dev/null -w '%{url}'
    [ "$output" = "${PEER##*/}/there" ]
    run -0 quiver -sS GET ":${PEER##*:}/here"
    [[ ${lines[0]} == 'GET /here '* ]]
}

@test "sections of the configuration hold for them" {
    printf '%s\n' "[$PEER]" 'header = "X-Section: 1"' >config
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" -sS PATCH "$PEER/x" X-Item:2 a=b q==1
    [[ ${lines[0]} == 'PATCH /x?q=1 '* && $output == *'X-Section: 1'* && $output == *'X-Item: 2'* ]]
    [ "$(body "$output")" = '{"a": "b"}' ]
}

@test "without METHOD and --items every operand is a URL" {
    run -0 quiver -sS "$PEER/x" "$PEER/y?a=b"
    [[ $output == *'GET /x '* && $output == *'GET /y?a=b '* ]]
}

@test "mistakes are named, and nothing is sent" {
    local row expected items
    while IFS='|' read -r expected items; do
        eval "run -2 quiver -sS POST $PEER/x $items"
        [[ ${lines[0]} == *"$expected"* ]] || {
            echo "$items: $output"
            return 1
        }
    done <<'ROWS'
'nonsense' is no item|nonsense
no JSON|'a:={x'
that place has a value already|a=1 'a[b]=2'
both make a body|a=1 -d b
JSON has no place in a form|--items=form a:=1
is none of json, form, multipart|--items=xml a=1
ROWS
    run -2 quiver POST
    [[ ${lines[0]} == *'no URL specified' ]]
}
