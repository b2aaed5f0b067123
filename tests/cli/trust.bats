#!/usr/bin/env bats
# What a server's certificate has to stand up to beside its chain: pinned keys,
# revocation lists, OCSP staples; and what quiver shows of itself.  The embedded server
# has each verdict over HTTP/1.1, HTTP/2 and HTTP/3, openssl's is the foreign one.

bats_require_minimum_version 1.5.0
load ../faults/faults
load peers

setup_file() {
    export certs=$BATS_FILE_TMPDIR/certs
    "$PYTHON" "$FAULTS/status.py" "$certs"
    # Of the library itself: the other one knows no empty pass phrase.
    openssl pkcs12 -export -in "$certs/client.pem" -inkey "$certs/client.key" -passout pass: -out "$certs/client.nopass.p12"
    mkdir "$BATS_FILE_TMPDIR/www"
    echo fine >"$BATS_FILE_TMPDIR/www/file"
    unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE
}

setup() {
    cd "$certs" || return 1
}

teardown() {
    [ -z "${quiver_pid:-}" ] || stop_quiver "$quiver_pid"
    [ -z "${openssl_pid:-}" ] || end_peer "$openssl_pid"
}

# serve_row NAME [OPTION...]: quiver serve with that certificate.
serve_row() {
    local row=$1
    shift
    [ -z "${quiver_pid:-}" ] || stop_quiver "$quiver_pid"
    start_quiver "$row" --cert "$row.crt" --key "$row.key" --log text "$@" "$BATS_FILE_TMPDIR/www"
}

# s_server ROW OPTION...: openssl's server with that certificate.
s_server() {
    local row=$1
    shift
    [ -z "${openssl_pid:-}" ] || end_peer "$openssl_pid"
    openssl_port=$(free_port)
    openssl s_server -accept "127.0.0.1:$openssl_port" -cert "$row.crt" -cert_chain "$row.crt" -key "$row.key" -www \
        -quiet "$@" >"$BATS_TEST_TMPDIR/openssl" 2>&1 3>&- &
    openssl_pid=$!
    wait_for_port "$openssl_port" "$openssl_pid"
}

# count_requests: requests is how many the embedded server has logged.
count_requests() {
    requests=$(cat "$BATS_FILE_TMPDIR"/quiver.* | grep -c 'GET /file') || true
}

# verdict STATUS WORDS OPTION...: that of the embedded server over every version; a refused
# one gets no request, and the message has the words.
verdict() {
    local want=$1 words=$2 version before
    shift 2
    count_requests
    before=$requests
    for version in --http1.1 --http2 --http3-only; do
        fetch $version --cacert ca.pem "$@" "https://127.0.0.1:$quiver_port/file"
        if [ "$status" != "$want" ] || [[ $stderr != *"$words"* ]]; then
            echo "$version $*: $status $stderr; expected $want ($words)"
            return 1
        fi
    done
    count_requests
    [ "$want" = 0 ] || [ "$requests" = "$before" ]
}

# foreign STATUS WORDS OPTION...: the same of openssl's server, over TLS 1.3 and 1.2.
foreign() {
    local want=$1 words=$2 version
    shift 2
    for version in 1.3 1.2; do
        fetch --tls-max $version --cacert ca.pem "$@" -o "$BATS_TEST_TMPDIR/got" "https://127.0.0.1:$openssl_port/"
        if [ "$status" != "$want" ] || [[ $stderr != *"$words"* ]]; then
            echo "TLS $version $*: $status $stderr; expected $want ($words)"
            return 1
        fi
    done
}

@test "a pinned key is the server's, by its hash or in a file, whatever signed it" {
    serve_row good
    verdict 0 '' --pinnedpubkey "$(<good.pin)"
    verdict 0 '' --pinnedpubkey "$(<rsa.pin);$(<good.pin)"
    verdict 0 '' --pinnedpubkey good.spki.pem
    verdict 0 '' --pinnedpubkey good.spki.der
    fetch -k --pinnedpubkey "$(<good.pin)" "https://127.0.0.1:$quiver_port/file"
    [ "$status:$output" = 0:fine ]
}

@test "another key than the pinned one is exit 90 before a request, with --insecure too" {
    serve_row good
    verdict 90 "it is $(<good.pin)" --pinnedpubkey "$(<rsa.pin)"
    verdict 90 "it is $(<good.pin)" --pinnedpubkey rsa.spki.der -k
    verdict 90 'no-such-file: No such file' --pinnedpubkey no-such-file
    verdict 90 'no public key in' --pinnedpubkey good.crt
    verdict 90 'is no pin' --pinnedpubkey 'sha256//abc'
    # The certificate is still to be good.
    fetch --pinnedpubkey "$(<good.pin)" "https://127.0.0.1:$quiver_port/file"
    [ "$status" -eq 60 ]
}

