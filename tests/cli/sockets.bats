# What sockets are told: where they come from, how their packets are marked, and the
# PROXY line that may come first. The peer tells what it sees; nginx reads PROXY lines.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    "$PYTHON" "$HERE/sockets_peer.py" "$BATS_FILE_TMPDIR" 3>&- &
    PEER_PID=$!
    within 60 of $! test -s ports
    read -r PORT PORT6 UDP_PORT <ports
    make_ca .
    start_accepting "$BATS_FILE_TMPDIR"
    export PEER_PID PORT PORT6 UDP_PORT NGINX_PID NGINX_TLS NGINX_PLAIN
}

teardown_file() {
    kill "$PEER_PID" "$NGINX_PID" 2>/dev/null || true
}

setup() {
    enter_folder
    url=http://127.0.0.1:$PORT/
    rm -f "$BATS_FILE_TMPDIR/datagrams"
}

# start_accepting DIR: an nginx that wants a PROXY line, and says what stood in it.
start_accepting() {
    NGINX_TLS=$(free_port) NGINX_PLAIN=$(free_port)
    cat >"$1/nginx.conf" <<CONF
daemon off;
pid $1/nginx.pid;
error_log $1/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $1/t1; proxy_temp_path $1/t2; fastcgi_temp_path $1/t3;
    uwsgi_temp_path $1/t4; scgi_temp_path $1/t5;
    server {
        listen 127.0.0.1:$NGINX_PLAIN proxy_protocol;
        listen 127.0.0.1:$NGINX_TLS ssl proxy_protocol;
        http2 on;
        ssl_certificate $1/server.pem; ssl_certificate_key $1/server.key;
        location / {
            default_type text/plain;
            return 200 "\$proxy_protocol_addr \$proxy_protocol_port \$proxy_protocol_server_addr \$proxy_protocol_server_port \$server_protocol\n";
        }
    }
}
CONF
    nginx -e "$1/error.log" -c "$1/nginx.conf" >"$1/nginx.out" 2>&1 3>&- &
    NGINX_PID=$!
    wait_for_port "$NGINX_PLAIN" "$NGINX_PID"
}

ask() { # OPTION...: status, output, stderr
    run --separate-stderr quiver -q -sS "$@"
}

seen() { # KEY: of the peer's line
    "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1" <<<"$output"
}

@test "a connection comes from the port that is named, or from the first free one" {
    local port first
    port=$(free_port)
    ask --local-port "$port" "$url"
    [ "$status" -eq 0 ]
    [ "$(seen port)" = "$port" ]
    first=$(free_port)
    "$PYTHON" -c 'import socket, sys; s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); print(flush=True); sys.stdin.read()' \
        "$first" < <(within 60 test -e done) >held 3>&- &
    within 60 test -s held
    ask --local-port "$first" "$url"
    [ "$status" -eq 45 ]
    [[ $stderr == *"binding to port $first: Address already in use" ]]
    ask --local-port "$first-$((first + 20))" "$url"
    [ "$status" -eq 0 ]
    [ "$(seen port)" -gt "$first" ]
    [ "$(seen port)" -le "$((first + 20))" ]
    touch done
}

@test "QUIC comes from the port that is named" {
    local port
    port=$(free_port)
    ask --http3-only --local-port "$port" -m 0.3 "https://127.0.0.1:$UDP_PORT/"
    [ "$status" -eq 28 ]
    within 60 test -s "$BATS_FILE_TMPDIR/datagrams"
    output=$(head -n 1 "$BATS_FILE_TMPDIR/datagrams")
    [ "$(seen port)" = "$port" ]
}

@test "what are no ports is said" {
    local bad
    for bad in x 80- -80 80-70 65536 1-65536 0-5 '80 90'; do
        ask --local-port "$bad" "$url"
        [ "$status" -eq 2 ]
        [[ $stderr == *"--local-port: '$bad' is neither a port nor two"* ]]
    done
}

