#!/usr/bin/env bats
# Sessions that are resumed, and early data. The servers are nginx's, Caddy's and
# aioquic's; ours is asked by ourselves for what only it tells.

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www"
    make_ca "$dir"
    head -c 1024 /dev/urandom >"$dir/www/1k"
    start_nginx "$dir"
    start_caddy "$dir"
    start_aioquic
    export METRICS
    METRICS=$(free_port)
    start_serve --early-data --retry --metrics "$METRICS"
}

teardown_file() {
    stop_serve
    end_peer "$nginx_pid" "$caddy_pid" ${early_pid:+"$early_pid"}
}

# start_early FOLDER [PORT]: its diary and its port (in early.out) are there; $!.
start_early() {
    "$PYTHON" "$BATS_TEST_DIRNAME/early_server.py" "$1/server.pem" "$1/server.key" "$1/diary" ${2:+"$2"} \
        >"$1/early.out" 2>"$1/early.err" 3>&- &
    within 60 of $! test -s "$1/early.out"
}

# Sets early_pid; nothing without aioquic.
start_aioquic() {
    "$PYTHON" -c 'import aioquic' 2>/dev/null || return 0
    start_early "$dir"
    export early_pid=$!
}

setup() {
    enter_folder
    trust=(--cacert "$dir/ca.pem")
}

needs_aioquic() {
    [ -n "${early_pid:-}" ] || skip "python3 has no aioquic"
    rm -f "$dir/diary" "$dir/diary.forget"
    early=https://127.0.0.1:$(cat "$dir/early.out")
}

# told OPTION...: what -w tells of resumption and early data.
told() {
    quiver -sS "${trust[@]}" -o /dev/null -w '%{http_code} %{tls_resumed} %{tls_earlydata}\n' "$@"
}

# known OPTION... URL: asked until the server's ticket is in st, which comes behind the
# answer and is not waited for long. The diary has the last time alone.
known() {
    for _ in {1..20}; do
        rm -rf st "${diary:-$dir/diary}"
        told --state=st --http3-only "$@"
        ! grep -q '^quic ' st/tickets || return 0
    done
    return 1
}

