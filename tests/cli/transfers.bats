#!/usr/bin/env bats
# How transfers share connections, how they end, and how they are ended.

bats_require_minimum_version 1.5.0
load helper
load mirror
load ../faults/faults

setup_file() {
    start_mirror
    start_serve
}

teardown_file() {
    stop_mirror
    stop_serve
}

setup() {
    enter_folder
    forget
}

# used URL OPTIONS URL OPTIONS: as many connections two requests took that
# were made one after the other by one program.
used() {
    local first second
    read -r -a first <<< "$2"
    read -r -a second <<< "$4"
    quiver -sS -o /dev/null "${common[@]}" "${first[@]}" "$1" \
        --next -sS -o /dev/null "${common[@]}" "${second[@]}" "$3" || return 1
    diary 'len({(e["port"], e["connection"]) for e in d})' | tail -n 1
}

# apart OPTIONS OPTIONS: they never share a connection to $url; alike ones do.
apart() {
    local n
    forget
    n=$(used "$url/1" "$1" "$url/2" "$2") && [ "$n" = 2 ] || {
        echo "'$1' and '$2' took ${n:-no} connections"
        return 1
    }
    forget
    n=$(used "$url/1" "$2" "$url/2" "$2") && [ "$n" = 1 ] || {
        echo "'$2' twice took ${n:-no} connections"
        return 1
    }
}

@test "P-1: what decides about the connection keeps plain ones apart" {
    local common=() url=$A port=${A##*:}
    [ "$(used "$A/1" "" "$A/2" "--http1.0")" = 2 ]
    apart "" "--interface 127.0.0.1"
    apart "" "-4"
    apart "" "--connect-to 127.0.0.1:$port:localhost:$port"
    apart "" "--resolve 127.0.0.1:$port:127.0.0.1"
    apart "--connect-to ::localhost:$port" "--connect-to 127.0.0.1::127.0.0.1:$port"
}

@test "P-1: host and port keep them apart, letter case does not" {
    local common=(--connect-to "::127.0.0.1:${A##*:}")
    [ "$(used http://h.test/1 "" http://H.TEST/2 "")" = 1 ]
    forget
    [ "$(used http://h.test/1 "" http://h.test./2 "")" = 2 ]
    forget
    [ "$(used http://h.test/1 "" http://i.test/2 "")" = 2 ]
    forget
    [ "$(used http://h.test/1 "" http://h.test:81/2 "")" = 2 ]
    forget
    [ "$(used http://h.test/1 "" http://h.test:80/2 "")" = 1 ]
}

@test "P-1: trust, identity and versions keep TLS connections apart" {
    local common=() url=$S ca="--cacert $MIRROR_CA" id=$BATS_FILE_TMPDIR/server
    cp "$MIRROR_CA" other.pem
    apart "$ca" "-k"
    apart "$ca" "--cacert other.pem"
    common=(--cacert "$MIRROR_CA")
    apart "" "--tlsv1.3"
    apart "" "--tls-max 1.2"
    apart "" "--no-alpn"
    apart "" "--http1.1"
    apart "" "--ciphers ECDHE-ECDSA-AES128-GCM-SHA256"
    apart "" "--tls13-ciphers TLS_AES_256_GCM_SHA384"
    apart "" "--curves X25519"
    apart "" "--cert $id.pem --key $id.key"
    apart "--cert $id.pem --key $id.key" "--cert $id.pem --key $id.key --pass other"
    apart "" "--interface 127.0.0.1"
}

@test "P-1: what is only said in the request does not" {
    local common=()
    [ "$(used "$A/1" "-u a:b -H X:1" "$A/2" "-A agent -d x")" = 1 ]
}

@test "-Z keeps to its number of connections over HTTP/1" {
    quiver -sS -Z --parallel-max 100 --parallel-max-host 6 --out-null "$A/n/[1-100]" -w '%{http_code}\n' > codes
    [ "$(sort codes | uniq -c | awk '{print $1 "x" $2}')" = 100x200 ]
    [ "$(diary 'len(d)')" -eq 100 ]
    [ "$(diary 'len({e["connection"] for e in d}) <= 6')" = True ]
    forget
    quiver -sS -Z --parallel-max 10 --out-null "$A/n/[1-100]"
    [ "$(diary 'len(d)')" -eq 100 ]
    [ "$(diary 'len({e["connection"] for e in d}) <= 10')" = True ]
}

@test "-Z takes one connection over HTTP/2 and HTTP/3" {
    local version
    for version in --http2 --http3-only; do
        quiver -sS -Z --parallel-max 100 "$version" --cacert "$CA" --out-null "$SECURE/bytes/[1-100]" \
            -w '%{num_connects} %{http_code} %{conn_id}\n' > connects
        [ "$(grep -c '^1 200 ' connects)" -eq 1 ]
        [ "$(grep -c '^0 200 ' connects)" -eq 99 ]
        [ "$(cut -d' ' -f3 connects | sort -u | wc -l)" -eq 1 ]
    done
}

# Exit statuses, one case each.

# ends STATUS OPTION...
ends() {
    local expected=$1
    shift
    run timeout -k 5 90 "$QUIVER" -sS -o body "$@"
    [ "$status" -eq "$expected" ] || {
        echo "exit $status, not $expected: $*: $output"
        return 1
    }
    [ "$expected" -eq 0 ] || [[ "$output" == "quiver: "* ]]
    [ "$expected" -eq 0 ] || [ ! -e body ]
    rm -f body
}

@test "exit statuses that need no server's fault" {
    local long
    long=$(printf 'a%.0s' {1..70})
    ends 0 "$A/"
    ends 1 "gopher://127.0.0.1/"
    ends 2 --no-such-option "$A/"
    ends 3 "http://127.0.0.1:99999/"
    ends 6 "http://$long.test/"
    ends 7 "http://127.0.0.1:1/"
    ends 22 -f "$A/to/404"
    ends 23 --output-dir /proc/none "$A/"
    ends 26 -T no-such-file "$A/"
    ends 28 -m 0.2 "$A/gone"
    ends 35 "https://${PLAIN#http://}/"
    ends 47 -L --max-redirs 0 "$A$(to 302 /)"
    ends 58 -k --cert no-such-file "$S/"
    ends 60 "$S/"
    ends 63 --max-filesize 10 "$A/"
    ends 77 --cacert no-such-file "$S/"
    ends 98 -k "$R/"
    run quiver -sS -L -T - "$A$(to 307 /end)" < <(printf x)
    [ "$status" -eq 65 ]
}

@test "a cipher suite that nobody knows is exit 59" {
    ends 59 -k --ciphers NO-SUCH-SUITE "$S/"
    ends 59 -k --tls13-ciphers TLS_NO_SUCH_SUITE "$S/"
    ends 59 -k --http3-only --tls13-ciphers TLS_NO_SUCH_SUITE "$SECURE/"
    ends 0 -k --tls-max 1.2 --ciphers NO-SUCH-SUITE:ECDHE-ECDSA-AES128-GCM-SHA256 "$S/"
}

@test "exit statuses of HTTP/1 faults" {
    start_faults h1.py
    local url=http://127.0.0.1:$fault_port
    ends 8 "$url/two-lengths"
    ends 18 "$url/short-fin"
    ends 52 "$url/nothing"
    ends 56 "$url/short-rst"
    ends 100 "$url/endless-fields" || ends 56 "$url/endless-fields"
    stop_faults
}

@test "exit statuses of HTTP/2 faults" {
    start_faults h2.py
    local url=http://127.0.0.1:$fault_port
    ends 92 --http2-prior-knowledge "$url/status-none"
    ends 16 --http2-prior-knowledge "$url/data-on-zero"
    stop_faults
}

@test "a coding that is not there is exit 61" {
    "$PYTHON" -c '
import socket, os
s = socket.create_server(("127.0.0.1", 0))
with open("new", "w") as f:
    print(s.getsockname()[1], file=f)
os.rename("new", "port")
while True:
    c, _ = s.accept()
    c.recv(65536)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain")
    c.close()
' 3>&- &
    local pid=$!
    within 60 of $! test -s port
    ends 61 --compressed "http://127.0.0.1:$(cat port)/"
    kill "$pid"
}

# Being ended.

# interrupted SIGNAL STATUS OPTION...: in the middle of a download of 10 GB
# that has arrived in part; nothing stays, and the server serves on.
interrupted() {
    local signal=$1 expected=$2 status=0
    shift 2
    env --default-signal=INT "$QUIVER" -sS --cacert "$CA" -o file "$@" "$SECURE/bytes/10000000000" 3>&- 2> said &
    local pid=$!
    within 60 of $! bash -c 'test -s .file.*.part' 2> /dev/null
    kill "-$signal" "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq "$expected" ]
    [ "$(names_in .)" = said ]
    [ "$(quiver -sS --cacert "$CA" "$@" "$SECURE/status/200")" = "200 OK" ]
}

@test "an interrupt in the middle of a body is exit 130 over each version" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        interrupted INT 130 "$version"
        interrupted TERM 143 "$version"
    done
}

