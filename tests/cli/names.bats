#!/usr/bin/env bats
# Where an origin is reached, by HTTPS records of a foreign name server and by
# Alt-Svc of a foreign server, and what happens when HTTP/3 is dead there.
# shellcheck disable=SC2154 # names.bash sets and exports them

bats_require_minimum_version 1.5.0
load peers
load names

# HTTP/3 on $web; HTTP/1.1 and 2 alone on $tcp, which says where HTTP/3 is.
start_web() {
    local dir=$1
    web=$(free_port) tcp=$(free_port)
    mkdir -p "$dir/caddy"
    cat >"$dir/Caddyfile" <<CONF
{
    admin off
    auto_https off
    storage file_system $dir/caddy
    default_bind 127.0.0.1
    servers 127.0.0.1:$tcp {
        protocols h1 h2
    }
}
https://:$web {
    tls $dir/names.pem $dir/names.key
    respond "{http.request.proto} {http.request.header.Alt-Used}"
}
https://:$tcp {
    tls $dir/names.pem $dir/names.key
    header Alt-Svc "h3=\":$web\"; ma=60"
    respond "{http.request.proto} {http.request.header.Alt-Used}"
}
CONF
    XDG_DATA_HOME=$dir/caddy XDG_CONFIG_HOME=$dir/caddy \
        caddy run --adapter caddyfile --config "$dir/Caddyfile" >"$dir/caddy/out" 2>&1 3>&- &
    web_pid=$!
    wait_for_port "$tcp" "$web_pid"
}

# DNS over HTTPS on $doh, by hypercorn; what it asks is dnsmasq.
start_doh() {
    local dir=$1
    doh=$(free_port)
    DNS_PORT=$dns_port PYTHONPATH=$BATS_TEST_DIRNAME "$PYTHON" -m hypercorn --certfile "$dir/names.pem" \
        --keyfile "$dir/names.key" --bind "127.0.0.1:$doh" doh_app:app >"$dir/doh.out" 2>&1 3>&- &
    doh_pid=$!
    wait_for_port "$doh" "$doh_pid"
}

# A UDP socket that takes packets and says nothing, on $silent.
start_silence() {
    local out=$1/silence
    "$PYTHON" -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(3600)' >"$out" 3>&- &
    silent_pid=$!
    within 60 of $silent_pid test -s "$out"
    silent=$(<"$out")
}

setup_file() {
    export DIR=$BATS_FILE_TMPDIR
    command -v dnsmasq caddy >/dev/null || skip "no dnsmasq or no caddy"
    make_ca "$DIR"
    make_name_cert "$DIR"
    start_web "$DIR"
    start_silence "$DIR"
    local port both
    port=$(param 3 "$(printf '%04x' "$web")")
    both=$(param 1 "$ALPN_H3$ALPN_H2")
    refused=$(free_port)
    local options=()
    for name in plain h3 two hinted dead silent mandatory; do
        options+=("--host-record=$name.names.test,127.0.0.1")
    done
    options+=(
        "$(https_rr h3.names.test 1 . "$both$port")"
        "$(https_rr only.names.test 1 . "$both$port$(param 4 7f000001)")"
        "$(https_rr alias.names.test 0 alias2.names.test)"
        "$(https_rr alias2.names.test 0 h3.names.test)"
        "$(https_rr circle.names.test 0 circle.names.test)"
        "$(https_rr target.names.test 1 h3.names.test "$both$port")"
        "$(https_rr "_$tcp._https.two.names.test" 2 . "$both$port")"
        "$(https_rr "_$tcp._https.two.names.test" 1 . "$(param 1 "$ALPN_H3")$(param 2 '')$(param 3 "$(printf %04x "$refused")")")"
        "$(https_rr "_$tcp._https.mandatory.names.test" 1 . "$(param 0 fde8)$(param 1 "$ALPN_H3")$port$(param 65000 78)")"
        "$(https_rr "_$tcp._https.dead.names.test" 1 . "$(param 1 "$ALPN_H3")$(param 2 '')$(param 3 "$(printf %04x "$refused")")")"
        "$(https_rr "_$tcp._https.silent.names.test" 1 . "$(param 1 "$ALPN_H3")$(param 2 '')$(param 3 "$(printf %04x "$silent")")")"
    )
    start_dnsmasq "$DIR" "${options[@]}"
    start_doh "$DIR"
    export web tcp silent refused doh
    echo "$web_pid $dns_pid $silent_pid $doh_pid" >"$DIR/pids"
}

