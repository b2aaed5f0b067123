#!/usr/bin/env bats
# Who gets what the user meant for one origin.

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
    secrets=(-u user:pw -H 'Cookie: c=1' -b d=2)
}

# got NAME: the value of this field in each request, "-" where it was not sent.
got() {
    diary '" ".join(e["headers"].get("'"$1"'", "-").replace(" ", "_") for e in d)'
}

# follow OPTION... URL
follow() {
    quiver -sS -L --cacert "$MIRROR_CA" -o /dev/null "$@"
}

BASIC=Basic_dXNlcjpwdw==

@test "-u and Cookie stay with scheme, host and port" {
    follow "${secrets[@]}" "$A$(to 302 "$A/end")"
    [ "$(got authorization)" = "$BASIC $BASIC" ]
    [ "$(got cookie)" = "c=1 c=1" ] || [ "$(got cookie)" = "c=1;_d=2 c=1;_d=2" ] || [ "$(got cookie)" = "d=2 d=2" ]
}

@test "another port gets none" {
    follow "${secrets[@]}" "$A$(to 302 "$B/end")"
    [ "$(got authorization)" = "$BASIC -" ]
    [[ "$(got cookie)" == *" -" ]]
}

@test "another host gets none" {
    follow "${secrets[@]}" --resolve "other.test:${A##*:}:127.0.0.1" "$A$(to 302 "http://other.test:${A##*:}/end")"
    [ "$(got authorization)" = "$BASIC -" ]
    [[ "$(got cookie)" == *" -" ]]
}

@test "another scheme gets none" {
    # One name and one port, two schemes: --connect-to leads to both servers.
    follow "${secrets[@]}" --resolve "same.test:1:127.0.0.1" \
        --connect-to "127.0.0.1:${S##*:}:127.0.0.1:${S##*:}" "$A$(to 302 "$S/end")"
    [ "$(got authorization)" = "$BASIC -" ]
    [[ "$(got cookie)" == *" -" ]]
}

@test "the default port is the same origin, written or not" {
    follow "${secrets[@]}" --connect-to "h.test:80:127.0.0.1:${A##*:}" "http://h.test$(to 302 "http://H.test:80/end")"
    [ "$(got authorization)" = "$BASIC $BASIC" ]
}

@test "what was left behind stays behind on the way back" {
    follow "${secrets[@]}" "$A$(to 302 "$B$(to 302 "$A/end")")"
    [ "$(got authorization)" = "$BASIC - -" ]
    forget
    follow "${secrets[@]}" "$A$(to 302 "$B$(to 302 "$C$(to 302 "$A/end")")")"
    [ "$(got authorization)" = "$BASIC - - -" ]
    [[ "$(got cookie)" == *" - - -" ]]
}

@test "-H Authorization, -H Cookie and --oauth2-bearer are credentials too" {
    follow -H 'authorization: Secret 1' -H 'cOOkie: x=y' "$A$(to 302 "$B/end")"
    [ "$(got authorization)" = "Secret_1 -" ]
    [ "$(got cookie)" = "x=y -" ]
    forget
    follow --oauth2-bearer token "$A$(to 302 "$B/end")"
    [ "$(got authorization)" = "Bearer_token -" ]
}

@test "-H Host is of its own origin, even with --location-trusted" {
    follow -H 'Host: virtual' "$A$(to 302 /two)"
    [ "$(got host)" = "virtual virtual" ]
    forget
    follow -H 'Host: virtual' "$A$(to 302 "$B/end")"
    [ "$(got host)" = "virtual ${B#http://}" ]
    forget
    follow --location-trusted -H 'Host: virtual' "$A$(to 302 "$B/end")"
    [ "$(got host)" = "virtual ${B#http://}" ]
}

@test "credentials of the URL stay with its origin" {
    local own="http://user:pw@${A#http://}"
    follow "$own$(to 302 /rel)"
    [ "$(got authorization)" = "$BASIC $BASIC" ]
    forget
    follow "$own$(to 302 "$A/absolute")"
    [ "$(got authorization)" = "$BASIC $BASIC" ]
    forget
    follow "$own$(to 302 "$B$(to 302 "$A/end")")"
    [ "$(got authorization)" = "$BASIC - -" ]
}

@test "credentials in a Location are not adopted" {
    follow "$A$(to 302 "http://evil:pw@${A#http://}/end")"
    [ "$(got authorization)" = "- -" ]
    forget
    follow "$A$(to 302 "http://evil:pw@${B#http://}/end")"
    [ "$(got authorization)" = "- -" ]
    forget
    follow -u user:pw "$A$(to 302 "http://evil:pw@${A#http://}/end")"
    [ "$(got authorization)" = "$BASIC $BASIC" ]
}

@test "--location-trusted gives them to everybody" {
    follow --location-trusted -u user:pw -H 'Cookie: c=1' "$A$(to 302 "$B$(to 302 "$S/end")")"
    [ "$(got authorization)" = "$BASIC $BASIC $BASIC" ]
    [ "$(got cookie)" = "c=1 c=1 c=1" ]
    forget
    follow --location-trusted "http://user:pw@${A#http://}$(to 302 "$B/end")"
    [ "$(got authorization)" = "$BASIC $BASIC" ]
}

@test "other fields of the user go along" {
    follow -H 'X-Own: 1' -A agent "$A$(to 302 "$B/end")"
    [ "$(got x-own)" = "1 1" ]
    [ "$(got user-agent)" = "agent agent" ]
}

@test "one transfer's credentials are not the next one's" {
    follow -u user:pw "$A/one" --next -sS -o /dev/null "$A/two"
    [ "$(got authorization)" = "$BASIC -" ]
}

@test "secrets do not show in what is printed" {
    quiver -sS -L -v "${secrets[@]}" -w '%{json}\n%{url_effective}\n' -o /dev/null \
        "$A$(to 302 /end)" > out 2>&1
    refute grep -q -e dXNlcjpwdw -e 'c=1' -e 'd=2' out
    quiver -sS -L -v -w '%{json}\n' -o /dev/null "http://user:geheim@${A#http://}$(to 302 "$B/end")" > out 2>&1
    refute grep -q -e geheim -e dXNlcjpnZWhlaW0 out
    run quiver -sS "http://user:geheim@127.0.0.1:1/"
    [[ "$output" != *geheim* ]]
}
