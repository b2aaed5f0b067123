#!/usr/bin/env bats
# Bodies that break off go on where they did, and are one body: -C, and tries of --retry.

bats_require_minimum_version 1.5.0
load peers
load helper

setup_file() {
    make_ca "$BATS_FILE_TMPDIR"
    local file=$BATS_FILE_TMPDIR/cutting.ports h1 h2 h3
    "$PYTHON" "$HERE/cutting_peer.py" "$file" "$BATS_FILE_TMPDIR/server.pem" \
        "$BATS_FILE_TMPDIR/server.key" 3>&- &
    CUTTING_PID=$!
    within 60 of $! test -s "$file"
    read -r h1 h2 h3 SHA < "$file"
    H1="http://127.0.0.1:$h1"
    H2="http://127.0.0.1:$h2"
    H3="https://127.0.0.1:$h3"
    export H1 H2 H3 SHA CUTTING_PID CA_FILE=$BATS_FILE_TMPDIR/ca.pem
}

teardown_file() {
    kill "$CUTTING_PID" 2>/dev/null || true
}

setup() {
    enter_folder
    mkdir work # bats keeps files in the other
    cd work
    NAME=${BATS_TEST_NUMBER}
}

TRIES="--retry 20 --retry-delay 0.001"

# over VERSION: sets `how` and `url` for it.
over() {
    case $1 in
    1) how=(--http1.1) url=$H1 ;;
    2) how=(--http2-prior-knowledge) url=$H2 ;;
    3) how=(--http3-only --cacert "$CA_FILE") url=$H3 ;;
    esac
}

fetch() {
    run --separate-stderr quiver -sS "$@"
}

# log KIND [SUFFIX]: what was asked for, and what was sent.
log() {
    quiver -sS "$H1/log/$1/$NAME${2:-}"
}

# is_whole FILE [LETTER]: it is the body, or, with another letter, the changed one.
is_whole() {
    local sum
    sum=$(tr "${2:-a}" a < "$1" | sha256sum)
    [ "${sum%% *}" = "$SHA" ]
}

@test "M9: a file that is cut every 64 KiB ends whole, and no byte is sent twice" {
    local v how url
    for v in 1 2 3; do
        over $v
        fetch "${how[@]}" $TRIES -o "file$v" "$url/etag/$NAME-$v"
        [ "$status" = 0 ]
        is_whole "file$v"
        run log etag -$v; echo "${lines[*]}"
        [ "${#lines[@]}" = 10 ]
        [ "${lines[0]}" = "65536 200 - -" ]
        [ "${lines[9]}" = '65536 206 bytes=589824- "1"' ]
    done
    [ "$(names_in .)" = "file1 file2 file3" ]
}

@test "what has changed meanwhile is fetched anew" {
    local v how url
    for v in 1 2 3; do
        over $v
        fetch "${how[@]}" $TRIES -o "file$v" "$url/changing/$NAME-$v"
        [ "$status" = 0 ]
        is_whole "file$v" b
        run log changing -$v
        [ "${lines[1]}" = '65536 200 bytes=65536- "1"' ]
        [ "${lines[2]}" = '65536 206 bytes=65536- "2"' ]
    done
}

@test "what cannot be known again is fetched anew" {
    local kind
    for kind in weak fresh plain noranges; do
        fetch --retry 1 --retry-delay 0.001 -o "$kind" "$H1/$kind/$NAME?first=1000"
        [ "$status" = 0 ]
        is_whole "$kind"
        run log $kind
        [ "${lines[1]}" = "655360 200 - -" ]
    done
}

@test "a date of long ago is as good as a tag" {
    fetch $TRIES -o file "$H1/dated/$NAME"
    [ "$status" = 0 ]
    is_whole file
    run log dated
    [ "${#lines[@]}" = 10 ]
    [ "${lines[9]}" = "65536 206 bytes=589824- Sun, 06 Nov 1994 08:49:37 GMT" ]
}

@test "a server that ignores ranges, or sends others, gives the whole" {
    local kind
    for kind in ignoring wrong; do
        fetch $TRIES -o $kind "$H1/$kind/$NAME?first=1000"
        [ "$status" = 0 ]
        is_whole $kind
    done
    run log ignoring
    [ "${lines[1]}" = '655360 200 bytes=1000- "1"' ]
    run log wrong
    [ "${lines[2]}" = "655360 200 - -" ]
}