@test "a reader that leaves is exit 23 without a word over each version" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        { quiver -sS --cacert "$CA" "$version" "$SECURE/bytes/1000000000" 2> said || echo $? > status; } | head -c 1 > /dev/null
        [ "$(cat status)" = 23 ]
        [ ! -s said ]
        rm status
    done
}

@test "one transfer that cannot write does no harm to the others" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        run quiver -sS -Z "$version" --cacert "$CA" -o /dev/full "$SECURE/bytes/5000000" \
            -o good1 "$SECURE/bytes/3000000" -o good2 "$SECURE/bytes/3000001"
        [ "$status" -eq 23 ]
        [ "$(stat -c %s good1 good2 | paste -sd' ')" = "3000000 3000001" ]
        rm good1 good2
    done
}

@test "one transfer that is too slow does no harm to the others" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        run quiver -s -Z "$version" --cacert "$CA" -m 0.5 -o slow "$SECURE/delay/3000" \
            --next -s --cacert "$CA" "$version" -o good "$SECURE/delay/900"
        [ "$status" -eq 28 ]
        [ -e good ]
        [ ! -e slow ]
        rm good
    done
}

@test "a file limit ends a transfer with 23, and the file is not there" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        run bash -c 'ulimit -f 64; "$QUIVER" -sS "$@"' - "$version" --cacert "$CA" -o file "$SECURE/bytes/10000000"
        [ "$status" -eq 23 ]
        [ -z "$(names_in .)" ]
    done
}
