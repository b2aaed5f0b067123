#!/usr/bin/env bats
# What -w says: that times are true, and that every variable is there.

load helper
load mirror

setup_file() {
    start_mirror
    start_serve --allow-tcp 'localhost:*' --allow-udp 'localhost:*'
}

teardown_file() {
    stop_mirror
    stop_serve
}

setup() {
    enter_folder
}

teardown() {
    [ -z "${LATE_PIDS:-}" ] || end_late
}

# timed COMMAND...: `elapsed` is how many seconds it took.
timed() {
    local begin=${EPOCHREALTIME/[.,]/} end
    "$@"
    end=${EPOCHREALTIME/[.,]/}
    elapsed=$(((end - begin) / 1000000)).$(printf %06d $(((end - begin) % 1000000)))
}

# measured OPTION... URL: the record of one transfer, in the file `json`.
measured() {
    timed quiver -sS -o /dev/null --cacert "$MIRROR_CA" -w '%{json}\n' "$@" > json
}

# holds EXPRESSION: over the record r, its phases p, and two times: what is late took
# `late` seconds at least, the servers' delays being 3 s; and whatever else there was took
# no more than `rest`, what is left of the time that a clock beside the program counted.
holds() {
    record "(lambda p, late, rest: $1)(r['phases'], 2, ${elapsed:-0} - 2)" < json > said
    [ "$(cat said)" = True ] || {
        echo "not so: $1"
        cat json
        return 1
    }
}

# Phases that are null did not happen.
SUM='abs(sum(v or 0 for v in p.values()) - r["time_total"]) <= 0.001'

@test "a late first byte is the wait" {
    measured "$A/late/head"
    holds 'p["wait"] >= late and p["receive"] <= rest'
    holds '(p["connect"] or 0) <= rest and p["send"] <= rest'
    holds 'r["time_starttransfer"] - r["time_pretransfer"] >= late'
    holds "$SUM"
}

@test "a late end of the body is the receiving" {
    measured "$A/late/body"
    holds 'p["receive"] >= late and p["wait"] <= rest'
    holds 'r["time_total"] - r["time_starttransfer"] >= late'
    holds "$SUM"
}

@test "a late TLS handshake is the TLS" {
    measured "$L/end"
    holds 'p["tls"] >= late and p["connect"] <= rest and p["wait"] <= rest'
    holds 'r["time_appconnect"] - r["time_connect"] >= late'
    holds 'r["time_appconnect"] <= r["time_pretransfer"] <= r["time_starttransfer"]'
    holds "$SUM"
}

@test "the phases of each version add up to the total" {
    local version
    for version in --http1.1 --http2 --http3 --http3-only; do
        measured --cacert "$CA" "$version" "$SECURE/bytes/300000"
        holds "$SUM"
        holds 'p["tls"] > 0 or p["connect"] > 0'
        holds '0 < r["time_appconnect"] <= r["time_pretransfer"] <= r["time_posttransfer"]'
        holds 'r["time_posttransfer"] <= r["time_starttransfer"] <= r["time_total"]'
        holds '0 <= r["time_namelookup"] <= r["time_connect"] <= r["time_appconnect"]'
        measured --cacert "$CA" "$version" "$SECURE/delay/3000"
        holds 'p["wait"] >= late and p["receive"] <= rest'
        holds "$SUM"
    done
}

@test "a connection that was there cost no connecting" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        quiver -sS --cacert "$CA" "$version" --out-null "$SECURE/status/200" --out-null "$SECURE/status/200" \
            -w '%{json}\n' > both
        tail -n 1 both > json
        holds 'r["num_connects"] == 0 and r["conn"]["reused"]'
        holds 'not p["dns"] and not p["connect"] and not p["tls"]'
        holds "$SUM"
        head -n 1 both > json
        holds 'r["num_connects"] == 1 and not r["conn"]["reused"]'
    done
}

