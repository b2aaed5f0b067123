# --trace, --trace-ascii and what goes with -v. What they write is curl's form: curl
# itself is asked for the same.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
    CURL=$(command -v curl) || CURL=
}

# of_bytes FILE: what was sent and received, without notes ("== Info:" before curl 8.20).
of_bytes() {
    grep -v -e '^\* ' -e '^== Info: ' "$1"
}

@test "what goes over the wire is dumped as curl dumps it" {
    [ -n "$CURL" ] || skip "no curl here"
    local form
    printf 'first line\r\nsecond, which is longer than sixty-four bytes, so that it is cut\r\n' >body.txt
    head -c 300 /dev/urandom >>body.txt
    "$PYTHON" - >answers 3>&- <<'PY' &
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
body = open("body.txt", "rb").read()
print(s.getsockname()[1], flush=True)
for _ in range(8):
    c = s.accept()[0]
    while not c.recv(65536).endswith(b"\r\n\r\n"):
        pass
    c.sendall(b"HTTP/1.1 200 OK\r\nX-Odd:  v \r\nContent-Length: %d\r\n\r\n" % len(body))
    c.sendall(body)
    c.recv(1)
    c.close()
PY
    local server=$!
    within 60 test -s answers
    local url
    url=http://127.0.0.1:$(cat answers)/x
    for form in --trace --trace-ascii; do
        quiver -q -sS -A tester -H 'X-A: b' $form ours -o ours.body "$url"
        "$CURL" -q -sS -A tester -H 'X-A: b' $form theirs -o theirs.body "$url"
        cmp ours.body body.txt
        # However the bytes of the body were cut into reads.
        of_bytes ours | sed '/Recv data/,$d' >a
        of_bytes theirs | sed '/Recv data/,$d' >b
        diff a b
        grep -q 'Recv header' a
        grep -q '^<= Recv data, ' ours
    done
    kill "$server"
}

@test "bodies are dumped both ways on every version" {
    local version
    for version in --http1.1 --http2 --http3-only; do
        run --separate-stderr quiver -q -sS --cacert "$CA" $version --trace-ascii dump -d 'body of mine' "$SECURE/echo"
        [ "$status" -eq 0 ]
        grep -qx '=> Send data, 12 bytes (0xc)' dump
        grep -qx '0000: body of mine' dump
        grep -q '^<= Recv data, ' dump
        [ "$(grep -c '^=> Send header' dump)" -eq 1 ]
        [ "$(sed -n '/^=> Send header/,/^=> Send data/p' dump | grep -c '^0000: POST /echo HTTP/')" -eq 1 ]
    done
}

@test "trailers are fields that come late" {
    run --separate-stderr quiver -q -sS --cacert "$CA" --http2 --trace-ascii - -o /dev/null "$SECURE/trailers"
    [ "$(sed -n '/Recv data/,$p' <<<"$output" | grep -c '^<= Recv header')" -ge 1 ]
}

@test "the last of -v, --trace and --trace-ascii counts" {
    run --separate-stderr quiver -q -sS -o body --trace one -v "$PLAIN/status/200"
    [[ $stderr == *"> GET /status/200 HTTP/1.1"* ]]
    [ ! -e one ]
    run --separate-stderr quiver -q -sS -o body -v --trace two --trace-ascii three "$PLAIN/status/200"
    [ -z "$stderr" ]
    [ ! -e two ]
    grep -qx '0000: GET /status/200 HTTP/1.1' three
    run --separate-stderr quiver -q -sS -o body -v --trace-ascii % "$PLAIN/status/200"
    [[ $stderr == *"0000: GET /status/200 HTTP/1.1"* ]]
}

@test "secrets stay hidden in a dump until they are asked for" {
    quiver -q -sS -o /dev/null --trace-ascii t -u me:sesame "$PLAIN/status/200"
    grep -q 'Authorization: <redacted>' t
    run ! grep -q bWU6c2VzYW1l t
    quiver -q -sS -o /dev/null --trace-ascii t --show-secrets -u me:sesame "$PLAIN/status/200"
    grep -q 'Authorization: Basic bWU6c2VzYW1l' t
}

@test "times and numbers come where they are asked for" {
    local time='[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]{6} '
    run --separate-stderr quiver -q -sS -o /dev/null -v --trace-time "$PLAIN/status/200"
    run ! grep -qvE "^$time" <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null -o /dev/null -v --trace-ids "$PLAIN/status/200" "$PLAIN/status/204"
    grep -qE '^\[0-1\] > GET /status/200' <<<"$stderr"
    grep -qE '^\[1-1\] > GET /status/204' <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null -vv "$PLAIN/status/200"
    run ! grep -qvE "^$time\[(0|x)-(1|x)\] [*<>] " <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null -vvv "$PLAIN/bytes/3"
    grep -qE "^$time\[0-1\] <= Recv data, 3 bytes \(0x3\)$" <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null -vv -v "$PLAIN/status/200"
    grep -qE '^> GET' <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null -v --trace-config 'ids,TIME,http/2,-ids' "$PLAIN/status/200"
    grep -qE "^${time}> GET" <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null --trace-config all -v "$PLAIN/status/200"
    grep -qE "^$time\[0-1\] > GET" <<<"$stderr"
    run --separate-stderr quiver -q -sS -o /dev/null -v --no-verbose "$PLAIN/status/200"
    [ -z "$stderr" ]
}