@test "an answer between two tries does not end it" {
    fetch --retry 2 --retry-delay 0.001 -o file "$H1/busy/$NAME?first=1000"
    [ "$status" = 0 ]
    is_whole file
    run log busy
    [ "${lines[2]}" = '654360 206 bytes=1000- "1"' ]
}

@test "an error of the server is an error, and no half file is left" {
    fetch -f --retry 2 --retry-delay 0.001 -o file "$H1/gone/$NAME?first=1000"
    [ "$status" = 22 ]
    fetch --retry 2 --retry-delay 0.001 -o file "$H1/gone/$NAME-2?first=1000"
    [ "$status" = 0 ]
    [ "$(cat file)" = gone ]
}

@test "what is printed goes on as well, as long as it is the same" {
    quiver -sS $TRIES "$H1/etag/$NAME" > file
    is_whole file
    mkfifo pipe
    cat pipe > from_pipe &
    local reader=$!
    quiver -sS $TRIES -o pipe "$H1/etag/$NAME-2"
    wait $reader
    is_whole from_pipe
    fetch $TRIES "$H1/changing/$NAME"
    [ "$status" = 36 ]
    [[ $stderr == *"the rest cannot be had any more"* ]]
    [ "${#output}" = 65535 ] # without the last line's end
}

@test "a body that is decoded, or has its head before it, is fetched anew" {
    fetch --retry 1 --retry-delay 0.001 -i -o file "$H1/etag/$NAME?first=1000"
    [ "$status" = 0 ]
    run log etag
    [ "${lines[1]}" = "655360 200 - -" ]
    [ "$(grep -c HTTP/1.1 file)" = 1 ]
}

@test "-D has the head of the last try, and -w the whole story" {
    fetch $TRIES -o file -D heads -w '%{response_code} %{num_retries} %{filename_effective}' "$H1/etag/$NAME"
    [ "$output" = "206 9 file" ]
    [ "$(grep -c HTTP/1.1 heads)" = 1 ]
    grep -qi 'content-range: bytes 589824-655359/655360' heads
}

@test "--max-filesize is for the whole" {
    fetch $TRIES --max-filesize 100k -o file "$H1/etag/$NAME"
    [ "$status" = 63 ]
    [ ! -e file ]
}

@test "-Z goes on with many at once" {
    fetch -Z $TRIES -o 'file#1' "$H1/etag/$NAME-[1-20]"
    [ "$status" = 0 ]
    local i
    for i in {1..20}; do
        is_whole "file$i"
    done
}

@test "RFC 9530: the digest of the whole is that of all tries" {
    local v how url
    for v in 1 2 3; do
        over $v
        fetch "${how[@]}" $TRIES -o file "$url/digest/$NAME-$v"
        [ "$status" = 0 ]
        is_whole file
        rm file
        fetch "${how[@]}" --retry 9 --retry-delay 0.001 -o file "$url/lying/$NAME-$v"
        echo "$v $stderr"
        log lying -$v
        [ "$status" = 56 ]
        [[ $stderr == *"not what repr-digest says"* ]]
        [ ! -e file ]
        # The try after that begins anew.
        fetch "${how[@]}" --retry 10 --retry-delay 0.001 -o file "$url/lying/$NAME-$v-2"
        [ "$status" = 18 ]
        run log lying -$v-2
        [ "${lines[9]%% \"*}" = "65536 206 bytes=589824-" ]
        [ "${lines[10]}" = "65536 200 - -" ]
    done
}

@test "a batch goes on in the same way, whatever becomes of its bodies" {
    local mode
    printf '{"url":"%s","output":"file","sha256":"%s"}\n{"url":"%s","expect":{"body_contains":"a00000000040000"}}\n' \
        "$H1/etag/$NAME-1" "$SHA" "$H1/etag/$NAME-2" > in
    run --separate-stderr quiver batch $TRIES --body hash in
    [ "$status" = 0 ]
    is_whole file
    [ "$(grep -o "\"sha256\":\"$SHA\"" <<< "$output" | wc -l)" = 2 ]
    run log etag -2
    [ "${#lines[@]}" = 10 ]
    echo "{\"url\":\"$H1/changing/$NAME\",\"output\":\"changed\"}" > in
    quiver batch -s $TRIES in > out
    is_whole changed b
    grep -q '"bytes":655360' out
}

