#!/usr/bin/env bats
# `quiver probe`: what it finds at servers of which we know what they have.

bats_require_minimum_version 1.5.0
load helper
load peers
load names

setup_file() {
    export DIR=$BATS_FILE_TMPDIR
    mkdir "$DIR/www"
    echo hello >"$DIR/www/1k"
    make_ca "$DIR"
    start_nginx "$DIR"
    start_caddy "$DIR"
    start_nghttpd "$DIR"
    start_serve --early-data
}

teardown_file() {
    stop_serve
    end_peer "$nginx_pid" "$caddy_pid" "$nghttpd_pid"
}

setup() {
    enter_folder
}

teardown() {
    local pid
    for pid in ${PIDS:-}; do
        kill "$pid" 2>/dev/null || true
    done
}

probe() {
    quiver probe --cacert "${CA_OF:-$CA}" "$@"
}

# has FILE NAME...: the verdict of the JSON there
has() {
    local file=$1
    shift
    "$PYTHON" -c 'import json, sys
has = json.load(open(sys.argv[1]))["verdict"]["has"]
missing = [n for n in sys.argv[2:] if not n.startswith("!") and n not in has]
wrong = [n for n in sys.argv[2:] if n.startswith("!") and n[1:] in has]
assert not missing and not wrong, (missing, wrong, has)' "$file" "$@"
}

@test "our own server has what it says" {
    probe --json "$SECURE" >out
    has out h1 h2 h3 ipv4 tls1.3 trusted resumption 0rtt quic-v2 '!staple' '!https-rr'
    probe "$SECURE" >text
    cat text
    grep -qE '^  HTTP/1.1 +200, connected in [0-9.]+ ms, answered in [0-9.]+ ms' text
    grep -qE '^  HTTP/2 +200, ' text
    grep -qE '^  HTTP/3 +200, .*QUIC v[12]' text
    grep -qE '^  QUIC +v1, v2 \(its own word\)$' text
    grep -qE '^  QUIC +accepted$' text
    grep -qE '^  trust +good$' text
    local section
    for section in dns race tls http altsvc 0rtt datagrams verdict; do
        grep -qx "$section" text
    done
}

@test "foreign servers: what each speaks, and what it does not" {
    export CA_OF=$DIR/ca.pem
    probe --json "https://localhost:$nginx_port/1k" >out
    has out h1 h2 ipv4 tls1.2 tls1.3 trusted '!h3' '!quic-v2' '!datagram'
    probe --json "https://localhost:$caddy_port/1k" >out
    has out h1 h2 h3 ipv4 alt-svc tls1.3 trusted resumption
    # It sends a body with the answer to HEAD if there is no such file.
    probe --json "https://localhost:$nghttpd_port/" >out
    has out h2 tls1.3 trusted '!h1' '!h3'
    # It is asked by GET then, on the same connection, which took its time.
    "$PYTHON" -c 'import json; assert json.load(open("out"))["addresses"]["ipv4"]["connect"] > 0'
    probe --json "http://localhost:$nginx_plain/1k" >out
    has out h1 ipv4 '!h2' '!h3' '!tls1.3' '!trusted'
    "$PYTHON" -c 'import json; r = json.load(open("out")); assert r["tls"] is None and r["0rtt"]["tcp"] is None'
}

@test "what the server allows, its settings, and the path" {
    probe --json "$SECURE" >out
    has out datagram connect migration
    "$PYTHON" - <<'CHECK'
import json
r = json.load(open("out"))
s = r["settings"]
assert s["h2.max_concurrent_streams"] > 0 and s["h2.enable_connect_protocol"] == 1, s
assert s["quic.max_datagram_frame_size"] > 1000 and s["h3.datagram"] == 1, s
d = r["datagrams"]
assert d["http"] is True and d["largest"] > 1000, d
assert d["path_mtu"] > 1200, d  # found by probes: loopback carries more
CHECK
    CA_OF=$DIR/ca.pem probe --json "https://localhost:$caddy_port/1k" >out
    "$PYTHON" -c 'import json
r = json.load(open("out"))
assert r["settings"]["quic.initial_max_data"] > 0 and r["datagrams"]["path_mtu"] > 1200, r'
}

