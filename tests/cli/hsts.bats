#!/usr/bin/env bats
# Hosts that want TLS (RFC 6797): who may say so, and what becomes of http URLs then.

load helper
load mirror

setup_file() {
    local dir=$BATS_FILE_TMPDIR
    make_ca "$dir"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/names.key" \
        -out "$dir/names.csr" -subj /CN=names 2> "$dir/openssl.err"
    printf '%s\n' 'subjectAltName=DNS:a.test,DNS:*.a.test,DNS:b.test,IP:127.0.0.1' > "$dir/names.ext"
    openssl x509 -req -in "$dir/names.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 2 \
        -extfile "$dir/names.ext" -out "$dir/names.pem" 2> "$dir/openssl.err"
    mkfifo "$dir/mirror.ports.ask" "$dir/mirror.ports.answer"
    "$PYTHON" "$HERE/mirror.py" "$dir/mirror.ports" --plain 1 --tls "$dir/names.pem" "$dir/names.key" 3>&- &
    MIRROR_PID=$!
    within 60 of $! test -s "$dir/mirror.ports"
    read -r HTTP HTTPS _ < "$dir/mirror.ports"
    export MIRROR_PID HTTP HTTPS
}

teardown_file() {
    stop_mirror
}

setup() {
    enter_folder
    forget
    WAYS=(--cacert "$BATS_FILE_TMPDIR/ca.pem")
    local name
    for name in a.test a.test. x.a.test b.test; do
        WAYS+=(--connect-to "$name:80:127.0.0.1:$HTTP" --connect-to "$name:443:127.0.0.1:$HTTPS")
    done
    YEAR='Strict-Transport-Security: max-age=31536000'
}

# What the URLs have become, one a line.
become() {
    quiver -sS "${WAYS[@]}" -w '%{url_effective}\n' "$@"
}

# learn [FIELD [HOST]]: in the file "hosts".
learn() {
    quiver -sS "${WAYS[@]}" --hsts hosts -o /dev/null "https://${2:-a.test}$(says / "${1:-$YEAR}")"
}

entries() {
    grep -v '^#' "${1:-hosts}"
}

