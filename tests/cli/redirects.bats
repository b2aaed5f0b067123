#!/usr/bin/env bats
# Where a 3xx leads, by which method and with which body.

load helper
load mirror

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

# methods OPTION...: for each status, the methods and body sizes of both
# requests of a redirect, as "CODE:FIRST/BYTES,SECOND/BYTES".
methods() {
    local code out=''
    for code in 301 302 303 307 308; do
        forget
        quiver -sS -L -o /dev/null "$@" "$A$(to "$code" "$B/end")" || return 1
        out+="$code:$(diary '",".join("%s/%d" % (e["method"], e["bytes"]) for e in d)') "
    done
    echo "$out"
}

@test "GET and HEAD stay what they are" {
    [ "$(methods)" = "301:GET/0,GET/0 302:GET/0,GET/0 303:GET/0,GET/0 307:GET/0,GET/0 308:GET/0,GET/0 " ]
    [ "$(methods -I)" = "301:HEAD/0,HEAD/0 302:HEAD/0,HEAD/0 303:HEAD/0,HEAD/0 307:HEAD/0,HEAD/0 308:HEAD/0,HEAD/0 " ]
}

@test "POST becomes GET after 301, 302 and 303 and stays POST after 307 and 308" {
    [ "$(methods -d abc)" = "301:POST/3,GET/0 302:POST/3,GET/0 303:POST/3,GET/0 307:POST/3,POST/3 308:POST/3,POST/3 " ]
}

@test "PUT becomes GET after 303 only" {
    printf 12345 > five
    [ "$(methods -T five)" = "301:PUT/5,PUT/5 302:PUT/5,PUT/5 303:PUT/5,GET/0 307:PUT/5,PUT/5 308:PUT/5,PUT/5 " ]
}

@test "--post301, --post302 and --post303 keep a POST, each after its own status" {
    [ "$(methods -d abc --post301)" = "301:POST/3,POST/3 302:POST/3,GET/0 303:POST/3,GET/0 307:POST/3,POST/3 308:POST/3,POST/3 " ]
    [ "$(methods -d abc --post302)" = "301:POST/3,GET/0 302:POST/3,POST/3 303:POST/3,GET/0 307:POST/3,POST/3 308:POST/3,POST/3 " ]
    [ "$(methods -d abc --post303)" = "301:POST/3,GET/0 302:POST/3,GET/0 303:POST/3,POST/3 307:POST/3,POST/3 308:POST/3,POST/3 " ]
    [ "$(methods -d abc --post301 --post302 --post303 --no-post302)" = \
        "301:POST/3,POST/3 302:POST/3,GET/0 303:POST/3,POST/3 307:POST/3,POST/3 308:POST/3,POST/3 " ]
    printf 12345 > five
    [ "$(methods -T five --post303)" = "301:PUT/5,PUT/5 302:PUT/5,PUT/5 303:PUT/5,GET/0 307:PUT/5,PUT/5 308:PUT/5,PUT/5 " ]
}

@test "-X is sent again by -L, and by --follow where the method stays" {
    [ "$(methods -X PURGE)" = "301:PURGE/0,PURGE/0 302:PURGE/0,PURGE/0 303:PURGE/0,PURGE/0 307:PURGE/0,PURGE/0 308:PURGE/0,PURGE/0 " ]
    [ "$(methods -X PURGE --follow)" = "301:PURGE/0,PURGE/0 302:PURGE/0,PURGE/0 303:PURGE/0,GET/0 307:PURGE/0,PURGE/0 308:PURGE/0,PURGE/0 " ]
    [ "$(methods -X PATCH -d abc --follow)" = "301:PATCH/3,GET/0 302:PATCH/3,GET/0 303:PATCH/3,GET/0 307:PATCH/3,PATCH/3 308:PATCH/3,PATCH/3 " ]
    [ "$(methods -X PATCH -d abc --follow --post301 --post303)" = \
        "301:PATCH/3,PATCH/3 302:PATCH/3,GET/0 303:PATCH/3,PATCH/3 307:PATCH/3,PATCH/3 308:PATCH/3,PATCH/3 " ]
    # The last of them counts.
    [ "$(methods -X PURGE --follow -L)" = "$(methods -X PURGE)" ]
    [ "$(methods -X PURGE -L --follow)" = "$(methods -X PURGE --follow)" ]
    forget
    # What has become a GET stays one.
    quiver -sS --follow -X PURGE -o /dev/null "$A$(to 303 "$A$(to 307 /end)")"
    [ "$(diary '[e["method"] for e in d]')" = "['PURGE', 'GET', 'GET']" ]
}

