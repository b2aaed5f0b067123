#!/usr/bin/env bats
# What files are named, when they are kept, and what they are given.

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
    mkdir work # bats keeps files in the other
    cd work
}

# say STATUS BODY FIELD...: the URL of an answer with these fields.
say() {
    "$PYTHON" - "$PEER" "$@" <<'PY'
import sys, urllib.parse
peer, status, body, *fields = sys.argv[1:]
query = [("b", body), *(("h", f) for f in fields)]
print(f"{peer}/say/{status}?{urllib.parse.urlencode(query, encoding='latin-1', errors='surrogateescape')}")
PY
}

fetch() {
    run --separate-stderr quiver -sS "$@"
}

# ---- names ----

@test "-J takes the name that the server proposes" {
    fetch -O -J -w '%{filename_effective}' "$(say 200 body 'Content-Disposition: attachment; filename="a b.txt"')"
    [ "$status" = 0 ]
    [ "$output" = "a b.txt" ]
    [ "$(cat "a b.txt")" = body ]
    quiver -sS -OJ --output-dir d --create-dirs \
        "$(say 200 body "Content-Disposition: attachment; filename=x; filename*=UTF-8''%e2%82%ac")"
    [ "$(names_in .)" = "a b.txt d d/€" ]
}

@test "S-9: no name of a server leads out of the folder, hides a file or replaces one" {
    local name
    for name in ../up /etc/passwd '..\up' .curlrc .. . $'esc\x1b[2J' 'C:\a'; do
        quiver -sS -OJ --clobber "$(say 200 body "Content-Disposition: attachment; filename=\"$name\"")"
    done
    [ "$(names_in .)" = "_. _.. _.curlrc a esc_[2J passwd up" ]
    [ ! -e ../up ]
    echo kept > there
    ln -s there link
    ln -s nowhere dangling
    for name in there link dangling; do
        fetch -OJ "$(say 200 body "Content-Disposition: attachment; filename=$name")"
        [ "$status" = 23 ]
        [[ $stderr == *"File exists"* ]]
    done
    [ "$(cat there)" = kept ]
    [ ! -e nowhere ]
}

@test "-J with --clobber replaces, with --no-clobber numbers" {
    local url
    echo old > name
    url=$(say 200 new 'Content-Disposition: attachment; filename=name')
    quiver -sS -OJ --no-clobber "$url"
    [ "$(cat name) $(cat name.1)" = "old new" ]
    quiver -sS -OJ --clobber "$url"
    [ "$(cat name)" = new ]
}

@test "-J without a proposal takes the redirect's name, or the URL's" {
    quiver -sS -OJ "$PEER/a/plain"
    quiver -sSL -OJ "$(say 302 '' 'Location: /b/final.txt?x=1#y')"
    [ "$(names_in .)" = "final.txt plain" ]
    # The last proposal counts, and only one of an answer that is none.
    quiver -sS -OJ "$(say 404 none 'Content-Disposition: attachment; filename=other')"
    [ "$(names_in .)" = "404 final.txt plain" ]
}

@test "-J with -i writes the heads of redirects before the body, too" {
    quiver -sSL -i -OJ "$(say 302 '' "Location: $(say 200 body 'Content-Disposition: attachment; filename=n')")"
    [ "$(names_in .)" = n ]
    [ "$(grep -c '^HTTP/1.1' n)" = 2 ]
    [ "$(tail -n 1 n)" = body ]
}

@test "a name is kept over a retry" {
    fetch -OJ --retry 1 --retry-delay 0.01 "$PEER/busy/a$RANDOM" # 503 each time
    [ "$status" = 0 ]
    fetch --retry 1 --retry-delay 0.01 -OJ "$(say 503 later)" \
        "$(say 200 body 'Content-Disposition: attachment; filename=n')" -OJ
    [ -e n ]
}

# ---- what is there ----

