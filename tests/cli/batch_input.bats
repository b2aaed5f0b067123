#!/usr/bin/env bats
# batch: where its requests come from. Formats, fields that reach the server,
# standard input, and the examples of quiver-batch(5).

load helper
load batch
bats_require_minimum_version 1.5.0

setup_file() {
    start_peer
    start_serve
}

teardown_file() {
    stop_peer
    stop_serve
}

setup() {
    enter_folder
}

# sent FILE N: the request that the peer got for entry N, without CR.
sent() {
    field "$1" 'r["body"].get("text", "") if r["seq"] == '"$2"' else ""' | tr -d '\r' | sed '/^$/d'
}

# lacks PATTERN: nothing like it comes.
lacks() {
    refute grep -i "$1"
}

@test "what fields say is what the server gets" {
    cat > in <<EOF
{"url":"$PEER/echo/1","method":"PATCH","headers":[["X-B","2"],["x-a","1"],["X-B","3"]],"body":"é"}
{"url":"$PEER/echo/2","json":{ "n": 1.10, "big": 12345678901234567890 }}
{"url":"$PEER/echo/3","form":{"a b":"c&d","l":["1",2]}}
{"url":"$PEER/echo/4","body_base64":"YWJj","headers":{"content-type":"text/x"}}
{"url":"$PEER/echo/5","headers":{"user-agent":null,"accept":null},"priority":"u=1"}
EOF
    batch -s in > out
    sent out 0 | grep -qx 'PATCH /echo/1 HTTP/1.1'
    [ "$(sent out 0 | grep -i '^x-' | paste -sd,)" = "X-B: 2,x-a: 1,X-B: 3" ]
    [ "$(sent out 0 | tail -n 1)" = é ]
    sent out 1 | grep -qx 'POST /echo/2 HTTP/1.1'
    sent out 1 | grep -qix 'accept: application/json'
    sent out 1 | grep -qix 'content-type: application/json'
    [ "$(sent out 1 | tail -n 1)" = '{"n":1.10,"big":12345678901234567890}' ]
    sent out 2 | grep -qix 'content-type: application/x-www-form-urlencoded'
    [ "$(sent out 2 | tail -n 1)" = 'a+b=c%26d&l=1&l=2' ]
    sent out 3 | grep -qix 'content-type: text/x'
    [ "$(sent out 3 | tail -n 1)" = abc ]
    sent out 4 | grep -qix 'priority: u=1'
    sent out 4 | lacks '^user-agent\|^accept:'
}

@test "a file is sent as a body, on every version, and however often" {
    head -c 300000 /dev/urandom > big
    for version in 1.1 2-only 3-only; do
        printf '{"url":"%s","body_file":"big","http":"%s"}\n' "$SECURE/upload" "$version"
        printf '{"url":"%s","body_file":"big","http":"%s"}\n' "$SECURE/upload" "$version"
    done > in
    batch -s --cacert "$CA" in > out
    [ "$(wc -l < out)" -eq 6 ]
    [ "$(grep -c "$(sha256sum < big | cut -c1-64)" out)" -eq 6 ]
}

@test "a form with files is one body with a known length" {
    printf 'first file\n' > one
    printf '{"url":"%s","multipart":[{"name":"a","value":"b"},{"name":"f","file":"one"}]}\n' "$PEER/echo" > in
    batch -s in > out
    sent out 0 | grep -qi '^content-length: [0-9]'
    local boundary
    boundary=$(sent out 0 | sed -n 's/^content-type: multipart.form-data; boundary=//Ip')
    sent out 0 | sed "s/$boundary/B/; 1,/^content-length/Id" | tail -n 8 > body
    diff body - <<'EOF'
--B
Content-Disposition: form-data; name="a"
b
--B
Content-Disposition: form-data; name="f"; filename="one"
Content-Type: application/octet-stream
first file
--B--
EOF
}