@test "a race never falls back to a server with another key" {
    serve_row good
    fetch --http3 --cacert ca.pem --pinnedpubkey "$(<rsa.pin)" "https://127.0.0.1:$quiver_port/file"
    [ "$status" -eq 90 ]
    count_requests
    [ "$requests" -eq 0 ]
}

@test "openssl: pins over TLS 1.3 and 1.2" {
    local row
    for row in rsa ed25519; do
        s_server $row
        foreign 0 '' --pinnedpubkey "$(<$row.pin)"
        foreign 90 "it is $(<$row.pin)" --pinnedpubkey "$(<good.pin)"
    done
}

@test "caddy: pins over HTTP/2 and HTTP/3" {
    local dir=$BATS_TEST_TMPDIR/caddy version pin
    mkdir -p "$dir/www"
    echo fine >"$dir/www/file"
    make_ca "$dir"
    start_caddy "$dir" || skip "no caddy"
    pin=sha256//$(openssl pkey -in "$dir/server.key" -pubout -outform der | openssl dgst -sha256 -binary | base64)
    for version in --http2 --http3-only; do
        fetch $version --cacert "$dir/ca.pem" --pinnedpubkey "$pin" "https://127.0.0.1:$caddy_port/file"
        echo "$version: $status $output $stderr"
        [ "$status:$output" = 0:fine ]
        fetch $version --cacert "$dir/ca.pem" --pinnedpubkey "$(<good.pin)" "https://127.0.0.1:$caddy_port/file"
        echo "$version: $status $stderr"
        [ "$status" -eq 90 ]
        [[ $stderr == *"it is $pin" ]]
    done
    end_peer "$caddy_pid"
}

@test "connections and tickets are not shared between pins" {
    serve_row good
    fetch --cacert ca.pem --http2 -w '%{num_connects} %{tls_resumed}\n' -o /dev/null "https://127.0.0.1:$quiver_port/file" \
        --next --cacert ca.pem --http2 --pinnedpubkey good.spki.pem -w '%{num_connects} %{tls_resumed}\n' -o /dev/null \
        "https://127.0.0.1:$quiver_port/file" \
        --next --cacert ca.pem --http2 --pinnedpubkey rsa.spki.pem "https://127.0.0.1:$quiver_port/file"
    echo "$output; $stderr"
    [ "$status" -eq 90 ]
    [ "$output" = $'1 0\n1 0' ]
}

@test "what a revocation list names is refused, and so is what no list of its issuer covers" {
    serve_row good
    verdict 0 '' --crlfile crls.pem
    verdict 60 'no revocation list (CRL) of its issuer' --crlfile crl_no_root.pem
    verdict 60 'no revocation list (CRL) of its issuer' --crlfile crl_no_inter.pem
    verdict 60 "issuer's revocation list (CRL) is out of date" --crlfile crl_expired.pem
    verdict 60 "signature of the revocation list (CRL) is not its issuer's" --crlfile crl_forged.pem
    verdict 82 'no good revocation list' --crlfile good.crt
    verdict 82 'No such file' --crlfile no-such-file
    serve_row revoked
    verdict 0 ''
    verdict 60 'revoked (CRL)' --crlfile crls.pem
    fetch -k --crlfile crls.pem -w '%{ssl_verify_result}' -o /dev/null "https://127.0.0.1:$quiver_port/file"
    [ "$status" -eq 0 ]
    [ "$output" != 0 ]
}

@test "openssl: revocation lists over TLS 1.3 and 1.2" {
    s_server good
    foreign 0 '' --crlfile crls.pem
    foreign 60 'out of date' --crlfile crl_expired.pem
    s_server revoked
    foreign 60 'revoked (CRL)' --crlfile crls.pem
}

# The words of each answer about `good` but the good ones.
answers=(
    "good|0|"
    "delegated|0|"
    "revoked|91|is revoked"
    "unknown|91|not known to its OCSP responder"
    "expired|91|not in force"
    "early|91|not in force"
    "forged|91|not signed by the certificate's issuer"
    "other|91|for another certificate"
    "undelegated|91|not signed by the certificate's issuer"
    "error|91|no answer at all"
)

