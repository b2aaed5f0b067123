#!/usr/bin/env bats
# The embedded server, asked by foreign clients.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    export DIR="$BATS_FILE_TMPDIR/www"
    mkdir -p "$DIR/sub" "$DIR/page" "$DIR/odd <&name>"
    printf 0123456789 > "$DIR/digits.txt"
    head -c 3000000 /dev/urandom > "$DIR/large.bin"
    echo '<p>index' > "$DIR/page/index.html"
    echo secret > "$BATS_FILE_TMPDIR/secret"
    ln -s ../secret "$DIR/out"
    mkfifo "$DIR/pipe"
    start_server "$BATS_FILE_TMPDIR/main" "$DIR"
    export PID PORT PLAIN CA
}

teardown_file() {
    stop_server
}

# start_server NAME ARGUMENTS: sets PID, PORT, PLAIN and CA
start_server() {
    local out="$1.out" err="$1.err"
    shift
    "$QUIVER" serve --port 0 --plain-port 0 --log none "$@" \
        > "$out" 2> "$err" 3>&- &
    PID=$!
    within 60 of $! has_lines 3 "$out" || { cat "$err" >&2; return 1; }
    PORT=$(sed -n 's|^https://localhost:\([0-9]*\) .*|\1|p' "$out")
    PLAIN=$(sed -n 's|^http://localhost:\([0-9]*\) .*|\1|p' "$out")
    CA=$(sed -n 's|^--cacert ||p' "$out")
}

has_lines() { # NUMBER FILE
    [ "$(wc -l < "$2")" -ge "$1" ]
}

is_gone() {
    ! kill -0 "$1" 2> /dev/null
}

stop_server() {
    kill "$PID" 2> /dev/null || return 0
    within 60 is_gone "$PID" || kill -9 "$PID"
}

secure() { # PATH [CURL OPTIONS]
    local path=$1
    shift
    curl -sS --max-time 90 --cacert "$CA" "$@" "https://localhost:$PORT$path"
}

plain() { # PATH [CURL OPTIONS]
    local path=$1
    shift
    curl -sS --max-time 90 "$@" "http://localhost:$PLAIN$path"
}

@test "curl gets a file over HTTP/1.1 and HTTP/2 with a verified certificate" {
    run secure /digits.txt --http1.1 -w ' %{http_version} %{http_code}'
    [ "$output" = "0123456789 1.1 200" ]
    run secure /digits.txt --http2 -w ' %{http_version} %{http_code}'
    [ "$output" = "0123456789 2 200" ]
}

@test "the certificate is good for both loopback addresses too" {
    curl -sS --max-time 90 --cacert "$CA" "https://127.0.0.1:$PORT/digits.txt"
    curl -sS --max-time 90 --cacert "$CA" "https://[::1]:$PORT/digits.txt"
    run curl -sS --max-time 90 "https://localhost:$PORT/digits.txt"
    [ "$status" -eq 60 ]
}

@test "the plain port speaks HTTP/1.1, and HTTP/2 with prior knowledge" {
    run plain /digits.txt -w ' %{http_version}'
    [ "$output" = "0123456789 1.1" ]
    run plain /digits.txt --http2-prior-knowledge -w ' %{http_version}'
    [ "$output" = "0123456789 2" ]
}

alpn() {
    openssl s_client -connect "localhost:$PORT" -CAfile "$CA" "$@" \
        < /dev/null 2>&1 || true
}

@test "ALPN chooses h2, http/1.1, or refuses what is neither" {
    alpn -alpn h2,http/1.1 | grep 'ALPN protocol: h2'
    alpn -alpn http/1.1 | grep 'ALPN protocol: http/1.1'
    alpn | grep 'No ALPN negotiated'
    alpn -alpn gopher | grep -i 'no application protocol'
    alpn -verify_return_error -verify_hostname localhost | grep 'Verification: OK'
}

@test "TLS 1.2 is spoken, 1.1 is not" {
    alpn -tls1_2 | grep 'Protocol *: TLSv1.2'
    alpn -tls1_1 | grep 'Cipher is (NONE)'
}

