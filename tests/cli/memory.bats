#!/usr/bin/env bats
# Bodies of any size pass in constant memory, in both directions.
#
# Measured as growth: what a large body costs more than a small one, so that it
# holds for a sanitized program as well.

load helper

MOST_KIB=32768
LARGE=150000000

setup_file() {
    start_serve
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
    # What is freed shall be memory again at once.
    export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1:thread_local_quarantine_size_kb=16
}

# peak COMMAND...: runs it, its own peak of resident memory in KiB to `peak`.
peak() {
    "$PYTHON" -c '
import os, sys
pid = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
with open("peak", "w") as f:
    print(usage.ru_maxrss, file=f)
sys.exit(os.waitstatus_to_exitcode(status))
' "$@"
}

# grows COMMAND...: where SIZE stands in it, first 1 MB, then LARGE.
grows() {
    local small large
    peak "${@//SIZE/1000000}" > said
    small=$(cat peak)
    peak "${@//SIZE/$LARGE}" > said
    large=$(cat peak)
    echo "from $small to $large KiB: $*"
    grep -q "$LARGE" said
    [ $((large - small)) -lt $MOST_KIB ]
}

download() {
    grows "$QUIVER" -sS "$1" --cacert "$CA" -o /dev/null -w '%{size_download}' "$SECURE/bytes/SIZE"
}

@test "a download over HTTP/1.1" { download --http1.1; }
@test "a download over HTTP/2" { download --http2; }
@test "a download over HTTP/3" { download --http3-only; }

# A reader that takes 1 MB and then leaves the pipe full until the server has
# long stopped sending; the client must not read on meanwhile.
stalled_reader() {
    mkfifo body
    "$QUIVER" -sS "$1" --cacert "$CA" "$SECURE/bytes/$LARGE" > body 2> said 3>&- &
    local pid=$!
    "$PYTHON" - "$pid" << 'PY'
import os, sys, time
pid = int(sys.argv[1])
fd = os.open("body", os.O_RDONLY)
got = 0
while got < 1000000:
    got += len(os.read(fd, 65536))

def state():
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{pid}/status") as f:
        peak = next(int(l.split()[1]) for l in f if l.startswith("VmHWM"))
    return fields[0], int(fields[11]) + int(fields[12]), peak

def settled():
    """Asleep, and no CPU time used between two looks 200 ms apart."""
    before = state()
    time.sleep(0.2)
    after = state()
    return after[0] == "S" and after[1] == before[1]

before = state()[2]
end = time.monotonic() + 30
while not settled():
    if time.monotonic() > end:
        sys.exit("it does not come to rest")
growth = state()[2] - before
print("grew by", growth, "KiB")
sys.exit(growth >= 32768)
PY
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq 23 ]
    [ ! -s said ]
}

@test "a reader that stops holds HTTP/1.1 back" { stalled_reader --http1.1; }
@test "a reader that stops holds HTTP/2 back" { stalled_reader --http2; }
@test "a reader that stops holds HTTP/3 back" { stalled_reader --http3-only; }

upload_file() {
    truncate -s 1000000 file.1000000
    truncate -s $LARGE file.$LARGE
    grows "$QUIVER" -sS "$1" --cacert "$CA" -T file.SIZE "$SECURE/upload"
}

@test "an upload from a file over HTTP/1.1" { upload_file --http1.1; }
@test "an upload from a file over HTTP/2" { upload_file --http2; }
@test "an upload from a file over HTTP/3" { upload_file --http3-only; }

upload_pipe() {
    local small large
    head -c 1000000 /dev/zero | peak "$QUIVER" -sS "$1" --cacert "$CA" -T - "$SECURE/upload" > answer
    small=$(cat peak)
    head -c $LARGE /dev/zero | peak "$QUIVER" -sS "$1" --cacert "$CA" -T - "$SECURE/upload" > answer
    large=$(cat peak)
    grep -q "$LARGE" answer
    echo "from $small to $large KiB"
    [ $((large - small)) -lt $MOST_KIB ]
}

@test "an upload from a pipe over HTTP/1.1" { upload_pipe --http1.1; }
@test "an upload from a pipe over HTTP/2" { upload_pipe --http2; }
@test "an upload from a pipe over HTTP/3" { upload_pipe --http3-only; }

@test "a bomb is decoded in constant memory, and --max-filesize counts what comes out" {
    "$PYTHON" -c '
import gzip, http.server, sys, os
bomb = gzip.compress(bytes(100_000_000), 9)

class Bomb(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(bomb)))
        self.end_headers()
        self.wfile.write(bomb)
    def log_message(self, *args):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Bomb)
with open("port.new", "w") as f:
    print(server.server_port, file=f)
os.rename("port.new", "port")
server.serve_forever()
' 3>&- &
    local pid=$!
    within 60 of $! test -s port
    local url="http://127.0.0.1:$(cat port)/" status=0
    peak "$QUIVER" -sS -o /dev/null "$url"
    local small
    small=$(cat peak)
    peak "$QUIVER" -sS --compressed -o /dev/null -w '%{size_delivered}' "$url" > size
    [ "$(cat size)" -eq 100000000 ]
    [ $(($(cat peak) - small)) -lt $MOST_KIB ]
    quiver -sS --compressed --max-filesize 1M -o bomb "$url" 2> said || status=$?
    [ "$status" -eq 63 ]
    [ ! -e bomb ]
    kill "$pid"
}

# har BYTES: an archive of one request and so many bytes of an answer.
har() {
    "$PYTHON" - "$1" "$PLAIN" <<'P'
import sys
out = sys.stdout
out.write('{"log":{"entries":[{"response":{"content":{"text":"')
for _ in range(int(sys.argv[1]) // 1000):
    out.write("x" * 1000)
out.write('"}},"request":{"method":"GET","url":"%s/bytes/1"}}]}}' % sys.argv[2])
P
}

@test "an archive (HAR) of any size as the input of a batch" {
    har 1000000 | peak "$QUIVER" batch -s - > out
    small=$(cat peak)
    har $((LARGE / 3)) | peak "$QUIVER" batch -s - > out
    large=$(cat peak)
    echo "from $small to $large KiB"
    grep -q '"response_code":200' out
    [ $((large - small)) -lt $MOST_KIB ]
}

@test "a body that is formatted for a person" {
    local size small=
    for size in 1 20; do
        "$PYTHON" -c "
import sys
print('[' * 3, end='')
for i in range($size * 1000000 // 21):
    print('{\"a\":[12345678, null]},', end='')" > "$BATS_FILE_TMPDIR/$size.json"
        peak "$QUIVER" -sS --pretty always --cacert "$CA" "$SECURE/$size.json" > formatted
        [ "$(wc -c < formatted)" -gt $((size * 2000000)) ]
        small=${small:-$(cat peak)}
    done
    echo "from $small to $(cat peak) KiB"
    [ $(($(cat peak) - small)) -lt $MOST_KIB ]
}
