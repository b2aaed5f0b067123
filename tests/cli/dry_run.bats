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
    [ ! -e out ] && [ ! -e heads ]
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