@test "a file that cannot be read fails its entry alone" {
    printf '{"url":"%s","body_file":"gone"}\n{"url":"%s"}\n' "$PEER/echo" "$PEER/bytes/1" > in
    run -110 batch -s in
    printf '%s\n' "${lines[@]}" > out
    [ "$(field out 'r["seq"], r["exitcode"]' | sort | paste -sd' ')" = "(0, 26) (1, 0)" ]
    grep -q 'cannot read gone: No such file' out
}

@test "ten thousand entries with files need few descriptors" {
    printf 'x' > file
    for _ in $(seq 2000); do
        printf '{"url":"%s","body_file":"file"}\n' "$PLAIN/upload"
    done > in
    (
        ulimit -n 64
        batch -s -j 10 in > out
    )
    [ "$(wc -l < out)" -eq 2000 ]
}

@test "options are for every line, and a line overrides them" {
    cat > in <<EOF
{"url":"$PEER/echo"}
{"url":"$PEER/echo","headers":{"x-all":"mine"},"method":"PUT","body":"b"}
EOF
    batch -s -A me -H 'X-All: yes' -d from=options --defaults '{"headers":{"x-def":"1"}}' in > out
    sent out 0 | grep -qx 'POST /echo HTTP/1.1'
    sent out 0 | grep -qix 'x-all: yes'
    sent out 0 | grep -qix 'x-def: 1'
    [ "$(sent out 0 | tail -n 1)" = from=options ]
    sent out 1 | grep -qx 'PUT /echo HTTP/1.1'
    sent out 1 | grep -qix 'x-all: mine'
    sent out 1 | grep -qix 'user-agent: me'
    sent out 1 | lacks 'content-type'
    [ "$(sent out 1 | tail -n 1)" = b ]
}

@test "defaults that are wrong are a usage error before anything is sent" {
    echo "$PEER/bytes/1" > in
    run -2 batch --defaults '{"tmeout":1}' in
    [[ "$output" == *'--defaults: unknown field "tmeout"'* ]]
}

