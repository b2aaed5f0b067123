#!/usr/bin/env bats
# -F: the body of a form, and its readers.

bats_require_minimum_version 1.5.0
load helper
load peers.bash

setup_file() {
    start_peer
    start_serve
}

teardown_file() {
    stop_peer
    stop_serve
}

setup() {
    PIDS=()
    enter_folder
    printf 'hello\n' > one.txt
    printf '\377bin' > two.bin
}

# sent ARGUMENTS: the request as it came; the boundaries are B1, B2 ... in the order in
# which they came.
sent() {
    quiver "$@" "$PEER/echo" > raw || return
    "$PYTHON" - <<'EOF'
import re

raw, names = open("raw", "rb").read(), {}
for b in re.findall(rb"boundary=(-{24}[0-9A-Za-z]{22})\r\n", raw):
    names.setdefault(b, b"B%d" % (len(names) + 1))
for b, name in names.items():
    raw = raw.replace(b, name)
print(raw.replace(b"\r\n", b"\n").decode("latin-1").partition("\n\n")[2], end="")
EOF
}

# is_sent ARGUMENTS < EXPECTED
is_sent() {
    sent "$@" > body
    diff body -
}

teardown() {
    kill "${PIDS[@]}" 2>/dev/null || true
}

@test "texts and files are parts, with what curl says of them" {
    is_sent -F a=b -F 'f=@one.txt' -F 'g=@two.bin' -F 't=<one.txt' -F 'h=<one.txt;type=text/x' <<'EOF'
--B1
Content-Disposition: form-data; name="a"

b
--B1
Content-Disposition: form-data; name="f"; filename="one.txt"
Content-Type: text/plain

hello

--B1
Content-Disposition: form-data; name="g"; filename="two.bin"
Content-Type: application/octet-stream

ÿbin
--B1
Content-Disposition: form-data; name="t"

hello

--B1
Content-Disposition: form-data; name="h"
Content-Type: text/x

hello

--B1--
EOF
}

@test "the method is POST, the length is known, the type comes last" {
    quiver -sS -H 'X-A: b' -F a=b "$PEER/echo" | tr -d '\r' > raw
    grep -q '^POST /echo HTTP/1.1$' raw
    sed -n '/^$/q; s/: .*//; p' raw | tail -n 3 | paste -sd' ' | grep -qx 'X-A Content-Length Content-Type'
    grep -Eqx 'Content-Type: multipart/form-data; boundary=-{24}[0-9A-Za-z]{22}' raw
    # Another one each time.
    quiver -sS -F a=b "$PEER/echo" "$PEER/echo" | tr -d '\r' | grep '^Content-Type' > types
    [ "$(sort -u types | wc -l)" -eq 2 ]
    quiver -sS -X PATCH -F a=b "$PEER/echo" | grep -q '^PATCH '
}

@test "type, filename, headers and encoder may be said" {
    printf 'X-B: 2\r\n# a comment\n\nX-C: 3\n  and more \n' > heads
    is_sent -F 'a="x;y";type=text/html; charset=utf-8;filename="n;\"m".htm' \
        -F 'b= spaced ;headers="X-A: 1";headers=@heads;encoder=8bit' \
        -F 'c=@one.txt;type=a/b;headers="Content-Type: c/d"' \
        -F 'd=x;headers="Content-Disposition: mine"' 2> said <<'EOF'
--B1
Content-Disposition: form-data; name="a"; filename="n;%22m"
Content-Type: text/html; charset=utf-8

x;y
--B1
Content-Disposition: form-data; name="b"
Content-Transfer-Encoding: 8bit
X-A: 1
X-B: 2
X-C: 3  and more

spaced
--B1
Content-Disposition: form-data; name="c"; filename="one.txt"
Content-Type: a/b

hello

--B1
Content-Disposition: mine

x
--B1--
EOF
    grep -qx 'quiver: option --form: text behind a quoted word is left out' said
}

@test "encoders write what they are named after" {
    is_sent -F 'a=@two.bin;encoder=base64' -F 'b="a=b ";encoder=quoted-printable' -F 'c=x;encoder=7bit' <<'EOF'
--B1
Content-Disposition: form-data; name="a"; filename="two.bin"
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

/2Jpbg==
--B1
Content-Disposition: form-data; name="b"
Content-Transfer-Encoding: quoted-printable

a=3Db=20
--B1
Content-Disposition: form-data; name="c"
Content-Transfer-Encoding: 7bit

x
--B1--
EOF
    run -26 quiver -sS -F 'a=@two.bin;encoder=7bit' "$PEER/echo"
    [[ $output == *"a byte over 127 cannot be sent as 7bit" ]]
}

