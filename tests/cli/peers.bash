# Foreign servers on free ports, with a CA made for the occasion.
# Sourced by tests that fetch from software that is not quiver.

PYTHON=${QUIVER_TEST_PYTHON:-/usr/bin/python3}
# shellcheck source=nap.bash
. "${BASH_SOURCE[0]%/*}/nap.bash"

free_port() {
    "$PYTHON" -c 'import socket; t = socket.socket(); t.bind(("127.0.0.1", 0)); print(t.getsockname()[1])'
}

# make_ca DIR: ca.pem, and server.pem with server.key for localhost.
make_ca() {
    (
        cd "$1" || exit 1
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem \
            -subj "/CN=quiver test CA" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj "/CN=quiver test"
        printf '%s\n' subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 basicConstraints=critical,CA:FALSE \
            keyUsage=critical,digitalSignature extendedKeyUsage=serverAuth >server.ext
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -extfile server.ext -out server.pem
    ) >"$1/openssl.log" 2>&1 || {
        cat "$1/openssl.log"
        return 1
    }
}

# make_files DIR: 1k 100k 1m and 20m of random bytes.
make_files() {
    local size
    for size in 1k:1024 100k:102400 1m:1048576 20m:20971520; do
        head -c "${size#*:}" /dev/urandom >"$1/${size%:*}"
    done
}

accepts_at() { # PORT
    { : >"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null
}

# wait_for_port PORT PID: until something accepts there.
wait_for_port() {
    within 60 of "$2" accepts_at "$1"
}

# start_nginx DIR: h1 and h2 over TLS on $nginx_port, plain h1 on $nginx_plain,
# and on $nginx_wary TLS where a certificate may be shown.
start_nginx() {
    local dir=$1
    nginx_port=$(free_port) nginx_plain=$(free_port) nginx_wary=$(free_port)
    mkdir -p "$dir/nginx"
    cat >"$dir/nginx.conf" <<CONF
daemon off;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
pid $dir/nginx/pid;
error_log $dir/nginx/error.log warn;
events { worker_connections 1024; }
http {
    access_log $dir/nginx/access.log;
    client_max_body_size 0;
    client_body_temp_path $dir/nginx/body;
    proxy_temp_path $dir/nginx/proxy;
    fastcgi_temp_path $dir/nginx/fastcgi;
    uwsgi_temp_path $dir/nginx/uwsgi;
    scgi_temp_path $dir/nginx/scgi;
    keepalive_requests 1000000;
    root $dir/www;
    server {
        listen 127.0.0.1:$nginx_port ssl http2;
        listen 127.0.0.1:$nginx_plain;
        ssl_certificate $dir/server.pem;
        ssl_certificate_key $dir/server.key;
        gzip on;
        gzip_types *;
        location /up/ { dav_methods PUT; create_full_put_path on; }
        location /moved { return 302 /1k; }
    }
    server {
        listen 127.0.0.1:$nginx_wary ssl http2;
        server_name localhost;
        ssl_certificate $dir/server.pem;
        ssl_certificate_key $dir/server.key;
        ssl_client_certificate $dir/ca.pem;
        ssl_verify_client optional;
    }
    server { # with only one, nginx does not look at names
        listen 127.0.0.1:$nginx_wary ssl http2;
        server_name second.test;
        ssl_certificate $dir/server.pem;
        ssl_certificate_key $dir/server.key;
    }
}
CONF
    nginx -e "$dir/nginx/error.log" -c "$dir/nginx.conf" >"$dir/nginx/out" 2>&1 3>&- &
    nginx_pid=$!
    export nginx_port nginx_plain nginx_wary nginx_pid
    wait_for_port "$nginx_port" "$nginx_pid"
}

# start_caddy DIR: h1, h2 and h3 on $caddy_port.
start_caddy() {
    local dir=$1
    caddy_port=$(free_port)
    mkdir -p "$dir/caddy"
    cat >"$dir/Caddyfile" <<CONF
{
    admin off
    auto_https off
    storage file_system $dir/caddy
    default_bind 127.0.0.1
    servers {
        protocols h1 h2 h3
    }
}
https://localhost:$caddy_port, https://127.0.0.1:$caddy_port {
    tls $dir/server.pem $dir/server.key
    root * $dir/www
    file_server
}
CONF
    XDG_DATA_HOME=$dir/caddy XDG_CONFIG_HOME=$dir/caddy \
        caddy run --adapter caddyfile --config "$dir/Caddyfile" >"$dir/caddy/out" 2>&1 3>&- &
    caddy_pid=$!
    export caddy_port caddy_pid
    wait_for_port "$caddy_port" "$caddy_pid"
}

# start_nghttpd DIR: h2 on $nghttpd_port.
start_nghttpd() {
    nghttpd_port=$(free_port)
    nghttpd -a 127.0.0.1 -d "$1/www" "$nghttpd_port" "$1/server.key" "$1/server.pem" >"$1/nghttpd.out" 2>&1 3>&- &
    nghttpd_pid=$!
    export nghttpd_port nghttpd_pid
    wait_for_port "$nghttpd_port" "$nghttpd_pid"
}

# end_peer PID...
end_peer() {
    local pid
    for pid in "$@"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}