@test "--cert-status wants a good answer of the issuer's about this certificate, of now" {
    local row
    serve_row good
    verdict 91 'sent no OCSP staple' --cert-status
    for row in "${answers[@]}"; do
        IFS='|' read -r name want words <<<"$row"
        serve_row good --staple "$name.ocsp"
        verdict "$want" "$words" --cert-status
    done
}

@test "openssl: staples over TLS 1.3 and 1.2" {
    local row
    s_server good
    foreign 91 'sent no OCSP staple' --cert-status
    for row in "${answers[@]}"; do
        IFS='|' read -r name want words <<<"$row"
        s_server good -status -status_file "$name.ocsp"
        foreign "$want" "$words" --cert-status
    done
}

@test "a certificate that is only good with a staple is refused without, and passes with one" {
    s_server staple -status -status_file staple.ocsp
    foreign 60 'must-staple'
    foreign 0 '' --cert-status
    s_server staple
    foreign 91 'sent no OCSP staple' --cert-status
}

@test "a session is never resumed past a status or a list" {
    local option
    serve_row good --staple good.ocsp
    for option in --cert-status "--crlfile crls.pem" --no-sessionid; do
        # shellcheck disable=SC2086
        fetch --cacert ca.pem --http1.1 --pool-max-requests 1 $option -w '%{tls_resumed};' \
            "https://127.0.0.1:$quiver_port/file" -o /dev/null "https://127.0.0.1:$quiver_port/file" -o /dev/null
        echo "$option: $status $output $stderr"
        [ "$output" = '0;0;' ]
    done
    fetch --cacert ca.pem --http1.1 --pool-max-requests 1 --no-sessionid --sessionid -w '%{tls_resumed};' \
        "https://127.0.0.1:$quiver_port/file" -o /dev/null "https://127.0.0.1:$quiver_port/file" -o /dev/null
    [ "$output" = '0;1;' ]
}

@test "openssl: sessions of TLS 1.2 are resumed, by tickets and by their IDs, within a run and from a file" {
    local how
    for how in "" -no_ticket; do
        # shellcheck disable=SC2086
        s_server good -tls1_2 $how
        fetch --cacert ca.pem -w '%{tls_resumed};' "https://127.0.0.1:$openssl_port/" -o /dev/null \
            "https://127.0.0.1:$openssl_port/" -o /dev/null
        echo "$how: $status $output $stderr"
        [ "$output" = '0;1;' ]
        rm -f "$BATS_TEST_TMPDIR/tickets"
        fetch --cacert ca.pem --ssl-sessions "$BATS_TEST_TMPDIR/tickets" "https://127.0.0.1:$openssl_port/" -o /dev/null
        fetch --cacert ca.pem --ssl-sessions "$BATS_TEST_TMPDIR/tickets" -w '%{tls_resumed};' \
            "https://127.0.0.1:$openssl_port/" -o /dev/null
        [ "$output" = '1;' ]
    done
}

@test "openssl: a session of TLS 1.2 is no harm at a server that has learned TLS 1.3" {
    local port
    s_server good -tls1_2
    port=$openssl_port
    fetch --cacert ca.pem --ssl-sessions "$BATS_TEST_TMPDIR/tickets" "https://127.0.0.1:$port/" -o /dev/null
    end_peer "$openssl_pid"
    openssl s_server -accept "127.0.0.1:$port" -cert good.crt -cert_chain good.crt -key good.key -www -quiet \
        >"$BATS_TEST_TMPDIR/openssl" 2>&1 3>&- &
    openssl_pid=$!
    wait_for_port "$port" "$openssl_pid"
    fetch --cacert ca.pem --ssl-sessions "$BATS_TEST_TMPDIR/tickets" -w '%{tls_resumed} %{http_code}' \
        "https://127.0.0.1:$port/" -o /dev/null
    echo "$status $output $stderr"
    [ "$status" -eq 0 ]
    [ "$output" = '0 200' ]
}

@test "openssl: a client certificate of each kind is shown" {
    s_server good -Verify 1 -verify_return_error -CAfile ca.pem
    foreign 98 'client certificate'
    foreign 0 '' --cert client.pem --key client.key
    foreign 0 '' --cert client.pem --key client.enc.key --pass word
    foreign 0 '' --cert client.pem --key client.old.key --pass word
    foreign 0 '' --cert client.both.pem:word
    foreign 0 '' --cert-type DER --cert client.der --key client.key
    foreign 0 '' --cert-type DER --cert client.der --key-type der --key client.key.der
    foreign 0 '' --cert-type P12 --cert client.p12:word
    foreign 0 '' --cert-type p12 --cert client.p12 --pass word
    foreign 0 '' --cert-type P12 --cert client.nopass.p12
}