@test "a range of the user's own is fetched anew, and so is what is no plain GET" {
    fetch --retry 1 --retry-delay 0.001 -r 100- -o file "$H1/etag/$NAME?first=100"
    [ "$status" = 0 ]
    [ "$(stat -c %s file)" = 655260 ]
    run log etag
    [ "${lines[1]}" = "655260 206 bytes=100- -" ]
    fetch --retry 1 --retry-all-errors --retry-delay 0.001 -d x -o file "$H1/etag/$NAME-post?first=100"
    is_whole file
    run log etag -post
    [ "${lines[1]}" = "655360 200 - -" ]
}

# ---- -C ----

@test "-C - goes on where the file ends, over each version" {
    local v how url
    for v in 1 2 3; do
        over $v
        quiver -sS "${how[@]}" "$url/complete/x" | head -c 10000 > "file$v"
        fetch "${how[@]}" -C - -o "file$v" "$url/complete/$NAME-$v"
        [ "$status" = 0 ]
        is_whole "file$v"
        [ "$(log complete -$v)" = "645360 206 bytes=10000- -" ]
    done
}

@test "-C - of no file is all of it, and what came stays under the name" {
    fetch -C - -o file "$H1/etag/$NAME"
    [ "$status" = 18 ]
    [ "$(names_in .)" = file ]
    [ "$(stat -c %s file)" = 65536 ]
    fetch -C - -O "$H1/etag/$NAME"
    [ "$status" = 18 ]
    [ "$(stat -c %s "$NAME")" = 65536 ]
}

@test "-C - again and again ends whole" {
    local n=0
    until quiver -sS -C - -o file "$H1/etag/$NAME"; do
        [ $((++n)) -lt 20 ]
    done
    [ $n = 9 ]
    is_whole file
}

@test "RFC 9530: that of the whole is that of what an earlier run has brought, too" {
    local v how url
    for v in 1 2 3; do
        over $v
        fetch -v "${how[@]}" -C - -o "file$v" "$url/digest/$NAME-$v"
        [ "$status" = 18 ]
        fetch -v "${how[@]}" $TRIES -C - -o "file$v" "$url/digest/$NAME-$v"
        [ "$status" = 0 ]
        is_whole "file$v"
        [[ $stderr != *"not checked"* ]]
        # Of another beginning it is not, and nothing is left to be gone on with.
        head -c 600000 "file$v" | tr 1 2 > bad
        fetch "${how[@]}" -C - -o bad "$url/digest/$NAME-$v"
        [ "$status" = 56 ]
        [[ $stderr == *"not what repr-digest says"* ]]
        [ ! -e bad ]
    done
}

@test "RFC 9530: that of the whole is not checked of which nobody has the beginning, which -v says" {
    fetch -v $TRIES -C 65536 -o file "$H1/digest/$NAME"
    [ "$status" = 0 ]
    [ "$(stat -c %s file)" = 589824 ]
    [ "$(grep -c "Repr-Digest is not checked" <<< "$stderr")" = 1 ]
    [[ $stderr == *"what came before byte 65536 "* ]]
}

@test "RFC 9530: a batch looks at what an earlier run has brought, too" {
    local url=$H1/digest/$NAME
    printf '{"url":"%s","output":"file","continue":true}\n' "$url" > list
    run quiver batch list
    [ -s file ]
    run quiver batch $TRIES list
    [ "$status" = 0 ]
    is_whole file
    head -c 600000 file | tr 1 2 > begun
    mv begun file
    run quiver batch list
    [[ $output == *"not what repr-digest says"* ]]
    [ ! -e file ]
}

