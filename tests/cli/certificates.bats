#!/usr/bin/env bats
# One verdict, in the same words, for a certificate over HTTP/1.1, HTTP/2 and
# HTTP/3 of the embedded server, and what can be said about it. faults_tls.bats
# asks foreign servers.

bats_require_minimum_version 1.5.0
load ../faults/faults
load peers

setup_file() {
    export certs=$BATS_FILE_TMPDIR/certs
    "$PYTHON" "$FAULTS/certs.py" "$certs" 2>"$BATS_FILE_TMPDIR/certs.err"
    mkdir "$BATS_FILE_TMPDIR/www"
    echo fine >"$BATS_FILE_TMPDIR/www/file"
    unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE
}

teardown() {
    stop_wires
    [ -z "${quiver_pid:-}" ] || stop_quiver "$quiver_pid"
    [ -z "${openssl_pid:-}" ] || end_peer "$openssl_pid"
}

# serve_row NAME: quiver serve with that certificate; a line for each request.
serve_row() {
    start_quiver "$1" --cert "$certs/$1.crt" --key "$certs/$1.key" --log text "$BATS_FILE_TMPDIR/www"
}

# count_requests NAME: requests is how many the server of that row saw.
count_requests() {
    local log part
    requests=0
    for part in "" .err; do
        slurp log "$BATS_FILE_TMPDIR/quiver.$1$part"
        while [[ $log == *"GET /file"* ]]; do
            log=${log#*"GET /file"}
            requests=$((requests + 1))
        done
    done
}

# of_host HOST OPTION...: from whoever serves at the moment.
of_host() {
    local host=$1
    shift
    case $host in *:*) host="[$host]" ;; esac
    fetch --connect-to "::127.0.0.1:$quiver_port" "$@" "https://$host:$quiver_port/file"
}

@test "every certificate has one verdict in the same words over every version, and a refused server sees no request" {
    local name host verdict reason version args words want requests wrong=0
    while IFS=$'\t' read -r name host verdict reason; do
        # These quiver does not even serve; foreign servers do.
        case $name in nul_in_san | unknown_critical | rsa1024) continue ;; esac
        serve_row "$name"
        case $host in *:*) host="[$host]" ;; esac
        args=()
        for version in --http1.1 --http2 --http3-only; do
            args+=(--next $version --cacert "$certs/ca.pem" --connect-to "::127.0.0.1:$quiver_port"
                -w '%{exitcode};' "https://$host:$quiver_port/file")
        done
        fetch "${args[@]:1}"
        words=${stderr%%$'\n'*}
        case $verdict in
        accept) want=$'fine\n0;fine\n0;fine\n0;::3' ;;
        refuse) want="60;60;60;:$words"$'\n'"$words"$'\n'"$words:0" ;;
        esac
        count_requests "$name"
        if [ "$output:$stderr:$requests" != "$want" ] ||
            { [ "$verdict" = refuse ] && [[ $words != "quiver: (60) "*"$reason"* ]]; }; then
            echo "$name is to $verdict ($reason): $output $stderr; requests seen: $requests"
            wrong=1
        fi
        kill "$quiver_pid" # it says goodbye while the next one is asked
        wires+=("$quiver_pid")
    done <"$certs/manifest.tsv"
    return $wrong
}

@test "--insecure turns the check off, and --write-out says what it would have found" {
    local name version
    for name in selfsigned expired wrongname; do
        serve_row "$name"
        for version in --http1.1 --http2 --http3-only; do
            of_host good.test --cacert "$certs/ca.pem" -k -w '%{ssl_verify_result}' $version
            echo "$name $version: $status $output $stderr"
            [ "$status" -eq 0 ]
            [[ $output == fine* ]]
            [ "${output##*$'\n'}" != 0 ]
        done
        stop_quiver "$quiver_pid"
    done
}

@test "a good certificate is a result of 0, with --insecure too" {
    local version
    serve_row good
    for version in --http1.1 --http2 --http3-only; do
        of_host good.test --cacert "$certs/ca.pem" -w '%{ssl_verify_result}' $version
        echo "$version: $status $output $stderr"
        [ "$output" = $'fine\n0' ]
        of_host good.test --cacert "$certs/ca.pem" -k -w '%{ssl_verify_result}' $version
        [ "$output" = $'fine\n0' ]
    done
}

@test "the race tells of the certificate, and never falls back because of it" {
    serve_row selfsigned
    of_host good.test --cacert "$certs/ca.pem" --http3
    [ "$status" -eq 60 ]
    count_requests selfsigned
    [ "$requests" -eq 0 ]
}

