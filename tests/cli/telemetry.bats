#!/usr/bin/env bats
# --trace-events, --stats, --metrics: what a run tells about itself.

load helper

setup_file() {
    start_serve --metrics 0
    METRICS=$(sed -n 's|^metrics ||p' "$BATS_FILE_TMPDIR/serve.out")
    export METRICS
    head -c 10000 /dev/zero > "$BATS_FILE_TMPDIR/ten"
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
}

teardown() {
    [ -z "${OWN:-}" ] || kill "$OWN"
}

events() {
    "$PYTHON" "$HERE/events.py" "$@"
}

# series FILE [SERIES]: strictly parsed.
series() {
    "$PYTHON" "$HERE/exposition.py" "$@"
}

# json FILE EXPRESSION: of the object j on its last line.
json() {
    tail -n 1 "$1" | "$PYTHON" -c "import json,sys; j = json.load(sys.stdin); print($2)"
}

# served SERIES: as the server counts now, 0 when it is not there yet.
served() {
    quiver -sS -o "$BATS_TEST_TMPDIR/served" "$METRICS"
    series "$BATS_TEST_TMPDIR/served" | awk -v name="$1" '$1 == name {print $2; n++}
        END {if (!n) print 0}'
}

# has_served SERIES TEST NUMBER: the server has counted so many, by `test`.  It counts a request when
# it is done with it, over QUIC when the last byte is acknowledged: later than the
# client, whose process may have ended by then.
has_served() {
    [ "$(served "$1")" "$2" "$3" ]
}

is_gone() {
    ! kill -0 "$1" 2>/dev/null
}

@test "events and -v can both be had, and neither disturbs the other" {
    quiver -sS -v --cacert "$CA" --http2 -o ten --trace-events e "$SECURE/ten" 2> notes
    events check e
    grep -q '^> GET /ten HTTP/2' notes
    grep -q '^< HTTP/2 200' notes
    refute grep -q quiver.request notes
    [ "$(events count e quiver.request.stop)" -eq 1 ]
}

@test "a request over each version tells its events in their order" {
    local version kind
    for version in http1.1 http2 http3-only; do
        quiver -sS "--$version" --cacert "$CA" -4 -o ten --trace-events "$version" "$SECURE/ten"
        events check "$version"
        kind=tcp
        [ "$version" = http3-only ] && kind=http3
        [ "$(events names "$version" | paste -sd' ')" = \
            "request.start conn.start pool.queue connection.$kind.start connection.$kind.stop\
 conn.stop pool.checkout request.stop conn.close" ]
        [ "$(events value "$version" quiver.request.stop status)" -eq 200 ]
        [ "$(events value "$version" quiver.request.stop conn_id)" -eq 1 ]
        [ "$(events value "$version" quiver.conn.close reason)" = end ]
        [ "$(events value "$version" quiver.conn.close requests)" -eq 1 ]
        [ "$(events value "$version" quiver.request.stop bytes_in)" -gt 10000 ]
    done
    [ "$(events value http1.1 quiver.request.stop protocol)" = h1 ]
    [ "$(events value http2 quiver.request.stop protocol)" = h2 ]
    [ "$(events value http3-only quiver.request.stop protocol)" = h3 ]
    events value http3-only quiver.conn.stop quic
    events value http2 quiver.conn.stop tls
}

@test "a redirect and the connection that is used again are told" {
    quiver -sS -L --cacert "$CA" -o page --trace-events e "$SECURE/redirect/2"
    events check e
    [ "$(events count e quiver.request.start)" -eq 1 ]
    [ "$(events count e quiver.request.redirect status=302)" -eq 2 ]
    [ "$(events count e quiver.pool.checkout conn_id=1)" -eq 3 ]
    [ "$(events count e quiver.conn.start)" -eq 1 ]
    [ "$(events value e quiver.request.stop redirects)" -eq 2 ]
}

@test "a failure is an exception with its class and code" {
    run quiver -sS -4 --trace-events e -o page http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    events check e
    [ "$(events count e quiver.request.exception kind=transient error=connect code=7)" -eq 1 ]
    [ "$(events count e quiver.conn.exception code=7)" -eq 1 ]
    [ "$(events count e quiver.connection.tcp.exception kind=failed)" -eq 1 ]
    run quiver -sS --trace-events e -o page 'http://host:99999/'
    [ "$status" -eq 3 ]
    events check e
    [ "$(events count e quiver.request.exception kind=invalid)" -eq 1 ]
}

