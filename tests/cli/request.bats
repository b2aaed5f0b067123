#!/usr/bin/env bats
# What is sent.

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

@test "a plain request names host, client and what is accepted" {
    run quiver -sS "$PEER/echo"
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == "GET /echo HTTP/1.1"* ]]
    [[ "$output" == *"Host: ${PEER#http://}"* ]]
    [[ "$output" == *"User-Agent: quiver/"* ]]
    [[ "$output" == *"Accept: */*"* ]]
}

@test "-H adds, replaces, empties and removes fields" {
    run quiver -sS -H 'X-New: 1' -H 'Accept: text/html' -H 'User-Agent:' \
        -H 'X-Empty;' "$PEER/echo"
    [[ "$output" == *"X-New: 1"* ]]
    [[ "$output" == *"Accept: text/html"* ]]
    [[ "$output" != *"*/*"* ]]
    [[ "$output" != *User-Agent* ]]
    [[ "$output" == *"X-Empty:"* ]]
}

@test "-H @file sends each line" {
    printf 'X-One: 1\r\nX-Two: 2\n' > fields
    run quiver -sS -H @fields "$PEER/echo"
    [[ "$output" == *"X-One: 1"* ]]
    [[ "$output" == *"X-Two: 2"* ]]
}

@test "-X -A -e -b -r and --oauth2-bearer show in the head" {
    run quiver -sS -X FROB -A agent/1 -e http://from/ -b a=1 -b b=2 -r 0-9 \
        --oauth2-bearer tok "$PEER/echo"
    [[ "${lines[0]}" == "FROB /echo"* ]]
    [[ "$output" == *"User-Agent: agent/1"* ]]
    [[ "$output" == *"Referer: http://from/"* ]]
    [[ "$output" == *"Cookie: a=1; b=2"* ]]
    [[ "$output" == *"Range: bytes=0-9"* ]]
    [[ "$output" == *"Authorization: Bearer tok"* ]]
}

@test "-u sends Basic credentials" {
    run quiver -sS -u 'Aladdin:open sesame' "$PEER/echo"
    [[ "$output" == *"Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="* ]]
}

@test "-d pieces join and are a form" {
    run quiver -sS -d a=1 -d b=2 "$PEER/echo"
    [[ "${lines[0]}" == "POST /echo"* ]]
    [[ "$output" == *"Content-Type: application/x-www-form-urlencoded"* ]]
    [[ "$output" == *"Content-Length: 7"* ]]
    [[ "$output" == *"a=1&b=2" ]]
}

@test "-d @file drops line ends and --data-binary keeps them" {
    printf 'a\r\nb\n' > data
    run quiver -sS -d @data "$PEER/echo"
    [[ "$output" == *"Content-Length: 2"* ]]
    [[ "$output" == *"ab" ]]
    run quiver -sS --data-binary @data "$PEER/echo"
    [[ "$output" == *"Content-Length: 5"* ]]
    run quiver -sS -d x --data-binary @data "$PEER/echo"
    [[ "$output" == *"Content-Length: 7"* ]]
}

@test "-d @- reads standard input and --data-raw does not" {
    run quiver -sS -d @- "$PEER/echo" <<< typed
    [[ "$output" == *"typed" ]]
    run quiver -sS --data-raw @- "$PEER/echo"
    [[ "$output" == *"@-" ]]
}

@test "--json sets both types" {
    run quiver -sS --json '{"a":' --json '1}' "$PEER/echo"
    [[ "${lines[0]}" == "POST /echo"* ]]
    [[ "$output" == *"Content-Type: application/json"* ]]
    [[ "$output" == *"Accept: application/json"* ]]
    [[ "$output" == *'{"a":1}' ]]
}

@test "a type given by -H wins over the one of -d and --json" {
    run quiver -sS --json '{}' -H 'content-type: text/x' "$PEER/echo"
    [[ "$output" == *"content-type: text/x"* ]]
    [[ "$output" != *"Content-Type: application/json"* ]]
}

@test "-G moves the data into the query, before the fragment" {
    run quiver -sS -G -d a=1 --data-urlencode 'b=x y' "$PEER/echo?z#frag"
    [[ "${lines[0]}" == "GET /echo?z&a=1&b=x+y HTTP"* ]]
}

@test "--url-query adds to the query" {
    run quiver -sS --url-query 'q=two words' "$PEER/echo"
    [[ "${lines[0]}" == "GET /echo?q=two+words HTTP"* ]]
}

@test "-T sends a file by PUT with its length" {
    head -c 200000 /dev/zero | tr '\0' z > file
    run quiver -sS -T file "$PEER/echo/" -o got
    [ "$status" -eq 0 ]
    head -1 got | grep -q '^PUT /echo/file HTTP'
    grep -q 'Content-Length: 200000' got
    [ "$(tail -c 200000 got | tr -d z | wc -c)" -eq 0 ]
}

