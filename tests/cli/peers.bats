#!/usr/bin/env bats
# Fetching from, and sending to, servers that are not quiver.

bats_require_minimum_version 1.5.0
load peers

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www/up"
    chmod 755 "$dir" "$dir/www"
    chmod 777 "$dir/www/up"
    make_ca "$dir"
    make_files "$dir/www"
    start_nginx "$dir"
    start_caddy "$dir"
    start_nghttpd "$dir"
}

teardown_file() {
    end_peer "$nginx_pid" "$caddy_pid" "$nghttpd_pid"
}

quiver() {
    timeout -k 5 90 "$QUIVER" -sS --cacert "$dir/ca.pem" "$@"
}

# every file of the document root arrives whole
all_files() {
    local file
    for file in 1k 100k 1m 20m; do
        quiver "$1" -o "$BATS_TEST_TMPDIR/$file" "$2/$file"
        cmp "$BATS_TEST_TMPDIR/$file" "$dir/www/$file"
    done
}

@test "nginx over HTTP/1.1" { all_files --http1.1 "https://localhost:$nginx_port"; }
@test "nginx over HTTP/2" { all_files --http2 "https://localhost:$nginx_port"; }
@test "nginx over plain HTTP/1.1" { all_files --http1.1 "http://localhost:$nginx_plain"; }
@test "caddy over HTTP/1.1" { all_files --http1.1 "https://localhost:$caddy_port"; }
@test "caddy over HTTP/2" { all_files --http2 "https://localhost:$caddy_port"; }
@test "caddy over HTTP/3" { all_files --http3-only "https://localhost:$caddy_port"; }
@test "caddy by address, verified by the address" { all_files --http3-only "https://127.0.0.1:$caddy_port"; }
@test "nghttpd over HTTP/2" { all_files --http2 "https://localhost:$nghttpd_port"; }

