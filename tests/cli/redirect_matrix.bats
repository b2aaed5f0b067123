#!/usr/bin/env bats
# What the user is known by, on redirects between the schemes of one name: each kind of
# it over each way there and back.

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
    export HOME=$PWD
    unset NETRC
    printf 'machine m.test login net password rc\n' > .netrc
}

# sets CODE LOCATION COOKIE...: the path of a redirect there that sets these.
sets() {
    local path cookie
    path=$(to "$1" "$2")
    shift 2
    for cookie in "$@"; do
        path+="&f=$(quoted "Set-Cookie: $cookie; Path=/")"
    done
    printf '%s' "$path"
}

# ask OPTION... URL: of m.test, with its two servers.
ask() {
    quiver -sS -k -L --proto-redir =http,https --connect-to "m.test:80:127.0.0.1:${A##*:}" \
        --connect-to "m.test:443:127.0.0.1:${S##*:}" -o /dev/null "$@"
}

# follow WAY PATH OPTION...: m.test has a server at port 80 and one at 443; a WAY such as
# "p s p" goes from the plain one to the one with TLS and back, and PATH is asked for last.
follow() {
    local -a hops
    read -r -a hops <<< "$1"
    local url=$2 i
    shift 2
    for ((i = ${#hops[@]} - 1; i >= 0; i--)); do
        if [ "${hops[i]}" = p ]; then url=http://m.test$url; else url=https://m.test$url; fi
        [ "$i" -eq 0 ] || url=$(to "${code:-302}" "$url")
    done
    ask "$@" "$url"
}

# seen NAME: that field of each request, "-" where it was not sent; of Digest and of
# signatures the first word.
seen() {
    diary '" ".join((lambda v: v.split()[0] if v.startswith(("Digest", "AWS4")) else v.replace(" ", "_"))(e["headers"].get("'"$1"'", "-")) for e in d)'
}

# check FIELD WAY EXPECTED OPTION...
check() {
    local field=$1 way=$2 expected=$3
    shift 3
    forget
    follow "$way" /end "$@"
    local got
    got=$(seen "$field")
    [ "$got" = "$expected" ] || {
        echo "$way with $*: '$got', not '$expected'" >&2
        return 1
    }
}

BASIC=Basic_dXNlcjpwdw==
NETRC_OF_M=Basic_bmV0OnJj

@test "names and tokens stay with the scheme, both ways and on the way back" {
    local option word
    for word in basic bearer own; do
        case $word in
        basic) option=(-u user:pw) is=$BASIC ;;
        bearer) option=(--oauth2-bearer token) is=Bearer_token ;;
        own) option=(-H 'Authorization: Own 1') is=Own_1 ;;
        esac
        check authorization 'p p' "$is $is" "${option[@]}"
        check authorization 's s' "$is $is" "${option[@]}"
        check authorization 'p s' "$is -" "${option[@]}"
        check authorization 's p' "$is -" "${option[@]}"
        check authorization 'p s p' "$is - -" "${option[@]}"
        check authorization 's p s' "$is - -" "${option[@]}"
        check authorization 'p s s' "$is - -" "${option[@]}"
        check authorization 'p s p s' "$is $is $is $is" --location-trusted "${option[@]}"
        check authorization 's p s' "$is $is $is" --location-trusted "${option[@]}"
    done
}

@test "so do cookies that the user gives" {
    check cookie 'p s p' 'c=1 - -' -H 'Cookie: c=1'
    check cookie 's p s' 'c=1 - -' -H 'Cookie: c=1'
    check cookie 'p s p' 'd=2 - -' -b d=2
    check cookie 's p s' 'd=2 - -' -b d=2
    check cookie 's p s' 'd=2 d=2 d=2' --location-trusted -b d=2
}

@test "credentials of the URL stay with its scheme" {
    local way
    for way in http https; do
        local there=https
        [ "$way" = http ] || there=http
        forget
        ask "$way://user:pw@m.test$(to 302 "$there://m.test$(to 302 "$way://m.test/end")")"
        [ "$(seen authorization)" = "$BASIC - -" ]
    done
}