@test "a large file arrives whole over each version" {
    want=$(sha256sum < "$DIR/large.bin")
    [ "$(secure /large.bin --http1.1 | sha256sum)" = "$want" ]
    [ "$(secure /large.bin --http2 | sha256sum)" = "$want" ]
    [ "$(plain /large.bin | sha256sum)" = "$want" ]
}

@test "ranges: a part, a tail, none that fits, and a resumed download" {
    run secure /digits.txt -r 2-4 -w ' %{http_code}'
    [ "$output" = "234 206" ]
    run secure /digits.txt -r -3 -w ' %{http_code}'
    [ "$output" = "789 206" ]
    run secure /digits.txt -r 10- -o /dev/null -w '%{http_code}'
    [ "$output" = 416 ]
    head -c 1000000 "$DIR/large.bin" > "$BATS_TEST_TMPDIR/part"
    secure /large.bin -C - -o "$BATS_TEST_TMPDIR/part"
    cmp "$BATS_TEST_TMPDIR/part" "$DIR/large.bin"
}

# range VALUE: what curl gets of digits.txt for it, with the status, the same
# over each version.
range() {
    local version first='' got
    for version in --http1.1 --http2 --http3-only; do
        got=$(secure /digits.txt $version -H "Range: $1" -D "$BATS_TEST_TMPDIR/head" -w ' %{http_code}')
        got+=" $(sed -n 's/^content-range: *\(.*\)\r$/\1/Ip' "$BATS_TEST_TMPDIR/head")"
        [ "${first:=$got}" = "$got" ] || { echo "$version: $got, but $first"; return 1; }
    done
    printf '%s\n' "${first% }"
}

@test "a range that is none gives the whole file, over each version" {
    for junk in 5-1 5-x 5x x-5 5-7x 5 - -- -x 1-2-3 +1-2 '5 - 7' 99999999999999999999-5 \
        0-1,3-4 5-,3-4 -3,0-1; do
        [ "$(range "bytes=$junk")" = "0123456789 200" ] || { echo "$junk: $(range "bytes=$junk")"; return 1; }
    done
    [ "$(range lines=1-2)" = "0123456789 200" ]
}

@test "a range is a part, a tail, or beyond the end, over each version" {
    [ "$(range bytes=2-4)" = "234 206 bytes 2-4/10" ]
    [ "$(range bytes=7-)" = "789 206 bytes 7-9/10" ]
    [ "$(range bytes=7-99999999999999999999)" = "789 206 bytes 7-9/10" ]
    [ "$(range bytes=-3)" = "789 206 bytes 7-9/10" ]
    [ "$(range bytes=-30)" = "0123456789 206 bytes 0-9/10" ]
    for beyond in 10- 10-12 99999999999999999999- -0; do
        [[ $(range "bytes=$beyond") == *"416 bytes */10" ]] || { echo "$beyond: $(range "bytes=$beyond")"; return 1; }
    done
}

@test "two Range fields are no range, two lists of tags are one" {
    for version in --http1.1 --http2 --http3-only; do
        run secure /digits.txt $version -H 'Range: bytes=0-1' -H 'Range: bytes=3-4' -w ' %{http_code}'
        [ "$output" = "0123456789 200" ]
        tag=$(secure /digits.txt $version -o /dev/null -w '%header{etag}')
        run secure /digits.txt $version -H 'If-None-Match: "x", "y"' -H "If-None-Match: $tag" -w '%{http_code}'
        [ "$output" = 304 ]
    done
}

@test "conditional requests by entity tag and by date" {
    cd "$BATS_TEST_TMPDIR"
    secure /digits.txt --etag-save tag -o one
    run secure /digits.txt --etag-compare tag -w '%{http_code}' -o two
    [ "$output" = 304 ]
    run secure /digits.txt -z "$DIR/digits.txt" -w '%{http_code}' -o two
    [ "$output" = 304 ]
    run secure /digits.txt -H 'If-Match: "x"' -w '%{http_code}' -o two
    [ "$output" = 412 ]
    run secure /digits.txt -r 0-1 -H 'If-Range: "x"'
    [ "$output" = 0123456789 ]
}