@test "--no-clobber leaves files alone and numbers its own" {
    local i
    for i in 1 2 3; do
        fetch --no-clobber -o file -w '%{filename_effective}' "$PEER/bytes/$i"
        [ "$status" = 0 ]
    done
    [ "$output" = file.2 ]
    [ "$(stat -c %s file file.1 file.2 | paste -sd' ')" = "1 2 3" ]
    for i in {3..100}; do
        : > file.$i
    done
    fetch --no-clobber -o file "$PEER/bytes/4"
    [ "$status" = 23 ]
    [ "$(find . | wc -l)" = 102 ]
}

@test "--no-clobber of many at once gives each its own" {
    quiver -sS -Z --no-clobber -o file "$PEER/bytes/[1-20]"
    [ "$(cat file file.* | wc -c)" = 210 ]
    [ "$(find . -type f | wc -l)" = 20 ]
}

@test "--skip-existing sends nothing for a file that is there" {
    : > b
    fetch --skip-existing -w '%{http_code} %{exitcode}\n' -o a "$PEER/bytes/3" -o b "$PEER/bytes/3" \
        -o c http://127.0.0.1:1/
    [ "$status" = 7 ]
    [ "$(stat -c %s a b | paste -sd' ')" = "3 0" ]
    : > c
    fetch --skip-existing -w '%{http_code} %{exitcode}\n' -o a "$PEER/bytes/5" -o c http://127.0.0.1:1/
    [ "$status" = 0 ]
    [ "$output" = "000 0"$'\n'"000 0" ]
}

# ---- what it is given ----

@test "-R gives the file the time of Last-Modified" {
    quiver -sS -R -o a "$(say 200 body 'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT')"
    [ "$(stat -c %Y a)" = 784111777 ]
    quiver -sS -R -o b "$(say 200 body 'Last-Modified: yesterday')" -o c "$PEER/bytes/1"
    [ "$(stat -c %Y b)" -gt 1700000000 ]
}

@test "--create-file-mode is for new files alone" {
    umask 022
    quiver -sS --create-file-mode 0600 -o a "$PEER/bytes/1"
    quiver -sS --create-file-mode 0666 -o b "$PEER/bytes/1"
    quiver -sS --create-file-mode 640 -C - -o c "$PEER/bytes/1"
    quiver -sS --create-file-mode 0666 -o a "$PEER/bytes/1"
    [ "$(stat -c %a a b c | paste -sd' ')" = "600 666 640" ]
    for mode in 8 0x1 1777 ''; do
        fetch --create-file-mode "$mode" "$PEER/bytes/1"
        [ "$status" = 2 ]
    done
}