@test "-T - sends standard input as it comes" {
    printf piped | quiver -sS -T - "$PEER/echo" -o got
    grep -qi 'Transfer-Encoding: chunked' got
    [ "$(tail -c 5 got)" = piped ]
}

@test "-T of a file that is not there is exit 26" {
    run quiver -sS -T missing "$PEER/echo/"
    [ "$status" -eq 26 ]
    [[ "$output" == *"cannot read missing: No such file"* ]]
}

@test "-I asks for the head and prints it" {
    run quiver -sS -I "$PEER/bytes/10"
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == "HTTP/1.1 200 OK"* ]]
    [[ "$output" == *"Content-Length: 10"* ]]
    [[ "$output" != *xxx* ]]
}

@test "-L follows, and stops after --max-redirs" {
    run quiver -sS "$PEER/redirect"
    [[ "$output" == "gone" ]]
    run quiver -sS -L "$PEER/redirect"
    [[ "${lines[0]}" == "GET /echo"* ]]
    run quiver -sS -L --max-redirs 3 "$PEER/loop"
    [ "$status" -eq 47 ]
}

@test "--http1.0 says so" {
    run quiver -sS --http1.0 "$PEER/echo"
    [[ "${lines[0]}" == "GET /echo HTTP/1.0"* ]]
}

@test "--path-as-is keeps dot segments" {
    run quiver -sS --path-as-is "$PEER/echo/../echo"
    [[ "${lines[0]}" == "GET /echo/../echo HTTP"* ]]
    run quiver -sS "$PEER/x/../echo"
    [[ "${lines[0]}" == "GET /echo HTTP"* ]]
}

@test "a host with a symbol is its A-label, for --resolve and for Host" {
    local port=${PEER##*:}
    run quiver -sS --resolve "xn--n3h.example:$port:127.0.0.1" "http://☃.example:$port/echo"
    [ "$status" -eq 0 ]
    [[ $output == *"xn--n3h.example:$port"* ]]
    run quiver -sS --resolve "*:$port:127.0.0.1" "http://☃ß.example:$port/echo"
    [ "$status" -eq 3 ]
    [[ $output == "quiver: (3) "*"in host"* ]]
}

@test "--compressed asks for codings and undoes them" {
    run quiver -sS --compressed "$PEER/gzip"
    [ "$output" = unpacked ]
    run quiver -sS --compressed "$PEER/echo"
    [[ "$output" == *"Accept-Encoding: "*gzip* ]]
}

@test "--resolve and --connect-to lead to the peer" {
    local port=${PEER##*:}
    run quiver -sS --resolve "name.test:$port:127.0.0.1" "http://name.test:$port/echo"
    [ "$status" -eq 0 ]
    [[ "$output" == *"Host: name.test:$port"* ]]
    run quiver -sS --connect-to "::127.0.0.1:$port" "http://other.test/echo"
    [ "$status" -eq 0 ]
    [[ "$output" == *"Host: other.test"* ]]
}

@test "--next starts again with its own options" {
    run quiver -sS -d x "$PEER/echo" --next -X PUT "$PEER/echo"
    [[ "$output" == *"POST /echo"*"PUT /echo"* ]]
}

@test "a URL with globs is several URLs" {
    run quiver -sS "$PEER/echo/{a,b}[1-2]"
    [ "$(grep -c '^GET' <<< "$output")" -eq 4 ]
    [[ "$output" == *"/echo/a1"*"/echo/a2"*"/echo/b1"*"/echo/b2"* ]]
    run quiver -sS -g "$PEER/echo/{a}"
    [ "$status" -eq 0 ]
}

@test "a byte order mark is no part of a file that people edit" {
    local mark=$'\xef\xbb\xbf'
    printf '%s# mine\nuser-agent = "marked"\n' "$mark" > config
    [ "$(QUIVER_CONFIG=config quiver "$PEER/echo" | grep -i user-agent | tr -d '\r')" = "User-Agent: marked" ]
    printf '%suser-agent = "first line"\n' "$mark" > config
    [ "$(QUIVER_CONFIG=config quiver "$PEER/echo" | grep -i user-agent | tr -d '\r')" = "User-Agent: first line" ]
    printf '%surl = %s/echo\n' "$mark" "$PEER" > c
    quiver -K c | grep -q '^GET /echo'
    quiver -K - < c | grep -q '^GET /echo'
    printf '%sX-First: 1\r\nX-Second: 2\r\n' "$mark" > headers
    [ "$(quiver -H @headers "$PEER/echo" | grep -ci '^x-\(first\|second\): ')" -eq 2 ]
    printf '%s%%{http_code}' "$mark" > format
    [ "$(quiver -o /dev/null -w @format "$PEER/echo")" = 200 ]
    # Data are sent as they are.
    printf '%sx' "$mark" > data
    [ "$(quiver -d @data "$PEER/echo" | tail -n 1)" = "${mark}x" ]
}
