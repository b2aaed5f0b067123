#!/usr/bin/env bats
# Help, and the files that are made from the same tables.

load helper

ROOT="$BATS_TEST_DIRNAME/../.."

setup() {
    enter_folder
}

@test "--help fits a screen" {
    run quiver --help
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -lt 40 ]
    [[ "$output" == "Usage: quiver [options] URL..."* ]]
    while IFS= read -r line; do
        [ "${#line}" -lt 80 ]
    done <<< "$output"
}

@test "--help all lists every option, and each category its own" {
    quiver --help all > all
    grep -q -- '--http3-only' all
    quiver --help tls > tls
    grep -q -- '--cacert' tls
    refute grep -q -- '--data' tls
    local categories
    categories=$(quiver --help category | awk '{print $1}')
    for category in $categories; do
        quiver --help "$category" > /dev/null
    done
}

@test "help explains commands and subjects" {
    for subject in fetch batch report serve completion help version exit-codes write-out differences config; do
        run quiver help "$subject"
        [ "$status" -eq 0 ]
        [ "${#lines[@]}" -gt 2 ]
    done
    run quiver batch --help all
    [[ $output == "Usage: quiver batch"* && $output == *--ordered* && $output == *--cacert* ]]
    run quiver batch --help
    [[ $output == "Usage: quiver batch"* && $output == *"--help all"* ]]
    run quiver serve --help
    [[ "$output" == *"--plain-port"* ]]
    run quiver help nonsense
    [ "$status" -eq 2 ]
}

@test "help tells all about one option" {
    for ask in "help --retry" "fetch --help --retry" "--help --retry" "help batch --retry"; do
        run quiver $ask
        [ "$status" -eq 0 ]
        [ "${lines[0]}" = "  --retry <num>" ]
        [[ $output == *"Begins a transfer anew"*"Default: 0"*"Example: quiver --retry 5 "*"Works with: fetch, batch"*"--retry-delay"* ]]
        while IFS= read -r line; do
            [ "${#line}" -lt 80 ]
        done <<< "$output"
    done
    run quiver help -L
    [ "${lines[0]}" = "  -L, --location" ]
    run quiver help --no-location
    [ "${lines[0]}" = "  -L, --location" ]
    run quiver help channel -n
    [ "${lines[0]}" = "  -n, --messages <num>" ]
    [[ $output != *--netrc\ * ]]
    run quiver serve --help --retry
    [[ $output == *"Works with: serve"* && $output != *"Works with: fetch"* ]]
    run quiver help --retyr
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == *"did you mean --retry?" ]]
    run quiver help --ftp-pasv
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == *"not an HTTP option"* ]]
}

@test "help of every option of every command can be asked for" {
    local command option
    for command in fetch batch channel tunnel report serve cache version; do
        quiver "$command" --help all | sed -n 's/^ \(-., \|    \)\(--[a-z0-9.-]*\).*/\2/p' > options
        [ -s options ]
        # One process costs more than the rest: one of eight is asked for.
        while IFS= read -r option; do
            run quiver help "$command" "$option"
            [ "$status" -eq 0 ]
            [[ ${lines[0]} == *"$option"* && $output == *"Example: quiver "* ]]
        done < <(awk 'NR % 8 == 1' options)
    done
}

@test "help looks for words in all that it knows" {
    run quiver help redirect
    [ "$status" -eq 0 ]
    [[ $output == *--location*--max-redirs*47*"too many redirects"*num_redirects*"--follow"* ]]
    run quiver help retry
    [ "${lines[0]}" = "  --retry <num>" ]
    [[ $output == *"Options:"*"--retry-max-time"* ]]
    run quiver help client certificate
    [[ $output == *--cert* && $output != *--data\ * ]]
    run quiver help SSLKEYLOGFILE
    [[ $output == *"SSLKEYLOGFILE: TLS secrets"* ]]
    run quiver help bacth
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == *"no help about 'bacth'; did you mean batch?"* ]]
    [ "${lines[0]}" = "quiver: (2) no help about 'bacth'; did you mean batch?" ]
    run quiver help retyr
    [ "${lines[0]}" = "quiver: (2) no help about 'retyr'; did you mean --retry?" ]
    run quiver help qqqqqq
    [[ ${lines[0]} == *"no help about 'qqqqqq'; there is: all, category, manual, fetch, "*", exit-codes, "* ]]
    run quiver help xyzzy plugh
    [ "$status" -eq 2 ]
}