teardown_file() {
    # shellcheck disable=SC2046
    end_peer $(<"$BATS_FILE_TMPDIR/pids")
}

quiver() {
    timeout -k 5 90 "$QUIVER" "$@"
}

ask() {
    quiver -sS --cacert "$DIR/ca.pem" --dns-servers "127.0.0.1:$dns_port" "$@"
}

# What the attempts of the record say: proto from result, one a line.
attempts() {
    "$PYTHON" -c 'import json, sys
for a in json.load(open(sys.argv[1]))["attempts"]:
    print(a["proto"], a["from"], a["port"], a["result"])' "$1"
}

https_questions() {
    grep -c 'query\[\(type=65\|HTTPS\)\]' "$DIR/dns.log" || true
}

@test "the first request goes over HTTP/3 to the port of the HTTPS record" {
    ask -w '%{json}' -o "$BATS_TEST_TMPDIR/body" https://h3.names.test/ >"$BATS_TEST_TMPDIR/record"
    grep -q '^HTTP/3' "$BATS_TEST_TMPDIR/body"
    [ "$(attempts "$BATS_TEST_TMPDIR/record")" = "quic https-rr $web won" ]
}

@test "aliases, targets and hints are followed" {
    for name in alias alias2 target only; do
        run ask "https://$name.names.test/"
        echo "$name: $output"
        [[ $output == HTTP/3* ]]
    done
}

@test "aliases that lead in a circle end" {
    run ask -v "https://circle.names.test/"
    [ "$status" -eq 6 ]
    [[ $output == *"too many aliases, or a circle of them"* ]]
}

