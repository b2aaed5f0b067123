#!/usr/bin/env bats
# Both directions of an exchange at once, from pipes at both ends: the producer
# trickles, and the reader stops for a while. What the producer has does not end
# the reader's pause: every byte comes once and in its order, whatever its
# coding, and memory stays flat.

load peers
load helper

# The growth while nobody reads: windows, and what a sanitizer adds.
MOST_KIB=24576

setup_file() {
    # What is freed shall be memory again at once.
    export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1:thread_local_quarantine_size_kb=16
    make_ca "$BATS_FILE_TMPDIR"
    start_serve
    local file=$BATS_FILE_TMPDIR/duplex.ports
    "$PYTHON" "$HERE/duplex_peer.py" "$file" "$BATS_FILE_TMPDIR/server.pem" \
        "$BATS_FILE_TMPDIR/server.key" 3>&- &
    DUPLEX_PID=$!
    within 60 of $! test -s "$file"
    local h1 h2 h3
    read -r h1 h2 h3 LINES_SHA DOTS_SHA < "$file"
    H1="--http1.1 http://127.0.0.1:$h1"
    H2="--http2-prior-knowledge http://127.0.0.1:$h2"
    H3="--http3-only --cacert $BATS_FILE_TMPDIR/ca.pem https://127.0.0.1:$h3"
    export H1 H2 H3 LINES_SHA DOTS_SHA DUPLEX_PID
}

teardown_file() {
    stop_serve
    kill "$DUPLEX_PID" 2>/dev/null || true
}

setup() {
    enter_folder
}

# duplex DUPLEX-OPTIONS -- OPTIONS: quiver between two pipes; sets status, in,
# out, grew and beside.
duplex() {
    local how=() word result
    while [ "$1" != -- ]; do
        how+=("$1")
        shift
    done
    shift
    result=$("$PYTHON" "$HERE/duplex.py" "${how[@]}" "$QUIVER" -sSN -T - "$@" 2>&1) || {
        echo "$result"
        return 1
    }
    echo "$result"
    read -r word status word in word out word grew word beside <<< "$result"
}

# echoes DUPLEX-OPTIONS -- OPTIONS: what went in comes out.
echoes() {
    duplex "$@"
    [ "$status" = 0 ]
    [ "$in" = "$out" ]
    [ "$grew" -lt $MOST_KIB ]
}

# serve_echoes VERSION: until the whole way is full, the server included.
serve_echoes() {
    echoes --fill --size 16000 --beside "$SERVE_PID" -- "$1" --cacert "$CA" "$SECURE/echo?raw"
    [ "$beside" -lt $MOST_KIB ]
}

@test "a paused echo of quiver serve holds the producer back over HTTP/1.1" { serve_echoes --http1.1; }
@test "a paused echo of quiver serve holds the producer back over HTTP/2" { serve_echoes --http2; }
@test "a paused echo of quiver serve holds the producer back over HTTP/3" { serve_echoes --http3-only; }

# peer_echoes DUPLEX-OPTIONS -- ARGS: ARGS are options and the URL without a path.
peer_echoes() {
    echoes --size 2000 "${@:1:$#-1}" "${!#}/echo"
}

@test "an echo that is read late is whole over HTTP/1.1" { peer_echoes --fill -- $H1; }
@test "an echo that is read late is whole over HTTP/2" { peer_echoes --fill -- $H2; }
# aioquic takes all that comes.
@test "an echo that is read late is whole over HTTP/3" { peer_echoes -- $H3; }

# reads PATH SHA ARGS: what the path has arrives as it is, beside the upload.
reads() {
    local path=$1 sha=$2
    shift 2
    duplex -- --compressed "${@:1:$#-1}" "${!#}$path"
    [ "$status" = 0 ]
    [ "$out" = "$sha" ]
    [ "$grew" -lt $MOST_KIB ]
}

@test "a download beside an upload is whole over HTTP/1.1" { reads /lines "$LINES_SHA" $H1; }
@test "a download beside an upload is whole over HTTP/2" { reads /lines "$LINES_SHA" $H2; }
@test "a download beside an upload is whole over HTTP/3" { reads /lines "$LINES_SHA" $H3; }
@test "so is one in gzip over HTTP/1.1" { reads /lines/gzip "$LINES_SHA" $H1; }
@test "so is one in gzip over HTTP/2" { reads /lines/gzip "$LINES_SHA" $H2; }
@test "so is one in gzip over HTTP/3" { reads /lines/gzip "$LINES_SHA" $H3; }
@test "so is one in brotli over HTTP/1.1" { reads /lines/br "$LINES_SHA" $H1; }
@test "so is one in brotli over HTTP/2" { reads /lines/br "$LINES_SHA" $H2; }
@test "so is one in brotli over HTTP/3" { reads /lines/br "$LINES_SHA" $H3; }
@test "so is one in gzip in brotli over HTTP/1.1" { reads /lines/both "$LINES_SHA" $H1; }
@test "so is one in gzip in brotli over HTTP/2" { reads /lines/both "$LINES_SHA" $H2; }
@test "so is one in gzip in brotli over HTTP/3" { reads /lines/both "$LINES_SHA" $H3; }
@test "so is one in zstd over HTTP/1.1" { reads /dots/zstd "$DOTS_SHA" $H1; }
@test "so is one in zstd over HTTP/2" { reads /dots/zstd "$DOTS_SHA" $H2; }
@test "so is one in zstd over HTTP/3" { reads /dots/zstd "$DOTS_SHA" $H3; }

# stands_still ARGS: nothing of a long answer comes while nobody reads.
stands_still() {
    duplex --pieces 4000 --leave -- "${@:1:$#-1}" "${!#}/endless"
    [ "$status" = 23 ]
    [ "$grew" -lt $MOST_KIB ]
}

@test "an upload does not fill the memory with a download over HTTP/1.1" { stands_still $H1; }
@test "an upload does not fill the memory with a download over HTTP/2" { stands_still $H2; }
@test "an upload does not fill the memory with a download over HTTP/3" { stands_still $H3; }
