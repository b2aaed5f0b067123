# Proxies: which one, what it is told, what it is not, and its failures.  A proxy that
# logs what it gets judges quiver and curl alike; tinyproxy and microsocks are real ones.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    "$PYTHON" "$HERE/proxy_peer.py" port log 3>&- &
    PROXY_PID=$!
    start_serve
    within 60 test -s port
    P=127.0.0.1:$(cat port)
    LOG=$BATS_FILE_TMPDIR/log
    export PROXY_PID P LOG
}

teardown_file() {
    kill "$PROXY_PID" $OTHER_PIDS 2>/dev/null || true
    stop_serve
}

setup() {
    enter_folder
    : >"$LOG"
}

ask() { # OPTION... URL: status, output; the log of the proxy is what it was told
    status=0
    output=$(quiver -q -sS "$@" 2>&1) || status=$?
}

show() { # ARGUMENT...: output of config show
    output=$("$QUIVER" config show "$@")
}

told() { # TEXT: a line of the log has it
    grep -qF -- "$1" "$LOG" || {
        echo "not told: $1; but:"
        cat "$LOG"
        return 1
    }
}

@test "http is forwarded in absolute form, on one connection for all hosts" {
    ask -x "$P" -w '%{proxy_used} %{conn_id}\n' http://a.test/x?y http://b.test:81/ -H 'X-A: b'
    [ "$status" -eq 0 ]
    [ "$output" = "proxied1 1
proxied1 1" ]
    told 'GET http://a.test/x?y HTTP/1.1 | Host: a.test'
    told 'GET http://b.test:81/ HTTP/1.1 | Host: b.test:81'
    told 'Proxy-Connection: Keep-Alive'
    told 'X-A: b'
}

@test "CONNECT names the agent that -A names, and -A '' none" {
    ask -x "$P" -p -A me/1 http://a.test/
    told 'CONNECT a.test:80 HTTP/1.1 | Host: a.test:80 | User-Agent: me/1 | '
    : >"$LOG"
    ask -x "$P" -p -A '' http://a.test/
    told 'CONNECT a.test:80 HTTP/1.1 | Host: a.test:80 | Proxy-Connection: Keep-Alive'
}

@test "connections are not shared between users of a proxy" {
    ask -w '%{conn_id}\n' -o /dev/null -x "http://a:b@$P" http://a.test/ --next \
        -w '%{conn_id}\n' -o /dev/null -x "$P" -U a:b http://a.test/ --next \
        -w '%{conn_id}\n' -o /dev/null -x "$P" -U c:d http://a.test/ --next \
        -w '%{conn_id}\n' -o /dev/null -x "http://a:b@$P" http://b.test/
    [ "${output//$'\n'/ }" = '1 2 3 1' ]
}

@test "its credentials go to the proxy and never beyond it" {
    ask -x "http://name:word@$P" --proxy-header 'X-P: q' -u me:mine http://basic.test/
    [ "$output" = proxied ]
    told 'Proxy-Authorization: Basic bmFtZTp3b3Jk'
    told 'Authorization: Basic bWU6bWluZQ=='
    told 'X-P: q'
    ask -x "$P" -U name:word --noproxy localhost --proxy-header 'X-P: q' "$PLAIN/echo"
    [ "$status" -eq 0 ]
    refute grep -qi 'proxy\|x-p' <<<"$output"
}

@test "the environment names proxies, and -x, --noproxy and sections go before" {
    export http_proxy=$P HTTP_PROXY=127.0.0.1:1 no_proxy=direct.test
    ask -w ' %{json}' http://a.test/
    [[ $output == *'"proxy":{"url":"http://'"$P"'","why":"http_proxy","status":null,"http_version":"1.1"}'* ]]
    ask --noproxy localhost -o /dev/null -w '%{proxy_used}' "$PLAIN/status/200"
    [ "$output" = 0 ]
    no_proxy= NO_PROXY=localhost ask -o /dev/null -w '%{proxy_used}' "$PLAIN/status/200"
    [ "$output" = 0 ]
    ask -x '' -o /dev/null -w '%{proxy_used}' "$PLAIN/status/200"
    [ "$output" = 0 ]
    unset http_proxy
    ask -m 20 -o /dev/null -w '%{proxy_used}' "$PLAIN/status/200" # HTTP_PROXY is a CGI's header
    [ "$output" = 0 ]
    all_proxy=$P ask http://a.test/
    [ "$output" = proxied ]
    printf '%s\n' "proxy = $P" "[$PLAIN]" 'proxy = ""' >config
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" -sS -v http://a.test/
    [[ $output == *"to the proxy http://$P (the configuration)"* ]]
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" -sS -o /dev/null -w '%{proxy_used}' "$PLAIN/status/200"
    [ "$output" = 0 ]
}

@test "a redirect is judged anew" {
    ask -L -x "$P" --noproxy localhost "$PLAIN/redirect/1?to=http://a.test/there"
    [ "$output" = proxied ]
    told 'GET http://a.test/there HTTP/1.1'
}

@test "digest is answered, counted, renewed, and given up when it is wrong" {
    ask --proxy-digest -x "$P" -U name:word http://digest.test/[1-5]
    [ "$output" = proxiedproxiedproxiedproxiedproxied ]
    [ "$(grep -c '^digest | good' "$LOG")" -eq 5 ]
    [ "$(grep -c '^digest | stale' "$LOG")" -eq 2 ]
    for host in sha int; do
        ask --proxy-digest -x "$P" -U name:word http://$host.test/
        [ "$output" = proxied ]
    done
    ask --proxy-anyauth -x "$P" -U name:word http://any.test/
    [ "$output" = proxied ]
    told 'algorithm=SHA-256-sess'
    ask --proxy-anyauth -x "$P" -U name:word -d body http://basic.test/
    [ "$output" = proxied ]
    : >"$LOG"
    ask --proxy-digest -x "$P" -U name:bad -w '%{http_code}' http://digest.test/
    [ "$status" -eq 0 ]
    [ "$output" = why?407 ]
    [ "$(grep -c ^GET "$LOG")" -eq 2 ]
}

@test "a proxy that wants the body in the digest has it there" {
    local body
    printf 'of a file' >body
    for body in '-d text' '-F a=b' '-F a=@body' '-T body'; do
        : >"$LOG"
        ask --proxy-digest -x "$P" -U name:word $body http://int.test/up
        [ "$output" = proxied ]
        told 'digest | good'
    done
    # Of a pipe nobody knows it before it is sent.
    ask --proxy-digest -x "$P" -U name:word -w '%{http_code}' -T - http://int.test/up < <(printf piped)
    [[ $output == *407 ]]
}

@test "tunnels share what the proxy asked for" {
    local origin=http://digest.test:${PLAIN##*:}
    ask -p --proxy-digest -x "$P" -U name:word -H 'Connection: close' -o /dev/null -o /dev/null \
        -w '%{http_connect} %{http_code}\n' "$origin/status/200" "$origin/status/204"
    [ "$output" = '200 200
200 204' ]
    [ "$(grep -c '^digest | good' "$LOG")" -eq 2 ]
    [ "$(grep -c ^CONNECT "$LOG")" -eq 3 ]
}

@test "secrets of the proxy are not shown" {
    run -0 "$QUIVER" -q -sS -v -x "http://name:geheim@$P" http://basic.test/
    [[ $output == *'Proxy-Authorization: <redacted>'* ]]
    [[ $output != *geheim* && $output != *Z2VoZWlt* ]]
    printf '%s\n' 'proxy = http://name:geheim@p.test:1' 'proxy-user = other:geheim' >config
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" config show http://a.test/
    [[ $output == *'p.test:1'* ]]
    [[ $output != *geheim* ]]
    ask -x 'http://name:geheim@p.test:x' http://a.test/
    [ "$status" -eq 5 ]
    [[ $output != *geheim* ]]
}

@test "config show tells what the environment says of proxies" {
    export https_proxy=http://me:geheim@p.test:1 no_proxy=.internal
    show https://a.test/
    [[ $output != *geheim* ]]
    grep -q '^proxy = "http://.*p.test:1" .*# https_proxy$' <<<"$output"
    grep -q '^noproxy = .internal .*# no_proxy$' <<<"$output"
    show http://a.test/
    [[ $output != *'# https_proxy'* ]]
    all_proxy=socks5h://s.test show http://a.test/
    [[ $output == *'# all_proxy'* ]]
}

@test "SOCKS: names here or there, users, early bytes" {
    ask -x "socks5h://$P" -w '%{proxy_used} %{http_code}\n' "$PLAIN/status/200"
    [[ $output == *'1 200' ]]
    told 'socks5 | - | name localhost'
    ask -x "socks5://$P" --resolve "*:${PLAIN##*:}:127.0.0.1" -o /dev/null "${PLAIN/localhost/a.test}/status/200"
    told "socks5 | - | v4 127.0.0.1 | ${PLAIN##*:}"
    ask -x "socks5://name:w%6frd@$P" -o /dev/null "${PLAIN/localhost/127.0.0.1}/status/200"
    [ "$status" -eq 0 ]
    told "socks5 | name:word | v4 127.0.0.1"
    ask --socks5-hostname "$P" http://early.test/
    [ "$output" = proxied ]
    ask --socks4 "$P" -U me:ignored -o /dev/null -4 "$PLAIN/status/200"
    [ "$status" -eq 0 ]
    told 'socks4 | me | 127.0.0.1'
    ask --socks4a "$P" http://early.test:82/
    told 'socks4 |  | name early.test | 82'
    ask -x "socks5h://$P" --cacert "$CA" -o /dev/null -w '%{http_version}' "$SECURE/status/200"
    [ "$output" = 2 ]
    ask --preproxy "socks5h://$P" -x "${PLAIN#http://}" -o /dev/null -w '%{remote_port}' http://a.test/status/200
    [ "$output" = "${P#*:}" ]
    told "socks5 | - | name localhost | ${PLAIN##*:}"
}

@test "exit codes are curl's" {
    local row options expected
    while IFS='|' read -r expected options; do
        # shellcheck disable=SC2086
        ask -m 60 $options
        [ "$status" -eq "$expected" ] || {
            echo "$options: $status, not $expected: $output"
            return 1
        }
    done <<ROWS
5|-x http://nosuch.invalid:1 http://a.test/
5|-x socks5h://nosuch.invalid:1 http://a.test/
5|-x http://p.test:99999 http://a.test/
5|--preproxy http://127.0.0.1:1 -x 127.0.0.1:1 http://a.test/
7|-x ftp://127.0.0.1:1 http://a.test/
7|-x 127.0.0.1:1 http://a.test/
7|-x socks5h://127.0.0.1:1 http://a.test/
6|-x socks5://$P http://nosuch.invalid/
97|-x socks5h://$P http://no.test/
97|-x socks5h://bad:x@$P http://a.test/
97|-x socks4a://bad@$P http://a.test/
97|-x socks4://$P http://[::1]/
1|--http3-only -x socks5h://$P https://a.test/
ROWS
}

# The fields in order of their names, without the program's own.
tidy() {
    sed 's/ | /\n/g' "$LOG" | sed 's/^\(socks[45]\)$/\1/; /^User-Agent:/d' | sort
}

@test "curl and quiver tell the proxy the same" {
    command -v curl >/dev/null || skip "no curl"
    local options mine its status_of_mine status_of_its n=0
    while IFS= read -r options; do
        : >"$LOG"
        status_of_mine=0 status_of_its=0
        eval "quiver -q -sS -o /dev/null $options" 2>mine.err || status_of_mine=$?
        mine=$(tidy)
        : >"$LOG"
        eval "curl -q -sS -o /dev/null $options" 2>its.err || status_of_its=$?
        its=$(tidy)
        [ "$status_of_mine" -eq "$status_of_its" ] && [ "$mine" = "$its" ] || {
            echo "$options: $status_of_mine, curl $status_of_its"
            diff <(echo "$mine") <(echo "$its")
            cat mine.err its.err
            return 1
        }
        n=$((n + 1))
    done <<ROWS
-x $P http://a.test
-x $P http://a.test:8080/p/../q?r#s
-x http://name:word@$P http://a.test/
-x http://na%6de:w%3ard@$P http://a.test/
-x http://name@$P http://a.test/
-x http://:word@$P http://a.test/
-x $P -U name:word http://a.test/
-x $P -U na%6de:word http://a.test/
-x http://a:b@$P -U name:word http://a.test/
-x $P --proxy-header 'X-P: 1' -H 'X-O: 2' http://a.test/
-x $P --proxy-header 'Proxy-Connection:' http://a.test/
-x $P -H 'Proxy-Connection: x' http://a.test/
-x $P -H 'Proxy-Connection:' http://a.test/
-x $P --proxy-header 'Host: other.test' http://a.test/
-x $P -H 'Proxy-Authorization: Own x' http://a.test/
-x $P -H 'Host: other.test' http://a.test/
-x $P -I http://a.test/
-x $P -d body http://a.test/
-x $P -X DELETE http://a.test/
-x $P --http1.0 http://a.test/
-x $P -u me:mine http://a.test/
-x $P http://me:mine@a.test/
-x $P http://[::1]:81/x
-x $P http://BÜCHER.test/
-x HTTP:/$P/path?q http://a.test/
--proxy1.0 $P http://a.test/
-x $P --proxy-basic -U name:word http://basic.test/
-x $P -U name:bad http://basic.test/
-x $P --noproxy other.test http://a.test/
-x $P --noproxy '' http://a.test/
--preproxy socks5h://$P -x http://early.test:1 http://a.test/
-x socks5h://$P http://early.test/
-x socks5h://$P http://early.test:81/
-x socks4a://$P http://early.test/
--socks4a $P -U me:x http://early.test/
--socks5-hostname $P http://early.test/
-x socks5h://no.test@$P http://no.test/
-x socks5h://bad:x@$P http://early.test/
-x socks4a://bad@$P http://early.test/
-x socks5h://$P http://[::1]:1/
-x socks5h://$P http://127.0.0.1:1/
-x http://p.test:x http://a.test/
-x foo://$P http://a.test/
ROWS
    [ "$n" -eq 43 ]
}

# Where no proxy is used, nobody answers. Older curls take no range of IPv6 for an address in
# brackets; 8.23 does, as we do.
@test "curl and quiver read the environment alike" {
    command -v curl >/dev/null || skip "no curl"
    local row setting url mine its status_of_mine status_of_its n=0
    while IFS= read -r row; do
        url=${row##* } setting=${row% *}
        : >"$LOG"
        status_of_mine=0 status_of_its=0
        eval "$setting quiver -q -sS -m 20 -o /dev/null '$url'" 2>mine.err || status_of_mine=$?
        mine=$(tidy)
        : >"$LOG"
        eval "$setting curl -q -sS -m 20 -o /dev/null '$url'" 2>its.err || status_of_its=$?
        its=$(tidy)
        [ "$status_of_mine" -eq "$status_of_its" ] && [ "$mine" = "$its" ] || {
            echo "$row: $status_of_mine, curl $status_of_its"
            diff <(echo "$mine") <(echo "$its")
            cat mine.err its.err
            return 1
        }
        n=$((n + 1))
    done <<ROWS
http_proxy=$P http://a.test/
HTTP_PROXY=$P http://127.0.0.1:1/
http_proxy=$P HTTP_PROXY=127.0.0.1:1 http://a.test/
http_proxy= all_proxy=$P http://127.0.0.1:1/
all_proxy=$P http://a.test/
ALL_PROXY=$P http://a.test/
all_proxy=127.0.0.1:1 ALL_PROXY=$P http://127.0.0.1:2/
https_proxy=127.0.0.1:1 http_proxy=$P http://a.test/
http_proxy=$P no_proxy=127.0.0.1 http://127.0.0.1:1/
http_proxy=$P NO_PROXY=127.0.0.1 http://127.0.0.1:1/
http_proxy=$P no_proxy= NO_PROXY=127.0.0.1 http://127.0.0.1:1/
http_proxy=$P no_proxy=a.test NO_PROXY=127.0.0.1 http://127.0.0.1:1/
http_proxy=$P no_proxy='*' http://127.0.0.1:1/
http_proxy=$P no_proxy='*,a.test' http://127.0.0.1:1/
http_proxy=$P no_proxy=127.0.0.0/8 http://127.0.0.1:1/
http_proxy=$P no_proxy=127.0.0.0/31 http://127.0.0.1:1/
http_proxy=$P no_proxy=127.0.0.2/31 http://127.0.0.1:1/
http_proxy=$P no_proxy=127.0.0.1/33 http://127.0.0.1:1/
http_proxy=$P no_proxy=::1 http://[::1]:1/
http_proxy=$P no_proxy=[::1] http://[::1]:1/
http_proxy=$P no_proxy=fe80::/10 http://[::1]:1/
http_proxy=$P no_proxy=localhost http://localhost:1/
http_proxy=$P no_proxy=LOCALHOST http://localhost:1/
http_proxy=$P no_proxy=localhost. http://localhost:1/
http_proxy=$P no_proxy=localhost http://localhost.:1/
http_proxy=$P no_proxy=.localhost http://localhost:1/
http_proxy=$P no_proxy=host http://localhost:1/
http_proxy=$P no_proxy=ocalhost http://localhost:1/
http_proxy=$P no_proxy=test http://a.test/
http_proxy=$P no_proxy=.test http://a.test/
http_proxy=$P no_proxy=b.test http://a.test/
http_proxy=$P no_proxy=est http://a.test/
http_proxy=$P no_proxy='x.test, localhost' http://localhost:1/
http_proxy=$P no_proxy='x.test localhost' http://localhost:1/
http_proxy=$P no_proxy='x.test,,localhost' http://localhost:1/
http_proxy=$P no_proxy=localhost:1 http://localhost:1/
http_proxy=$P no_proxy=localhost:2 http://localhost:1/
http_proxy=http://name:word@$P http://a.test/
http_proxy=socks5h://$P http://early.test/
http_proxy=foo://$P http://a.test/
ROWS
    [ "$n" -eq 40 ]
}

@test "tinyproxy and microsocks take quiver's requests" {
    command -v tinyproxy >/dev/null && command -v microsocks >/dev/null || skip "no tinyproxy or microsocks"
    local tiny socks
    tiny=$(free_port) socks=$(free_port)
    printf '%s\n' "Port $tiny" "Listen 127.0.0.1" "Timeout 60" "BasicAuth name word" >tiny.conf
    tinyproxy -d -c tiny.conf >tiny.log 2>&1 3>&- &
    local tiny_pid=$!
    microsocks -q -i 127.0.0.1 -p "$socks" -u name -P word >socks.log 2>&1 3>&- &
    local socks_pid=$!
    wait_for_port "$tiny" "$tiny_pid"
    wait_for_port "$socks" "$socks_pid"
    ask -x "127.0.0.1:$tiny" -U name:word -w '%{http_code} %{num_connects}\n' "$PLAIN/status/200" "$PLAIN/status/204"
    [ "${output%% *}" = 200 ]
    ask -x "127.0.0.1:$tiny" -U name:bad -o /dev/null -w '%{http_code}' "$PLAIN/status/200"
    [ "$output" = 401 ] || [ "$output" = 407 ]
    ask -x "socks5h://127.0.0.1:$socks" -U name:word --cacert "$CA" -w '%{http_version} %{http_code}' "$SECURE/status/200"
    [[ $output == *'2 200' ]]
    ask -x "socks5://127.0.0.1:$socks" "$PLAIN/status/200"
    [ "$status" -eq 97 ]
    ask --preproxy "socks5://name:word@127.0.0.1:$socks" -x "127.0.0.1:$tiny" -U name:word \
        -o /dev/null -w '%{http_code}' "$PLAIN/status/200"
    [ "$output" = 200 ]
    kill "$tiny_pid" "$socks_pid"
}

@test "an https proxy forwards over HTTP/2, many hosts on one connection" {
    command -v nghttpx >/dev/null && command -v tinyproxy >/dev/null || skip "no nghttpx or tinyproxy"
    local tiny front
    tiny=$(free_port) front=$(free_port)
    make_ca .
    printf '%s\n' "Port $tiny" "Listen 127.0.0.1" "Timeout 60" >tiny.conf
    tinyproxy -d -c tiny.conf >tiny.log 2>&1 3>&- &
    local tiny_pid=$!
    nghttpx -n1 -L ERROR --conf=/dev/null --http2-proxy -f "127.0.0.1,$front" -b "127.0.0.1,$tiny" \
        server.key server.pem >front.log 2>&1 3>&- &
    local front_pid=$!
    wait_for_port "$tiny" "$tiny_pid"
    wait_for_port "$front" "$front_pid"
    ask -Z --proxy-http2 --proxy-cacert ca.pem -x "https://localhost:$front" -o /dev/null -o /dev/null \
        -w '%{http_version} %{http_code} %{conn_id} %{proxy_ssl_verify_result}%{tls_version}\n' \
        "$PLAIN/status/200" "${PLAIN/localhost/127.0.0.1}/status/200"
    [ "$output" = '2 200 1 0
2 200 1 0' ]
    ask --proxy-cacert ca.pem -x "https://localhost:$front" -w '%{http_version}' -o /dev/null "$PLAIN/status/200"
    [ "$output" = 1.1 ]
    ask --cacert ca.pem -x "https://localhost:$front" "$PLAIN/status/200"
    [ "$status" -eq 60 ]
    ask -k -x "https://localhost:$front" "$PLAIN/status/200"
    [ "$status" -eq 60 ]
    ask --proxy-insecure -x "https://localhost:$front" -o /dev/null -w '%{proxy_ssl_verify_result}' "$PLAIN/status/200"
    [ "$output" = 1 ]
    kill "$tiny_pid" "$front_pid"
}

@test "a batch names a proxy for each entry" {
    printf '%s\n' "{\"url\":\"http://a.test/\",\"proxy\":\"$P\"}" \
        "{\"url\":\"$PLAIN/status/200\",\"proxy\":\"\"}" \
        '{"url":"http://a.test/","proxy":"foo://x"}' >in.jsonl
    http_proxy=127.0.0.1:1 run "$QUIVER" batch -q in.jsonl
    [[ ${lines[*]} == *'"why":"the entry"'* ]]
    [ "$(grep -c '"exitcode":0' <<<"$output")" -eq 2 ]
    [ "$(grep -c '"exitcode":7' <<<"$output")" -eq 1 ]
}