@test "HEAD tells the length and sends no body" {
    for version in http1.1 http2; do
        run secure /large.bin -I --$version
        [ "$status" -eq 0 ]
        grep -qi '^content-length: 3000000' <<< "$output"
    done
    # and the connection goes on
    run curl -sS --max-time 90 -I "http://localhost:$PLAIN/digits.txt" \
        --next -sS -w ' %{num_connects}' "http://localhost:$PLAIN/digits.txt"
    [[ $output == *'0123456789 0' ]]
}

@test "a folder: redirect, index page, listing, listing as JSON" {
    run secure /page -o /dev/null -w '%{http_code} %{redirect_url}'
    [ "$output" = "301 https://localhost:$PORT/page/" ]
    run secure /page -L
    [ "$output" = '<p>index' ]
    run secure /
    [[ $output == *'<a href="./odd%20%3C%26name%3E/">odd &lt;&amp;name&gt;/</a>'* ]]
    secure / -H 'Accept: text/html;q=0.5, application/json' | grep -q '^{'
    secure / -H 'Accept: application/json;q=0.5' -H 'Accept: text/html' | grep -q '^<!doctype'
    secure / -H 'Accept: application/json' | "$PYTHON" -c '
import json, sys
names = [e["name"] for e in json.load(sys.stdin)["entries"]]
assert names == sorted(names) and "digits.txt" in names, names'
}

@test "nothing outside of the folder is served" {
    for path in /../secret /sub/../../secret /%2e%2e/secret /..%2fsecret \
        /%2e%2e%2fsecret /out //etc/passwd /digits.txt%00 /sub/%00/../secret; do
        run secure "$path" --path-as-is -w '%{http_code}'
        [ "$status" -eq 0 ]
        [[ $output != *secret* && $output != *root:* ]]
        [[ $output == *404 || $output == *400 ]]
    done
    run secure /pipe -o /dev/null -w '%{http_code}'
    [ "$output" = 403 ]
}

# raw BYTES: sends them to the plain port, prints what comes back
raw() {
    "$PYTHON" -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=90)
s.sendall(sys.argv[2].encode().decode("unicode_escape").encode("latin-1"))
while data := s.recv(65536):
    sys.stdout.buffer.write(data)' "$PLAIN" "$1"
}

@test "raw requests: traversal, absolute form, nonsense" {
    run raw 'GET ../secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    [[ $output == 'HTTP/1.1 4'* && $output != *secret* ]]
    run raw 'GET /\\..\\secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    [[ $output == 'HTTP/1.1 4'* ]]
    run raw 'GET http://x/digits.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    [[ $output == *0123456789 ]]
    run raw 'nonsense\r\n\r\n'
    [[ $output == 'HTTP/1.1 '[45]* ]]
}

@test "what a path does not do is answered with Allow" {
    run secure /digits.txt -X DELETE -o /dev/null -D - -w '%{http_code}'
    grep -qi '^allow: GET, HEAD' <<< "$output"
    [[ $output == *405 ]]
}

@test "an upload is counted and hashed" {
    want=$(sha256sum < "$DIR/large.bin" | cut -d ' ' -f 1)
    for version in http1.1 http2; do
        run secure /upload --$version -T "$DIR/large.bin"
        [[ $output == *'"bytes": 3000000'* && $output == *"$want"* ]]
        run secure /upload --$version --data-binary "@$DIR/large.bin"
        [[ $output == *"$want"* ]]
    done
    run plain /upload -H 'Transfer-Encoding: chunked' -T "$DIR/large.bin"
    [[ $output == *"$want"* ]]
}

@test "echo: JSON of the request, or the body back as it was" {
    run secure '/echo?a=b' -X PATCH -H 'X-A: 1' -d hello
    [[ $output == *'"method": "PATCH"'* && $output == *'"body": "hello"'* ]]
    [[ $output == *'"target": "/echo?a=b"'* ]]
    for version in http1.1 http2; do
        secure '/echo?raw' --$version --data-binary "@$DIR/large.bin" |
            cmp - "$DIR/large.bin"
    done
}

@test "redirects are followed to their end" {
    run secure /redirect/5 -L -o /dev/null -w '%{num_redirects} %{http_code}'
    [ "$output" = "5 200" ]
    run secure '/redirect/1?code=307&to=/echo' -L -X PUT -d x
    [[ $output == *'"method": "PUT"'* ]]
}