@test "a bad line has a record with its id and line, and the others are sent" {
    cat > in <<EOF
{"id":"first","url":"$PEER/bytes/1"}
{"id":"typo","url":"$PEER/bytes/1","tmeout":1}

{"id":"torn","url":
{"id":"last","url":"$PEER/bytes/1"}
EOF
    run -110 batch -s --ordered in
    printf '%s\n' "${lines[@]}" > out
    diff - <(field out 'r["id"], r["line"], r["exitcode"], (r["error"] or {}).get("class")') <<'EOF'
('first', 1, 0, None)
('typo', 2, 2, 'invalid')
('torn', 4, 2, 'invalid')
('last', 5, 0, None)
EOF
}

@test "files of different formats follow each other" {
    echo "{\"id\":\"j\",\"url\":\"$PEER/bytes/1\"}" > a
    printf '\xef\xbb\xbf# list\r\n%s\r\n' "$PEER/bytes/2" > b
    printf '# config\nurl = "%s"\noutput = c.out\n' "$PEER/bytes/3" > c
    printf '{"log":{"entries":[{"request":{"method":"GET","url":"%s"}}]}}' "$PEER/bytes/4" > d
    batch -s --ordered a b c d > out
    diff - <(field out 'r["file"], r["line"], r["size_download"]') <<'EOF'
('a', 1, 1)
('b', 2, 2)
('c', 2, 3)
('d', 1, 4)
EOF
    [ "$(wc -c < c.out)" -eq 3 ]
}

@test "a configuration made for curl works as it is" {
    for i in 1 2 3; do
        printf 'url = "%s?%s"\noutput = "/dev/null"\n' "$PEER/bytes/5" "$i"
    done > in
    batch -s in > out
    [ "$(field out 'r["size_download"]' | paste -sd,)" = 5,5,5 ]
}

@test "groups of a configuration have options of their own" {
    cat > in <<EOF
url = "$PEER/echo/[1-2]"
output = "o#1"
header = "X-G: one"
next
url = $PEER/echo/3
data = "a=b"
next
url = $PEER/echo/4
no-such-option
EOF
    run -110 batch -s -H 'X-All: yes' --ordered in
    printf '%s\n' "${lines[@]}" > out
    grep -q '^X-G: one' o1
    grep -q '^X-All: yes' o2
    sent out 2 | grep -q '^X-All: yes'
    sent out 2 | lacks '^X-G'
    [ "$(sent out 2 | tail -n 1)" = a=b ]
    [ "$(field out 'r["exitcode"]' | paste -sd,)" = 0,0,0,2 ]
    grep -q 'line 8: its options, line 9: option --no-such-option is unknown' out
}

@test "a configuration's odd lines are told as -K tells them" {
    cat > c <<EOF
url = $PEER/echo/1
header = Authorization: Bearer token
user-agent = "me" and you
referer = "open
EOF
    batch --format curl c > out 2> said
    cat said
    grep 'c:[0-9]*: warning: ' said | sort > ours
    quiver -K c -o /dev/null 2>&1 | grep 'c:[0-9]*: warning: ' | sort > theirs
    [ "$(wc -l < ours)" -eq 3 ]
    cmp ours theirs
    [[ "$(< said)" == *"c:2: warning: a value with spaces needs quotes"* ]]
    batch -s --format curl c > out 2> said
    [ ! -s said ]
}

@test "of many odd lines ten are told, and how many more there are" {
    { echo "url = $PEER/echo/1"; for _ in {1..200}; do echo 'header = X: y z'; done; } > c
    batch --format curl c > out 2> said
    [ "$(grep -c 'c:[0-9]*: warning' said)" -eq 10 ]
    grep -q 'c: 190 more notes of this kind' said
}

@test "a browser's archive is sent again, without what is not HTTP's" {
    cat > page.har <<EOF
{"log":{"version":"1.2","creator":{"name":"WebInspector"},"entries":[
{"request":{"method":"GET","url":"data:image/png;base64,AA","headers":[]}},
{"request":{"method":"GET","url":"$PEER/echo/1","headers":[{"name":"X-A","value":"1"},
  {"name":"X-B","value":"1\\n2"}],"postData":{"mimeType":"","text":"","params":[]}},
 "response":{"content":{"text":"half: \\ud83d"}}},
{"request":{"method":"POST","url":"$PEER/echo/2","headers":[],"bodySize":7,"postData":{
  "mimeType":"application/x-www-form-urlencoded","text":"",
  "params":[{"name":"a","value":"b%20c"}]}}},
{"request":{"method":"GET","url":"wss://127.0.0.1/","headers":[]}}]}}
EOF
    batch --ordered page.har > out 2> said
    cat said
    [ "$(field out 'r["line"], r["response_code"]' | paste -sd' ')" = "(2, 200) (3, 200)" ]
    sent out 0 | grep -qx 'X-A: 1'
    sent out 0 | lacks '^x-b\|^content-'
    [ "$(sent out 1 | tail -n 1)" = 'a=b%20c' ]
    grep -q 'page.har: entry 2: warning: X-B: its value has a control byte: this header is left out' said
    grep -q 'page.har: 2 entries are passed over: no http: or https: (entry 1 has data:)' said
}

@test "an archive that is cut off has its entries sent, and is an error" {
    printf '{"log":{"entries":[{"request":{"method":"GET","url":"%s/echo/1"}},{"request":' "$PEER" > cut.har
    run -2 --separate-stderr quiver batch cut.har
    [[ "$stderr" == *"cut.har is no whole HAR: it ends within entry 2"* ]]
    [[ "$output" == *'"response_code":200'* ]]
}

@test "a section of the configuration goes under the options of a group" {
    local port=${PEER##*:}
    cat > config <<EOF
[http://127.0.0.1:$port]
header = "X-S: section"
user-agent = section
EOF
    printf 'url = %s\nuser-agent = group\nnext\nurl = %s\n' "$PEER/echo/1" "$PEER/echo/2" > in
    QUIVER_CONFIG=config batch -s in > out
    sent out 0 | grep -q '^X-S: section'
    sent out 0 | grep -qi '^user-agent: group'
    sent out 1 | grep -q '^X-S: section'
    sent out 1 | grep -qi '^user-agent: section'
}

@test "a missing file is found before anything is sent" {
    echo "$PEER/bytes/1" > in
    run -26 --separate-stderr batch in missing
    [ -z "$output" ]
    [[ "$stderr" == *"cannot read missing: No such file"* ]]
}

@test "a line that is too long is a bad entry, whatever its size" {
    {
        printf '{"id":"long","url":"%s","body":"' "$PEER/bytes/1"
        head -c 40000000 /dev/zero | tr '\0' a
        printf '"}\n{"id":"next","url":"%s"}\n' "$PEER/bytes/1"
    } > in
    batch -s --ordered - < in > out || [ $? -eq 110 ]
    [ "$(field out 'r["id"], r["exitcode"]' | paste -sd' ')" = "('long', 2) ('next', 0)" ]
}

@test "the spool has what was sent, and stands in for it when resumed" {
    printf '%s\n' "$PEER/bytes/1" "$PEER/bytes/2" > list
    batch -s --spool spool -o out --journal j - < list
    cmp list spool
    echo "$PEER/bytes/3" >> spool
    printf '%s' "$PEER/bytes/4" >> spool # torn
    batch -s --spool spool -o out --journal j --resume - < /dev/null
    [ "$(field out 'r["size_download"]' | sort | paste -sd,)" = 1,2,3 ]
}

@test "standard input is not made non-blocking for those who share it" {
    printf '%s\n' "$PEER/bytes/1" > list
    "$PYTHON" - "$QUIVER" "$PEER/bytes/1" <<'EOF'
import fcntl, os, socket, subprocess, sys
a, b = socket.socketpair()
for r, w in (os.pipe(), (a.detach(), b.detach())):
    p = subprocess.Popen([sys.argv[1], "batch", "-s", "-"], stdin=r, stdout=subprocess.PIPE)
    for _ in range(2):  # the second was waited for
        os.write(w, sys.argv[2].encode() + b"\n")
        assert p.stdout.readline()
        assert not fcntl.fcntl(r, fcntl.F_GETFL) & os.O_NONBLOCK
    os.close(w)
    assert p.wait() == 0
EOF
}

@test "the examples of quiver-batch(5) do what it says" {
    local root="$HERE/../.."
    # All hosts are the one that serves here.
    printf 'connect-to = "::%s"\ncacert = "%s"\nconnect-timeout = 20\n' \
        "${SECURE#https://}" "$CA" > config
    printf 'insecure\n' >> config
    export QUIVER_CONFIG="$PWD/config"
    PATH="$PWD/bin:$PATH"
    mkdir bin
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$QUIVER" > bin/quiver
    chmod +x bin/quiver
    "$PYTHON" - "$root/man/quiver-batch.5" <<'EOF'
import json, re, subprocess, sys

page = open(sys.argv[1]).read()
shows = re.findall(r'^\.\\" (file|run|errors) (\S+)\n\.Bd -literal.*\n((?:.*\n)*?)\.Ed$', page, re.M)
assert len(shows) >= 9, shows
for kind, name, text in shows:
    text = text.replace("\\e", "\\")
    if kind == "file":
        open(name, "w").write(text)
    elif kind == "run":
        command = text.removeprefix("$ ")
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
        assert done.returncode == int(name), (command, done.returncode, done.stdout, done.stderr)
        for line in done.stdout.splitlines():
            assert json.loads(line)["exitcode"] == 0, line
    else:
        done = subprocess.run(["quiver", "batch", "-s", "--ordered", name], capture_output=True, text=True)
        assert done.returncode == 110, done
        said = [r["errormsg"] for r in map(json.loads, done.stdout.splitlines()) if r["errormsg"]]
        assert said == text.splitlines(), said
EOF
    [ "$(wc -l < results.jsonl)" -eq 3 ]
    [ "$(wc -c < three.bin)" -eq 3 ]
    grep -q '"id":"p1"' results.jsonl
}
