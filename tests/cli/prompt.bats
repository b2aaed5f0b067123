#!/usr/bin/env bats
# The prompt of `quiver channel` at a terminal, driven as a person would (prompt.py).

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_serve
    WS=${SECURE/https/wss}/ws
    export WS
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
    export XDG_STATE_HOME=$PWD/state TERM=xterm
}

# at_prompt COLUMNS COMMAND... < SCRIPT: what the terminal got goes to `shown`.
at_prompt() {
    local columns=$1 status=0
    shift
    "$PYTHON" "$HERE/prompt.py" "$columns" "$@" > shown || status=$?
    [ "$status" -eq "${EXPECTED:-0}" ] || {
        cat -v shown
        echo "status $status"
        return 1
    }
}

ws_at() {
    local columns=$1
    shift
    at_prompt "$columns" "$QUIVER" ws --cacert "$CA" "$@" "$WS"
}

@test "a line is a message, and events come above the line that is typed" {
    ws_at 80 <<'END'
see \* open: websocket over HTTP/
type hello
see > text 5B "hello"
see < text 5B "hello"
keys half
type  a line
see > text 11B "half a line"
see < text 11B "half a line"
type //not a command
see < text 14B "/not a command"
keys \x04
see \* closed by us, code 1000
END
}

# A Ctrl-D that comes while it has the terminal back would be lost.
@test "the terminal is not given back between lines" {
    ws_at 80 <<'END'
see \* open: websocket
type hello
see < text 5B "hello"
type /nothing
see \* .*nothing
none \x1b\[\?2004l
keys \x04
see \x1b\[\?2004l
see \* closed by us, code 1000
END
}

@test "what was typed so far is drawn again below an event" {
    ws_at 80 <<'END'
see open: websocket
type /text late
see < text 4B "late"
type /repeat 2 300
see < text 4B "late"
keys unfinished
see < text 4B "late"
see > unfinished
keys  line\r
see < text 15B "unfinished line"
keys \x04
see closed
END
}

@test "Ctrl-C closes the channel and gives the terminal back" {
    EXPECTED=254 ws_at 80 <<'END'
see open: websocket
keys half a line\x03
see closed by us, code 1000
END
}

@test "Ctrl-Z gives the terminal to the shell, and fg the line back" {
    at_prompt 200 bash --norc --noprofile -i <<END
see bash
type "$QUIVER" ws --cacert "$CA" "$WS"
see open: websocket
keys half
see > half
keys \\x1a
see topped
type stty -a | grep -w icanon
see \n[^\n]* icanon
type fg
see > half
keys  of it\\r
see < text 10B "half of it"
keys \\x04
see closed by us
type stty -a | grep -w icanon
see \n[^\n]* icanon
type exit
END
}

@test "commands send and tell" {
    printf 'from a file' > message
    ws_at 80 <<'END'
see open: websocket
type /hex 00 01 ff
see < binary 3B "\\x00\\x01\\xff"
type /file message
see < binary 11B "from a file"
type /mode hex
type /text 0123456789abcdefX
see  0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef
see  0010  58  +X
type /mode text
type /ping are you there
see < pong 13B "are you there"
type /stat
see \* [0-9]+ messages of [0-9]+ bytes came
type /headers
see (?i)upgrade|server|date
type /help
see /capsule TYPE HEX
type /capsule 41 00
see not sent: this channel has no such thing
type /nonsense
see /nonsense is no command, see /help
type /hex 0
see is not in hex digits
type /log talk.jsonl
see recording to talk.jsonl
type kept
see < text 4B "kept"
type /close 4001 that is all
see closed by .*code 4001
END
    grep -q '"dir":"out","kind":"text".*"text":"kept"' talk.jsonl
}

@test "/quit leaves at once" {
    ws_at 80 <<'END'
see open: websocket
type /quit
see closed by us
END
}

@test "commands and files are completed" {
    touch unmistakable
    ws_at 80 <<'END'
see open: websocket
keys /st\t
keys at\r
see messages of
keys /hea\t\r
see the answer's headers
type x
see < text 1B "x"
type /stat
see \* 1 message of 1 byte came, 1 of 1 was sent
keys /file unmis\t\r
see < binary 0B ""
keys \x04
see closed
END
}

@test "the history is kept for its owner, without lines that begin with a space" {
    ws_at 80 <<'END'
see open: websocket
type first
see < text 5B "first"
keys  secret\r
see < text 7B " secret"
keys \x1b[A\r
see < text 5B "first"
keys \x04
see closed
END
    [ "$(cat state/quiver/history)" = $'first\nfirst' ]
    [ "$(stat -c %a state/quiver/history)" = 600 ]
    ws_at 80 --no-history <<'END'
see open: websocket
type third
see < text
keys \x04
see closed
END
    [ "$(cat state/quiver/history)" = $'first\nfirst' ]
    ws_at 80 <<'END'
see open: websocket
keys \x1b[A\r
see < text 5B "first"
keys \x04
see closed
END
}

@test "a narrow terminal, and one that becomes narrow" {
    ws_at 40 <<'END'
see open: websocket
type a line that is a good deal longer than forty columns are wide
see < text 61B "a line that is
keys another line that is longer than forty columns
resize 60
resize 30
keys  are\r
see < text 5[0-9]B "another line
keys \x04
see closed
END
}

@test "a dumb terminal gets no codes" {
    TERM=dumb ws_at 80 <<'END'
see open: websocket
type hello
see < text 5B "hello"
none \x1b
keys \x04
see closed
END
}

@test "what comes cannot move the cursor" {
    ws_at 80 <<'END'
see open: websocket
type /hex 1b 5b 32 4a 0d 0a 07 c2 9b
see < binary 9B "\\x1b\[2J\\x0d\\x0a\\x07\\xc2\\x9b"
keys \x04
see closed
END
}

@test "times are relative where that is asked for" {
    ws_at 80 --relative <<'END'
see  +0\.[0-9]{3} \* open: websocket
keys \x04
see closed
END
}

@test "notes of -v do not tear the prompt" {
    ws_at 80 -v <<'END'
see \* \S*Channel is open
type hello
see < text 5B "hello"
keys \x04
see \* \S*Channel is closed
END
}

@test "streams of a WebTransport session are opened, written to, ended and reset" {
    at_prompt 100 "$QUIVER" channel --cacert "$CA" --http3-only --protocol webtransport "$SECURE/wt" <<'END'
see \* open: webtransport over HTTP/3
type a datagram
see > dgram 10B "a datagram"
see < dgram 10B "a datagram"
type /open
see \* stream #4 is open
type /to 4 hello
see > stream #4 5B "hello"
see < stream #4 5B "hello"
type /open uni
see \* stream #14 is open
type /to 14 one way
see \* the peer opened stream #15, one way
see < stream #15 7B "one way"
type /fin 4
see \* stream #4 is ended
type /to 4 more
see \* not sent
type /open
see \* stream #8 is open
type /to 8 x
see < stream #8 1B "x"
type /reset 8 77
see \* stream #8 is reset
type /fin 8
see \* no stream #8 of ours is open
type /fin 999
see \* no stream #999 of ours is open
type /reset 999 1
see \* no stream #999 of ours is open
type /reset 4
see \* the code: '' is no number
type /to nowhere x
see \* the stream: 'nowhere' is no number
keys \x04
see \* closed by peer
END
}

@test "a terminal that does not read stops neither the channel nor what is recorded" {
    # Far more than a terminal holds: 800 messages there and back.
    at_prompt 80 "$QUIVER" ws --cacert "$CA" "$WS" <<'END'
see \* open: websocket
type /log talk.jsonl
see recording to talk.jsonl
type 0123456789012345678901234567890123456789012345678901234567890123456789
see < text 70B
type /repeat 800 1
file talk.jsonl 1600
see "01234.*"
keys \x04
see \* closed by us, code 1000
END
}