@test "a host that has said so over TLS is reached over https from then on" {
    learn
    [[ $(entries) =~ ^a\.test\ \"20[0-9]{6}\ [0-9:]{8}\"$ ]]
    [ "$(stat -c %a hosts)" = 600 ]
    [ "$(become --hsts hosts -o /dev/null http://a.test/p?q -o /dev/null http://A.test.:80/ -o /dev/null http://x.a.test/)" = \
        $'https://a.test/p?q\nhttps://a.test./\nhttp://x.a.test/' ]
    [ "$(become -o /dev/null http://a.test/)" = http://a.test/ ]
}

@test "with includeSubDomains those below it are, too" {
    learn "$YEAR; includeSubDomains"
    [[ $(entries) == .a.test\ * ]]
    [ "$(become --hsts hosts -o /dev/null http://x.a.test/ -o /dev/null http://b.test/)" = $'https://x.a.test/\nhttp://b.test/' ]
}

@test "it is known within a run, in parallel and in a batch as well" {
    [ "$(become --hsts '' -o /dev/null "https://a.test$(says / "$YEAR")" -o /dev/null http://a.test/ | tail -n 1)" = https://a.test/ ]
    learn
    [ "$(become --hsts hosts -Z -o /dev/null http://a.test/1 -o /dev/null http://a.test/2 -o /dev/null http://a.test/3 | sort | paste -sd' ')" = \
        'https://a.test/1 https://a.test/2 https://a.test/3' ]
    printf '{"url":"http://a.test/%s"}\n' 1 2 3 > list
    quiver batch "${WAYS[@]}" --hsts hosts list > results
    [ "$(grep -c '"url_effective":"https://a.test/[123]"' results)" = 3 ]
}

@test "a redirect to http leads to https, and is followed from there as well" {
    learn
    [ "$(become --hsts hosts -L -o /dev/null "http://b.test$(to 302 http://a.test/end)")" = https://a.test/end ]
    [ "$(become --hsts hosts -L -o /dev/null "https://b.test$(to 302 http://a.test/end)")" = https://a.test/end ]
    run become --hsts hosts -L "https://a.test$(to 302 http://b.test/end)"
    [ "$status" -eq 1 ]
}

@test "nothing is sent in clear" {
    learn
    forget
    become --hsts hosts -o /dev/null http://a.test/secret
    [ "$(diary "[e['port'] == $HTTPS for e in d]")" = "[True]" ]
}

@test "another port stays what it is" {
    learn
    run quiver -sS "${WAYS[@]}" --hsts hosts --connect-to "a.test:8123:127.0.0.1:$HTTPS" -o /dev/null \
        -w '%{url_effective}' http://a.test:8123/
    [ "$output" = https://a.test:8123/ ]
}

@test "over http, with -k, by an address, or in bad grammar it is not said" {
    quiver -sS "${WAYS[@]}" --hsts hosts -o /dev/null "http://a.test$(says / "$YEAR")"
    quiver -sS "${WAYS[@]}" -k --hsts hosts -o /dev/null "https://a.test$(says / "$YEAR")"
    quiver -sS "${WAYS[@]}" --hsts hosts -o /dev/null "https://127.0.0.1:$HTTPS$(says / "$YEAR")"
    learn 'Strict-Transport-Security: includeSubDomains'
    learn 'Strict-Transport-Security: max-age=1; max-age=2'
    [ ! -e hosts ]
}

@test "of two fields the first counts" {
    quiver -sS "${WAYS[@]}" --hsts hosts -o /dev/null "https://a.test$(says / "$YEAR" 'Strict-Transport-Security: max-age=0')"
    [[ $(entries) == a.test\ * ]]
}

@test "max-age=0 takes it back" {
    learn
    learn 'Strict-Transport-Security: max-age=0'
    [ -z "$(entries)" ]
    [ "$(become --hsts hosts -o /dev/null http://a.test/)" = http://a.test/ ]
}

@test "one below says nothing of the one above" {
    learn "$YEAR; includeSubDomains"
    learn 'Strict-Transport-Security: max-age=0' x.a.test
    [ "$(become --hsts hosts -o /dev/null http://x.a.test/ -o /dev/null http://a.test/)" = $'https://x.a.test/\nhttps://a.test/' ]
}

@test "what has expired is nothing" {
    printf 'a.test "20191231 23:59:59"\n' > hosts
    [ "$(become --hsts hosts -o /dev/null http://a.test/)" = http://a.test/ ]
}

@test "of several files all are read, and the last is written" {
    printf 'a.test "unlimited"\n' > one
    printf '# mine\n' > two
    [ "$(become --hsts one --hsts two -o /dev/null http://a.test/ -o /dev/null "https://b.test$(says / "$YEAR")" | head -n 1)" = https://a.test/ ]
    [ "$(entries one)" = 'a.test "unlimited"' ]
    [ "$(entries two | cut -d' ' -f1 | sort | paste -sd' ')" = 'a.test b.test' ]
}

@test "--state has them" {
    quiver -sS "${WAYS[@]}" --state=st -o /dev/null "https://a.test$(says / "$YEAR")"
    [[ $(entries st/hsts) == a.test\ * ]]
    [ "$(become --state=st -o /dev/null http://a.test/)" = https://a.test/ ]
    [ ! -e st/cookies ]
}

@test "two runs at once lose nothing" {
    printf 'old.test "unlimited"\n' > hosts
    "$QUIVER" -sS "${WAYS[@]}" --hsts hosts -o /dev/null "https://a.test/late/body" -o /dev/null "https://a.test$(says / "$YEAR")" &
    local pid=$!
    within 60 of $! has_asked /late/body
    learn "$YEAR" b.test
    wait "$pid"
    [ "$(entries | cut -d' ' -f1 | sort | paste -sd' ')" = 'a.test b.test old.test' ]
}

has_asked() {
    [ "$(diary "any(e['target'].startswith('$1') for e in d)")" = True ]
}

@test "a damaged file is put aside, and what is good in it stays" {
    printf 'a.test "unlimited"\nthis is none\n' > hosts
    cp hosts before
    run quiver "${WAYS[@]}" --hsts hosts -s -S --no-silent -o /dev/null http://a.test/
    [[ $output == *"hosts: damaged in line 2 (1 of 2 lines); it is put aside as hosts.bad"* ]]
    cmp before hosts.bad
    [ "$(entries)" = 'a.test "unlimited"' ]
}

# CVE-2023-46219
@test "a very long file name does not empty the file" {
    local name
    name=$(printf 'h%.0s' {1..255})
    printf 'a.test "unlimited"\n' > "$name"
    run quiver -sS "${WAYS[@]}" --hsts "$name" -o /dev/null "https://b.test$(says / "$YEAR")"
    grep -q '^a.test "unlimited"$' "$name"
}

@test "a WebSocket goes over TLS then" {
    learn
    run quiver channel -v "${WAYS[@]}" --hsts hosts --protocol websocket ws://a.test/
    [[ $output == *"http is https here (HSTS)"* ]]
    [ "$(diary "d[-1]['port'] == $HTTPS")" = True ]
}

@test "curl reads our file, and we read curl's" {
    curl -V 2>/dev/null | grep -q HSTS || skip "no curl with HSTS"
    learn "$YEAR; includeSubDomains"
    [ "$(curl -s "${WAYS[@]}" --hsts hosts -o /dev/null -w '%{url_effective}' http://x.a.test/)" = https://x.a.test/ ]
    curl -s "${WAYS[@]}" --hsts theirs -o /dev/null "https://b.test$(says / "$YEAR")"
    [ "$(become --hsts theirs -o /dev/null http://b.test/)" = https://b.test/ ]
}
