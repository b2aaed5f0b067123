#!/usr/bin/env bats
# The options about versions, TLS and connections, over all three protocols.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
}

# All the ways to speak: what is asked, and what -w must say.
each_version() {
    local version
    for version in 1.1:--http1.1 2:--http2 3:--http3 3:--http3-only; do
        "$1" "${version%%:*}" "${version#*:}"
    done
}

@test "each version fetches and says so" {
    check() {
        run quiver -sS --cacert "$CA" "$2" -o got -w '%{http_version} %{http_code} %{tls_version} %{ssl_verify_result}' "$SECURE/bytes/100000"
        [ "$status" -eq 0 ]
        [ "$output" = "$1 200 TLSv1.3 0" ]
        [ "$(stat -c %s got)" -eq 100000 ]
    }
    each_version check
}

@test "each version uploads a file and standard input" {
    head -c 1000000 /dev/urandom > file
    local sum
    sum=$(sha256sum < file | cut -d' ' -f1)
    check() {
        quiver -sS --cacert "$CA" "$2" -T file "$SECURE/upload" > answer
        grep -q "$sum" answer
        quiver -sS --cacert "$CA" "$2" -T - "$SECURE/upload" < file > answer
        grep -q "$sum" answer
        quiver -sS --cacert "$CA" "$2" --data-binary @file "$SECURE/upload" > answer
        grep -q "$sum" answer
    }
    each_version check
}

@test "size_header is that of the heads and trailers, as HTTP/1 would have them" {
    local version size
    for version in --http1.1 --http2 --http3-only; do
        size=$(quiver -sS --cacert "$CA" "$version" -D heads -o /dev/null -w '%{size_header}' "$SECURE/trailers")
        [ "$size" = "$(wc -c < heads)" ]
    done
}

@test "each version shows its heads, trailers too" {
    check() {
        quiver -sS --cacert "$CA" "$2" -i "$SECURE/trailers" > got
        head -1 got | grep -q "^HTTP/$1 200"
        [ "$(tail -n 1 got | tr -d '\r')" != "" ]
        quiver -sS --cacert "$CA" "$2" -I "$SECURE/bytes/9" > got
        grep -qi '^content-length: 9' got
    }
    each_version check
}

@test "without its certificate the server is refused over TCP and QUIC" {
    check() {
        run quiver -sS "$2" "$SECURE/bytes/1"
        [ "$status" -eq 60 ]
        [[ "$output" == "quiver: (60) localhost: "* ]]
    }
    each_version check
}

@test "-k accepts it over TCP and QUIC" {
    check() {
        run quiver -sS -k "$2" -w '%{http_version}' "$SECURE/bytes/1"
        [ "$status" -eq 0 ]
        [ "$output" = "x$1" ] || [ "${#output}" -gt 1 ]
    }
    each_version check
}

@test "the environment names certificates as --cacert does" {
    CURL_CA_BUNDLE="$CA" quiver -sS -o got "$SECURE/bytes/1"
    SSL_CERT_FILE="$CA" quiver -sS -o got "$SECURE/bytes/1"
    mkdir certs
    cp "$CA" certs/ca.pem
    run quiver -sS --cacert missing.pem "$SECURE/bytes/1"
    [ "$status" -eq 77 ]
}

@test "without an option HTTPS negotiates HTTP/2 and plain HTTP is 1.1" {
    run quiver -sS --cacert "$CA" -o got -w '%{http_version}' "$SECURE/bytes/1"
    [ "$output" = 2 ]
    run quiver -sS -o got -w '%{http_version}' "$PLAIN/bytes/1"
    [ "$output" = 1.1 ]
    run quiver -sS --http2-prior-knowledge -o got -w '%{http_version}' "$PLAIN/bytes/1"
    [ "$output" = 2 ]
    run quiver -sS --cacert "$CA" --no-alpn -o got -w '%{http_version}' "$SECURE/bytes/1"
    [ "$output" = 1.1 ]
}

