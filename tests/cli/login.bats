#!/usr/bin/env bats
# How a server learns who the user is: what it asks for, and what it gets.

load helper
load mirror

setup_file() {
    start_mirror
}

teardown_file() {
    stop_mirror
}

setup() {
    enter_folder
    forget
}

me=(-u user:pw)

# asked: for each request its scheme ("-" without one) and the bytes of its body.
asked() {
    diary '" ".join(e["headers"].get("authorization", "-").split()[0] + "/%d" % e["bytes"] for e in d)'
}

# parameter NAME: of the Digest in each request, "-" where there is none.
parameter() {
    diary '" ".join((__import__("re").findall("[ ,]'"$1"'=\"?([^\",]*)", e["headers"].get("authorization", "")) or ["-"])[0] for e in d)'
}

# login OPTION... PATH: prints the status.
login() {
    local path=${*: -1}
    forget
    quiver -sS -o /dev/null -w '%{http_code}' "${@:1:$#-1}" "$A$path"
}

@test "--basic and --oauth2-bearer are sent at once, and refused once" {
    run login --basic "${me[@]}" /login/basic
    [ "$output" = 200 ]
    [ "$(asked)" = Basic/0 ]
    run login --basic -u user:wrong /login/basic,digest
    [ "$output" = 401 ]
    [ "$(asked)" = Basic/0 ]
    run login --oauth2-bearer token /login/bearer
    [ "$output" = 200 ]
    [ "$(asked)" = Bearer/0 ]
    run login --oauth2-bearer wrong /login/bearer,basic
    [ "$output" = 401 ]
    [ "$(asked)" = Bearer/0 ]
}

@test "--digest answers every algorithm, with and without sessions and qop" {
    local algorithm qop
    for algorithm in '' MD5 MD5-sess SHA-256 SHA-256-sess SHA-512-256 SHA-512-256-sess; do
        for qop in auth auth-int; do
            run login --digest "${me[@]}" "/login/digest?alg=$algorithm&qop=$qop"
            [ "$output" = 200 ] || {
                echo "$algorithm $qop: $output"
                return 1
            }
            [ "$(asked)" = "-/0 Digest/0" ]
        done
    done
    run login --digest "${me[@]}" '/login/digest?qop='
    [ "$output" = 200 ]
    run login --digest "${me[@]}" '/login/digest?userhash=1&alg=SHA-256&opaque=o'
    [ "$output" = 200 ]
    run login --digest "${me[@]}" '/login/digest?alg=MD5,SHA-512-256,SHA-256'
    [ "$output" = 200 ]
    [ "$(parameter algorithm)" = "- SHA-512-256" ]
}

@test "a user name that no quoted string may hold is sent as it is" {
    run login --digest -u 'us"er\:pw' '/login/digest'
    [ "$output" = 401 ]
    [ "$(asked)" = "-/0 Digest/0" ]
    [[ "$(diary 'd[1]["headers"]["authorization"]')" == 'Digest username="us\"er\\",'* ]]
}

@test "wrong credentials are sent once" {
    run login --digest -u user:wrong '/login/digest'
    [ "$output" = 401 ]
    [ "$(asked)" = "-/0 Digest/0" ]
    run login --digest -u other:pw -f '/login/digest'
    [ "$status" -eq 22 ]
    [[ "$output" == *"returned error: 401"* ]]
}

@test "what Digest has begun goes on with each request, on any connection" {
    quiver -sS --digest "${me[@]}" -o /dev/null "$A/login/digest?[1-3]" --next -sS --digest "${me[@]}" \
        --http1.0 -o /dev/null "$A/login/digest?4"
    [ "$(asked)" = "-/0 Digest/0 Digest/0 Digest/0 Digest/0" ]
    [ "$(parameter nc)" = "- 00000001 00000002 00000003 00000004" ]
    [ "$(diary 'len({e["connection"] for e in d}) > 1')" = True ]
}

@test "another origin and another user have nonces of their own" {
    quiver -sS --digest "${me[@]}" -o /dev/null "$A/login/digest" -o /dev/null "$B/login/digest" \
        --next -sS --digest -u user:wrong -o /dev/null "$A/login/digest"
    [ "$(asked)" = "-/0 Digest/0 -/0 Digest/0 -/0 Digest/0" ]
    [ "$(parameter nc)" = "- 00000001 - 00000001 - 00000001" ]
}