@test "-C - with --retry goes on as well" {
    head -c 5000 /dev/zero | tr '\0' x > begun
    fetch $TRIES -C - -o file "$H1/etag/$NAME"
    [ "$status" = 0 ]
    is_whole file
    # Nobody knows what these are of: but what comes is of one body.
    fetch $TRIES -C - -o begun "$H1/etag/$NAME-2"
    echo "$stderr"; log etag -2
    [ "$status" = 0 ]
    [ "$(stat -c %s begun)" = 655360 ]
    run log etag -2
    [ "${lines[0]}" = "65536 206 bytes=5000- -" ]
    [ "${lines[1]}" = '65536 206 bytes=70536- "1"' ]
}

@test "an earlier run's tag is known again: what has changed begins anew" {
    fetch -C - -o file "$H1/changing/$NAME"
    [ "$status" = 18 ]
    getfattr -n user.quiver.validator file 2>/dev/null | grep -q . ||
        "$PYTHON" -c 'import os; os.getxattr("file", "user.quiver.validator")' || skip "no extended attributes here"
    fetch $TRIES -C - -o file "$H1/changing/$NAME"
    [ "$status" = 0 ]
    is_whole file b
    run log changing
    [ "${lines[1]}" = '65536 200 bytes=65536- "1"' ]
    # Of what is whole, nothing is noted.
    refute "$PYTHON" -c 'import os; os.getxattr("file", "user.quiver.validator")' 2>/dev/null
}

@test "a file that is complete is success, and stays as it is" {
    local v how url kind
    for v in 1 2 3; do
        over $v
        quiver -sS "${how[@]}" -o file "$url/complete/x"
        for kind in complete bare ignoring; do
            fetch "${how[@]}" -C - -o file "$url/$kind/$NAME-$v"
            [ "$status" = 0 ]
            is_whole file
        done
        fetch "${how[@]}" -f --fail-with-body -C - -o file "$url/complete/$NAME-$v" || true
        fetch "${how[@]}" -f -C - -o file "$url/complete/$NAME-$v"
        [ "$status" = 0 ]
        fetch "${how[@]}" --fail-with-body -C - -o file "$url/complete/$NAME-$v"
        [ "$status" = 0 ]
        is_whole file
    done
}

@test "a file that is longer than the server's is exit 36" {
    quiver -sS -o file "$H1/complete/x"
    echo more >> file
    fetch -C - -o file "$H1/complete/$NAME"
    [ "$status" = 36 ]
    [[ $stderr == *"655365 bytes are here, and the server has 655360" ]]
    [ "$(stat -c %s file)" = 655365 ]
}

@test "a server that sends no rest is exit 33, and the file stays as it is" {
    echo begun > file
    fetch -C - -o file "$H1/noranges/$NAME"
    [ "$status" = 33 ]
    [ "$(cat file)" = begun ]
    fetch -C - -o file "$H1/wrong/$NAME?first=0"
    fetch -C - -o file "$H1/wrong/$NAME"
    [ "$status" = 33 ]
    [ "$(cat file)" = begun ]
    quiver -sS -o /dev/null "$H1/gone/$NAME?first=700000"
    fetch -C - -o file "$H1/gone/$NAME"
    [ "$status" = 33 ]
    [[ $stderr == *404* ]]
    fetch -f -C - -o file "$H1/gone/$NAME"
    [ "$status" = 22 ]
    [ "$(cat file)" = begun ]
}

@test "-C N adds what comes from there on" {
    fetch -C 655300 -o file "$H1/complete/$NAME"
    [ "$status" = 0 ]
    [ "$(stat -c %s file)" = 60 ]
    fetch -C 655300 -o file "$H1/complete/$NAME"
    [ "$(stat -c %s file)" = 120 ]
    quiver -sS -C 655300 "$H1/complete/$NAME" > printed
    [ "$(stat -c %s printed)" = 60 ]
    [ "$(quiver -sS -C - "$H1/complete/$NAME" | wc -c)" = 655360 ]
}

@test "-C does not go with what says something else" {
    local other
    for other in "-r 1-2" --no-clobber --remove-on-error "-O -J"; do
        fetch -C - $other -o x "$H1/complete/$NAME"
        [ "$status" = 2 ]
        [[ $stderr == *"do not go together"* ]]
    done
    fetch -C 1x "$H1/complete/$NAME"
    [ "$status" = 2 ]
}

