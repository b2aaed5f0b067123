#!/usr/bin/env bats
# `quiver report`: what the records of a batch come to.

bats_require_minimum_version 1.5.0
load helper

setup() {
    enter_folder
}

# record SEQ [ID [EXITCODE [RESPONSE CODE]]]
record() {
    local error=null
    [ "${3:-0}" = 0 ] || error='{"class":"transient","name":"connect"}'
    printf '{"v":1,"id":"%s","seq":%s,"url":"https://example.org/%s?a=1&b=%%20",' \
        "${2:-u$1}" "$1" "$1"
    printf '"method":"GET","http_version":"2","response_code":%s,"exitcode":%s,' \
        "${4:-200}" "${3:-0}"
    printf '"errormsg":"it, \\"broke\\"","started":"2026-11-20T10:00:0%s.500000Z",' \
        "$(($1 % 10))"
    printf '"time_total":0.5,"time_starttransfer":0.25,"size_download":10,'
    printf '"phases":{"queue":0.1,"dns":0.05,"connect":0.1,"tls":null,"send":0,"wait":0.2,"receive":0.05},'
    printf '"headers":{"etag":["\\"x\\""]},"error":%s}\n' "$error"
}

records() {
    local seq
    for seq in "$@"; do
        record "$seq"
    done
}

ids() {
    "$PYTHON" -c 'import json, sys
print(*[json.loads(line)["id"] for line in sys.stdin])'
}

@test "without options it prints a summary" {
    { records 0 1 2; record 3 bad 7 0; } > r.jsonl
    run -0 quiver report r.jsonl
    [[ "${lines[0]}" == "4 done: 3 ok, 1 failed; 1 req/s, p50 500 ms, "* ]]
    [[ "$output" == *"response codes  200: 3"* ]]
    [[ "$output" == *"exit statuses   7: 1"* ]]
    [[ "$output" == *"to first byte   p50 250 ms"* ]]
}

@test "--json is what --summary-out of a batch writes" {
    { records 0 1 2; record 3 bad 7 0; } > r.jsonl
    quiver report --summary --json r.jsonl > s.json
    "$PYTHON" - s.json <<'P'
import json, sys
s = json.load(open(sys.argv[1]))
assert s["done"] == 4 and s["ok"] == 3 and s["failed"] == 1, s
assert s["by_status"] == {"200": 3} and s["by_exitcode"] == {"0": 3, "7": 1}, s
assert s["by_class"] == {"transient": 1} and s["by_version"] == {"2": 4}, s
assert abs(s["duration"] - 3.5) < 0.001 and s["bytes"]["download"] == 40, s
assert abs(s["time_total"]["p50"] - 0.5) < 0.001, s
assert s["started"] == "2026-11-20T10:00:00.500000Z", s
P
}

@test "records come from standard input too" {
    records 0 1 > r.jsonl
    [[ "$(quiver report < r.jsonl)" == "2 done: 2 ok"* ]]
    [[ "$(quiver report - < r.jsonl)" == "2 done: 2 ok"* ]]
}

@test "--merge brings shards into the order of the input" {
    records 0 3 6 7 > a.jsonl
    records 8 2 5 1 > b.jsonl
    records 4 9 > c.jsonl
    [ "$(quiver report --merge a.jsonl b.jsonl c.jsonl | ids)" = \
        "u0 u1 u2 u3 u4 u5 u6 u7 u8 u9" ]
    quiver report --merge -o all.jsonl c.jsonl b.jsonl a.jsonl
    cmp all.jsonl <(records 0 1 2 3 4 5 6 7 8 9)
}

@test "--merge keeps one record of an entry, the one that succeeded" {
    { record 0 u0 7 0; record 1; record 2 u2 7 0; } > a.jsonl
    { record 0; record 1 u1 28 0; record 2 u2 28 0; } > b.jsonl
    run -0 --separate-stderr quiver report --merge a.jsonl b.jsonl
    [ "$output" = "$(record 0; record 1; record 2 u2 28 0)" ]
    [[ "$stderr" == *"id u0, seq 0: is there twice"* ]]
    [[ "$stderr" == *"3 records are there twice"* ]]
}

