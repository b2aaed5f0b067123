# Servers that keep a diary of what they were asked (mirror.py), for tests of
# what is sent where.

load peers

# Sets A, B, C (plain), S (TLS), L (TLS, late) and R (TLS, asks the client for a
# certificate) to URLs without a path, and MIRROR_CA.
start_mirror() {
    local file=$BATS_FILE_TMPDIR/mirror.ports ports
    make_ca "$BATS_FILE_TMPDIR"
    mkfifo "$file.ask" "$file.answer"
    "$PYTHON" "$HERE/mirror.py" "$file" --tls "$BATS_FILE_TMPDIR/server.pem" \
        "$BATS_FILE_TMPDIR/server.key" 3>&- &
    MIRROR_PID=$!
    within 60 of $! test -s "$file"
    read -r -a ports < "$file"
    A=http://127.0.0.1:${ports[0]}
    B=http://127.0.0.1:${ports[1]}
    C=http://127.0.0.1:${ports[2]}
    S=https://127.0.0.1:${ports[3]}
    L=https://127.0.0.1:${ports[4]}
    R=https://127.0.0.1:${ports[5]}
    MIRROR_CA=$BATS_FILE_TMPDIR/ca.pem
    export A B C S L R MIRROR_PID MIRROR_CA
}

stop_mirror() {
    kill "$MIRROR_PID" 2>/dev/null || true
}

# quoted TEXT: percent-encoded for a query.
quoted() {
    local LC_ALL=C text=$1 out='' i char
    for ((i = 0; i < ${#text}; i++)); do
        char=${text:i:1}
        case $char in
        [A-Za-z0-9_.~-]) out+=$char ;;
        *) printf -v out '%s%%%02X' "$out" "'$char" ;;
        esac
    done
    printf '%s\n' "$out"
}

# to CODE LOCATION...: the path of a redirect there; the Locations as they are.
to() {
    local code=$1 query='' text
    shift
    for text in "$@"; do
        query+="${query:+&}loc=$(quoted "$text")"
    done
    printf '/to/%s?%s' "$code" "$query"
}

# says PATH FIELD...: the path of an answer with these fields.
says() {
    local path=$1 query='' field
    shift
    for field in "$@"; do
        query+="${query:+&}f=$(quoted "$field")"
    done
    printf '%s?%s' "$path" "$query"
}

# ask_mirror QUESTION: prints the answer; see mirror.py.
ask_mirror() {
    local file=$BATS_FILE_TMPDIR/mirror.ports answer='' part
    printf '%s\0' "$1" 1<> "$file.ask"
    until IFS= read -r -t 5 -d '' part; do
        answer+=$part
        kill -0 "$MIRROR_PID" || return 1
    done <> "$file.answer"
    printf '%s' "$answer$part"
}

forget() {
    [ -z "$(ask_mirror forget)" ]
}

# diary EXPRESSION: of Python, over the list of requests d.
diary() {
    ask_mirror "$1"
}

# A Python expression over the record r of `-w %{json}` on standard input.
record() {
    local text
    IFS= read -r -d '' text || true
    ask_mirror "record"$'\x01'"$1"$'\x01'"$text"
}