@test "the version that was asked for is the one that is used" {
    [ "$(quiver --http1.1 -o /dev/null -w '%{http_version}' "https://localhost:$caddy_port/1k")" = 1.1 ]
    [ "$(quiver --http2 -o /dev/null -w '%{http_version}' "https://localhost:$caddy_port/1k")" = 2 ]
    [ "$(quiver --http3 -o /dev/null -w '%{http_version}' "https://localhost:$caddy_port/1k")" = 3 ]
}

@test "two URLs of an origin share a connection on every version" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        run quiver $version -o /dev/null -o /dev/null -w '%{num_connects} ' \
            "https://localhost:$caddy_port/1k" "https://localhost:$caddy_port/100k"
        [ "$status" -eq 0 ]
        [ "$output" = "1 0 " ]
    done
}

@test "an upload arrives whole, from a file and from a pipe" {
    local version
    for version in --http1.1 --http2; do
        quiver $version -T "$dir/www/1m" -o /dev/null "https://localhost:$nginx_port/up/file"
        cmp "$dir/www/up/file" "$dir/www/1m"
        cat "$dir/www/1m" | quiver $version -T - -o /dev/null "https://localhost:$nginx_port/up/pipe"
        cmp "$dir/www/up/pipe" "$dir/www/1m"
    done
}

@test "a redirect is followed only when asked for" {
    [ "$(quiver -o /dev/null -w '%{http_code}' "https://localhost:$nginx_port/moved")" = 302 ]
    quiver -L -o "$BATS_TEST_TMPDIR/got" "https://localhost:$nginx_port/moved"
    cmp "$BATS_TEST_TMPDIR/got" "$dir/www/1k"
}

@test "a coded body is decoded when asked for" {
    head -c 300000 /dev/zero | tr '\0' a >"$dir/www/letters.txt"
    quiver --compressed -o "$BATS_TEST_TMPDIR/got" -D "$BATS_TEST_TMPDIR/head" "https://localhost:$nginx_port/letters.txt"
    cmp "$BATS_TEST_TMPDIR/got" "$dir/www/letters.txt"
    grep -qi '^content-encoding: gzip' "$BATS_TEST_TMPDIR/head"
}

@test "many in parallel arrive whole over one connection" {
    local urls=() outs=() i
    for i in $(seq 50); do
        urls+=("https://localhost:$caddy_port/100k?$i")
        outs+=(-o "$BATS_TEST_TMPDIR/$i")
    done
    quiver -Z --http2 "${outs[@]}" "${urls[@]}"
    for i in $(seq 50); do cmp "$BATS_TEST_TMPDIR/$i" "$dir/www/100k"; done
}

@test "nghttpd: a server that agrees to no protocol that is offered is 35" {
    run --separate-stderr "$QUIVER" -sS --cacert "$dir/ca.pem" --http1.1 "https://localhost:$nghttpd_port/1k"
    [ "$status" -eq 35 ]
    [[ $stderr == "quiver: (35) localhost: the server agreed to none of the protocols offered (ALPN)"* ]]
}

@test "nginx: 421 is asked for once more, on another connection, and is the answer then" {
    local version
    # nginx takes no other name than that of the handshake where it asks for certificates.
    for version in --http1.1 --http2; do
        run --separate-stderr "$QUIVER" -sS --cacert "$dir/ca.pem" $version -H 'Host: other.test' -d x \
            -o /dev/null -w '%{response_code} %{num_connects}' "https://localhost:$nginx_wary/1k"
        [ "$status" -eq 0 ]
        [ "$output" = "421 2" ]
    done
    run "$QUIVER" -sS --cacert "$dir/ca.pem" -o /dev/null -w '%{response_code} %{num_connects}' "https://localhost:$nginx_wary/1k"
    [ "$output" = "200 1" ]
}

# continued OPTION URL: a file that is begun is continued, one that is complete stays.
continued() {
    local file=$BATS_TEST_TMPDIR/continued
    head -c 300000 "$dir/www/1m" >"$file"
    [ "$(quiver "$1" -C - -o "$file" -w '%{http_code} %{size_download}' "$2/1m")" = "206 748576" ]
    cmp "$file" "$dir/www/1m"
    [ "$(quiver "$1" -C - -o "$file" -w '%{http_code}' "$2/1m")" = 416 ]
    cmp "$file" "$dir/www/1m"
    echo more >>"$file"
    run quiver "$1" -C - -o "$file" "$2/1m"
    [ "$status" -eq 36 ]
}

@test "-C goes on with a file of nginx" {
    continued --http1.1 "https://localhost:$nginx_port"
    continued --http2 "https://localhost:$nginx_port"
}
@test "-C goes on with a file of caddy, over HTTP/3 as well" {
    continued --http2 "https://localhost:$caddy_port"
    continued --http3-only "https://localhost:$caddy_port"
}

@test "what is not new is not fetched: -z, -R and entity tags of nginx and caddy" {
    local url file=$BATS_TEST_TMPDIR/new
    for url in "https://localhost:$nginx_port" "https://localhost:$caddy_port"; do
        rm -f "$file" "$file.tag"
        touch -d '1994-11-06 08:49:37 UTC' "$dir/www/1k"
        quiver -R --etag-save "$file.tag" -o "$file" "$url/1k"
        [ "$(stat -c %Y "$file")" = 784111777 ]
        [ -s "$file.tag" ]
        [ "$(quiver -z "$file" -o "$file" -w '%{http_code}' "$url/1k")" = 304 ]
        [ "$(quiver --etag-compare "$file.tag" --etag-save "$file.tag" -o "$file" -w '%{http_code}' "$url/1k")" = 304 ]
        cmp "$file" "$dir/www/1k"
        [ "$(quiver -z '-1 Jan 1990' -o /dev/null -w '%{http_code}' "$url/1k")" = 412 ]
    done
}

# A proxy in between that breaks off after so many bytes: what nginx is asked for then is the rest.
@test "M9: a retry goes on with a file of nginx" {
    "$PYTHON" - "$nginx_plain" "$BATS_TEST_TMPDIR/port" 3>&- <<'PY' &
import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[2] + ".new", "w") as f:
    print(server.getsockname()[1], file=f)
os.rename(sys.argv[2] + ".new", sys.argv[2])
while True:
    client, _ = server.accept()
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += client.recv(65536)
    origin = socket.create_connection(("localhost", int(sys.argv[1])))
    origin.sendall(asked)
    left = 256 << 10
    while left and (data := origin.recv(min(left, 65536))):
        client.sendall(data)
        left -= len(data)
    origin.close()
    client.shutdown(socket.SHUT_WR)
    while client.recv(65536):
        pass
    client.close()
PY
    local pid=$!
    within 60 of $pid test -s "$BATS_TEST_TMPDIR/port"
    local file=$BATS_TEST_TMPDIR/file
    touch -d '1994-11-06 08:49:37 UTC' "$dir/www/1m"
    run quiver --retry 9 --retry-delay 0.001 -o "$file" -w '%{num_retries} %{http_code}' \
        "http://localhost:$(<"$BATS_TEST_TMPDIR/port")/1m"
    kill "$pid"
    [ "$status" -eq 0 ]
    [ "$output" = "4 206" ]
    cmp "$file" "$dir/www/1m"
}