@test "a netrc's are of the host, whatever the scheme" {
    local n=$NETRC_OF_M
    check authorization 'p s p' "$n $n $n" -n
    check authorization 's p s' "$n $n $n" -n
    # -u goes as far as it may, the file's behind it; on the way back too, as the user's
    # own was left behind.
    check authorization 'p s p' "$BASIC $n $n" -n -u user:pw
    check authorization 's p' "$BASIC $BASIC" -n -u user:pw --location-trusted
}

@test "Digest answers the scheme that was meant, and no other one" {
    forget
    run follow 'p s' /login/digest --digest -u user:pw -w '%{http_code}'
    [ "$output" = 401 ]
    [ "$(seen authorization)" = '- -' ]
    forget
    run follow 's p s' /login/digest --digest -u user:pw -w '%{http_code}'
    [ "$output" = 401 ]
    [ "$(seen authorization)" = '- - -' ]
    forget
    run follow 's p' /login/digest --digest --location-trusted -u user:pw -w '%{http_code}'
    [ "$output" = 200 ]
    [ "$(seen authorization)" = '- - Digest' ]
}

@test "a signature is made for the scheme that was meant" {
    check authorization 'p p' 'AWS4-HMAC-SHA256 AWS4-HMAC-SHA256' --aws-sigv4 aws:amz:r:s -u key:secret
    check authorization 'p s' 'AWS4-HMAC-SHA256 -' --aws-sigv4 aws:amz:r:s -u key:secret
    check authorization 's p s' 'AWS4-HMAC-SHA256 - -' --aws-sigv4 aws:amz:r:s -u key:secret
}

@test "kept cookies go by their own rules: Secure ones over TLS alone" {
    local back
    back=$(to 302 http://m.test/end)
    forget
    ask -b '' "http://m.test$(sets 302 "https://m.test$back" a=1 'b=2; Secure')"
    [ "$(seen cookie)" = '- a=1 a=1' ]
    back=$(to 302 https://m.test/end)
    forget
    ask -b '' "https://m.test$(sets 302 "http://m.test$back" 'a=1; Secure' b=2)"
    [ "$(seen cookie)" = '- b=2 a=1;_b=2' ]
    # What plain HTTP says changes no Secure one.
    forget
    ask -b '' "https://m.test$(sets 302 "http://m.test$(sets 302 https://m.test/end a=evil)" 'a=1; Secure')"
    [ "$(seen cookie)" = '- - a=1' ]
}

@test "with kept cookies and a netrc each hop has its own, and -u's first" {
    forget
    ask -n -u user:pw -b given=1 -c jar \
        "https://m.test$(sets 307 "http://m.test$(to 307 https://m.test/end)" 'a=1; Secure')"
    [ "$(seen authorization)" = "$BASIC $NETRC_OF_M $NETRC_OF_M" ]
    [ "$(seen cookie)" = 'given=1 - a=1' ]
}

@test "a named session's fields and login stay with the scheme" {
    export QUIVER_STATE_DIR=$PWD/state
    forget
    follow 's' /end --session work -u user:pw -H 'X-Key: one'
    follow 's p s' /end --session work
    follow 'p s' /end --session work
    # A redirect to the session's own origin has what belongs there.
    [ "$(seen x-key)" = 'one one - - - -' ] || [ "$(seen x-key)" = 'one one - one - one' ]
    [ "$(diary '[e["headers"].get("authorization", "-") for e in d if e["port"] == '"${A##*:}"']')" = "['-', '-']" ]
}

@test "every code of a redirect heeds the scheme, with a body too" {
    local code
    for code in 301 302 303 307 308; do
        check authorization 'p s' "$BASIC -" -u user:pw -d x=1
        check authorization 's p' "$BASIC -" -u user:pw -d x=1
    done
}

@test "-H Host is of its own scheme" {
    check host 's p' 'virtual m.test' -H 'Host: virtual'
    check host 'p s p' 'virtual m.test m.test' -H 'Host: virtual'
}

@test "a host that wants TLS is asked over TLS, with what was meant for it" {
    printf 'm.test "20990101 00:00:00"\n' > hsts
    check authorization 'p' "$BASIC" -u user:pw --hsts hsts
    [ "$(diary '[e["port"] for e in d]')" = "[${S##*:}]" ]
}

@test "--proto-redir stops a way down, and nothing is sent there" {
    forget
    run follow 's p' /end -u user:pw --proto-redir =https
    [ "$status" -eq 1 ]
    [ "$(seen authorization)" = "$BASIC" ]
}