@test "names: who was asked, and what came" {
    start_dnsmasq "$PWD" --address=/h3.names.test/127.0.0.1 \
        "$(https_rr "_$caddy_port._https.h3.names.test" 1 . "$(param 1 "$ALPN_H3$ALPN_H2")")"
    PIDS=$dns_pid
    probe -k --json --dns-servers "127.0.0.1:$dns_port" "https://h3.names.test:$caddy_port/1k" >out || cat out
    "$PYTHON" - <<'CHECK'
import json
r = json.load(open("out"))
found = {q["type"]: q for q in r["dns"]}
assert found["A"]["records"] == ["127.0.0.1"] and found["A"]["by"] == "name servers", found
assert "alpn=h3,h2" in found["HTTPS"]["records"][0], found
assert found["AAAA"]["result"] == "none", found
assert "https-rr" in r["verdict"]["has"], r["verdict"]
CHECK
}

@test "on a terminal lines end between words" {
    COLUMNS=60 on_tty --stdout "$QUIVER" probe --cacert "$CA" "$SECURE" >out
    cat out
    grep -qE '^  has  .*,.?$' out
    grep -qE '^ {16}[a-z0-9]' out
    refute grep -qE '^.{62}' out
}

@test "a body is not fetched" {
    head -c 20000000 /dev/zero >"$DIR/www/large"
    CA_OF=$DIR/ca.pem probe --json "https://localhost:$nginx_port/large" >out
    has out h1 h2
    grep -q '"HEAD /large HTTP/2.0" 200 0 ' "$DIR/nginx/access.log"
    refute grep -q '"GET /large' "$DIR/nginx/access.log"
}

@test "--require names what lacks, and only that" {
    probe --require h1,h2,h3 --require trusted "$SECURE" >out
    grep -qE '^  required +all of it is there$' out
    run --separate-stderr probe --require h3,staple,https-rr "$SECURE"
    [ "$status" = 115 ]
    [ "$stderr" = "quiver: (115) the server lacks https-rr, staple" ]
    [[ $output == *"verdict"* ]]
    run quiver probe --require h4 "$SECURE"
    [ "$status" = 2 ]
    [[ $output == *"'h4' is none of h1, h2, h3,"* ]]
}

@test "a certificate that is not trusted is shown, and why" {
    quiver probe --json "$SECURE" >out || true
    "$PYTHON" - <<'CHECK'
import json
r = json.load(open("out"))
assert r["request"]["ok"] is False and r["request"]["error"]["code"] == 60, r["request"]
c = r["tls"]["certificate"]
assert c["subject"] and c["expires"] and c["verify"] != "ok" and c["chain"] >= 1, c
assert r["tls"]["1.3"]["ok"]
assert "trusted" not in r["verdict"]["has"]
CHECK
}

@test "UDP that is blocked is waited for no longer than --wait, and told" {
    local port
    port=$(free_port)
    "$PYTHON" "$HERE/early_hole.py" "$port" "$nginx_port" >hole 3>&- &
    PIDS=$!
    within 60 of $! test -s hole
    CA_OF=$DIR/ca.pem probe --wait 1 "https://127.0.0.1:$port/1k" >out
    cat out
    grep -qE '^  HTTP/3 +no: \(28\) ' out
    grep -qE '^  HTTP/2 +200, ' out
}

@test "a server that is not there is an error of its own, after the report" {
    run --separate-stderr probe "https://localhost:$(free_port)"
    [ "$status" = 7 ]
    [[ $stderr == "quiver: (7) "* ]]
    [[ $output == *"verdict"*"has           nothing"* ]]
    run quiver probe
    [ "$status" = 2 ]
    run quiver probe ws://localhost/
    [ "$status" = 2 ]
    run quiver probe "$SECURE" "$SECURE"
    [ "$status" = 2 ]
}

@test "the examples of quiver-probe(1) do what it says" {
    mkdir -p bin
    ln -s "$QUIVER" bin/quiver
    run env PATH="$PWD/bin:$PATH" "$PYTHON" "$HERE/probe_examples.py" "$HERE/../../man/quiver-probe.1" "$SECURE" "$CA"
    echo "$output"
    [ "$status" = 0 ]
    [ "$output" = 4 ]
}
