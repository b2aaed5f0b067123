#!/usr/bin/env bats
# Configuration files: -K, the default file with its origins, and `config`.

bats_require_minimum_version 1.5.0
load helper
load mirror

ROOT="$BATS_TEST_DIRNAME/../.."

setup_file() {
    start_mirror
    start_serve
}

teardown_file() {
    stop_serve
    stop_mirror
}

setup() {
    enter_folder
    export HOME=$PWD
    unset XDG_CONFIG_HOME
    forget
}

# configure: standard input becomes the configuration file.
configure() {
    cat > config
    export QUIVER_CONFIG=$PWD/config
}

# got NAME: the value of this field in each request, "-" where it was not sent.
got() {
    diary '" ".join(e["headers"].get("'"$1"'", "-").replace(" ", "_") for e in d)'
}

echoed() {
    "$PYTHON" -c 'import json, sys; print({k.lower(): v for k, v in json.load(sys.stdin)["headers"].items()}.get(sys.argv[1], "-"))' "$1"
}

# ---- -K ----

@test "-K reads options in curl's syntax" {
    cat > rc <<EOF2
# a comment
url = "$A/one"
user-agent: "the \"agent\"\tx"
-H "X-A: 1"
--header "X-B: 2"
  header = X-C:3   # three
silent
output = "one.json"
next
url = $B/two
-otwo.json
request = PUT
EOF2
    run -0 quiver -K rc
    [ -z "$output" ]
    [ "$(diary '[(e["method"], e["headers"].get("user-agent"), e["headers"].get("x-a"), e["headers"].get("x-b"), e["headers"].get("x-c")) for e in d][0]')" = \
        "('GET', 'the \"agent\"\\tx', '1', '2', '3')" ]
    [ "$(diary 'd[1]["method"]')" = PUT ]
    [ -s one.json ]
    [ -s two.json ]
}

@test "-K - reads standard input, several files add up, and files name files" {
    printf 'header = "X-A: 1"\nconfig = inner\n' > outer
    printf 'header = "X-B: 2"\n' > inner
    printf 'header = "X-C: 3"\n' | quiver -s -K - -K outer "$A/" > /dev/null
    [ "$(got x-a) $(got x-b) $(got x-c)" = "1 2 3" ]
    echo 'config = endless' > endless
    run quiver -K endless "$A/"
    [ "$status" -eq 2 ]
    [[ "$output" == *"endless:1: "*"within each other"* ]]
}

@test "what is typed counts more than a file of -K, before it and behind it" {
    printf 'user-agent = file\nconnect-timeout = 7\nheader = "X-A: file"\n' > rc
    quiver -s -A typed -K rc "$A/" > /dev/null
    quiver -s -K rc -A typed "$A/" > /dev/null
    quiver -s -K rc "$A/" -H 'X-A: typed' > /dev/null
    [ "$(got user-agent)" = "typed typed file" ]
    # Fields add up.
    [ "$(diary 'd[2]["headers"]["x-a"]')" != "-" ]
    [[ "$(quiver config show -A typed -K rc "$A/")" == *"connect-timeout = 7  "*"# rc:2"* ]]
}

@test "all mistakes of all files are told at once, with their lines" {
    printf 'user-agent = x\nfrobnicate\n\nconnect-timeout = soon\n' > one
    printf '[https://a.example]\nfail = yes\n--ftp-pasv\nheader\n' > two
    run quiver -K one -K two -K three "$A/"
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "quiver: one:2: option --frobnicate is unknown" ]
    [ "${lines[1]}" = "quiver: one:4: option --connect-timeout: 'soon' is not a proper number: seconds, as 30 or 0.5" ]
    [[ "${lines[2]}" == "quiver: two:1: "* ]]
    [ "${lines[3]}" = "quiver: two:2: option fail takes no argument" ]
    [[ "${lines[4]}" == "quiver: two:3: option --ftp-pasv is not an HTTP option"* ]]
    [ "${lines[5]}" = "quiver: two:4: option --header requires <header/@file>" ]
    [ "${lines[6]}" = "quiver: three: cannot be read: No such file or directory" ]
    [ "${#lines[@]}" -eq 7 ]
    [ "$(diary 'len(d)')" -eq 0 ]
}

@test "a file of -K that is not there is exit 26" {
    run quiver -K none "$A/"
    [ "$status" -eq 26 ]
}

