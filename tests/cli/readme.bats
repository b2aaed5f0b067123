#!/usr/bin/env bats
# What the README shows is what a newcomer gets.

load helper

setup() {
    enter_folder
    mkdir bin home folder
    ln -s "$(readlink -f "$QUIVER")" bin/quiver
}

# paste [NAME=VALUE...]: in an empty folder, with nothing set that a README cannot know.
paste_readme() {
    cd folder
    env -u QUIVER_CONFIG HOME="$BATS_TEST_TMPDIR/home" PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$@" \
        "$PYTHON" "$HERE/readme.py" "$HERE/../../README.md"
}

@test "the README's commands run in order and print what it shows" {
    paste_readme
}

@test "the README's commands run where a trust store and a proxy are set" {
    paste_readme CURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt \
        SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
        SSL_CERT_DIR=/etc/ssl/certs https_proxy=http://127.0.0.1:9 HTTPS_PROXY=http://127.0.0.1:9
}

@test "a README that shows something else is found out" {
    printf '%s\n' '```console' '$ echo one' 'two' '```' > wrong.md
    run "$PYTHON" "$HERE/readme.py" wrong.md
    [ "$status" -eq 1 ]
    [[ "$output" == *"NOT AS SHOWN: echo one"* ]]
    printf '%s\n' '```console' '$ false' '```' > wrong.md
    run "$PYTHON" "$HERE/readme.py" wrong.md
    [ "$status" -eq 1 ]
}
