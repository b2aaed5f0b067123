#!/usr/bin/env bats
# How the command line is read, and what is refused.

load helper

setup() {
    enter_folder
}

@test "no URL is a usage error that says where help is" {
    run quiver
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "quiver: (2) no URL specified" ]
    [[ "${lines[1]}" == *"quiver --help"* ]]
}

@test "an unknown option is named" {
    run quiver --nonsense http://localhost/
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "quiver: (2) option --nonsense is unknown" ]
}

@test "an option of curl for other protocols is called that" {
    run quiver --ftp-pasv http://localhost/
    [ "$status" -eq 2 ]
    [[ "${lines[0]}" == *"is not an HTTP option; quiver does not support it" ]]
}

@test "an HTTP option of curl that is not there is called that" {
    run quiver --negotiate http://localhost/
    [ "$status" -eq 2 ]
    [[ "${lines[0]}" == *"option --negotiate needs Kerberos (GSSAPI), which is not built in" ]]
    run quiver --ech true https://localhost/
    [ "$status" -eq 2 ]
    [[ "${lines[0]}" == *"option --ech: Encrypted Client Hello is not supported"* ]]
}

@test "commands to come are not taken for hosts" {
    run quiver load file
    [ "$status" -eq 2 ]
    [[ "${lines[0]}" == *"command 'load' is not in this version"* ]]
}

@test "-I with -d and -T with -d are refused before anything is sent" {
    run quiver -I -d x http://127.0.0.1:1/
    [ "$status" -eq 2 ]
    run quiver -T /dev/null -d x http://127.0.0.1:1/
    [ "$status" -eq 2 ]
}

@test "a URL with a line break or without a host is malformed" {
    run quiver $'http://127.0.0.1:1/\r\nX: y'
    [ "$status" -eq 3 ]
    run quiver 'http://'
    [ "$status" -eq 3 ]
}

@test "a header with a line break is refused before anything is sent" {
    run quiver -H $'X: a\r\nY: b' http://127.0.0.1:1/
    [ "$status" -eq 2 ]
}

@test "a scheme that is not HTTP is exit 1" {
    run quiver ftp://127.0.0.1/
    [ "$status" -eq 1 ]
}

@test "a password does not stay in the process list" {
    start_peer
    "$QUIVER" -sS -u me:topsecret "$PEER/hold/ps" -o out &
    local pid=$!
    within 60 compgen -G '.out.*.part' > /dev/null
    run cat "/proc/$pid/cmdline"
    quiver -sS "$PEER/release/ps" -o /dev/null
    wait "$pid"
    stop_peer
    [[ "$output" != *topsecret* ]]
}
