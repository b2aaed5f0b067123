# Entries that wait for others (after), and what they get from them (capture).

bats_require_minimum_version 1.5.0
load helper
load batch

setup_file() {
    start_serve
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
    U=$PLAIN
}

@test "values go into URL, headers and every form of body" {
    cat >in <<EOF
{"id":"login","method":"POST","url":"$U/echo","json":{"token":"a\"b/c &d","n":17},"capture":{"all":"","m":"/method","ct":"header:content-type","st":"status","inner":"/body"}}
{"id":"url","after":"login","url":"$U/echo?m=\${m}&t=\${inner:url}"}
{"id":"head","after":["login"],"url":"$U/echo","headers":{"X-T":"<\${ct}> \$\${m} \${ x"}}
{"id":"json","after":"login","method":"POST","url":"$U/echo","json":{"v":["\${inner}"],"\${m}":"\${st}"}}
{"id":"form","after":"login","url":"$U/echo","form":{"v":"\${inner}","w":"\$\${m}"}}
{"id":"text","after":"login","url":"$U/echo","body":"\${inner}"}
{"id":"part","after":"login","url":"$U/echo","multipart":[{"name":"v","value":"<\${m}>"}]}
{"id":"none","url":"$U/echo?\${m}"}
EOF
    batch -s --ordered --body inline in >out
    "$PYTHON" - <<'PY'
import json, urllib.parse
records = {}
for line in open("out"):
    r = json.loads(line)
    assert r["exitcode"] == 0, r
    records[r["id"]] = json.loads(r["body"]["text"])
inner = '{"token":"a\\"b/c &d","n":17}'
assert records["login"]["body"] == inner
q = urllib.parse.urlsplit(records["url"]["target"]).query
assert q == "m=POST&t=" + urllib.parse.quote(inner, safe="-._~"), q
assert records["head"]["headers"]["X-T"] == "<application/json> ${m} ${ x", records["head"]
assert json.loads(records["json"]["body"]) == {"v": [inner], "POST": "200"}
assert urllib.parse.parse_qs(records["form"]["body"]) == {"v": [inner], "w": ["${m}"]}, records["form"]
assert records["text"]["body"] == inner
assert "<POST>" in records["part"]["body"]
assert "{m}" in urllib.parse.unquote(records["none"]["target"]), records["none"]
PY
}

@test "who waits for what has failed, or is not there, fails with a word" {
    cat >in <<EOF
{"id":"a","url":"$U/status/404","capture":{"x":"/x"}}
{"id":"b","after":"a","url":"$U/\${x}","capture":{}}
{"id":"c","after":"b","url":"$U/status/200"}
{"id":"d","after":"later","url":"$U/status/200"}
{"id":"later","url":"$U/status/200","capture":{"s":"status"}}
{"id":"later","url":"$U/status/200","capture":{}}
{"id":"e","after":"later","url":"$U/status/\${s}"}
{"id":"f","after":"later","url":"$U/status/\${t}"}
{"id":"g","after":"none","url":"$U/status/200"}
{"id":"none","url":"$U/status/200"}
{"id":"h","after":"h","url":"$U/status/200","capture":{}}
{"id":"i","after":true,"url":"$U/status/200"}
{"id":"j","capture":{"x":"y"},"url":"$U/status/200"}
{"id":"k","capture":{"x":5},"url":"$U/status/200"}
EOF
    run batch -s --ordered -o out in
    [ "$status" -eq 110 ]
    field out '(r["id"], r["exitcode"], (r["error"] or {}).get("name"))' >got
    cat >wanted <<'EOF'
('a', 112, 'capture')
('b', 112, 'after')
('c', 112, 'after')
('d', 2, 'invalid')
('later', 0, None)
('later', 2, 'invalid')
('e', 0, None)
('f', 2, 'invalid')
('g', 2, 'invalid')
('none', 0, None)
('h', 2, 'invalid')
('i', 2, 'invalid')
('j', 2, 'invalid')
('k', 2, 'invalid')
EOF
    diff wanted got
}