@test "several files of one field, and parts of parts, are multiparts of their own" {
    is_sent -F 'f=@one.txt,two.bin;filename=2' -F 'm=(;type=multipart/alternative' -F '=plain' \
        -F 'q=<one.txt' -F '=)' -F z=1 <<'EOF'
--B1
Content-Disposition: form-data; name="f"
Content-Type: multipart/mixed; boundary=B2

--B2
Content-Disposition: attachment; filename="one.txt"
Content-Type: text/plain

hello

--B2
Content-Disposition: attachment; filename="2"
Content-Type: application/octet-stream

ÿbin
--B2--

--B1
Content-Disposition: form-data; name="m"
Content-Type: multipart/alternative; boundary=B3

--B3

plain
--B3
Content-Disposition: attachment; name="q"

hello

--B3--

--B1
Content-Disposition: form-data; name="z"

1
--B1--
EOF
}

@test "names are written as browsers do, or with backslashes" {
    sent -F 'a"b\=x' -F 'f=@one.txt;filename="c\"d\\e"' | grep -a Disposition > percent
    sent --form-escape -F 'a"b\=x' -F 'f=@one.txt;filename="c\"d\\e"' | grep -a Disposition > slashes
    diff percent - <<'EOF'
Content-Disposition: form-data; name="a%22b\"
Content-Disposition: form-data; name="f"; filename="c%22d\e"
EOF
    diff slashes - <<'EOF'
Content-Disposition: form-data; name="a\"b\\"
Content-Disposition: form-data; name="f"; filename="c\"d\\e"
EOF
    sent -F $'a\r\nb=x' | grep -q 'name="a%0D%0Ab"'
    run -2 quiver -sS --form-escape -F $'a\nb=x' "$PEER/echo"
    [[ $output == *"a name with a line break"* ]]
}

@test "--form-string takes its text as it is" {
    is_sent --form-string 'a=@one.txt;type=x/y' --form-string '=)' <<'EOF'
--B1
Content-Disposition: form-data; name="a"

@one.txt;type=x/y
--B1
Content-Disposition: form-data

)
--B1--
EOF
}

@test "standard input is a part: of a file what is left, of a pipe all, in memory" {
    printf 'piped' > typed
    # Both URLs get it.
    quiver -sS -F 'a=@-;filename=p.gif' -F 'b=<-' "$PEER/echo" "$PEER/echo" < <(cat typed) > raw
    [ "$(grep -ac $'^piped\r$' raw)" -eq 2 ]
    grep -qa 'name="a"; filename="p.gif"' raw
    grep -qai '^content-length: [0-9]' raw
    sent -F 'a=@-' < typed > body
    grep -qx 'Content-Disposition: form-data; name="a"; filename="-"' body
    refute grep -q '^Content-Type' body
    { read -r -n 2 _ && sent -F 'a=<-;type=x/y' > body; } < typed
    grep -qx ped body
}

@test "a file of any size is streamed, with its length, on each version" {
    local sum option
    head -c 20000000 /dev/urandom > big
    for option in --http1.1 --http2 --http3-only; do
        quiver -sS --cacert "$CA" "$option" -F a=b -F 'f=@big' -F 'g=@big;encoder=base64' \
            "$SECURE/upload" -w '%{size_upload}\n' > out
        "$PYTHON" - <<'EOF'
import json

answer, _, size = open("out").read().rpartition("}")
digits = (20000000 + 2) // 3 * 4
b64 = digits + (digits - 1) // 76 * 2
size = int(size)
assert json.loads(answer + "}")["bytes"] == size, (answer, size)
# what stands around the contents
assert 300 < size - 20000000 - b64 - 1 < 900, size
EOF
    done
}

