#!/usr/bin/env bats
# Where the bytes go.

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

@test "the n-th -o goes with the n-th URL" {
    quiver -sS -o one "$PEER/bytes/1" "$PEER/bytes/2" -o two "$PEER/bytes/3" > three
    [ "$(stat -c %s one two three | paste -sd' ')" = "1 2 3" ]
}

@test "-O names the file after the URL, without query" {
    quiver -sS -O "$PEER/a/name.txt?x=1#y"
    [ "$(names_in .)" = name.txt ]
}

@test "-O makes no hidden file and writes nothing outside the folder" {
    quiver -sS -O "$PEER/x/.bashrc" -O "$PEER/x/a%2f..%2fb"
    [ "$(names_in .)" = "_.bashrc a%2f..%2fb" ]
}

@test "-O replaces a symbolic link and does not follow it" {
    echo kept > target
    ln -s target name
    quiver -sS -O "$PEER/bytes/name" || true
    quiver -sS -O "$PEER/echo/name"
    [ "$(cat target)" = kept ]
    [ ! -L name ]
}

@test "-O of a URL that names no file takes the name of its folder, or curl's" {
    quiver -sS -O "$PEER/" -O "$PEER/a/folder/"
    [ "$(names_in .)" = "curl_response folder" ]
}

@test "--output-dir and --create-dirs place files" {
    quiver -sS --output-dir d/e --create-dirs -o f "$PEER/bytes/4" -O "$PEER/echo/g"
    [ "$(names_in .)" = "d d/e d/e/f d/e/g" ]
    run quiver -sS -o missing/f "$PEER/bytes/4"
    [ "$status" -eq 23 ]
}

@test "#1 in the name of -o is the glob's part" {
    quiver -sS "$PEER/bytes/[1-2]" -o 'n#1.txt'
    [ "$(names_in .)" = "n1.txt n2.txt" ]
}

@test "an empty body makes an empty file" {
    quiver -sS -o empty "$PEER/bytes/0"
    [ -e empty ]
    [ ! -s empty ]
}

@test "a cut body leaves nothing behind and the old file as it was" {
    echo old > file
    run quiver -sS -o file "$PEER/cut" -o other "$PEER/cut"
    [ "$status" -eq 18 ]
    [ "$(names_in .)" = file ]
    [ "$(cat file)" = old ]
}

@test "the name appears only when the file is whole" {
    "$QUIVER" -sS -o file "$PEER/hold/whole" &
    local pid=$!
    within 60 of $! compgen -G '.file.*.part' > /dev/null
    [ ! -e file ]
    quiver -sS "$PEER/release/whole" -o /dev/null
    wait "$pid"
    [ "$(names_in .)" = file ]
    [ "$(cat file)" = "$(printf 'whole-begin\nwhole-end')" ]
}

@test "interrupting removes what was begun and is exit 130" {
    env --default-signal=INT "$QUIVER" -sS -o file "$PEER/hold/int" 3>&- &
    local pid=$!
    within 60 of $! compgen -G '.file.*.part' > /dev/null
    kill -INT "$pid"
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ]
    [ -z "$(names_in .)" ]
}

@test "terminating removes what was begun and is exit 143" {
    "$QUIVER" -sS -o file "$PEER/hold/term" 3>&- &
    local pid=$!
    within 60 of $! compgen -G '.file.*.part' > /dev/null
    kill -TERM "$pid"
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq 143 ]
    [ -z "$(names_in .)" ]
}

@test "a full disk is exit 23" {
    run quiver -sS -o /dev/full "$PEER/bytes/100000"
    [ "$status" -eq 23 ]
    [[ "$output" == *"No space left on device"* ]]
    run bash -c '"$QUIVER" -sS "$1" > /dev/full' - "$PEER/bytes/100000"
    [ "$status" -eq 23 ]
    [[ "$output" == *"No space left on device"* ]]
}

@test "a file grown too large is exit 23 and leaves nothing" {
    run bash -c 'ulimit -f 64; "$QUIVER" -sS -o file "$1"' - "$PEER/bytes/1000000"
    [ "$status" -eq 23 ]
    [[ "$output" == *"File too large"* ]]
    [ -z "$(names_in .)" ]
}

@test "a reader that leaves is exit 23 without a word" {
    mkfifo pipe
    head -c 10 pipe > first &
    local reader=$! status=0
    quiver "$PEER/bytes/10000000" > pipe 2> err || status=$?
    wait "$reader"
    [ "$status" -eq 23 ]
    [ ! -s err ]
    [ "$(stat -c %s first)" -eq 10 ]
}

@test "a slow reader gets every byte" {
    quiver -sS "$PEER/bytes/3000000" | (sleep 0.3; cat) > all
    [ "$(stat -c %s all)" -eq 3000000 ]
}

@test "-o /dev/null and --out-null write nothing" {
    quiver -sS -o /dev/null "$PEER/bytes/10" --out-null "$PEER/bytes/20" -w '%{size_download}\n' > sizes
    [ "$(paste -sd' ' sizes)" = "10 20" ]
    [ -c /dev/null ]
}

@test "-i writes interim heads, the head, and trailers" {
    run quiver -sS -i "$PEER/interim"
    [[ "$output" == *"103 Early Hints"*"200 OK"*final ]]
    run quiver -sS -i "$PEER/trailers"
    [[ "$output" == *"body"*"X-Sum: 42"* ]]
}