@test "what is wrong with the own certificate is exit 58, and told" {
    s_server good
    foreign 58 'not with this pass phrase' --cert client.pem --key client.enc.key --pass wrong
    # Without a terminal to ask on.
    run setsid -w "$QUIVER" -sS --cacert ca.pem --cert client.pem --key client.enc.key "https://127.0.0.1:$openssl_port/"
    [ "$status" -eq 58 ]
    [[ $output == *'there is no pass phrase (--pass)'* ]]
    foreign 58 'does not open with this pass phrase' --cert-type P12 --cert client.p12:wrong
    foreign 58 'does not open with no pass phrase' --cert-type P12 --cert client.p12
    foreign 58 'older than AES' --cert-type P12 --cert client.old.p12:word
    foreign 58 'PKCS #12 file client.pem' --cert-type P12 --cert client.pem
    foreign 58 'certificate client.p12' --cert client.p12
    foreign 58 'certificate client.pem' --cert-type DER --cert client.pem
    foreign 58 "not the certificate's" --cert client.pem --key good.key
    foreign 58 'private key none: No such file' --cert client.pem --key none
    foreign 58 'there is no private key in client.pem; --key names another file' --cert client.pem
    foreign 58 'there is no private key in ca.pem' --cert client.pem --key ca.pem
    foreign 58 'certificate none: No such file' --cert-type P12 --cert none
    fetch --cert-type ENG --cert client.pem "https://127.0.0.1:$openssl_port/"
    [ "$status" -eq 2 ]
    fetch --key-type P12 --cert client.pem "https://127.0.0.1:$openssl_port/"
    [ "$status" -eq 2 ]
}

