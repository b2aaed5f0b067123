#!/usr/bin/env bats
# What is said behind an error on a terminal: each row of the tables of hints/ is provoked.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www" "$dir/tls"
    chmod 755 "$dir" "$dir/www"
    make_ca "$dir"
    make_files "$dir/www"
    start_nginx "$dir"
    "$PYTHON" "$HERE/hints_peer.py" "$dir/ports" 3>&- &
    export hints_pid=$!
    # It ends with its input, and says when it is ready.
    mkfifo "$dir/tls.in"
    "$PYTHON" "$HERE/../faults/tls.py" "$dir/tls" <"$dir/tls.in" >"$dir/tls.out" 2>"$dir/tls.err" 3>&- &
    export tls_pid=$!
    exec 8>"$dir/tls.in"
    within 60 of $! test -s "$dir/ports"
    within 120 of $! test -s "$dir/tls.out"
    start_serve
    unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE
}

teardown_file() {
    end_peer "$nginx_pid" "$hints_pid" "$tls_pid"
    stop_serve
}

setup() {
    enter_folder
    unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
    odd=http://127.0.0.1:$(port odd)
}

port() {
    awk -v name="$1" '$1 == name { print $2 }' "$dir/ports"
}

# of a server with a bad certificate, or one that misuses TLS
tls_port() {
    awk -F'\t' -v name="$1" '$1 == name { print (NF > 2) ? $5 : $2 }' "$dir/tls/rows.tsv" "$dir/tls/servers.tsv"
}

# tls_url NAME [HOST]
tls_url() {
    printf 'https://%s:%s/' "${2:-good.test}" "$(tls_port "$1")"
}

# hinted ID STATUS TEXT OPTION...: that hint is said, and no other.  The ID is compared with
# `quiver help hints` below.
hinted() {
    local want=$2 text=$3
    shift 3
    local out=(-o body)
    [[ " $* " != *" -o "* ]] || out=()
    run quiver --hints always "${out[@]}" "$@"
    [ "$status" -eq "$want" ] || {
        echo "exit $status, not $want: $output"
        return 1
    }
    [ "$(grep -c '^hint: ' <<<"$output")" -eq 1 ] && [[ $output == *"hint: "*"$text"* ]] || {
        echo "$output"
        return 1
    }
}

trusting() {
    local id=$1 want=$2 text=$3 name=$4
    shift 4
    hinted "$id" "$want" "$text" --cacert "$dir/tls/ca.pem" --connect-to ::127.0.0.1: "$@" "$(tls_url "$name")"
}

# ---- what was typed ----

@test "quotes, spaces and other things in a URL" {
    hinted typographic-quotes 6 "typographic" "“http://no.invalid/”"
    hinted typographic-quotes 6 "typographic" "http://no.invalid’"
    hinted space 3 "%20" "http://localhost/a b"
    hinted host-byte 3 "no host name has a ','" www,example,com
    hinted port 3 "HOST:PORT/PATH" localhost:80:80
    hinted port 3 "up to 65535" http://localhost:99999/
    hinted no-host 3 "this machine: localhost:3000/x, or a method before it (quiver GET :3000/x)" :3000/x
    hinted slashes 6 "two slashes: http://" http//no.invalid/
    hinted slashes 7 "two slashes: https://" --connect-to ::127.0.0.1:1 https:/localhost/
    hinted glob 3 "-g takes them" "$odd/[x"
    hinted at-file 6 "@FILE belongs to an option" @urls.txt
}

@test "a scheme that is none of ours" {
    hinted scheme-typo 1 "was https:// meant?" htps://localhost/
    hinted scheme-typo 1 "was http:// meant?" htp://localhost/
    hinted websocket-url 1 "quiver ws ws://localhost/" ws://localhost/
    hinted other-protocol 1 "curl may have ftp" ftp://localhost/
}

