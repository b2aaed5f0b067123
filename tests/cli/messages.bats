#!/usr/bin/env bats
# What is said on standard error, and -w.

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

@test "an error is one line with code, host and reason" {
    run quiver http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == "quiver: (7) 127.0.0.1: "* ]]
}

@test "-s is silent and -S brings errors back" {
    run quiver -s http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    [ -z "$output" ]
    run quiver -s -S http://127.0.0.1:1/
    [[ "$output" == "quiver: (7)"* ]]
}

@test "-v shows what happens and both heads" {
    quiver -v "$PEER/echo" > body 2> log
    grep -q '^\* ' log
    grep -q '^> GET /echo HTTP/1.1' log
    grep -q '^< HTTP/1.1 200 OK' log
    head -1 body | grep -q '^GET'
}

@test "-v hides secrets unless --show-secrets" {
    quiver -v -u me:topsecret -b sid=topsecret -o /dev/null "$PEER/cookie" 2> log
    grep -q '^> Authorization: <redacted>' log
    grep -q '^> Cookie: <redacted>' log
    grep -q '^< Set-Cookie: <redacted>' log
    refute grep -q topsecret log
    quiver -v --show-secrets -b sid=topsecret -o /dev/null "$PEER/cookie" 2> log
    grep -q '^> Cookie: sid=topsecret' log
}

# One name for all that must not be seen; the base64 of it after "u:" as well.
no_secret_in() {
    refute grep -H -e TOPSECRET -e dTpUT1BTRUNSRV "$@"
}

@test "what is a secret is one in every version, record, trace and message" {
    local version url=https://u:TOPSECRET-1@${SECURE#https://}/status/200
    echo "X-Mine: TOPSECRET-2" > fields
    printf 'header = @%s\noauth2-bearer = TOPSECRET-3\n' "$PWD/fields" > config
    for version in --http1.1 --http2 --http3-only; do
        quiver -v "$version" --cacert "$CA" -H @fields -H "X-Api-Key: TOPSECRET" -H "X-Token: TOPSECRET" \
            -b a=TOPSECRET --trace-events events --stats-out stats -w '%{json}\n' -o body "$url" > record 2> log
        grep -qi '^> x-mine: <redacted>' log
        grep -qi '^> x-api-key: <redacted>' log
        no_secret_in log events stats record
        QUIVER_CONFIG=$PWD/config quiver -v "$version" --cacert "$CA" -o body "$SECURE/status/200" 2> log
        grep -qi '^> x-mine: <redacted>' log
        grep -qi '^> authorization: <redacted>' log
        no_secret_in log
        quiver -v --show-secrets "$version" --cacert "$CA" -H @fields -o body "$url" 2> log
        grep -qi '^> x-mine: TOPSECRET-2' log
    done
    echo "{\"url\":\"$url\",\"headers\":{\"X-Secret\":\"TOPSECRET\",\"Cookie\":\"a=TOPSECRET\"}}" > in
    echo '{"url":"http://u:TOPSECRET@127.0.0.1:1/"}' >> in
    quiver batch -v --cacert "$CA" -H @fields --trace-events events --stats-out stats --summary-out summary in > records 2> log || true
    quiver report --har har records
    no_secret_in records log events stats summary har
    for url in "http://u:TOPSECRET@127.0.0.1:1/" "http://u:TOPSECRET@h:99999/" "gopher://u:TOPSECRET@h/" \
        "u:TOPSECRET@bad host" "http://u:TOPSECRET@h/[1-"; do
        quiver -v --retry 1 --retry-connrefused --retry-delay 0.01 "$url" > said 2>&1 || true
        no_secret_in said
    done
}

@test "a redirect to a URL with a password does not show it" {
    "$PYTHON" - > port 3>&- <<'PY' &
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(4)
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
c.recv(65536)
c.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://u:TOPSECRET@127.0.0.1:1/\r\n\r\n")
c.close()
PY
    within 60 test -s port
    quiver -v -L -w '%{json}\n' "http://127.0.0.1:$(cat port)/" > record 2> log || true
    grep -q '^< Location: http://<redacted>@127.0.0.1:1/' log
    no_secret_in record log
}