@test "files of two inputs are not taken for one" {
    record 0 one > a.jsonl
    record 0 two > b.jsonl
    run -110 --separate-stderr quiver report --merge a.jsonl b.jsonl
    [ "$output" = "$(record 0 one; record 0 two)" ]
    [[ "$stderr" == *"another id there: not of one input"* ]]
}

@test "--input names the entries that have no record" {
    for i in 0 1 2 3 4; do
        echo "{\"id\":\"u$i\",\"url\":\"https://example.org/$i\"}"
    done > list.jsonl
    records 4 1 > a.jsonl
    records 0 3 > b.jsonl
    run -110 --separate-stderr quiver report --merge --input list.jsonl a.jsonl b.jsonl
    [ "$(ids <<< "$output")" = "u0 u1 u3 u4" ]
    [[ "$stderr" == *'list.jsonl:3: id "u2" has no record'* ]]
    [[ "$stderr" == *"1 entries have no record"* ]]
    records 2 >> a.jsonl
    run -0 --separate-stderr quiver report --input list.jsonl a.jsonl b.jsonl
    [ -z "$stderr" ]
    records 5 >> a.jsonl
    run -110 quiver report --input list.jsonl a.jsonl b.jsonl
    [[ "$output" == *"id u5, seq 5 is not in the input"* ]]
}

@test "a torn last line is named and left out" {
    { records 0 1; record 2 | head -c 100; } > r.jsonl
    run -110 --separate-stderr quiver report r.jsonl
    [[ "$output" == "2 done: 2 ok"* ]]
    [[ "$stderr" == *"r.jsonl:3: the last line is torn"* ]]
    { record 0; echo nonsense; echo '{"v":1}'; record 1; } > r.jsonl
    run -110 --separate-stderr quiver report --merge r.jsonl
    [ "$(ids <<< "$output")" = "u0 u1" ]
    [[ "$stderr" == *"r.jsonl:2: this is not a record"*"r.jsonl:3: this is not"* ]]
}

@test "a folder is no results, as a file that is not there" {
    run -26 --separate-stderr quiver report .
    [[ "$stderr" == *"(26) .: Is a directory"* ]]
    run -26 --separate-stderr quiver report nothing
}

@test "every cut of the last line leaves the other records" {
    local size
    records 0 1 > whole.jsonl
    size=$(record 0 | wc -c)
    for cut in $(seq 1 23 "$((size - 2))"); do
        head -c $((size + cut)) whole.jsonl > r.jsonl
        run -110 --separate-stderr quiver report --merge r.jsonl
        [ "$output" = "$(record 0)" ]
    done
}

@test "--csv writes a table" {
    { record 0; record 1 'a "b", c' 7 0; } > r.jsonl
    sed -i 's/a "b", c/a \\"b\\", c/' r.jsonl
    quiver report --csv - r.jsonl > r.csv
    "$PYTHON" - <<'P'
import csv
rows = list(csv.DictReader(open("r.csv", newline="")))
assert [r["seq"] for r in rows] == ["0", "1"]
assert rows[1]["id"] == 'a "b", c' and rows[1]["errormsg"] == 'it, "broke"'
assert rows[0]["phases.tls"] == "" and rows[0]["phases.wait"] == "0.200000"
assert rows[0]["response_code"] == "200" and rows[1]["exitcode"] == "7"
P
}

@test "--junit writes test cases" {
    { record 0; record 1 '<&>' 7 0; record 2 u2 22 404; } > r.jsonl
    quiver report --junit r.xml r.jsonl
    "$PYTHON" - <<'P'
import xml.etree.ElementTree as tree
root = tree.parse("r.xml").getroot()
assert root.attrib["tests"] == "3" and root.attrib["errors"] == "1", root.attrib
assert root.attrib["failures"] == "1"
cases = root.findall("testsuite/testcase")
assert cases[0].attrib["classname"] == "example.org"
assert cases[1].attrib["name"].startswith("<&>: GET https://example.org/1?a=1&b=")
assert cases[1].find("error").attrib["message"] == 'it, "broke"'
assert "404" in cases[2].find("failure").text
P
}