@test "curl reads the same files in the same way" {
    command -v curl > /dev/null || skip "curl is not installed"
    printf '%s\n' '# c' "url = $A/" 'user-agent = "a \"b\" \\ \q"' '-H "X-A: 1" # c' \
        'header: X-B:2' '--header X-C:3' 'header = = X-D:4' 'silent' 'data = "a\tb"' \
        'request=PATCH' '-oout' > rc
    quiver -K rc
    curl -q -K rc
    [ "$(diary 'len(d)')" -eq 2 ]
    for name in user-agent x-a x-b x-c x-d; do
        [ "$(diary "len(set(e['headers'].get('$name') for e in d))")" -eq 1 ]
        [ "$(got $name | cut -d' ' -f1)" != "-" ]
    done
    [ "$(diary 'len(set((e["method"], e.get("body")) for e in d))')" -eq 1 ]
}

# ---- the default file ----

@test "the file is that of QUIVER_CONFIG, of XDG_CONFIG_HOME, or of the home" {
    unset QUIVER_CONFIG
    mkdir -p .config/quiver xdg/quiver
    echo 'user-agent = home' > .config/quiver/config
    echo 'user-agent = xdg' > xdg/quiver/config
    echo 'user-agent = named' > named
    quiver -s "$A/" > /dev/null
    XDG_CONFIG_HOME=$PWD/xdg quiver -s "$A/" > /dev/null
    XDG_CONFIG_HOME=$PWD/xdg QUIVER_CONFIG=named quiver -s "$A/" > /dev/null
    [ "$(got user-agent)" = "home xdg named" ]
}

@test "no file is read when QUIVER_CONFIG is empty, or -q comes first" {
    mkdir -p .config/quiver
    echo 'user-agent = home' > .config/quiver/config
    unset QUIVER_CONFIG
    QUIVER_CONFIG='' quiver -s -A none "$A/" > /dev/null
    quiver -qs -A none "$A/" > /dev/null
    quiver fetch -q -s -A none "$A/" > /dev/null
    quiver -s -q "$A/" > /dev/null # too late
    [ "$(got user-agent)" = "none none none home" ]
    echo 'frobnicate' > .config/quiver/config
    quiver -q -s "$A/" > /dev/null
    run quiver -s "$A/"
    [ "$status" -eq 2 ]
}

@test "a missing file is fine, one that cannot be read is not" {
    unset QUIVER_CONFIG
    quiver -s "$A/" > /dev/null
    mkdir -p .config/quiver/config
    run quiver -s "$A/"
    [ "$status" -eq 26 ]
    [ "$output" = "quiver: $PWD/.config/quiver/config: cannot be read: Is a directory" ]
    QUIVER_CONFIG=$PWD/none run quiver -s "$A/"
    [ "$status" -eq 26 ]
}

@test "a file that nobody named and that cannot be reached is not there" {
    unset QUIVER_CONFIG
    local closed
    closed=$(mktemp -d /tmp/quiver-test.XXXXXX)
    mkdir -p "$closed/home/.config/quiver"
    chmod 755 "$closed"
    chmod 700 "$closed/home"
    if [ "$(id -u)" -eq 0 ]; then
        HOME=$closed/home run setpriv --reuid=65534 --regid=65534 --clear-groups "$QUIVER" -s "$A/"
    else
        chmod 000 "$closed/home"
        HOME=$closed/home run quiver -s "$A/"
    fi
    echo "$output"
    [ "$status" -eq 0 ]
    chmod 700 "$closed/home"
    rm -r "$closed"
    HOME=/$(printf 'x%.0s' {1..5000}) run quiver -s "$A/"
    [ "$status" -eq 0 ]
    ln -s circle circle
    HOME=$PWD/circle run quiver -s "$A/"
    [ "$status" -eq 0 ]
    HOME=$PWD/circle run -0 quiver config check
    [[ $output == *"it cannot be reached: Too many levels of symbolic links" ]]
    # Who names one wants it.
    QUIVER_CONFIG=$PWD/circle run quiver -s "$A/"
    [ "$status" -eq 26 ]
    run quiver -s -K "$PWD/circle" "$A/"
    [ "$status" -eq 26 ]
}

@test "help is given whatever the file says" {
    configure <<< frobnicate
    quiver --help > /dev/null
    quiver --version > /dev/null
    quiver help config > /dev/null
}

