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
        grep -q -- "\"${name#--}\"" "$HERE/../../cli/engine/as_curl.c" || [[ $name =~ ^--(no-)?(quic|h2|h3)- ]] || {
            echo "$name is neither in compare/names.txt nor in as_curl.c"
            return 1
        }
    done
}

@test "forms and priorities can be pasted" {
    run -0 quiver --as-curl -F 'x=@f.txt;type=a/b' --form-string 'm=a@b/c' --priority u=1 http://h/
    [ "$output" = "curl --form 'x=@f.txt;type=a/b' --form-string m=a@b/c --header 'Priority: u=1' http://h/" ]
}

@test "of a batch there is a command for each entry, which sends the same" {
    command -v curl >/dev/null || skip "no curl"
    printf 'some\n\nfile' >'a file'
    cat >list <<-END
	{"url":"$PEER/x?a[b]={c}","headers":{"X-A":"it's \"q\"","x-b":["1","2"]}}
	{"url":"$PEER/x","json":{"a":"ü $ \u0001"},"http":"1.1","timeout":20}
	{"url":"$PEER/x","method":"PUT","body_base64":"AAEnJSVcbi0t/w==","headers":{"content-type":"x/y"}}
	{"url":"$PEER/x","form":{"a":"b c&"}}
	{"url":"$PEER/x","body":"@nothing","method":"PATCH"}
	{"url":"$PEER/x","body_file":"a file"}
	{"url":"$PEER/redirect","follow":true}
	{"url":"$PEER/x","multipart":[{"name":"f","file":"a file"},{"name":"t","value":"--x%d"}],"priority":"u=1"}
	END
    local command
    quiver batch -s --ordered -A me -H 'X-O: 1' -u a:b --show-secrets --as-curl list >commands
    [ "$(wc -l <commands)" -eq 8 ]
    while IFS= read -r command; do
        # dash and bash read it the same way.
        sh -c "${command/curl/curl -q -sS}" | tr -d '\r'
        echo
        echo =
    done <commands | without_boundary >theirs
    quiver batch -s --ordered -A me -H 'X-O: 1' -u a:b list >records
    "$PYTHON" -c 'import base64, json
for line in open("records"):
    b = json.loads(line)["body"]
    text = base64.b64decode(b["text"]).decode("latin-1") if b["encoding"] == "base64" else b["text"]
    print(text.replace("\r", ""))
    print("=")' | without_boundary >mine
    diff mine theirs
}

# Lines of a request in any order, with a boundary that is always the same.
without_boundary() {
    LC_ALL=C sed 's/-----*[A-Za-z0-9]\{22\}/BOUNDARY/g; s/\xff/?/g; s/\xc3\xbf/?/g' | LC_ALL=C sort
}

@test "secrets of a batch are hidden, its own options left out, bad entries comments" {
    printf '%s\n' '{"url":"http://me:geheim@h/","headers":{"Authorization":"geheim"},"proxy":"http://p:geheim@x"}' \
        '{"url":7}' >list
    run -110 --separate-stderr quiver batch -s -j 3 --ordered --line-max 1M --as-curl -u me:geheim list
    [[ $output != *geheim* && $output != *ordered* && $output != *line-max* ]]
    [ "${lines[1]}" = '# entry 2: line 2: url: expected a string' ]
    run -2 quiver batch --as-curl --resume -o out list
}