@test "a nonce that is old is taken for no refusal" {
    quiver -sS --digest "${me[@]}" -o /dev/null -w '%{http_code} ' "$A/login/digest?uses=2&n=[1-5]" > got
    [ "$(cat got)" = "200 200 200 200 200 " ]
    [ "$(parameter nc)" = "- 00000001 00000002 00000003 00000001 00000002 00000003 00000001" ]
    forget
    quiver -sS --digest "${me[@]}" -o /dev/null -w '%{http_code} ' "$A/login/digest?uses=1&silent=1&n=[1-2]" > got
    [ "$(cat got)" = "200 200 " ]
}

@test "the server's next nonce is used next" {
    quiver -sS --digest "${me[@]}" -o /dev/null -w '%{http_code} ' "$A/login/digest?uses=1&next=1&n=[1-4]" > got
    [ "$(cat got)" = "200 200 200 200 " ]
    [ "$(asked)" = "-/0 Digest/0 Digest/0 Digest/0 Digest/0" ]
}

@test "many requests at once share a nonce" {
    quiver -sS -Z --digest "${me[@]}" -o /dev/null -w '%{http_code} ' "$A/login/digest?n=[1-30]" > got
    [ "$(tr -d '\n' < got)" = "$(printf '200 %.0s' {1..30})" ]
}

@test "--digest sends a body when it is known what the server wants" {
    run login --digest "${me[@]}" -d abc /login/digest
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Digest/3" ]
    [ "$(diary '[e["headers"]["content-length"] for e in d]')" = "['0', '3']" ]
    head -c 3000000 /dev/urandom > big
    run login --digest "${me[@]}" -T big '/login/digest?qop=auth,auth-int'
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Digest/3000000" ]
    run login --digest "${me[@]}" -H 'Content-Length: 3' -H 'Expect: 100-continue' -d abc /login/digest
    [ "$output" = 200 ]
    [ "$(diary '[e["headers"].get("expect") for e in d]')" = "[None, '100-continue']" ]
    run login --digest "${me[@]}" -T - /login/digest < <(printf piped)
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Digest/5" ]
    # The second has the first one's challenge.
    quiver -sS --digest "${me[@]}" -d abc -o /dev/null "$A/login/digest" -o /dev/null "$A/login/digest"
    [ "$(asked)" = "-/0 Digest/5 -/0 Digest/3 Digest/3" ]
}

@test "a server that wants no credentials gets the body as well" {
    run login --digest "${me[@]}" -d abc /open
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 -/3" ]
    run login --digest "${me[@]}" -d abc /to/404
    [ "$output" = 404 ]
    [ "$(asked)" = "-/0" ]
    run login --digest "${me[@]}" -L -d abc "$(to 307 /login/digest)"
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 -/0 Digest/3" ]
}

@test "auth-int of a body that cannot be read twice is not answered" {
    run login --digest "${me[@]}" -T - '/login/digest?qop=auth-int' < <(printf piped)
    [ "$output" = 401 ]
    run login --digest "${me[@]}" -d abc '/login/digest?qop=auth-int'
    [ "$output" = 200 ]
}

@test "auth-int hashes files and forms, which can be read twice" {
    local alg
    head -c 300000 /dev/urandom > big
    for alg in MD5 SHA-256 SHA-512-256 SHA-256-sess; do
        run login --digest "${me[@]}" -T big "/login/digest?qop=auth-int&alg=$alg"
        [ "$output" = 200 ]
        [ "$(asked)" = "-/0 Digest/300000" ]
        run login --digest "${me[@]}" -X POST -T - "/login/digest?qop=auth-int&alg=$alg" < big
        [ "$output" = 200 ]
    done
    run login --digest "${me[@]}" -F a=1 -F f=@big '/login/digest?qop=auth-int'
    [ "$output" = 200 ]
    [ "$(diary 'd[-1]["bytes"] > 300000')" = True ]
    # The body goes once more when the nonce is stale, and is hashed anew.
    run login --digest "${me[@]}" -T big '/login/digest?qop=auth-int&uses=1'
    [ "$output" = 200 ]
    run login --digest "${me[@]}" -L -T big "$(to 307 '/login/digest?qop=auth-int')"
    [ "$output" = 200 ]
    # A part of a file is what is sent, and so what is hashed.
    run login --digest "${me[@]}" -C 100000 -T big '/login/digest?qop=auth-int'
    [ "$output" = 200 ]
    [ "$(diary 'd[-1]["bytes"]')" -eq 200000 ]
}