@test "a store that is not there is exit 77 over every version" {
    local version
    serve_row good
    for version in --http1.1 --http2 --http3 --http3-only; do
        SSL_CERT_FILE=$BATS_TEST_TMPDIR/none of_host good.test $version
        echo "$version: $status $stderr"
        [ "$status" -eq 77 ]
        of_host good.test --cacert "$BATS_TEST_TMPDIR/none" $version
        [ "$status" -eq 77 ]
    done
    count_requests good
    [ "$requests" -eq 0 ]
}

@test "a message says which store it was, and who named it; -v always names it" {
    local version none=$BATS_TEST_TMPDIR/none
    serve_row good
    for version in --http1.1 --http2 --http3-only; do
        SSL_CERT_FILE=$none of_host good.test $version
        [[ $stderr == *"no certificates to trust from $none (SSL_CERT_FILE): No such file or directory"* ]]
        CURL_CA_BUNDLE=$none SSL_CERT_FILE=$certs/ca.pem of_host good.test $version
        [ "$status" -eq 77 ]
        [[ $stderr == *"$none (CURL_CA_BUNDLE)"* ]]
        SSL_CERT_FILE=$certs/ca.pem of_host good.test $version -v
        [ "$status" -eq 0 ]
        [[ $stderr == *"* Trusted certificates: $certs/ca.pem (SSL_CERT_FILE)"* ]]
        of_host good.test $version -v
        [ "$status" -eq 60 ]
        [[ $stderr == *"* Trusted certificates: /"* && $stderr == *"; trusted: /"* ]]
        # A folder that is not there is none, as for curl.
        SSL_CERT_DIR=$none of_host good.test $version
        [ "$status" -eq 60 ]
        of_host good.test $version -v -k
        [[ $stderr == *"* Trusted certificates: anybody (-k)"* ]]
    done
    # QUIC and TCP have failed by the same, which is said once.
    SSL_CERT_FILE=$none of_host good.test --http3
    [[ $stderr == "quiver: (77) good.test: no certificates to trust from $none (SSL_CERT_FILE): No such file or directory" ]]
    echo "no certificate" > "$BATS_TEST_TMPDIR/junk"
    of_host good.test --cacert "$BATS_TEST_TMPDIR/junk"
    [[ $stderr == *"no certificates to trust from $BATS_TEST_TMPDIR/junk: there are none in it"* ]]
    of_host good.test --cacert "$certs/ca.pem" --cert "$none"
    [ "$status" -eq 58 ]
    [[ $stderr == *"certificate $none: No such file or directory"* ]]
}

# run_with_bundle BUNDLE NAME=VALUE... -- ARGUMENT...: quiver where BUNDLE is the system's only store.
run_with_bundle() {
    local bundle=$1
    shift
    run --separate-stderr unshare $([ "$(id -u)" -eq 0 ] || echo -r) -m bash -c '
        for d in /etc/ssl /etc/pki /usr/local/share/certs; do [ ! -d $d ] || mount -t tmpfs none $d; done
        mkdir -p /etc/ssl/certs && cat "$0" > /etc/ssl/certs/ca-certificates.crt
        exec env "$@"' "$bundle" "$@"
}

@test "folders are trusted beside the system's bundle, and a file stands for it, as for curl" {
    local tmp=$BATS_TEST_TMPDIR version at
    serve_row good
    at=(-sS -v --connect-to "::127.0.0.1:$quiver_port" "https://good.test:$quiver_port/file")
    mkdir "$tmp/other" "$tmp/empty" "$tmp/ours"
    make_ca "$tmp/other"
    cp "$certs/ca.pem" "$tmp/ours/"
    for version in --http2 --http3-only; do
        # The bundle has the issuer, the folder has not.
        run_with_bundle "$certs/ca.pem" SSL_CERT_DIR="$tmp/other" "$QUIVER" "$version" "${at[@]}"
        echo "$version: $status $stderr"
        [ "$status" -eq 0 ]
        [[ $stderr == *"* Trusted certificates: /etc/ssl/certs/ca-certificates.crt, $tmp/other (SSL_CERT_DIR)"* ]]
        run_with_bundle "$certs/ca.pem" SSL_CERT_DIR="$tmp/empty" "$QUIVER" "$version" "${at[@]}"
        [ "$status" -eq 0 ]
        run_with_bundle "$certs/ca.pem" "$QUIVER" "$version" --capath "$tmp/other" "${at[@]}"
        [ "$status" -eq 0 ]
        # The folder has it, the bundle has not; of a list, each counts.
        run_with_bundle "$tmp/other/ca.pem" SSL_CERT_DIR="/nosuch:$tmp/empty::$tmp/ours" "$QUIVER" "$version" "${at[@]}"
        echo "$version: $status $stderr"
        [ "$status" -eq 0 ]
        run_with_bundle "$tmp/other/ca.pem" "$QUIVER" "$version" --capath "$tmp/other:$tmp/ours" "${at[@]}"
        [ "$status" -eq 0 ]
        # A file is in the bundle's place, with a folder or without.
        run_with_bundle "$certs/ca.pem" SSL_CERT_FILE="$tmp/other/ca.pem" SSL_CERT_DIR="$tmp/other" \
            "$QUIVER" "$version" "${at[@]}"
        [ "$status" -eq 60 ]
        [[ $stderr == *"* Trusted certificates: $tmp/other/ca.pem (SSL_CERT_FILE), $tmp/other (SSL_CERT_DIR)"* ]]
        run_with_bundle "$certs/ca.pem" CURL_CA_BUNDLE="$tmp/other/ca.pem" SSL_CERT_DIR="$tmp/ours" \
            "$QUIVER" "$version" "${at[@]}"
        [ "$status" -eq 60 ]
        [[ $stderr == *"* Trusted certificates: $tmp/other/ca.pem (CURL_CA_BUNDLE)"* ]]
        run_with_bundle "$certs/ca.pem" SSL_CERT_FILE="$tmp/other/ca.pem" SSL_CERT_DIR="$tmp/ours" \
            "$QUIVER" "$version" "${at[@]}"
        [ "$status" -eq 0 ]
        run_with_bundle "$certs/ca.pem" "$QUIVER" "$version" --capath "$tmp/ours:$tmp/nosuch" "${at[@]}"
        [ "$status" -eq 77 ]
        [[ $stderr == *"no certificates to trust from $tmp/nosuch: No such file or directory"* ]]
    done
}