@test "a GOAWAY is told as a drain, by the version's own name" {
    quiver -sS --http2 --cacert "$CA" --trace-events two -o a "$SECURE/goaway" -o b "$SECURE/ten"
    quiver -sS --http3-only --cacert "$CA" --trace-events three -o a "$SECURE/goaway" \
        -o b "$SECURE/ten"
    events check two
    events check three
    [ "$(events count two quiver.conn.draining conn_id=1)" -eq 1 ]
    [ "$(events count three quiver.connection.http3.draining conn_id=1)" -eq 1 ]
    [ "$(events count two quiver.request.stop)" -eq 2 ]
    [ "$(events count three quiver.request.stop)" -eq 2 ]
}

@test "events do not mix with bodies, and can go to standard error" {
    run quiver --trace-events - --cacert "$CA" "$SECURE/ten"
    [ "$status" -eq 2 ]
    quiver -sS --trace-events - --cacert "$CA" -o ten "$SECURE/ten" > out
    events check out
    quiver -sS --trace-events % --cacert "$CA" "$SECURE/ten" > ten 2> err
    events check err
    [ "$(stat -c %s ten)" -eq 10000 ]
}

# stand_still NAME: a pipe NAME that is read, into NAME.read, once NAME.go is there; sets READER.
stand_still() {
    mkfifo "$1"
    (until [ -e "$1.go" ]; do sleep 0.02; done; cat) < "$1" > "$1.read" 3>&- &
    READER=$!
}

@test "events that nobody reads do not stop a download" {
    local pid
    stand_still pipe
    "$QUIVER" -sS -Z -j 2 --trace-events - --cacert "$CA" -o 'file#1' "$SECURE/ten?[1-300]" \
        > pipe 3>&- &
    pid=$!
    within 60 of $! test -e file300
    # It waits for the reader, who gets them all.
    kill -0 "$pid"
    touch pipe.go
    wait "$pid"
    wait "$READER"
    events check pipe.read
    [ "$(events count pipe.read quiver.request.stop)" -eq 300 ]
    [ "$(stat -c %s pipe.read)" -gt 65536 ]
}

@test "a -v that nobody reads does not stop a download, and loses nothing" {
    local pid
    stand_still pipe
    "$QUIVER" -sSv -Z -j 2 --cacert "$CA" -o 'file#1' "$SECURE/ten?[1-300]" \
        -o none http://127.0.0.1:1/ 2> pipe 3>&- &
    pid=$!
    within 60 of $! test -e file300
    kill -0 "$pid"
    touch pipe.go
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq 7 ]
    wait "$READER"
    [ "$(grep -c '^> GET /ten?' pipe.read)" -eq 300 ]
    [ "$(stat -c %s pipe.read)" -gt 65536 ]
    # What went wrong comes after what -v had told of it.
    [ "$(grep -c '^quiver: (7) ' pipe.read)" -eq 1 ]
    [ "$(grep -n '^\* .*127.0.0.1.*1' pipe.read | head -n 1 | cut -d: -f1)" -lt \
        "$(grep -n '^quiver: (7) ' pipe.read | cut -d: -f1)" ]
}

@test "a signal waits for a reader that stands still, a second one does not" {
    local pid status=0
    stand_still pipe
    "$QUIVER" -sSv -Z --cacert "$CA" -o 'file#1' "$SECURE/ten?[1-300]" \
        -o slow "$PLAIN/drip?bytes=10&ms=600000" 2> pipe 3>&- &
    pid=$!
    within 60 of $! test -e file300
    within 60 of $! has_temporary slow
    kill -TERM "$pid"
    within 60 has_no_temporary slow
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 143 ]
    touch pipe.go
    wait "$READER"
}

has_temporary() {
    [[ "$(names_in .)" == *".$1."* ]]
}

has_no_temporary() {
    ! has_temporary "$1"
}

@test "a file of events that cannot be written is exit 23 with one line" {
    run quiver -sS --trace-events no/such/dir --cacert "$CA" -o ten "$SECURE/ten"
    [ "$status" -eq 23 ]
    [ "${#lines[@]}" -eq 1 ]
    [ ! -e ten ]
    run quiver -sS --trace-events /dev/full --cacert "$CA" -o ten "$SECURE/ten"
    [ "$status" -eq 23 ]
    [ "${#lines[@]}" -eq 1 ]
    [ "$(stat -c %s ten)" -eq 10000 ]
}