@test "-D writes the heads of all transfers to a file" {
    quiver -sS -D heads -o /dev/null "$PEER/status/201" -o /dev/null "$PEER/status/202"
    [ "$(grep -c '^HTTP/1.1 20' heads)" -eq 2 ]
    run quiver -sS -D - "$PEER/bytes/3"
    [[ "$output" == "HTTP/1.1 200 OK"*xxx ]]
}

@test "-f drops the body of an error and --fail-with-body keeps it" {
    run quiver -sS -f "$PEER/status/404"
    [ "$status" -eq 22 ]
    [[ "$output" != *"status 404"* ]]
    [[ "$output" == "quiver: (22) 127.0.0.1: "*404 ]]
    run quiver -s --fail-with-body "$PEER/status/404"
    [ "$status" -eq 22 ]
    [ "$output" = "status 404" ]
    run quiver -sS "$PEER/status/404"
    [ "$status" -eq 0 ]
}

@test "--max-filesize is exit 63" {
    run quiver -sS --max-filesize 1k "$PEER/bytes/2000" -o file
    [ "$status" -eq 63 ]
    [ -z "$(names_in .)" ]
}

@test "a terminal is not sent control bytes unless asked" {
    run on_tty --stdout "$QUIVER" -sS "$PEER/control"
    [ "$status" -eq 0 ]
    [[ "$output" == *'\x1b[2Jtext'* ]]
    run on_tty --stdout "$QUIVER" -sS -o - "$PEER/control"
    [[ "$output" == *$'\x1b[2Jtext'* ]]
}

# no_control FILE: neither as a byte nor in UTF-8.
no_control() {
    "$PYTHON" - "$1" <<'P'
import re, sys
seen = open(sys.argv[1], "rb").read()
assert re.sub(rb"\r?\n", b"", seen), "nothing is there"
bad = re.search(rb"\xc2[\x80-\x9f]|(?<![\xc2-\xf4])[\x80-\x9f]", seen)
assert not bad, seen
P
}

@test "a terminal is not sent what a server put into its headers" {
    on_tty --stdout "$QUIVER" -sS "$PEER/c1" -o /dev/null -D - > head
    no_control head
    grep -qF 'X-C1: \xc2\x9b2J' head
    grep -qF 'X-Raw: \x9b2J' head
    on_tty --stdout "$QUIVER" -sS "$PEER/c1" -o /dev/null -D /dev/tty > head
    no_control head
    on_tty --stdout "$QUIVER" -sS "$PEER/c1" -o /dev/null -D % > head
    no_control head
    for format in '%header{x-c1}|%header{x-raw}' '%{json}' '%{header_json}' \
        '%{stderr}%header{x-c1}' '%output{/dev/tty}%header{x-c1}'; do
        on_tty --stdout "$QUIVER" -sS "$PEER/c1" -o /dev/null -w "$format" > said
        no_control said
    done
    # The format is the user's own.
    on_tty --stdout "$QUIVER" -sS "$PEER/c1" -o /dev/null -w $'\x1b[32m%{http_code}' > said
    grep -q $'\x1b\[32m200' said
    quiver -sS "$PEER/c1" -o /dev/null -D - -w '%header{x-c1}' > bytes
    grep -q $'X-C1: \xc2\x9b2J' bytes
    tail -n 1 bytes | grep -q $'^\xc2\x9b2J$'
}

@test "a terminal is not sent binary data unless asked" {
    run on_tty --stdout "$QUIVER" -sS "$PEER/binary"
    [ "$status" -eq 23 ]
    [[ "$output" == *"binary output"*"'-o FILE' to save it, or '--binary' to show it"* ]]
    on_tty --stdout "$QUIVER" -sS --binary "$PEER/binary" > bytes
    grep -qaP '^\x00\x01\x02' bytes
    # Text stays harmless.
    on_tty --stdout "$QUIVER" -sS --binary "$PEER/control" > said
    no_control said
}

@test "a pipe gets every byte as it is" {
    quiver -sS "$PEER/control" > bytes
    [ "$(cat bytes)" = $'\x1b[2Jtext' ]
}

@test "the exit status is that of the first failure in order" {
    run quiver -s "$PEER/bytes/1" http://127.0.0.1:1/ "$PEER/cut"
    [ "$status" -eq 7 ]
    run quiver -s -Z "$PEER/cut" http://127.0.0.1:1/
    [ "$status" -eq 18 ]
}

@test "--fail-early stops at the first failure" {
    run quiver -s --fail-early http://127.0.0.1:1/ "$PEER/bytes/3"
    [ "$status" -eq 7 ]
    [ -z "$output" ]
}

@test "standard descriptors that are closed are errors only when they are used" {
    quiver -sS -o out "$PEER/bytes/3" <&-
    quiver -sS -o out "$PEER/bytes/3" <&- >&- 2>&-
    [ "$(cat out)" = xxx ]
    local status=0
    quiver -sS "$PEER/bytes/3" >&- 2> err || status=$?
    [ "$status" -eq 23 ]
    status=0
    quiver -sS -T - "$PEER/echo" <&- 2> err || status=$?
    [ "$status" -eq 26 ]
}