@test "-C N of an upload sends the file from there on, as curl does" {
    echo 0123456789 > file
    start_peer
    fetch -C 4 -T file "$PEER/echo"
    stop_peer
    echo "$output $stderr"
    [ "$status" = 0 ]
    [[ $output == *"Content-Range: bytes 4-10/11"* ]]
    [[ $output == *$'\r\n\r\n'456789 ]]
    fetch -C 11 -T file "$H1/complete/$NAME"
    [ "$status" = 18 ]
}

@test "a file that grows is as long as what has come, even when it is killed" {
    "$QUIVER" -sS --limit-rate 20k -C - -N -o file "$H1/complete/$NAME" 3>&- &
    local pid=$!
    within 20 of $! test -s file
    kill -9 $pid
    wait $pid || true
    [ "$(stat -c %s file)" -lt 655360 ]
    fetch -C - -o file "$H1/complete/$NAME"
    [ "$status" = 0 ]
    is_whole file
}

# ---- a batch ----

# record ID FILTER: of a line of `records`, as jq would.
record() {
    "$PYTHON" - "$1" "$2" <<'PY'
import json, sys
for line in open("records"):
    r = json.loads(line)
    if r["id"] == sys.argv[1]:
        print(json.dumps(eval(sys.argv[2], {"r": r})).strip('"'))
PY
}

@test "entries of a batch go on with their files: by -C for all, by continue for one" {
    local v how url round
    for v in 1 2 3; do
        over $v
        printf '{"id":"a","url":"%s","output":"d/a%s"}\n' "$url/etag/$NAME-$v?size=150000" $v > list
        for round in 1 2 3; do
            run --separate-stderr quiver batch "${how[@]}" -C - list
            printf '%s\n' "$output" > records
            [ "$(stat -c %s d/a$v)" = $((round < 3 ? round * 65536 : 150000)) ]
            [ "$(record a 'r["size_download"]')" = $((round < 3 ? 65536 : 150000 - 131072)) ]
            [ $round = 1 ] || [ "$(record a 'r["body"]["sha256"]')" = null ]
                    done
        [ "$status" = 0 ]
        [ "$(record a 'r["exitcode"]')" = 0 ]
        run log etag -$v
        [ "${lines[2]}" = '18928 206 bytes=131072- "1"' ]
        refute "$PYTHON" -c "import os; os.getxattr('d/a$v', 'user.quiver.validator')" 2>/dev/null
        # Complete: nothing is sent, and it is success.
        run --separate-stderr quiver batch "${how[@]}" -C - list
        [ "$status" = 0 ]
        [ "$(stat -c %s d/a$v)" = 150000 ]
    done
    echo begun > b
    quiver batch -C - - <<< "{\"url\":\"$H1/complete/$NAME\",\"output\":\"b\",\"continue\":false}" > records
    is_whole b
}

@test "an entry that goes on with its file is judged as a whole" {
    quiver -sS -o part "$H1/complete/x"
    head -c 100000 part > right
    cp right wrong
    cp right other
    printf '%s\n' \
        "{\"id\":\"r\",\"url\":\"$H1/complete/$NAME\",\"output\":\"right\",\"continue\":true,\"sha256\":\"$SHA\",\"checksum\":\"sha256:$SHA\",\"expect\":{\"body_contains\":\"a00000000000000\"}}" \
        "{\"id\":\"w\",\"url\":\"$H1/complete/$NAME\",\"output\":\"wrong\",\"continue\":true,\"checksum\":\"sha256:${SHA//[0-9]/0}\"}" \
        "{\"id\":\"g\",\"url\":\"$H1/gone/$NAME?first=0\",\"output\":\"other\"}" \
        "{\"id\":\"g2\",\"url\":\"$H1/gone/$NAME\",\"output\":\"right2\",\"continue\":true}" > list
    cp right right2
    run --separate-stderr quiver batch -j 1 list
    printf '%s\n' "$output" > records
    [ "$(record r 'r["exitcode"]')" = 0 ]
    [ "$(record r 'r["body"]["bytes"]')" = 655360 ]
    [ "$(record r 'r["body"]["sha256"]')" = "$SHA" ]
    is_whole right
    [ "$(record w 'r["error"]["name"]')" = checksum ]
    [ ! -e wrong ] # it would be gone on with for ever
        [ "$(record g2 'r["exitcode"]')" = 33 ]
    [ "$(stat -c %s right2)" = 100000 ]
}

