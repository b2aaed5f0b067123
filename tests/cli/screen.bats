#!/usr/bin/env bats
# What a terminal shows: answers, progress, the lines of a batch.  screen.py is the terminal.

load helper

setup_file() {
    "$PYTHON" "$BATS_TEST_DIRNAME/screen_peer.py" "$BATS_FILE_TMPDIR/port" 3>&- &
    export SCREEN_PID=$!
    within 60 of $! test -s "$BATS_FILE_TMPDIR/port"
    SITE="http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/port")"
    FREE="$QUIVER -sS -o /dev/null"
    export SITE FREE
    start_serve
}

teardown_file() {
    kill "$SCREEN_PID" 2> /dev/null || true
    stop_serve
}

setup() {
    enter_folder
    unset NO_COLOR CLICOLOR_FORCE
}

# on_screen SIZE COMMAND: what the terminal shows in the end; a script may be at hand.
on_screen() {
    "$PYTHON" "$HERE/screen.py" "$@"
}

# no_escapes FILE: as bats lets a plain `!` pass, this is a command of its own.
no_escapes() {
    if grep -q $'\x1b' "$1"; then return 1; fi
}

shows() {
    on_screen 80x24 "$QUIVER" -sS "$@" < /dev/null
}

@test "JSON is indented on a terminal, each value as it was written" {
    [ "$(shows "$SITE/json")" = '{
    "name": "Béa",
    "n": 12345678901234567890.10e+5,
    "list": [
        1,
        {},
        []
    ],
    "s": "\u00e9\n\xe2\x80\xae"
}' ]
    # A pipe and a file get the bytes.
    quiver -sS "$SITE/json" > piped
    quiver -sS -o file "$SITE/json"
    cmp piped file
    [ "$(wc -l < piped)" -eq 0 ]
}

@test "what is no JSON is shown as it is, from where it is none" {
    [ "$(shows "$SITE/broken")" = '{
    "a": [
        1,
        oops], "b" :3}' ]
}

@test "lines of JSON and events come line by line, before the stream ends" {
    local type
    for type in ndjson sse; do
        printf '%s\n' 'see "b"' "run $FREE '$SITE/release/$type'" 'see "c"' > script
        on_screen 80x24 "$QUIVER" -sS "$SITE/slow/$type" < script > shown
        grep -F '{"a":1, "b":[true]}' shown
    done
}

