#!/usr/bin/env bats
# `quiver tunnel` through foreign proxies and `quiver serve`'s, foreign clients of the
# latter.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    local ports="$BATS_FILE_TMPDIR/targets"
    "$PYTHON" "$HERE/tunnel_peer.py" targets "$ports" 3>&- &
    export TARGETS_PID=$!
    within 60 of $! test -s "$ports"
    read -r ECHO SINK FIRST <"$ports"
    start_serve --allow-tcp "127.0.0.1:$ECHO" --allow-tcp "127.0.0.1:$SINK" \
        --allow-tcp "127.0.0.1:$FIRST" \
        --allow-tcp 'localhost:*' --allow-udp "127.0.0.1:$ECHO" \
        --allow-udp "127.0.0.1:1" --metrics 0
    METRICS=$(sed -n 's|^metrics ||p' "$BATS_FILE_TMPDIR/serve.out")
    export ECHO SINK FIRST METRICS
}

teardown_file() {
    stop_serve
    kill "$TARGETS_PID" 2>/dev/null || true
}

setup() {
    enter_folder
}

teardown() {
    [ -z "${TUNNEL_PID:-}" ] || kill "$TUNNEL_PID" 2>/dev/null || true
    [ -z "${PROXY_PID:-}" ] || kill "$PROXY_PID" 2>/dev/null || true
}

# start_tunnel KIND TARGET OPTION...: sets TUNNEL_PID, PORT, TOLD
start_tunnel() {
    local kind=$1 target=$2
    shift 2
    TOLD=$BATS_TEST_TMPDIR/told
    : >"$TOLD"
    "${QUIVER:?}" tunnel "$kind" "127.0.0.1:0:$target" --cacert "$CA" "$@" 2>"$TOLD" 3>&- &
    TUNNEL_PID=$!
    within 60 of $! grep -q '^listening at ' "$TOLD"
    PORT=$(sed -n 's/^listening at 127.0.0.1:\([0-9]*\) .*/\1/p' "$TOLD")
}

is_gone() {
    ! kill -0 "$TUNNEL_PID" 2>/dev/null
}

stop_tunnel() {
    kill "$TUNNEL_PID"
    within 60 is_gone
}

peer() {
    "$PYTHON" "$HERE/tunnel_peer.py" "$@"
}

# make_certificate: cert.pem and key.pem, for localhost
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout key.pem -out cert.pem 2>/dev/null
}

# start_proxy: aioquic's; sets VIA
start_proxy() {
    local port_file=$BATS_TEST_TMPDIR/proxy
    "$PYTHON" "$HERE/tunnel_peer.py" proxy "$port_file" cert.pem key.pem 3>&- &
    PROXY_PID=$!
    within 60 of $! test -s "$port_file"
    VIA=https://localhost:$(cat "$port_file")
}

metric() {
    curl -sS --max-time 90 "$METRICS" | sed -n "s/^$1 //p"
}

# ---- the server, asked by foreign clients ----

@test "curl goes through serve by CONNECT, over HTTP/1.1 and HTTP/2" {
    local proxy
    for proxy in "-x $PLAIN" "-x $SECURE" "--proxy-http2 -x $SECURE"; do
        # shellcheck disable=SC2086
        run -0 curl -sS --max-time 90 -p $proxy --proxy-cacert "$CA" -w '%{http_connect}' \
            "http://localhost:${PLAIN##*:}/bytes/100000" -o got
        [ "$(stat -c %s got)" = 100000 ]
        # curl of Debian 12 cannot tell of HTTP/2.
        [[ "$output" = 200 || "$proxy" = --proxy-http2* ]]
    done
}

@test "a target that is not named is refused, whatever it is called" {
    local target
    for target in 127.0.0.1:2 "[::1]:$ECHO" "127.1:2" "example.com:$ECHO"; do
        run curl -sS --max-time 90 -p -x "$PLAIN" "http://$target/" -D - -w '%{http_connect}'
        [[ "$output" = *"proxy-status: quiver; error=http_request_denied"*403* ]]
    done
    run curl -sS --max-time 90 -p -x "$PLAIN" "http://localhost:1/" -D - -w '%{http_connect}'
    [[ "$output" = *"proxy-status: quiver; error=connection_refused"*502* ]]
}

udp_client() { # VERSION TARGET ACTION...
    local version=$1 at=$SECURE target=$2
    shift 2
    [ "$version" != 1.1 ] || at=$PLAIN
    PROTOCOL=connect-udp "$PYTHON" "$HERE/datagram_client.py" "$version" \
        "$at/.well-known/masque/udp/$target" "$CA" "$@"
}