@test "--anyauth takes the best of what is offered" {
    run login --anyauth "${me[@]}" /login/negotiate,basic
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Basic/0" ]
    run login --anyauth "${me[@]}" /login/basic,digest
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Digest/0" ]
    run login --anyauth "${me[@]}" --oauth2-bearer token /login/basic,digest,bearer
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Bearer/0" ]
    run login --anyauth "${me[@]}" /login/negotiate
    [ "$output" = 401 ]
    [ "$(asked)" = "-/0" ]
    run login --basic --digest "${me[@]}" /login/digest
    [ "$output" = 200 ]
    run login --anyauth "${me[@]}" /login/basic,bearer,negotiate
    [ "$output" = 200 ]
    run login --anyauth -u user:wrong /login/basic
    [ "$output" = 401 ]
    [ "$(asked)" = "-/0 Basic/0" ]
    run login --anyauth --no-digest "${me[@]}" /login/digest,basic
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Basic/0" ]
}

@test "--anyauth sends a body twice, if it can" {
    printf abcde > five
    run login --anyauth "${me[@]}" -T five /login/digest
    [ "$output" = 200 ]
    [ "$(asked)" = "-/5 Digest/5" ]
    run login --anyauth "${me[@]}" -T - /login/digest < <(printf piped)
    [ "$status" -eq 65 ]
    [[ "$output" == *"cannot be read again"* ]]
    run login --anyauth "${me[@]}" -T - /open < <(printf piped)
    [ "$output" = 200 ]
}

@test "a server that refuses a large body at once does not get the rest of it" {
    head -c 40000000 /dev/zero > big
    run login --anyauth "${me[@]}" -H 'Expect;' -T big /early
    [ "$output" = 200 ]
    [ "$(asked)" = "-/0 Digest/40000000" ]
    # With Expect not a byte of it.
    run login --anyauth "${me[@]}" -T big -w ' %{size_upload}' /early
    [ "$output" = " 40000000" ]
    [ "$(asked)" = "-/0 Digest/40000000" ]
}

@test "the heads of both answers are shown, the last body is" {
    quiver -sS -i --digest "${me[@]}" "$A/login/digest" > got
    [ "$(grep -c '^HTTP/1.1 401' got)" -eq 1 ]
    [ "$(grep -c '^HTTP/1.1 200' got)" -eq 1 ]
    refute grep -q 'who are you' got
    quiver -sS -D heads --digest "${me[@]}" -o body "$A/login/digest"
    [ "$(grep -c ^HTTP heads)" -eq 2 ]
    grep -q '"target"' body
    quiver -sS --digest "${me[@]}" -o /dev/null -w '%{num_redirects} %{num_retries} %{http_code}' "$A/login/digest" > got
    [ "$(cat got)" = "0 0 200" ]
    quiver -sS --digest -u user:wrong "$A/login/digest" > got
    [ "$(cat got)" = "who are you?" ]
}

@test "-X and the request target are what Digest hashes" {
    run login --digest "${me[@]}" -X PURGE '/login/digest?a=%20b&c'
    [ "$output" = 200 ]
    [ "$(diary '[e["method"] for e in d]')" = "['PURGE', 'PURGE']" ]
    run login --digest "${me[@]}" -I /login/digest
    [ "$output" = 200 ]
    run login --digest "${me[@]}" --request-target '/login/digest?other' /login/digest
    [ "$output" = 200 ]
    [ "$(parameter uri)" = "- /login/digest?other" ]
}

