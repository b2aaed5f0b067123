#!/usr/bin/env bats
# Options of QUIC, HTTP/3 and HTTP/2, of requests and of the server.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve --quic-version v2 --h3-qpack-table 0 --h2-max-frame 64K --quic-cc reno --h3-max-head 1k
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
}

# refused TEXT OPTION...: a usage error that says so, before anything is sent.
refused() {
    local text=$1
    shift
    run -2 --separate-stderr quiver "$@" https://localhost:1/
    [[ "$stderr" == *"$text"* ]]
}

# over OPTION...: a megabyte arrives; sets LOG to what -v said.
over() {
    run -0 --separate-stderr quiver -v -s --cacert "$CA" -o got -w '%{size_download}' "$@" "$SECURE/bytes/1000000"
    [ "$output" = 1000000 ]
    LOG=$stderr
}

@test "each option refuses what the protocol does not allow" {
    refused "option --quic-version: 'v3' is none of v1, v2" --quic-version v3
    refused "option --quic-cc: 'vegas' is none of cubic, bbr, reno" --quic-cc vegas
    refused "option --quic-idle: '0.01' is not from 0.1 to 3600, or 0 for none" --quic-idle 0.01
    refused "option --quic-max-payload: '1199' is not from 1200 to 65527" --quic-max-payload 1199
    refused "option --h2-window: '1k' is not from 65535 to 2147483647" --h2-window 1k
    refused "option --quic-ack-delay: 'soon' is not a proper number" --quic-ack-delay soon
    refused "the QUIC window is 33554432" --quic-window 32M --quic-max-window 16M
    run -2 --separate-stderr quiver serve --quic-version v9
    [[ "$stderr" == *"is none of v1, v2"* ]]
}

@test "a section of the configuration has them, and config show tells" {
    printf '[https://localhost]\nquic-cc = bbr\nh3-qpack-table = 0\nno-quic-pmtud\n' > config
    export QUIVER_CONFIG=$PWD/config
    run -0 quiver config show https://localhost/
    [[ "$output" == *"quic-cc = bbr "*"config:2"* ]]
    [[ "$output" == *"h3-qpack-table = 0 "*"config:3"* ]]
    [[ "$output" == *"no-quic-pmtud "*"config:4"* ]]
    [[ "$output" == *"quic-window = 2M "*"# default"* ]]
    printf 'quic-max-payload = 10\n' > config
    run -2 quiver config check
    [[ "$output" == *"config:1"*"is not from 1200 to 65527"* ]]
}

@test "a server that prefers QUIC v2 changes to it within the handshake" {
    over --http3-only
    [[ "$LOG" == *"QUIC v2 established"* ]]
    over --http3-only --quic-version v1
    [[ "$LOG" == *"QUIC v1 established"* ]]
    over --http3-only --quic-version v2
    [[ "$LOG" == *"QUIC v2 established"* ]]
}

@test "everything arrives whatever the settings" {
    over --http3-only --quic-window 16K --quic-stream-window 16K --quic-max-window 16K --quic-max-stream-window 16K \
        --h3-qpack-table 0 --h3-blocked-streams 0 --no-quic-pmtud --no-quic-grease --quic-idle 0 --quic-uni-streams 3
    over --http3-only --no-quic-pacing --quic-max-payload 9000 --quic-cc bbr --quic-ack-delay 0.001 --quic-initial-rtt 1
    over --http2 --h2-window 65535 --h2-stream-window 4k --h2-header-table 0 --h2-max-frame 1M --h2-max-head 4k
}

@test "the limit on heads is that of the version" {
    local big
    big="big: $(printf '%02000d' 1)"
    run --separate-stderr quiver -sS --cacert "$CA" --http3-only -H "$big" "$SECURE/echo"
    [ "$status" -ne 0 ]
    run -0 quiver -sS --cacert "$CA" --http2 -H "$big" -o /dev/null "$SECURE/echo"
}