@test "version names the libraries" {
    run quiver --version
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == "quiver "*" wolfSSL/"*" ngtcp2/"*" nghttp3/"*" nghttp2/"* ]]
    [[ "$output" == *"Features: "*HTTP3* ]]
    [ "$(quiver version)" = "$output" ]
    [ "$(quiver -V)" = "$output" ]
}

@test "version --json says the same, and which commit" {
    run quiver version --json
    [ "$status" -eq 0 ]
    local text
    text=$(quiver version)
    printf '%s' "$output" | "$PYTHON" -c '
import json, re, sys
v, text = json.load(sys.stdin), sys.argv[1]
assert text.startswith("quiver " + v["version"] + " "), v
for name, version in v["libraries"].items():
    assert f" {name}/{version}" in text, name
assert len(v["libraries"]) >= 10 and "HTTP3" in v["features"], v
assert "Features: " + " ".join(v["features"]) + "\n" in text, v
if v["commit"]:
    assert re.fullmatch("[0-9a-f]{12,}(-dirty)?", v["commit"]), v
assert ("Commit: %s\n" % v["commit"] in text) == (v["commit"] is not None), v
' "$text"
    if [ -e "$HERE/../../.git" ]; then
        local commit
        commit=$(sed -n 's/^Commit: //p' <<< "$text")
        git -C "$HERE/../.." cat-file -e "${commit%-dirty}^{commit}"
    fi
    run quiver version --json more
    [ "$status" -eq 2 ]
}

@test "help to a full disk is exit 23" {
    run bash -c '"$QUIVER" help > /dev/full'
    [ "$status" -eq 23 ]
}

@test "the committed man pages are what the program prints" {
    for page in quiver.1 quiver-fetch.1 quiver-batch.1 quiver-report.1 quiver-serve.1 quiver-config.5 quiver-exit-codes.7; do
        quiver help mdoc "$page" > made
        cmp made "$ROOT/man/$page"
    done
}

@test "the man pages please mandoc" {
    command -v mandoc > /dev/null || skip "mandoc is not installed"
    run mandoc -Tlint -Wwarning "$ROOT"/man/*
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "the committed completions are what the program prints" {
    quiver completion bash > made
    cmp made "$ROOT/completions/quiver.bash"
    quiver completion zsh > made
    cmp made "$ROOT/completions/_quiver"
    quiver completion fish > made
    cmp made "$ROOT/completions/quiver.fish"
}

@test "quiver(1) refers to every page" {
    local page
    sed -n '/^.Sh SEE ALSO/,$p' "$ROOT/man/quiver.1" > also
    for page in "$ROOT"/man/*; do
        page=${page##*/}
        [ "$page" = quiver.1 ] || grep -q "^.Xr ${page%.*} ${page##*.}\b" also
    done
    [ "$(grep -c '^.Xr quiver' also)" -eq "$(($(find "$ROOT/man" -type f | wc -l) - 1))" ]
}