@test "waiting for a connection is waiting in the queue" {
    timed quiver -sS -Z --parallel-max-host 1 -o /dev/null "$A/late/head" -o /dev/null "$A/late/head" \
        -w '%{json}\n' > both
    tail -n 1 both > json
    holds 'p["queue"] >= late and (p["connect"] or 0) <= rest - late'
    holds 'r["time_total"] >= 2 * late'
    holds "$SUM"
}

# All that is told of the time: the phases, redirects before, tries with their delays.
ALL='abs(sum(v or 0 for v in p.values()) + sum(h["time_total"] for h in r["hops"]) +
    sum(t["time_total"] + t["delay"] for t in r["retries"]) - r["time_total"]) <= 0.001'

# moved PHASE OPTION... URL: the 1.2 s are in that phase and in no other.
moved() {
    local phase=$1
    shift
    measured "$@" || return
    record "(lambda p, rest: p['$phase'] >= 1 and
        sum(v or 0 for k, v in p.items() if k != '$phase') <= rest and $SUM)(r['phases'], $elapsed - 1)" < json > said
    [ "$(cat said)" = True ] || {
        echo "$phase, $elapsed s:"
        cat json
        return 1
    }
}

# late WHAT: sets LATE to a way to the server that is late once.
late() {
    local out=$BATS_TEST_TMPDIR/late.$1.$2
    "$PYTHON" "$HERE/../faults/late_relay.py" --to "${SECURE##*:}" "$1" 1.2 > "$out" 3>&- &
    LATE_PIDS+=" $!"
    within 60 test -s "$out"
    LATE=https://127.0.0.1:$(cat "$out")
}

end_late() {
    # shellcheck disable=SC2086
    kill $LATE_PIDS
}

@test "a delay in one phase moves that one alone, over each version" {
    local version
    LATE_PIDS=
    head -c 12000000 /dev/zero > large
    "$PYTHON" "$HERE/slow_names.py" 1.2 > names 3>&- &
    LATE_PIDS+=" $!"
    within 60 test -s names
    for version in 1.1 2 3-only; do
        moved dns "--http$version" -k --dns-servers "127.0.0.1:$(cat names)" "https://slow.names.test:${SECURE##*:}/status/200"
        late connect "$version"
        moved connect "--http$version" -k "$LATE/status/200"
        late send "$version"
        moved send "--http$version" -k -T large "$LATE/upload"
        late receive "$version"
        moved receive "--http$version" -k "$LATE/bytes/12000000"
        [ "$version" != 3-only ] || continue # whose TLS is a part of connecting
        late tls "$version"
        moved tls "--http$version" -k "$LATE/status/200"
    done
}

@test "redirects, tries and the last exchange add up to the total, over each version" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        measured --cacert "$CA" "$version" -L "$SECURE/redirect/3"
        holds "$ALL"
        holds 'len(r["hops"]) == 3'
        holds 'all(abs(sum(v or 0 for v in h["phases"].values()) - h["time_total"]) <= 0.001 for h in r["hops"])'
        measured --cacert "$CA" "$version" --retry 2 --retry-delay 0.2 "$SECURE/status/503"
        holds "$ALL"
        holds 'len(r["retries"]) == 2 and sum(t["delay"] for t in r["retries"]) >= 0.4'
    done
    for version in --http1.1 --http2 --http3-only; do
        measured --cacert "$CA" --proxy-cacert "$CA" "$version" -x "$SECURE" -L "$SECURE/redirect/1"
        holds "$ALL"
        holds 'r["proxy_used"] == 1 and len(r["hops"]) == 1'
    done
    measured -L --retry 1 --retry-delay 0.1 --digest -u user:password "$A/login/digest"
    holds "$ALL"
    holds '[t["reason"] for t in r["retries"]] == ["auth"] and r["num_retries"] == 0'
}