@test "what was told before a kill -9 is whole lines" {
    "$QUIVER" -sS --trace-events e -o slow "$PLAIN/drip?bytes=10&ms=60000" 3>&- &
    local pid=$!
    within 60 of $! grep -q pool.checkout e
    kill -9 "$pid"
    wait "$pid" || true
    events names e
}

@test "a cancelled transfer ends its span too" {
    "$QUIVER" -sS --trace-events e -o slow "$PLAIN/drip?bytes=10&ms=60000" 3>&- &
    local pid=$!
    within 60 of $! grep -q pool.checkout e
    kill "$pid"
    wait "$pid" || true
    events check e
    [ "$(events count e quiver.request.exception kind=cancelled)" -eq 1 ]
}

@test "--stats ends with one line of JSON that agrees with the server" {
    local version key
    # One of its own, where nothing of the tests before is still to be counted.
    BATS_FILE_TMPDIR=$PWD start_serve --metrics 0
    OWN=$SERVE_PID
    METRICS=$(sed -n 's|^metrics ||p' serve.out)
    for version in http1.1 http2 http3-only; do
        case $version in
            http1.1) key=h1 ;;
            http2) key=h2 ;;
            *) key=h3 ;;
        esac
        quiver -sS "--$version" --cacert "$CA" -Z -j 5 --stats "$SECURE/bytes/[1-30]" \
            -o 'f#1' 2> err
        [ "$(wc -l < err)" -eq 1 ]
        [ "$(json err 'j["transfers"]["done"]')" -eq 30 ]
        [ "$(json err 'j["requests"]["count"]')" -eq 30 ]
        [ "$(json err "j['requests']['$key']['2xx']")" -eq 30 ]
        [ "$(json err 'j["origins"][0]["origin"]')" = "$SECURE" ]
        [ "$(json err 'j["open"][0]["rtt"] > 0')" = True ]
        within 60 has_served "quiver_serve_connections_total{protocol=\"$key\"}" -eq \
            "$(json err "j['connections']['opened']['$key']")"
        # $METRICS is asked over HTTP/1 as well, but at a server of its own.
        within 60 has_served "quiver_serve_requests_total{protocol=\"$key\",status=\"2xx\"}" -eq 30
    done
}

@test "migrations and QUIC's packets are counted, those of connections that are gone too" {
    "$QUIVER" -sS --http3-only --cacert "$CA" --pool-max-requests 1 --metrics m --stats-out s -o one "$SECURE/bytes/100000" \
        -o two "$SECURE/drip?bytes=10&ms=60000" 2> err 3>&- &
    local pid=$!
    until_counted() {
        [ -e m ] && [ "$(series m 'quiver_connections_closed_total{origin="'"$SECURE"'",reason="max_requests"}' || echo 0)" = 1 ]
    }
    within 60 of $! until_counted
    kill -USR1 "$pid"
    until_moved() {
        [ "$(series m 'quiver_migrations_total{origin="'"$SECURE"'"}')" = 1 ]
    }
    within 60 until_moved
    kill "$pid"
    wait "$pid" || true
    series m > samples
    [ "$(json s 'j["connections"]["migrations"]')" -eq 1 ]
    # More than the second one has sent: the first one's are among them.
    [ "$(json s 'j["connections"]["packets_sent"] > sum(c["sent"] for c in j["open"])')" = True ]
    [ "$(json s 'j["connections"]["packets_lost"] <= j["connections"]["packets_sent"]')" = True ]
}

@test "the server counts channels, messages and datagrams" {
    local v
    BATS_FILE_TMPDIR=$PWD start_serve --metrics 0
    OWN=$SERVE_PID
    METRICS=$(sed -n 's|^metrics ||p' serve.out)
    seq 20 > lines
    for v in http1.1 http2 http3-only; do
        quiver ws "--$v" --cacert "$CA" "$SECURE/ws" < lines > out
        cmp lines out
        quiver channel "--$v" --protocol p --cacert "$CA" -n 20 "$SECURE/datagram" < lines > out
        cmp <(sort lines) <(sort out)
    done
    quiver channel --protocol webtransport --cacert "$CA" -n 20 "$SECURE/wt" < lines > out
    within 60 has_served 'quiver_serve_channels_total{kind="websocket"}' -eq 3
    within 60 has_served 'quiver_serve_channels_total{kind="datagram"}' -eq 3
    within 60 has_served 'quiver_serve_channels_total{kind="webtransport"}' -eq 1
    within 60 has_served 'quiver_serve_channels{kind="datagram"}' -eq 0
    within 60 has_served 'quiver_serve_channels{kind="websocket"}' -eq 0
    has_served quiver_serve_messages_total -eq 60
    within 60 has_served quiver_serve_datagrams_received_total -eq 80
    within 60 has_served quiver_serve_datagrams_sent_total -eq 80
    has_served quiver_serve_datagrams_dropped_total -eq 0
}