@test "commands and methods that are taken for hosts" {
    hinted command-typo 6 'was "quiver batch" meant?' bacth
    hinted command-typo 6 'was "quiver channel" meant?' chanel
    hinted method-case 6 "quiver POST URL" post
}

@test "a URL that the shell has cut at an ampersand" {
    run --separate-stderr on_tty --background env NO_COLOR=1 "$QUIVER" -f "$odd/404?a=1"
    [ "$status" -eq 22 ]
    [[ $stderr == *"hint: the shell ended the URL at a &"* ]]
    # ampersand: neither in the foreground, nor when all went well
    run --separate-stderr on_tty "$QUIVER" -f "$odd/404?a=1"
    [[ $stderr != *"ended the URL"* ]]
    run --separate-stderr on_tty --background env NO_COLOR=1 "$QUIVER" "$PLAIN/echo?a=1"
    [ "$status" -eq 0 ]
    [[ $stderr != *hint* ]]
    : hinted ampersand
}

@test "a body in standard input that nobody has asked for" {
    printf body > text
    hinted stdin-unread 0 "-d @-" POST "$PLAIN/echo" < text
    hinted stdin-unread 22 "-d @-" -f PUT "$odd/404" < text
    local how
    for how in "POST -d x" "POST -T -" "POST --json @-" GET "DELETE -v"; do
        run quiver --hints always -o body $how "$PLAIN/echo" < text
        [ "$status" -eq 0 ]
        [[ $output != *hint:* ]]
    done
    # Nothing is there, or it may be for somebody else; and another failure has another reason.
    run quiver --hints always -o body POST "$PLAIN/echo" < /dev/null
    [[ $output != *hint:* ]]
    run quiver --hints always -o body POST "$PLAIN/echo" < <(printf body)
    [[ $output != *hint:* ]]
    : > empty
    run quiver --hints always -o body POST "$PLAIN/echo" < empty
    [[ $output != *hint:* ]]
    hinted refused-here 7 "nobody listens at port 1" POST http://localhost:1/ < text
}

# ---- names, addresses, ports ----

@test "names that lead nowhere" {
    hinted name-unknown 6 "--resolve no.invalid:80:ADDRESS" http://no.invalid/
    hinted name-short 6 "'intranet-x' has no dot" http://intranet-x/
    hinted name-family 6 "-6 leaves addresses of the other kind out" -6 --resolve no.invalid:80:127.0.0.1 http://no.invalid/
    hinted resolver-dead 6 "--doh-url asks others" --dns-servers "127.0.0.1:1" http://no.invalid/
}

@test "ports where nobody listens" {
    hinted refused-here 7 "nobody listens at port 1 of this machine" http://localhost:1/
    hinted other-loopback 7 "listen at ::1 alone" http://127.0.0.1:1/
    hinted other-loopback 7 "listen at 127.0.0.1 alone" "http://[::1]:1/"
    hinted refused 7 "nobody listens at port 1, or" --connect-to ::127.0.0.1: http://away.test:1/
    hinted scheme-guessed 7 "try http://away.test" --connect-to ::127.0.0.1:1 away.test
    hinted scheme-guessed 35 "try http://away.test:$(port odd)/" --connect-to ::127.0.0.1: "away.test:$(port odd)/"
}

@test "networks that are not there" {
    # A network without any way out is one that may be made without being root.
    unshare -rn true 2>/dev/null || skip "no network namespaces here"
    run unshare -rn "$QUIVER" --hints always "http://[2001:db8::1]/"
    [ "$status" -eq 7 ]
    [[ $output == *"hint: this machine has no way into IPv6"* ]]
    run unshare -rn "$QUIVER" --hints always http://192.0.2.1/
    [ "$status" -eq 7 ]
    [[ $output == *"hint: there is no way to that network"* ]]
    : hinted ipv6, hinted route
}