@test "the order is built-in, global part, section, -K, command line" {
    configure <<EOF2
user-agent = global
header = "X-G: 1"
[$A]
user-agent = section
header = "X-S: 1"
EOF2
    printf 'user-agent = file\nheader = "X-K: 1"\n' > rc
    quiver -s "$B/" > /dev/null
    quiver -s "$A/" > /dev/null
    quiver -s -K rc "$A/" > /dev/null
    quiver -s -K rc -A typed -H 'X-L: 1' "$A/" > /dev/null
    [ "$(got user-agent)" = "global section file typed" ]
    [ "$(got x-g)" = "1 1 1 1" ]
    [ "$(got x-s)" = "- 1 1 1" ]
    [ "$(got x-k)" = "- - 1 1" ]
    [ "$(got x-l)" = "- - - 1" ]
}

@test "-v names the section that counts" {
    configure <<EOF2
[$A]
header = "X-S: 1"
EOF2
    quiver -sv "$A/" 2> log > /dev/null
    grep -q "^\* Options for this origin: \[$A\] of $PWD/config:1$" log
    quiver -sv "$B/" 2> log > /dev/null
    refute grep -q "Options for" log
}

@test "the nearest credentials count, and Name: takes a field away" {
    configure <<EOF2
header = "X-Gone: 1"
[$A]
header = "Authorization: of the section"
EOF2
    quiver -s "$A/" > /dev/null
    quiver -s -u me:pw "$A/" > /dev/null
    quiver -s --oauth2-bearer tok "$A/" > /dev/null
    quiver -s -H 'Authorization: typed' -H 'X-Gone:' "$A/" > /dev/null
    [ "$(got authorization)" = "of_the_section Basic_bWU6cHc= Bearer_tok typed" ]
    [ "$(got x-gone)" = "1 1 1 -" ]
}

@test "each --next has the global part and the section of its URL" {
    configure <<EOF2
header = "X-G: 1"
[$A]
header = "X-S: a"
[$B]
header = "X-S: b"
EOF2
    quiver -s "$A/" "$B/" --next "$B/" --next -H 'X-G: 2' "$C/" > /dev/null
    [ "$(got x-s)" = "a b b -" ]
    [ "$(diary 'd[2]["headers"]["x-g"]')" = 1 ]
}

@test "two origins have two authorities, versions and headers in one run" {
    configure <<EOF2
[$SECURE]
cacert = "$CA"
http3-only
header = @~/secret
[$S]
cacert = "$MIRROR_CA"
http1.1
header = "X-Key: two"
EOF2
    echo 'X-Key: one' > secret
    quiver -sS -w '%{http_version}\n' -o one "$SECURE/echo" -o two "$S/echo" > versions
    [ "$(paste -sd' ' versions)" = "3 1.1" ]
    [ "$(echoed x-key < one)" = one ]
    [ "$(got x-key)" = two ]
    # Each alone does not trust the other.
    run quiver -q -sS "$SECURE/echo"
    [ "$status" -eq 60 ]
}

