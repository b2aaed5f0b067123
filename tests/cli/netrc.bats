#!/usr/bin/env bats
# Credentials of .netrc files: each host has its own, and no other one's.

load helper
load mirror

setup_file() {
    start_mirror
}

teardown_file() {
    stop_mirror
}

setup() {
    enter_folder
    forget
    export HOME=$PWD
    unset NETRC
}


# ask OPTION... URL: with the hosts of the test; a port of the mirror in each.
ask() {
    quiver -sS -o /dev/null --resolve "+a.test:${A##*:}:127.0.0.1" --resolve "+b.test:${B##*:}:127.0.0.1" \
        --resolve "+b.test:${A##*:}:127.0.0.1" "$@"
}

a() { printf 'http://%sa.test:%s%s' "$1" "${A##*:}" "${2:-/end}"; }
b() { printf 'http://%sb.test:%s%s' "$1" "${B##*:}" "${2:-/end}"; }

# got: who each request says to be, "-" where it does not.
got() {
    diary '" ".join(__import__("base64").b64decode(e["headers"]["authorization"].split()[1]).decode() if e["headers"].get("authorization", "-").startswith("Basic") else e["headers"].get("authorization", "-") for e in d)'
}

@test "-n reads ~/.netrc, NETRC another file, --netrc-file a third" {
    echo 'machine a.test login home password 1' > .netrc
    echo 'machine a.test login env password 2' > other
    echo 'machine a.test login file password 3' > third
    ask -n "$(a)"
    NETRC=other ask --netrc "$(a)"
    NETRC=other ask --netrc-file third "$(a)"
    NETRC='' ask -n "$(a)"
    ask "$(a)"
    ask -n --no-netrc "$(a)"
    [ "$(got)" = "home:1 env:2 file:3 home:1 - -" ]
}

@test "a file that is not there is exit 26, unless it is optional" {
    run ask -n "$(a)"
    [ "$status" -eq 26 ]
    [[ "$output" == *"netrc file $HOME/.netrc: No such file or directory"* ]]
    run ask --netrc-file nowhere "$(a)"
    [ "$status" -eq 26 ]
    run ask --netrc-file . "$(a)"
    [ "$status" -eq 26 ]
    [ "$(diary 'len(d)')" -eq 0 ]
    ask --netrc-optional "$(a)"
    ask --netrc-optional --netrc-file nowhere "$(a)"
    [ "$(got)" = "- -" ]
}

@test "a file that cannot be understood is exit 26, where it matters" {
    printf 'machine a.test login a password 1\nmachine b.test login "b' > .netrc
    ask -n "$(a)"
    [ "$(got)" = a:1 ]
    forget
    run ask -n "$(b)"
    [ "$status" -eq 26 ]
    [[ "$output" == *"line 2 cannot be understood"* ]]
    printf 'machine a.test login a password "1\\n2"' > .netrc
    run ask -n "$(a)"
    [ "$status" -eq 26 ]
    [[ "$output" == *"control bytes"* ]]
    [ "$(diary 'len(d)')" -eq 0 ]
    printf 'machine a.test login a:b password 1' > .netrc
    run ask -n "$(a)"
    [ "$status" -eq 26 ]
}

@test "each host has its own entry, on redirects too" {
    printf 'machine a.test login a password 1\nmachine b.test login b password 2\n' > .netrc
    ask -n -L "$(a '' "$(to 302 "$(b '' "$(to 302 "$(a)")")")")"
    [ "$(got)" = "a:1 b:2 a:1" ]
    forget
    ask -L "$(a)" # nobody has asked for it
    [ "$(got)" = - ]
}

@test "a host without an entry, or with half of one, gets nobody else's" {
    printf 'machine a.test login a password 1\nmachine b.test login b\n' > .netrc
    ask -n -L "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "a:1 b:" ]
    forget
    printf 'machine a.test login a password 1\ndefault\n' > .netrc
    ask -n -L "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "a:1 -" ]
    forget
    printf 'machine a.test login a password 1\nmachine b.test\n' > .netrc
    ask -n -L "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "a:1 -" ]
    forget
    printf 'machine a.test login a password 1\ndefault login d password 0\n' > .netrc
    ask -n -L "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "a:1 d:0" ]
}

@test "-u and --oauth2-bearer count more, at their own origin" {
    printf 'machine a.test login a password 1\nmachine b.test login b password 2\n' > .netrc
    ask -n -u me:0 -L "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "me:0 b:2" ]
    forget
    ask -n --oauth2-bearer t -L "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "Bearer t b:2" ]
    forget
    ask -n -u me:0 -L --location-trusted "$(a '' "$(to 302 "$(b)")")"
    [ "$(got)" = "me:0 me:0" ]
    forget
    ask -n -H 'Authorization: Own' "$(a)"
    [ "$(got)" = Own ]
}

@test "another port of a host is another origin of the same entry" {
    printf 'machine b.test login b password 2\n' > .netrc
    ask -n -L "http://b.test:${A##*:}$(to 302 "$(b)")"
    [ "$(got)" = "b:2 b:2" ]
}

@test "of a name in the URL the password is looked for" {
    printf 'machine a.test login a password 1\nmachine a.test login b password 2\n' > .netrc
    ask -n "$(a b@)"
    ask -n "$(a a@)"
    ask -n "$(a c@)"
    ask -n "$(a b:own@)"
    ask --netrc-optional "$(a b:own@)"
    ask --netrc-optional "$(a b@)"
    [ "$(got)" = "b:2 a:1 c: b:2 b:own b:2" ]
    forget
    printf 'machine a.test password 3\n' > .netrc
    ask -n "$(a c@)"
    ask -n "$(a)"
    [ "$(got)" = "c:3 :3" ]
}

@test "what a netrc says answers a challenge as well" {
    printf 'machine a.test login user password pw\n' > .netrc
    ask -n --digest "$(a '' /login/digest)"
    [ "$(diary '[e["headers"].get("authorization", "-")[:6] for e in d]')" = "['-', 'Digest']" ]
}

@test "the file is read once, a batch asks it for each origin" {
    printf 'machine a.test login a password 1\nmachine b.test login b password 2\n' > .netrc
    for i in 1 2 3; do
        printf '{"url":"%s"}\n{"url":"%s"}\n' "$(a)" "$(b)"
    done > in
    quiver batch -j 1 -n --resolve "a.test:${A##*:}:127.0.0.1" --resolve "b.test:${B##*:}:127.0.0.1" in > out
    [ "$(got)" = "a:1 b:2 a:1 b:2 a:1 b:2" ]
    refute grep -q 'a:1' out
}

@test "a section of the configuration may ask for a file" {
    printf '[http://a.test:%s]\nnetrc-file = "%s/own"\n' "${A##*:}" "$PWD" > config
    echo 'default login d password 0' > own
    QUIVER_CONFIG=config ask "$(a)"
    QUIVER_CONFIG=config ask "$(b)"
    [ "$(got)" = "d:0 -" ]
}

@test "it does not show" {
    echo 'machine a.test login home password geheim' > .netrc
    ask -n -v -w '%{json}' "$(a)" > out 2>&1
    [ "$(got)" = home:geheim ]
    refute grep -q -e geheim -e "$(printf home:geheim | base64)" out
}

@test "who may read the file is not looked at, as in curl" {
    printf 'machine a.test login a password 1\n' > .netrc
    local mode
    for mode in 600 644 666; do
        chmod "$mode" .netrc
        run ask -n "$(a)"
        [ "$status" -eq 0 ]
        [ -z "$output" ]
    done
    [ "$(got)" = "a:1 a:1 a:1" ]
}
