#!/usr/bin/env bats
# batch: what an entry asks for, what its record tells, what it expects.

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

@test "ids are echoed as they were given, and the line's number without one" {
    cat > list <<-END
	{"id":"u42","url":"$PEER/bytes/1"}
	{"id":17,"url":"$PEER/bytes/1"}
	{"id":"ü \"q\"","url":"$PEER/bytes/1","tags":{"a":[1,{"b":null}]}}
	{"url":"$PEER/bytes/1"}
	END
    batch -s --ordered list > out
    [ "$(field out 'r["id"], r["line"], r["seq"], r["tags"]')" = \
        "('u42', 1, 0, {})
(17, 2, 1, {})
('ü \"q\"', 3, 2, {'a': [1, {'b': None}]})
(4, 4, 3, {})" ]
}

@test "a line asks with its own method, headers and body" {
    cat > list <<-END
	{"url":"$PEER/echo","method":"PUT","headers":{"X-A":["1","2"]},"body":"abc"}
	{"url":"$PEER/echo","json":{"name":"Ada"}}
	{"url":"$PEER/echo","headers":[["x-b","3"]]}
	END
    batch -s --ordered -H 'X-Common: 9' list > out
    field out 'r["body"]["text"]' > bodies
    [ "$(grep -c -i 'x-common: 9' bodies)" -eq 3 ]
    grep -q '^PUT /echo' bodies
    grep -q -i '^X-A: 2' bodies
    grep -q '^POST /echo' bodies
    grep -q '{"name":"Ada"}' bodies
    grep -q -i '^x-b: 3' bodies
}

@test "--defaults stand between the options and the line" {
    cat > list <<-END
	{"url":"$PEER/echo"}
	{"url":"$PEER/echo","method":"DELETE"}
	END
    batch -s --ordered -X PATCH --defaults '{"method":"PUT"}' list > out
    [ "$(field out 'r["method"]' | paste -sd,)" = PUT,DELETE ]
    run -2 quiver batch --defaults '{"url":"x"}' list
    run -2 quiver batch --defaults 'nonsense' list
}

@test "a bad line is reported, and the others are done" {
    cat > list <<-END
	{"id":"a","url":"$PEER/bytes/1"}
	{"id":"b","uurl":"$PEER/bytes/1"}
	not json at all
	{"id":"d","url":"gopher://h/"}
	{"id":"e","url":"$PEER/bytes/1","expect":{"colour":1}}
	{"id":"f","url":"$PEER/bytes/1"}
	END
    run -110 quiver batch -s --ordered --format jsonl list
    echo "$output" > out
    [ "$(field out 'r["id"], r["exitcode"], (r["error"] or {}).get("class")')" = \
        "('a', 0, None)
('b', 2, 'invalid')
(3, 2, 'invalid')
('d', 1, 'invalid')
('e', 2, 'invalid')
('f', 0, None)" ]
    field out 'r["errormsg"]' | grep -q uurl
    field out 'r["errormsg"]' | grep -q colour
}

@test "a body is text, or base64 when it is none, and cut at --body-max" {
    cat > list <<-END
	{"url":"$PEER/bytes/10"}
	{"url":"$PEER/binary"}
	{"url":"$PEER/gzip"}
	END
    batch -s --ordered --compressed --body-max 4 list > out
    [ "$(field out '[r["body"].get(k) for k in ("encoding", "text", "bytes", "truncated")]')" = \
        "['utf-8', 'xxxx', 10, True]
['utf-8', '\\x00\\x01\\x02', 3, False]
['utf-8', 'unpa', 9, True]" ]
    tail -1 list > last
    batch -s last > out
    [ "$(field out '__import__("gzip").decompress(__import__("base64").b64decode(r["body"]["text"]))')" = \
        "b'unpacked\n'" ]
}

@test "--body file, hash and none" {
    printf '{"id":"a/b","url":"%s/bytes/3"}\n' "$PEER" > list
    batch -s --body hash list > out
    [ "$(field out 'r["body"]["sha256"], r["body"]["bytes"], r["body"].get("text")')" = \
        "('$(printf xxx | sha256sum | cut -d' ' -f1)', 3, None)" ]
    batch -s --body none list > out
    [ "$(field out '(r["body"] or {}).get("sha256"), (r["body"] or {}).get("text")')" = "(None, None)" ]
    batch -s --body file --body-dir deep/dir list > out
    [ "$(cat deep/dir/000000-a_b)" = xxx ]
    [ "$(field out 'r["body"]["file"], r["filename_effective"]')" = \
        "('deep/dir/000000-a_b', 'deep/dir/000000-a_b')" ]
}

@test "the output of an entry appears when it is complete, below --output-dir" {
    cat > list <<-END
	{"id":1,"url":"$PEER/bytes/30","output":"d/x.bin"}
	{"id":2,"url":"$PEER/cut","output":"d/cut.bin"}
	{"id":3,"url":"$PEER/bytes/3","output":"../out"}
	{"id":4,"url":"$PEER/bytes/3","output":"/tmp/absolute"}
	{"id":5,"url":"$PEER/bytes/0","output":"empty"}
	END
    run -110 quiver batch -s --ordered --output-dir files list
    echo "$output" > out
    [ "$(names_in files)" = "d d/x.bin empty" ]
    [ "$(stat -c %s files/d/x.bin)" -eq 30 ]
    [ "$(field out 'r["id"], r["exitcode"], r["filename_effective"]')" = \
        "(1, 0, 'files/d/x.bin')
(2, 18, None)
(3, 2, None)
(4, 2, None)
(5, 0, 'files/empty')" ]
}

@test "a file that cannot be written fails its entry only" {
    touch shut
    cat > list <<-END
	{"id":1,"url":"$PEER/bytes/30","output":"shut/x"}
	{"id":2,"url":"$PEER/bytes/30"}
	END
    run -110 quiver batch -s --ordered list
    echo "$output" > out
    [ "$(field out 'r["exitcode"]' | paste -sd,)" = 23,0 ]
}

@test "a symbolic link where a body goes is replaced, not followed" {
    printf '{"url":"%s/bytes/30","output":"full"}\n' "$PEER" > list
    ln -s /dev/full full
    batch -s list > out
    [ ! -L full ]
    [ "$(stat -c %s full)" -eq 30 ]
}

@test "expectations decide: 112 when nothing else failed" {
    sum=$(printf xxx | sha256sum | cut -d' ' -f1)
    cat > good <<-END
	{"url":"$PEER/bytes/3","expect":{"status":200}}
	{"url":"$PEER/status/404","expect":{"status":"404,410"}}
	{"url":"$PEER/bytes/3","expect":{"header":"content-type","max_time":60}}
	{"url":"$PEER/bytes/3","expect":{"header":{"content-type":"text/plain","age":false}}}
	{"url":"$PEER/bytes/3","sha256":"$sum"}
	{"url":"$PEER/bytes/3","expect":{"sha256":"$sum","body_contains":"xx"}}
	{"url":"$PEER/trailers","expect":{"body_contains":"body"}}
	END
    batch -s good > out
    [ "$(field out 'r["expect"]["ok"]' | sort -u)" = True ]
    cat > bad <<-END
	{"url":"$PEER/bytes/3","expect":{"status":"300-599"}}
	{"url":"$PEER/bytes/3","expect":{"header":["etag","content-type"]}}
	{"url":"$PEER/bytes/3","expect":{"max_time":0}}
	{"url":"$PEER/bytes/4","sha256":"$sum"}
	{"url":"$PEER/bytes/3","expect":{"body_contains":["xx","y"],"status":[201,202]}}
	END
    run -112 quiver batch -s --ordered --summary-out summary good bad
    echo "$output" | tail -5 > out
    [ "$(field out 'r["expect"]["ok"], r["expect"]["failed"], r["exitcode"]')" = \
        "(False, ['status'], 112)
(False, ['header.etag'], 112)
(False, ['max_time'], 112)
(False, ['sha256'], 112)
(False, ['status', 'body_contains'], 112)" ]
    [ "$(field summary 'r["failed"], r["unexpected"]')" = "(5, 5)" ]
    # What came is told as well, and what was expected in its place.
    is=$(printf xxxx | sha256sum | cut -d' ' -f1)
    [ "$(field out 'r["errormsg"]' | sed 's/is [0-9.]* s/is TIME/')" = \
        "not as expected: status is 200 instead of 300-599
not as expected: header.etag is missing
not as expected: max_time is TIME instead of 0.000 s at most
not as expected: sha256 is $is instead of $sum
not as expected: status is 200 instead of 201-202; body_contains does not hold: 'y' is not there" ]
    # A failed transfer is the more serious matter.
    echo "{\"url\":\"$PEER/cut\",\"expect\":{\"status\":200}}" >> bad
    run -110 quiver batch -s bad
}

@test "--expect holds for the entries that expect nothing themselves" {
    cat > list <<-END
	{"id":1,"url":"$PEER/status/200"}
	{"id":2,"url":"$PEER/status/404"}
	{"id":3,"url":"$PEER/status/404","expect":{"status":404}}
	END
    run -112 --separate-stderr batch -s --ordered --expect status=200-299 list
    printf '%s\n' "$output" > out
    [ "$(field out 'r["id"], r["exitcode"], r["expect"]')" = \
        "(1, 0, {'ok': True, 'failed': []})
(2, 112, {'ok': False, 'failed': ['status']})
(3, 0, {'ok': True, 'failed': []})" ]
    batch -s --ordered --expect status=200 --defaults '{"expect":{"status":"200,404"}}' list > out
    printf 'url = "%s/status/404"\nexpect = "status=404"\nnext\nurl = "%s/status/404"\n' "$PEER" "$PEER" > list
    run -112 --separate-stderr batch -s --ordered --format curl --expect status=200 list
    printf '%s\n' "$output" > out
    field out 'r["exitcode"]' > codes
    [ "$(paste -sd' ' codes)" = '0 112' ]
}

@test "text is found in a body of any size, beyond the cap too" {
    printf '{"url":"%s/bytes/3000000","expect":{"body_contains":"xyx"}}\n' "$PEER" > list
    run -112 quiver batch -s --body-max 10 list
    printf '{"url":"%s/echo","expect":{"body_contains":"/echo"}}\n' "$PLAIN" > list
    batch -s --body none list > out
}

@test "mixed faults in a thousand lines: each is reported once" {
    "$PYTHON" - "$PEER" "$SECURE" > list <<-'END'
	import json, random, sys
	peer, secure = sys.argv[1:]
	random.seed(7)
	kinds = [peer + "/bytes/100", secure + "/bytes/100", peer + "/cut", secure + "/status/503",
	         secure + "/cut/10", secure + "/reset/0", "http://127.0.0.1:1/", "http://no.invalid/",
	         peer + "/loop", "gopher://x/"]
	for i in range(1000):
	    if i % 50 == 49:
	        print("broken", i)
	    else:
	        print(json.dumps({"id": i, "url": random.choice(kinds), "follow": True, "timeout": 20}))
	END
    run -110 --separate-stderr quiver batch -s --cacert "$CA" --http2 --format jsonl --summary-out sum list
    echo "$output" > out
    [ "$(field out 'r["line"]' | sort -n | paste -sd,)" = "$(seq 1000 | paste -sd,)" ]
    [ "$(field out 'r["id"] if r["errormsg"] is None or r["exitcode"] != 2 else "bad"' | sort | uniq -d | grep -v bad | wc -l)" -eq 0 ]
    # Every record has a reason, or an answer.
    [ "$(field out '(r["error"] is None) == (r["exitcode"] == 0)' | sort -u)" = True ]
    [ "$(field out 'r["exitcode"] == 0 or bool(r["errormsg"])' | sort -u)" = True ]
    [ "$(field sum 'r["done"], r["ok"] + r["failed"]')" = "(1000, 1000)" ]
}

@test "one JSON line in, one out, for as long as the pipe lives" {
    coproc "$QUIVER" batch -s --format jsonl - 3>&-
    local pid=$COPROC_PID
    for n in 1 2 3; do
        echo "{\"id\":\"q$n\",\"url\":\"$PEER/bytes/$n\"}" >&"${COPROC[1]}"
        read -r -t 90 line <&"${COPROC[0]}"
        [[ "$line" == *"\"id\":\"q$n\""* ]]
    done
    eval "exec ${COPROC[1]}>&-"
    wait "$pid"
}

@test "the examples of quiver-batch(1) do what they say" {
    command -v jq > /dev/null || skip "jq is not installed"
    mkdir bin files
    ln -s "$QUIVER" bin/quiver
    printf '%s\n' "$PEER/bytes/1" "$PEER/status/404" > urls.txt
    echo "{\"id\":\"x\",\"url\":\"$PEER/echo\"}" > in.jsonl
    echo 'X-Key: 7' > headers.txt
    printf 'echo?1\necho?2\n' > ids
    page=$BATS_TEST_DIRNAME/../../man/quiver-batch.1
    example() {
        "$PYTHON" "$BATS_TEST_DIRNAME/batch_examples.py" "$page" "$1" "$PEER" > script
        (PATH=$PWD/bin:$PATH bash -e script 2> err)
    }
    [ "$("$PYTHON" "$BATS_TEST_DIRNAME/batch_examples.py" "$page")" = 5 ]
    example 0 | cut -f1,3 | sort > got
    [ "$(cat got)" = "200	$PEER/bytes/1
404	$PEER/status/404" ]
    example 1
    grep -q 'X-Key: 7' out.jsonl
    rm out.jsonl
    example 2 # an interruption before anything happened
    example 2
    grep -q '0 done: 0 ok, 0 failed, 1 done before' err
    [ "$(wc -l < out.jsonl)" -eq 1 ]
    [ "$(example 3 | grep -c '^GET /echo?')" -eq 2 ]
    # The digest in the text is cut short: the entry is a bad one.
    run -110 example 4
}

@test "a body with another checksum is not kept, and the entry fails" {
    quiver -sS "$PEER/bytes/1000" -o body
    local right wrong
    right=$(sha256sum < body | cut -d' ' -f1)
    wrong=${right//[0-7]/8}
    cat > list <<-END
	{"id":1,"url":"$PEER/bytes/1000","output":"right","checksum":"sha256:$right"}
	{"id":2,"url":"$PEER/bytes/1000","output":"wrong","checksum":"sha256:$wrong"}
	{"id":3,"url":"$PEER/bytes/1000","output":"both","checksum":["SHA512:$(sha512sum < body | cut -d' ' -f1)","md5:$(md5sum < body | cut -d' ' -f1)"]}
	{"id":4,"url":"$PEER/bytes/1000","output":"half","checksum":["sha256:$right","md5:00000000000000000000000000000000"]}
	{"id":5,"url":"$PEER/bytes/1000","checksum":"sha256:$wrong"}
	{"id":6,"url":"$PEER/bytes/0","checksum":"md5:d41d8cd98f00b204e9800998ecf8427e"}
	{"id":7,"url":"$PEER/bytes/1","checksum":"sha256:12"}
	END
    run -110 --separate-stderr batch -s --ordered -j 2 list
    printf '%s\n' "$output" > out
    [ "$(field out 'r["id"], r["exitcode"], (r["error"] or {}).get("name")')" = \
        "(1, 0, None)
(2, 112, 'checksum')
(3, 0, None)
(4, 112, 'checksum')
(5, 112, 'checksum')
(6, 0, None)
(7, 2, 'invalid')" ]
    [ "$(names_in . | tr ' ' '\n' | grep -c -e wrong -e half)" -eq 0 ]
    cmp right body
    cmp both body
    [ "$(field out 'r["errormsg"]' | sed -n 2p)" = "the checksum is sha256:$right instead of sha256:$wrong" ]
    # A group of a curl configuration has its own.
    printf 'url = "%s/bytes/1000"\noutput = "%s"\nchecksum = "sha256:%s"\nnext\n' \
        "$PEER" good "$right" "$PEER" bad "$wrong" > groups
    run -112 --separate-stderr batch -s --ordered --format curl groups
    [ -e good ]
    [ ! -e bad ]
}
