#!/usr/bin/env bats
# A machine that goes from one network to another while HTTP/3 connections are open, with
# servers that are not quiver's: nginx, caddy (whose quic-go does not let clients move) and
# aioquic. The networks are namespaces with two links (links.bash).

bats_require_minimum_version 1.5.0
load helper
load peers
load links

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    has_links || return 0
    nginx -V 2>&1 | grep -q http_v3 || return 0
    make_links
    mkdir -p "$dir/www"
    make_ca "$dir"
    head -c 104857600 /dev/urandom >"$dir/www/100m"
    head -c 1024 /dev/urandom >"$dir/www/1k"
    start_nginx_there
    start_caddy_there
    start_aioquic_there
    start_quiver_there
    export nginx_pid caddy_pid aioquic_pid serve_pid
}

teardown_file() {
    [ -z "${client_links:-}" ] || {
        end_peer "$nginx_pid" "$caddy_pid" "$aioquic_pid" "$serve_pid"
        end_links
    }
}

setup() {
    [ -n "${client_links:-}" ] || skip "no network namespaces with links here, or nginx has no HTTP/3"
    enter_folder
    link_up 1
    link_up 2
}

# start_there COMMAND...: $! is it.
start_there() {
    nsenter -t "$server_links" "${within[@]}" "$@" 3>&- &
}

start_nginx_there() {
    mkdir -p "$dir/nginx" "$dir/up"
    cat >"$dir/nginx.conf" <<CONF
daemon off;
master_process off;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
pid $dir/nginx/pid;
error_log $dir/nginx/error.log warn;
events { worker_connections 64; }
http {
    access_log $dir/nginx/access.log;
    client_max_body_size 0;
    client_body_temp_path $dir/nginx/body;
    proxy_temp_path $dir/nginx/proxy;
    fastcgi_temp_path $dir/nginx/fastcgi;
    uwsgi_temp_path $dir/nginx/uwsgi;
    scgi_temp_path $dir/nginx/scgi;
    server {
        listen $SERVER_ADDRESS:4433 quic;
        ssl_certificate $dir/server.pem;
        ssl_certificate_key $dir/server.key;
        root $dir/www;
        location /up/ { root $dir; dav_methods PUT; }
    }
}
CONF
    start_there nginx -e "$dir/nginx/error.log" -c "$dir/nginx.conf" >"$dir/nginx/out" 2>&1
    nginx_pid=$!
    within 60 test -s "$dir/nginx/pid"
}

start_caddy_there() {
    mkdir -p "$dir/caddy"
    cat >"$dir/Caddyfile" <<CONF
{
    admin off
    auto_https off
    storage file_system $dir/caddy
    default_bind $SERVER_ADDRESS
}
https://localhost:4434 {
    tls $dir/server.pem $dir/server.key
    root * $dir/www
    file_server
}
CONF
    XDG_DATA_HOME=$dir/caddy XDG_CONFIG_HOME=$dir/caddy \
        start_there caddy run --adapter caddyfile --config "$dir/Caddyfile" >"$dir/caddy/out" 2>&1
    caddy_pid=$!
    within 60 grep -q 'serving initial configuration' "$dir/caddy/out"
}

start_aioquic_there() {
    start_there "$PYTHON" "$HERE/websocket_server.py" "$dir/ws.ports" "$dir/server.pem" "$dir/server.key" \
        "$SERVER_ADDRESS" >"$dir/ws.log" 2>&1
    aioquic_pid=$!
    within 60 test -s "$dir/ws.ports"
}

start_quiver_there() {
    start_there "$QUIVER" serve --bind "$SERVER_ADDRESS" --port 4435 --no-plain --log none \
        --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www" >"$dir/serve.out" 2>&1
    serve_pid=$!
    within 60 grep -q '^https://' "$dir/serve.out"
}

# start_here PORT OPTION...: the client is another machine; its pid is $client, what it says
# is in log.
start_here() {
    local port=$1
    shift
    nsenter -t "$client_links" "${within[@]}" "$QUIVER" "$@" -v --http3-only --cacert "$dir/ca.pem" \
        --resolve "localhost:$port:$SERVER_ADDRESS" <&0 2>log 3>&- 8>&- 9>&- &
    client=$!
}