@test "--xattr notes where the file is from, without the login" {
    local url=${PEER/\/\//\/\/me:secret@}/echo?q
    fetch --xattr -e http://from.test/ -o a "$url"
    [ "$status" = 0 ]
    [[ $stderr != *"cannot set extended attributes"* ]] || skip "no extended attributes here"
    "$PYTHON" - "$PEER/echo?q" <<'PY'
import os, sys
got = {name: os.getxattr("a", name).decode() for name in os.listxattr("a")}
assert got == {"user.creator": "quiver", "user.xdg.origin.url": sys.argv[1],
               "user.xdg.referrer.url": "http://from.test/", "user.mime_type": "text/plain"}, got
PY
}

@test "--remove-on-error removes what --fail-with-body would keep" {
    fetch --fail-with-body -o a "$PEER/status/404"
    [ "$status" = 22 ]
    [ -e a ]
    fetch --fail-with-body --remove-on-error -o b "$PEER/status/404"
    [ "$status" = 22 ]
    [ ! -e b ]
}

# ---- whether it is kept ----

ABC=sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

@test "--expect: what is not as expected is told and exit 112, and the body is kept" {
    local url
    url=$(say 201 abc 'ETag: "v1"')
    fetch --expect status=200-299 --expect header.etag --expect 'header.etag="v1"' --expect no-header.age \
        --expect "sha256=${ABC#*:}" --expect max-time=60 --expect body-contains=bc -o a "$url"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [ "$(cat a)" = abc ]
    fetch --expect status=200 --expect header.age --expect header.etag=v2 --expect body_contains=x -o b "$url"
    [ "$status" = 112 ]
    [[ $stderr == "quiver: (112) "*"not as expected: status is 201 instead of 200; header.age is missing; header.etag is '\"v1\"' instead of 'v2'; body_contains does not hold: 'x' is not there" ]]
    [ "$(cat b)" = abc ]
    fetch --expect status=301,200-299,304 --expect header.content-length=4 --expect no-header.etag "$(say 404 abc 'ETag: "v1"')"
    [[ $stderr == *"not as expected: status is 404 instead of 200-299,301,304; header.content-length is '3' instead of '4'; header.etag is '\"v1\"' instead of none" ]]
    # What is a secret elsewhere is one here.
    fetch --expect header.set-cookie=a=b "$(say 200 abc 'Set-Cookie: a=hidden')"
    [[ $stderr == *"not as expected: header.set-cookie is not the one that was expected" ]]
    fetch --expect "sha256=${ABC#*:}" --expect max-time=0 "$(say 200 abd)"
    [ "$status" = 112 ]
    [ "$output" = abd ]
    [[ $stderr == *"sha256 is a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9 instead of ${ABC#*:}; max_time is "*" s instead of 0.000 s at most" ]]
    # Its own exit status has what failed by another measure, or never came.
    fetch --expect status=404 --fail-with-body "$PEER/status/404"
    [ "$status" = 22 ]
    fetch --expect status=200 http://127.0.0.1:1/
    [ "$status" = 7 ]
    fetch --expect status=404 --remove-on-error -o c "$url"
    [ "$status" = 112 ]
    [ ! -e c ]
    # Of several URLs each is looked at, and tags of what was not wanted are not kept.
    fetch --expect body-contains=abc -w '%{exitcode} ' -o /dev/null "$(say 200 abd)" -o /dev/null "$(say 200 abc)"
    [ "$status" = 112 ]
    [ "$output" = '112 0 ' ]
    fetch --expect status=404 --etag-save tag -o d "$url"
    [ "$status" = 112 ]
    [ ! -e tag ]
    fetch --expect colour=red "$url"
    [ "$status" = 2 ]
    [[ $stderr == *"option --expect: nothing is known as 'colour'"* ]]
}

@test "--expect with -C looks at the whole body" {
    quiver -sS -o whole "$PLAIN/bytes/100"
    head -c 40 whole >part
    fetch --expect "sha256=$(sha256sum whole | cut -d' ' -f1)" -C - -o part "$PLAIN/bytes/100"
    [ "$status" = 0 ]
    cmp part whole
}

@test "--checksum keeps what is right, and nothing else" {
    local url
    url=$(say 200 abc)
    fetch --checksum $ABC --checksum md5:900150983CD24FB0D6963F7D28E17F72 -o a "$url"
    [ "$status" = 0 ]
    [ "$(cat a)" = abc ]
    fetch --checksum "$ABC" -o a "$(say 200 abd)"
    [ "$status" = 112 ]
    [[ $stderr == *"the checksum is sha256:a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9 instead of $ABC" ]]
    [ "$(cat a)" = abc ]
    [ "$(names_in .)" = a ]
    fetch --checksum "$ABC" "$(say 200 abd)"
    [ "$status" = 112 ]
    [ "$output" = abd ]
    fetch --checksum sha1:a9993e364706816aba3e25717850c26c9cd0d89d --out-null "$url"
    [ "$status" = 0 ]
    fetch --compressed --checksum "sha256:$(printf 'unpacked\n' | sha256sum | cut -c1-64)" -o b "$PEER/gzip"
    [ "$status" = 0 ]
}

@test "--checksum looks at a file that is continued as a whole" {
    head -c 5000 /dev/zero > "$BATS_FILE_TMPDIR/zeros"
    head -c 1000 /dev/zero > a
    local sum url=$PLAIN/zeros
    sum=sha256:$(sha256sum < "$BATS_FILE_TMPDIR/zeros" | cut -c1-64)
    fetch -C - --checksum "$sum" -o a "$url"
    [ "$status" = 0 ]
    [ "$(stat -c %s a)" = 5000 ]
    fetch -C - --checksum "$sum" -o a "$url"
    [ "$status" = 0 ]
    tr '\0' x < a > b
    fetch -C - --checksum "$sum" -o b "$url"
    [ "$status" = 112 ]
    [ ! -e b ]
}

@test "--checksum that cannot be one is a mistake" {
    for sum in abc md5:12 sha3:00 "sha256:${ABC#sha256:}0" "sha256:z${ABC#sha256:b}" :; do
        fetch --checksum "$sum" "$PEER/bytes/1"
        [ "$status" = 2 ]
    done
}

# ---- what is new ----

@test "-z asks for what has changed, and leaves the file alone when nothing has" {
    echo old > page
    touch -d '1994-11-06 08:49:37 UTC' page
    fetch -z page -o page "$(say 304 '')"
    [ "$status" = 0 ]
    [ "$(cat page)" = old ]
    fetch -z 'Sun, 06 Nov 1994 08:49:37 GMT' "$PEER/echo"
    [[ $output == *"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"* ]]
    fetch -z '-1994-11-06T08:49:37Z' "$PEER/echo"
    [[ $output == *"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"* ]]
    fetch -z page -H 'If-Modified-Since: x' "$PEER/echo"
    [[ $output == *"If-Modified-Since: x"* && $output != *1994* ]]
}

@test "-z of a server that does not look at it is looked at here" {
    echo old > page
    fetch -z 'Sun, 06 Nov 1994 08:49:37 GMT' -o page "$(say 200 new 'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT')"
    [ "$status" = 0 ]
    [ "$(cat page)" = old ]
    fetch -z '-Sun, 06 Nov 1994 08:49:37 GMT' -o page "$(say 200 new 'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT')"
    [ "$(cat page)" = old ]
    fetch -z 'Sun, 06 Nov 1994 08:49:36 GMT' -o page "$(say 200 new 'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT')"
    [ "$(cat page)" = new ]
}

@test "-z of what is neither a date nor a file is warned of, but for -s" {
    run --separate-stderr quiver --no-progress-meter -z no/such/file "$PEER/echo"
    [ "$status" = 0 ]
    [[ $stderr == *"neither a date nor a file"* ]]
    [[ $output != *If-* ]]
    fetch -z no/such/file --etag-compare no/tag "$PEER/echo"
    [ "$status" = 0 ]
    [ -z "$stderr" ]
    [[ $output != *If-Modified* ]]
}

@test "--etag-save and --etag-compare fetch what has changed" {
    fetch --etag-compare tag --etag-save tag -o page "$(say 200 one 'ETag: "1"')"
    [ "$status" = 0 ]
    [ "$(cat tag) $(cat page)" = '"1" one' ]
    fetch --etag-compare tag "$PEER/echo"
    [[ $output == *'If-None-Match: "1"'* ]]
    fetch --etag-compare tag --etag-save tag -o page "$(say 304 '' 'ETag: "1"')"
    [ "$status" = 0 ]
    [ "$(cat tag) $(cat page)" = '"1" one' ]
    run --separate-stderr quiver --no-progress-meter --etag-compare none "$PEER/echo"
    [[ $output == *'If-None-Match: ""'* ]]
    [[ $stderr == *"cannot read none"* ]]
}

@test "a tag is saved when its body is here, and not before" {
    local name=etag$RANDOM
    fetch --etag-save tag -o page "$(say 200 abc 'ETag: "1"')" --checksum sha1:0000000000000000000000000000000000000000
    [ "$status" = 112 ]
    [ ! -e tag ]
    fetch --etag-save tag --out-null "$(say 200 abc)"
    [[ -e tag && ! -s tag ]]
    fetch --create-dirs --etag-save d/e/tag -o page "$(say 200 abc 'ETag: W/"2"')"
    [ "$(cat d/e/tag)" = 'W/"2"' ]
    fetch --etag-save - --out-null "$(say 200 abc 'ETag: "3"')"
    [ "$output" = '"3"' ]
    fetch --etag-save no/such/tag --out-null "$(say 200 abc 'ETag: "3"')"
    [ "$status" = 23 ]
}

# ---- how fast ----

# took OPTION...: the time of a transfer in ms, and what it has carried.
took() {
    local t
    t=$(quiver -sS -o /dev/null -w '%{time_total}' "$@") || return 1
    echo $((10#${t/./} / 1000))
}

@test "--limit-rate is the time that the bytes take, over each version and both ways" {
    local v ms
    head -c 65536 /dev/zero > up
    for v in --http1.1 --http2 --http3-only; do
        ms=$(took $v --cacert "$CA" --limit-rate 128k "$SECURE/bytes/65536")
        [ "$ms" -ge 475 ]
        ms=$(took $v --cacert "$CA" --limit-rate 128k -T up "$SECURE/upload")
        # The last piece is not waited for: it is gone.
        [ "$ms" -ge 425 ]
    done
}

@test "--limit-rate is that of each transfer, and does not make it slow" {
    local ms
    for ms in $(quiver -sS -Z --limit-rate 64k --out-null --out-null -w '%{time_total}\n' \
        "$PLAIN/bytes/16384" "$PLAIN/bytes/16384"); do
        [ $((10#${ms/./} / 1000)) -ge 230 ]
    done
    run quiver -sS --limit-rate 20k -Y 1000 -y 1 -o /dev/null "$PLAIN/bytes/40960"
    [ "$status" = 0 ]
    run quiver -sS --limit-rate 1k -Y 2000 -y 1 -o /dev/null "$PLAIN/bytes/40960"
    [ "$status" = 28 ]
}

# ---- a full disk ----

# full COMMAND: in a file system of 256 KiB, if we may have one.
full() {
    mkdir -p disk
    local how=(unshare -rm)
    [ "$(id -u)" -ne 0 ] || how=(unshare -m)
    "${how[@]}" true 2>/dev/null || skip "no mount namespaces here"
    "${how[@]}" bash -c 'mount -t tmpfs -o size=256k none disk && cd disk && shift 0 && eval "$1"' - "$1"
}

@test "B-3: a full disk is 23, and nothing pretends to be complete" {
    run full '"$QUIVER" -sS -o big "$PLAIN/bytes/1048576"; echo "$?"; ls -A'
    [[ ${lines[0]} == *"(23)"*"No space left on device"* ]]
    [ "${lines[1]}" = 23 ]
    [ "${#lines[@]}" = 2 ]
    # With -C what came is there, and it is no success either.
    run full '"$QUIVER" -sS -C - -o big "$PLAIN/bytes/1048576"; echo "$?"; ls -A; "$QUIVER" -sS --etag-save t -o x "$PLAIN/bytes/9" || echo $?'
    [ "${lines[1]}" = 23 ]
    [ "${lines[2]}" = big ]
    run full 'head -c 300000 /dev/zero > fill; "$QUIVER" -sS -R -J -O --etag-save tag "$PLAIN/bytes/9"; echo "$?"; ls -A; stat -c %s tag 2>/dev/null'
    [[ $output == *23* ]]
    [[ $output != *tag* ]]
}

# ---- what the server says that it is ----

SHA_ABC='sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:'

@test "RFC 9530: a body that is not what its digest says is no success" {
    local field
    for field in Content-Digest Repr-Digest; do
        fetch -o a "$(say 200 abc "$field: $SHA_ABC")"
        [ "$status" = 0 ]
        [ "$(cat a)" = abc ]
        fetch -o a "$(say 200 abd "$field: $SHA_ABC")"
        [ "$status" = 56 ]
        [[ $stderr == *"the body is not what ${field,,} says" ]]
        [ "$(cat a)" = abc ]
        fetch -I "$(say 200 abd "$field: $SHA_ABC")"
        [ "$status" = 0 ]
    done
    fetch --retry 1 --retry-delay 0.01 -o a "$(say 200 abd "Content-Digest: $SHA_ABC" 'ETag: "1"')"
    [ "$status" = 56 ]
    [ "$(cat a)" = abc ]
    fetch -o a "$(say 200 abd "Content-Digest: md5=:AAAA:")"
    [ "$status" = 0 ]
}
