#!/usr/bin/env bats
# What quiver sends, compared with what curl 8.23 sent for the same command lines.

load helper

compare() {
    "$PYTHON" "$HERE/compare/compare.py" "$@"
}

@test "HTTP/1.1 requests are curl's, byte for byte" {
    compare check http1
}

@test "HTTP/2 requests have curl's fields and bodies" {
    compare check http2
}

@test "HTTP/3 requests have curl's fields and bodies" {
    compare check http3
}

@test "every option of curl works, or is refused in the words that are written down" {
    compare options
}
