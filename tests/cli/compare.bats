#!/usr/bin/env bats
# What quiver sends, compared with what curl 8.23 sent for the same command lines.

load helper

compare() {
    "$PYTHON" "$HERE/compare/compare.py" "$@"
}

# Hundreds of processes: no test has them all, so that none is slow where the machine is.
@test "HTTP/1.1 requests are curl's, byte for byte (1 of 5)" {
    compare check-part 1 5 http1
}

@test "HTTP/1.1 requests are curl's, byte for byte (2 of 5)" {
    compare check-part 2 5 http1
}

@test "HTTP/1.1 requests are curl's, byte for byte (3 of 5)" {
    compare check-part 3 5 http1
}

@test "HTTP/1.1 requests are curl's, byte for byte (4 of 5)" {
    compare check-part 4 5 http1
}

@test "HTTP/1.1 requests are curl's, byte for byte (5 of 5)" {
    compare check-part 5 5 http1
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
