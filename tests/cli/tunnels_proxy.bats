#!/usr/bin/env bats
# Through HTTP proxies by CONNECT and CONNECT-UDP: the proxy is python's (h2, aioquic),
# the origins are nginx and caddy.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    export DIR=$BATS_FILE_TMPDIR
    mkdir -p "$DIR/www" "$DIR/peer"
    make_ca "$DIR"
    make_files "$DIR/www"
    start_nginx "$DIR"
    start_caddy "$DIR"
    "$PYTHON" "$HERE/tunnels_peer.py" "$DIR/server.pem" "$DIR/server.key" "$DIR/peer" >"$DIR/peer.out" 2>&1 3>&- &
    PROXY_PID=$!
    within 60 of $! test -s "$DIR/peer/ports"
    { read -r PROXY1; read -r PROXY2; read -r PROXY3; } <"$DIR/peer/ports"
    export PROXY_PID PROXY1 PROXY2 PROXY3
    export CA=$DIR/ca.pem
}

teardown_file() {
    end_peer "$PROXY_PID" "$nginx_pid" "$caddy_pid"
}

setup() {
    enter_folder
    : >"$DIR/peer/log"
}

# through VERSION ARGUMENTS: by the proxy, spoken with in this version.
through() {
    local version=$1
    shift
    case $version in
        1) set -- -x "http://127.0.0.1:$PROXY1" "$@" ;;
        1s) set -- -x "https://localhost:$PROXY2" "$@" ;;
        2) set -- --proxy-http2 -x "https://localhost:$PROXY2" "$@" ;;
        3) set -- --proxy-http3 -x "https://localhost:$PROXY3" "$@" ;;
    esac
    quiver "${COMMAND[@]}" --proxy-cacert "$CA" --cacert "$CA" "$@"
}
COMMAND=(fetch -sS)

# logged TEXT: lines of the proxy's log that begin so.
logged() {
    grep -c "^$1" "$DIR/peer/log" || true
}

@test "a tunnel leads to an origin, whatever is spoken with the proxy and with the origin" {
    local outer inner
    for outer in 1 1s 2 3; do
        for inner in --http1.1 --http2; do
            through "$outer" "$inner" -o got "https://localhost:$nginx_port/1m"
            cmp got "$DIR/www/1m"
        done
    done
    [ "$(logged '2 CONNECT localhost')" -eq 2 ]
    [ "$(logged '3 CONNECT localhost')" -eq 2 ]
}

@test "uploads go through tunnels" {
    local outer
    for outer in 1 2 3; do
        through "$outer" -T "$DIR/www/1m" -o answer "https://localhost:$nginx_port/up/$outer"
        cmp "$DIR/www/1m" "$DIR/www/up/$outer"
    done
}

@test "HTTP/3 goes through each version, in datagrams or capsules" {
    local outer
    for outer in 1 1s 2 3; do
        run through "$outer" --http3-only -o got -w '%{http_version}' "https://localhost:$caddy_port/1m"
        echo "$outer: $output"
        [ "$output" = 3 ]
        cmp got "$DIR/www/1m"
    done
    [ "$(logged '2 connect-udp')" -eq 1 ]
    [ "$(logged '3 connect-udp')" -eq 1 ]
}

@test "HTTP/3 is raced with a tunnel by a proxy of a version that may have both" {
    run through 2 --http3 -o got -w '%{http_version}' "https://localhost:$caddy_port/1k"
    [ "$output" = 3 ]
    run through 2 --http3 -v -o got -w '%{http_version}' "https://localhost:$nginx_port/1k"
    [ "$status" -eq 0 ]
    cmp got "$DIR/www/1k"
    : >"$DIR/peer/log"
    through 1s --http3 -o got "https://localhost:$caddy_port/1k"
    [ "$(logged '1.1 GET')" -eq 0 ]
}

@test "the proxy gets what curl sends it, and no name is looked up here" {
    local header
    curl -s -x "http://u:p@127.0.0.1:$PROXY1" --proxy-header 'X-A: b' -o out "http://refused.test/" -p || true
    sed '/^User-Agent/d' "$DIR/peer/head" >curl.head
    run quiver -x "http://u:p@127.0.0.1:$PROXY1" --proxy-header 'X-A: b' -H 'Secret: 1' -p "http://refused.test/"
    grep -q '^User-Agent: quiver/' "$DIR/peer/head"
    sed '/^User-Agent/d' "$DIR/peer/head" | cmp curl.head -
}

@test "a refusal tells the status, Proxy-Status and the first line" {
    local outer
    for outer in 1 2 3; do
        run through "$outer" "https://refused.test/"
        [ "$status" -eq 7 ]
        [[ "$output" == *"CONNECT tunnel failed, response 403 (peer; error=http_request_denied): this proxy does not like you" ]]
    done
    run through 3 --http3-only "https://refused.test/"
    [ "$status" -eq 7 ]
    [[ "$output" == *"CONNECT-UDP tunnel failed, response 403"* ]]
}

