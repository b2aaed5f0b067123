#!/usr/bin/env bats
# --json-out: a record of each transfer on standard output, in place of its body.

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

# records WHAT...: of each line of ./out, the values at these paths, as JSON.
records() {
    "$PYTHON" -c '
import json, sys
for line in open("out"):
    record = json.loads(line)
    values = []
    for path in sys.argv[1:]:
        value = record
        for key in path.split("."):
            value = value[key]
        values.append(json.dumps(value))
    print(*values)' "$@"
}

# exits STATUS COMMAND: it does.
exits() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$wanted" ]
}

@test "--json-out: a line for each transfer, with its body in it" {
    quiver -sS --json-out "$PEER/bytes/3" "$PEER/say/201?b=a%0Ab" > out
    [ "$(records seq response_code body.encoding body.text body.bytes body.truncated)" = \
        '0 200 "utf-8" "xxx" 3 false
1 201 "utf-8" "a\nb" 3 false' ]
    quiver -sS --json-out GET "$PEER/say/200?b=%FF%00%01" > out
    [ "$(records body.encoding body.text body.bytes)" = '"base64" "/wAB" 3' ]
    quiver fetch -sS --json-out -I "$PEER/bytes/5" > out
    [ "$(records method headers.content-length body.bytes)" = '"HEAD" ["5"] 0' ]
}

@test "--json-out: an empty body, and that of the last answer behind redirects" {
    quiver -sS --json-out "$PEER/bytes/0" > out
    [ "$(records body.text body.bytes)" = '"" 0' ]
    quiver -sS --json-out -L "$PEER/redirect" > out
    [ "$(records num_redirects body.truncated)" = '1 false' ]
    [[ $(records body.text) = '"GET /echo HTTP/1.1'* ]]
    quiver -sS --json-out "$PEER/redirect" > out
    [ "$(records response_code body.text)" = '302 "gone\n"' ]
}

@test "--body-max: of a longer body the beginning is in the record" {
    quiver -sS --json-out --body-max 3 "$PEER/bytes/3" "$PEER/bytes/4" "$PEER/say/200?b=ab%C3%BCc" > out
    [ "$(records body.text body.bytes body.truncated)" = \
        '"xxx" 3 false
"xxx" 4 true
"ab" 5 true' ]
    quiver -sS --json-out "$PEER/bytes/1048577" > out
    [ "$(records body.bytes body.truncated)" = '1048577 true' ]
}

@test "--json-out: a body that goes to a file does, and the record names it" {
    quiver -sS --json-out -o a "$PEER/bytes/4" -O "$PEER/x/name" --out-null "$PEER/bytes/5" > out
    [ "$(cat a)" = xxxx ]
    grep -q '^GET /x/name ' name
    [ "$(records filename_effective body.file body.text body.bytes)" = \
        "\"a\" \"a\" null 4
\"name\" \"name\" null $(stat -c %s name)
null null null 5" ]
    [ "$(records body.sha256 | head -2 | tr -d '"')" = "$(sha256sum a name | cut -d' ' -f1)" ]
}

@test "--body hash, none and file" {
    quiver -sS --json-out --body hash "$PEER/bytes/4" > out
    [ "$(records body.text body.bytes body.file)" = 'null 4 null' ]
    [ "$(records body.sha256)" = "\"$(printf xxxx | sha256sum | cut -d' ' -f1)\"" ]
    quiver -sS --json-out --body none "$PEER/bytes/4" -o a "$PEER/bytes/5" > out
    [ "$(records body.text body.bytes body.sha256 body.file)" = \
        'null 4 null "a"
null 5 null null' ]
    mkdir d
    quiver -sS --json-out --body file --output-dir d "$PEER/bytes/7" -o a "$PEER/bytes/5" > out
    [ "$(records body.file body.bytes)" = '"d/a" 7
"d/5" 5' ]
    [ "$(stat -c %s d/a d/5 | paste -sd' ')" = "7 5" ]
}

@test "--json-out: transfers that fail have a record, and the exit status of before" {
    exits 7 quiver -sS --json-out --fail-early http://127.0.0.1:1/ "$PEER/bytes/1" > out 2> said
    [ "$(records exitcode error.code body.bytes)" = '7 7 0' ]
    grep -q "^quiver: (7) 127.0.0.1:" said
    exits 7 quiver -s --json-out http://127.0.0.1:1/ "$PEER/bytes/1" > out
    [ "$(records exitcode errormsg | tail -1)" = "0 null" ]
    exits 18 quiver -s --json-out "$PEER/cut" > out
    [ "$(records exitcode body.text body.bytes)" = '18 "0123456789" 10' ]
    [ "$(records errormsg)" != null ]
    exits 3 quiver -s --json-out 'http://a b/' > out
    [ "$(records url exitcode error.class)" = '"http://a b/" 3 "invalid"' ]
}

@test "--json-out: what fails outside of the protocol has a name too" {
    exits 23 quiver -s --json-out -o /dev/full "$PEER/bytes/4" > out
    [ "$(records exitcode error.name error.class body.file)" = '23 "write" "unrecoverable" null' ]
    exits 22 quiver -s --json-out --fail-with-body "$PEER/status/404" > out
    [ "$(records exitcode error.name body.text)" = '22 "http_status" "status 404\n"' ]
    exits 22 quiver -s --json-out -f "$PEER/status/404" > out
    [ "$(records exitcode error.name body.bytes)" = '22 "http_status" 0' ]
}

@test "--json-out: of a transfer that is tried again the last try counts" {
    quiver -s --json-out --body hash --retry 2 --retry-delay 0.01 "$PEER/flaky/json" > out
    quiver -s --no-json-out "$PEER/echo/json" > body
    [ "$(records num_retries response_code)" = '1 200' ]
    sed -i 's/echo/flaky/' body
    [ "$(records body.sha256)" = "\"$(sha256sum < body | cut -d' ' -f1)\"" ]
}

@test "--json-out -C -: the record counts the whole, and has no hash of a part" {
    printf xx > a
    quiver -sS --json-out -C - -o a "$PEER/say/206?h=Content-Range:%20bytes%202-4/5&b=yyy" > out
    [ "$(cat a)" = xxyyy ]
    [ "$(records body.bytes body.sha256 body.file)" = '5 null "a"' ]
}

@test "--json-out -Z: whole lines, in the order in which the transfers end" {
    quiver -sS --json-out -Z "$PEER/hold/json" "$PEER/held/json" > out &
    within 10 grep -q . out
    [ "$(records seq body.text)" = '1 "held\n"' ]
    quiver -sS --out-null "$PEER/release/json"
    wait $!
    [ "$(records seq body.text)" = '1 "held\n"
0 "json-begin\njson-end\n"' ]
    quiver -sS --json-out -Z "$PEER/bytes/[60001-60200]" > out
    [ "$(records body.bytes | sort | uniq | wc -l)" -eq 200 ]
}

@test "--json-out: a slow reader gets all of it" {
    # It begins when the pipe is full.
    quiver -sS --json-out -Z "$PEER/bytes/[500001-500030]" | "$PYTHON" -c '
import array, fcntl, shutil, sys, termios, time
size, waiting = fcntl.fcntl(0, 1032), array.array("i", [0])  # F_GETPIPE_SZ
while waiting[0] < size:
    time.sleep(0.01)
    fcntl.ioctl(0, termios.FIONREAD, waiting)
shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)' > out
    [ "$(records body.bytes | sort -u | wc -l)" -eq 30 ]
}

@test "--json-out: a reader that leaves ends it" {
    { quiver -s --json-out "$PEER/bytes/[500001-500100]" || echo $? > status; } | head -c 10 > /dev/null
    [ "$(cat status)" = 23 ]
}

@test "--json-out: the text of -w follows the record, -D and -W go elsewhere" {
    quiver -sS --json-out -w '%{response_code}\n' -D heads "$PEER/bytes/3" "$PEER/status/404" > both
    [ "$(grep -v '^{' both | paste -sd' ')" = "200 404" ]
    [ "$(cut -c1 both | paste -sd' ')" = "{ 2 { 4" ]
    [ "$(grep -c '^HTTP/1.1 ' heads)" -eq 2 ]
    quiver -sS --json-out -W "$PEER/bytes/3" > out 2> drawn
    [ "$(records body.text)" = '"xxx"' ]
    [ -s drawn ]
}

@test "--json-out: what a terminal gets is the line as well" {
    on_tty "$QUIVER" -sS --json-out GET "$PEER/control" > out
    tr -d '\r' < out > line && mv line out
    [ "$(records body.text)" = '"\u001b[2Jtext\n"' ]
    [ "$(wc -l < out)" -eq 1 ]
}

@test "what would write among the records is refused" {
    local other
    for other in -i '-P h' '-D -' --sse '-o -' --dry-run; do
        # shellcheck disable=SC2086
        run quiver --json-out $other "$PEER/"
        [ "$status" -eq 2 ]
        [[ ${lines[0]} = *"--json-out has standard output for its records: --"*" does not go with it" ]]
    done
    run quiver --body hash "$PEER/"
    [ "$status" -eq 2 ]
    [[ $output = *"--body is for --json-out"* ]]
    run quiver --body-max 1k "$PEER/"
    [ "$status" -eq 2 ]
    [[ $output = *"--body-max is for --json-out"* ]]
    echo 'body = hash' > config
    QUIVER_CONFIG=config quiver -sS "$PEER/bytes/3" > out # said for batch
    [ "$(cat out)" = xxx ]
}