@test "packets carry the mark that is asked for, over TCP and QUIC" {
    local mark
    ask "$url"
    [ "$(seen tos)" = 0 ]
    for mark in CS5:160 AF41:136 EF:184 VOICE-ADMIT:176 32:32; do
        ask --ip-tos "${mark%:*}" "$url"
        [ "$(seen tos)" = "${mark#*:}" ]
    done
    # QUIC's own ECN mark keeps its place in the lowest bits.
    ask --http3-only --ip-tos CS5 -m 0.3 "https://127.0.0.1:$UDP_PORT/"
    within 60 test -s "$BATS_FILE_TMPDIR/datagrams"
    output=$(head -n 1 "$BATS_FILE_TMPDIR/datagrams")
    [ "$(($(seen tos) & ~3))" = 160 ]
    for mark in 256 CS9 ef ''; do
        ask --ip-tos "$mark" "$url"
        [ "$status" -eq 2 ]
    done
}

@test "keepalive probes come as often as asked, or not at all" {
    ask "$url"
    [ "$("$PYTHON" -c "print(50 < $(seen keepalive) <= 60.1)")" = True ]
    ask --keepalive-time 20 --keepalive-cnt 3 "$url"
    [ "$("$PYTHON" -c "print(10 < $(seen keepalive) <= 20.1)")" = True ]
    ask --no-keepalive --keepalive-time 20 "$url"
    [ "$(seen keepalive)" = None ]
    ask --no-keepalive --keepalive "$url"
    [ "$(seen keepalive)" != None ]
    ask --keepalive-cnt 128 "$url"
    [ "$status" -eq 2 ]
}

@test "what a kernel may lack is no reason to fail" {
    ask --mptcp --tcp-fastopen --vlan-priority 5 --no-tcp-nodelay "$url" "$url"
    [ "$status" -eq 0 ]
    ask --vlan-priority 8 "$url"
    [ "$status" -eq 2 ]
}

@test "-4 and -6 are for names, and an address is meant as it stands" {
    ask -6 "$url"
    [ "$status" -eq 0 ]
    [ "$PORT6" != 0 ] || skip "no IPv6 here"
    ask -4 "http://[::1]:$PORT6/"
    [ "$status" -eq 0 ]
    ask -4 --resolve "a.test:$PORT6:[::1]" "http://a.test:$PORT6/"
    [ "$status" -eq 6 ]
}

@test "a zone says which interface, and stays here" {
    [ "$PORT6" != 0 ] || skip "no IPv6 here"
    local form
    for form in '[::1%25lo]' '[::1%lo]'; do
        ask "http://$form:$PORT6/"
        [ "$status" -eq 0 ]
        [ "$(seen host)" = "[::1]:$PORT6" ]
        run quiver -sS -o /dev/null -w '%{url_effective}' "http://$form:$PORT6/#f"
        [ "$output" = "http://[::1%25lo]:$PORT6/#f" ]
    done
    ask --resolve "a.test:$PORT6:[::1%lo]" "http://a.test:$PORT6/"
    [ "$status" -eq 0 ]
    ask "http://[fe80::1%25nosuch]:$PORT6/"
    [ "$status" -eq 6 ]
}

@test "an abstract Unix socket has a name and no file" {
    local name="$BATS_FILE_TMPDIR/app"
    ask --abstract-unix-socket "$name" http://app.test/x
    [ "$status" -eq 0 ]
    [ "$(seen host)" = app.test ]
    [ ! -e "$name" ]
    ask --unix-socket "$name" http://app.test/x
    [ "$status" -eq 7 ]
    ask --unix-socket "$name" --abstract-unix-socket "$name" http://app.test/x
    [ "$status" -eq 0 ]
    ask --abstract-unix-socket "$name.not" http://app.test/x
    [ "$status" -eq 7 ]
    [[ $stderr == *"Unix socket @"*"app.not: "* ]]
}

@test "a PROXY line names both ends of the connection" {
    ask --haproxy-protocol -w '%{local_ip} %{remote_ip} %{local_port} %{remote_port}' "$url"
    [ "$status" -eq 0 ]
    [ "$(head -n 1 <<<"$output" | { output=$(cat) && seen proxy; })" = "PROXY TCP4 $(tail -n 1 <<<"$output")" ]
    ask --haproxy-clientip 203.0.113.9 "$url"
    [[ $(seen proxy) == "PROXY TCP4 203.0.113.9 203.0.113.9 "*" $PORT" ]]
    ask --haproxy-clientip 2001:db8::9 "$url"
    [[ $(seen proxy) == "PROXY TCP6 2001:db8::9 2001:db8::9 "*" $PORT" ]]
    ask --haproxy-protocol --abstract-unix-socket "$BATS_FILE_TMPDIR/app" http://app.test/
    [ "$(seen proxy)" = "PROXY UNKNOWN" ]
    [ "$PORT6" = 0 ] || {
        ask --haproxy-protocol "http://[::1]:$PORT6/"
        [[ $(seen proxy) == "PROXY TCP6 ::1 ::1 "*" $PORT6" ]]
    }
}

