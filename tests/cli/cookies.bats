#!/usr/bin/env bats
# Cookies: who sets them, whom they go to, and the files that they are kept in.

load helper
load mirror

setup_file() {
    start_mirror
    start_serve
    # Three names for the mirror, over TLS as well.
    local dir=$BATS_FILE_TMPDIR
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/names.key" \
        -out "$dir/names.csr" -subj /CN=names 2> "$dir/openssl.err"
    printf '%s\n' 'subjectAltName=DNS:a.test,DNS:*.a.test,DNS:me.github.io,DNS:you.github.io' > "$dir/names.ext"
    openssl x509 -req -in "$dir/names.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 2 \
        -extfile "$dir/names.ext" -out "$dir/names.pem" 2> "$dir/openssl.err"
    mkdir "$dir/names"
    "$PYTHON" "$HERE/mirror.py" "$dir/names/ports" --plain 1 --tls "$dir/names.pem" "$dir/names.key" \
        < /dev/null 3>&- &
    NAMES_PID=$!
    mkfifo "$dir/names/ports.ask" "$dir/names/ports.answer"
    within 60 of $! test -s "$dir/names/ports"
    read -r HTTP HTTPS _ < "$dir/names/ports"
    export NAMES_PID HTTP HTTPS
}

teardown_file() {
    kill "$NAMES_PID" || true
    stop_mirror
    stop_serve
}

setup() {
    enter_folder
    forget
}

# What the mirror was sent as Cookie fields, one a request.
sent() {
    diary '"|".join(e["headers"].get("cookie", "-") for e in d)'
}

# at HOST OPTION... URL...: the names above lead to the second mirror, which answers with
# the request; prints each one's Cookie.
at_names() {
    local name trust=()
    for name in a.test x.a.test y.x.a.test me.github.io you.github.io; do
        trust+=(--resolve "$name:$HTTP:127.0.0.1" --resolve "$name:$HTTPS:127.0.0.1")
    done
    quiver -sS --cacert "$MIRROR_CA" "${trust[@]}" "$@" > answers || return
    "$PYTHON" -c 'import json, sys
print("|".join(json.loads(line)["headers"].get("cookie", "-") for line in sys.stdin))' < answers
}

@test "without -b FILE and -c nothing is kept" {
    quiver -sS -o /dev/null "$A$(says /x 'Set-Cookie: a=1')" -o /dev/null "$A/y" -b t=1
    [ "$(sent)" = "t=1|t=1" ]
}

@test "what an answer sets goes with the next requests, to this host and on any of its ports" {
    quiver -sS -b '' -o /dev/null "$A$(says /x 'Set-Cookie: a=1' 'Set-Cookie: b=2; Path=/p')" \
        -o /dev/null "$A/p/q" -o /dev/null "$B/"
    [ "$(sent)" = "-|b=2; a=1|a=1" ]
}

@test "a redirect sets one, and the next hop has it" {
    quiver -sSL -b none -o /dev/null "$A$(to 302 "/there" | sed 's,$,\&f=Set-Cookie:%20r=7;%20Path=%2f,')"
    [ "$(sent)" = "-|r=7" ]
}

@test "an answer of 404 and one with -f set cookies too" {
    run quiver -sS -f -c jar "$SECURE/status/404" --cacert "$CA"
    [ "$status" -eq 22 ]
    grep -q Netscape jar
}

@test "-b's text stands behind what is kept, -H's is a field of its own" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tk\t1\n' > jar
    quiver -sS -o /dev/null -b jar -b 'x=1; y=2' -b z=3 "$A/"
    [ "$(sent)" = "k=1; x=1; y=2; z=3" ]
    run quiver -sSv -o /dev/null -b jar -b x=1 -H 'Cookie: own=1' --show-secrets "$A/"
    [[ $output == *"> Cookie: k=1"*"> Cookie: own=1"* ]]
    [[ $output != *"x=1"* ]]
}