@test "a pass phrase that is missing is asked for on the terminal, and not shown" {
    s_server good -Verify 1 -verify_return_error -CAfile ca.pem
    run "$PYTHON" - "$QUIVER" -sS --cacert ca.pem --cert client.pem --key client.enc.key -w '%{http_code}' -o /dev/null \
        "https://127.0.0.1:$openssl_port/" <<'SCRIPT'
import os, pty, signal, sys
signal.alarm(90)
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    if seen.endswith(b"Enter pass phrase for client.enc.key:"):
        os.write(terminal, b"word\n")
sys.stdout.write(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
SCRIPT
    echo "$status: $output"
    [ "$status" -eq 0 ]
    [[ $output == *"200"* && $output != *"word"* ]]
}

@test "a client certificate in PKCS #12 is shown over QUIC too, or its fault told" {
    serve_row good
    verdict 0 '' --cert-type P12 --cert client.p12:word
    verdict 58 'does not open' --cert-type P12 --cert client.p12:wrong
}

@test "openssl: --sigalgs is what the server may sign with" {
    s_server rsa
    foreign 0 '' --sigalgs rsa_pss_rsae_sha256
    foreign 35 'handshake_failure' --sigalgs ecdsa_secp256r1_sha256
    fetch --cacert ca.pem --tls-max 1.2 --sigalgs RSA+SHA384 -o /dev/null "https://127.0.0.1:$openssl_port/"
    [ "$status" -eq 0 ]
    foreign 59 "'nonsense'" --sigalgs nonsense
    s_server ed25519
    foreign 0 '' --sigalgs ecdsa_secp256r1_sha256:ed25519
    foreign 35 'handshake_failure' --sigalgs rsa_pss_rsae_sha256
    serve_row rsa
    verdict 0 '' --sigalgs rsa_pss_rsae_sha256
    verdict 35 '' --sigalgs ed25519
}

@test "--rpk needs somebody to say whose key it is, and a certificate is checked as ever" {
    s_server rsa
    foreign 2 '--pinnedpubkey must say' --rpk
    foreign 0 '' --rpk --pinnedpubkey rsa.spki.pem
    foreign 90 "it is $(<rsa.pin)" --rpk --pinnedpubkey good.spki.pem
    fetch --rpk --pinnedpubkey rsa.spki.pem "https://127.0.0.1:$openssl_port/"
    [ "$status" -eq 60 ]
}

@test "openssl: a raw public key is taken if it is the pinned one" {
    openssl s_server -help 2>&1 | grep -q enable_server_rpk || skip "this openssl has no raw public keys"
    s_server rsa -enable_server_rpk
    foreign 0 '' --rpk --pinnedpubkey rsa.spki.pem
    foreign 90 "it is $(<rsa.pin)" --rpk --pinnedpubkey good.spki.pem
    foreign 0 '' --rpk -k
    foreign 90 "it is $(<rsa.pin)" --rpk -k --pinnedpubkey good.spki.pem
}

@test "openssl: a client shows its key alone, and a certificate as ever" {
    openssl s_server -help 2>&1 | grep -q enable_client_rpk || skip "this openssl has no raw public keys"
    local tls
    openssl x509 -in client.pem -noout -pubkey >"$BATS_TEST_TMPDIR/client.pub"
    openssl genpkey -algorithm ed25519 -out "$BATS_TEST_TMPDIR/ed.key"
    openssl pkey -in "$BATS_TEST_TMPDIR/ed.key" -pubout -out "$BATS_TEST_TMPDIR/ed.pub"
    for tls in -tls1_3 -tls1_2; do
        s_server good -Verify 1 -enable_client_rpk $tls
        fetch --cacert ca.pem --rpk --pinnedpubkey good.spki.pem --cert "$BATS_TEST_TMPDIR/client.pub" --key client.key \
            "https://127.0.0.1:$openssl_port/"
        [ "$status" -eq 0 ]
        [[ $output == *'Raw public key untrusted'* ]]
        fetch --cacert ca.pem --rpk --pinnedpubkey good.spki.pem --cert client.pem --key client.key \
            "https://127.0.0.1:$openssl_port/"
        [ "$status" -eq 0 ]
        [[ $output != *'Raw public key'* ]]
    done
    foreign 58 'only ECDSA and RSA keys' --rpk --pinnedpubkey good.spki.pem --cert "$BATS_TEST_TMPDIR/ed.pub" --key "$BATS_TEST_TMPDIR/ed.key"
    s_server good -Verify 1
    foreign 35 'decode_error' --rpk --pinnedpubkey good.spki.pem --cert "$BATS_TEST_TMPDIR/client.pub" --key client.key
}

@test "a server that shows its key alone, over every version" {
    local version
    serve_row rsa --rpk
    verdict 0 '' --rpk --pinnedpubkey rsa.spki.pem
    verdict 90 "it is $(<rsa.pin)" --rpk --pinnedpubkey good.spki.pem
    verdict 35 '' # who asks for a certificate gets none
    for version in --http1.1 --http3-only; do
        fetch $version --rpk --pinnedpubkey rsa.spki.pem --pool-max-requests 1 -w '%{tls_resumed};' -o /dev/null -o /dev/null \
            "https://127.0.0.1:$quiver_port/file" "https://127.0.0.1:$quiver_port/file"
        [ "$output" = '0;1;' ]
    done
    if openssl s_client -help 2>&1 | grep -q enable_server_rpk; then
        openssl s_client -connect "127.0.0.1:$quiver_port" -enable_server_rpk </dev/null >"$BATS_TEST_TMPDIR/client" 2>&1 || true
        grep -q 'Server raw public key' "$BATS_TEST_TMPDIR/client"
    fi
}

@test "--ca-native trusts the system's store beside a file" {
    local words
    serve_row good
    verdict 0 '' --ca-native
    fetch --cacert ca.pem --ca-native -v -o /dev/null "https://127.0.0.1:$quiver_port/file"
    words=${stderr#*Trusted certificates: }
    [ "${words%%$'\n'*}" = "ca.pem, the system's store" ]
}

@test "a proxy is judged by options of its own" {
    local proxy
    s_server rsa
    serve_row good --allow-tcp "127.0.0.1:$openssl_port"
    proxy=(-x "https://127.0.0.1:$quiver_port" --proxy-cacert ca.pem)
    foreign 0 '' "${proxy[@]}" --proxy-pinnedpubkey "$(<good.pin)" --pinnedpubkey "$(<rsa.pin)"
    foreign 90 "it is $(<good.pin)" "${proxy[@]}" --proxy-pinnedpubkey "$(<rsa.pin)"
    foreign 0 '' "${proxy[@]}" --proxy-crlfile crls.pem
    foreign 60 'out of date' "${proxy[@]}" --proxy-crlfile crl_expired.pem
    foreign 0 '' "${proxy[@]}" --proxy-ca-native --proxy-cert-type P12 --proxy-cert client.p12:word
    foreign 58 'does not open' "${proxy[@]}" --proxy-cert-type P12 --proxy-cert client.p12:wrong
}

@test "%{certs} has what the server sent, in words and as it is" {
    local version
    serve_row rsa
    for version in --http1.1 --http2 --http3-only; do
        fetch $version --cacert ca.pem -o /dev/null -w '%{num_certs}\n%{certs}' "https://127.0.0.1:$quiver_port/file"
        [ "${output%%$'\n'*}" = 2 ]
        [ "$(sed -n '/-----BEGIN/,/-----END/p' <<<"$output")" = "$(<rsa.crt)" ]
        cat >"$BATS_TEST_TMPDIR/expected" <<TEXT
Subject:O = Quiver Tests, CN = rsa
Issuer:O = Quiver Tests, CN = Quiver Status CA
Version:2
Serial Number:$(openssl x509 -in rsa.crt -noout -serial | sed 's/.*=//' | tr A-F a-f)
Signature Algorithm:ecdsa-with-SHA256
Public Key Algorithm:rsaEncryption
X509v3 Basic Constraints:CA:FALSE
X509v3 Subject Key Identifier:$(openssl x509 -in rsa.crt -noout -ext subjectKeyIdentifier | sed -n '2s/ //gp')
X509v3 Authority Key Identifier:$(openssl x509 -in inter.pem -noout -ext subjectKeyIdentifier | sed -n '2s/ //gp')
X509v3 Subject Alternative Name:DNS:localhost, DNS:good.test, IP Address:127.0.0.1
X509v3 Extended Key Usage:TLS Web Server Authentication
Start date:$(openssl x509 -in rsa.crt -noout -startdate | sed 's/.*=//')
Expire date:$(openssl x509 -in rsa.crt -noout -enddate | sed 's/.*=//')
RSA Public Key:2048
rsa(n):$(openssl x509 -in rsa.crt -noout -modulus | sed 's/.*=//')
rsa(e):10001
TEXT
        diff "$BATS_TEST_TMPDIR/expected" <(sed -n '2,17p' <<<"$output")
    done
    # The key identifier of curl's JSON; a session that is resumed has none.
    fetch --http1.1 --cacert ca.pem -o /dev/null -w '%{json}' "https://127.0.0.1:$quiver_port/file"
    [ "$("$PYTHON" -c 'import json, sys; print(json.loads(sys.argv[1])["certs"].count("BEGIN CERT"))' "$output")" = 2 ]
    fetch --http1.1 --cacert ca.pem --pool-max-requests 1 -o /dev/null -o /dev/null -w '%{num_certs};' \
        "https://127.0.0.1:$quiver_port/file" "https://127.0.0.1:$quiver_port/file"
    [ "$output" = '2;0;' ]
}

@test "%{ssl_verify_result} says why, as OpenSSL counts, when it fails and when --insecure goes on" {
    local row option
    "$PYTHON" "$FAULTS/certs.py" "$BATS_TEST_TMPDIR/bad" 2>"$BATS_TEST_TMPDIR/certs.err"
    cd "$BATS_TEST_TMPDIR/bad"
    for row in good:0 expired:10 notyet:9 selfsigned:18 untrusted_root:20 fake_root_sent:7 missing_inter:20 wrongname:62 \
        client_eku:26; do
        serve_row "${row%:*}"
        for option in "" -k; do
            # shellcheck disable=SC2086
            fetch --cacert ca.pem $option --connect-to "::127.0.0.1:$quiver_port" -w '%{ssl_verify_result}' -o /dev/null \
                "https://good.test:$quiver_port/file"
            echo "$row $option: $status $output $stderr"
            [ "$output" = "${row#*:}" ]
        done
    done
    cd "$certs"
    serve_row revoked
    fetch --cacert ca.pem --crlfile crls.pem -w '%{ssl_verify_result}' "https://127.0.0.1:$quiver_port/file"
    [ "$output" = 23 ]
}

@test "what asks for an old version at least gets a new one" {
    local option
    s_server good
    for option in -1 --tlsv1 --tlsv1.0 --tlsv1.1 --proxy-tlsv1 "--ech false" --ssl-no-revoke --ssl-revoke-best-effort \
        --ssl-auto-client-cert --proxy-ssl-auto-client-cert "--random-file /dev/urandom" "--egd-file none"; do
        # shellcheck disable=SC2086
        foreign 0 '' $option
    done
    s_server good -tls1_1 -cipher DEFAULT@SECLEVEL=0
    fetch --tlsv1.0 --cacert ca.pem "https://127.0.0.1:$openssl_port/"
    [ "$status" -eq 35 ]
}