@test "a system without any store says so" {
    serve_row good
    unshare $([ "$(id -u)" -eq 0 ] || echo -r) -m bash -c '
        for d in /etc/ssl /etc/pki /usr/local/share/certs; do [ ! -d $d ] || mount -t tmpfs none $d; done
        "$QUIVER" -sS -v --connect-to "::127.0.0.1:$1" "https://good.test:$1/file"' - "$quiver_port" \
        > "$BATS_TEST_TMPDIR/said" 2>&1 || true
    cat "$BATS_TEST_TMPDIR/said"
    grep -q '^\* Trusted certificates: nobody, this system has no store' "$BATS_TEST_TMPDIR/said"
}

@test "a store of another issuer trusts nobody over any version" {
    local version
    serve_row good
    mkdir "$BATS_TEST_TMPDIR/other"
    make_ca "$BATS_TEST_TMPDIR/other"
    for version in --http1.1 --http2 --http3 --http3-only; do
        of_host good.test --cacert "$BATS_TEST_TMPDIR/other/ca.pem" $version
        [ "$status" -eq 60 ]
    done
}

# s_server ROW OPTION...: openssl's server with that certificate.
s_server() {
    local row=$1
    shift
    openssl_port=$(free_port)
    openssl s_server -accept "127.0.0.1:$openssl_port" -cert "$certs/$row.crt" -cert_chain "$certs/$row.crt" \
        -key "$certs/$row.key" -www -quiet "$@" >"$BATS_TEST_TMPDIR/openssl" 2>&1 3>&- &
    openssl_pid=$!
    wait_for_port "$openssl_port" "$openssl_pid"
}

of_openssl() {
    fetch --cacert "$certs/ca.pem" --resolve "good.test:$openssl_port:127.0.0.1" -o "$BATS_TEST_TMPDIR/got" "$@" \
        "https://good.test:$openssl_port/"
}

@test "openssl: a good certificate passes, a bad one is refused" {
    local row
    s_server good
    of_openssl --http1.1
    echo "$status $stderr"
    [ "$status" -eq 0 ]
    end_peer "$openssl_pid"
    for row in expired wrongname selfsigned client_eku; do
        s_server $row
        of_openssl --http1.1
        echo "$row: $status $stderr"
        [ "$status" -eq 60 ]
        end_peer "$openssl_pid"
    done
}

@test "openssl: TLS 1.1 is refused" {
    s_server good -tls1_1 -cipher DEFAULT@SECLEVEL=0
    of_openssl
    echo "$status $stderr"
    [ "$status" -eq 35 ]
}

@test "openssl: a certificate is wanted, and given" {
    s_server good -Verify 1 -verify_return_error -CAfile "$certs/ca.pem"
    of_openssl --http1.1
    echo "$status $stderr"
    [ "$status" -eq 98 ]
    of_openssl --http1.1 --cert "$certs/eku_absent.crt" --key "$certs/eku_absent.key"
    echo "$status $stderr"
    [ "$status" -eq 0 ]
}

@test "a QUIC server of another protocol is refused in the handshake" {
    "$PYTHON" -c 'import aioquic' 2>/dev/null || skip "python3 has no aioquic"
    start_faults h3.py "$certs/good.crt" "$certs/good.key" other
    quiver_port=$fault_port
    of_host good.test --cacert "$certs/ca.pem" --http3-only
    stop_faults
    echo "$status $stderr"
    [ "$status" -eq 35 ]
}