@test "-H Authorization is the user's own affair" {
    run login --digest "${me[@]}" -H 'Authorization: Own x' /login/digest
    [ "$output" = 401 ]
    [ "$(asked)" = "Own/0" ]
    run login "${me[@]}" -H 'Authorization:' /login/basic
    [ "$output" = 401 ]
    [ "$(asked)" = "-/0" ]
}

@test "Digest stays with its origin" {
    quiver -sS -L --digest "${me[@]}" -o /dev/null "$A$(to 302 "$B/login/digest")"
    [ "$(asked)" = "-/0 -/0" ]
    forget
    quiver -sS -L --location-trusted --digest "${me[@]}" -o /dev/null "$A$(to 302 "$B/login/digest")"
    [ "$(asked)" = "-/0 -/0 Digest/0" ]
}

@test "a batch logs in once" {
    for i in 1 2 3 4 5; do
        printf '{"url":"%s/login/digest?n=%d"}\n' "$A" "$i"
    done > in
    quiver batch -j 1 --digest "${me[@]}" in > out
    [ "$(grep -c '"response_code":200' out)" -eq 5 ]
    [ "$(diary 'len(d)')" -eq 6 ]
}

@test "--disallow-username-in-url is exit 67, before anything is sent" {
    run quiver -sS --disallow-username-in-url "http://user@${A#http://}/"
    [ "$status" -eq 67 ]
    [[ "$output" != *user@* ]]
    [ "$(diary 'len(d)')" -eq 0 ]
    run quiver -sS --disallow-username-in-url -o /dev/null "${me[@]}" "$A/"
    [ "$status" -eq 0 ]
    run quiver -sS --no-disallow-username-in-url -o /dev/null "http://user@${A#http://}/"
    [ "$status" -eq 0 ]
}

# ---- AWS ----

sign=(--aws-sigv4 aws:amz:us-east-1:service -u AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
    -H 'Host: example.amazonaws.com' -H 'X-Amz-Date: 20150830T123600Z')

# signature OPTION... PATH: of the last request.
signature() {
    local path=${*: -1}
    forget
    quiver -sS -o /dev/null "${sign[@]}" "${@:1:$#-1}" "$A$path" || return 1
    diary 'd[-1]["headers"].get("authorization", "-").split("Signature=")[-1]'
}

@test "--aws-sigv4 signs as AWS's own test suite says" {
    [ "$(signature /)" = 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31 ]
    [ "$(signature '/?Param2=value2&Param1=value1')" = b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500 ]
    [ "$(signature -X POST /)" = 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b ]
    [ "$(signature /example/..)" = 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31 ]
    [ "$(signature -H 'My-Header1: value2' -H 'My-Header1: value2' -H 'My-Header1: value1' /)" = \
        c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea ]
    [ "$(signature -d Param1=value1 -H 'Content-Type: application/x-www-form-urlencoded' /)" = \
        ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a ]
    [ "$(diary 'd[0]["headers"]["x-amz-date"]')" = 20150830T123600Z ]
}

@test "a file is signed as its bytes are, a pipe cannot be" {
    printf Param1=value1 > body
    [ "$(signature -X POST -T body -H 'Content-Type: application/x-www-form-urlencoded' /x)" = \
        "$(signature -d Param1=value1 -H 'Content-Type: application/x-www-form-urlencoded' /x)" ]
    [ "$(diary 'd[-1]["bytes"]')" -eq 13 ]
    forget
    run quiver -sS "${sign[@]}" -T - "$A/" < <(printf piped)
    [ "$status" -eq 94 ]
    [ "$(diary 'len(d)')" -eq 0 ]
}

@test "S3 is told of the body, and takes one that is not signed" {
    local s3=(--aws-sigv4 aws:amz:us-east-1:s3 -u key:secret)
    quiver -sS -o /dev/null "${s3[@]}" "$A/a%20b"
    [ "$(diary 'd[-1]["headers"]["x-amz-content-sha256"]')" = e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 ]
    [ "$(diary 'len(d[-1]["headers"]["x-amz-date"])')" -eq 16 ]
    [[ "$(diary 'd[-1]["headers"]["authorization"]')" == *"SignedHeaders=host;x-amz-content-sha256;x-amz-date,"* ]]
    quiver -sS -o /dev/null "${s3[@]}" -d abc "$A/x"
    [ "$(diary 'd[-1]["headers"]["x-amz-content-sha256"]')" = "$(printf abc | sha256sum | cut -d' ' -f1)" ]
    quiver -sS -o /dev/null "${s3[@]}" -T - "$A/x" < <(printf piped)
    [ "$(diary 'd[-1]["headers"]["x-amz-content-sha256"]')" = UNSIGNED-PAYLOAD ]
    quiver -sS -o /dev/null "${s3[@]}" -H 'X-Amz-Content-Sha256: given' -d abc "$A/x"
    [ "$(diary 'd[-1]["headers"]["x-amz-content-sha256"]')" = given ]
}