@test "-b's text goes to no other origin; what is kept goes by its own rules" {
    quiver -sSL -b '' -b text=1 -o /dev/null "$A$(to 302 "$B/" | sed 's,$,\&f=Set-Cookie:%20r=7;%20Path=%2f,')"
    [ "$(sent)" = "text=1|r=7" ]
}

@test "a domain above is right, another's and a public suffix are not" {
    [ "$(at_names -b '' "http://x.a.test:$HTTP$(says / 'Set-Cookie: up=1; Domain=a.test' \
        'Set-Cookie: own=1' 'Set-Cookie: evil=1; Domain=b.test' 'Set-Cookie: tld=1; Domain=test')" \
        "http://x.a.test:$HTTP/" "http://a.test:$HTTP/" "http://y.x.a.test:$HTTP/")" = "-|up=1; own=1|up=1|up=1" ]
    [ "$(at_names -b '' "http://me.github.io:$HTTP$(says / 'Set-Cookie: s=1; Domain=github.io')" \
        "http://me.github.io:$HTTP/" "http://you.github.io:$HTTP/")" = "-|-|-" ]
}

@test "Secure ones neither come nor go over http, and http does not change them" {
    [ "$(at_names -b '' "https://a.test:$HTTPS$(says / 'Set-Cookie: s=1; Secure')" "http://a.test:$HTTP/" \
        "https://a.test:$HTTPS/")" = "-|-|s=1" ]
    [ "$(at_names -b '' "http://a.test:$HTTP$(says / 'Set-Cookie: s=1; Secure')" "https://a.test:$HTTPS/")" = "-|-" ]
    [ "$(at_names -b '' "https://a.test:$HTTPS$(says / 'Set-Cookie: s=1; Secure')" \
        "http://x.a.test:$HTTP$(says / 'Set-Cookie: s=evil; Domain=a.test')" "https://a.test:$HTTPS/")" = "-|-|s=1" ]
}

@test "this machine's own names are as good as https" {
    quiver -sS -b '' -o /dev/null "$A$(says / 'Set-Cookie: s=1; Secure')" -o /dev/null "$A/"
    [ "$(sent)" = "-|s=1" ]
}

@test "prefixes keep what they promise" {
    [ "$(at_names -b '' "https://x.a.test:$HTTPS$(says / 'Set-Cookie: __Host-a=1; Secure; Path=/' \
        'Set-Cookie: __Host-b=1; Secure; Path=/; Domain=a.test' 'Set-Cookie: __host-c=1; Path=/' \
        'Set-Cookie: __Secure-d=1; Secure' 'Set-Cookie: __SECURE-e=1')" "https://x.a.test:$HTTPS/")" = \
        "-|__Host-a=1; __Secure-d=1" ]
}

@test "-H Host says whose cookies they are" {
    quiver -sS -b '' -c jar -H 'Host: virtual.example:81' -o /dev/null "$A$(says / 'Set-Cookie: v=1')" -o /dev/null "$A/"
    [ "$(sent)" = "-|v=1" ]
    grep -q '^virtual\.example	FALSE	/	FALSE	0	v	1$' jar
}

@test "the jar is written for nobody else, at once, whatever becomes of the transfer" {
    run quiver -sS -c jar "$A$(says /x 'Set-Cookie: a=1; Max-Age=1000; HttpOnly')" -o /dev/null "$A/once"
    [ "$status" -ne 0 ]
    [ "$(stat -c %a jar)" = 600 ]
    grep -q '^#HttpOnly_127\.0\.0\.1	FALSE	/	FALSE	[0-9]*	a	1$' jar
    [ "$(names_in .)" = jar ]
}

@test "-c alone takes the place of what was there, -b and -c together add to it" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n' > jar
    quiver -sS -o /dev/null -b jar -c jar "$A$(says /x 'Set-Cookie: new=1')"
    [ "$(grep -c '	\(old\|new\)	1$' jar)" = 2 ]
    quiver -sS -o /dev/null -c jar "$A/"
    [ "$(grep -c '^[^#]' jar)" = 0 ]
    grep -q Netscape jar
}