@test "a name of elsewhere that leads to this machine" {
    # As a filter of names or /etc/hosts would have it; the system's resolver is asked.
    hosts=$BATS_TEST_TMPDIR/hosts
    echo "127.0.0.9 ads.example" >"$hosts"
    unshare -rm true 2>/dev/null || skip "no mount namespaces here"
    run unshare -rm sh -c 'mount --bind "$1" /etc/hosts && exec "$2" --hints always http://ads.example:1/' - "$hosts" "$QUIVER"
    [ "$status" -eq 7 ]
    [[ $output == *"hint: ads.example leads to 127.0.0.9, which is this machine"* ]]
    : hinted leads-here
}

@test "connections that break off" {
    hinted reset 56 "--retry 3 tries again" "$odd/reset"
    hinted empty-reply 52 "the server hung up" "$odd/empty"
    hinted partial 18 "-C - goes on with a file" "$odd/part"
}

@test "each phase that lasts too long" {
    hinted timeout-name 28 "no name server answered" --connect-timeout 1 --dns-servers "127.0.0.1:$(port dns)" http://no.invalid/
    hinted timeout-connect 28 "127.0.0.1 did not answer at port" --connect-timeout 1 "http://127.0.0.1:$(port full)/"
    hinted timeout-connect 28 "127.0.0.1 did not answer at port" -m 1 "https://127.0.0.1:$(port full)/"
    hinted timeout-handshake 28 "nobody speaks TLS there" --connect-timeout 1 "https://127.0.0.1:$(port silent)/"
    hinted timeout-handshake 28 "nobody speaks TLS there" -m 1 "https://127.0.0.1:$(port silent)/"
    hinted timeout-answer 28 "has the request and does not answer" -m 1 "$odd/slow-answer"
    hinted timeout-body 28 "still coming" -m 1 "$odd/slow-body"
    hinted quic-only 28 "--http3 falls back" --http3-only --connect-timeout 1 "https://127.0.0.1:$(port dns)/"
    hinted quic-only 7 "--http3 falls back" --http3-only https://127.0.0.1:1/
}

# ---- proxies ----

@test "a proxy that is there and not used" {
    HTTP_PROXY=http://proxy.test:1 hinted proxy-capitals 6 "only http_proxy in small letters" http://no.invalid/
    https_proxy=http://proxy.test:1 hinted proxy-other-scheme 6 '-x "$https_proxy"' http://no.invalid/
    http_proxy=http://proxy.test:1 no_proxy=no.invalid hinted proxy-excluded 6 "no_proxy keeps the proxy of http_proxy" http://no.invalid/
    # The remedy is one.
    http_proxy=http://127.0.0.1:1 no_proxy=no.invalid run quiver --noproxy '' http://no.invalid/
    [ "$status" -eq 7 ]
}

@test "a proxy that does not serve" {
    hinted proxy-down 7 "about the proxy http://127.0.0.1:1:" -x http://127.0.0.1:1 http://away.test/
    hinted proxy-down 7 "about the proxy http://127.0.0.1:1:" -x http://127.0.0.1:1 https://localhost/
    hinted proxy-down 7 "about the proxy https://127.0.0.1:1:" -x https://127.0.0.1:1 https://localhost/
    hinted proxy-down 7 "about the proxy socks5://127.0.0.1:1:" -x socks5://127.0.0.1:1 https://localhost/
    http_proxy=http://127.0.0.1:1 hinted proxy-environment 7 "comes from http_proxy; --noproxy away.test" http://away.test/
    hinted proxy-refuses 7 "is port 443 allowed there?" -x "${PLAIN/localhost/127.0.0.1}" https://away.test/
    hinted proxy-no-way 7 "does not reach away.test:443" -x "http://127.0.0.1:$(port gateway)" https://away.test/
    hinted proxy-login 7 "-U NAME:PASSWORD" -x "$odd" https://away.test/
    hinted proxy-login 0 "-U NAME:PASSWORD" -x "$odd" http://away.test/407
    hinted proxy-trust 60 "--proxy-cacert FILE" -x "https://localhost:$nginx_port" --proxy-cacert "$dir/tls/ca.pem" http://away.test/
    hinted proxy-not-http 8 "no HTTP proxy" -x "http://127.0.0.1:$(port ssh)" http://away.test/
}

