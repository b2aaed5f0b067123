#!/usr/bin/env bats
# Encrypted Client Hello: what is on the wire, with the keys of HTTPS records of a foreign
# name server, and how a foreign server is met that has no keys.  tls_ech_test has a server
# that has some.
# shellcheck disable=SC2154 # names.bash sets and exports them

bats_require_minimum_version 1.5.0
load helper
load peers
load names

# ech_list NAME: an ECHConfigList in hexadecimal, with a key that nobody has.
ech_list() {
    local contents
    contents=07$(printf '%04x%04x' 32 32)$(od -An -N31 -tx1 /dev/urandom | tr -d ' \n')0900040001000120
    contents+=$(printf '%02x' "${#1}")$(printf '%s' "$1" | od -An -tx1 | tr -d ' \n')0000
    printf '%04xfe0d%04x%s' $((${#contents} / 2 + 4)) $((${#contents} / 2)) "$contents"
}

# start_listener FILE: takes one connection after the other on $listener, and keeps what
# the last one has sent first.
start_listener() {
    listener=$(free_port)
    "$PYTHON" -c 'import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    c.settimeout(60)
    data = c.recv(65536)
    while data and len(data) < 5 + int.from_bytes(data[3:5], "big"):
        data += c.recv(65536)
    if data:
        open(sys.argv[2] + ".new", "wb").write(data)
        os.rename(sys.argv[2] + ".new", sys.argv[2])
    c.close()' "$listener" "$1" 3>&- &
    listener_pid=$!
    wait_for_port "$listener" "$listener_pid"
}

setup_file() {
    export DIR=$BATS_FILE_TMPDIR
    command -v dnsmasq >/dev/null || skip "no dnsmasq"
    make_ca "$DIR"
    make_name_cert "$DIR"
    port=$(free_port)
    openssl s_server -accept "127.0.0.1:$port" -cert "$DIR/names.pem" -key "$DIR/names.key" -www -quiet \
        >"$DIR/openssl.out" 2>&1 3>&- &
    echo $! >"$DIR/pids"
    wait_for_port "$port" "$(<"$DIR/pids")"
    start_listener "$DIR/hello"
    echo "$listener_pid" >>"$DIR/pids"
    local key
    key=$(param 5 "$(ech_list public.names.test)")
    start_dnsmasq "$DIR" --address=/names.test/127.0.0.1 \
        "$(https_rr "_$listener._https.hidden.names.test" 1 . "$key")" \
        "$(https_rr "_$port._https.hidden.names.test" 1 . "$key")" \
        "$(https_rr "_$port._https.needed.names.test" 1 . "$(param 0 0005)$key")" \
        "$(https_rr "_$port._https.foreign.names.test" 1 . "$(param 5 "$(ech_list public.example)")")" \
        "$(https_rr "_$port._https.none.names.test" 1 . "$(param 3 "$(printf %04x "$port")")")"
    echo "$dns_pid" >>"$DIR/pids"
    export port listener
}

teardown_file() {
    # shellcheck disable=SC2046
    end_peer $(<"$BATS_FILE_TMPDIR/pids")
}

setup() {
    enter_folder
}

ask() {
    run --separate-stderr "$QUIVER" -sS --cacert "$DIR/ca.pem" --dns-servers "127.0.0.1:$dns_port" "$@"
    echo "$output$stderr"
}

# hello OPTION...: the first message of a handshake is in hello.
hello() {
    rm -f "$DIR/hello"
    ask "$@" "https://hidden.names.test:$listener/"
    [ "$status" -eq 35 ]
    [ -s "$DIR/hello" ]
}

# shows WORDS: they stand in the message, for everybody on the way.
shows() {
    grep -qaF "$1" "$DIR/hello"
}

has_extension() {
    LC_ALL=C grep -qaP '\xfe\x0d' "$DIR/hello"
}

@test "without --ech the name goes in the clear, and nothing else is said" {
    hello
    shows hidden.names.test
    refute has_extension
    hello --ech false
    shows hidden.names.test
    refute has_extension
}

@test "--ech true: the name of the record's key goes in the clear, and the other one hidden" {
    hello --ech true
    shows public.names.test
    has_extension
    refute shows hidden.names.test
}

@test "--ech grease: the name goes in the clear, beside what looks like a hidden one" {
    hello --ech grease
    shows hidden.names.test
    has_extension
}

@test "--ech ecl: the keys are those that were given, from a file too" {
    local keys
    keys=$("$PYTHON" -c 'import base64, sys
print(base64.b64encode(bytes.fromhex(sys.argv[1])).decode())' "$(ech_list given.names.test)")
    hello --ech "ecl:$keys"
    shows given.names.test
    refute shows hidden.names.test
    printf '%s\r\n' "$keys" >keys
    hello --ech hard --ech ecl:@keys
    shows given.names.test
    refute shows hidden.names.test
}

@test "a server that has no keys is asked in the clear, once it has shown who it is" {
    ask --ech true -v "https://hidden.names.test:$port/" -o /dev/null
    [ "$status" -eq 0 ]
    [[ $stderr == *'the name is hidden behind public.names.test (ECH)'* ]]
    [[ $stderr == *'public.names.test has not this key for hidden names (ECH), and names no other: once more'* ]]
    ask --ech true --json-out --body none "https://hidden.names.test:$port/"
    [ "$status" -eq 0 ]
    [[ $output == *'"ech":false'* ]]
    ask --ech true -w '%{tls_ech}' -o /dev/null "https://hidden.names.test:$port/"
    [ "$output" = 0 ]
}

@test "--ech hard gives up where the server has no keys, and where none is known" {
    ask --ech hard "https://hidden.names.test:$port/"
    [ "$status" -eq 101 ]
    [[ $stderr == *'(101) hidden.names.test: the server has no key to hide its name with (ECH)'* ]]
    ask --ech hard "https://none.names.test:$port/"
    [ "$status" -eq 101 ]
    [[ $stderr == *'(101) none.names.test: no key is known to hide the server'* ]]
    ask --ech true "https://none.names.test:$port/" -o /dev/null
    [ "$status" -eq 0 ]
}

@test "who cannot show the public name is not believed that there are no keys" {
    ask --ech true "https://foreign.names.test:$port/"
    [ "$status" -eq 60 ]
    [[ $stderr == *'not valid for the name that the other is hidden behind (ECH)'* ]]
}

@test "a record that asks for a hidden name is not used without" {
    ask -v "https://needed.names.test:$port/" -o /dev/null
    [ "$status" -eq 0 ]
    [[ $stderr == *'(ECH is not used)'* ]]
    ask --ech hard "https://needed.names.test:$port/"
    [ "$status" -eq 101 ]
}

@test "keys that are none, a file that is not there, TLS 1.2: one line, and nothing is sent" {
    ask --ech ecl:AAAA "https://hidden.names.test:$port/"
    [ "$status" -eq 2 ]
    [[ $stderr == *'what --ech names is no list of keys'* ]]
    ask --ech ecl:@nosuch "https://hidden.names.test:$port/"
    [ "$status" -eq 26 ]
    ask --ech true --tls-max 1.2 "https://hidden.names.test:$port/"
    [ "$status" -eq 2 ]
    [[ $stderr == *'needs TLS 1.3'* ]]
    ask --ech maybe "https://hidden.names.test:$port/"
    [ "$status" -eq 2 ]
    [[ $stderr == *"'maybe' is not known"* ]]
}