@test "--proto says which schemes there are" {
    run quiver -sS --proto =https "$A/"
    [ "$status" -eq 1 ]
    [[ "$output" == "quiver: (1) 127.0.0.1: protocol \"http\" is disabled" ]]
    run quiver -sS --proto -all,https,+http -o /dev/null "$A/"
    [ "$status" -eq 0 ]
    run quiver -sS -L --proto -https -o /dev/null --cacert "$MIRROR_CA" "$A$(to 302 "$S/end")"
    [ "$status" -eq 1 ]
    [[ "$output" == *"protocol \"https\" is disabled (in redirect)" ]]
    run quiver -sS --proto -all "$A/"
    [ "$status" -eq 2 ]
    # A word that is mistyped may have been meant to forbid.
    run quiver -sS --proto =http,nonsense -o /dev/null "$A/"
    [ "$status" -eq 2 ]
    [[ "${lines[0]}" == "quiver: (2) option --proto: protocol 'nonsense' is not known" ]]
    run quiver -sS --proto =https ws "ws://${A#http://}/"
    [ "$status" -eq 1 ]
    forget
    run quiver batch --proto =https - <<< "{\"url\":\"$A/\"}"
    [[ "$output" == *'"code":1,'* ]]
    [ "$(diary 'len(d)')" -eq 0 ]
}

@test "--proto-redir says where redirects may lead" {
    run quiver -sS -L --proto-redir =https -o /dev/null "$A$(to 302 "$B/end")"
    [ "$status" -eq 1 ]
    [ "$(diary 'len(d)')" -eq 1 ]
    run quiver -sS -L --proto-redir =https -o /dev/null --cacert "$MIRROR_CA" "$A$(to 302 "$S/end")"
    [ "$status" -eq 0 ]
    # Who names http wants it from https as well.
    run quiver -sS -L --proto-redir http,https -o /dev/null --cacert "$MIRROR_CA" -u u:p -e ';auto' "$S$(to 302 "$A/end")"
    [ "$status" -eq 0 ]
    [ "$(diary 'd[-1]["headers"].get("referer"), d[-1]["headers"].get("authorization")')" = "(None, None)" ]
    run quiver -sS -L --proto-redir -ftp -o /dev/null --cacert "$MIRROR_CA" "$S$(to 302 "$A/end")"
    [ "$status" -eq 1 ]
}

@test "a body from a file is sent again from its start" {
    head -c 3000000 /dev/urandom > big
    quiver -sS -L -T big -o /dev/null "$A$(to 307 "$A$(to 308 "$B/end")")"
    [ "$(diary '[e["bytes"] for e in d]')" = "[3000000, 3000000, 3000000]" ]
}

@test "a body from a pipe cannot be sent again: exit 65" {
    run quiver -sS -L -T - "$A$(to 307 /end)" < <(printf piped)
    [ "$status" -eq 65 ]
    [ "$(diary 'len(d)')" -eq 1 ]
    # It need not be where the method becomes GET.
    run quiver -sS -L -T - -o /dev/null "$A$(to 303 /end)" < <(printf piped)
    [ "$status" -eq 0 ]
}

@test "the rules are the same over HTTP/2 and HTTP/3" {
    local version code
    for version in --http1.1 --http2 --http3-only; do
        for code in 301:GET 303:GET 307:POST 308:POST; do
            quiver -sS -L "$version" --cacert "$CA" -d abc -o got \
                "$SECURE/redirect/1?code=${code%:*}&to=/echo"
            grep -q "\"method\": \"${code#*:}\"" got
            [ "${code#*:}" != GET ] || refute grep -qi content-type got
        done
        quiver -sS -L "$version" --cacert "$CA" -o /dev/null \
            -w '%{num_redirects} %{num_connects}' "$SECURE/redirect/5?to=/status/200" > got
        [ "$(cat got)" = "5 1" ]
    done
}

@test "fields that describe a body go with it" {
    quiver -sS -L --json '{}' -o /dev/null "$A$(to 302 "/end")"
    [ "$(diary '["content-type" in e["headers"] for e in d]')" = "[True, False]" ]
    [ "$(diary '["content-length" in e["headers"] for e in d]')" = "[True, False]" ]
}

@test "--max-redirs counts redirects, 0 allows none, -1 any number" {
    local deep=/end i
    for i in 1 2 3; do deep=$(to 302 "$deep"); done
    run quiver -sS -L --max-redirs 3 -o /dev/null "$A$deep"
    [ "$status" -eq 0 ]
    run quiver -sS -L --max-redirs 2 -o /dev/null "$A$deep"
    [ "$status" -eq 47 ]
    [[ "$output" == "quiver: (47) 127.0.0.1: Maximum (2) redirects followed" ]]
    run quiver -sS -L --max-redirs 0 -o /dev/null "$A$deep"
    [ "$status" -eq 47 ]
    run quiver -sS -L --max-redirs -1 -o /dev/null "$A$deep"
    [ "$status" -eq 0 ]
}