@test "a terminal that is left in the midst of a string has its own colour again" {
    printf '%s\n' 'see "begun' interrupt > script
    run on_screen 80x24 "$QUIVER" -sS "$SITE/slow/string" < script
    [ "$status" -eq 254 ] # by the signal
    [ "$output" = '{
    "a": "begun' ]
    $FREE "$SITE/release/string"
}

@test "text of Latin-1 and UTF-16 is shown as what it is" {
    [ "$(shows "$SITE/latin1")" = 'café €' ]
    [ "$(shows "$SITE/utf16")" = 'a€😀' ]
    [ "$(quiver -sS "$SITE/latin1" | od -An -tx1)" = ' 63 61 66 e9 20 80' ]
}

@test "the last line of a body gets its end, once, and not when -w brings it" {
    [ "$(shows "$SITE/text" "$SITE/text")" = 'text
text' ]
    [ "$(shows -w '\n%{http_code}\n' "$SITE/text")" = 'text
200' ]
    [ "$(shows -w '%{http_code}\n' "$SITE/line")" = 'line
200' ]
}

@test "a body is asked for compressed where a person reads it, and only there" {
    [ "$(shows "$SITE/packed")" = 'unpacked, since it was asked for' ]
    quiver -sS "$SITE/packed" | grep -q '^not asked'
    for option in --no-compressed --raw "-HAccept-Encoding: identity" --pretty=never "-r0-100"; do
        [[ "$(shows "$option" "$SITE/packed")" = 'not asked'* ]]
    done
    # On the way to another host as well.
    [ "$(shows -L "$SITE/to/packed")" = 'unpacked, since it was asked for' ]
}

@test "what is no text is refused, by its name" {
    local status
    for kind in 'png:a PNG image' 'gzip:gzip data' 'nul:terminal;'; do
        run shows "$SITE/${kind%%:*}"
        [ "$status" -eq 23 ]
        [[ "$output" = *"${kind#*:}"*"'-o FILE'"* ]]
    done
    # The server has packed it, and nobody asked for that.
    run shows --no-compressed "$SITE/coded"
    [ "$status" -eq 23 ]
    [[ "$output" = *"'--compressed' to decode it"* ]]
    # Formatted into a pipe it is what it is.
    quiver -sS --pretty always "$SITE/png" | cmp - <(printf '\x89PNG\r\n\x1a\n\0\x1b[2J')
}

@test "--pretty and --color: never, always, and what the environment says" {
    [ "$(shows --pretty never "$SITE/json")" = '{"name":"Béa", "n":12345678901234567890.10e+5,"list":[1,{},[]],"s":"\u00e9\n\xe2\x80\xae"}' ]
    [ "$(quiver -sS --pretty always "$SITE/json" | wc -l)" -eq 10 ]
    no_escapes <(quiver -sS --pretty always "$SITE/json")
    grep -q $'\x1b\[1;34m"name"\x1b\[0m' <(quiver -sS --color always "$SITE/json")
    no_escapes <(CLICOLOR_FORCE=1 quiver -sS "$SITE/json")
    grep -q $'\x1b' <(CLICOLOR_FORCE=1 quiver -sS --pretty always "$SITE/json")
    export SCREEN_COLOURS=1
    [ "$(shows -i "$SITE/json" | tail -n 1)" = 'colours: 0 1;32 1;34 32 36' ]
    for how in "NO_COLOR=1" "TERM=dumb"; do
        [ "$(env "$how" "$PYTHON" "$HERE/screen.py" 80x24 "$QUIVER" -sS -i "$SITE/json" < /dev/null |
            tail -n 1)" = 'colours: none' ]
    done
    [ "$(NO_COLOR=1 shows --color always "$SITE/json" | tail -n 1)" = 'colours: 0 1;34 32 36' ]
    for option in --color=never --pretty=never --no-styled-output; do
        [ "$(shows -i $option "$SITE/json" | tail -n 1)" = 'colours: none' ]
    done
    run quiver --pretty pretty "$SITE/json"
    [ "$status" -eq 2 ]
    [[ "$output" = *"pretty"* ]]
}

@test "heads have colours by their status, on a terminal alone" {
    export SCREEN_COLOURS=1
    for pair in '204 1;32' '302 1;36' '404 1;33' '500 1;31'; do
        shows -I "$PLAIN/status/${pair% *}" > shown
        grep "^HTTP/1.1 ${pair% *}" shown
        [ "$(tail -n 1 shown)" = "colours: 0 ${pair#* } 1;34" ] ||
            [ "$(tail -n 1 shown)" = "colours: 0 1;34 ${pair#* }" ]
    done
    no_escapes <(quiver -sS -i "$PLAIN/status/404")
}

@test "-v has the colours of heads on a terminal, and none elsewhere" {
    export SCREEN_COLOURS=1
    on_screen --err 80x24 "$QUIVER" -sS -v -o out "$PLAIN/status/404" < /dev/null > shown
    grep '^< HTTP/1.1 404' shown
    grep '^> GET /status/404' shown
    [ "$(tail -n 1 shown)" = 'colours: 0 1 1;33 1;34 2' ]
    for option in --color=never --trace=-; do
        on_screen --err 80x24 "$QUIVER" -sS -v $option -o out "$PLAIN/status/404" < /dev/null > shown
        [ "$(tail -n 1 shown)" = 'colours: none' ]
    done
    quiver -sS -v -o out "$PLAIN/status/404" 2> err
    no_escapes err
    CLICOLOR_FORCE=1 quiver -sS --trace-ascii file -o out "$PLAIN/status/404"
    no_escapes file
}

@test "an error begins with a colour on a terminal, and says the same without" {
    export SCREEN_COLOURS=1
    on_screen --err 80x24 "$QUIVER" -o out http://127.0.0.1:1/ < /dev/null > shown || [ $? -eq 7 ]
    grep -q '^quiver: (7) 127.0.0.1: ' shown
    grep -q '^colours: 0 1;31' shown
    on_screen --err 80x24 "$QUIVER" --color never -o out http://127.0.0.1:1/ < /dev/null > shown || [ $? -eq 7 ]
    [ "$(tail -n 1 shown)" = 'colours: none' ]
    run quiver -o out http://127.0.0.1:1/
    [[ "$output" = 'quiver: (7) 127.0.0.1: '* ]]
}

@test "a hint has a colour, and lines that end between words" {
    local columns
    for columns in 80 40; do
        on_screen --err "${columns}x24" "$QUIVER" -o out http://127.0.0.1:1/ < /dev/null > shown || [ $? -eq 7 ]
        sed -n '/^hint: /,/^$/p' shown | grep . > hint
        [ "$(wc -l < hint)" -gt 1 ]
        [ "$(wc -L < hint)" -lt "$columns" ]
        [ "$(tail -n +2 hint | grep -c '^      [^ ]')" -eq "$(($(wc -l < hint) - 1))" ]
        [ "$(tr -s ' \n' ' ' < hint)" = "hint: nobody listens at port 1 there: is the server started, or does it listen at ::1 alone? localhost tries both " ]
    done
    SCREEN_COLOURS=1 on_screen --err 80x24 "$QUIVER" -o out http://127.0.0.1:1/ < /dev/null > shown || [ $? -eq 7 ]
    [ "$(tail -n 1 shown)" = 'colours: 0 1;31 1;36' ]
    # Elsewhere it is one line.
    quiver --hints always -o out http://127.0.0.1:1/ 2> err || [ $? -eq 7 ]
    [ "$(wc -l < err)" -eq 2 ]
}

@test "--print: the parts of an exchange, in their order, into a pipe too" {
    quiver -sS -P HBhbm -d '{"a":1}' -H 'Authorization: Bearer xyz' "$SITE/post" | tr -d '\r' > out
    [ "$(sed -e '/^\(Host\|User-Agent\|Date\|Server\|Elapsed\|Address\)/d' out)" = 'POST /post HTTP/1.1
Accept: */*
Authorization: <redacted>
Content-Length: 7
Content-Type: application/x-www-form-urlencoded

{"a":1}

HTTP/1.1 201 Created
Content-Type: application/json
Content-Length: 7

{"a":1}

Version: HTTP/1.1
Size: 7 B' ]
    quiver -sS -P H --show-secrets -H 'Authorization: Bearer xyz' "$SITE/text" | grep -q 'Bearer xyz'
    [ -z "$(quiver -sS --print= "$SITE/text")" ]
    [ "$(quiver -sS -P b "$SITE/text")" = text ]
    # Each request of a redirect, on every version.
    quiver -sS --cacert "$CA" -L -P Hh --http2 "$SECURE/redirect/2" | tr -d '\r' > out
    [ "$(grep -c '^GET /.* HTTP/' out)" -eq 3 ]
    [ "$(grep -c '^HTTP/2 ' out)" -eq 3 ]
    quiver -sS --cacert "$CA" --http3-only -P B -d sent "$SECURE/echo" > out
    [ "$(cat out)" = sent ]
    # Where it went, and where the time went.
    quiver -sS --cacert "$CA" --http3-only -P ct "$SECURE/bytes/1" > out
    grep -q '^Connection: 1, new, QUIC v1$' out
    grep -q '^Path: .* to .*:[0-9]*$' out
    grep -q '^TLS: TLSv1.3, .*, certificate ok$' out
    "$PYTHON" - "$(grep -o '^Times: .*' out)" <<'PY'
import re, sys
names = re.findall(r"(\w+) [\d.]+s", sys.argv[1])
assert names == "queue dns connect tls send wait receive".split(), names
PY
    quiver -sS -P x "$SITE/text" > out
    quiver -sS --explain -o /dev/null "$SITE/text" 2> err
    [ "$(sed -n 's/^\([a-z-]*\).*/\1/p' out | sort -u)" = "$(sed -n 's/^\([a-z-]*\).*/\1/p' err | sort -u)" ]
    # A request that is printed may still be sent once more.
    quiver -s -P Hb --retry 1 --retry-delay 0.001 "$SITE/flaky" > out
    [ "$(grep -c '^GET /flaky' out)" -eq 2 ]
    [ "$(tail -n 1 out)" = steady ]
    # A file gets them as well.
    quiver -sS -P hb -o file "$SITE/text"
    [ "$(tr -d '\r' < file | sed -n '1p;$p')" = $'HTTP/1.1 200 OK\ntext' ]
    run quiver -P Hz "$SITE/text"
    [ "$status" -eq 2 ]
}

@test "METHOD URL: head and body on a terminal, as HTTPie has it, and the body alone elsewhere" {
    [ "$(shows GET "$SITE/text" | sed '/^\(Server\|Date\): /d')" = 'HTTP/1.1 200 OK
Content-Type: text/plain
Content-Length: 4

text' ]
    [ "$(shows POST "$SITE/post" a=1 | grep -E '^(HTTP|.$)')" = 'HTTP/1.1 201 Created
{
}' ]
    [ "$(quiver -sS GET "$SITE/text")" = text ]
    [ "$(shows "$SITE/text")" = text ]
    [ "$(shows --print b GET "$SITE/text")" = text ]
    [ "$(shows GET -o - "$SITE/text")" = text ]
    on_screen 80x24 "$QUIVER" -sS GET -o file "$SITE/text" < /dev/null
    [ "$(cat file)" = text ]
    # What is to be tried again has shown nothing.
    [ "$(shows --hints never GET --retry 1 --retry-delay 0.001 "$SITE/flaky/method" | grep -c '^HTTP/')" -eq 1 ]
}

@test "--print on a terminal: both bodies are formatted" {
    [ "$(shows -P Bb --json '{"a":[1]}' "$SITE/post")" = '{
    "a": [
        1
    ]
}

{
    "a": [
        1
    ]
}' ]
    printf '\0\1' > binary
    [ "$(shows -P B --data-binary @binary "$SITE/post")" = '[binary data is not shown]' ]
}

@test "what a server said earlier moves no cursor either" {
    local tab=$'\t'
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tname\tv\xc2\x9b2J\xe2\x80\xae\n' > jar
    for command in "-sS -b jar -c - -o out $SITE/text" \
        "-sS --dry-run --show-secrets -b jar $SITE/text" "-sS --etag-save - -o out $SITE/etag"; do
        # shellcheck disable=SC2086  # words
        on_screen 200x24 "$QUIVER" $command < /dev/null > shown
        grep -F 'v\xc2\x9b2J\xe2\x80\xae' shown
    done
    quiver -sS -b jar -c - -o out "$SITE/text" | grep -q "name${tab}v"$'\xc2\x9b'
}

# ---- progress ----

@test "progress fits 200, 80 and 40 columns, whatever a transfer is" {
    local columns
    for columns in 200 80 40 20; do
        printf '%s\n' 'see ^a-.* 50%' "run $FREE '$SITE/release/p$columns'" > script
        on_screen --err "${columns}x24" "$QUIVER" -o a-rather-long-name-of-a-file.tar.gz \
            "$SITE/half/p$columns" < script > shown
        [ -z "$(cat shown)" ] # it is gone
    done
}

@test "progress survives a terminal that is made narrow, and wide again" {
    printf '%s\n' 'see ^one.*50%' 'resize 30x24' 'see ^one +50% +4.9 KiB  [0-9.]+' show \
        'resize 120x24' 'see ^one \[#' 'see 2 running' show \
        "run $FREE '$SITE/release/r1'" "run $FREE '$SITE/release/r2'" > script
    on_screen --err 100x24 "$QUIVER" -Z -o one "$SITE/half/r1" -o two "$SITE/half/r2" < script > shown
    cat shown
    # Each screen has two transfers and their sum, once.
    [ "$(grep -c '^one' shown)" -eq 2 ]
    [ "$(grep -c '^two' shown)" -eq 2 ]
    [ "$(grep -c 'running' shown)" -eq 2 ]
}

@test "of many transfers eight have a line, fewer where there are fewer rows" {
    local rows lines
    for pair in '24 8' '10 7'; do
        rows=${pair% *} lines=${pair#* }
        { echo "see 12 running"; echo show; for i in $(seq 12); do echo "run $FREE '$SITE/release/m$rows.$i'"; done; } > script
        on_screen --err "80x$rows" "$QUIVER" -Z --parallel-immediate -o 'f#1' "$SITE/half/m$rows.[1-12]" < script > shown
        cat shown
        [ "$(grep -c '^f[0-9]* .*50%' shown)" -eq "$lines" ]
        grep -q "^0 done, 12 running ($((12 - lines)) more)" shown
    done
}

@test "a size that nobody knows has a spinner and bytes" {
    printf '%s\n' 'see ^out [|/\\-] +[0-9.]+ B ' "run $FREE '$SITE/release/u'" > script
    on_screen --err 80x24 "$QUIVER" -o out "$SITE/unknown/u" < script
}

@test "an upload has the name of what goes up" {
    head -c 100000 /dev/zero > up.bin
    printf '%s\n' 'see ^up.bin \[[#.]*\] +[0-9]+% ' interrupt > script
    run on_screen --err 80x24 "$QUIVER" -T up.bin -o down.json --limit-rate 1k "$PLAIN/upload" < script
    [ "$status" -eq 254 ] # by the signal, once it was seen
}

@test "what -w writes stands above the progress of what still runs" {
    printf '%s\n' 'see ^long +\[.*50%' "run $FREE '$SITE/release/w1'" 'see ^200 short$' 'gone ^short' 'see ^long +\[.*50%' show \
        "run $FREE '$SITE/release/w2'" > script
    on_screen 80x24 "$QUIVER" -Z -o short -o long -w '%{http_code} %{filename_effective}\n' \
        "$SITE/half/w1" "$SITE/half/w2" < script > shown
    cat shown
    [ "$(sed -n '2,4{s/ .*//;p}' shown)" = $'200\nlong\n1' ]
    # In the end there are the lines of -w alone.
    [ "$(tail -n 3 shown | grep .)" = $'200 short\n200 long' ]
}

@test "lines of several transfers stand in columns" {
    printf '%s\n' 'see ^a +\[[#.]+\]  50%   4.9 KiB/9.8 KiB' 'see ^b-longer \[[#.]+\]  50%   4.9 KiB/9.8 KiB' show \
        "run $FREE '$SITE/release/c1'" "run $FREE '$SITE/release/c2'" > script
    on_screen --err 100x24 "$QUIVER" -Z -o a "$SITE/half/c1" -o b-longer "$SITE/half/c2" < script > shown
    [ "$(grep -E '^(a|b-longer) ' shown | sed 's/\[.*//' | awk '{ print length }' | sort -u | wc -l)" -eq 1 ]
}

@test "--progress=json and plain are lines on anything" {
    "$QUIVER" -sS --progress=json -o out "$SITE/half/j" 2> err &
    local pid=$!
    within 60 of $! test -s err
    quiver -sS -o /dev/null "$SITE/release/j"
    wait "$pid"
    "$PYTHON" -c 'import json; r = json.loads(open("err").readline()); assert r["bytes"] == 5000 and r["bytes_total"] == 10000 and r["running"] == 1, r'
    "$QUIVER" -sS --progress=plain -o out "$SITE/half/k" 2> plain &
    pid=$!
    within 60 of $! test -s plain
    quiver -sS -o /dev/null "$SITE/release/k"
    wait "$pid"
    grep -q '^quiver: out .*50%   4.9 KiB/9.8 KiB' plain
}

# ---- batch ----

@test "a batch has a line an entry on a terminal, and its records elsewhere" {
    printf '%s\n' "{\"url\":\"$SITE/text\",\"id\":\"first\"}" "$(printf '{"url":"%s","id":"\\u001b[2J\\u202e"}' "$PLAIN/status/404")" \
        "{\"url\":\"http://127.0.0.1:1/\"}" nonsense > list
    run on_screen 120x24 "$QUIVER" batch --hints never --ordered list < /dev/null
    [ "$status" -ne 0 ]
    echo "$output"
    [[ "${lines[0]}" =~ ^200\ .*\ 4\ B\ \ first\ +"$SITE/text"$ ]]
    [[ "${lines[1]}" = 404*'\u001b[2J\u202e '"$PLAIN/status/404" ]]
    [[ "${lines[2]}" = '---'*'3    http://127.0.0.1:1/  (7) '* ]]
    [[ "${lines[3]}" = '---'*'4    (2) line 4: '* ]]
    [[ "${lines[4]}" = 'quiver: 4 done: 2 ok, 2 failed'* ]]
    SCREEN_COLOURS=1 on_screen 120x24 "$QUIVER" batch --hints never --ordered list < /dev/null > shown || true
    [ "$(tail -n 1 shown)" = 'colours: 0 1;31 1;32 1;33' ]
    NO_COLOR=1 SCREEN_COLOURS=1 on_screen 120x24 "$QUIVER" batch --ordered list < /dev/null > shown || true
    [ "$(tail -n 1 shown)" = 'colours: none' ]
    # -o - asks for the records.
    on_screen 4000x24 "$QUIVER" batch -s -o - --ordered list < /dev/null > shown || true
    [ "$(head -n 1 shown | jq -r .id)" = first ]
}

@test "the lines of a batch and its progress share a terminal" {
    for i in $(seq 6); do echo "$SITE/text?$i"; done > list
    echo "$SITE/half/b" >> list
    printf '%s\n' 'see 6/7.*ok.*left' show "run $FREE '$SITE/release/b'" 'see 7 done' > script
    on_screen 100x24 "$QUIVER" batch --format urls list < script > shown
    cat shown
    # What stays is a line an entry, and the sum.
    [ "$(sed '1,/^==*$/d' shown | grep -c '^200 .*http')" -eq 7 ]
    [ "$(grep -c '^6/7' shown)" -eq 1 ]
}