# ---- TLS ----

@test "TLS where there is none, and none where there is TLS" {
    hinted plain-server 35 "answers without TLS: http://127.0.0.1:$(port odd)/" "https://127.0.0.1:$(port odd)/"
    hinted plain-server 35 "answers without TLS" "https://localhost:$nginx_plain/"
    hinted no-tls 35 "has no TLS" "https://127.0.0.1:$(port ssh)/"
    hinted tls-server 8 "speaks TLS: https://127.0.0.1:$(port odd)/" "$odd/tls-alert"
    hinted tls-port 0 "may have TLS: https://127.0.0.1:$nginx_port/" "http://127.0.0.1:$nginx_port/"
}

@test "certificates that are not trusted" {
    trusting expired 60 "if that is right, the server needs a new certificate" expired
    trusting not-yet-valid 60 "is it slow?" notyet
    trusting wrong-name 60 "who answers is not good.test" wrongname
    trusting self-signed 60 "--cacert FILE trusts this certificate" selfsigned
    trusting own-trust 60 "--cacert takes the place of the system's" untrusted_root
    hinted unknown-issuer 60 "--cacert FILE trusts another authority" --ca-native --connect-to ::127.0.0.1: "$(tls_url good)"
    CURL_CA_BUNDLE=$dir/tls/ca.pem hinted own-trust 60 "CURL_CA_BUNDLE takes the place" --connect-to ::127.0.0.1: "$(tls_url untrusted_root)"
    hinted ca-file 77 "takes a PEM file" --cacert nosuch --connect-to ::127.0.0.1: "$(tls_url good)"
    hinted pin 90 "the server has a new key" -k --pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --connect-to ::127.0.0.1: "$(tls_url good)"
    # The remedies are some.
    run quiver -o body --cacert "$dir/tls/selfsigned.crt" --connect-to ::127.0.0.1: "$(tls_url selfsigned)"
    [ "$status" -eq 0 ]
    : hinted clock, see hints_test.c
}

@test "versions that are not there" {
    trusting tls-cut-off 35 "old versions of it alone" old_version
    trusting tls-version 35 "--tlsv1.3 leaves versions of TLS out" tls12_only --tlsv1.3
    local accept
    accept=$(free_port)
    openssl s_server -accept "127.0.0.1:$accept" -cert "$dir/server.pem" -key "$dir/server.key" -alpn h2 -quiet -www >openssl.out 2>&1 3>&- &
    local openssl_pid=$!
    wait_for_port "$accept" "$openssl_pid"
    hinted alpn 35 "does not have what --http1.1 asks for" --http1.1 --cacert "$dir/ca.pem" "https://localhost:$accept/"
    end_peer "$openssl_pid"
    hinted no-http2 16 "try without --http2-prior-knowledge" --http2-prior-knowledge "http://127.0.0.1:$(port ssh)/"
    hinted http2-server 8 "--http2-prior-knowledge speaks HTTP/2" "$odd/h2-settings"
    : hinted tls-old, see hints_test.c
}

@test "client certificates" {
    trusting client-certificate 98 "--cert FILE and --key FILE" wants_certificate
    trusting client-certificate 98 "--cert FILE and --key FILE" wants_certificate_12
    trusting client-certificate-refused 35 "does not take the certificate of --cert" wants_certificate \
        --cert "$dir/server.pem" --key "$dir/server.key"
    hinted own-certificate 58 "belong together" --cert "$dir/server.pem" --key "$dir/ca.key" --cacert "$dir/ca.pem" "https://localhost:$nginx_port/"
    hinted certificate-answer 22 "asked for a client certificate in the handshake" -f --cacert "$dir/ca.pem" "https://localhost:$nginx_wary/"
    # A certificate that is shown helps; and where none was asked for, nothing is said of one.
    run quiver --hints always --cacert "$dir/ca.pem" "https://localhost:$nginx_port/"
    [[ $output != *"client certificate"* ]]
}

