#!/usr/bin/env bats
# `quiver cache`: what earlier runs have learned, seen and cleared.

load helper

setup() {
    enter_folder
    mkdir st
    printf '.a.test "20971231 23:59:59"\nx.a.test "unlimited"\nb.test "20971231 23:59:59"\nold.test "20191231 23:59:59"\n' > st/hsts
    printf 'h2 a.test 443 h3 alt.test 8443 "20971231 23:59:59" 1 0\nh2 b.test 8443 h2 b.test 443 "20971231 23:59:59" 0 0\n' > st/alt-svc
    printf '# quiver: alternatives that did not work, 1\nh3=alt.test|8443;a.test|443;- 4039372799 2\n' > st/broken
    printf 'a.test\tFALSE\t/\tFALSE\t0\tone\tsecret-1\n#HttpOnly_.b.test\tTRUE\t/p\tTRUE\t4039372799\ttwo\tsecret-2\nx.b.test\tFALSE\t/\tFALSE\t1\tgone\tv\n' > jar
    chmod 600 st/* jar
}

cache() {
    quiver cache "$@" --state st
}

@test "list tells how many there are of each kind, and where" {
    [ "$(cache list | tr -s ' ' | paste -sd'|')" = \
        'altsvc 2 st/alt-svc|broken 1 st/broken|hsts 3 st/hsts|tickets 0 st/tickets' ]
    [ "$(cache list hsts --json)" = '{"kind":"hsts","entries":3,"file":"st/hsts"}' ]
    [ "$(quiver cache list --state none | tr -s ' ' | cut -d' ' -f2 | sort -u)" = 0 ]
}

@test "show prints what holds" {
    [ "$(cache show | sed 's/did not work  20.*/did not work/')" = "a.test:443  h3 at alt.test:8443, in other networks too  2097-12-31T23:59:59Z
b.test:8443  h2 at b.test:443  2097-12-31T23:59:59Z
a.test:443  h3 at alt.test:8443 did not work
a.test  https, below it too  2097-12-31T23:59:59Z
x.a.test  https  for ever
b.test  https  2097-12-31T23:59:59Z" ]
    [ "$(cache show hsts a.test | cut -d' ' -f1 | paste -sd' ')" = 'a.test x.a.test' ]
    [ "$(cache show altsvc https://b.test:8443/path | wc -l)" = 1 ]
    [ "$(cache show altsvc b.test:443 | wc -l)" = 0 ]
    [ "$(cache show hsts b.test --json)" = \
        '{"kind":"hsts","host":"b.test","port":0,"text":"https","expires":4039372799}' ]
}

@test "cookies are in files of their own, and their values are not shown unasked" {
    [ "$(quiver cache show cookies --file jar)" = "a.test  one for /: <redacted>  session
.b.test  two for /p, Secure, HttpOnly: <redacted>  2097-12-31T23:59:59Z" ]
    [[ "$(quiver cache show cookies a.test --file jar --show-secrets --json)" == *'"value":"secret-1","expires":null}' ]]
    run quiver cache show cookies --state st
    [ "$status" -eq 2 ]
    [[ $output == *"--file names one"* ]]
}

@test "clear takes away what was asked for, and nothing else" {
    [ "$(cache clear hsts a.test | tr -s ' ')" = 'hsts 2 st/hsts' ]
    [ "$(cache show hsts | cut -d' ' -f1)" = b.test ]
    cache clear altsvc b.test:8443
    [ "$(cache show altsvc | cut -d: -f1)" = a.test ]
    cache clear broken a.test:443
    [ "$(cache show broken | wc -l)" = 0 ]
    quiver cache clear cookies b.test --file jar
    [ "$(grep -v '^#\|^$' jar | cut -f1)" = a.test ]
    [ "$(stat -c %a jar)" = 600 ]
}

@test "clear without a kind empties the folder's files, and no others" {
    cache clear
    [ "$(cache list | tr -s ' ' | cut -d' ' -f2 | sort -u)" = 0 ]
    [ "$(quiver cache list cookies --file jar | tr -s ' ')" = 'cookies 2 jar' ]
}

@test "tickets are shown without their secrets, and cleared together" {
    start_serve
    quiver -sS --cacert "$CA" --state=st -o /dev/null "$SECURE/headers"
    stop_serve
    run cache show tickets
    [[ $output == *"-  TLS h2, certificate of "* ]]
    local word secret=''
    for word in $(cat st/tickets); do
        [ "${#word}" -le "${#secret}" ] || secret=$word
    done
    [ "${#secret}" -gt 100 ]
    [[ $output != *"${secret:0:40}"* ]]
    run cache clear tickets a.test
    [ "$status" -eq 2 ]
    cache clear tickets
    [ "$(cache show tickets | wc -l)" = 0 ]
}

@test "a damaged file is said so: exit 116, and only clear puts it aside" {
    echo 'this is none' >> st/hsts
    run cache show hsts
    [ "$status" -eq 116 ]
    [[ $output == *"st/hsts: damaged in line 5 (1 of 5 lines)"* ]]
    [ ! -e st/hsts.bad ]
    run cache clear hsts a.test
    [ "$status" -eq 116 ]
    [ -e st/hsts.bad ]
    [ "$(cache show hsts | cut -d' ' -f1)" = b.test ]
}

@test "a file that others may write to is not read" {
    chmod 666 st/hsts
    run cache show hsts
    [ "$status" -eq 116 ]
    [[ $output == *"others may write to it"* ]]
}

@test "what cannot be asked for: exit 2" {
    local words
    for words in '' lost 'show what' 'list dns' 'show hsts a.test more' 'show hsts https://[' 'clear --file jar'; do
        # shellcheck disable=SC2086
        run quiver cache $words
        [ "$status" -eq 2 ] || { echo "$words: $status $output"; false; }
    done
}
