#!/usr/bin/env bats
# --as-curl: the curl command that does the same.

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

@test "it prints a command for each URL, and sends nothing" {
    run -0 quiver --as-curl -d a=b -o x "localhost:1/{a,b}" -O example.com/c --next -I http://h/
    [ "${lines[0]}" = "curl --data a=b --output x 'http://localhost:1/{a,b}'" ]
    [ "${lines[1]}" = 'curl --data a=b --remote-name https://example.com/c' ]
    [ "${lines[2]}" = 'curl --head http://h/' ]
    [ "${#lines[@]}" -eq 3 ]
}

@test "secrets are hidden unless they are to be shown" {
    local options="-u me:geheim -H Authorization:geheim -b sid=geheim --oauth2-bearer geheim --cert c:geheim"
    run -0 quiver --as-curl $options http://me:geheim@h/
    [[ $output != *geheim* && $output == *'me:<redacted>'* ]]
    run -0 quiver --as-curl --show-secrets $options http://me:geheim@h/
    [ "$(grep -o geheim <<<"$output" | wc -l)" -eq 6 ]
}

@test "what configuration files say of the URL is in it" {
    printf '%s\n' 'user-agent = "mine"' "[$PEER]" 'header = "X-S: 1"' '[http://other]' 'header = "X-O: 1"' >config
    printf '%s\n' 'header = "X-K: \"k\""' >more
    export QUIVER_CONFIG=$PWD/config
    run -0 "$QUIVER" --as-curl -K more "$PEER/x"
    [ "$output" = "curl --user-agent mine --header 'X-S: 1' --header 'X-K: \"k\"' $PEER/x" ]
    run -0 "$QUIVER" --as-curl --no-alpn -A '' "$PEER/x"
    [ "$output" = "curl --header 'X-S: 1' --no-alpn --user-agent '' $PEER/x" ]
}

@test "items become options, and options of ours are left out" {
    run -0 quiver --as-curl -j 5 -Z --quic-cc bbr PATCH example.com/x a=b q==1 X-H:2 --retry 2
    [ "$output" = "curl --request PATCH --parallel-max 5 --parallel --retry 2 --url-query q=1 --header 'X-H: 2' --json '{\"a\": \"b\"}' https://example.com/x" ] ||
        [ "$output" = "curl --request PATCH --parallel-max 5 --parallel --retry 2 --url-query +q=1 --header 'X-H: 2' --json '{\"a\": \"b\"}' https://example.com/x" ]
    run -0 quiver --as-curl HEAD h
    [ "$output" = 'curl --head https://h' ]
}

@test "curl sends the same when the command is pasted" {
    command -v curl >/dev/null || skip "no curl"
    printf 'file\n' >file
    local mine line command
    while IFS= read -r line; do
        mine=$(eval "quiver -sS $line" | grep -v '^User-Agent:' | sort)
        command=$(eval "quiver --as-curl --show-secrets -sS $line")
        its=$(eval "${command/#curl/curl -q}" | grep -v '^User-Agent:' | sort)
        [ "$mine" = "$its" ] || {
            echo "$line: $command"
            diff <(echo "$mine") <(echo "$its")
            return 1
        }
    done <<'ROWS'
"$PEER/x?a=b&c"
-d @file -d $'two\nlines' --data-urlencode "q=it's" "$PEER/x"
-H 'X: "a" $b `c` \d' -H 'Accept:' -u 'me:p w' "$PEER/x"
-X DELETE -e 'http://r/' -A 'a b' "$PEER/x"
-G -d 'a=b c' -b 'a=1; b=2' "$PEER/x"
--json '{"a": "ü"}' "$PEER/x"
-L "$PEER/redirect"
-T file "$PEER/up/"
ROWS
}

@test "every option of ours is known to be none of curl's" {
    local name
    quiver --help all | sed -n 's/^ \(-.,\|   \) \(--[a-z0-9.-]*\).*/\2/p' | sort -u >ours
    sort -u "$HERE/compare/names.txt" >curls
    for name in $(comm -23 ours curls); do
        grep -qx -e "--no-${name#--}" -e "--${name#--no-}" curls && continue
        [ "$name" = --include ] && continue
        grep -q -- "\"${name#--}\"" "$HERE/../../cli/fetch/as_curl.c" || [[ $name =~ ^--(no-)?(quic|h2|h3)- ]] || {
            echo "$name is neither in compare/names.txt nor in as_curl.c"
            return 1
        }
    done
}

@test "forms and priorities can be pasted" {
    run -0 quiver --as-curl -F 'x=@f.txt;type=a/b' --form-string 'm=a@b/c' --priority u=1 http://h/
    [ "$output" = "curl --form 'x=@f.txt;type=a/b' --form-string m=a@b/c --header 'Priority: u=1' http://h/" ]
}