@test "no error shows a part of a URL's userinfo, however the URL is cut" {
    local url
    for url in 'http://TOPSECRET@127.0.0.1:1/' 'http://u:TOPSECRET/x@h/' 'http://u:x/TOPSECRET@h/' 'http://u:x@TOPSECRET:y' \
        'u:TOPSECRET/x@h' 'http://TOP^SECRET/x@h/' 'http://u:TOPSECRET x@h/' 'http://u:x@TOPSECRET@h/'; do
        quiver "$url" > said 2>&1 || true
        quiver -Z -w '%{json}\n' "$url" "$url" >> said 2>&1 || true
        echo "$url" | quiver batch --format urls - >> said 2>&1 || true
        "$PYTHON" -c 'import json, sys; print(json.dumps({"url": sys.argv[1]}))' "$url" > in
        quiver batch in >> said 2>&1 || true
        "$PYTHON" - "$url" > in.har <<'PY'
import json, sys
print(json.dumps({"log": {"entries": [{"request": {"method": "GET", "url": sys.argv[1], "headers": []}}]}}))
PY
        quiver batch --format har in.har > records 2>> said || true
        quiver report --csv - records >> said 2>&1 || true
        cat records >> said
        printf '[%s]\nhttp3\n' "$url" > config
        quiver config check config >> said 2>&1 || true
        printf 'url = "%s"\n' "$url" > curlrc
        quiver batch --format curl curlrc >> said 2>&1 || true
        quiver -K curlrc >> said 2>&1 || true
        [ "$(wc -l < said)" -ge 8 ]
        no_secret_in said
    done
}

@test "--stderr sends messages to a file" {
    run quiver --stderr log http://127.0.0.1:1/
    [ -z "$output" ]
    grep -q '^quiver: (7)' log
    run quiver --stderr no/such/log http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    [[ "${lines[0]}" == 'quiver: option --stderr: cannot open no/such/log: '* ]]
    [[ "${lines[1]}" == 'quiver: (7)'* ]]
}

@test "-w prints after each transfer" {
    run quiver -s -o /dev/null -w '%{http_code} %{size_download} %{exitcode}\n' "$PEER/bytes/5"
    [ "$output" = "200 5 0" ]
    run quiver -s -w '%{http_code} %{exitcode}%{onerror} bad: %{errormsg}\n' http://127.0.0.1:1/
    [[ "$output" == "000 7 bad: "* ]]
}

@test "-w @file reads the format, %{stderr} and %output{} choose the place" {
    printf '%%{http_code}\\n%%{stderr}err\\n%%output{file}saved' > format
    quiver -s -o /dev/null -w @format "$PEER/bytes/1" > out 2> err
    [ "$(cat out)" = 200 ]
    [ "$(cat err)" = err ]
    [ "$(cat file)" = saved ]
}

@test "what -w %output{} cannot write is told, and fails nothing" {
    local to
    for to in '/dev/full' '>>/dev/full'; do
        run --separate-stderr quiver -o /dev/null -w "%output{$to}gone%{stdout}%{http_code}" "$PEER/bytes/1"
        [ "$status" -eq 0 ]
        [ "$output" = 200 ]
        [ "$stderr" = "quiver: -w: cannot write /dev/full: No space left on device" ]
    done
    # A regular file that may not grow beyond a KiB.
    run --separate-stderr bash -c 'ulimit -f 1; trap "" XFSZ
        exec "$QUIVER" -o /dev/null -w "%output{file}$(printf %02000d 0)" "$1"' - "$PEER/bytes/1"
    [ "$status" -eq 0 ]
    [ "$stderr" = "quiver: -w: cannot write file: File too large" ]
}

@test "%{json} is one line of JSON without secrets" {
    quiver -s -o out -w '%{json}\n' "$PEER/cookie" > record
    [ "$(wc -l < record)" -eq 1 ]
    "$PYTHON" - record <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["v"] == 1 and r["response_code"] == 200 and r["exitcode"] == 0, r
assert r["size_download"] == 3 and r["filename_effective"] == "out", r
assert r["headers"]["set-cookie"] == ["<redacted>"], r
assert r["error"] is None and r["conn"]["tls"] is None, r
assert r["time_appconnect"] is None and r["time_total"] > 0, r
assert r["attempts"][0]["proto"] == "tcp", r
PY
    quiver -s -w '%{json}\n' http://127.0.0.1:1/ > record || true
    "$PYTHON" - record <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["exitcode"] == 7 and r["error"]["code"] == 7, r
assert r["response_code"] == 0 and r["error"]["class"] == "transient", r
PY
}

