#!/usr/bin/env bats
# What --explain says of channels, and of the flows of tunnels.
# shellcheck disable=SC2154 # peers.bash sets and exports them

bats_require_minimum_version 1.5.0
load helper
load peers

setup_file() {
    export DIR=$BATS_FILE_TMPDIR
    mkdir "$DIR/www"
    make_ca "$DIR"
    start_nginx "$DIR"
    start_serve --allow-tcp 'localhost:*'
    export HELD=$DIR/schema
    "${QUIVER:?}" help json-schema >"$HELD"
}

teardown_file() {
    stop_serve
    end_peer "$nginx_pid"
}

setup() {
    enter_folder
    pids=()
}

teardown() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
}

# holds EXPRESSION: over j, the explanation on standard error, and d, its decisions by
# topic. It is as the schema says, and its phases add up.
holds() {
    grep '^{' <<<"$stderr" >json
    "$PYTHON" "$HERE/schema.py" "$HELD" explanation json || {
        cat json
        return 1
    }
    "$PYTHON" - "$1" <<'PY' || { cat json; return 1; }
import json, sys
j = json.loads(open("json").readlines()[-1])
d = {}
for one in j["explain"]["decisions"]:
    d.setdefault(one["topic"], []).append(one)
assert abs(sum(s or 0 for s in j["phases"].values()) - j["time_total"]) < 0.001, j
assert eval(sys.argv[1]), sys.argv[1]
PY
}

explain() {
    run --separate-stderr quiver "$1" -sS --cacert "$CA" --explain=json "${@:2}"
}

@test "a WebSocket tells its protocol, address and times, over each version" {
    local version
    for version in 1.1 2 3-only; do
        explain ws "--http$version" -n 1 "wss${SECURE#https}/ws" <<<hi
        [ "$status" -eq 0 ]
        holds "j['http_version'] == '${version%-only}' and j['causes'] == [] and j['error'] is None"
        holds 'j["response_code"] == (101 if j["http_version"] == "1.1" else 200)'
        holds 'j["method"] == ("GET" if j["http_version"] == "1.1" else "CONNECT")'
        holds '[a["result"] for a in j["explain"]["attempts"]] == ["won"] and j["conn"]["tls"] == "TLSv1.3"'
        holds 'd["proxy"][0]["chosen"] == "none" and d["race"] and d["trust"][-1]["chosen"] == "trusted"'
        holds 'j["phases"]["connect"] > 0 and j["phases"]["wait"] > 0'
    done
    run --separate-stderr quiver ws --cacert "$CA" --explain -n 1 "wss${SECURE#https}/ws" <<<hi
    [[ $stderr == "wss${SECURE#https}/ws: 200 over HTTP/2, new connection 1, open after "*" race "*"attempt "*"peer       allows"* ]]
}

@test "a channel that our side gives up tells it too" {
    # -n ends it from our side, before the peer's end has come.
    explain channel --protocol p -n 1 "$SECURE/datagram" <<<hi
    holds 'd["protocol"][0]["chosen"] == "HTTP/3 first" and j["http_version"] == "3"'
    holds 'j["explain"]["allowed"]["datagrams"] and j["explain"]["allowed"]["datagram_max"] > 1000'
}

@test "the time of a channel's life is nobody's fault" {
    explain ws --http1.1 --linger 0.1 "wss${SECURE#https}/ws" < <(
        echo hi
        nap 0.6
    )
    holds 'j["time_total"] >= 0.6 and j["phases"]["receive"] >= 0.5 and j["causes"] == []'
}

@test "a lower version that is tried for want of extended CONNECT is told" {
    explain ws --cacert "$DIR/ca.pem" "wss://localhost:$nginx_port/"
    [ "$status" -ne 0 ]
    holds 'any("a lower version may have it" in p["because"] for p in d["protocol"])'
    holds 'len(j["explain"]["attempts"]) >= 2 and j["http_version"] == "1.1" and j["error"]["code"] > 0'
}

@test "what is wrong on a channel's way is its cause" {
    local port
    port=$(free_port)
    "$PYTHON" "$HERE/early_hole.py" "$port" "${SECURE##*:}" >hole 3>&- & # UDP is dropped, TCP passes
    pids+=($!)
    within 60 test -s hole
    explain channel --protocol p --http3 -n 1 "https://127.0.0.1:$port/datagram" <<<hi
    holds '[c["name"] for c in j["causes"]] == ["udp-silent"] and j["http_version"] == "2"'
    explain ws "wss://localhost:$(free_port)/"
    [ "$status" -eq 7 ]
    holds '"connect-refused" in [c["name"] for c in j["causes"]]'
    explain ws --open-timeout 0.4 "wss://127.0.0.1:$port/ws" --http3-only
    [ "$status" -eq 28 ]
    holds '"udp-silent" in [c["name"] for c in j["causes"]]'
    run --separate-stderr quiver ws -sS --explain=json "wss${SECURE#https}/ws"
    [ "$status" -eq 60 ]
    holds '"tls-certificate" in [c["name"] for c in j["causes"]]'
}

@test "each flow of a tunnel tells how it came to be" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        explain tunnel tcp --via "$SECURE" "$version" - "${PLAIN#http://}" < <(printf 'GET /end HTTP/1.0\r\n\r\n')
        [ "$status" -eq 0 ]
        holds "j['url_effective'] == '${PLAIN#http://}' and j['causes'] == []"
        holds 'j["conn"]["proxy"]["why"] == "--via" and j["conn"]["proxy"]["status"] == 200'
    done
}

@test "a proxy that refuses a tunnel, and one that is not there" {
    explain tunnel tcp --via "$SECURE" - example.com:80 <<<x
    [ "$status" -eq 97 ]
    holds '[c["name"] for c in j["causes"]] == ["proxy-refused"] and j["error"]["code"] == 97'
    holds '"answered 403" in j["causes"][0]["text"]'
    [[ $stderr == *"(97) example.com:80: the proxy answered 403"* ]]
    explain tunnel tcp --via "https://localhost:$(free_port)" - example.com:80 <<<x
    [ "$status" -eq 7 ]
    holds '[c["name"] for c in j["causes"]] == ["proxy-unreachable"]'
}

@test "nothing of it is told unless it is asked for" {
    run --separate-stderr quiver ws --cacert "$CA" -n 1 "wss${SECURE#https}/ws" <<<hi
    [ -z "$stderr" ]
    run --separate-stderr quiver ws --cacert "$CA" -vv -n 1 "wss${SECURE#https}/ws" <<<hi
    [[ $stderr == *"* time: queue "* ]]
}