@test "status, delay, drip and bytes do as the path says" {
    run secure /status/418 -w '%{http_code}' -o /dev/null
    [ "$output" = 418 ]
    run secure /status/204 -w '%{http_code} %{size_download}'
    [ "$output" = "204 0" ]
    run secure /delay/300 -o /dev/null -w '%{time_starttransfer}'
    awk "BEGIN { exit !($output >= 0.3) }"
    run secure '/drip?bytes=100&ms=300' -o /dev/null \
        -w '%{size_download} %{time_total}'
    awk "BEGIN { split(\"$output\", a, \" \"); exit !(a[1] == 100 && a[2] >= 0.25) }"
    [ "$(secure /bytes/100000 --http1.1 | sha256sum)" = \
        "$(secure /bytes/100000 --http2 | sha256sum)" ]
    run secure /bytes/1000000000000 -I
    grep -qi '^content-length: 1000000000000' <<< "$output"
}

@test "bad ends: cut connections, reset streams" {
    run secure /cut/100 --http1.1 -o /dev/null -w '%{size_download}'
    [ "$status" -ne 0 ]
    [[ $output == *100 ]]
    run secure /cut/100 --http2 -o /dev/null
    [ "$status" -ne 0 ]
    run secure '/reset/100?code=8' --http2 -o /dev/null
    [ "$status" -eq 92 ]
    run plain '/cut/100?chunked' -o /dev/null
    [ "$status" -eq 18 ]
}

@test "trailers follow the body" {
    run plain /trailers --raw
    grep -qi '^x-sha256: [0-9a-f]\{64\}' <<< "$output"
    grep -qi '^x-bytes: 17' <<< "$output"
}

@test "keep-alive: one connection serves many, /goaway is its last" {
    run curl -sS --max-time 90 -o /dev/null -w '%{num_connects} ' \
        "http://localhost:$PLAIN/digits.txt" \
        --next -sS -o /dev/null -w '%{num_connects} ' \
        "http://localhost:$PLAIN/goaway" \
        --next -sS -o /dev/null -w '%{num_connects}' \
        "http://localhost:$PLAIN/digits.txt"
    [ "$output" = "1 0 1" ]
}

@test "a client that does not finish its request is not waited for" {
    "$PYTHON" -c '
import socket, sys
slow = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=90)
slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
data = b""
try:
    while chunk := slow.recv(4096):
        data += chunk
except ConnectionResetError:
    pass
assert data == b"" or data.startswith(b"HTTP/1.1 408"), data' "$PLAIN"
}

@test "many at once, over each version" {
    for version in http1.1 http2; do
        run curl -sS --max-time 90 --cacert "$CA" --$version -Z \
            --parallel-max 50 -o /dev/null -w '%{http_code}\n' \
            "https://localhost:$PORT/bytes/[1000-1299]"
        [ "$(grep -c '^200$' <<< "$output")" -eq 300 ]
    done
}

h3() { # PATH [OPTIONS]
    local path=$1
    shift
    quiver -sS -m 90 --cacert "$CA" --http3-only "$@" "https://localhost:$PORT$path"
}

@test "quiver itself gets, sends and sees bad ends over HTTP/3" {
    run h3 /digits.txt -w ' %{http_version} %{http_code}'
    [ "$output" = "0123456789 3 200" ]
    h3 /large.bin | cmp - "$DIR/large.bin"
    h3 '/echo?raw' --data-binary "@$DIR/large.bin" | cmp - "$DIR/large.bin"
    run h3 /upload -T "$DIR/large.bin"
    [[ $output == *"$(sha256sum < "$DIR/large.bin" | cut -d ' ' -f 1)"* ]]
    run h3 /reset/100 -o /dev/null
    [ "$status" -eq 18 ]
    run h3 /cut/100 -o /dev/null
    [ "$status" -eq 18 ]
}

@test "a protocol that a path does not speak is ignored over HTTP/1.1 and 501 above" {
    run curl -sS --max-time 90 -o /dev/null -o /dev/null -w '%{http_code} %{num_connects} ' \
        -H 'Connection: Upgrade' -H 'Upgrade: foo/2' "http://localhost:$PLAIN/status/203" \
        "http://localhost:$PLAIN/digits.txt"
    [ "$output" = "203 1 200 0 " ]
    for version in --http2 --http3-only; do
        run -113 quiver ws $version --cacert "$CA" "wss://localhost:$PORT/echo" < /dev/null
        [[ "$output" = *"it answered 501" ]]
    done
}