@test "nginx takes it before TLS, once a connection" {
    local version at
    for at in "--http1.1 http://127.0.0.1:$NGINX_PLAIN/" "--http1.1 https://localhost:$NGINX_TLS/" \
        "--http2 https://localhost:$NGINX_TLS/"; do
        ask --cacert "$BATS_FILE_TMPDIR/ca.pem" -4 --haproxy-clientip 203.0.113.9 $at $at
        echo "$at: $status $output $stderr"
        [ "$status" -eq 0 ]
        [ "${#lines[@]}" -eq 2 ]
        [ "${lines[0]}" = "${lines[1]}" ]
        [[ ${lines[0]} == "203.0.113.9 "*" 203.0.113.9 "* ]]
    done
}

@test "connections with different lines are not shared" {
    ask --haproxy-clientip 203.0.113.1 "http://127.0.0.1:$NGINX_PLAIN/" \
        --next -sS --haproxy-clientip 203.0.113.2 "http://127.0.0.1:$NGINX_PLAIN/"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "203.0.113.1 "* && ${lines[1]} == "203.0.113.2 "* ]]
}

@test "it goes through a proxy's tunnel, and the proxy sees none" {
    local serve version proxy
    "$QUIVER" serve --port 0 --plain-port 0 --log none --allow-tcp 127.0.0.1:"$NGINX_TLS" . >serve.out 3>&- &
    serve=$!
    within 60 of $! grep -q '^--cacert ' serve.out
    proxy=$(sed -n 's|^https://localhost:\([0-9]*\).*|\1|p' serve.out)
    for version in '' --proxy-http2 --proxy-http3; do
        ask --cacert "$BATS_FILE_TMPDIR/ca.pem" --proxy-cacert "$(sed -n 's|^--cacert ||p' serve.out)" $version \
            -x "https://localhost:$proxy" --haproxy-protocol "https://127.0.0.1:$NGINX_TLS/"
        echo "$version: $status $output $stderr"
        [ "$status" -eq 0 ]
        [[ $output == "127.0.0.1 "*" 127.0.0.1 $proxy "* || $output == "::1 "*" ::1 $proxy "* ]]
    done
    kill "$serve"
}

@test "HTTP/3 has no place for it" {
    ask --haproxy-protocol --http3-only "https://127.0.0.1:$UDP_PORT/"
    [ "$status" -eq 1 ]
    [[ $stderr == *"HTTP/3 has no place for it"* ]]
    [ ! -e "$BATS_FILE_TMPDIR/datagrams" ]
    ask --cacert "$BATS_FILE_TMPDIR/ca.pem" -4 --haproxy-clientip 203.0.113.9 --http3 "https://localhost:$NGINX_TLS/"
    [[ $output == *HTTP/2.0 ]]
}

@test "nobody slips a line of his own into it" {
    ask --haproxy-clientip $'203.0.113.9\r\nX: y' "$url"
    [ "$status" -eq 2 ]
    ask --haproxy-clientip '' "$url"
    [ "$status" -eq 2 ]
}

@test "--interface takes the name of a host for its address" {
    local from
    for from in localhost 'host!localhost' 'ifhost!lo!localhost'; do
        ask --interface "$from" -o /dev/null -w '%{local_ip}' "$url"
        [ "$status" -eq 0 ]
        [ "$output" = 127.0.0.1 ]
    done
    for from in no-such-host.invalid 'host!no-such-host.invalid'; do
        ask --interface "$from" "$url"
        [ "$status" -eq 45 ]
        [[ $stderr == *'(45) 127.0.0.1: --interface: could not resolve no-such-host.invalid: '* ]]
    done
}
