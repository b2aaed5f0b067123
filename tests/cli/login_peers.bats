#!/usr/bin/env bats
# Credentials on HTTP/1.1, 2 and 3: who gets them after a redirect, and how
# software that is not ours takes them (hypercorn, apache).

bats_require_minimum_version 1.5.0
load helper
load peers
load mirror

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    make_ca "$BATS_FILE_TMPDIR"
    a=$(free_port) b=$(free_port) plain=$(free_port)
    DIARY=$BATS_FILE_TMPDIR/diary
    : > "$DIARY"
    DIARY=$DIARY PYTHONPATH=$BATS_TEST_DIRNAME "$PYTHON" -m hypercorn --certfile server.pem --keyfile server.key \
        --bind "127.0.0.1:$a" --quic-bind "127.0.0.1:$a" --bind "127.0.0.1:$b" --quic-bind "127.0.0.1:$b" \
        --insecure-bind "127.0.0.1:$plain" login_app:app > hypercorn.log 2>&1 3>&- &
    APP_PID=$!
    wait_for_port "$a" "$APP_PID"
    wait_for_port "$b" "$APP_PID"
    wait_for_port "$plain" "$APP_PID"
    export a b plain DIARY APP_PID CA="$BATS_FILE_TMPDIR/ca.pem"
}

teardown_file() {
    kill "$APP_PID" 2>/dev/null || true
}

setup() {
    enter_folder
    : > "$DIARY"
}

# follow OPTION... URL: localhost and 127.0.0.1 are two hosts at one address.
follow() {
    : > "$DIARY"
    quiver -sS -L --cacert "$CA" -o /dev/null "$@"
}

# told FIELD: in each request "+" where it was sent, "-" where not; and that all came
# by this version.
told() {
    local line out=''
    while IFS= read -r line; do
        [[ "$line" == *"\"$1\": \""* ]] && out+=+ || out+=-
        [[ "$line" == *"\"version\": \"$2\""* ]] || out+="!"
    done < "$DIARY"
    echo "$out"
}

# path: what the way is, beginning at $1 (a URL with or without a login).
ways=(same port host back)

# way NAME USERINFO: the URL that begins it.
way() {
    local first="https://${2}localhost:$a" here="https://localhost:$a"
    case $1 in
    same) printf '%s' "$first$(to 302 "$here/end")" ;;
    port) printf '%s' "$first$(to 302 "https://localhost:$b/end")" ;;
    host) printf '%s' "$first$(to 302 "https://127.0.0.1:$a/end")" ;;
    back) printf '%s' "$first$(to 302 "https://localhost:$b$(to 302 "$here/end")")" ;;
    esac
}