@test "through a proxy they add up as well" {
    local port=${SECURE##*:}
    "${QUIVER:?}" serve --port 0 --plain-port 0 --log none --allow-tcp "localhost:$port" . > proxy.out 2>&1 3>&- &
    local pid=$!
    within 60 of $! grep -q '^--cacert ' proxy.out
    local proxy
    proxy=$(sed -n 's|^\(http://localhost:[0-9]*\).*|\1|p' proxy.out)
    measured --cacert "$CA" -x "$proxy" -L "$SECURE/redirect/1"
    kill "$pid"
    holds "$ALL"
    holds 'p["connect"] is not None and r["conn"]["proxy"]["status"] == 200'
}

@test "a proxy that opens the way late is the connecting, and nothing else" {
    "$PYTHON" -c 'import socket, sys, threading, time
proxy = socket.create_server(("127.0.0.1", 0))
print(proxy.getsockname()[1], flush=True)
client, _ = proxy.accept()
client.recv(4096)
server = socket.create_connection(("localhost", int(sys.argv[1])))
time.sleep(3)
client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
def carry(a, b):
    while data := a.recv(65536):
        b.sendall(data)
threading.Thread(target=carry, args=(client, server), daemon=True).start()
carry(server, client)' "${SECURE##*:}" > proxy.out 3>&- &
    local pid=$!
    within 60 of $! test -s proxy.out
    measured --cacert "$CA" --http1.1 -x "http://127.0.0.1:$(cat proxy.out)" "$SECURE/status/200"
    kill "$pid" 2> /dev/null || true
    holds 'p["connect"] >= late and p["tls"] <= rest and p["wait"] <= rest and p["queue"] <= rest'
    holds "$ALL"
}

@test "names that come late are the dns, and nothing else" {
    "$PYTHON" "$HERE/slow_names.py" 3 > names.out 3>&- &
    local pid=$!
    within 60 of $! test -s names.out
    measured --dns-servers "127.0.0.1:$(cat names.out)" "http://slow.names.test:${PLAIN##*:}/status/200"
    kill "$pid"
    holds 'p["dns"] >= late and (p["connect"] or 0) <= rest and p["wait"] <= rest and p["queue"] <= rest'
    holds "$ALL"
}

@test "a request that leaves slowly is the sending, and nothing else" {
    head -c 300000 /dev/zero > body
    measured --limit-rate 100000 -T body "$A/echo"
    holds 'p["send"] >= late and (p["connect"] or 0) <= rest and p["wait"] <= rest and p["receive"] <= rest'
    holds "$ALL"
}

@test "what fails is timed as well" {
    run quiver -s -m 0.3 -o /dev/null -w '%{json}\n' "$A/gone"
    [ "$status" -eq 28 ]
    printf '%s\n' "$output" > json
    holds '0.25 <= r["time_total"] and r["exitcode"] == 28'
    holds "$SUM"
}

# What curl 8.23 documents for -w. For HTTP it can fill all but the FTP path.
CURL_VARIABLES='certs conn_id content_type errormsg exitcode filename_effective ftp_entry_path header_json
http_code http_connect http_version json local_ip local_port method num_certs num_connects num_headers num_redirects
num_retries proxy_ssl_verify_result proxy_used redirect_url referer remote_ip remote_port response_code scheme
size_delivered size_download size_header size_request size_upload speed_download speed_upload ssl_verify_result
time_appconnect time_connect time_namelookup time_posttransfer time_pretransfer time_queue time_redirect
time_starttransfer time_total tls_earlydata url url.scheme url.host url.port url.path url.query url.user url.password
url.fragment url.options url.zoneid urle.scheme urle.host urle.port urle.path urle.query urle.user urle.password
urle.fragment urle.options urle.zoneid url_effective urlnum xfer_id onerror stderr stdout'

@test "every variable of curl is known" {
    local name
    for name in $CURL_VARIABLES; do
        run quiver -o /dev/null -w "%{$name}" "$A/end?q#f"
        [ "$status" -eq 0 ]
        [[ "$output" != *unknown* ]] || {
            echo "$name: $output"
            return 1
        }
    done
    run quiver -o /dev/null -w "%{no_such}" "$A/end"
    [[ "$output" == *no_such* ]]
}

@test "the variables say what happened" {
    local name expected
    # NAME PATTERN
    while read -r name expected; do
        run quiver -sS -o body --cacert "$CA" --http2 -e http://from/ -w "%{$name}" "$SECURE/bytes/1000?q=1"
        [[ "$output" =~ ^$expected$ ]] || {
            echo "$name is '$output', not $expected"
            return 1
        }
    done << 'END'
conn_id [0-9]+
content_type application/octet-stream
errormsg
exitcode 0
filename_effective body
http_code 200
http_version 2
local_ip (127.0.0.1|::1)
local_port [1-9][0-9]+
method GET
num_connects 1
num_headers [1-9][0-9]*
num_redirects 0
num_retries 0
proxy_used 0
referer http://from/
remote_ip (127.0.0.1|::1)
remote_port [1-9][0-9]+
response_code 200
scheme https
size_delivered 1000
size_download 1000
size_header [1-9][0-9]+
size_request [1-9][0-9]+
size_upload 0
speed_download [1-9][0-9]*
speed_upload 0
ssl_verify_result 0
time_appconnect 0\.[0-9]{6}
time_total [0-9]\.[0-9]{6}
time_redirect 0\.000000
tls_version TLSv1\.3
url.query q=1
urle.host localhost
urlnum 0
END
    run quiver -sS -d abc -o /dev/null -w '%{size_upload} %{method}' "$A/end"
    [ "$output" = "3 POST" ]
    run quiver -sS -o /dev/null -w '%{url} %{url_effective}' "$A/x/../y"
    [ "$output" = "$A/x/../y $A/y" ]
    run quiver -s -w '%{exitcode} %{errormsg} %{http_code} %{size_download} %{num_connects}' http://127.0.0.1:1/
    [ "$output" = "7 TCP to 127.0.0.1 port 1: Connection refused 000 0 0" ]
}

@test "%{json} has every key that curl's has for HTTP" {
    measured "$A/end"
    local name missing=''
    for name in $CURL_VARIABLES; do
        case $name in
        json | header_json | certs | ftp_entry_path | url.* | urle.* | onerror | stderr | stdout) continue ;;
        esac
        grep -q "\"$name\":" json || {
            echo "no $name"
            missing+=" $name"
        }
    done
    [ -z "$missing" ]
    quiver -s -w '%{json}\n' http://127.0.0.1:1/ > json || true
    holds 'r["exitcode"] == 7 and r["error"]["class"] == "transient"'
    holds 'r["remote_ip"] is None or r["remote_ip"] == "127.0.0.1"'
}

@test "%header{} of all heads is that of redirects as well" {
    run quiver -sSL -o /dev/null -w '%header{location}|%header{LOCATION:all:\n}|%header{location:all:\}-}' \
        "$A$(to 302 "$(to 301 /end)")"
    echo "$output"
    [ "${lines[0]}" = "|$(to 301 /end)" ] # the last head has none
    [ "${lines[1]}" = "/end|$(to 301 /end)}-/end" ]
}

@test "%time{} knows what curl's does" {
    local before after s f rest
    before=$EPOCHSECONDS
    run quiver -sS -o /dev/null -w '%time{%s} %time{%f} %time{%z %Z %% %Y}' "$A/end"
    after=$EPOCHSECONDS
    read -r s f rest <<< "$output"
    [[ "$s" -ge "$before" && "$s" -le "$after" ]]
    [[ $f =~ ^[0-9]{6}$ ]]
    [ "$rest" = "+0000 UTC % $(date -u +%Y)" ]
}

@test "%{urlnum} is that of the URL as given" {
    run quiver -sS --out-null --out-null -w '%{urlnum} ' "$A/[1-3]" "$A/x" --next -sS --out-null -w '%{urlnum}' "$A/y"
    [ "$output" = "0 0 0 1 2" ]
}