@test "a loop ends" {
    run quiver -sS -L -o /dev/null "$A/to/302?loc="
    [ "$status" -eq 0 ] # an empty Location is none
    run quiver -sS -L -o /dev/null "$A$(to 302 "?$(quoted x)")"
    [ "$status" -eq 0 ]
    run quiver -sS -L -o /dev/null "$A/to/307?loc=%3Floc%3D"
    [ "$status" -eq 0 ]
    run quiver -sS -L -o /dev/null --cacert "$CA" "$SECURE/redirect/60"
    [ "$status" -eq 47 ]
}

# lands LOCATION TARGET: a redirect there asks for TARGET.
lands() {
    forget
    quiver -sS -L -o /dev/null "$A$(to 302 "$1" | sed 's#/to/302#/to/302/deep/#')" || return 1
    diary 'd[-1]["target"]' > target
    [ "$(cat target)" = "$2" ] || {
        echo "'$1' led to $(cat target)"
        return 1
    }
}

@test "a Location may be relative, absolute, with a fragment, with a space" {
    lands /abs /abs
    lands "$B/other" /other
    lands "//${B#http://}/net" /net
    lands rel /to/302/deep/rel
    lands ../up /to/302/up
    lands '?q=1' '/to/302/deep/?q=1'
    lands '/frag#part' /frag
    lands '/with space?a b' '/with%20space?a+b'
    lands $'/umlaut/\xc3\xa4' '/umlaut/%C3%A4'
    lands "HTTP://${B#http://}" /
}

@test "the fragment is the last Location's, or the one before" {
    run quiver -sS -L -o /dev/null -w '%{url_effective}' "$A$(to 302 '/end#new')#old"
    [ "$output" = "$A/end#new" ]
}

@test "a redirect from https to http is refused" {
    run quiver -sS -L --cacert "$MIRROR_CA" "$S$(to 302 "$A/end")"
    [ "$status" -eq 1 ]
    [[ "$output" == "quiver: (1) 127.0.0.1: a redirect from https to http is not followed" ]]
    [ "$(diary 'len(d)')" -eq 1 ]
    run quiver -sS -L -o /dev/null --cacert "$MIRROR_CA" "$A$(to 302 "$S/end")"
    [ "$status" -eq 0 ]
    for version in --http2 --http3-only; do
        run quiver -sS -L "$version" --cacert "$CA" "$SECURE/redirect/1?to=$(quoted "$A/end")"
        [ "$status" -eq 1 ]
    done
}

@test "a redirect to what is not HTTP is refused" {
    local url
    for url in ftp://127.0.0.1/x file:///etc/passwd gopher://127.0.0.1/ javascript:1 data:,x; do
        run quiver -sS -L "$A$(to 302 "$url")"
        [ "$status" -eq 1 ] || [ "$status" -eq 3 ]
        [[ "$output" == "quiver: ($status) 127.0.0.1: redirect: "* ]]
    done
    run quiver -sS -L "$A$(to 302 'http://[bad/')"
    [ "$status" -eq 3 ]
    run quiver -sS -L "$A$(to 302 'http://127.0.0.1:99999/')"
    [ "$status" -eq 3 ]
}

@test "two different Locations are no answer, two equal ones are one" {
    run quiver -sS -L "$A$(to 302 /one /two)"
    [ "$status" -eq 8 ]
    run quiver -sS -L -o /dev/null "$A$(to 302 /one /one)"
    [ "$status" -eq 0 ]
}

@test "304, and a 300 and a 302 without Location are answers" {
    run quiver -sS -L -o /dev/null -w '%{http_code} %{num_redirects}' "$A$(to 304 /end)"
    [ "$output" = "304 0" ]
    run quiver -sS -L -o /dev/null -w '%{http_code} %{num_redirects}' "$A/to/300"
    [ "$output" = "300 0" ]
    run quiver -sS -L -o /dev/null -w '%{http_code} %{num_redirects}' "$A/to/302"
    [ "$output" = "302 0" ]
}