# check VERSION FIELD EXPECTED USERINFO OPTION...: EXPECTED has a word for each way.
check() {
    local version=$1 field=$2 expected=$3 info=$4 name number got=''
    shift 4
    number=${version#--http}
    number=${number%-only}
    [ "$number" = 1.1 ] || number=${number%%.*}
    for name in "${ways[@]}"; do
        follow "$version" "$@" "$(way "$name" "$info")" || return 1
        got+="$(told "$field" "$number") "
    done
    [ "$got" = "$expected " ] || {
        echo "$version $*: $got, not $expected"
        return 1
    }
}

@test "credentials stay with their origin, on each version" {
    local v
    printf 'machine localhost login u password p\n' > netrc
    for v in --http1.1 --http2 --http3-only; do
        check "$v" authorization '++ +- +- +--' '' -u u:p
        check "$v" authorization '++ +- +- +--' '' --oauth2-bearer t
        check "$v" authorization '++ +- +- +--' '' -H 'Authorization: Own'
        check "$v" authorization '++ +- +- +--' u:p@
        check "$v" cookie '++ +- +- +--' '' -H 'Cookie: a=b'
        check "$v" cookie '++ +- +- +--' '' -b a=b
        check "$v" authorization '++ +- +- +--' '' --aws-sigv4 aws:amz:r:s -u k:s
        # A netrc is for the host, whichever port; another host has no entry.
        check "$v" authorization '++ ++ +- +++' '' --netrc-file netrc
        # Who trusts them all.
        check "$v" authorization '++ ++ ++ +++' '' --location-trusted -u u:p
    done
}

@test "another scheme is another origin" {
    local v
    for v in --http1.1 --http2 --http3; do
        follow "$v" -u u:p --proto-redir http,https "https://localhost:$a$(to 302 "http://localhost:$plain/end")"
        [ "$(grep -c '"authorization"' "$DIARY")" -eq 1 ]
        [ "$(grep -c '"scheme": "http"' "$DIARY")" -eq 1 ]
        [ "$(wc -l < "$DIARY")" -eq 2 ]
    done
    follow -u u:p "http://localhost:$plain$(to 302 "https://localhost:$a/end")"
    [ "$(grep -c '"authorization"' "$DIARY")" -eq 1 ]
}

@test "a netrc has an entry for each host of the way" {
    local v
    printf 'machine localhost login u password p\nmachine 127.0.0.1 login v password q\n' > netrc
    for v in --http1.1 --http2 --http3-only; do
        follow "$v" --netrc-file netrc "$(way host '')"
        grep -o 'Basic [^"]*' "$DIARY" > got
        [ "$(paste -sd' ' got)" = "Basic dTpw Basic djpx" ]
    done
}

@test "Digest and the others are answered on each version" {
    local v path
    for v in --http1.1 --http2 --http3-only; do
        for path in /login/digest '/login/digest?alg=SHA-256&userhash=1' '/login/digest?alg=SHA-512-256-sess&qop=auth-int' \
            /login/basic,negotiate; do
            run follow "$v" --anyauth -u user:pw -d abc -w '%{http_code} %{http_version}' "https://localhost:$a$path"
            [[ "$output" == "200 "* ]]
            [ "$(grep -c '"bytes": 3' "$DIARY")" -eq 2 ]
        done
        run follow "$v" --digest -u user:pw -d abc -w '%{http_code}' "https://localhost:$a/login/digest"
        [ "$output" = 200 ]
        [ "$(grep -o '"bytes": [0-9]*' "$DIARY" | paste -sd' ')" = '"bytes": 0 "bytes": 3' ]
    done
}

@test "one nonce serves a batch on a connection that multiplexes" {
    local i v
    for ((i = 0; i < 100; i++)); do
        printf '{"url":"https://localhost:%d/login/digest?n=%d"}\n' "$a" "$i"
    done > in
    for v in --http2 --http3-only; do
        : > "$DIARY"
        quiver batch "$v" --cacert "$CA" --digest -u user:pw -j 20 in > out
        [ "$(grep -c '"response_code":200' out)" -eq 100 ]
        # Those that were underway when the first challenge came were asked again.
        [ "$(wc -l < "$DIARY")" -le 120 ]
    done
}

# start_apache: Digest and Basic over TLS on $apache.
start_apache() {
    local tree module
    tree=$(dirname "$(dirname "$(readlink -f "$(command -v apache2)")")")
    apache=$(free_port)
    mkdir -p www/digest www/basic logs
    echo secret > www/digest/file
    cp www/digest/file www/basic/file
    printf 'user:the realm:%s\n' "$(printf 'user:the realm:pw' | md5sum | cut -d' ' -f1)" > digests
    printf 'user:{SHA}%s\n' "$(printf pw | openssl dgst -sha1 -binary | base64)" > basics
    {
        for module in mpm_event authn_core authz_core authz_user authn_file auth_digest auth_basic ssl http2 mime; do
            echo "LoadModule ${module}_module $tree/usr/lib/apache2/modules/mod_$module.so"
        done
        cat << CONF
ServerName localhost
DefaultRuntimeDir $PWD/logs
PidFile $PWD/logs/pid
ErrorLog $PWD/logs/error
TypesConfig /dev/null
Listen 127.0.0.1:$apache
DocumentRoot $PWD/www
Protocols h2 http/1.1
SSLEngine on
SSLCertificateFile $BATS_FILE_TMPDIR/server.pem
SSLCertificateKeyFile $BATS_FILE_TMPDIR/server.key
$([ "$(id -u)" -ne 0 ] || printf 'User nobody\nGroup nogroup')
<Location /digest>
    AuthType Digest
    AuthName "the realm"
    AuthDigestProvider file
    AuthUserFile $PWD/digests
    Require valid-user
</Location>
<Location /basic>
    AuthType Basic
    AuthName "the realm"
    AuthUserFile $PWD/basics
    Require valid-user
</Location>
CONF
    } > apache.conf
    chmod -R a+rX "$BATS_RUN_TMPDIR"
    apache2 -X -f "$PWD/apache.conf" > apache.log 2>&1 3>&- &
    apache_pid=$!
    wait_for_port "$apache" "$apache_pid" || {
        cat apache.log logs/error
        return 1
    }
}

@test "apache's Digest and Basic, on HTTP/1.1 and 2" {
    local v
    command -v apache2 > /dev/null || skip "no apache"
    start_apache
    for v in --http1.1 --http2; do
        run quiver -sS "$v" --cacert "$CA" --digest -u user:pw "https://localhost:$apache/digest/file?[1-3]"
        [ "$output" = $'secret\nsecret\nsecret' ] || { cat logs/error; break; }
        run quiver -sS "$v" --cacert "$CA" --anyauth -u user:pw -w '%{http_code}' "https://localhost:$apache/digest/file"
        [ "$output" = $'secret\n200' ] || break
        run quiver -sS "$v" --cacert "$CA" --anyauth -u user:pw "https://localhost:$apache/basic/file"
        [ "$output" = secret ] || break
        run quiver -sS "$v" --cacert "$CA" --digest -u user:wrong -o /dev/null -w '%{http_code}' "https://localhost:$apache/digest/file"
        [ "$output" = 401 ] || break
        v=done
    done
    kill "$apache_pid"
    [ "$v" = done ]
}