@test "wildcards stand for labels, the most specific section counts" {
    local port=${A##*:}
    configure <<EOF2
[http://*:$port]
user-agent = all
[http://*.example.test:$port]
user-agent = example
[http://*.b.example.test:*]
user-agent = b
[http://a.b.example.test:$port]
user-agent = exact
EOF2
    for host in a.b.example.test x.b.example.test b.example.test x.example.test example.test other; do
        quiver -s --connect-to "::127.0.0.1:$port" "http://$host:$port/" > /dev/null
    done
    [ "$(got user-agent)" = "exact b example example all all" ]
}

@test "a batch has the section of each entry's origin" {
    configure <<EOF2
[$A]
header = "X-S: a"
[$S]
cacert = "$MIRROR_CA"
header = "X-S: s"
EOF2
    printf '{"url":"%s/","headers":{"x-own":"1"}}\n{"url":"%s/"}\n' "$A" "$S" > in.jsonl
    quiver batch -s --body none in.jsonl > out.jsonl
    [ "$(diary 'sorted(e["headers"]["x-s"] for e in d)')" = "['a', 's']" ]
    [ "$(diary 'sum("x-own" in e["headers"] for e in d)')" -eq 1 ]
}

@test "a batch sends the nearest credentials too, with sections and without" {
    echo 'header = "Authorization: of the file"' > plain
    printf '%s\n' 'header = "Authorization: of the file"' "[$B]" > sections
    echo "$A/" > list
    printf 'url = "%s/"\nuser = "me:pw"\n' "$A" > rc
    for file in plain sections; do
        export QUIVER_CONFIG=$PWD/$file
        forget
        quiver batch -s -u me:pw --body none list > /dev/null
        quiver batch -s --format curl --body none rc > /dev/null
        [ "$(got authorization)" = "Basic_bWU6cHc= Basic_bWU6cHc=" ]
    done
}

@test "an origin has a pool and a rate of its own" {
    local begin end
    configure <<EOF2
[$A]
pool-size = 1
origin-rate = 10/s
EOF2
    begin=${EPOCHREALTIME/./}
    quiver -sZ "$A/[1-5]" "$B/[1-5]" > /dev/null
    end=${EPOCHREALTIME/./}
    # Four pauses of 100 ms, and one connection for all.
    [ $((end - begin)) -ge 380000 ]
    [ "$(diary 'len(set(e["connection"] for e in d if str(e["port"]) == "'"${A##*:}"'"))')" -eq 1 ]
    [ "$(diary 'len(d)')" -eq 10 ]
}

# ---- redirects ----

@test "a redirect has the trust of the next section, and none of its own secrets" {
    configure <<EOF2
[$S]
cacert = "$MIRROR_CA"
header = "X-Key: first"
user = "me:pw"
cookie = "a=b"
[$SECURE]
cacert = "$CA"
header = "X-Other: second"
EOF2
    for option in -L --location-trusted; do
        forget
        quiver -sS $option -H 'X-Mine: 1' "$S$(to 302 "$SECURE/echo")" > out
        [ "$(got x-key)" = first ]
        [ "$(got authorization)" = "Basic_bWU6cHc=" ]
        [ "$(got cookie)" = "a=b" ]
        for name in x-key x-other authorization cookie; do
            [ "$(echoed $name < out)" = "-" ]
        done
        [ "$(echoed x-mine < out)" = 1 ]
    done
}

@test "a redirect of a batch has the trust of the next section" {
    configure <<EOF2
location
[$S]
cacert = "$MIRROR_CA"
header = "X-Key: first"
[$SECURE]
cacert = "$CA"
http3-only
EOF2
    printf '{"url":"%s"}\n' "$S$(to 302 "$SECURE/echo")" > in.jsonl
    quiver batch -s in.jsonl > out.jsonl
    [ "$(record 'r["http_version"], r["response_code"], "first" in r["body"]["text"]' < out.jsonl)" = "('3', 200, False)" ]
}

# ---- mistakes in the file ----

@test "everything wrong is found at start, used or not" {
    configure <<'EOF2'
user-agent = my agent
frobnicate
output = x
retry = often
[https://a.example]
tlsv1.3
tls-max = 1.2
silent
ciphers = NONE
header = "no colon"
resolve = x
[https://a.example:443]
header = @/none/such
[http://a.example]
http3
http3-only
[https://a.*]
bar
user = name
[https://b.example
key = k.pem
cert = c.pem
[https://c.example]
key = k.pem
[https://d.example]
http3-only
tls-max = 1.2
EOF2
    run quiver -s "$A/"
    [ "$status" -eq 2 ]
    printf '%s\n' "${lines[@]}" | sed "s|^quiver: $PWD/config:||" > found
    cut -d: -f1 found | paste -sd' ' > at
    [ "$(cat at)" = "1 2 3 4 7 8 9 10 11 12 13 15 16 17 18 19 20 24 27" ]
    grep -q '^1: a value with spaces needs quotes$' found
    grep -q '^2: option --frobnicate is unknown$' found
    grep -q '^3: option --output belongs on the command line' found
    grep -q '^7: the lowest TLS version is above the highest$' found
    grep -q '^8: option --silent .* no place in a section$' found
    grep -q '^12: \[https://a.example:443\] is in line 5 already$' found
    grep -q '^15: http:// cannot speak HTTP/3$' found
    grep -q '^16: http:// cannot speak HTTP/3$' found
    grep -q '^27: HTTP/3 needs TLS 1.3$' found
    [ "$(diary 'len(d)')" -eq 0 ]
}

@test "a file that is no text is refused" {
    printf 'user-agent = x\n\0\n' > config
    QUIVER_CONFIG=$PWD/config run quiver "$A/"
    [ "$status" -eq 2 ]
    [[ "$output" == *"config:2: "* ]]
}

# ---- quiver config ----

@test "config check tells mistakes or how many sections there are" {
    printf '[https://a.example]\nhttp3\n[https://b.example]\n' > good
    run -0 quiver config check good
    [ "$output" = "good: ok, 2 sections" ]
    QUIVER_CONFIG=$PWD/good run -0 quiver config check
    [ "$output" = "$PWD/good: ok, 2 sections" ]
    printf 'a\nb\n' > bad
    run -2 quiver config check bad
    [ "${#lines[@]}" -eq 2 ]
    run -26 quiver config check none
    unset QUIVER_CONFIG
    run -0 quiver config check
    [ "$output" = "$PWD/.config/quiver/config: ok, there is no such file" ]
    run -2 quiver config check good bad
    run -2 quiver config check -k good
    run -2 quiver config
    run -2 quiver config frob
}

@test "config show prints what holds, with its place, and no secrets" {
    configure <<EOF2
user-agent = global
http1.1
[https://a.example]
http3
user = "me:hunter2"
pass = hunter2
header = "X-Api-Key: hunter2"
header = "X-Plain: seen"
EOF2
    run -0 quiver config show -A typed --oauth2-bearer hunter2 https://a.example/x
    [ "${lines[0]}" = "# https://a.example/x: [https://a.example] of $PWD/config:3" ]
    [[ "$output" == *'user-agent = typed '*'# command line'* ]]
    [[ "$output" == *"http3  "*"# $PWD/config:4"* ]]
    [[ "$output" == *'header = "X-Plain: seen"'* ]]
    [[ "$output" == *'pass = "<redacted>"'* ]]
    [[ "$output" == *'connect-timeout = 300 '*'# default'* ]]
    [[ "$output" != *http1.1* ]]
    [[ "$output" != *hunter2* ]]
    # The nearest credentials are the only ones.
    [[ "$output" != *'user = '* ]]
    run -0 quiver config show --show-secrets https://a.example/x
    [[ "$output" == *'user = "me:hunter2"'* ]]
    run -0 quiver config show http://a.example/x
    [ "${lines[0]}" = "# http://a.example/x: no section of $PWD/config" ]
    [[ "$output" == *'http1.1 '* ]]
    run -3 quiver config show 'https://a b/'
    run -2 quiver config show
    QUIVER_CONFIG='' run -0 quiver config show example.com
    [ "${lines[0]}" = "# https://example.com/: no configuration file" ]
}

@test "what config show prints is a file that says the same" {
    configure <<EOF2
header = "X-A: a \\\\ \\"b\\" \\t c"
connect-timeout = 2.5
[https://a.example]
compressed
no-location
EOF2
    quiver config show https://a.example/ > shown
    run -0 quiver config check shown
    QUIVER_CONFIG=$PWD/shown quiver config show https://a.example/ > again
    diff <(sed 's/ *# .*//; /^$/d' shown | sort) <(sed 's/ *# .*//; /^$/d' again | sort)
}

# ---- the page ----

# Writes each literal block of quiver-config(5) to block.N, from 1.
extract_blocks() {
    "$PYTHON" - "$ROOT/man/quiver-config.5" <<'EOF2'
import re, sys
roff = {r"\-": "-", r"\e": "\\", r"\(dq": '"', r"\(aq": "'", r"\(ti": "~", r"\(ha": "^", r"\&": ""}
page = open(sys.argv[1]).read()
for n, block in enumerate(re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page, re.S | re.M), 1):
    text = re.sub(r"\\(?:\(..|.)", lambda m: roff[m[0]], block)
    open(f"block.{n}", "w").write(text)
EOF2
}

# check_command FILE: runs the command of its first line, "$ ...", and looks for
# each line of the rest in what that prints, in this order.
check_command() {
    local command line at=0
    command=$(head -1 "$1")
    run bash -c "quiver() { \"\$QUIVER\" \"\$@\"; }; ${command#\$ } 2>&1 | sed \"s|\$HOME|~|g\""
    while IFS= read -r line; do
        while [ "$at" -lt "${#lines[@]}" ] && [ "${lines[$at]}" != "$line" ]; do
            at=$((at + 1))
        done
        [ "$at" -lt "${#lines[@]}" ] || {
            echo "not printed: $line"
            return 1
        }
    done < <(tail -n +2 "$1")
}

@test "the examples of quiver-config(5) do what it says" {
    extract_blocks
    unset QUIVER_CONFIG
    mkdir -p .config/quiver .secrets
    echo 'X-Api-Key: 1' > .secrets/api-header
    local file count=0
    for file in block.*; do
        if grep -q '^# ~/.config/quiver/config$' "$file"; then
            cp "$file" .config/quiver/config
        elif grep -q '^connect-timout' "$file"; then
            cp "$file" bad
        elif ! grep -q '^\$ ' "$file"; then
            quiver config check "$file"
        fi
    done
    for file in block.*; do
        grep -q '^\$ ' "$file" || continue
        check_command "$file"
        count=$((count + 1))
    done
    [ "$count" -eq 3 ]
}