@test "a server takes one away, and it is gone from the jar" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n' > jar
    quiver -sS -o /dev/null -b jar -c jar "$A$(says /x 'Set-Cookie: old=; Expires=Thu, 01 Jan 1970 00:00:00 GMT')" -o /dev/null "$A/"
    [ "$(sent)" = "old=1|-" ]
    refute grep -q old jar
}

@test "two runs at once lose nothing" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n' > jar
    # The first has read the jar when the second begins, and ends after it.
    "$QUIVER" -sS -b jar -c jar -o one "$A$(says /late/body 'Set-Cookie: x=1')" -o two "$A$(says / 'Set-Cookie: first=1')" &
    local pid=$!
    within 60 of $! has_asked /late/body
    quiver -sS -b jar -c jar -o three "$A$(says / 'Set-Cookie: second=1' 'Set-Cookie: old=; Max-Age=0')"
    wait "$pid"
    [ "$(grep -o '	[a-z]*	1$' jar | tr -d '\t1\n')" = firstsecond ] || [ "$(grep -c '	\(first\|second\)	1$' jar)" = 2 ]
    refute grep -q old jar
}

has_asked() {
    [ "$(diary "any(e['target'].startswith('$1') for e in d)")" = True ]
}

@test "-c - writes to standard output, behind the answers" {
    run quiver -sS -c - "$A$(says /once-more 'Set-Cookie: a=1')"
    [[ $output == '{"port"'*"# Netscape HTTP Cookie File"*"127.0.0.1	FALSE	/	FALSE	0	a	1" ]]
}

@test "a new session leaves session cookies behind" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\ts\t1\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tp\t1\n' > jar
    quiver -sS -o /dev/null --junk-session-cookies -b jar -c jar "$A/"
    [ "$(sent)" = "p=1" ]
    [ "$(grep -c '^[^#]' jar)" = 1 ]
}

@test "several files, fields of an answer, standard input" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tone\t1\n' > one
    printf 'HTTP/1.1 200 OK\r\nServer: x\r\nSet-Cookie: two=2\r\n\r\n' > two
    printf 'Set-Cookie: three=3; Path=/\n' | quiver -sS -o /dev/null -b one -b two -b - "$A/"
    # What lacks a Domain becomes the first host's, and comes last.
    [ "$(sent)" = "one=1; two=2; three=3" ]
}