@test "progress is for terminals only" {
    quiver -o file "$PEER/bytes/10" 2> err
    [ ! -s err ]
}

@test "progress appears on a terminal and is erased" {
    on_tty "$QUIVER" -o file "$PEER/hold/bar" 2> screen &
    local pid=$!
    within 60 of $! compgen -G '.file.*.part' > /dev/null
    within 60 of $! grep -q 'file .*B' screen
    quiver -sS -o /dev/null "$PEER/release/bar"
    wait "$pid"
    grep -q 'file .*B' screen
    [ "$(tail -c 3 screen)" = $'\x1b[J' ]
}

# What the screen shows in the end: lines that were drawn over are gone.
last_screen() {
    "$PYTHON" - "$1" <<'PY'
import re, sys
parts = re.split(rb"\x1b\[(\d+)A\r\x1b\[J", open(sys.argv[1], "rb").read())
shown = parts[0].splitlines()
for up, part in zip(parts[1::2], parts[2::2]):
    del shown[len(shown) - int(up):]
    shown += part.splitlines()
sys.stdout.buffer.write(b"".join(line + b"\n" for line in shown))
PY
}

@test "-# ends with its final bar, of each transfer" {
    on_tty "$QUIVER" -# -o one "$PEER/bytes/5000" -o two "$PEER/hold/bars" -o none "$PEER/bytes/0" 2> screen &
    local pid=$!
    within 60 of $! compgen -G '.two.*.part' > /dev/null
    within 60 of $! grep -q 'two' screen
    quiver -sS -o /dev/null "$PEER/release/bars"
    wait "$pid"
    last_screen screen > shown
    cat shown
    [ "$(wc -l < shown)" -eq 3 ]
    [ "$(grep -c '\[#*\] 100%' shown)" -eq 3 ]
    grep -q '^one .*4.9 KiB' shown
    grep -q '^two .*20 B' shown
}

@test "progress of an upload moves, over each version" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        mkfifo body
        on_tty "$QUIVER" "$version" --cacert "$CA" -T body -o out "$SECURE/upload" 2> screen &
        local pid=$!
        exec 7> body
        head -c 30000 /dev/zero >&7
        within 60 of $! grep -q 'body .*29.3 KiB' screen
        exec 7>&-
        wait "$pid"
        rm body
    done
}

@test "a dumb terminal gets no cursor codes" {
    on_tty env TERM=dumb "$QUIVER" -# -o file "$PEER/hold/dumb" 2> screen &
    local pid=$!
    within 60 of $! compgen -G '.file.*.part' > /dev/null
    # Where it may, a later one has drawn: so this one could have.
    on_tty env TERM=xterm "$QUIVER" -# -o other "$PEER/hold/dumb" 2> other.screen &
    local other=$!
    within 60 of $! grep -q other other.screen
    quiver -sS -o /dev/null "$PEER/release/dumb"
    wait "$pid" "$other"
    refute grep -q $'\x1b' screen
    [ "$(grep -c '100%' screen)" -eq 1 ]
    for n in $(seq 200); do echo "$PEER/bytes/$n"; done > urls
    on_tty env TERM=dumb "$QUIVER" batch --rate 150/s --format urls urls > records 2> screen
    refute grep -q $'\x1b' screen
}

@test "a name cannot turn a terminal round" {
    run on_tty --stdout "$QUIVER" -sS "$PEER/bidi"
    [[ $output == 'a\xe2\x80\xaeb\xe2\x81\xa6c'* ]]
}

@test "no progress when the body goes to the same terminal, or with -s" {
    run on_tty --stdout "$QUIVER" "$PEER/bytes/3"
    [ "$output" = $'xxx\r' ]
}

@test "a timeout is exit 28" {
    run quiver -s -m 0.3 "$PEER/hold/never"
    [ "$status" -eq 28 ]
}