within_log() {
    within 60 grep -q "$1" log
}

# ends_with STATUS
ends_with() {
    local status=0
    wait "$client" || status=$?
    cat log
    [ "$status" -eq "$1" ]
}

established() {
    grep -c 'QUIC v1 established' log
}

# nginx 1.26 has no connection ID of ours left for a second time.
@test "connectionmigration: a download of 100 MB goes on over another link" {
    start_here 4433 -s --limit-rate 20M -o got -w '%{http_code} %{num_connects}' https://localhost:4433/100m >out
    within_log '< HTTP/3 200'
    link_down 1
    within_log 'goes on from 10.77.2.2'
    ends_with 0
    [ "$(cat out)" = '200 1' ]
    [ "$(established)" = 1 ]
    cmp got "$dir/www/100m"
}

@test "connectionmigration: it goes on when its address is gone, and an upload too" {
    start_here 4433 -s --limit-rate 20M -T "$dir/www/100m" -w '%{http_code} %{num_connects}' https://localhost:4433/up/100m >out
    within_log '> PUT /up/100m'
    lose_address 1
    within_log 'goes on from 10.77.2.2'
    ends_with 0
    [ "$(cat out)" = '201 1' ]
    [ "$(established)" = 1 ]
    cmp "$dir/up/100m" "$dir/www/100m"
    rm "$dir/up/100m"
}

# says TEXT: the open channel sends it, and it comes back.
says() {
    local reply
    echo "$1" >&8
    read -r -t 90 reply <&9
    [ "$reply" = "$1" ]
}

@test "connectionmigration: an open WebSocket goes on over another link, and back" {
    local port
    read -r _ _ port <"$dir/ws.ports"
    mkfifo in out
    exec 8<>in 9<>out
    start_here "$port" ws "wss://localhost:$port/" <in >out
    says before
    link_down 1
    within_log 'goes on from 10.77.2.2'
    says between
    link_up 1
    link_down 2
    within_log 'goes on from 10.77.1.2'
    says after
    exec 8>&- # the end of its input
    ends_with 0
    exec 9<&-
    [ "$(established)" = 1 ]
}

@test "connectionmigration: a download goes on over another link, and back" {
    start_here 4435 -s --limit-rate 20M -o got -w '%{http_code} %{num_connects}' https://localhost:4435/100m >out
    within_log '< HTTP/3 200'
    link_down 1
    within_log 'goes on from 10.77.2.2'
    link_up 1
    link_down 2
    within_log 'goes on from 10.77.1.2'
    ends_with 0
    [ "$(cat out)" = '200 1' ]
    [ "$(established)" = 1 ]
    cmp got "$dir/www/100m"
}

@test "a server that lets nobody move: the connection is given up, and the rest of a GET comes over a new one" {
    start_here 4434 -s --limit-rate 20M --retry 2 --retry-delay 0.1 -o got -w '%{http_code} %{num_connects}' \
        https://localhost:4434/100m >out
    within_log '< HTTP/3 200'
    link_down 1
    within_log 'cannot move: no migration: the server does not want it'
    ends_with 0
    grep -q 'the path is dead' log
    [ "$(established)" = 2 ]
    cmp got "$dir/www/100m"
}

@test "a server that lets nobody move: new requests take a new connection, what runs stays" {
    mkfifo lines
    exec 8<>lines
    start_here 4434 batch -s --limit-rate 8M --body hash - <lines >records
    echo '{"url":"https://localhost:4434/100m","id":"long"}' >&8
    within_log '< HTTP/3 200'
    # The link stays, and so does what runs over it; new connections prefer the other.
    at_client ip route replace "$SERVER_ADDRESS" via 10.77.2.1 metric 0
    within_log 'cannot move: no migration: the server does not want it'
    echo '{"url":"https://localhost:4434/1k","id":"short"}' >&8
    within 60 grep -q '"short"' records
    refute grep -q '"long"' records
    exec 8>&-
    kill "$client"
    wait "$client" || true
    at_client ip route del "$SERVER_ADDRESS" via 10.77.2.1 metric 0
    [ "$(established)" = 2 ]
}