@test "a captured line end makes no header of its own" {
    cat >in <<EOF
{"id":"a","method":"POST","url":"$U/echo","body":"x\r\nX-Evil: 1","capture":{"v":"/body"}}
{"id":"b","after":"a","url":"$U/echo","headers":{"X-V":"\${v}"}}
EOF
    run batch -s --ordered --body inline -o out in
    [ "$status" -eq 110 ]
    [ "$(field out '(r["id"], r["exitcode"], r["response_code"])' | tail -n 1)" = "('b', 2, 0)" ] || { cat out; false; }
}

@test "a thousand wait for one, and three hundred for each other" {
    {
        echo "{\"id\":\"0\",\"url\":\"$U/delay/200\",\"capture\":{\"s\":\"status\"}}"
        for ((i = 1; i <= 1000; i++)); do
            echo "{\"id\":\"w$i\",\"after\":\"0\",\"url\":\"$U/status/\${s}\"}"
        done
        for ((i = 1; i <= 300; i++)); do
            echo "{\"id\":\"$i\",\"after\":\"$((i - 1))\",\"url\":\"$U/status/\${s}\",\"capture\":{\"s\":\"status\"}}"
        done
    } >in
    run batch -s --ordered -o out in
    [ "$status" -eq 0 ]
    [ "$(wc -l <out)" -eq 1301 ]
    # All of them fail with the first, and none is lost.
    sed -i '1s|"capture"|"expect":{"status":"404"},"capture"|' in
    run batch -s --ordered -o out in
    [ "$status" -eq 112 ]
    [ "$(grep -c '"exitcode":112' out)" -eq 1301 ]
}

@test "others go on while one waits" {
    mkfifo pipe
    "$QUIVER" batch -s -j 2 -o out - <pipe 3>&- &
    local pid=$! i
    exec 4>pipe
    echo "{\"id\":\"a\",\"url\":\"$U/delay/2000\",\"capture\":{\"s\":\"status\"}}" >&4
    echo "{\"id\":\"b\",\"after\":\"a\",\"url\":\"$U/status/\${s}\"}" >&4
    for i in 1 2 3 4 5; do echo "{\"id\":\"n$i\",\"insecure\":true,\"url\":\"$SECURE/status/200\"}" >&4; done
    exec 4>&-
    wait "$pid"
    [ "$(field out 'r["id"]' | tail -n 2 | paste -sd' ')" = "a b" ]
    [ "$(wc -l <out)" -eq 7 ]
}

@test "an end that is asked for leaves those that wait" {
    cat >in <<EOF
{"id":"a","url":"$U/delay/3000","capture":{"s":"status"}}
{"id":"b","after":"a","url":"$U/status/\${s}"}
{"id":"n","insecure":true,"url":"$SECURE/status/200"}
EOF
    "$QUIVER" batch -j 4 -o out --journal j in 2>said 3>&- &
    local pid=$!
    within 60 of $! grep -q '"id":"n"' out
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 111 ] || [ "$status" -eq 143 ] || { echo "$status"; cat said; false; }
    [ "$(field out 'r["id"]' | paste -sd' ')" = "n a" ]
}

@test "--resume does once more, without a record, what is needed and does no harm" {
    cat >in <<EOF
{"id":"a","url":"$U/status/200?first","capture":{"s":"status"}}
{"id":"p","method":"POST","url":"$U/status/200?posted","capture":{"s":"status"}}
{"id":"unused","url":"$U/status/200?unused","capture":{"s":"status"}}
{"id":"slow","url":"$U/delay/60000"}
{"id":"b","after":"a","url":"$U/status/\${s}"}
{"id":"c","after":"p","url":"$U/status/\${s}"}
EOF
    # Killed when the first three have their records and those that wait have not begun.
    "$QUIVER" batch -s -j 1 --ordered -o out --journal j in 3>&- &
    local pid=$!
    within 60 of $! grep -q '"id":"unused"' out
    kill -KILL "$pid"
    wait "$pid" || true
    [ "$(wc -l <out)" -eq 3 ]
    run --separate-stderr quiver batch -v -m 1 --ordered --resume -o out --journal j in
    [ "$status" -eq 110 ]
    [ "$(field out '(r["id"], r["exitcode"])' | paste -sd' ')" = "('a', 0) ('p', 0) ('unused', 0) ('slow', 28) ('b', 0) ('c', 112)" ] || { cat out; false; }
    [ "$(grep -c '^> GET /status/200?first' <<<"$stderr")" -eq 1 ]
    refute grep -q '?posted\|?unused' <<<"$stderr"
}