@test "later connections of a run resume, over TCP and QUIC" {
    local at
    for at in "--http1.1 https://localhost:$nginx_port" "--http2 https://localhost:$nginx_port" \
        "--http1.1 https://localhost:$caddy_port" "--http3-only https://localhost:$caddy_port"; do
        # shellcheck disable=SC2086
        run told --pool-max-requests 1 $at/1k -o /dev/null "${at#* }/1k"
        echo "$at: $output"
        [ "$output" = "200 0 0
200 1 0" ]
    done
}

@test "a batch resumes, and its records say so" {
    printf '%s\n' "https://localhost:$nginx_port/1k" "https://localhost:$nginx_port/1k" >urls
    run quiver batch -sS "${trust[@]}" --http1.1 --pool-max-requests 1 --jobs 1 urls
    [ "$status" -eq 0 ]
    [ "$(grep -o '"resumed":[a-z]*' <<<"$output")" = '"resumed":false
"resumed":true' ]
}

@test "two runs with a file resume; without one nothing is kept" {
    local url=https://localhost:$nginx_port/1k
    told --ssl-sessions tickets "$url"
    [ "$(told --ssl-sessions tickets "$url")" = "200 1 0" ]
    [ "$(told "$url")" = "200 0 0" ]
    [ "$(stat -c %a tickets)" = 600 ]
    [ "$(names_in .)" = tickets ]
}

@test "a ticket is no good for another name, trust or certificate" {
    local url=https://localhost:$nginx_port/1k
    cp "$dir/ca.pem" other.pem
    told --ssl-sessions tickets "$url"
    cp tickets saved
    run told --ssl-sessions tickets "https://127.0.0.1:$nginx_port/1k"
    [ "$output" = "200 0 0" ]
    cp saved tickets
    [ "$(told --ssl-sessions tickets --cacert other.pem "$url")" = "200 0 0" ]
    cp saved tickets
    [ "$(told --ssl-sessions tickets -k "$url")" = "200 0 0" ]
    cp saved tickets
    [ "$(told --ssl-sessions tickets --http1.1 "$url")" = "200 0 0" ]
    cp saved tickets
    [ "$(told --ssl-sessions tickets "$url")" = "200 1 0" ]
}

@test "what was not verified is not resumed by whoever verifies" {
    local url=https://localhost:$nginx_port/1k
    told --ssl-sessions tickets -k "$url"
    [ "$(told --ssl-sessions tickets -k "$url")" = "200 1 0" ]
    run -60 quiver -sS --cacert "$CA" --ssl-sessions tickets "$url"
}

@test "a safe request goes out as early data when the server is known" {
    needs_aioquic
    known --tls-earlydata "$early/a"
    run told --state=st --http3-only --tls-earlydata "$early/b"
    [[ $output == "200 1 "[1-9]* ]]
    [ "$(cat "$dir/diary")" = "GET /a late
GET /b early" ]
    run quiver -sS "${trust[@]}" --state=st --http3-only --tls-earlydata -w '%{json}' -I "$early/c"
    [[ $output == *'"resumed":true,"early_data":"accepted"'* ]]
}

@test "nothing is early without the option, with a body, or by another method" {
    needs_aioquic
    local -a run=(--state=st --http3-only)
    known "$early/first"
    told "${run[@]}" "$early/plain"
    told "${run[@]}" --tls-earlydata -d x "$early/post"
    told "${run[@]}" --tls-earlydata -X PUT "$early/put"
    told "${run[@]}" --tls-earlydata -X GET -d x "$early/body"
    told "${run[@]}" --tls-earlydata -X DELETE "$early/delete"
    cat "$dir/diary"
    [ "$(grep -c ' late$' "$dir/diary")" -eq 6 ]
}

# The packets themselves: those of early data leave before the server was heard. A
# connection that a POST waits for sends its settings early, and nothing of the POST.
@test "a known server's first packets are 0-RTT, with a GET in them and no POST" {
    needs_aioquic
    local relay at
    "$PYTHON" "$BATS_TEST_DIRNAME/../faults/early_packets.py" --to "$(cat "$dir/early.out")" \
        >packets 2>packets.err 3>&- &
    relay=$!
    within 60 of $! test -s packets
    at=https://127.0.0.1:$(cat packets)
    told --state=st --http3-only --tls-earlydata "$at/first"
    told --state=st --http3-only --tls-earlydata "$at/early"
    told --state=st --http3-only --tls-earlydata -d "$(printf '%02000d' 0)" "$at/post"
    told --state=st --http3-only "$at/plain"
    kill "$relay"
    wait "$relay"
    cat packets
    local -a counts
    mapfile -t counts < <(tail -n +2 packets)
    [ "${#counts[@]}" = 4 ]
    [ "${counts[0]}" = "0 0 0" ]
    [[ ${counts[1]} == [1-9]* ]]
    [ "${counts[2]##* }" -lt 2000 ] # its body alone has as many
    [ "${counts[3]}" = "0 0 0" ]
    [ "$(grep -c ' early$' "$dir/diary")" = 1 ]
}

@test "a request that waits for the handshake uses the same connection" {
    needs_aioquic
    known "$early/first"
    run told --state=st --http3-only --tls-earlydata -Z -d x "$early/post" --next -sS "${trust[@]}" -o /dev/null \
        --http3-only --tls-earlydata -w '%{conn_id}\n' "$early/get"
    [ "$(sort "$dir/diary")" = "GET /first late
GET /get early
POST /post late" ]
}

@test "rejected early data is sent again once, and nobody notices" {
    needs_aioquic
    known "$early/first"
    touch "$dir/diary.forget"
    run told --state=st --http3-only --tls-earlydata "$early/again"
    [[ $output == "200 0 -"[1-9]* ]]
    [ "$(cat "$dir/diary")" = "GET /first late
GET /again late" ]
}

@test "an answer of 425 is asked for again after the handshake" {
    needs_aioquic
    known "$early/first"
    run told --state=st --http3-only --tls-earlydata "$early/too-early"
    [[ $output == "200 1 0" ]]
    [ "$(tail -2 "$dir/diary")" = "GET /too-early early
GET /too-early late" ]
}

@test "an impostor at the address gets nothing that it can read, and no answer" {
    needs_aioquic
    mkdir good evil
    cp "$dir"/server.* good
    make_ca "$PWD/evil"
    start_early "$PWD/good"
    local pid=$! port
    port=$(cat good/early.out)
    diary=good/diary known --tls-earlydata "https://127.0.0.1:$port/first"
    end_peer "$pid"
    start_early "$PWD/evil" "$port"
    pid=$!
    run quiver -sSv "${trust[@]}" --state=st --http3-only --tls-earlydata "https://127.0.0.1:$port/secret"
    end_peer "$pid"
    echo "$output"
    [ "$status" -eq 60 ]
    [[ $output == *"requests may go out as early data"* ]]
    [ "$(cat good/diary)" = "GET /first late" ]
    [ ! -e evil/diary ]
}

@test "a server that takes no early data resumes all the same" {
    "$QUIVER" serve --port 0 --no-plain --log none --cert "$dir/server.pem" --key "$dir/server.key" \
        "$dir/www" >serve.out 3>&- &
    local pid=$! url
    within 60 of $! grep -q https serve.out
    url=$(sed -n 's|^\(https://localhost:[0-9]*\).*|\1|p' serve.out)
    told --state=st --http3-only --tls-earlydata "$url/echo"
    run told --state=st --http3-only --tls-earlydata "$url/echo"
    end_peer "$pid"
    [ "$output" = "200 1 0" ]
}

# is_taken PORT: somebody has it for TCP.
is_taken() {
    ! "$PYTHON" -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1])))' "$1" 2>/dev/null
}

@test "a server that has gone silent costs a moment, and TCP answers" {
    needs_aioquic
    mkdir good
    cp "$dir"/server.* good
    local pid port
    # Its number is a web server's later: others may have it for TCP.
    while
        start_early "$PWD/good"
        pid=$!
        port=$(cat good/early.out)
        is_taken "$port"
    do
        end_peer "$pid"
    done
    diary=good/diary known --tls-earlydata "https://127.0.0.1:$port/first"
    end_peer "$pid"
    # The UDP port is there, and says nothing; the TCP port of that number is a web server's.
    "$PYTHON" "$BATS_TEST_DIRNAME/early_hole.py" "$port" "$nginx_port" >hole.out 3>&- &
    pid=$!
    within 60 of $! test -s hole.out
    run --separate-stderr quiver -sSv "${trust[@]}" --state=st --http3 --tls-earlydata -o /dev/null \
        -w '%{http_code} %{http_version}' "https://127.0.0.1:$port/1k"
    end_peer "$pid"
    echo "$stderr"
    [ "$output" = "200 2" ]
    [[ $stderr == *"no answer to early data"* ]]
}

# Early requests accepted and rejected, and connections resumed.
counted() {
    "$PYTHON" -c 'import json; s = json.load(open("stats")); r = s["requests"]
print(r["early_accepted"], r["early_rejected"], s["connections"]["resumed"])'
}

@test "serve takes a ticket once: whoever sends it again is not early" {
    local -a ask=(-sS --cacert "$CA" --state=st --http3-only --tls-earlydata)
    quiver "${ask[@]}" "$SECURE/echo" -o first
    grep -q '"early": false' first
    cp st/tickets saved
    quiver "${ask[@]}" --stats-out stats "$SECURE/echo" -o second
    grep -q '"early": true' second
    [ "$(counted)" = '1 0 1' ]
    cp saved st/tickets
    quiver "${ask[@]}" --stats-out stats "$SECURE/echo" -o third -w '%{tls_earlydata}' >told
    grep -q '"early": false' third
    [[ $(cat told) == -* ]]
    [[ $(counted) == '0 1 '* ]]
}

@test "serve answers early requests to /early-reject by 425, which goes again" {
    local -a ask=(-sS --cacert "$CA" --state=st --http3-only --tls-earlydata)
    quiver "${ask[@]}" "$SECURE/early-reject" -o /dev/null
    run --separate-stderr quiver "${ask[@]}" -v "$SECURE/early-reject" -w '%{http_code}' -o /dev/null
    [ "$output" = 200 ]
    [[ $stderr == *"< HTTP/3 425"*"the answer to early data was 425"* ]]
}

@test "serve takes early data over TCP, a ticket once, and refuses some" {
    local version
    for version in --http1.1 --http2; do
        local -a ask=(-sS --cacert "$CA" --state=st "$version" --tls-earlydata)
        # The handshake may be over before the server looks at the request.
        for _ in {1..20}; do
            rm -rf st
            quiver "${ask[@]}" "$SECURE/echo" -o first
            grep -q '"early": false' first
            cp st/tickets saved
            quiver "${ask[@]}" "$SECURE/echo" -o second -w '%{http_code} %{tls_resumed} %{tls_earlydata}' >told
            ! grep -q '"early": true' second || break
        done
        grep -q '"early": true' second
        [[ $(cat told) == "200 1 "[1-9]* ]]
        cp saved st/tickets
        quiver "${ask[@]}" "$SECURE/echo" -o third -w '%{tls_earlydata}' >told
        grep -q '"early": false' third
        [[ $(cat told) == -* ]]
        for _ in {1..20}; do
            run --separate-stderr quiver "${ask[@]}" -v "$SECURE/early-reject" -w '%{http_code}' -o /dev/null
            [ "$output" = 200 ]
            [[ $stderr != *"425"* ]] || break
        done
        [[ $stderr == *"425"*"the answer to early data was 425"* ]]
        # A large answer begins early and ends after the handshake.
        quiver "${ask[@]}" "$SECURE/bytes/3000000" -o large -w '%{tls_earlydata}' >told
        [ "$(stat -c %s large)" -eq 3000000 ]
        [[ $(cat told) == [1-9]* ]]
        quiver "${ask[@]}" -d x "$SECURE/echo" -o post
        grep -q '"early": false' post
    done
}

# early_by_openssl FILE: openssl's client sends it early, at most once a ticket.
early_by_openssl() {
    openssl s_client -connect "${SECURE#https://}" -CAfile "$CA" -alpn http/1.1 -ign_eof -sess_in ticket \
        -early_data "$1" </dev/null >told 2>&1 || true
}

# taken_early FILE TEXT: until it was served before the end of the handshake, which may
# come along with it: then it is as good as any.
taken_early() {
    for _ in {1..50}; do
        openssl s_client -connect "${SECURE#https://}" -CAfile "$CA" -alpn http/1.1 -ign_eof -sess_out ticket \
            <get >first 2>&1 || true
        early_by_openssl "$1"
        grep -q 'Early data was accepted' told || return 1
        ! grep -q "$2" told || return 0
    done
    return 1
}

@test "openssl's early data is taken by serve, and a POST in it is refused" {
    openssl version 2>/dev/null | grep -q 'OpenSSL [3-9]' || skip "no openssl"
    printf 'GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >get
    printf 'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx' >post
    taken_early get '"early": true'
    taken_early post '^HTTP/1.1 425'
    # The same ticket once more: as late as any.
    early_by_openssl get
    grep -q 'Early data was rejected' told
}

# serve_at PORT OPTION...: with the certificate that outlives it; sets SERVE_AT.
serve_at() {
    local port=$1
    shift
    "$QUIVER" serve --port "$port" --no-plain --log none --cert "$dir/server.pem" --key "$dir/server.key" "$@" \
        "$dir/www" >serve.out 2>&1 3>&- &
    SERVE_AT=$!
    wait_for_port "$port" "$SERVE_AT"
}

# RFC 8446 4.2.10: what nobody can read is skipped, and asked for again.
@test "serve without early data skips that of its forerunner's tickets, ours and openssl's" {
    local port version
    port=$(free_port)
    local -a ask=(--state=st --tls-earlydata "https://localhost:$port/echo")
    serve_at "$port" --early-data
    for version in --http1.1 --http2; do
        told "$version" "${ask[@]}"
    done
    openssl s_client -connect "localhost:$port" -CAfile "$dir/ca.pem" -alpn http/1.1 -ign_eof -sess_out ticket \
        <<<$'GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r' >first 2>&1 || true
    end_peer "$SERVE_AT"
    serve_at "$port"
    for version in --http1.1 --http2; do
        run told "$version" "${ask[@]}"
        echo "$version: $output"
        [[ $output == "200 0 -"[1-9]* ]]
    done
    printf 'GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >get
    openssl s_client -connect "localhost:$port" -CAfile "$dir/ca.pem" -alpn http/1.1 -ign_eof -sess_in ticket \
        -early_data get <get >told 2>&1 || true
    end_peer "$SERVE_AT"
    grep -q 'Early data was rejected' told
    grep -q '^HTTP/1.1 200' told
}

@test "a token spares the Retry" {
    local -a ask=(-sS --cacert "$CA" --state=st --http3-only -o /dev/null)
    retries() {
        curl -sS "http://127.0.0.1:$METRICS/metrics" | sed -n 's/^quiver_serve_quic_retries_total //p'
    }
    local before after
    before=$(retries)
    quiver "${ask[@]}" "$SECURE/echo"
    grep -q '^token ' st/tickets
    after=$(retries) # one for each datagram of our hello
    [ "$after" -gt "$before" ]
    quiver "${ask[@]}" "$SECURE/echo"
    [ "$(retries)" -eq "$after" ]
}

# ---- over TCP ----

# start_zero DIR PORT: an nginx that takes early data and writes down what it is asked; $!.
start_zero() {
    mkdir -p "$1"
    cat >"$1/nginx.conf" <<CONF
daemon off;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
pid $1/pid;
error_log $1/error.log warn;
events { }
http {
    log_format diary '\$request_method \$uri early=\$ssl_early_data';
    access_log $1/diary diary;
    client_body_temp_path $1/body;
    proxy_temp_path $1/proxy;
    fastcgi_temp_path $1/fastcgi;
    uwsgi_temp_path $1/uwsgi;
    scgi_temp_path $1/scgi;
    server {
        listen 127.0.0.1:$2 ssl http2;
        ssl_protocols TLSv1.3;
        ssl_early_data on;
        ssl_certificate $1/server.pem;
        ssl_certificate_key $1/server.key;
        location / { return 200 ok; }
        location /too-early {
            if (\$ssl_early_data) { return 425; }
            return 200 late;
        }
    }
}
CONF
    nginx -e "$1/error.log" -c "$1/nginx.conf" >"$1/out" 2>&1 3>&- &
    zero_pid=$!
    wait_for_port "$2" "$zero_pid"
}

@test "over TCP safe requests are early too, a refusal is asked again, a POST waits" {
    local port version
    port=$(free_port)
    mkdir zero
    cp "$dir"/server.* zero
    start_zero "$PWD/zero" "$port"
    for version in --http1.1 --http2; do
        rm -rf st
        told --state=st "$version" --tls-earlydata "https://localhost:$port/first"
        run told --state=st "$version" --tls-earlydata "https://localhost:$port/second"
        [[ $output == "200 1 "[1-9]* ]]
        told --state=st "$version" --tls-earlydata -d x "https://localhost:$port/post"
        # nginx refuses what comes before the end of the handshake, which may be
        # there as soon as the request: then there is nothing to ask again.
        for _ in {1..50}; do
            run quiver -sSv "${trust[@]}" --state=st "$version" --tls-earlydata "https://localhost:$port/too-early"
            [ "$status" -eq 0 ]
            [[ $output == *late* ]]
            [[ $output != *"the answer to early data was 425"* ]] || break
        done
        [[ $output == *"the answer to early data was 425"*late* ]]
    done
    end_peer "$zero_pid"
    cat zero/diary
    refute grep -q 'POST .*early=1' zero/diary
    grep -q 'GET /too-early early=1' zero/diary
}

@test "over TCP a server that forgot us gets the request after the handshake, an impostor never" {
    local port version
    port=$(free_port)
    mkdir zero evil
    cp "$dir"/server.* zero
    make_ca "$PWD/evil"
    for version in --http1.1 --http2; do
        rm -rf st zero/diary evil/diary
        start_zero "$PWD/zero" "$port"
        told --state=st "$version" --tls-earlydata "https://localhost:$port/first"
        end_peer "$zero_pid"
        cp st/tickets saved
        start_zero "$PWD/zero" "$port"
        run told --state=st "$version" --tls-earlydata "https://localhost:$port/again"
        end_peer "$zero_pid"
        [[ $output == "200 0 -"[1-9]* ]]
        [ "$(grep -c 'GET /again' zero/diary)" -eq 1 ]
        cp saved st/tickets
        start_zero "$PWD/evil" "$port"
        run -60 quiver -sSv "${trust[@]}" --state=st "$version" --tls-earlydata "https://localhost:$port/secret"
        end_peer "$zero_pid"
        [[ $output == *"requests may go out as early data"* ]]
        [ ! -s evil/diary ]
    done
}

# ---- files ----

@test "a truncated file is told, put aside, and what is good of it is used" {
    local url=https://localhost:$nginx_port/1k
    told --ssl-sessions tickets "$url"
    head -c -20 tickets >cut
    mv cut tickets
    run --separate-stderr quiver "${trust[@]}" --ssl-sessions tickets "$url" -o /dev/null -sS
    [ "$status" -eq 0 ]
    run quiver "${trust[@]}" --ssl-sessions tickets "$url" -o /dev/null --no-progress-meter
    [ "$status" -eq 0 ]
    [ -e tickets.bad ]
    [ "$(told --ssl-sessions tickets "$url")" = "200 1 0" ]
}

@test "a foreign file is told in one line and put aside" {
    echo "something else" >tickets
    run quiver "${trust[@]}" --ssl-sessions tickets "https://localhost:$nginx_port/1k" -o /dev/null \
        --no-progress-meter
    [ "$status" -eq 0 ]
    [ "$(grep -c . <<<"$output")" -eq 1 ]
    [[ $output == *"tickets: no file of TLS sessions; it is put aside as tickets.bad"* ]]
    [ "$(cat tickets.bad)" = "something else" ]
    grep -q '^quiver-tickets 1$' tickets
}

@test "a file that others may write to is not used, nor touched" {
    echo "something else" >tickets
    chmod 666 tickets
    run quiver "${trust[@]}" --ssl-sessions tickets "https://localhost:$nginx_port/1k" -o /dev/null \
        --no-progress-meter
    [ "$status" -eq 0 ]
    [[ $output == *"tickets is not used: others may write to it"* ]]
    [ "$(cat tickets)" = "something else" ]
}

@test "a full disk is told and loses nothing" {
    [ -w /dev/full ] || skip "no /dev/full"
    told --ssl-sessions tickets "https://localhost:$nginx_port/1k"
    cp tickets before
    ulimit -f 0
    trap '' XFSZ
    run quiver "${trust[@]}" --ssl-sessions tickets "https://localhost:$caddy_port/1k" -o /dev/null \
        --no-progress-meter
    [[ $output == *"tickets is not written"* ]]
    cmp tickets before
}

@test "two runs at once keep what both have learned" {
    local i url pids
    for i in 1 2 3 4; do
        pids=()
        for url in "localhost:$nginx_port" "localhost:$caddy_port" "127.0.0.1:$caddy_port"; do
            told --ssl-sessions tickets "https://$url/1k" >/dev/null &
            pids+=($!)
        done
        wait "${pids[@]}"
    done
    [ "$(told --ssl-sessions tickets "https://localhost:$nginx_port/1k")" = "200 1 0" ]
    [ "$(told --ssl-sessions tickets "https://localhost:$caddy_port/1k")" = "200 1 0" ]
    [ "$(told --ssl-sessions tickets "https://127.0.0.1:$caddy_port/1k")" = "200 1 0" ]
    [ "$(names_in .)" = tickets ]
}

@test "--state keeps its folder to itself, and --no-state takes it back" {
    local url=https://localhost:$nginx_port/1k
    QUIVER_STATE_DIR=$PWD/a told --state "$url"
    XDG_STATE_HOME=$PWD/b told --state "$url"
    [ "$(stat -c %a a b/quiver)" = "700
700" ]
    [[ -s a/tickets && -s b/quiver/tickets ]]
    echo state >config
    QUIVER_CONFIG=config QUIVER_STATE_DIR=$PWD/c told "$url"
    [ -s c/tickets ]
    QUIVER_CONFIG=config QUIVER_STATE_DIR=$PWD/d told --no-state "$url"
    [ ! -e d ]
}