# DATAGRAM capsules of context 0, with the packets "abc" and "".
@test "packets come back in capsules on HTTP/1.1 and HTTP/2" {
    local version
    for version in 1.1 2; do
        run udp_client "$version" "127.0.0.1/$ECHO/" bytes:000400616263 bytes:000100 end
        echo "$output"
        [[ "$output" = "open ?1
bytes 000400616263
bytes 000100
end" ]]
    done
}

@test "packets come back in datagrams of aioquic's" {
    run udp_client 3 "127.0.0.1/$ECHO/" datagrams:2000:1000 datagrams:10:1 end
    echo "$output"
    [ "$output" = "open ?1
datagrams 2000
datagrams 10
end" ]
}

@test "CONNECT-UDP to what is not named, or is no target, is refused" {
    run udp_client 2 "127.0.0.1/2/" end
    [ "$output" = "refused 403" ]
    run udp_client 2 "localhost/$ECHO/" end
    [ "$output" = "refused 403" ]
    run udp_client 1.1 "127.0.0.1/0/" end
    [ "$output" = "refused 400" ]
    run udp_client 3 "%5B::1%5D/$ECHO/" end
    [ "$output" = "refused 400" ]
    run curl -sS --max-time 90 "$PLAIN/.well-known/masque/udp/127.0.0.1/$ECHO/" -D -
    [[ "$output" = *" 426 "*"pgrade: connect-udp"* ]]
}

@test "a target that nobody listens at ends the flow" {
    run udp_client 2 "127.0.0.1/1/" bytes:000400616263
    [ "$output" = "open ?1
bytes " ]
}

@test "tunnels are counted" {
    [ "$(metric 'quiver_serve_tunnels{kind="udp"}')" = 0 ]
    [ "$(metric 'quiver_serve_tunnels_total{kind="udp"}')" -gt 3 ]
    [ "$(metric quiver_serve_tunnel_packets_sent_total)" -gt 2000 ]
    [ "$(metric quiver_serve_tunnels_refused_total)" -gt 3 ]
}

# ---- the command ----

@test "64 MiB through tunnel tcp are the same on each version" {
    local version
    for version in --http1.1 --http2 -3; do
        start_tunnel tcp "127.0.0.1:$SINK" --via "$SECURE" $version
        run peer send "$PORT" $((64 << 20))
        [ "$output" = same ]
        stop_tunnel
    done
}

@test "a target that ends first still gets all of ours" {
    local version n=0
    for version in --http1.1 --http2 -3; do
        start_tunnel tcp "127.0.0.1:$FIRST" --via "$SECURE" $version
        run peer late "$PORT" 3000000
        [ "$output" = hi ]
        n=$((n + 1))
        within 60 has_got $n
        [ "$(tail -n 1 "$BATS_FILE_TMPDIR/targets.got")" = 3000000 ]
        stop_tunnel
    done
}

has_got() { # TIMES
    [ -e "$BATS_FILE_TMPDIR/targets.got" ] && [ "$(wc -l <"$BATS_FILE_TMPDIR/targets.got")" = "$1" ]
}

@test "each of 10,000 packets comes back, or is counted" {
    local version
    for version in -3 --http2; do
        start_tunnel udp "127.0.0.1:$ECHO" --via "$SECURE" $version --stats=600
        run peer packets "$PORT" 1 10000
        echo "$output"
        stop_tunnel
        tail -n 1 "$TOLD"
        [[ "$output" = "sent 10000 echoed "* ]]
        local echoed=${output##* } dropped lost
        dropped=$(sed -n '$s/.*; dropped: \([^;]*\).*/\1/p' "$TOLD" | grep -o '[0-9]*' | paste -sd+ | bc)
        lost=$(sed -n '$s/.*; \([0-9]*\) held for lost.*/\1/p' "$TOLD")
        grep -q "; 10000 packets out, $echoed in;" "$TOLD"
        [ $((echoed + ${dropped:-0} + ${lost:-0})) -ge 10000 ]
    done
}

@test "64 flows share a connection" {
    start_tunnel udp "127.0.0.1:$ECHO" --via "$SECURE" -3 -v --stats=600
    run peer packets "$PORT" 64 1280
    [ "$output" = "sent 1280 echoed 1280" ]
    stop_tunnel
    [ "$(grep -c 'is open: HTTP/3, datagram, connection #1$' "$TOLD")" = 64 ]
    grep -q ', 64 so far, 0 failed; 1280 packets out, 1280 in;' "$TOLD"
}

@test "aioquic's proxy takes TCP and UDP" {
    make_certificate
    start_proxy
    CA=cert.pem
    start_tunnel udp "127.0.0.1:$ECHO" --via "$VIA" -3
    run peer packets "$PORT" 4 400
    echo "$output"
    [ "$output" = "sent 400 echoed 400" ]
    stop_tunnel
    start_tunnel tcp "127.0.0.1:$SINK" --via "$VIA" -3
    run peer send "$PORT" 1000000
    [ "$output" = same ]
    stop_tunnel
}

@test "standard input and output are a tunnel" {
    run bash -c "echo hello | '$QUIVER' tunnel tcp - 127.0.0.1:$ECHO --via '$SECURE' --cacert '$CA'"
    [ "$status" = 0 ]
    [ "$output" = hello ]
    head -c 3000000 /dev/urandom >in
    quiver tunnel tcp - "127.0.0.1:$ECHO" --via "$SECURE" --cacert "$CA" -3 <in >out
    cmp in out
    run bash -c "printf ping | '$QUIVER' tunnel udp - 127.0.0.1:$ECHO --via '$PLAIN'"
    [ "$status" = 0 ]
    [ "$output" = ping ]
}

@test "a refusal is 97 with what the proxy says, a proxy without tunnels 113" {
    run -97 quiver tunnel tcp - 127.0.0.1:2 --via "$PLAIN" </dev/null
    [[ "$output" = *"(97) 127.0.0.1:2: the proxy answered 403 (quiver; error=http_request_denied): this target is not named by --allow-tcp"* ]]
    run -113 quiver tunnel udp - 127.0.0.1:2 --via "$SECURE/" --transport datagram --http2 \
        --cacert "$CA" </dev/null
    [[ "$output" = *datagram* ]]
}

@test "what is about the way to the proxy holds for tunnels, too, and nothing about bodies is offered" {
    local -a way=(--cacert "$CA" -3 --quic-cc bbr --quic-idle 20 --quic-max-payload 1300 --quic-version v2
        --no-https-rr --happy-eyeballs-timeout-ms 100 --state=st)
    run bash -c 'echo hello | "$0" "$@"' "$QUIVER" tunnel tcp - "127.0.0.1:$ECHO" --via "$SECURE" "${way[@]}"
    echo "$output"
    [ "$output" = hello ]
    grep -q '^quic ' st/tickets
    quiver tunnel --help >told
    grep -q -e ' --via ' told
    grep -q -e ' --flow-idle ' told
    run grep -e ' --data ' -e ' --location ' -e ' --upload-file ' -e ' --head ' -e ' --parallel ' told
    [ "$status" -eq 1 ]
    run -2 quiver tunnel tcp - "127.0.0.1:$ECHO" --via "$SECURE" --location
}

@test "what is no tunnel is a usage error" {
    run -2 quiver tunnel
    run -2 quiver tunnel sctp 1:h:1 --via p
    run -2 quiver tunnel tcp 1:h:1
    run -2 quiver tunnel tcp --via p
    run -2 quiver tunnel tcp - --via p
    run -2 quiver tunnel tcp 1:h --via p
    run -2 quiver tunnel tcp 1:h:0 --via p
    run -2 quiver tunnel udp 1:h:1 --via 'https://p/{target_host}'
    run -2 quiver tunnel udp 1:h:1 --via https://p/path
    run -2 quiver tunnel udp 1:h:1 - h:1 --via https://p
}

start_second() { # PORT
    : >second
    "${QUIVER:?}" serve --port "$1" --no-plain --log none --cert cert.pem --key key.pem \
        --allow-udp "127.0.0.1:$ECHO" >second 2>second.err 3>&- &
    PROXY_PID=$!
    within 60 of $! grep -q '^https://' second
    VIA=$(sed -n 's|^\(https://localhost:[0-9]*\).*|\1|p' second)
}

@test "a lost connection is told, and the next flow opens another" {
    make_certificate
    CA=cert.pem
    start_second 0
    start_tunnel udp "127.0.0.1:$ECHO" --via "$VIA" --http2
    run peer packets "$PORT" 1 10
    [ "$output" = "sent 10 echoed 10" ]
    kill -9 "$PROXY_PID"
    within 60 grep -q 'connection #1 to the proxy is lost' "$TOLD"
    start_second "${VIA##*:}"
    run peer packets "$PORT" 1 10
    [ "$output" = "sent 10 echoed 10" ]
}

@test "the examples of quiver-tunnel(1) do what it says" {
    mkdir -p bin
    ln -s "$QUIVER" bin/quiver
    run env PATH="$PWD/bin:$PATH" "$PYTHON" "$HERE/tunnel_examples.py" \
        "$HERE/../../man/quiver-tunnel.1" "$SECURE" "127.0.0.1:$ECHO" "$CA"
    echo "$output"
    [ "$status" = 0 ]
    [ "$output" = 5 ]
}