@test "--retry makes QUIC clients show their address first" {
    start_server "$BATS_TEST_TMPDIR/retry" --retry "$DIR"
    run h3 /digits.txt
    [ "$output" = 0123456789 ]
    stop_server
}

@test "--max-requests ends a connection after so many" {
    start_server "$BATS_TEST_TMPDIR/max" --max-requests 2 "$DIR"
    for version in http1.1 http2; do
        run curl -sS --max-time 90 --cacert "$CA" --$version -o /dev/null \
            -w '%{num_connects}\n' "https://localhost:$PORT/bytes/[1-4]"
        [ "$output" = $'1\n0\n1\n0' ]
    done
    stop_server
}

@test "SIGTERM lets a running download end, removes the certificate, exit 0" {
    start_server "$BATS_TEST_TMPDIR/drain" "$DIR"
    secure '/drip?bytes=100&ms=1000' -N -o "$BATS_TEST_TMPDIR/got" 3>&- &
    client=$!
    within 60 of $! test -s "$BATS_TEST_TMPDIR/got"
    kill -TERM "$PID"
    wait "$client"
    [ "$(wc -c < "$BATS_TEST_TMPDIR/got")" -eq 100 ]
    wait "$PID"
    [ ! -e "$CA" ]
    run plain /
    [ "$status" -eq 7 ]
}

does_not_listen() {
    ! (: < "/dev/tcp/127.0.0.1/$PLAIN") 2> /dev/null
}

@test "a second signal ends it at once" {
    start_server "$BATS_TEST_TMPDIR/kill" "$DIR"
    plain '/drip?bytes=10000&ms=60000' -N -o "$BATS_TEST_TMPDIR/got" 3>&- &
    client=$!
    within 60 of $! test -s "$BATS_TEST_TMPDIR/got"
    kill -INT "$PID"
    within 60 does_not_listen
    kill -0 "$PID"
    kill -INT "$PID"
    status=0
    wait "$PID" || status=$?
    [ "$status" -eq 130 ]
    [ ! -e "$CA" ]
    refute wait "$client"
}

@test "what cannot be served is one line and the right exit status" {
    run quiver serve --port 0 --plain-port 0 "$DIR/absent"
    [ "$status" -eq 26 ]
    [ "${#lines[@]}" -eq 1 ]
    run quiver serve --no-tls --plain-port "$PLAIN" "$DIR"
    [ "$status" -eq 7 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *"$PLAIN"*'in use'* ]]
    run quiver serve --port 0 --no-plain --cert "$DIR/digits.txt" \
        --key "$DIR/digits.txt" "$DIR"
    [ "$status" -eq 58 ]
    [ "${#lines[@]}" -eq 1 ]
    run quiver serve --no-tls --plain-port 0 --bind example.com "$DIR"
    [ "$status" -eq 2 ]
}

@test "requests are logged as JSON" {
    log="$BATS_TEST_TMPDIR/log"
    "$QUIVER" serve --no-tls --plain-port 0 --log json "$DIR" > "$log" 3>&- &
    pid=$!
    within 60 of $! has_lines 1 "$log"
    port=$(sed -n 's|^http://localhost:\([0-9]*\) .*|\1|p' "$log")
    curl -sS --max-time 90 "http://localhost:$port/digits.txt?%1b" -o /dev/null
    within 60 of $! has_lines 2 "$log"
    # A control character of a terminal, in UTF-8.
    "$PYTHON" -c 'import socket, sys
s = socket.create_connection(("localhost", int(sys.argv[1])))
s.sendall(b"GET / HTTP/1.1\r\nHost: a\xc2\x9b2J\r\nConnection: close\r\n\r\n")
while s.recv(4096):
    pass' "$port"
    within 60 has_lines 3 "$log"
    kill "$pid"
    wait "$pid"
    run ! grep -q $'\xc2\x9b' "$log"
    grep -q '"authority":"a\\u009B2J"' "$log"
    sed -n 2p "$log" | "$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
assert (r["status"], r["sent"], r["complete"]) == (200, 10, True), r
assert r["target"] == "/digits.txt?%1b", r'
}