@test "only the last body is written, all heads are" {
    quiver -sS -L -o body -D heads "$A$(to 302 "$A$(to 301 /end)")"
    grep -q '"target": "/end"' body
    refute grep -q bbb body
    [ "$(grep -c '^HTTP/1.1 ' heads)" -eq 3 ]
    [ "$(grep '^HTTP/1.1 ' heads | cut -d' ' -f2 | tr '\n' ' ')" = "302 301 200 " ]
    quiver -sS -L -I "$A$(to 302 "/end")" > heads
    [ "$(grep -c '^HTTP/1.1 ' heads)" -eq 2 ]
    quiver -sS -L -i "$A$(to 302 "/end")" > heads
    [ "$(grep -c '^HTTP/1.1 ' heads)" -eq 2 ]
    refute grep -q bbb heads
}

@test "a long body of a redirect is not waited for" {
    quiver -sS -L -o /dev/null -w '%{num_connects}' "$A$(to 302 /end)&big=20000000" > got
    [ "$(cat got)" = 2 ]
    quiver -sS -L -o /dev/null -w '%{num_connects}' "$A$(to 302 /end)&big=1000" > got
    [ "$(cat got)" = 1 ]
}

@test "-w tells of redirects" {
    run quiver -sS -L -o /dev/null -w '%{num_redirects} %{url_effective} [%{redirect_url}] %{http_code}' \
        "$A$(to 302 "$(to 302 /end)")"
    [ "$output" = "2 $A/end [] 200" ]
    # 201 says what has been made.
    run quiver -sS -L -o /dev/null -w '%{http_code} %{redirect_url}' "$A$(to 201 made)"
    [[ "$output" == "201 $A/"*made ]]
    run quiver -sS -o /dev/null -w '%{num_redirects} %{redirect_url} %{time_redirect}' "$A$(to 302 end)"
    [ "$output" = "0 $A/to/end 0.000000" ]
    quiver -sS -L -o /dev/null -w '%{json}' "$A$(to 302 /late/head)" > json
    # The 3 s of the last answer are not the redirect's.
    [ "$(record '0 < r["time_redirect"] <= r["time_starttransfer"] - 2 < r["time_total"]' < json)" = True ]
}

@test "each hop has phases of its own" {
    quiver -sS -L -o /dev/null --cacert "$MIRROR_CA" -w '%{json}' "$A$(to 302 "$L$(to 302 "$S/late/head")")" > json
    [ "$(record 'len(r["hops"]), [h["response_code"] for h in r["hops"]]' < json)" = "(2, [302, 302])" ]
    # The second one's handshake is 3 s late, the third one's answer.
    [ "$(record '[h["phases"]["tls"] is None or h["phases"]["tls"] < 2.5 for h in r["hops"]]' < json)" = "[True, False]" ]
    [ "$(record '[h["phases"]["wait"] < 2.5 for h in r["hops"]] + [r["phases"]["wait"] < 2.5]' < json)" = "[True, True, False]" ]
    [ "$(record 'r["phases"]["queue"] < 2.5 and 0 < r["phases"]["tls"] < 2.5' < json)" = True ]
    # They add up, but for what lies between them.
    [ "$(record 'all(abs(sum(v or 0 for v in h["phases"].values()) - h["time_total"]) < 0.5 for h in r["hops"])' < json)" = True ]
}

@test "Referer follows with ;auto only, without credentials and fragment" {
    quiver -sS -L -o /dev/null -e 'http://from/;auto' "http://user:pw@${A#http://}$(to 302 "$(to 302 /end)")#f"
    [ "$(diary 'd[0]["headers"]["referer"]')" = http://from/ ]
    [ "$(diary 'd[1]["headers"]["referer"]')" = "$A$(to 302 "$(to 302 /end)")" ]
    [ "$(diary 'd[2]["headers"]["referer"]')" = "$A$(to 302 /end)" ]
    forget
    quiver -sS -L -o /dev/null -e 'http://from/' "$A$(to 302 /end)"
    [ "$(diary '[e["headers"]["referer"] for e in d]')" = "['http://from/', 'http://from/']" ]
    forget
    quiver -sS -L -o /dev/null -e ';auto' "$A$(to 302 /end)"
    [ "$(diary '[e["headers"].get("referer") for e in d]')" = "[None, '$A$(to 302 /end)']" ]
}

@test "-f fails by the last answer" {
    run quiver -sS -f -L "$A$(to 302 /to/404)"
    [ "$status" -eq 22 ]
    run quiver -sS -f -o /dev/null -L "$A$(to 302 /end)"
    [ "$status" -eq 0 ]
}

@test "417 is answered without Expect, once" {
    head -c 2000000 /dev/zero > big
    quiver -sS -T big -o /dev/null -w '%{http_code}' "$A/refuse" > got
    [ "$(cat got)" = 200 ]
    [ "$(diary '[("expect" in e["headers"], e["bytes"]) for e in d]')" = "[(True, 0), (False, 2000000)]" ]
}