@test "--har writes an archive whose times add up" {
    { record 0; record 1 u1 7 0; } > r.jsonl
    quiver report --har r.har r.jsonl
    "$PYTHON" - <<'P'
import json
log = json.load(open("r.har"))["log"]
assert log["version"] == "1.2" and log["creator"]["name"] == "quiver"
e = log["entries"][0]
t = e["timings"]
assert t["ssl"] == -1 and t["blocked"] == 100 and t["wait"] == 200, t
parts = ("blocked", "dns", "connect", "send", "wait", "receive")
assert abs(sum(max(t[p], 0) for p in parts) - e["time"]) < 0.01
assert e["request"]["queryString"][0] == {"name": "a", "value": "1"}
assert e["response"]["headers"] == [{"name": "etag", "value": '"x"'}]
assert e["startedDateTime"] == "2026-11-20T10:00:00.500000Z"
for key in ("cookies", "headersSize", "bodySize", "httpVersion"):
    assert key in e["request"] and key in e["response"], key
P
}

# A record with a redirect, an earlier try and an attempt that failed.
winding() {
    printf '{"v":1,"id":"w","seq":0,"url":"https://example.org/a","url_effective":"https://example.org/b","method":"GET",'
    printf '"http_version":"3","response_code":200,"exitcode":0,"started":"2026-11-20T10:00:00.000000Z","time_total":1,'
    printf '"conn_id":7,"remote_ip":"192.0.2.7","size_download":10,'
    printf '"phases":{"queue":0.5,"dns":0,"connect":0,"tls":0,"send":0,"wait":0.1,"receive":0.1},'
    printf '"attempts":[{"n":1,"proto":"quic","addr":"192.0.2.6","port":443,"start":0.01,"end":0.2,"result":"failed","why":"no answer"},'
    printf '{"n":2,"proto":"tcp","addr":"192.0.2.7","port":443,"start":0.1,"end":0.2,"result":"won","why":null}],'
    printf '"hops":[{"url":"https://example.org/a","method":"POST","response_code":302,"http_version":"3","conn_id":7,"time_start":0.5,'
    printf '"time_total":0.3,"phases":{"queue":0,"dns":0.1,"connect":0.1,"tls":null,"send":0,"wait":0.1,"receive":0}}],'
    printf '"retries":[{"reason":"backoff","response_code":503,"time_start":0,"time_total":0.2,"delay":0.3,"error":null}]}\n'
}

# rows FILE: those of a page, as JSON
rows() {
    sed -n 's/^<script type="text.plain" id="rows">\(.*\)<.script>$/\1/p' "$1" | base64 -d |
        "$PYTHON" -c 'import sys, zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))'
}

# bars FILE: those of a picture
bars() {
    "$PYTHON" "$HERE/waterfall_bars.py" "$1"
}

