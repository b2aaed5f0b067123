# What the command line's tests share.  QUIVER names the program.

PYTHON=${QUIVER_TEST_PYTHON:-/usr/bin/python3}
HERE="$BATS_TEST_DIRNAME"
# shellcheck source=nap.bash
. "${BASH_SOURCE[0]%/*}/nap.bash"

# Whoever runs the tests may have a configuration; they shall not see it.
export QUIVER_CONFIG=

quiver() {
    "${QUIVER:?}" "$@"
}

# refute COMMAND: it fails. bash -e looks past a line that begins with "!", so that such a
# line in the middle of a test cannot fail. grep's own failure (no such file) is none of
# what was looked for.
refute() {
    local status=0
    "$@" || status=$?
    if [[ $status = 0 || ( $1 = grep && $status != 1 ) ]]; then
        echo "status $status: $*" >&2
        return 1
    fi
}

# Starts peer.py once for the file; sets PEER to its URL.
start_peer() {
    local port_file="$BATS_FILE_TMPDIR/peer.port"
    "$PYTHON" "$HERE/peer.py" "$port_file" 3>&- &
    PEER_PID=$!
    within 60 of $! test -s "$port_file"
    PEER="http://127.0.0.1:$(cat "$port_file")"
    export PEER PEER_PID
}

stop_peer() {
    kill "$PEER_PID" 2>/dev/null || true
}

# Every test works in a folder of its own.
enter_folder() {
    untraced
    cd "$BATS_TEST_TMPDIR" || return 1
    unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE
}

# names_in DIR: everything in it, hidden files as well.
names_in() {
    find "$1" -mindepth 1 -printf '%P\n' | sort | paste -sd' '
}

# on_tty COMMAND: its standard error is a terminal; --stdout: both are.
on_tty() {
    "$PYTHON" "$HERE/terminal.py" "$@"
}

# Starts `quiver serve` once for the file; sets SECURE, PLAIN and CA.
start_serve() {
    local out="$BATS_FILE_TMPDIR/serve.out"
    "${QUIVER:?}" serve --port 0 --plain-port 0 --log none "$@" \
        "$BATS_FILE_TMPDIR" > "$out" 2> "$out.err" 3>&- &
    SERVE_PID=$!
    within 60 of $! grep -q '^--cacert ' "$out" || {
        cat "$out.err" >&2
        return 1
    }
    SECURE=$(sed -n 's|^\(https://localhost:[0-9]*\).*|\1|p' "$out")
    PLAIN=$(sed -n 's|^\(http://localhost:[0-9]*\).*|\1|p' "$out")
    CA=$(sed -n 's|^--cacert ||p' "$out")
    export SERVE_PID SECURE PLAIN CA
}

stop_serve() {
    kill "$SERVE_PID" 2>/dev/null || true
}