# ---- answers ----

@test "redirects" {
    hinted redirect 0 "-L follows the redirect to http://localhost:" "$PLAIN/redirect/1"
    hinted redirect-loop 47 "it goes round: $odd/loop/1 -> $odd/loop/0 -> $odd/loop/1;" -L "$odd/loop/0"
    hinted redirect-limit 47 "--max-redirs N allows more" -L --max-redirs 2 "$PLAIN/redirect/5"
    hinted captive-portal 0 "https://portal.hotspot.test/login" "$odd/portal"
    hinted captive-portal 0 "511" "$odd/511"
    hinted captive-portal 6 "open it in a browser" -L --connect-to "127.0.0.1:$(port odd):127.0.0.1:" --connect-to ::no.invalid:1 "$odd/portal"
    run quiver --hints always -L -o body "$PLAIN/redirect/2"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "logins" {
    hinted login-basic 0 "-u NAME:PASSWORD logs in (the server asks for Basic)" "$odd/401-basic"
    hinted login-digest 22 "--digest -u NAME:PASSWORD" -f "$odd/401-digest"
    hinted login-bearer 0 "--oauth2-bearer TOKEN" "$odd/401-bearer"
    hinted login-other 0 "asks for Negotiate, which quiver does not speak" "$odd/401-negotiate"
    hinted login 0 "wants to know who asks" "$odd/401"
    hinted login-refused 0 "does not take them" -u me:wrong "$odd/401-basic"
}

@test "answers that refuse the request" {
    hinted method 0 "takes GET, HEAD, PATCH there; -X METHOD" -d x "$odd/405"
    hinted method 0 "takes other methods there" -d x "http://localhost:$nginx_plain/1k"
    hinted accept 0 "-H 'Accept: TYPE'" "$odd/406"
    hinted length 0 "how long the body is" -d x "$odd/411"
    hinted body-too-large 0 "larger than the server takes" -d x "$odd/413"
    hinted head-too-large 0 "longer than the server takes" "$odd/414"
    hinted head-too-large 22 "longer than the server takes" -f "$odd/431"
    hinted content-type 0 "it takes application/ld+json): --json" -d x "$odd/415"
    hinted expect 0 "-H 'Expect:'" -d x "$odd/417"
    hinted misdirected 0 "does not answer for 127.0.0.1" "$odd/421"
    hinted upgrade 0 "the server wants h2c" "$odd/426"
    hinted precondition 0 "If-Match" "$odd/428"
    hinted rate-limit 0 "try again in 17 s (--retry 3" "$odd/429"
    hinted gateway 22 "not from what is behind it" -f "$odd/502"
    hinted range 22 "fetch it whole" -f -r 100000000- "http://localhost:$nginx_plain/1k"
}

# ---- bodies and files ----

@test "a body for the terminal that is none" {
    run on_tty --stdout "$QUIVER" --no-compressed "$odd/png"
    [ "$status" -eq 23 ]
    [[ $output == *"hint:"*" it is image/png: -O saves it"* ]]
    run on_tty --stdout "$QUIVER" -H 'Accept-Encoding: gzip' "$odd/gzip"
    [ "$status" -eq 23 ]
    [[ $output == *"hint:"*" the body is coded (gzip): --compressed"* ]]
    : hinted binary, hinted binary-coded
}

@test "files that cannot be written or read" {
    mkdir folder
    hinted is-folder 23 "--output-dir FOLDER with -O" -o folder "$PLAIN/echo"
    hinted folder-missing 23 "--create-dirs makes" -o none/such/file "$PLAIN/echo"
    hinted disk-full 23 "there is no room" -o /dev/full "$PLAIN/echo"
    hinted file-missing 26 "relative to $PWD" -d @nosuch "$PLAIN/echo"
    hinted file-missing 26 "relative to $PWD" -T nosuch "$PLAIN/upload"
    mkdir closed && chmod 555 closed
    if [ "$(id -u)" -ne 0 ]; then
        hinted not-writable 23 "you may not write there" -o closed/file "$PLAIN/echo"
    else
        hinted not-writable 23 "you may not write there" -o /proc/sys/kernel/ostype "$PLAIN/echo"
    fi
}

@test "bodies that do not do" {
    hinted http09 8 "a page without a head" "$odd/http09"
    hinted not-http 8 "it may be SSH" "$odd/ssh"
    hinted coding 61 "without --compressed" --compressed "$odd/bad-gzip"
    hinted too-large 63 "--max-filesize SIZE" --max-filesize 10 "$PLAIN/bytes/1000"
    echo text >file
    hinted rewind 65 "a pipe is read once" -L -T - "$PLAIN/redirect/1?code=307" < <(cat file)
}

@test "a channel that is not there" {
    run quiver --hints always channel --protocol nothing --http1.1 "$PLAIN/ws"
    [ "$status" -ne 0 ]
    run quiver channel --hints always --transport datagram --protocol nothing --http2 "$PLAIN/datagram"
    [ "$status" -eq 113 ]
    [[ $output == *"hint: is the path that of the channel?"* ]]
    : hinted channel
}

# ---- when ----

@test "hints are for a terminal, and once in a run" {
    run --separate-stderr on_tty "$QUIVER" http://127.0.0.1:1/
    [[ $stderr == *"hint:"*" nobody listens"* ]]
    run quiver http://127.0.0.1:1/
    [[ $output != *hint* ]]
    run --separate-stderr on_tty "$QUIVER" --hints never http://127.0.0.1:1/
    [[ $stderr == *"Connection refused"* && $stderr != *hint* ]]
    run --separate-stderr on_tty "$QUIVER" -sS http://127.0.0.1:1/
    [[ $stderr == *"Connection refused"* && $stderr != *hint* ]]
    echo 'hints = always' >conf
    QUIVER_CONFIG=conf run quiver http://127.0.0.1:1/ http://127.0.0.1:1/
    [ "$(grep -c Connection <<<"$output")" -eq 2 ]
    [ "$(grep -c '^hint: ' <<<"$output")" -eq 1 ]
    run quiver --hints sometimes http://127.0.0.1:1/
    [ "$status" -eq 2 ]
}

@test "a batch has hints as well, each once" {
    printf 'http://127.0.0.1:1/%d\n' 1 2 3 >list
    printf '%s/401-basic\n' "$odd" >>list
    run --separate-stderr quiver batch --hints always -o results list
    [ "$status" -eq 110 ]
    [ "$(grep -c '^hint: ' <<<"$stderr")" -eq 2 ]
    [[ $stderr == *"nobody listens at port 1"*"-u NAME:PASSWORD"* ]]
    [ "$(wc -l <results)" -eq 4 ]
    run --separate-stderr quiver batch -o results2 list
    [[ $stderr != *hint* ]]
}

@test "what a server says in a hint cannot move the cursor, and a password is not in it" {
    run quiver --hints always http://me:secret@127.0.0.1:1/
    [[ $output != *secret* ]]
    run quiver --hints always $'\e[2Jhtps://localhost/'
    [[ $output != *$'\e'* ]]
}

@test "every hint is told in a test" {
    quiver help hints | sed -n 's/^  \([a-z0-9-]*\) .*/\1/p' | sort >all
    [ "$(wc -l <all)" -ge 60 ]
    grep -oE '(hinted|trusting) [a-z0-9-]+' "$HERE/hints.bats" | cut -d' ' -f2 | sort -u >tested
    run comm -3 all tested
    [ -z "$output" ]
}
