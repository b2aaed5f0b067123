#!/usr/bin/env bats
# -W: where the time of a transfer went, on standard error.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_peer
    start_serve
}

teardown_file() {
    stop_peer
    stop_serve
}

setup() {
    enter_folder
}

@test "a transfer's phases are drawn on standard error, its body goes where it went" {
    COLUMNS=60 quiver -sS -W -o body --cacert "$CA" --http2 "$SECURE/delay/30" > out 2> err
    [[ -s body && ! -s out ]]
    [[ "$(sed -n 2p err)" == "200 GET $SECURE/delay/30  HTTP/2"* ]]
    grep -Eq '^  connect +[0-9.]+ [um]s +=+$' err
    grep -Eq '^  tls +[0-9.]+ [um]s +=+$' err
    grep -Eq '^  wait +[0-9.]+ ms +-+$' err
    [[ "$(tail -n 1 err)" == "total "*" ms" || "$(tail -n 1 err)" == "total "*" s" ]]
    run ! grep -q '.\{61\}' err
}

@test "redirects, earlier tries and what failed have lines of their own" {
    quiver -sS -W -L -o body "$PEER/redirect" 2> err
    [ "$(grep -Ec '^(302|200) GET ' err)" -eq 2 ]
    COLUMNS=150 quiver -s -W --retry 1 --retry-delay 0.01 -o body "$PEER/flaky/waterfall" 2> err
    grep -Eq "^503 GET $PEER/flaky/waterfall  \(try: .* until the next\)" err
    grep -Eq '^  try +[0-9.]+ [um]s  x' err
    run ! quiver -s -W http://127.0.0.1:1/
    [[ "$output" == *"--- GET http://127.0.0.1:1/"*"  failed: TCP to 127.0.0.1 port 1: "*"  tcp "* ]]
}

@test "each of several transfers has one, and what is not sent has none" {
    quiver -sS -W -Z -o a -o b -o c "$PEER/bytes/1" "$PEER/bytes/2" "$PEER/bytes/3" 2> err
    [ "$(grep -c '^total ' err)" -eq 3 ]
    quiver -sS -W --dry-run "$PEER/bytes/1" > out 2> err
    run ! grep -q '^total ' err
}

@test "colours and blocks are for terminals that have them" {
    LC_ALL=C.UTF-8 on_tty "$QUIVER" -sS -W -o body "$PEER/bytes/9" 2> err
    grep -q $'\e\[1;32m200\e\[0m GET' err
    grep -q '▒' err
    LC_ALL=C NO_COLOR=1 on_tty "$QUIVER" -sS -W -o body "$PEER/bytes/9" 2> err
    run ! grep -q $'\e' err
    run ! grep -q '▒' err
    LC_ALL=C.UTF-8 on_tty env TERM=dumb "$QUIVER" -sS -W -o body "$PEER/bytes/9" 2> err
    run ! grep -q $'\e' err
    CLICOLOR_FORCE=1 quiver -sS -W -o body "$PEER/bytes/9" 2> err
    grep -q $'\e\[1;32m200' err
    quiver -sS -W --color always -o body "$PEER/bytes/9" 2> err
    grep -q $'\e\[1;32m200' err
}

@test "secrets of a URL are hidden" {
    quiver -sS -W -o body "${PEER/:\/\//:\/\/me:SECRET@}/bytes/1" 2> err
    run ! grep -q SECRET err
}