@test "--http-min fails below, --http-max offers nothing above" {
    # Options, what -w says, the exit status.
    local row options said
    for row in "--http-min 2|2|0" "--http-min 2 --http3|3|0" "--http-min 3|3|0" "--http-max 1.1|1.1|0" \
        "--http-max 2 --http3|2|0" "--http-max 3 --http3|3|0" "--http-min 1.1 --no-alpn|1.1|0" \
        "--http-min 2 --no-alpn|0|1" "--http-min 3 --http-max 2|0|2" "--http-max 2 --http3-only|0|2" \
        "--http-min 2 --http1.1|0|2"; do
        echo "$row"
        options=${row%%|*} said=${row#*|}
        # shellcheck disable=SC2086
        run -"${said#*|}" --separate-stderr quiver -sS --cacert "$CA" $options -o got -w '%{http_version}' "$SECURE/bytes/1"
        [ "$output" = "${said%|*}" ]
    done
    run -1 quiver -sS --http-min 2 "$PLAIN/bytes/1"
    [ "$output" = "quiver: (1) localhost: HTTP/1.1 is spoken there, and --http-min asks for 2" ]
    # A server that is too old is not sent anything.
    run -1 quiver -sS -v --http-min 2 "$PLAIN/bytes/1"
    refute grep '^> ' <<<"$output"
    run -2 quiver -sS --http-min 4 "$SECURE/bytes/1"
    [[ $output == *"--http-min: '4' is none of 1.1, 2 and 3"* ]]
}

@test "a URL without a scheme is http for localhost" {
    run quiver -sS -o got -w '%{scheme}' "${PLAIN#http://}/bytes/1"
    [ "$status" -eq 0 ]
    [ "$output" = http ]
    run quiver -sS --proto-default https --cacert "$CA" -o got -w '%{scheme}' "${SECURE#https://}/bytes/1"
    [ "$output" = https ]
}

@test "--tls-max 1.2 is spoken over TCP" {
    run quiver -sS --cacert "$CA" --tls-max 1.2 -o got -w '%{tls_version}' "$SECURE/bytes/1"
    [ "$status" -eq 0 ]
    [ "$output" = TLSv1.2 ]
}

@test "-v tells address, TLS, certificate and protocol" {
    quiver -v --http3-only --cacert "$CA" -o got "$SECURE/bytes/1" 2> log
    grep -q '^\* .*QUIC' log
    grep -q '^\* .*TLSv1.3' log
    grep -q '^\* ALPN: .*h3' log
    grep -q '^\* .*verification: ok' log
    grep -q '^\* .*HTTP/3' log
    grep -q '^> GET /bytes/1 HTTP/3' log
    grep -q '^< HTTP/3 200' log
    quiver -v --cacert "$CA" -o got "$SECURE/bytes/1" 2> log
    grep -q '^\* ALPN: .*h2' log
    grep -q '^> GET /bytes/1 HTTP/2' log
}

@test "SSLKEYLOGFILE receives the secrets" {
    SSLKEYLOGFILE="$PWD/keys" quiver -sS --cacert "$CA" -o got "$SECURE/bytes/1"
    grep -q '^CLIENT_TRAFFIC_SECRET_0 ' keys
    SSLKEYLOGFILE="$PWD/keys3" quiver -sS --http3-only --cacert "$CA" -o got "$SECURE/bytes/1"
    grep -q '^CLIENT_TRAFFIC_SECRET_0 ' keys3
}

@test "--key-log receives the secrets in place of SSLKEYLOGFILE" {
    local version
    export SSLKEYLOGFILE="$PWD/environment"
    for version in --http1.1 --http2 --http3-only; do
        quiver -sS "$version" --cacert "$CA" --key-log "keys$version" -o got "$SECURE/bytes/1"
        grep -q '^CLIENT_TRAFFIC_SECRET_0 ' "keys$version"
        [ "$(stat -c %a "keys$version")" = 600 ]
    done
    [ ! -e environment ]
    # What is there stays.
    [ "$(grep -c '^CLIENT_TRAFFIC_SECRET_0 ' keys--http2)" -eq 1 ]
    echo "{\"url\":\"$SECURE/bytes/1\"}" | quiver batch -s --cacert "$CA" --key-log keys--http2 - > records
    [ "$(grep -c '^CLIENT_TRAFFIC_SECRET_0 ' keys--http2)" -eq 2 ]
    quiver probe -s --cacert "$CA" --key-log probed "$SECURE/" > facts
    grep -q '^CLIENT_TRAFFIC_SECRET_0 ' probed
    mkfifo pipe
    cat pipe > piped &
    quiver -sS --cacert "$CA" --key-log pipe -o got "$SECURE/bytes/1"
    wait "$!"
    grep -q '^CLIENT_TRAFFIC_SECRET_0 ' piped
}

@test "--key-log: a file that cannot be written is told before anything is sent" {
    run --separate-stderr quiver -sS --cacert "$CA" --key-log no/such/keys "$SECURE/bytes/1"
    [ "$status" -eq 23 ]
    [ -z "$output" ]
    [ "$stderr" = "quiver: (23) cannot write secrets to 'no/such/keys': No such file or directory" ]
    run --separate-stderr quiver -sS --key-log . "$SECURE/bytes/1"
    [ "$status" -eq 23 ]
    run --separate-stderr quiver -sS --key-log - "$SECURE/bytes/1"
    [ "$status" -eq 2 ]
    [[ $stderr == *"option --key-log: secrets go to a file, not to '-'"* ]]
}

@test "parallel transfers of HTTP/2 and 3 share one connection" {
    local version
    for version in --http2 --http3-only; do
        quiver -sS -Z "$version" --cacert "$CA" "$SECURE/bytes/[1-30]" -o 'f#1' -w '%{num_connects}\n' > connects
        [ "$(sort connects | uniq -c | sort -rn | awk '{print $1 "x" $2}' | paste -sd' ')" = "29x0 1x1" ]
        [ "$(cat f* | wc -c)" -eq 465 ]
    done
}

@test "a body paused by a slow reader arrives whole over each version" {
    check() {
        quiver -sS --cacert "$CA" "$2" "$SECURE/bytes/5000000" | (head -c 1; sleep 0.3; cat) > all
        [ "$(stat -c %s all)" -eq 5000000 ]
    }
    each_version check
}

@test "a refused port is exit 7, a QUIC port that never answers exit 28" {
    run quiver -s https://127.0.0.1:1/
    [ "$status" -eq 7 ]
    "$PYTHON" - port <<'PY' 3>&- &
import os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
with open("new", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename("new", sys.argv[1])
time.sleep(110)
PY
    local hole=$!
    within 60 of $hole test -s port
    run quiver -s --http3-only --connect-timeout 0.5 -k "https://127.0.0.1:$(cat port)/"
    kill "$hole"
    [ "$status" -eq 28 ]
}

@test "a Unix socket takes the place of the network" {
    "$PYTHON" - "$PWD/sock" <<'PY' 3>&- &
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(1)
c = s.accept()[0]
c.recv(65536)
c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlocal")
c.close()
PY
    local server=$!
    within 60 of $server test -S sock
    run quiver -sS --unix-socket sock http://anything.test/
    wait "$server"
    [ "$output" = local ]
}
