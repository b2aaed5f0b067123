#!/usr/bin/env bats
# Servers with bad certificates, and servers that misuse TLS.

bats_require_minimum_version 1.5.0
load ../faults/faults

setup_file() {
    export TLS="$BATS_FILE_TMPDIR/tls"
    start_faults tls.py "$TLS"
    unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE
}

teardown_file() {
    stop_faults
}

port_of() {
    awk -v name="$1" '$1 == name { print $2 }' "$TLS/servers.tsv"
}

# get SERVER [OPTION...]: from one of the other servers, as good.test.
get() {
    local port
    port=$(port_of "$1")
    shift
    fetch --cacert "$TLS/ca.pem" --resolve "good.test:$port:127.0.0.1" "$@" "https://good.test:$port/"
}

# judge_certificates COLUMNS OPTION...: every row gives its verdict on the server of each
# column (tcp, quic), and a refusal its reason. One process asks them all, twice: in the
# order of the rows and in the other, because what one server sends must not help another.
judge_certificates() {
    local columns=$1 wrong=0 answers=0 rows row name host verdict reason tcp quic column code said
    local args=()
    local -A verdicts reasons
    shift
    mapfile -t rows < <(cat "$TLS/rows.tsv"; tac "$TLS/rows.tsv")
    for row in "${rows[@]}"; do
        IFS=$'\t' read -r name host verdict reason tcp quic <<<"$row"
        verdicts[$name]=$verdict reasons[$name]=$reason
        case $host in *:*) host="[$host]" ;; esac
        for column in $columns; do
            [ "${!column}" != 0 ] || continue
            [ $column = quic ] && args+=(--next --http3-only) || args+=(--next --http1.1)
            # The servers listen on one address; whoever is asked for is there.
            args+=("$@" --connect-to "::127.0.0.1:${!column}" -o /dev/null
                -w "$name $column %{exitcode} %{errormsg}\n" "https://$host:${!column}/ok")
        done
    done
    fetch "${args[@]:1}"
    while read -r name column code said; do
        answers=$((answers + 1)) verdict=${verdicts[$name]} reason=${reasons[$name]}
        if [ "$verdict" = accept ] && [ "$code" != 0 ]; then
            echo "$name: refused over $column: $said"
            wrong=1
        elif [ "$verdict" = refuse ] && [ "$code" != 60 ]; then
            echo "$name: exit $code over $column, expected 60: $said"
            wrong=1
        elif [ "$verdict" = refuse ] && [ "$reason" != - ] && [[ $said != *"$reason"* ]]; then
            echo "$name: another reason over $column: $said"
            wrong=1
        fi
    done <<<"$output"
    awk -F'\t' -v columns="$columns" -v answers=$answers '
        { asked += 2 * (($5 != 0) + (columns ~ /quic/ && $6 != 0)) }
        END { exit !(asked > 0 && asked == answers) }' "$TLS/rows.tsv" ||
        { echo "$answers verdicts are too few"; wrong=1; }
    return $wrong
}

@test "Q-11: every certificate gets the same verdict over TCP and QUIC, whatever came before" {
    [ "$(head -1 "$TLS/rows.tsv" | cut -f 6)" != 0 ] || skip "no aioquic"
    judge_certificates "tcp quic" --max-time 90 --cacert "$TLS/ca.pem"
}

@test "every certificate gets the same verdict with a store that is read on demand" {
    SSL_CERT_FILE="$TLS/ca.pem" judge_certificates tcp
}

@test "every certificate gets the same verdict while others shake hands" {
    judge_certificates "tcp quic" --parallel --max-time 90 --cacert "$TLS/ca.pem"
}

# row_port ROW COLUMN
row_port() {
    awk -F'\t' -v name="$1" -v column="$2" '$1 == name { print $column }' "$TLS/rows.tsv"
}

# A process for each, as a connection to the good server is kept and not made again.
@test "an intermediate that one server sent is nobody else's" {
    local column version name port
    for column in 5 6; do
        [ $column = 5 ] && version=--http1.1 || version=--http3-only
        [ "$(row_port good $column)" != 0 ] || continue
        for name in missing_inter sha1_inter sha1_inter_leaf sha1_upper_inter; do
            port=$(row_port $name $column)
            fetch $version --cacert "$TLS/ca.pem" --connect-to "::127.0.0.1:" \
                -o /dev/null "https://good.test:$(row_port good $column)" \
                -o /dev/null "https://good.test:$port" -w '%{exitcode}\n'
            [ "$output" = $'0\n60' ]
        done
    done
}

@test "a certificate of two thousand names passes over QUIC" {
    local port
    coproc SERVE { exec "$QUIVER" serve --cert "$TLS/huge_san.crt" --key "$TLS/huge_san.key" \
        --no-plain --port 0 --log none "$TLS"; }
    IFS= read -r -t 90 line <&"${SERVE[0]}"
    port=$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$line")
    fetch --http3-only --cacert "$TLS/ca.pem" -o "$BATS_TEST_TMPDIR/ca" \
        --connect-to "::127.0.0.1:$port" "https://n1999.huge.test:$port/ca.pem"
    kill "$SERVE_PID"
    [ "$status" = 0 ]
    cmp "$BATS_TEST_TMPDIR/ca" "$TLS/ca.pem"
}

@test "T-3: TLS 1.1 is refused, TLS 1.2 is not" {
    get old_version
    [ "$status" = 35 ]
    get tls12_only
    [ "$status" = 0 ]
    get tls12_only --tlsv1.3
    [ "$status" = 35 ]
}

@test "T-4: without a protocol in common HTTP/1.1 is spoken" {
    get other_alpn -w '%{http_version}'
    [ "$status" = 0 ]
    [[ $output == *1.1 ]]
}

@test "T-5: SNI is sent for names without their dot, and not for addresses" {
    local port
    get tls12_only
    [ "$output" = good.test ]
    port=$(awk '$1 == "trailing_dot" { print $5 }' "$TLS/rows.tsv")
    fetch --cacert "$TLS/ca.pem" --resolve "good.test.:$port:127.0.0.1" "https://good.test.:$port/"
    [ "$output" = good.test ]
    port=$(awk '$1 == "ip4" { print $5 }' "$TLS/rows.tsv")
    fetch --cacert "$TLS/ca.pem" "https://127.0.0.1:$port/"
    [ "$output" = none ]
}

@test "T-8: a server that wants a certificate says so, and gets it" {
    local server
    for server in wants_certificate wants_certificate_12; do
        get "$server"
        [ "$status" = 98 ]
        get "$server" --cert "$TLS/eku_absent.crt" --key "$TLS/eku_absent.key"
        [ "$status" = 0 ]
    done
}

@test "T-11: a body until the end needs close_notify" {
    get until_notify --http1.1
    [ "$status" = 0 ]
    get until_fin --http1.1
    [ "$status" = 18 ] || [ "$status" = 56 ]
}