@test "a cookie without a Domain goes to the first host alone" {
    printf 'Set-Cookie: h=1\n' > head
    [ "$(at_names -b head "http://a.test:$HTTP/" "http://x.a.test:$HTTP/")" = "h=1|-" ]
}

@test "a file that is damaged is kept, and said so" {
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tgood\t1\nthis is none\n' > jar
    cp jar before
    run quiver -o /dev/null -b jar -c jar "$A/"
    [ "$status" -eq 0 ]
    [[ $output == *"jar: damaged in line 2 (1 of 2 lines); it is put aside as jar.bad"* ]]
    cmp before jar.bad
    grep -q '	good	1$' jar
    [ "$(sent)" = "good=1" ]
}

@test "a folder that takes no file: said so, and the transfer is none the worse" {
    run quiver -o /dev/null -c no/such/jar "$A/"
    [ "$status" -eq 0 ]
    [[ $output == *"no/such/jar is not written (No such file or directory): what this run has learned is lost"* ]]
}

@test "a full disk: said so, and what the jar had is there" {
    [ "$(id -u)" = 0 ] || skip "mounting needs root"
    mkdir full
    mount -t tmpfs -o size=64k,mode=700 none full || skip "no tmpfs here"
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n' > full/jar
    cp full/jar before
    head -c 1000000 /dev/zero > full/fill || true
    run quiver -o /dev/null -b full/jar -c full/jar "$A$(says / 'Set-Cookie: new=1')"
    local is_kept=no
    ! cmp before full/jar || is_kept=yes
    umount full
    [ "$status" -eq 0 ]
    [[ $output == *"full/jar is not written (No space left on device)"* ]]
    [ "$is_kept" = yes ]
}

@test "a file of cookies cannot stand in a section" {
    printf '[%s]\ncookie = "jar"\n' "$A" > config
    QUIVER_CONFIG=config run quiver -sS "$A/"
    [ "$status" -eq 2 ]
    [[ $output == *"a file of cookies is for all origins"* ]]
}

@test "-b in a section goes to its origin alone" {
    printf '[%s]\ncookie = "s=1"\n' "$A" > config
    QUIVER_CONFIG=config quiver -sSL -o /dev/null "$A$(to 302 "$B/")"
    [ "$(sent)" = "s=1|-" ]
}

@test "a batch has one jar for all of its requests" {
    printf '{"url":"%s"}\n' "$A$(says / 'Set-Cookie: a=1; Max-Age=1000')" "$A/second" > list
    quiver batch -j 1 -b '' -c jar list > results
    [ "$(sent)" = "-|a=1" ]
    grep -q '	a	1$' jar
}

@test "WebSocket handshakes have cookies too" {
    printf 'localhost\tFALSE\t/\tFALSE\t0\tw\t1\n' > jar
    run quiver channel -v --show-secrets -b jar --protocol websocket --echo-test 1 --cacert "$CA" "${SECURE/https/wss}/ws"
    [ "$status" -eq 0 ]
    [[ ${output,,} == *"> cookie: w=1"* ]]
}

@test "h2 and h3 have them as h1" {
    printf 'localhost\tFALSE\t/\tFALSE\t0\ta\t1\nlocalhost\tFALSE\t/\tFALSE\t0\tb\t2\n' > jar
    local version
    for version in --http1.1 --http2 --http3-only; do
        run quiver -sS "$version" --cacert "$CA" -b jar "$SECURE/headers"
        [[ ${output,,} == *"cookie"*"a=1; b=2"* ]]
    done
}

@test "50 of one answer are taken, and no more" {
    local fields=() i
    for i in {1..60}; do
        fields+=("Set-Cookie: n$i=1")
    done
    quiver -sS -o /dev/null -c jar "$A$(says / "${fields[@]}")"
    [ "$(grep -c '^127' jar)" = 50 ]
}

@test "Python's http.cookiejar reads our file, and we read its" {
    quiver -sS -o /dev/null -c jar "$A$(says / 'Set-Cookie: a=1; Max-Age=1000' 'Set-Cookie: b=x y; Path=/p; Max-Age=1000')"
    "$PYTHON" - <<'PY'
import http.cookiejar
jar = http.cookiejar.MozillaCookieJar("jar")
jar.load(ignore_discard=True)
assert sorted((c.name, c.value, c.path) for c in jar) == [("a", "1", "/"), ("b", "x y", "/p")]
jar.set_cookie(http.cookiejar.Cookie(0, "c", "3", None, False, "127.0.0.1", True, False, "/", True, False, None, True,
                                     None, None, {}))
jar.save("theirs", ignore_discard=True)
PY
    forget
    quiver -sS -o /dev/null -b theirs "$A/p/"
    [ "$(sent)" = "b=x y; a=1; c=3" ]
}

@test "curl reads our file, and we read curl's" {
    command -v curl || skip "no curl"
    quiver -sS -o /dev/null -c jar "$A$(says / 'Set-Cookie: a=1' 'Set-Cookie: b=2; Path=/p/; HttpOnly; Max-Age=1000')"
    curl -s -o /dev/null -b jar -c theirs "$A$(says /p/ 'Set-Cookie: c=3; Path=/')"
    [[ "$(sent)" == *"|b=2; a=1" ]]
    forget
    quiver -sS -o /dev/null -b theirs "$A/p/q"
    [[ "$(sent)" == "b=2; "*"a=1"* && "$(sent)" == *"c=3"* ]]
}