@test "a log that nobody reads stops nobody, and what it lacks is told" {
    local pid port reader path
    local log="$BATS_TEST_TMPDIR/log" err="$BATS_TEST_TMPDIR/err"
    mkfifo "$BATS_TEST_TMPDIR/lines"
    # Reads two lines (where it listens is one) and stands still until it is told to go on.
    "$PYTHON" -c '
import os, sys, time
lines = open(sys.argv[1], "rb", buffering=0)
out = open(sys.argv[2], "wb", buffering=0)
while out.tell() == 0 or not open(sys.argv[2], "rb").read().endswith(b"\n"):
    out.write(lines.read(1))
while not os.path.exists(sys.argv[3]):
    time.sleep(0.02)
while chunk := lines.read(65536):
    out.write(chunk)' "$BATS_TEST_TMPDIR/lines" "$log" "$BATS_TEST_TMPDIR/go" 3>&- &
    reader=$!
    "$QUIVER" serve --no-tls --plain-port 0 --log text "$DIR" > "$BATS_TEST_TMPDIR/lines" \
        2> "$err" 3>&- &
    pid=$!
    within 60 of $! has_lines 1 "$log"
    port=$(sed -n 's|^http://localhost:\([0-9]*\) .*|\1|p' "$log")
    # 65,536 bytes fill the pipe; 1 MiB is what may wait.
    path=$(printf 'a%.0s' {1..900})
    run -0 quiver -sS -Z --out-null "http://localhost:$port/$path?[1-1500]"
    [ "$(curl -sS --max-time 90 "http://localhost:$port/digits.txt")" = 0123456789 ]
    kill "$pid"
    touch "$BATS_TEST_TMPDIR/go"
    wait "$reader"
    wait "$pid"
    # All that there is are whole lines.
    local written dropped
    written=$(grep -c "GET /$path?[0-9]*\" " "$log")
    dropped=$(sed -n 's/^quiver: \([0-9]*\) lines of the access log were dropped.*/\1/p' "$err")
    [ "$dropped" -gt 0 ]
    [ "$(tail -c 1 "$log" | od -An -c | tr -d ' ')" = '\n' ]
    [ $((written + dropped + $(grep -c 'GET /digits.txt" ' "$log"))) -eq 1501 ]
}

@test "--port may be given several times, or a list" {
    local origin many out=$BATS_TEST_TMPDIR/many
    "$QUIVER" serve --port 0,0 --port 0 --plain-port 0 --plain-port 0 --log none "$BATS_TEST_TMPDIR" >"$out" 2>"$out.err" 3>&- &
    many=$!
    within 60 of $! grep -q '^--cacert ' "$out"
    [ "$(grep -c '^https://' "$out")" = 3 ]
    [ "$(grep -c '^http://' "$out")" = 2 ]
    for origin in $(sed -n 's|^\(http[^ ]*\) .*|\1|p' "$out"); do
        run quiver -sS --cacert "$(sed -n 's|^--cacert ||p' "$out")" -o /dev/null -w '%{http_code}' "$origin/bytes/9"
        [ "$output" = 200 ]
    done
    kill "$many"
    wait "$many"
    run -2 quiver serve --port 1,70000
    [[ "$output" == *"option --port: '70000' is not from 0 to 65535"* ]]
    run -2 quiver serve --port 1,,2
    [[ "$output" == *"option --port: '' is not from 0 to 65535"* ]]
}

@test "--bind may be given several times" {
    local out="$BATS_TEST_TMPDIR/out" pid port
    "$QUIVER" serve --no-tls --plain-port 0 --log none --bind 127.0.0.1 --bind 127.0.0.2,127.0.0.3 "$DIR" >"$out" 3>&- &
    pid=$!
    within 60 of $! grep -q ^http: "$out"
    port=$(sed -n 's|^http://127.0.0.1:\([0-9]*\).*|\1|p' "$out")
    for n in 1 2 3; do
        run -0 quiver -sS -o /dev/null -w '%{http_code}' "http://127.0.0.$n:$port/status/204"
        [ "$output" = 204 ]
    done
    kill "$pid"
}