@test "the connections of a parallel run are those that nginx saw" {
    command -v nginx > /dev/null || skip "nginx is not installed"
    local port pid
    port=$("$PYTHON" -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0));
print(s.getsockname()[1])')
    cat > nginx.conf <<CONF
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {}
http {
    log_format connections "\$connection \$status";
    access_log access.log connections;
    client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f;
    uwsgi_temp_path u; scgi_temp_path s;
    server {
        listen 127.0.0.1:$port;
        location / { return 200 "x"; }
    }
}
CONF
    nginx -p "$PWD" -e error.log -c "$PWD/nginx.conf" 3>&- &
    pid=$!
    within 60 of $! quiver -sS -o probe "http://127.0.0.1:$port/"
    : > access.log
    quiver -sS -Z -j 7 --stats-out stats "http://127.0.0.1:$port/[1-100]" -o '#1.out'
    kill -QUIT "$pid"
    wait "$pid"
    [ "$(wc -l < access.log)" -eq 100 ]
    [ "$(json stats 'j["connections"]["opened"]["h1"]')" -eq \
        "$(cut -d' ' -f1 access.log | sort -u | wc -l)" ]
    [ "$(json stats 'j["requests"]["h1"]["2xx"]')" -eq 100 ]
    [ "$(json stats 'sum(c["requests"] for c in j["open"])')" -eq 100 ]
}

@test "--stats-out is a file that is complete when it appears" {
    quiver -sS --cacert "$CA" --stats-out s --stats -o ten "$SECURE/ten" 2> err
    [ ! -s err ]
    [ "$(json s 'j["handshake"]["tls"]["count"]')" -eq 1 ]
    [ "$(names_in .)" = "err s ten" ]
    run quiver -sS --cacert "$CA" --stats-out no/such/dir -o ten "$SECURE/ten"
    [ "$status" -eq 23 ]
    [ "${#lines[@]}" -eq 1 ]
}

# shown: what a terminal of 80 columns shows at the end of the file `screen`.
shown() {
    # Behind the last erasure.
    "$PYTHON" -c 'import re, sys
print(re.split(r"\x1b\[\d+A\r\x1b\[J", open("screen", newline="").read().replace("\r\n", "\n"))[-1], end="")'
}

@test "on a terminal the statistics are drawn, and stay at the end" {
    on_tty "$QUIVER" -Z --stats -o a "$PLAIN/drip?bytes=1000&ms=1500" -o b "$PLAIN/ten" 2> screen
    grep -q '^transfers  *1 running  0 waiting  1 done' screen
    grep -q '^connections  . open' screen
    grep -q '^connection .* id HTTP streams requests' screen
    # After the last drawing: up by all lines, and cleared to the end.
    grep -q $'\e\\[[5-9]A\r\e\\[J' screen
    shown > last
    grep -q '^transfers  *0 running  0 waiting  2 done  0 failed' last
    grep -q "^[^ ]*localhost:[0-9]*  *#[0-9]*  *h1  *0  *[12] .*%" last
    refute grep -q '"v":1' screen
}

@test "on a terminal the JSON goes to --stats-out" {
    on_tty "$QUIVER" -Z --stats --stats-out s -o a "$PLAIN/drip?bytes=1000&ms=1500" 2> screen
    grep -q '^transfers' screen
    [ -z "$(shown)" ]
    [ "$(json s 'j["transfers"]["done"]')" -eq 1 ]
}

@test "a batch draws the statistics below its own line, each origin by itself" {
    printf '%s\n' "$PLAIN/drip?bytes=1000&ms=1500" "$PLAIN/status/503" "$SECURE/ten" > urls
    on_tty "$QUIVER" batch --cacert "$CA" --stats -o out urls 2> screen
    grep -q '^origin  *open streams queue requests' screen
    shown > last
    grep -q "^origin  *open streams queue requests  req/s" last
    grep -q '^[^ ]*localhost:[0-9]*  *1  *0  *0  *1 ' last
    grep -q '^transfers .* 3 done' last
    # The rate is that of the whole run.
    grep -q '^transfers .* [0-9.]*/s' last
}

