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

@test "an option that was mistyped is guessed" {
    local -A meant=(
        [--retyr]=--retry [--maxtime]=--max-time [--Location]=--location [--compresed]=--compressed
        [--no-locaton]=--no-location [-location]=--location [--show-header]=--show-headers
    )
    for typed in "${!meant[@]}"; do
        run quiver "$typed" http://127.0.0.1:1/
        [ "$status" -eq 2 ]
        [ "${lines[0]}" = "quiver: (2) option $typed is unknown; did you mean ${meant[$typed]}?" ]
    done
    run quiver --http4 http://127.0.0.1:1/
    [[ ${lines[0]} == *"did you mean --http2 or --http3?" ]]
    run quiver --ntml http://127.0.0.1:1/
    [[ ${lines[0]} == *"did you mean --ntlm? (curl's, which quiver does not have)" ]]
    run quiver --resme list
    [[ ${lines[0]} == *"did you mean --resume? (with batch)" ]]
}

@test "a mistyped option of a file and a value of one are guessed too" {
    printf 'user-agnet = x\n' > conf
    run quiver -K conf http://127.0.0.1:1/
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == *"did you mean --user-agent?" ]]
    QUIVER_CONFIG=conf run quiver http://127.0.0.1:1/
    [[ ${lines[0]} == *"did you mean --user-agent?" ]]
    run quiver batch --body inlin list
    [ "${lines[0]}" = "quiver: (2) option --body: 'inlin' is none of inline, file, hash, none; did you mean inline?" ]
    run quiver tunnel tcp --transport capsle
    [[ ${lines[0]} == *"did you mean capsule?" ]]
    run quiver batch --expect staus=200 list
    [ "$status" -eq 2 ]
    run quiver -w '%{htp_code}' http://127.0.0.1:1/
    [ "$status" -eq 7 ]
    [[ $output == *"'htp_code'; did you mean http_code?"* ]]
}

@test "an option given to the wrong command says where it works" {
    run quiver --journal f http://127.0.0.1:1/
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "quiver: (2) option --journal works with batch, not with fetch" ]
    run quiver report --http3 results
    [[ ${lines[0]} == "quiver: (2) option --http3 works with fetch, batch, "*", not with report" ]]
    run quiver serve -L
    [[ ${lines[0]} == "quiver: (2) option -L works with fetch, "*", not with serve" ]]
}

@test "what HTTPie, xh and wget call otherwise is translated" {
    run quiver --no-check-certificate http://127.0.0.1:1/
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "quiver: (2) option --no-check-certificate is wget's; here it is -k, --insecure" ]
    run quiver --timeout=3 http://127.0.0.1:1/
    [ "${lines[0]}" = "quiver: (2) option --timeout is HTTPie's; here it is -m, --max-time" ]
    run quiver --continue http://127.0.0.1:1/
    [ "${lines[0]}" = "quiver: (2) option --continue is wget's; here it is -C, --continue-at -" ]
}

@test "a typographic dash is no beginning of a host" {
    run quiver –retry 3 http://127.0.0.1:1/
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == *"begins with a typographic dash"* ]]
    run quiver batch —resume list
    [ "$status" -eq 2 ]
    printf 'http://127.0.0.1:1/\n' > –list
    run quiver batch -- –list
    [ "$status" -eq 110 ]
    run quiver batch ./–list
    [ "$status" -eq 110 ]
}

@test "the second line names the help for what was wrong" {
    run quiver --retry abc http://127.0.0.1:1/
    [ "${lines[1]}" = "quiver: try 'quiver help --retry' or 'quiver help' for more" ]
    run quiver batch --body inlin
    [ "${lines[1]}" = "quiver: try 'quiver help batch --body' or 'quiver help' for more" ]
    run quiver serve --nosuchthing
    [ "${lines[1]}" = "quiver: try 'quiver serve --help' or 'quiver help' for more" ]
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

@test "an argument of nothing, as of a variable that is not set, is none where curl takes it so" {
    local option
    for option in --header --proxy-header --resolve --connect-to --proto --proto-redir --variable; do
        run quiver "$option" '' http://127.0.0.1:1/
        [ "$status" -eq 7 ]
    done
    run quiver -H garbage http://127.0.0.1:1/
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "quiver: (2) 127.0.0.1: header without a colon: 'garbage'" ]
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
    within 60 of $! compgen -G '.out.*.part' > /dev/null
    run cat "/proc/$pid/cmdline"
    quiver -sS "$PEER/release/ps" -o /dev/null
    wait "$pid"
    stop_peer
    [[ "$output" != *topsecret* ]]
}