@test "the host names service and region when the option does not" {
    quiver -sS -o /dev/null --aws-sigv4 aws:amz -u k:s --connect-to "::127.0.0.1:${A##*:}" http://svc.reg.test/
    [[ "$(diary 'd[-1]["headers"]["authorization"]')" == *"/reg/svc/aws4_request, "* ]]
    run quiver -sS --aws-sigv4 aws:amz -u k:s "http://localhost:${A##*:}/"
    [ "$status" -eq 3 ]
    run quiver -sS --aws-sigv4 '' -u k:s "http://svc.localhost:${A##*:}/"
    [ "$status" -eq 3 ]
    run quiver -sS -o /dev/null --aws-sigv4 osc:x:r:s -u k:s "$A/"
    [ "$status" -eq 0 ]
    [[ "$(diary 'd[-1]["headers"]["authorization"]')" == "OSC4-HMAC-SHA256 "*"/r/s/osc4_request, SignedHeaders=host;x-x-date,"* ]]
    forget
    quiver -sS -L -o /dev/null "${sign[@]}" "$A$(to 302 "$B/end")"
    [ "$(diary '["authorization" in e["headers"] for e in d]')" = "[True, False]" ]
}

# ---- channels and tunnels ----

@test "a WebSocket answers challenges as well" {
    run quiver ws --digest "${me[@]}" "ws://${A#http://}/login/digest?alg=SHA-256" < /dev/null
    [ "$output" = hi ]
    [ "$(asked)" = "-/0 Digest/0" ]
    forget
    run quiver ws --anyauth "${me[@]}" "ws://${A#http://}/login/basic" < /dev/null
    [ "$output" = hi ]
    [ "$(asked)" = "-/0 Basic/0" ]
    forget
    run quiver ws --oauth2-bearer token "ws://${A#http://}/login/bearer" < /dev/null
    [ "$output" = hi ]
    [ "$(asked)" = Bearer/0 ]
    forget
    run quiver ws -s --digest -u user:wrong "ws://${A#http://}/login/digest" < /dev/null
    [ "$status" -eq 22 ]
    [ "$(asked)" = "-/0 Digest/0" ]
    forget
    printf 'machine 127.0.0.1 login user password pw\n' > own
    run quiver ws --netrc-file own "ws://${A#http://}/login/basic" < /dev/null
    [ "$output" = hi ]
}

@test "tunnel answers the challenge of its proxy, to -u and to -U" {
    local option proxy_pid
    "$PYTHON" "$HERE/proxy_peer.py" port log 3>&- &
    proxy_pid=$!
    within 60 of $! test -s port
    for option in -u -U; do
        : > log
        [ $option = -u ] && how=--digest || how=--proxy-digest
        run bash -c "printf 'GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' |
            '$QUIVER' tunnel tcp - digest.test:${A##*:} --via 'http://127.0.0.1:$(cat port)' $how $option name:word"
        kill -0 "$proxy_pid"
        [[ "$output" == *'"target": "/end"'* ]] || { cat log; kill "$proxy_pid"; return 1; }
        [ "$(grep -c '^CONNECT' log)" -eq 2 ]
        grep -q 'digest | good' log
    done
    # Basic goes at once.
    : > log
    quiver tunnel tcp - "basic.test:${A##*:}" --via "http://127.0.0.1:$(cat port)" -u name:word < /dev/null || true
    kill "$proxy_pid"
    [ "$(grep -c '^CONNECT' log)" -eq 1 ]
    grep -q "Proxy-Authorization: Basic" log
}
