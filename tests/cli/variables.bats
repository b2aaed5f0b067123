#!/usr/bin/env bats
# --variable, --expand-NAME, and URLs from a file.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_peer
}

teardown_file() {
    stop_peer
}

setup() {
    enter_folder
}

@test "a variable is put into any option with an argument" {
    run -0 quiver -sS --variable who=me --variable 'msg=a b&c' --expand-user '{{who}}:pw' \
        --expand-data 'm={{msg:url}}' --expand-header='X-Who: {{who}}{{none}}' --expand-url "$PEER/{{who}}"
    [[ $output == "POST /me HTTP/1.1"* && $output == *'Authorization: Basic bWU6cHc='* ]]
    [[ $output == *'X-Who: me'* && $output == *'m=a%20b%26c' ]]
}

@test "its bytes may come from a file, standard input or the environment" {
    printf ' 0123456789\n' >file
    printf 'piped' >pipe
    W_ENV='of the environment' run -0 bash -c '"$QUIVER" -sS --variable f@file --variable "p[1-2]@-" --variable %W_ENV \
        --variable %W_NONE@file --expand-data "{{f:trim}} {{p}} {{W_ENV}} {{W_NONE:trim}}" "$PEER/x" <pipe'
    [[ $output == *'0123456789 ip of the environment 0123456789' ]]
}

@test "a variable may be made from others" {
    run -0 quiver -sS --variable a=1 --expand-variable 'b={{a}}{{a}}' --variable a=2 --expand-data '{{a}}{{b}}' "$PEER/x"
    [[ $output == *211 ]]
}

@test "files of options have them, and hand them on to the command line" {
    printf '%s\n' 'variable = "w=world"' 'expand-header = "X-Hello: {{w}}"' >options
    run -0 quiver -sS -K options --expand-data '{{w}}' "$PEER/x"
    [[ $output == *'X-Hello: world'* && $output == *world ]]
    printf '%s\n' 'variable = w=world' 'expand-user-agent = "{{w}}/1"' "[$PEER]" 'expand-header = "X-Section: {{w}}"' >config
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" -sS --expand-data '{{w}}' "$PEER/x"
    [[ $output == *'User-Agent: world/1'* && $output == *'X-Section: world'* && $output == *world ]]
    QUIVER_CONFIG=$PWD/config run -0 "$QUIVER" config show "$PEER/"
    [[ $output == *'header = "X-Section: world"'* ]]
}

@test "mistakes are named, and nothing is sent" {
    local row expected options
    while IFS='|' read -r expected options; do
        eval "run -2 quiver -sS $options $PEER/x"
        [[ ${lines[0]} == *"$expected"* ]] || {
            echo "$options: $output"
            return 1
        }
    done <<'ROWS'
'a b=c' is not NAME=TEXT|--variable 'a b=c'
there is no NOT_SET in the environment|--variable %NOT_SET
a part is [FIRST-LAST]|--variable 'a[3-1]=x'
'upper' is no function|--variable a=b --expand-data '{{a:upper}}'
has a NUL in it|--variable a=AA== --expand-data '{{a:64dec}}'
option --silent takes no argument to expand|--expand-silent
option --nonsense is unknown|--expand-nonsense x
ROWS
    run -26 quiver --variable a@nowhere "$PEER/x"
    [[ $output == *'cannot read nowhere'* ]]
}

@test "neither a variable nor what it goes into stays in the process list" {
    "$QUIVER" -sS --variable pw=topsecret --expand-user 'me:more{{pw}}' "$PEER/hold/vars" -o out &
    local pid=$!
    within 60 of $! compgen -G '.out.*.part' >/dev/null
    run cat "/proc/$pid/cmdline"
    quiver -sS "$PEER/release/vars" -o /dev/null
    wait "$pid"
    [[ $output != *topsecret* && $output != *'me:more'* ]]
}

@test "URLs are read from a file, and name what is fetched" {
    printf '\xef\xbb\xbf%s\r\n\n# %s\n%s' "$PEER/one" "$PEER/no" "$PEER/{two}[3]" >urls
    run -0 quiver -sS --url @urls
    [ -z "$output" ]
    grep -q '^GET /one HTTP' one
    grep -q '^GET /{two}\[3\] HTTP' '{two}[3]'
    [ ! -e no ]
    run -0 bash -c 'echo "$PEER/piped" | "$QUIVER" -sS -o - --url @-'
    [[ $output == 'GET /piped HTTP'* ]]
    run -26 quiver --url @nowhere
    [[ $output == *'cannot read nowhere'* ]]
}