@test "help that does not know a subject lists each other once" {
    run quiver help nosuch
    [ "$status" -eq 2 ]
    local subjects=${lines[0]#*there is: }
    [ "$(tr -d ' ' <<< "$subjects" | tr ',' '\n' | sort | uniq -d | wc -l)" -eq 0 ]
    local subject
    for subject in ${subjects//,/}; do
        quiver help "$subject" > /dev/null
    done
    quiver completion bash > script
    [ "$(sed -n 's/.*--help.*compgen -W "\([^"]*\)".*/\1/p' script | tr ' ' '\n' | sort | uniq -d | wc -l)" -eq 0 ]
}

@test "zsh completes the values that fish completes" {
    quiver completion fish > fish
    quiver completion zsh > zsh
    "$PYTHON" - <<'PY'
import re
zsh = {}
for line in open("zsh"):
    m = re.match(r"\s*'.*?--([a-z0-9-]+)(?:\)'\{[^}]*)?\}?'?\[.*\]:[^:]*:\((.*)\)'", line)
    if m:
        zsh.setdefault(m[1], set()).add(m[2])
n = 0
for line in open("fish"):
    m = re.search(r" -l (\S+) -x -a '((?:[^'\\]|\\.)*)'", line)
    if m and not m[2].startswith("("):
        assert m[2] in zsh.get(m[1], ()), (m[1], m[2], zsh.get(m[1]))
        n += 1
assert n > 5, n
PY
}

# zsh_offers WORD...: what zsh completes the last one to, in one line.
zsh_offers() {
    ZSH_DUMP=$BATS_FILE_TMPDIR/dump zsh -f "$HERE/complete.zsh" "$ROOT/completions" quiver "$@" | paste -sd' '
}

@test "zsh completes options, values, commands, files and folders" {
    mkdir sub
    touch subject
    [ "$(zsh_offers ba)" = batch ]
    [ "$(zsh_offers --http3)" = '--http3 --http3-only' ]
    [ "$(zsh_offers batch --resum)" = '--resume --resume-unsafe' ]
    [ "$(zsh_offers serve --plain-p)" = --plain-port ]
    [ "$(zsh_offers batch --format '')" = 'auto curl har jsonl urls' ]
    [ "$(zsh_offers batch --body h)" = hash ]
    [ "$(zsh_offers batch --fsync '')" = 'batch each none' ]
    [ "$(zsh_offers serve --log '')" = "$(quiver completion fish | sed -n "s/.* -l log -x -a '\([^']*\)'.*/\1/p" | tr ' ' '\n' | sort | paste -sd' ')" ]
    [[ " $(zsh_offers help '') " == *' exit-codes '*' write-out '* ]]
    [ "$(zsh_offers completion '')" = 'bash fish zsh' ]
    [ "$(zsh_offers config '')" = 'check show' ]
    [ "$(zsh_offers cache '')" = 'clear list show' ]
    [ "$(zsh_offers cache clear h)" = hsts ]
    [ "$(zsh_offers tunnel '')" = 'tcp udp' ]
    [ "$(zsh_offers help --retry-m)" = --retry-max-time ]
    [ "$(zsh_offers -H Accept-E)" = Accept-Encoding ]
    [ "$(zsh_offers --hints '')" = 'always auto never' ]
    [[ " $(zsh_offers --interface '') " == *' lo '* ]]
    [ "$(zsh_offers --cacert sub)" = 'sub subject' ]
    [ "$(zsh_offers --capath sub)" = sub ]
    [ "$(zsh_offers -H x -o sub)" = 'sub subject' ]
}

@test "bash completes options, values and commands" {
    quiver completion bash > script
    run bash -c '
        source ./script
        complete_line() {
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _quiver
            echo "${COMPREPLY[@]}"
        }
        complete_line quiver --http3-o
        complete_line quiver ser
        complete_line quiver --tls-max 1.
        complete_line quiver serve --plain-
        complete_line quiver help exit
        complete_line quiver channel --transport ""
        complete_line quiver batch --form
        complete_line quiver batch --format j
        complete_line quiver --hints = al
        complete_line quiver --items = m
        complete_line quiver -H Accept-E
        complete_line quiver -H @scri
        complete_line quiver --proto-redir h
        complete_line quiver cache cl
        complete_line quiver cache clear hs
        complete_line quiver tunnel u
        complete_line quiver help --retry-m
        complete_line quiver --curves P-2
        complete_line quiver serve --log j
        complete_line quiver -s --state = here ba
        complete_line quiver --state = here cache cl
        complete_line quiver --hints = never cache clear hs
        complete_line quiver -o out ba'
    [ "${lines[0]}" = "--http3-only" ]
    [ "${lines[1]}" = "serve" ]
    [ "${lines[2]}" = "1.2 1.3" ]
    [ "${lines[3]}" = "--plain-port" ]
    [ "${lines[4]}" = "exit-codes" ]
    [ "${lines[5]}" = "auto datagram capsule" ]
    [ "${lines[6]}" = "--form --form-escape --form-string --format" ]
    [ "${lines[7]}" = "jsonl" ]
    [ "${lines[8]}" = "always" ]
    [ "${lines[9]}" = "multipart" ]
    [ "${lines[10]}" = "Accept-Encoding" ]
    [ "${lines[11]}" = "@script" ]
    [ "${lines[12]}" = "http https" ]
    [ "${lines[13]}" = "clear" ]
    [ "${lines[14]}" = "hsts" ]
    [ "${lines[15]}" = "udp" ]
    [ "${lines[16]}" = "--retry-max-time" ]
    [ "${lines[17]}" = "P-256" ]
    [ "${lines[18]}" = "json" ]
    [ "${lines[19]}" = "batch" ]
    [ "${lines[20]}" = "clear" ]
    [ "${lines[21]}" = "hsts" ]
    [ "${#lines[@]}" -eq 22 ] # what comes after a word of the command is none
}

@test "the words of completions are words that are taken" {
    local word
    for word in $(quiver completion fish | sed -n "s/.* -l curves -x -a '\([^']*\)'.*/\1/p" | head -1); do
        run quiver --curves "$word" --as-curl https://127.0.0.1/
        [ "$status" -eq 0 ]
    done
    for word in $(quiver completion fish | sed -n "s/.* -l hints -x -a '\([^']*\)'.*/\1/p" | head -1); do
        quiver --hints "$word" --version > /dev/null
    done
    for word in list show; do
        quiver cache "$word" --state=state
    done
}

# fish_offers LINE: what fish completes its last word to, in one line.
fish_offers() {
    fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$ROOT/completions/quiver.fish" "$1" |
        cut -f1 | sort | paste -sd' '
}

@test "fish completes options, values, commands, files and folders" {
    mkdir sub
    touch subject
    [ "$(fish_offers 'quiver --http3')" = '--http3 --http3-only' ]
    [ "$(fish_offers 'quiver ser')" = serve ]
    [ "$(fish_offers 'quiver batch --resum')" = '--resume --resume-unsafe' ]
    [ "$(fish_offers 'quiver --tls-max 1.')" = '1.2 1.3' ]
    [ "$(fish_offers 'quiver serve --plain-')" = --plain-port ]
    [ "$(fish_offers 'quiver help exit')" = exit-codes ]
    [ "$(fish_offers 'quiver config ')" = 'check show' ]
    [ "$(fish_offers 'quiver cache ')" = 'clear list show' ]
    [ "$(fish_offers 'quiver cache clear h')" = hsts ]
    [ "$(fish_offers 'quiver tunnel ')" = 'tcp udp' ]
    [ "$(fish_offers 'quiver help --retry-m')" = --retry-max-time ]
    [ "$(fish_offers 'quiver --hints ')" = 'always auto never' ]
    [[ " $(fish_offers 'quiver --interface ') " == *' lo '* ]]
    [ "$(fish_offers 'quiver --cacert sub')" = 'sub/ subject' ]
    [ "$(fish_offers 'quiver --capath sub')" = sub/ ]
}

# Each shell is asked for all that begins with --.
@test "every option is in help, man page and each shell's completion" {
    local command page
    for command in fetch batch channel tunnel ping probe serve report cache; do
        quiver "$command" --help all | grep -oE '^ +(-., )?--[a-z0-9][a-z0-9.-]*' | grep -oE '\-\-.*' | sort > options
        [ "$(wc -l < options)" -gt 3 ]
        page=$ROOT/man/quiver-$command.1
        sed -nE 's/^\.It (Fl . , )?Fl -([a-z0-9.-]+).*/--\2/p' "$page" | sort > man
        fish_offers "quiver $command --" | tr ' ' '\n' | sort > fish
        zsh_offers "$command" -- | tr ' ' '\n' | sort > zsh
        bash -c 'source "$1"; COMP_WORDS=(quiver "$2" --) COMP_CWORD=2; _quiver; printf "%s\n" "${COMPREPLY[@]}"' - \
            "$ROOT/completions/quiver.bash" "$command" | sort > bash
        for where in man fish zsh bash; do
            comm -23 options "$where" > missing
            [ ! -s missing ] || { echo "$command, not in $where:"; cat missing; false; }
        done
    done
}