@test "what is no regular file is sent as it comes, in chunks" {
    mkfifo pipe
    { printf 'late\n' > pipe; } 3>&- &
    is_sent -F 'a=@pipe' -F b=c <<'EOF'
--B1
Content-Disposition: form-data; name="a"; filename="pipe"
Content-Type: application/octet-stream

late

--B1
Content-Disposition: form-data; name="b"

c
--B1--
EOF
    wait $!
    grep -qa '^Transfer-Encoding: chunked' raw
    # Nothing comes, and its end does.
    { : > pipe; } 3>&- &
    sent -F 'a=@pipe' > /dev/null
    wait $!
}

@test "-H Content-Type is that of the whole, or there is none" {
    sent -F a=b -H 'Content-Type: multipart/related;x=y' > body
    grep -qa $'^Content-Type: multipart/related;x=y; boundary=-*[0-9A-Za-z]*\r$' raw
    grep -qx 'Content-Disposition: attachment; name="a"' body
    quiver -sS -F a=b -H 'Content-Type:' "$PEER/echo" > raw
    refute grep -qi '^content-type' raw
}

@test "a form is sent again after a redirect and after a retry, but what came from a pipe" {
    quiver -sS -L -F 'f=@one.txt' -F a=b "$PEER/keep" > out
    grep -qa '^POST /echo' out
    grep -qa $'^hello\r*$' out
    quiver -sS --retry 2 --retry-delay 0.01 -F 'f=@one.txt' -w '%{num_retries}' "$PEER/flaky/form" > out
    grep -qa $'^hello\r*$' out
    [ "$(tail -c 1 out)" = 1 ]
    # A redirect that makes a GET of it leaves its type behind, too.
    quiver -sS -L -F 'f=@one.txt' "$PEER/redirect" > out
    grep -qa '^GET /echo' out
    refute grep -qai '^content-' out
    mkfifo pipe
    { printf 'once\n' > pipe; } 3>&- &
    run -65 quiver -sS -L -F 'f=@pipe' "$PEER/keep"
    wait $!
}

@test "mistakes are told before anything is sent" {
    local mistake
    while IFS='|' read -r mistake status words; do
        eval "set -- $mistake"
        run -"$status" quiver -sS "$@" "$PEER/echo"
        [[ $output == *"$words"* ]] || {
            echo "$mistake: $output"
            return 1
        }
    done <<'EOF'
-F nothing|2|'nothing' is not NAME=CONTENT
-F '=)'|2|'=)' ends nothing
-F 'a=b;encoder=rot13'|2|'rot13' is no encoder
-F 'a=b;headers=nocolon'|2|'nocolon' is no header
-F 'a=b;headers=@gone'|26|gone
-F $'a=b;headers="X: y\nZ: w"'|2|is no header
-F a=@|2|the file name is empty
-F a=@gone|26|cannot read gone: No such file
-F a=@.|26|cannot read .: Is a directory
-F a=b -d c|2|-F and -d are two bodies
-F a=b -d c -G|2|-F and -d are two bodies
-F a=b -T one.txt|2|-T (PUT) and -F (POST)
-F a=b -I|2|-F (POST) and -I (HEAD)
EOF
}

@test "what curl warns of is left out, and said" {
    run quiver -F 'a=b;nonsense' -F 'c=<one.txt;filename=x' -F 'd=e;type=t/t garbage' "$PEER/echo"
    [ "$status" -eq 0 ]
    [[ $output == *"'nonsense' is not known and is left out"* ]]
    [[ $output == *"a filename cannot be said here and is left out"* ]]
    [[ $output == *"' garbage' at the end is left out"* ]]
}

@test "a hundred random forms are what Python's email parser reads" {
    run "$PYTHON" "$HERE/form_check.py" random "$QUIVER" 100 "${FORMS_SEED:-1}"
    [ "$output" = "100 forms" ]
}

@test "random forms come through nginx and caddy, on each version" {
    local port caddy_port nginx_port option
    command -v caddy nginx > /dev/null || skip "caddy and nginx are not there"
    make_ca "$PWD"
    port=$(free_port) caddy_port=$(free_port) nginx_port=$(free_port)
    cat > Caddyfile <<EOF
{
    admin off
    auto_https off
    storage file_system $PWD/caddy
    default_bind 127.0.0.1
    servers {
        protocols h1 h2 h3
    }
}
https://localhost:$caddy_port {
    tls $PWD/server.pem $PWD/server.key
    reverse_proxy 127.0.0.1:$port
}
EOF
    cat > nginx.conf <<EOF
