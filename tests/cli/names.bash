# A name server of the test's own (dnsmasq), with HTTPS records as bytes.
# Sourced by tests of names, after peers.bash.
# shellcheck disable=SC2154

# wire_name NAME: as on the wire, in hexadecimal; "." is the root.
wire_name() {
    local label rest=${1%.}
    while [ -n "$rest" ]; do
        label=${rest%%.*}
        [ "$label" = "$rest" ] && rest='' || rest=${rest#*.}
        printf '%02x' "${#label}"
        printf '%s' "$label" | od -An -tx1 | tr -d ' \n'
    done
    printf '00'
}

# param KEY HEX: a SvcParam.
param() {
    printf '%04x%04x%s' "$1" $((${#2} / 2)) "$2"
}

export ALPN_H3=026833 ALPN_H2=026832

# https_rr NAME PRIORITY TARGET PARAMS: an option of dnsmasq.
https_rr() {
    printf -- '--dns-rr=%s,65,%04x%s%s\n' "$1" "$2" "$(wire_name "$3")" "$4"
}

# start_dnsmasq DIR OPTION...: names.test on $dns_port; what is asked is in
# DIR/dns.log.
start_dnsmasq() {
    local dir=$1
    shift
    dns_port=$(free_port)
    dnsmasq --conf-file=/dev/null --keep-in-foreground --no-resolv --no-hosts --user="$(id -un)" --group="$(id -gn)" \
        --pid-file --listen-address=127.0.0.1 --bind-interfaces --port="$dns_port" --local=/test/ \
        --log-queries --log-facility="$dir/dns.log" "$@" >"$dir/dnsmasq.out" 2>&1 3>&- &
    dns_pid=$!
    export dns_port dns_pid
    wait_for_port "$dns_port" "$dns_pid" || {
        cat "$dir/dnsmasq.out" "$dir/dns.log"
        return 1
    }
}

# make_name_cert DIR: names.pem with names.key, for *.names.test and localhost; after make_ca.
make_name_cert() {
    (
        cd "$1" || exit 1
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout names.key -out names.csr -subj "/CN=names"
        printf '%s\n' "subjectAltName=DNS:*.names.test,DNS:localhost" basicConstraints=critical,CA:FALSE >names.ext
        openssl x509 -req -in names.csr -CA ca.pem -CAkey ca.key -days 2 -extfile names.ext -out names.pem
    ) >>"$1/openssl.log" 2>&1
}