@test "a proxy that is none, is gone, has no name, or hangs up" {
    run quiver -sS -x "http://127.0.0.1:$nginx_plain" "https://a.test/"
    [ "$status" -eq 7 ]
    [[ "$output" == *"response 405"* || "$output" == *"response 400"* ]]
    run quiver -sS -x "http://127.0.0.1:1" "https://a.test/"
    [ "$status" -eq 7 ]
    run quiver -sS -x "http://nowhere.invalid:1" "https://a.test/"
    [ "$status" -eq 5 ]
    run through 1 "https://broken.test/"
    [ "$status" -eq 56 ]
}

@test "lengths in an answer that opens a tunnel mean nothing" {
    through 1 -p -o got "http://ends.test:$nginx_plain/1m"
    cmp got "$DIR/www/1m"
}

@test "a challenge is answered on the same connection" {
    through 1 -p -U u:p --proxy-anyauth -o got "http://password.test:$nginx_plain/1k"
    cmp got "$DIR/www/1k"
    [ "$(logged conn)" -eq 1 ]
    [ "$(logged '1.1 CONNECT')" -eq 2 ]
    run through 1 -p -U u:wrong "http://password.test:$nginx_plain/1k"
    [ "$status" -eq 7 ]
    [[ "$output" == *"response 407"* ]]
}

@test "what a proxy of HTTP/1 says to CONNECT stands before the answer, unless suppressed" {
    local first='HTTP/1.1 200 Yes'
    run through 1 -p -i -o got -D heads "http://a.test:$nginx_plain/1k" "http://a.test:$nginx_plain/1k" -o other
    [ "$status" -eq 0 ]
    [ "$(head -n 1 got | tr -d '\r')" = "$first" ]
    [ "$(grep -c "$first" heads)" -eq 1 ] # the second request found the tunnel open
    [ "$(grep -c '^HTTP/1.1 200 OK' heads)" -eq 2 ]
    through 1 -p --suppress-connect-headers -D heads -o got "http://a.test:$nginx_plain/1k"
    [ "$(grep -c '^HTTP' heads)" -eq 1 ]
    through 2 -p -D heads -o got "http://a.test:$nginx_plain/1k"
    [ "$(grep -c '^HTTP' heads)" -eq 1 ]
}

@test "what a proxy says to CONNECT is counted for the request that needed it, as curl does" {
    command -v curl >/dev/null || skip "no curl"
    local options=(-p -x "http://127.0.0.1:$PROXY1" -o 1 -o 2 -w '%{http_code} %{http_connect} %{size_header} %{num_connects}\n'
        "http://a.test:$nginx_plain/1k" "http://a.test:$nginx_plain/1k")
    curl -q -sS "${options[@]}" >its
    quiver fetch -sS "${options[@]}" >mine
    cat mine
    [[ $(cat mine) == '200 200 '*' 1
200 000 '*' 0' ]]
    cmp mine its
    quiver fetch -sS --suppress-connect-headers "${options[@]}" >mine
    cmp mine its
}

@test "http_connect is the status of CONNECT, over every version of HTTP to the proxy" {
    local version
    for version in 1 2 3; do
        run through $version -p -o got -o other -w '%{http_connect} %{http_code}\n' \
            "http://a.test:$nginx_plain/1k" "http://a.test:$nginx_plain/1k"
        [ "$output" = '200 200
000 200' ]
        run through $version -p -o got -w '%{http_connect} %{http_code}\n' "http://password.test:$nginx_plain/1k"
        [[ "$output" = *'407 000'* ]]
    done
}

# urls FROM TO: of as many origins, all of which are nginx.
urls() {
    local i
    for ((i = $1; i <= $2; i++)); do
        echo "http://o$i.test:$nginx_plain/1k"
    done
}

@test "one connection to a proxy carries fifty tunnels" {
    local outer COMMAND=(batch -p --body hash --jobs 50)
    for outer in 2 3; do
        : >"$DIR/peer/log"
        run through "$outer" <(urls 1 50)
        [ "$status" -eq 0 ]
        [ "$(logged "conn $outer")" -eq 1 ]
        [ "$(logged "$outer CONNECT")" -eq 50 ]
    done
}

@test "idle tunnels keep nobody from a proxy of HTTP/1.1" {
    local COMMAND=(batch -p --body hash --jobs 10)
    run through 1 <(urls 1 100)
    [ "$status" -eq 0 ]
    [ "$(logged '1.1 CONNECT')" -eq 100 ]
}

@test "a proxy that goes away finishes what is open, and new tunnels take another connection" {
    local COMMAND=(batch -p --body hash --jobs 4)
    {
        echo "http://goaway.test:$nginx_plain/20m"
        urls 1 20
    } >list
    run through 2 list
    [ "$status" -eq 0 ]
    [ "$(logged 'conn 2')" -ge 2 ]
}

@test "a target that the proxy refuses spoils nothing for the others" {
    local COMMAND=(batch -p --body hash --jobs 10)
    {
        urls 1 10
        echo "http://refused.test/"
        echo "http://broken.test/"
        urls 11 20
    } >list
    local outer
    for outer in 1 2; do
        run --separate-stderr through "$outer" list
        [ "$status" -eq 110 ]
        [ "$(grep -c '"response_code":200' <<<"$output")" -eq 20 ]
        [ "$(grep -c '"exitcode":0' <<<"$output")" -eq 20 ]
    done
}