daemon off;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
pid $PWD/nginx.pid;
error_log $PWD/error.log warn;
events {}
http {
    access_log off;
    client_max_body_size 0;
    client_body_temp_path $PWD/body;
    proxy_temp_path $PWD/proxy;
    fastcgi_temp_path $PWD/fastcgi;
    uwsgi_temp_path $PWD/uwsgi;
    scgi_temp_path $PWD/scgi;
    server {
        listen 127.0.0.1:$nginx_port ssl http2;
        ssl_certificate $PWD/server.pem;
        ssl_certificate_key $PWD/server.key;
        location / { proxy_pass http://127.0.0.1:$port; proxy_http_version 1.1; }
    }
}
EOF
    caddy run --config Caddyfile --adapter caddyfile > caddy.log 2>&1 3>&- &
    PIDS=($!)
    nginx -p "$PWD" -e "$PWD/error.log" -c "$PWD/nginx.conf" > nginx.log 2>&1 3>&- &
    PIDS+=($!)
    wait_for_port "$caddy_port" "${PIDS[0]}"
    wait_for_port "$nginx_port" "${PIDS[1]}"
    for option in --http1.1 --http2 --http3-only; do
        "$PYTHON" "$HERE/form_check.py" random "$QUIVER" 10 7000 "$port" \
            "https://localhost:$caddy_port/" --cacert ca.pem "$option"
        [ "$option" = --http3-only ] || "$PYTHON" "$HERE/form_check.py" random "$QUIVER" 10 8000 "$port" \
            "https://localhost:$nginx_port/" --cacert ca.pem "$option"
    done
}

@test "many forms at once need few descriptors, and files that stay constant in memory" {
    local small large
    (
        ulimit -n 64
        quiver -sS -Z --parallel-max 300 -F 'f=@one.txt,two.bin' "$PLAIN/upload?[1-200]" -o /dev/null -w '%{response_code}\n' > codes
    )
    [ "$(sort codes | uniq -c | tr -d ' ')" = 200200 ]
    truncate -s 4M small
    truncate -s 200M large
    for size in small large; do
        "$PYTHON" - "$QUIVER" -sS -o /dev/null -F "a=@$size" -F "b=@small;encoder=quoted-printable" "$PLAIN/upload" <<'EOF' > "$size.rss"
import resource, subprocess, sys

subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
EOF
    done
    small=$(cat small.rss) large=$(cat large.rss)
    [ "$large" -lt $((small + 4096)) ] || {
        echo "$small KB for 4 MB, $large KB for 200 MB"
        return 1
    }
}

@test "batch sends the form of its options, and of a curl configuration" {
    printf '{"url":"%s"}\n{"url":"%s","body":"own"}\n' "$PEER/echo" "$PEER/echo" > in
    quiver batch -s --body inline -F 'f=@one.txt' -F a=b in > out
    grep -c 'filename=\\"one.txt\\"' out | grep -qx 1
    printf 'url = "%s"\nform = "a=b"\nform = "f=@one.txt"\nnext\nurl = "%s"\n' "$PEER/echo" "$PEER/echo" > config
    quiver batch -s --body inline --format curl config > out
    grep -c 'filename=\\"one.txt\\"' out | grep -qx 1
    grep -c '"exitcode":0' out | grep -qx 2
}

@test "a multipart of JSON has headers and encoders" {
    printf '%s\n' '{"url":"'"$PEER/echo"'","multipart":[{"name":"a","value":"b","encoder":"base64","headers":["X-A: 1","X-B: 2"]},{"name":"f","file":"one.txt"}]}' > in
    quiver batch -s --body inline in > out
    grep -q 'Content-Transfer-Encoding: base64\\r\\nX-A: 1\\r\\nX-B: 2\\r\\n\\r\\nYg==' out
    grep -q 'filename=\\"one.txt\\"\\r\\nContent-Type: text/plain' out
    printf '%s\n' '{"url":"x","multipart":[{"name":"a","value":"b","headers":"none"}]}' \
        '{"url":"x","multipart":[{"name":"a","value":"b","encoder":"rot13"}]}' > in
    run quiver batch -s in
    [[ $output == *"headers: 'none' is no header"* ]]
    [[ $output == *'encoder: \"rot13\" is none'* ]]
}