@test "--waterfall draws a picture that needs nothing else" {
    { records 0 1 2; record 3 '<bad>' 7 0; record 4 four 0 404; } > r.jsonl
    quiver report --waterfall r.svg r.jsonl
    # 4.5 s are 900 pixels; the TLS and send phases took no time.
    [ "$(bars r.svg | grep ' 1 ')" = 'p0 1 200 20
p1 1 220 10
p2 1 230 20
p5 1 250 40
p6 1 290 10' ]
    [ "$(bars r.svg | wc -l)" -eq 25 ]
    "$PYTHON" - <<'P'
import xml.etree.ElementTree as tree
ns = "{http://www.w3.org/2000/svg}"
labels = tree.parse("r.svg").getroot().find(ns + "g").findall(ns + "text")
assert labels[0].text == "200  500 ms u0 GET example.org/0?a=1&b=%20", labels[0].text
assert labels[3].attrib["class"] == "bad" and labels[3].find(ns + "title").text == 'it, "broke"'
assert "".join(labels[3].itertext()).endswith("---  500 ms <bad> GET example.org/3?a=1&b=%20")
assert labels[4].attrib["class"] == "warn" and "class" not in labels[0].attrib
text = open("r.svg").read()
assert "href" not in text and "url(" not in text and "<script" not in text
P
}

@test "a picture has the try, the redirect with its end, what failed, and the connection" {
    winding > r.jsonl
    quiver report --waterfall r.svg r.jsonl
    # The last request is without what its queue had of the others.
    [ "$(bars r.svg)" = 'c7 0 0 4
t 0 0 180
a 0 9 171
p1 0 450 90
p2 0 540 90
p5 0 630 90
p5 0 720 90
r 0 720 2
p6 0 810 90' ]
}

@test "what is too short for a picture is left out, but not the whole of an exchange" {
    { record 0 0; record 9 9; } | sed '2s/"phases":.*},"headers/"phases":{"wait":1e-6,"receive":2e-6},"headers/; 2s/"time_total":0.5/"time_total":3e-6/' > r.jsonl
    quiver report --waterfall r.svg r.jsonl
    [ "$(bars r.svg | grep -c ' 1 ')" -eq 1 ]
    bars r.svg | grep -q '^p6 1 .* 0.5$'
}

@test "--waterfall makes a page with the rows and nothing from elsewhere" {
    { winding; record 1 '</script><script>alert(1)</script><!--' 7 0; } > r.jsonl
    quiver report --waterfall r.html r.jsonl
    [[ "$(head -n 1 r.html)" == "<!DOCTYPE html>" ]]
    rows r.html > rows
    "$PYTHON" - <<'P'
import base64, hashlib, json, re
page, rows = open("r.html").read(), json.load(open("rows"))
assert rows[0] == ["w", "https://example.org/b", "GET", 200, "3", 7, 0,
                   [[2, 0, 200000, 503, "backoff", 300000, 0],
                    [1, 300000, [0, 100000, 100000, 0, 0, 100000], 302, "https://example.org/a", 0, 7],
                    [0, 0, [0, 0, 0, 0, 0, 100000, 100000]]], 10, "192.0.2.7", "",
                   [["quic", "192.0.2.6", 443, 10000, 200000, "failed", "no answer"],
                    ["tcp", "192.0.2.7", 443, 100000, 200000, "won", ""]]], rows[0]
assert rows[1][0] == "</script><script>alert(1)</script><!--" and rows[1][10] == 'it, "broke"'
# What the page may run and look like is ours alone, and nothing is loaded.
policy = re.search("content=\"(default-src 'none'; [^\"]*)\"", page)[1]
for tag, name in (("script", "script-src"), ("style", "style-src")):
    text = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.S)
    assert len(text) == 1
    digest = base64.b64encode(hashlib.sha256(text[0].encode()).digest()).decode()
    assert f"{name} 'sha256-{digest}'" in policy, (policy, digest)
assert not re.search(r"(src|href)=|url\(|@import|innerHTML|insertAdjacentHTML|document\.write|\beval\b", page)
P
}

@test "a thousand rows of a waterfall are less than 300 KB, whatever happened to them" {
    local shape
    for shape in plain redirects retries attempts failed all; do
        "$PYTHON" "$HERE/waterfall_rows.py" "$shape" 1000 > k.jsonl
        quiver report --waterfall k.svg k.jsonl
        quiver report --waterfall k.html k.jsonl
        echo "$shape: $(stat -c %s k.svg k.html)"
        [ "$(stat -c %s k.svg)" -lt 300000 ]
        [ "$(stat -c %s k.html)" -lt 300000 ]
        [ "$(rows k.html | "$PYTHON" -c 'import json, sys; print(len(json.load(sys.stdin)))')" -eq 1000 ]
        [ "$(bars k.svg | cut -d' ' -f2 | sort -u | wc -l)" -eq 1000 ]
    done
}

@test "numbers that nobody measured do no harm to pictures and archives" {
    "$PYTHON" - > r.jsonl <<'P'
import json
for seq, n in enumerate((1e300, -1e300, -1, 0, 2**63, 1e18, None, "x", [], {})):
    print(json.dumps({"v": 1, "id": n, "seq": seq, "url": n, "exitcode": seq % 2, "started": n, "time_total": n,
                      "response_code": n, "conn_id": n, "remote_port": n, "size_download": n, "size_delivered": n,
                      "size_header": n, "remote_ip": n, "phases": {"queue": n, "dns": n, "wait": n},
                      "hops": [{"time_start": n, "time_total": n, "response_code": n, "conn_id": n, "phases": n, "url": n}, n],
                      "retries": [{"time_start": n, "time_total": n, "delay": n, "error": n, "response_code": n}, n],
                      "attempts": [{"start": n, "end": n, "port": n, "result": "failed"}, n], "request": n, "headers": n,
                      "body": n}))
P
    quiver report --har r.har --waterfall r.html --csv r.csv --junit r.xml r.jsonl 2> said
    quiver report --waterfall r.svg r.jsonl
    [ ! -s said ]
    rows r.html | "$PYTHON" -c 'import json, sys; assert len(json.load(sys.stdin)) == 10'
    "$PYTHON" -c 'import json, xml.etree.ElementTree as xml
xml.parse("r.svg")
assert len(json.load(open("r.har"))["log"]["entries"]) == 50'
}

@test "several reports are made in one go, of merged records" {
    { record 1; record 0; } > a.jsonl
    record 0 > b.jsonl
    quiver report --merge --csv r.csv --har r.har --junit r.xml --summary \
        a.jsonl b.jsonl > summary 2> /dev/null
    [[ "$(cat summary)" == "2 done"* ]]
    [ "$(wc -l < r.csv)" = 3 ]
    grep -q 'tests="2"' r.xml
}

@test "options that do not fit together are refused" {
    record 0 > r.jsonl
    run -2 quiver report --json --merge r.jsonl
    run -2 quiver report -o x r.jsonl
    run -2 quiver report --csv - --har - r.jsonl
    run -2 quiver report - - < r.jsonl
    run -26 quiver report nowhere.jsonl
    [[ "$output" == *"nowhere.jsonl: No such file"* ]]
    run -26 quiver report --merge --input nowhere.jsonl r.jsonl
    run -26 bash -c 'cat r.jsonl | "$QUIVER" report --merge -'
    [[ "$output" == *"a pipe cannot be"* ]]
    run -23 bash -c '"$QUIVER" report r.jsonl > /dev/full'
}

@test "a reader that goes away ends it quietly" {
    for i in $(seq 3000); do record "$i"; done > r.jsonl
    run bash -c '{ "$QUIVER" report --merge r.jsonl; echo "status $?" >&2; } | head -n 1 > /dev/null'
    [ "$output" = "status 23" ]
}

@test "memory does not grow with records in order" {
    for i in $(seq 1000); do record "$i"; done > k.jsonl
    for _ in $(seq 20); do cat k.jsonl; done > r.jsonl
    export ASAN_OPTIONS=quarantine_size_mb=1
    small=$(peak quiver report --csv /dev/null k.jsonl)
    large=$(peak quiver report --csv /dev/null r.jsonl)
    [ "$large" -lt $((small + 2000)) ]
}

# peak COMMAND: kB of memory that it took at most.
peak() {
    "$PYTHON" -c 'import os, resource, subprocess, sys
subprocess.run([os.environ["QUIVER"], *sys.argv[2:]], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

@test "a byte order mark before the records does no harm" {
    { printf '\xef\xbb\xbf'; records 0 1; } > r.jsonl
    [[ "$(quiver report r.jsonl)" == "2 done: 2 ok"* ]]
    [[ "$(quiver report - < r.jsonl)" == "2 done: 2 ok"* ]]
    { printf '\xef\xbb\xbf'; records 3 2; } > s.jsonl
    [ "$(quiver report --merge r.jsonl s.jsonl | ids)" = "u0 u1 u2 u3" ]
    quiver report --merge r.jsonl | cmp - <(records 0 1)
}

@test "something else than records is told in three lines and a count" {
    for i in {1..500}; do echo "line $i"; done > notes.txt
    run -110 --separate-stderr quiver report notes.txt
    [ "${#stderr_lines[@]}" -eq 4 ]
    [[ "${stderr_lines[0]}" == *"notes.txt:1: this is not a record"* ]]
    [[ "${stderr_lines[3]}" == *"notes.txt: 500 lines are not records"* ]]
    run -110 --separate-stderr quiver report --merge notes.txt
    [ "${#stderr_lines[@]}" -eq 4 ]
    { records 0; printf '1\n2\n3\n'; } > r.jsonl
    run -110 --separate-stderr quiver report r.jsonl
    [ "${#stderr_lines[@]}" -eq 3 ]
}

# cells OPTION...: all cells of the table, as Python's csv reads them.
cells() {
    quiver report --csv - "$@" > t.csv
    "$PYTHON" -c 'import csv
print([c for row in list(csv.reader(open("t.csv", newline="")))[1:] for c in row])'
}

@test "cells of a table are no formulas" {
    local id n=0
    for id in '=1+1' '+1' '-1+cmd|x' '@SUM(A1)' '\ttab' '\rcr' '\n=1' '＝1' 'a=b' '-' 'a;=1' '=\"x\",1'; do
        record "$n" "$id"
        n=$((n + 1))
    done > r.jsonl
    run cells r.jsonl
    for id in "'=1+1" "'+1" "'-1+cmd|x" "'@SUM(A1)" "'＝1" "a=b" "'-" 'a;=1'; do
        [[ "$output" == *"$id"* ]] || { echo "$id: $output"; return 1; }
    done
    [[ "$output" == *"\"'\\ttab\""* && "$output" == *"'\\rcr"* && "$output" == *"'\\n=1"* ]]
    "$PYTHON" -c 'import csv
for row in csv.reader(open("t.csv", newline="")):
    assert not any(c[:1] in set("=+-@\t\r\n\uff1d") for c in row if c), row'
    run cells --csv-raw r.jsonl
    [[ "$output" == *"'=1+1'"* && "$output" == *"'-'"* && "$output" != *"'="*"1+1\""* ]]
    [[ "$output" != *"'\\ttab'"*"\"'" ]]
    run -2 quiver report --csv-raw r.jsonl
}

@test "numbers of a table stay numbers" {
    printf '{"id":-5,"seq":0,"url":"http://h/","exitcode":0,"time_total":0.5,"response_code":200}\n' > r.jsonl
    run cells r.jsonl
    [[ "$output" == *"'0', '-5', 'http://h/'"* ]]
}

@test "any text of a record makes well-formed XML and SVG" {
    "$PYTHON" - > r.jsonl <<'P'
import json
odd = "\ufffe\uffff\x85" + "".join(map(chr, range(1, 0x100))) + "\ud7ff\ue000\ufffd\U0001ffff"
for seq, code in enumerate((0, 7)):
    print(json.dumps({"v": 1, "id": odd, "seq": seq, "url": "http://" + odd + "/", "method": odd,
                      "exitcode": code, "errormsg": odd, "error": {"name": odd, "class": odd},
                      "response_code": 0, "content_type": odd}, ensure_ascii=seq == 0))
P
    quiver report --junit r.xml --waterfall r.svg --har r.har --csv r.csv r.jsonl
    "$PYTHON" - <<'P'
import json, xml.etree.ElementTree as xml
for name in ("r.xml", "r.svg"):
    xml.parse(name)
    text = open(name, encoding="utf-8").read()
    assert not any("\x7f" <= c < "\xa0" or c in "\ufffe\uffff" for c in text), name
    assert "\ufffd" in text
assert len(json.load(open("r.har"))["log"]["entries"]) == 2
P
}

@test "a record without headers, or with odd ones, makes an archive" {
    for headers in '' '"headers":null,' '"headers":[],' '"headers":{},' '"headers":{"a":1},' \
        '"headers":{"a":[1,null,"x"]},' '"headers":7,' '"headers":{"a":{}},"expect":{"failed":null},'; do
        printf '{"v":1,"id":"a\\u0001<z",%s"seq":1,"url":"http://h/?","exitcode":7}\n' "$headers"
    done > r.jsonl
    quiver report --har r.har --junit r.xml r.jsonl 2> said
    [ ! -s said ]
    "$PYTHON" -c 'import json
entries = json.load(open("r.har"))["log"]["entries"]
assert len(entries) == 8 and entries[5]["response"]["headers"][2]["value"] == "x", entries'
}

@test "a report on a terminal has no control characters of a server" {
    "$PYTHON" -c 'import json
odd = "a\x9b2J\x1b[2Jb"
print(json.dumps({"v": 1, "id": odd, "seq": 0, "url": "http://h/" + odd, "exitcode": 7, "errormsg": odd,
    "error": {"name": odd, "class": odd}, "headers": {odd: [odd]}, "body": {"text": odd},
    "content_type": odd, "http_version": odd}, ensure_ascii=False))' > r.jsonl
    for form in '--csv -' '--csv - --csv-raw' '--har -' '--junit -' '--waterfall -' --merge --summary '--summary --json'; do
        # shellcheck disable=SC2086
        on_tty --stdout "$QUIVER" report $form r.jsonl > tty
        "$PYTHON" -c 'import sys
seen = open("tty", encoding="utf-8").read()
bad = [c for c in seen if c < " " and c not in "\r\n\t" or "\x7f" <= c < "\xa0"]
assert seen and not bad, (sys.argv, seen)' "$form"
    done
    quiver report --csv - r.jsonl | grep -q $'\xc2\x9b'
}