@test "the statistics fit into a terminal that is narrow or low" {
    local size
    printf '%s\n' "$PLAIN/drip?bytes=1000&ms=1500" "$SECURE/drip?bytes=1000&ms=1500" > urls
    for size in 200x50 80x24 40x24 80x10 40x5 24x3; do
        on_tty --size "$size" "$QUIVER" batch --cacert "$CA" --stats -o out urls 2> screen
        "$PYTHON" - "$size" <<'PY'
import re, sys
columns, rows = map(int, sys.argv[1].split("x"))
frames = re.split(r"\x1b\[(\d+)A\r\x1b\[J", open("screen", newline="").read().replace("\r\n", "\n"))
drawn = [f for f in frames[:-1] if "ok" in f]
assert drawn, frames
assert rows < 5 or any("transfers" in f for f in drawn), drawn
for frame in drawn:
    lines = frame.split("\n")[:-1]
    assert len(lines) < rows, (len(lines), rows, lines)
    assert all(len(line) < columns for line in lines), (columns, lines)
PY
    done
}

@test "without a terminal nothing is drawn" {
    quiver -Z --stats -o a "$PLAIN/drip?bytes=1000&ms=800" 2> err
    [ "$(wc -l < err)" -eq 1 ]
}

@test "metrics are scraped by curl while a transfer runs" {
    command -v curl > /dev/null || skip "curl is not installed"
    local pid url
    "$QUIVER" -sS --metrics 0 -o slow "$PLAIN/drip?bytes=10&ms=60000" 2> err 3>&- &
    pid=$!
    within 60 of $! grep -q '^quiver: metrics at ' err
    url=$(sed 's/^quiver: metrics at //' err)
    until_running() {
        curl -sS -D head -o scraped "$url" && series scraped > all &&
            grep -q '^quiver_pool_streams{[^}]*} 1$' all
    }
    within 60 until_running
    grep -qi '^content-type: text/plain; version=0.0.4; charset=utf-8' head
    [ "$(series scraped 'quiver_transfers{state="running"}')" -eq 1 ]
    [ "$(series scraped "quiver_connections_opened_total{origin=\"$PLAIN\",protocol=\"h1\"}")" \
        -eq 1 ]
    [ "$(curl -sS -o none -w '%{http_code}' "${url%/metrics}/else")" -eq 404 ]
    [ "$(curl -sS -o none -w '%{http_code}' -X POST "$url")" -eq 405 ]
    kill "$pid"
    wait "$pid" || true
    run curl -sS "$url"
    [ "$status" -eq 7 ]
}

@test "metrics in a file are replaced as a whole, and are there while it runs" {
    local pid
    "$QUIVER" -sS --metrics m.prom -o slow "$PLAIN/drip?bytes=10&ms=60000" 3>&- &
    pid=$!
    within 60 of $! test -e m.prom
    series m.prom > all
    kill "$pid"
    wait "$pid" || true
    [ "$(names_in . | tr ' ' '\n' | grep -c prom)" -eq 1 ]
    [ "$(series m.prom 'quiver_transfers_total{result="cancelled"}')" -eq 1 ]
    [ "$(stat -c %a m.prom)" = "$(printf '%o' $((0666 & ~$(umask))))" ]
    run quiver -sS --metrics no/such/dir -o a "$PLAIN/ten"
    [ "$status" -eq 23 ]
    [ ! -e a ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "a port of metrics that is taken stops the run before it begins" {
    run quiver -sS --metrics "${PLAIN##*:}" -o a "$PLAIN/ten"
    [ "$status" -eq 7 ]
    [ ! -e a ]
}

@test "counters of several versions add up in one run" {
    quiver -sS --cacert "$CA" --metrics m.prom -Z \
        --http1.1 -o a "$SECURE/ten" --next -sS --cacert "$CA" --http2 -o b "$SECURE/ten" \
        --next -sS --cacert "$CA" --http3-only -o c "$SECURE/status/404"
    for key in h1 h2; do
        [ "$(series m.prom "quiver_requests_total{origin=\"$SECURE\",protocol=\"$key\",\
status=\"2xx\"}")" -eq 1 ]
    done
    [ "$(series m.prom "quiver_requests_total{origin=\"$SECURE\",protocol=\"h3\",\
status=\"4xx\"}")" -eq 1 ]
    [ "$(series m.prom "quiver_request_duration_seconds_count{origin=\"$SECURE\"}")" -eq 3 ]
}

@test "serve --metrics counts requests, bytes and QUIC handshakes" {
    local before
    before=$(served quiver_serve_quic_handshakes_total)
    quiver -sS --http3-only --cacert "$CA" -d 12345 -o echo "$SECURE/echo"
    [ "$(served quiver_serve_quic_handshakes_total)" -eq $((before + 1)) ]
    within 60 has_served quiver_serve_received_bytes_total -ge 5
    [ "$(served quiver_serve_connections)" -ge 0 ]
    run quiver serve --metrics x "$BATS_TEST_TMPDIR"
    [ "$status" -eq 2 ]
}

@test "a batch tells its events, statistics and metrics as well" {
    local i
    for i in $(seq 200); do
        echo "{\"id\":$i,\"url\":\"$SECURE/bytes/$i\"}"
    done > in.jsonl
    quiver batch --http2 --cacert "$CA" -j 20 --body none --stats --trace-events e \
        --metrics m.prom in.jsonl > out 2> err
    [ "$(wc -l < out)" -eq 200 ]
    events check e
    [ "$(events count e quiver.request.stop status=200 protocol=h2)" -eq 200 ]
    # The summary comes before the JSON, which is last.
    [ "$(wc -l < err)" -eq 2 ]
    [ "$(json err 'j["transfers"]["done"]')" -eq 200 ]
    [ "$(events count e quiver.conn.stop)" -eq "$(json err 'j["connections"]["opened"]["h2"]')" ]
    [ "$(series m.prom "quiver_requests_total{origin=\"$SECURE\",protocol=\"h2\",\
status=\"2xx\"}")" -eq 200 ]
    run quiver batch --trace-events - in.jsonl
    [ "$status" -eq 2 ]
}

@test "retries and waits of a batch are told with their reason" {
    printf '%s\n' "$PLAIN/status/503" "$PLAIN/ten" "$PLAIN/ten" > urls
    run quiver batch -s --retry 1 --retry-delay 0.05 --rate 50/s --trace-events e urls
    [ "$status" -eq 110 ] || [ "$status" -eq 0 ]
    events check e
    [ "$(events count e quiver.request.retry status=503 attempt=1)" -eq 1 ]
    [ "$(events count e quiver.request.waiting reason=rate)" -ge 1 ]
}

@test "connections that ended are counted by the reason" {
    quiver -sS --cacert "$CA" --http2 --pool-max-requests 1 --stats-out s \
        "$SECURE/bytes/[1-4]" -o '#1'
    [ "$(json s 'j["connections"]["opened"]["h2"]')" -eq 4 ]
    [ "$(json s 'j["connections"]["closed"]["max_requests"]')" -ge 3 ]
    quiver -sS --cacert "$CA" --http2 --stats-out s -o a "$SECURE/goaway" -o b "$SECURE/ten"
    [ "$(json s 'j["connections"]["closed"]["goaway"]')" -eq 1 ]
}

@test "the manual names every event and every metric" {
    quiver help telemetry > page
    quiver -sS --cacert "$CA" --http2 -L --trace-events e --metrics m.prom -o a \
        "$SECURE/redirect/1" -o b "$SECURE/goaway" -o c "$SECURE/ten"
    events names e | sort -u > names
    while read -r name; do
        grep -q "quiver\.$name\b" page
    done < names
    quiver -sS -o serve.prom "$METRICS"
    cat m.prom serve.prom | sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' | sort -u > families
    [ "$(wc -l < families)" -gt 30 ]
    while read -r name; do
        grep -q "^ *$name\b" page
    done < families
}

@test "the Grafana dashboard asks for metrics that there are, and for all of them" {
    local board=$HERE/../../cli/telemetry/grafana/quiver.json
    echo hello | quiver ws --cacert "$CA" --metrics of-client "$SECURE/ws" > out
    quiver -sS -o of-server "$METRICS"
    quiver help telemetry > page
    run "$PYTHON" "$HERE/dashboard.py" "$board" page of-client of-server
    echo "$output"
    [ "$status" -eq 0 ]
    # And the test sees what is not there.
    sed 's/quiver_pool_streams/quiver_pool_stream/' "$board" > wrong
    run "$PYTHON" "$HERE/dashboard.py" wrong page of-client of-server
    [ "$status" -ne 0 ]
    sed 's/sum by (kind)/sum by (sort)/' "$board" > wrong
    run "$PYTHON" "$HERE/dashboard.py" wrong page of-client of-server
    [ "$status" -ne 0 ]
}