@test "a trace that cannot be written is 23 and says so" {
    run --separate-stderr quiver -q -sS -o /dev/null --trace no/such/folder "$PLAIN/status/200"
    [ "$status" -eq 23 ]
    [[ $stderr == *"cannot write the trace to 'no/such/folder': "* ]]
    run --separate-stderr quiver -q -sS -o /dev/null --trace /dev/full "$PLAIN/status/200"
    [ "$status" -eq 23 ]
    run --separate-stderr quiver -q -sS --trace '' "$PLAIN/status/200"
    [ "$status" -eq 2 ]
}

@test "an upload that is sent once more is dumped once more" {
    printf 'payload' >up
    run --separate-stderr quiver -q -sS -L -T up -o /dev/null --trace-ascii t "$PLAIN/redirect/1"
    [ "$status" -eq 0 ]
    [ "$(grep -c '^0000: payload' t)" -eq 2 ]
}

# Answers everything in chunks, and reads what comes in them.
start_chunking() {
    "$PYTHON" - >chunking 3>&- <<'PY' &
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
while True:
    c = s.accept()[0]
    asked = b""
    while b"\r\n\r\n" not in asked or (b"chunked" in asked and not asked.endswith(b"0\r\n\r\n")):
        asked += c.recv(65536)
        if b"100-continue" in asked and asked.endswith(b"\r\n\r\n") and not asked.endswith(b"0\r\n\r\n"):
            c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if b" /big " in asked:
        c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + b"".join(b"%x\r\n%s\r\n" % (n, b"x" * n) for n in range(1, 2001)) + b"0\r\n\r\n")
        c.close()
        continue
    c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
              b"5\r\nhello\r\n6;x=y\r\nworld!\r\n0\r\nX-T: 1\r\n\r\n")
    c.close()
PY
    CHUNKING=$!
    within 60 test -s chunking
    url=http://127.0.0.1:$(cat chunking)/x
}

@test "chunks are dumped with their frames, as curl dumps them" {
    local form
    start_chunking
    for form in --trace --trace-ascii; do
        quiver -q -sS -A tester $form ours -o body "$url"
        [ "$(cat body)" = 'helloworld!' ]
        head -c 30 /dev/zero | tr '\0' x | quiver -q -sS -A tester -H Expect: -T - $form ours.up -o body "$url"
        [ -n "$CURL" ] || continue
        "$CURL" -q -sS -A tester $form theirs -o body "$url"
        # A trailer is a field of ours as well.
        diff <(of_bytes ours | sed '/^<= Recv header, 8 bytes/,$d') <(of_bytes theirs | sed '/^<= Recv header, 8 bytes/,$d')
        head -c 30 /dev/zero | tr '\0' x | "$CURL" -q -sS -A tester -H Expect: -T - $form theirs.up -o body "$url"
        diff <(of_bytes ours.up | sed '/^<= /,$d') <(of_bytes theirs.up | sed '/^<= /,$d')
    done
    kill "$CHUNKING"
    grep -qx '<= Recv data, 38 bytes (0x26)' ours
    grep -qx '=> Send data, 36 bytes (0x24)' ours.up
    grep -qx '0000: 1e' ours.up
    grep -qx '=> Send data, 5 bytes (0x5)' ours.up
}

@test "a reader that is slow is shown each chunk once" {
    mkfifo slow
    start_chunking
    "$QUIVER" -q -sS --trace dump "${url%/x}/big" -o slow 3>&- &
    local pid=$!
    exec 8<slow
    within 60 of $! grep -q '^<= Recv data' dump
    cat <&8 >got
    exec 8<&-
    wait "$pid"
    kill "$CHUNKING"
    [ "$(stat -c %s got)" -eq 2001000 ]
    "$PYTHON" - <<'PY'
import re
wire, on = bytearray(), False
for line in open("dump", encoding="latin-1"):
    if re.match(r"[<=*]", line):
        on = line.startswith("<= Recv data")
    elif on:
        wire += bytes.fromhex(line.split(": ", 1)[1][:48].strip())
at, total = 0, 0
while True:
    end = wire.index(b"\r\n", at)
    n = int(wire[at:end], 16)
    assert wire[end + 2:end + 2 + n] == b"x" * n and wire[end + 2 + n:end + 4 + n] == b"\r\n"
    at = end + 4 + n
    total += n
    if n == 0:
        break
assert at == len(wire) and total == 2001000, (at, len(wire), total)
PY
}

@test "TLS handshakes over TCP are dumped as they are on the wire" {
    local version
    for version in --http1.1 --http2; do
        quiver -q -sS --cacert "$CA" $version --trace dump -o /dev/null "$SECURE/ten"
        # A record of a ClientHello, which comes first.
        [[ $(grep -A1 -m1 '^=> Send SSL data, ' dump | tail -n 1) == '0000: 16 03 0'[13]' '*' 01 '* ]]
        grep -q '^<= Recv SSL data, 5 bytes (0x5)' dump
        # Nothing of it is what is sent later.
        [ "$(grep -n 'SSL data' dump | tail -n 1 | cut -d: -f1)" -lt "$(grep -n 'Send header' dump | cut -d: -f1)" ]
        grep -A1 'Recv SSL data' dump | grep -q '^0000: 16 03 03 '
    done
    quiver -q -sS --cacert "$CA" --http3-only --trace-ascii dump -o /dev/null "$SECURE/ten"
    run ! grep -q 'SSL data' dump
    quiver -q -sSv --cacert "$CA" --http1.1 -o /dev/null "$SECURE/ten" 2>lines
    run ! grep -q '^[{}] ' lines
}