@test "of a batch only GET is continued, and tries of --retry go on with what is there" {
    quiver -sS -o part "$H1/complete/x"
    head -c 70000 part > file
    run --separate-stderr quiver batch --retry 20 --retry-delay 0.001 -C - - <<< "{\"url\":\"$H1/etag/$NAME\",\"output\":\"file\"}"
    [ "$status" = 0 ]
    is_whole file
    run log etag
    [ "${lines[0]}" = "65536 206 bytes=70000- -" ]
    [ "${lines[1]}" = '65536 206 bytes=135536- "1"' ]
    run --separate-stderr quiver batch -C - - <<< "{\"url\":\"$H1/etag/x\",\"output\":\"file\",\"body\":\"x\"}"
    [ "$status" = 110 ]
    [[ $output == *'only what GET brings can be continued'* ]]
    # A configuration of curl says it of its groups.
    head -c 600000 part > file
    printf 'url = %s/complete/%s\noutput = file\ncontinue-at = -\n' "$H1" "$NAME" > conf
    run --separate-stderr quiver batch --format curl conf
    [ "$status" = 0 ]
    is_whole file
    run log complete
    [ "${lines[0]}" = "55360 206 bytes=600000- -" ]
}

@test "while what is there is read for a checksum, other transfers go on" {
    local sum url=$H1/complete/$NAME?size=16777216
    quiver -sS -o part "$url"
    sum=sha256:$(sha256sum < part | cut -c1-64)
    truncate -s -10 part
    cp part part2
    fetch -Z --checksum "$sum" -C - -o part "$url" --next --out-null "$url"
    [ "$status" = 0 ]
    [ "sha256:$(sha256sum < part | cut -c1-64)" = "$sum" ]
    printf '{"url":"%s","output":"part2","continue":true,"checksum":"%s"}\n{"url":"%s"}\n' "$url" "$sum" "$url" > in
    run --separate-stderr quiver batch -j 2 --body none in
    [ "$status" = 0 ]
    [ "sha256:$(sha256sum < part2 | cut -c1-64)" = "$sum" ]
    run log complete
    [ "${lines[1]}" = "16777216 200 - -" ]
    [ "${lines[2]}" = "10 206 bytes=16777206- -" ]
    [ "${lines[3]}" = "16777216 200 - -" ]
    [ "${lines[4]}" = "10 206 bytes=16777206- -" ]
}

@test "a try that begins at the part again judges the whole" {
    quiver -sS -o right "$H1/complete/x"
    truncate -s 300000 right
    cp right right2
    fetch $TRIES -C - --checksum "sha256:$SHA" --expect body-contains=a00000000018750 --expect "sha256=$SHA" -o right "$H1/plain/$NAME?first=1000"
    [ "$status" = 0 ]
    is_whole right
    run log plain
    [ "${lines[1]}" = "355360 206 bytes=300000- -" ]
    echo "{\"url\":\"$H1/plain/$NAME-2?first=1000\",\"output\":\"right2\",\"continue\":true,\"sha256\":\"$SHA\",\"checksum\":\"sha256:$SHA\",\"expect\":{\"body_contains\":\"a00000000018750\"}}" > in
    run --separate-stderr quiver batch $TRIES in
    [ "$status" = 0 ]
    is_whole right2
    run log plain -2
    [ "${lines[1]}" = "355360 206 bytes=300000- -" ]
}

@test "a part that is there stays when the run ends while it is read" {
    local pid status=0
    truncate -s 64G part # it has no blocks
    env --default-signal=INT "$QUIVER" -sS -Z -C - --checksum "sha256:$SHA" -o part "$H1/complete/$NAME" \
        --next -o other "$H1/complete/x" 3>&- &
    pid=$!
    within 60 of $pid test -e other
    kill -INT $pid
    wait $pid || status=$?
    [ "$status" = 130 ]
    [ "$(stat -c %s part)" = 68719476736 ]
    run log complete
    [ "${#lines[@]}" = 0 ]
}