@test "the records of another port have a name of their own, and an order" {
    ask -w '%{json}' -o "$BATS_TEST_TMPDIR/body" "https://two.names.test:$tcp/" >"$BATS_TEST_TMPDIR/record"
    [ "$(attempts "$BATS_TEST_TMPDIR/record")" = "quic https-rr $refused failed
quic https-rr $web won" ]
}

@test "a record that needs what nobody knows is ignored" {
    run ask -v "https://mandatory.names.test:$tcp/"
    [[ $output == *"records that need what is not known here"* ]]
    [[ $output == *HTTP/2* && $output != *"over QUIC"* ]]
}

@test "nothing is asked where the answer could not be used" {
    local before
    before=$(https_questions)
    ask "https://localhost:$web/" >/dev/null
    ask --no-https-rr "https://plain.names.test:$web/" >/dev/null
    ask --http1.1 "https://plain.names.test:$web/" >/dev/null
    ask --http2 "https://plain.names.test:$web/" >/dev/null
    ask --no-alpn "https://plain.names.test:$web/" >/dev/null
    ask --tls-max 1.2 "https://plain.names.test:$web/" >/dev/null
    ask --resolve "plain.names.test:$web:127.0.0.1" "https://plain.names.test:$web/" >/dev/null
    ask --connect-to "::localhost:$web" "https://plain.names.test/" >/dev/null
    ask -k "https://127.0.0.1:$web/" >/dev/null
    run ask "http://plain.names.test:$web/"
    [ "$(https_questions)" -eq "$before" ]
    ask "https://plain.names.test:$web/" >/dev/null
    [ "$(https_questions)" -gt "$before" ]
}

# The second one is another run, which the state tells.
dead_http_3_is_left_alone() { # NAME PORT
    local state=$BATS_TEST_TMPDIR/state
    ask -v --state="$state" --stats-out "$BATS_TEST_TMPDIR/stats" -w '%{json}' -o /dev/null \
        "https://$1.names.test:$tcp/" >"$BATS_TEST_TMPDIR/first" 2>"$BATS_TEST_TMPDIR/told"
    grep -q '"alternatives":{"broken":1,"marked_broken":1}' "$BATS_TEST_TMPDIR/stats"
    attempts "$BATS_TEST_TMPDIR/first" | head -n 1 | grep -q "^quic https-rr $2 "
    grep -q "QUIC at $1.names.test:$2 is taken to be broken for 300 s" "$BATS_TEST_TMPDIR/told"
    rm -f "$state/alt-svc" # which would be used before records are asked for
    ask -v --state="$state" -w '%{json}' -o /dev/null "https://$1.names.test:$tcp/" \
        >"$BATS_TEST_TMPDIR/second" 2>"$BATS_TEST_TMPDIR/told"
    [ "$(attempts "$BATS_TEST_TMPDIR/second")" = "tcp dns $tcp won" ]
    grep -q "QUIC at $1.names.test:$2 (https-rr) is left out" "$BATS_TEST_TMPDIR/told"
}

@test "HTTP/3 that a record promises and a port refuses costs the next run nothing" {
    dead_http_3_is_left_alone dead "$refused"
}

@test "HTTP/3 that a record promises and nobody answers costs the next run nothing" {
    dead_http_3_is_left_alone silent "$silent"
}

@test "who insists on HTTP/3 alone gets no other, whatever was learned" {
    local state=$BATS_TEST_TMPDIR/state
    ask --state="$state" -o /dev/null "https://dead.names.test:$tcp/"
    rm -f "$state/alt-svc"
    run ask -v --state="$state" --http3-only "https://dead.names.test:$tcp/"
    echo "$output"
    [ "$status" -eq 7 ]
    [[ $output == *"over QUIC"* && $output != *"over TCP"* ]]
}

@test "an origin's Alt-Svc is used by the next run, which tells it so" {
    local file=$BATS_TEST_TMPDIR/services
    run ask --no-https-rr --alt-svc "$file" "https://plain.names.test:$tcp/"
    [[ $output == HTTP/2* ]]
    grep -q "^h2 plain.names.test $tcp h3 plain.names.test $web " "$file"
    ask --alt-svc "$file" -w '%{json}' -o "$BATS_TEST_TMPDIR/body" "https://plain.names.test:$tcp/" \
        >"$BATS_TEST_TMPDIR/record"
    [ "$(<"$BATS_TEST_TMPDIR/body")" = "HTTP/3.0 plain.names.test:$web" ]
    [ "$(attempts "$BATS_TEST_TMPDIR/record")" = "quic alt-svc $web won" ]
}

@test "probe says that HTTP/3 is at another place than the URL's" {
    quiver probe --cacert "$DIR/ca.pem" --dns-servers "127.0.0.1:$dns_port" --no-https-rr \
        "https://plain.names.test:$tcp/" >"$BATS_TEST_TMPDIR/text"
    cat "$BATS_TEST_TMPDIR/text"
    grep -qE "^  HTTP/3 +200 at plain.names.test:$web \(alt-svc\), connected in" "$BATS_TEST_TMPDIR/text"
    grep -qE '^  HTTP/2 +200, connected in' "$BATS_TEST_TMPDIR/text"
    quiver probe --json --cacert "$DIR/ca.pem" --dns-servers "127.0.0.1:$dns_port" --no-https-rr \
        "https://plain.names.test:$tcp/" >"$BATS_TEST_TMPDIR/json"
    "$PYTHON" - "$BATS_TEST_TMPDIR/json" "$web" "$tcp" <<'CHECK'
import json, sys
http, web, tcp = json.load(open(sys.argv[1]))["http"], *map(int, sys.argv[2:])
assert (http["3"]["from"], http["3"]["port"]) == ("alt-svc", web), http
assert http["3"]["alternative"] == f"plain.names.test:{web}", http
assert (http["2"]["from"], http["2"]["port"], http["2"]["alternative"]) == ("dns", tcp, None), http
CHECK
}

@test "probe says which port an HTTPS record has named" {
    quiver probe --cacert "$DIR/ca.pem" --dns-servers "127.0.0.1:$dns_port" https://h3.names.test/ \
        >"$BATS_TEST_TMPDIR/text"
    cat "$BATS_TEST_TMPDIR/text"
    grep -qE "^  HTTP/3 +200 at 127\.0\.0\.1:$web \(https-rr\), connected in" "$BATS_TEST_TMPDIR/text"
}

@test "who has shown no certificate names no other place" {
    local file=$BATS_TEST_TMPDIR/services
    run ask -k --no-https-rr --alt-svc "$file" "https://plain.names.test:$tcp/"
    [[ $output == HTTP/2* ]]
    run grep -c "^h2" "$file"
    [ "$output" = 0 ] || [ "$status" -eq 2 ]
}

@test "a file of curl's is read, and a place that is dead falls back" {
    local file=$BATS_TEST_TMPDIR/services
    echo "h2 plain.names.test $tcp h3 plain.names.test $refused \"20991231 23:59:59\" 0 0" >"$file"
    ask --alt-svc "$file" -v -w '%{json}' -o /dev/null "https://plain.names.test:$tcp/" \
        >"$BATS_TEST_TMPDIR/record" 2>"$BATS_TEST_TMPDIR/told"
    [ "$(attempts "$BATS_TEST_TMPDIR/record")" = "quic alt-svc $refused failed
tcp dns $tcp won" ]
    grep -q "is taken to be broken" "$BATS_TEST_TMPDIR/told"
}

over_https() {
    quiver -sS --cacert "$DIR/ca.pem" --doh-url "https://localhost:$doh/dns-query" "$@"
}

@test "addresses and HTTPS records are asked for over HTTPS, one connection for all" {
    over_https -w '%{json}' -o "$BATS_TEST_TMPDIR/body" https://alias.names.test/ >"$BATS_TEST_TMPDIR/record"
    grep -q '^HTTP/3' "$BATS_TEST_TMPDIR/body"
    [ "$(attempts "$BATS_TEST_TMPDIR/record")" = "quic https-rr $web won" ]
    run over_https -v -Z "https://h3.names.test/" "https://plain.names.test:$web/"
    [ "$status" -eq 0 ]
    [ "$(grep -c "Connected to localhost .* port $doh" <<<"$output")" -eq 1 ]
    run over_https https://nosuch.names.test/
    [ "$status" -eq 6 ]
    [[ $output == *"there is no such name"* ]]
}

@test "the name server's certificate is checked, whatever -k says" {
    local url=https://127.0.0.1:$doh/dns-query # for which it is not
    run quiver -sS -k --cacert "$DIR/ca.pem" --doh-url "$url" https://h3.names.test/
    [ "$status" -eq 6 ]
    [[ $output == *"DNS over HTTPS: "* ]]
    run quiver -sS -k --doh-insecure --doh-url "$url" https://h3.names.test/
    [ "$status" -eq 0 ]
    [[ $output == HTTP/3* ]]
}

@test "name servers that cannot be asked are told" {
    run quiver -sS --dns-servers "127.0.0.1:$refused" https://h3.names.test/
    [ "$status" -eq 6 ]
    [[ $output == *"could not resolve h3.names.test"* ]]
    run quiver -sS --dns-servers nonsense https://h3.names.test/
    [ "$status" -eq 2 ]
    [[ $output == *"--dns-servers: 'nonsense'"* ]]
    local url
    for url in http://localhost/ ftp://localhost/ https://; do
        run quiver -sS --doh-url "$url" https://h3.names.test/
        [ "$status" -eq 6 ]
        [[ $output == *"--doh-url: "* ]]
    done
    run quiver -sS --cacert "$DIR/ca.pem" --doh-url "https://localhost:$web/" https://h3.names.test/
    [ "$status" -eq 6 ]
    [[ $output == *"DNS over HTTPS: "* ]]
}
