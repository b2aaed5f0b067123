#!/usr/bin/env bats
# What --explain says: twelve faults, each of which it has to name, in text and in
# JSON, as the record does. The servers are nginx, openssl, aioquic and those of
# tests/faults.
# shellcheck disable=SC2154 # peers.bash and faults.bash set and export them

bats_require_minimum_version 1.5.0
load helper
load peers
load ../faults/faults
load links

setup_file() {
    export dir=$BATS_FILE_TMPDIR
    mkdir -p "$dir/www"
    chmod 755 "$dir" "$dir/www"
    make_ca "$dir"
    head -c 1024 /dev/urandom >"$dir/www/1k"
    head -c 3000000 /dev/urandom >"$dir/www/3m"
    chmod 644 "$dir/www/"*
    start_nginx "$dir"
}

teardown_file() {
    end_peer "$nginx_pid"
}

setup() {
    enter_folder
    trust=(--cacert "$dir/ca.pem")
    url=https://localhost:$nginx_port/1k
    pids=()
}

teardown() {
    local pid
    stop_wires
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

# start_helper NAME SCRIPT...: its first line of output is $port.
start_helper() {
    local out=$BATS_TEST_TMPDIR/$1.out
    "${@:2}" >"$out" 2>"$out.err" 3>&- &
    pids+=($!)
    await_line "$out" $! || {
        cat "$out.err"
        return 1
    }
    port=$(head -n 1 "$out")
}

# explained STATUS CAUSE OPTION...: the transfer ends with it, and the cause is named
# by the text, the JSON and the record. Leaves the files text, json, record, and lines:
# the errors, one each time that it fails.
explained() {
    local expected=$1 cause=$2 form
    shift 2
    : >lines
    for form in text json; do
        fetch "${trust[@]}" "--explain=$form" -o got -w '%{stderr}%output{record}%{json}\n' "$@"
        printf '%s\n' "$stderr" >said
        [ "$status" -eq "$expected" ] || {
            cat said
            return 1
        }
        grep '^quiver: ' said >>lines || true
        if [ $form = json ]; then
            grep '^{' said >json
        else
            mv said text
        fi
    done
    "$PYTHON" - "$cause" <<'PY' || { cat text json; return 1; }
import json, re, sys
cause = sys.argv[1]
text = open("text").read()
assert re.search(r"^  cause +" + cause + ": .", text, re.M), "not in the text"
explained, record = json.load(open("json")), json.load(open("record"))
for where in explained, record:
    names = [c["name"] for c in where["causes"]]
    assert cause in names, names
    assert all(c["text"] for c in where["causes"])
lines = open("lines").read().splitlines()
failed = record["exitcode"] != 0
assert len(lines) == (2 if failed else 0), lines
assert all(line.startswith("quiver: (%d) " % record["exitcode"]) for line in lines), lines
assert not failed or record["error"]["code"] == record["exitcode"], record["error"]
assert record["explain"]["decisions"] and explained["explain"]["decisions"]
spent = [e for h in record["hops"] + record["retries"] for e in (h["time_total"], h.get("delay"))]
spent += record["phases"].values()
assert abs(sum(s or 0 for s in spent) - record["time_total"]) < 0.001, (spent, record["time_total"])
PY
}

# says REGEX: every error line, and the error of the record.
says() {
    [ -s lines ] && ! grep -vE "$1" lines && "$PYTHON" -c 'import json, re, sys
detail = json.load(open("record"))["error"]["detail"]
assert re.search(sys.argv[1], detail), detail' "$1"
}

# in_json EXPRESSION: over j, what --explain=json said, and d, its decisions by topic.
in_json() {
    "$PYTHON" - "$1" <<'PY' || { cat json; return 1; }
import json, sys
j = json.load(open("json"))
d = {}
for one in j["explain"]["decisions"]:
    d.setdefault(one["topic"], []).append(one)
assert eval(sys.argv[1]), sys.argv[1]
PY
}

@test "UDP dropped: it is told that QUIC had no answer, and what took its place" {
    start_wire udp-silent "$nginx_port"
    explained 0 udp-silent --http3 "https://127.0.0.1:$nginx_port/1k"
    in_json '[(a["proto"], a["result"], a["heard"]) for a in j["explain"]["attempts"]] == [("quic", "lost", False), ("tcp", "won", True)]'
    in_json '"no answer" in j["explain"]["attempts"][0]["why"]'
    in_json 'any("has not connected" in r["because"] for r in d["race"])'
    in_json 'd["protocol"][0]["chosen"] == "HTTP/2"'
    explained 28 udp-silent --http3-only --connect-timeout 0.4 "https://127.0.0.1:$nginx_port/1k"
    says 'no QUIC answer'
    explained 28 udp-silent --http3-only -m 0.4 "https://127.0.0.1:$nginx_port/1k"
    says "no QUIC answer from 127\.0\.0\.1:$nginx_port"
}

@test "UDP refused: the closed port is named" {
    explained 0 udp-refused --http3 "https://127.0.0.1:$nginx_port/1k"
    in_json 'j["http_version"] == "2"'
    explained 7 udp-refused --http3-only "https://127.0.0.1:$nginx_port/1k"
    says 'QUIC to 127\.0\.0\.1 port [0-9]+: Connection refused'
}

@test "slow DNS: names took the time" {
    start_helper names "$PYTHON" "$BATS_TEST_DIRNAME/slow_names.py" 0.6
    explained 0 slow-dns --dns-servers "127.0.0.1:$port" "http://slow.names.test:$nginx_plain/1k"
    in_json 'j["phases"]["dns"] >= 0.55 and j["phases"]["connect"] < 0.5'
    in_json '[(l["type"], l["result"]) for l in j["explain"]["lookups"]] == [("AAAA", "none"), ("A", "found")]'
    in_json 'j["explain"]["lookups"][1]["records"] == ["127.0.0.1"]'
    explained 28 slow-dns -m 0.4 --dns-servers "127.0.0.1:$port" "http://slow.names.test:$nginx_plain/1k"
    says 'resolving the name'
    explained 28 slow-dns --connect-timeout 0.4 --dns-servers "127.0.0.1:$port" "http://slow.names.test:$nginx_plain/1k"
    says 'resolving the name'
}

@test "one dead address first: it is told which, and who answered" {
    explained 0 dead-address --resolve "both.test:$nginx_plain:127.0.0.9,127.0.0.1" "http://both.test:$nginx_plain/1k"
    in_json '[(a["addr"], a["result"]) for a in j["explain"]["attempts"]] == [("127.0.0.9", "failed"), ("127.0.0.1", "won")]'
    grep -q '127\.0\.0\.9' text
    start_quiver both --cert "$dir/server.pem" --key "$dir/server.key"
    pids+=("$quiver_pid")
    explained 0 dead-address -k --http3-only --resolve "both.test:$quiver_port:127.0.0.9,127.0.0.1" "https://both.test:$quiver_port/"
    in_json '[c["name"] for c in j["causes"]] == ["dead-address"]'
    explained 7 connect-refused --resolve both.test:1:127.0.0.9,127.0.0.10 http://both.test:1/1k
    says 'TCP to 127\.0\.0\.9 port 1: Connection refused'
}

@test "TLS that never comes: TCP stood, and the time went there" {
    start_wire tcp-silent
    explained 28 tls-silent -m 0.5 "https://127.0.0.1:$wire_port/"
    says "127\.0\.0\.1:$wire_port took the connection and is silent"
    in_json 'j["phases"]["tls"] >= 0.4 and j["phases"]["connect"] < 0.1'
    explained 28 tls-silent --connect-timeout 0.5 "https://127.0.0.1:$wire_port/"
    says 'took the connection and is silent'
    in_json 'j["phases"]["tls"] >= 0.4 and j["error"]["phase"] == "tls"'
}

@test "a bad certificate on QUIC only: TCP takes over, and the certificate is blamed" {
    start_quiver stranger # with a certificate of its own
    pids+=("$quiver_pid")
    start_helper relay "$PYTHON" "$FAULTS/relay.py" --to "$quiver_port" --at "$nginx_port"
    explained 0 quic-certificate --http3 "https://127.0.0.1:$nginx_port/1k"
    in_json 'j["http_version"] == "2"'
    in_json 'j["explain"]["attempts"][0]["result"] == "failed"'
    explained 60 quic-certificate --http3-only "https://127.0.0.1:$nginx_port/1k"
    says 'issuer not known'
}

@test "wrong ALPN: no protocol in common" {
    local tls
    tls=$(free_port)
    openssl s_server -quiet -accept "127.0.0.1:$tls" -cert "$dir/server.pem" -key "$dir/server.key" -alpn acme-tls/1 \
        >s_server.out 2>&1 3>&- &
    pids+=($!)
    wait_for_port "$tls" "${pids[-1]}"
    explained 35 alpn "https://localhost:$tls/"
    says 'no_application_protocol'
    in_json 'j["error"]["peer_code_name"] == "no_application_protocol" and j["error"]["peer_code"] == 120'
}

@test "HTTP/3 advertised but dead: who advertised it is named, and that it is left alone" {
    start_wire udp-silent
    printf 'h2 localhost %s h3 localhost %s "20301231 00:00:00" 0 0\n' "$nginx_port" "$wire_port" >known
    cp known alt-svc
    explained 0 h3-advertised-dead --alt-svc known "$url"
    in_json 'j["explain"]["attempts"][0]["from"] == "alt-svc"'
    in_json 'd["alt-svc"] and any("left alone" in b["chosen"] for b in d["broken"])'
    in_json 'j["http_version"] == "2"'
    local gone
    gone=$(free_port)
    printf 'h2 localhost %s h3 localhost %s "20301231 00:00:00" 0 0\n' "$gone" "$wire_port" >known
    explained 28 udp-silent --alt-svc known --connect-timeout 0.5 "https://localhost:$gone/1k"
    says "no QUIC answer from 127\.0\.0\.1:$wire_port"
    in_json 'j["explain"]["attempts"][0]["from"] == "alt-svc" or d["alt-svc"]'
}

@test "a place that did not work is left out next time, and that is said" {
    start_wire udp-silent
    mkdir st
    printf 'h2 localhost %s h3 localhost %s "20301231 00:00:00" 0 0\n' "$nginx_port" "$wire_port" >st/alt-svc
    fetch "${trust[@]}" --state=st -o got "$url"
    fetch "${trust[@]}" --state=st --explain=json -o got "$url"
    printf '%s\n' "$stderr" >json
    in_json 'd["broken"][0]["chosen"] == "left out"'
    in_json 'any("did not work a while ago" in r["because"] for r in d["race"])'
    in_json '{a["proto"] for a in j["explain"]["attempts"]} == {"tcp"} and j["causes"] == []'
}

@test "a proxy that refuses: its answer is told" {
    explained 7 proxy-refused -x "http://localhost:$nginx_plain" "$url"
    in_json 'd["proxy"][0]["chosen"] == "http://localhost:'"$nginx_plain"'"'
    in_json '"-x" in d["proxy"][0]["because"]'
    says '40[05]'
    start_wire tcp-silent
    explained 28 proxy-silent -m 0.5 -x "http://127.0.0.1:$wire_port" "$url"
    says "the proxy http://127\.0\.0\.1:$wire_port has opened no way"
}

@test "a proxy that is not there, and none where no_proxy says so" {
    explained 7 proxy-unreachable -x "http://127.0.0.1:$(free_port)" "$url"
    https_proxy=http://127.0.0.1:1 no_proxy=localhost fetch "${trust[@]}" --explain=json -o got "$url"
    printf '%s\n' "$stderr" >json
    in_json 'd["proxy"][0]["chosen"] == "none" and "no_proxy" in d["proxy"][0]["because"]'
}

@test "0-RTT rejected: early data went twice" {
    "$PYTHON" -c 'import aioquic' 2>/dev/null || skip "python3 has no aioquic"
    mkdir -p early
    start_helper early "$PYTHON" "$BATS_TEST_DIRNAME/early_server.py" "$dir/server.pem" "$dir/server.key" "$PWD/diary"
    local early=https://127.0.0.1:$port form
    for form in text json; do # each uses a ticket
        fetch "${trust[@]}" --state=st --http3-only -o got "$early/first"
        touch diary.forget
        fetch "${trust[@]}" --state=st --http3-only --tls-earlydata "--explain=$form" -o got -w '%output{record}%{json}\n' "$early/again"
        printf '%s\n' "$stderr" >$form
        rm -f diary.forget
    done
    grep -q '^  cause *early-data-rejected: ' text
    grep -q '"name":"early-data-rejected"' record
    in_json '"early-data-rejected" in [c["name"] for c in j["causes"]]'
    in_json '[e["chosen"] for e in d["early-data"]] == ["may be sent", "rejected"]'

    start_helper relay "$PYTHON" "$FAULTS/relay.py" --to "$port" --cut "$PWD/cut"
    early=https://127.0.0.1:$port
    fetch "${trust[@]}" --state=st --http3-only -o got "$early/first"
    cp -r st held
    touch cut
    for form in text json; do # nobody has the request
        rm -rf st
        cp -r held st
        fetch "${trust[@]}" --state=st --http3-only --tls-earlydata -m 0.5 "--explain=$form" -o got "$early/again"
        [ "$status" -eq 28 ]
        printf '%s\n' "$stderr" >said
        grep -qE 'went out early, and no answer to the handshake came|no QUIC answer from' said
        [ $form = text ] && mv said text || grep '^{' said >json
    done
    grep -q '^  cause *udp-silent: ' text
    in_json '[c["name"] for c in j["causes"]] == ["udp-silent"]'
}

@test "GOAWAY in flight: the request went on another connection" {
    start_faults h2.py
    local h2=(--http2-prior-knowledge -o got "http://127.0.0.1:$fault_port/goaway-unprocessed")
    fetch --explain "${h2[@]}"
    printf '%s\n' "$stderr" >text
    fetch -d x --explain=json -w '%output{record}%{json}\n' "${h2[@]}" # it does so once for each method
    printf '%s\n' "$stderr" >json
    stop_faults
    cat text
    grep -q '^  cause *goaway: ' text
    grep -q '"name":"goaway"' record
    in_json '[c["name"] for c in j["causes"]] == ["goaway"]'
    in_json 'd["resend"] and d["goaway"] and [a["result"] for a in j["explain"]["attempts"]].count("won") == 2'
}

@test "GOAWAY in flight on HTTP/3, and one that ends a request which the server has seen" {
    start_faults h3.py "$dir/server.pem" "$dir/server.key"
    local h3=("${trust[@]}" --http3-only -o got "https://localhost:$fault_port/goaway-unprocessed")
    fetch --explain "${h3[@]}"
    printf '%s\n' "$stderr" >text
    fetch -d x --explain=json -w '%output{record}%{json}\n' "${h3[@]}"
    printf '%s\n' "$stderr" >json
    stop_faults
    cat text
    grep -q '^  cause *goaway: ' text
    grep -q '"name":"goaway"' record
    in_json '[c["name"] for c in j["causes"]] == ["goaway"] and j["http_version"] == "3"'
    in_json 'd["resend"] and d["goaway"] and [a["result"] for a in j["explain"]["attempts"]].count("won") == 2'

    start_faults h2.py
    explained 56 goaway --http2-prior-knowledge -d x "http://127.0.0.1:$fault_port/goaway-processed"
    stop_faults
    says 'the peer said goodbye'
}

@test "a server that is slow to its first byte: it is the server" {
    start_quiver slow --cert "$dir/server.pem" --key "$dir/server.key"
    pids+=("$quiver_pid")
    local version
    for version in --http1.1 --http2 --http3-only; do
        explained 0 slow-first-byte $version "https://localhost:$quiver_port/delay/600"
        in_json 'j["phases"]["wait"] >= 0.6 and len(j["causes"]) == 1'
    done
    explained 28 slow-first-byte -m 0.5 "https://localhost:$quiver_port/delay/5000"
    in_json '"none came" in j["causes"][0]["text"]'
    says 'the server has the request, and has not begun to answer'
}

@test "a loss of 5 %: packets are counted, both ways" {
    start_quiver lossy --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www"
    pids+=("$quiver_pid")
    start_helper relay "$PYTHON" "$FAULTS/relay.py" --to "$quiver_port" --loss 0.05
    explained 0 loss --http3-only "https://127.0.0.1:$port/3m"
    in_json 'j["conn"]["missed"] > 20'
    explained 0 loss --http3-only -T "$dir/www/3m" "https://127.0.0.1:$port/upload"
    in_json 'j["conn"]["lost"] > 20'
}

# lossy OPTION...: over TCP, in a network of its own, whose queue drops what does not fit.
lossy() {
    "${apart[@]}" bash -c '
        ip link set lo mtu 1500 up && tc qdisc add dev lo root tbf rate 20mbit burst 5kb limit 15kb || exit 77
        rm -f serve.out # of the one before
        "$QUIVER" serve --port 0 --plain-port 0 --log none --cert "$dir/server.pem" --key "$dir/server.key" "$dir/www" >serve.out 2>&1 &
        until grep -qs "^https://" serve.out; do nap 0.02; done
        at=$(sed -n "s|^\(https://localhost:[0-9]*\).*|\1|p" serve.out)
        "$QUIVER" -sS --cacert "$dir/ca.pem" -o got -w "%output{record}%{json}\n" "${@:2}" "$at$1"
        kill %1' lossy "$@"
}

@test "a loss over TCP is told, too, where the system counts it" {
    has_links && command -v tc >/dev/null || skip "optional: no network namespaces, or no tc"
    local version
    export -f nap
    for version in --http1.1 --http2; do
        lossy /3m "$version" --explain 2>text
        lossy /3m "$version" --explain=json 2>json
        cat text json
        grep -q '^  cause *loss: ' text
        grep -q '"name":"loss"' record
        in_json '"loss" in [c["name"] for c in j["causes"]] and j["conn"]["missed"] > 20'
        lossy /upload "$version" -T "$dir/www/3m" --explain=json 2>json
        in_json '"loss" in [c["name"] for c in j["causes"]] and j["conn"]["lost"] > 20'
    done
}

@test "what is well has no cause, and is explained all the same" {
    fetch "${trust[@]}" --explain=json -o got "$url"
    printf '%s\n' "$stderr" >json
    in_json 'j["causes"] == [] and j["explain"]["options"] is None'
    in_json '[c["chosen"] for c in d["connection"]] == ["waits for a new one", "connection 1, new"]'
    in_json 'd["https-rr"][0]["chosen"] == "not asked for"'
    in_json '"nobody says" in d["race"][0]["because"]'
    in_json 'd["trust"][-1]["chosen"] == "trusted"'
    in_json '[t["at"] for t in j["explain"]["decisions"]] == sorted(t["at"] for t in j["explain"]["decisions"])'
}

@test "a connection that is used again tells what it is, and how it came to be" {
    fetch "${trust[@]}" --explain=json -o got -o got "$url" "$url"
    tail -n 1 <<<"$stderr" >json
    in_json 'd["connection"][-1]["chosen"] == "connection 1, reused"'
    in_json 'd["race"][0]["at"] < 0 and j["explain"]["attempts"][0]["start"] < 0'
    in_json 'j["conn"]["reused"] and j["phases"]["connect"] == 0'
}

@test "a batch's records explain themselves" {
    printf '%s\n' "$url" "$url" >urls
    fetch batch "${trust[@]}" --jobs 1 --explain urls
    [ "$(grep -c '"explain":{"options"' <<<"$output")" -eq 2 ]
    [ -z "$stderr" ] || [[ $stderr != *'  cause'* ]]
    run --separate-stderr quiver batch -sS "${trust[@]}" urls
    [ "$(grep -c '"explain":null' <<<"$output")" -eq 2 ]
}

@test "secrets of URLs are not shown unless they are asked for" {
    local secret=http://me:hush@127.0.0.1:$nginx_plain/1k
    fetch --explain "$secret" -o got
    [[ $stderr == *"200 over"* && $stderr != *hush* ]]
    fetch --explain=json "$secret" -o got
    [[ $stderr == *'"url"'* && $stderr != *hush* ]]
    fetch --explain=json --show-secrets "$secret" -o got
    [[ $stderr == *hush* ]]
}

@test "--explain takes text or json, and nothing else" {
    fetch --explain=xml "$url"
    [ "$status" -eq 2 ]
    [[ $stderr == *"neither text nor json"* ]]
}

@test "-v shows a certificate that is refused, and who won a race" {
    fetch -v "https://localhost:$nginx_port/1k" -o got
    [ "$status" -eq 60 ]
    [[ $stderr == *"Host localhost resolved to"*"Trying "*"Server certificate: subject "*"Server certificate: issuer CN=quiver test CA"* ]]
    [[ $stderr == *"Server certificate: valid from 20"*" to 20"*"Server certificate: for localhost, 127.0.0.1, ::1"*"issuer not known"* ]]
    start_wire udp-silent "$nginx_port"
    fetch -v "${trust[@]}" --http3 "https://127.0.0.1:$nginx_port/1k" -o got
    [[ $stderr == *"HTTP/2 by TCP has won the race after "*"over QUIC lost: no answer"* ]]
    [[ $stderr == *"Server certificate: for localhost"* ]]
}

@test "-vv shows decisions, frames and settings, -vvv packets as well, and no secrets" {
    start_quiver frames --cert "$dir/server.pem" --key "$dir/server.key"
    pids+=("$quiver_pid")
    local at=https://localhost:$quiver_port/
    fetch -v "${trust[@]}" "$at" -o got
    [[ $stderr != *"HTTP/2 <-"* && $stderr != *"race: "* ]]
    fetch -vv "${trust[@]}" --http2 -H 'Authorization: Bearer hush' "$at" -o got
    [[ $stderr == *"race: "*"[x-1] * HTTP/2 -> SETTINGS, stream 0, "*"[x-1] * HTTP/2 <- HEADERS, stream 1, "* ]]
    [[ $stderr == *"settings of the peer: h2."* ]]
    [[ $stderr == *"[0-x] * time: queue "* && $stderr != *hush* && $stderr != *"QUIC ->"* ]]
    fetch -vv "${trust[@]}" --http3-only -H 'Authorization: Bearer hush' "$at" -o got
    [[ $stderr == *'[x-1] * HTTP/3 -> HEADERS, stream 0, '*' fields'* && $stderr == *'<redacted>'* && $stderr != *hush* && $stderr != *'QUIC ->'* ]]
    fetch -vvv "${trust[@]}" --http3-only "$at" -o got
    [[ $stderr == *'QUIC -> initial packet 0, '*' bytes: crypto('* && $stderr == *'[x-1] * QUIC <- 1RTT packet '* ]]
}

@test "--print x explains where the body goes" {
    fetch "${trust[@]}" -P x "$url"
    [[ $output == *"200 over HTTP/2"*" race "*"peer       allows "* ]]
    [ -z "$stderr" ]
    fetch "${trust[@]}" -P c "$url"
    [[ $output != *" race "* ]]
}

@test "what a peer allows is told: streams, datagrams, settings" {
    start_quiver allows --cert "$dir/server.pem" --key "$dir/server.key"
    pids+=("$quiver_pid")
    fetch "${trust[@]}" --http3-only --explain=json "https://localhost:$quiver_port/" -o got
    printf '%s\n' "$stderr" >json
    in_json '(lambda a: a["streams"] == 100 and a["datagrams"] and a["datagram_max"] > 1000 and a["extended_connect"] and a["webtransport"] and a["migration"] and a["idle"] == 30)(j["explain"]["allowed"])'
    in_json 'j["explain"]["allowed"]["settings"]["quic.initial_max_streams_bidi"] == 100'
    fetch "${trust[@]}" --explain=json "$url" -o got
    printf '%s\n' "$stderr" >json
    in_json '(lambda a: a["streams"] == 128 and a["datagrams"] is None and a["extended_connect"] is False)(j["explain"]["allowed"])'
    in_json 'j["explain"]["allowed"]["settings"]["h2.max_concurrent_streams"] == 128'
}
