#!/usr/bin/env bats
# Files that cannot be replaced, what a signal leaves, and too few descriptors.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    start_peer
    start_serve
}

teardown_file() {
    stop_peer
    stop_serve
}

setup() {
    enter_folder
    OPEN=
}

teardown() {
    [ -z "$OPEN" ] || rm -r "$OPEN"
}

# A folder that others reach; those of the tests are closed to them.
enter_open_folder() {
    OPEN=$(mktemp -d /tmp/quiver-test.XXXXXX)
    chmod 755 "$OPEN"
    cd "$OPEN"
}

# A mount namespace of our own; without root one in which we are root.
in_namespace() {
    if [ "$(id -u)" -eq 0 ]; then
        unshare -m "$@"
    else
        unshare -rm "$@"
    fi
}

# mounted NAME COMMAND...: the file NAME, which holds "old", is mounted by itself.
mounted() {
    echo old > "$1.source"
    : > "$1"
    in_namespace bash -c 'mount --bind "$1.source" "$1" && shift && "$@"' - "$@"
}

# As somebody who owns neither this folder nor what is in it.
as_nobody() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# ended SIGNAL WAIT COMMAND...: how the command ended that got the signal once
# WAIT, a shell command, was true: the signal's name, or its exit status.  Then
# $AFTER is done; what the command says is in err.
ended() {
    "$PYTHON" - "$@" <<'PY'
import os, signal, subprocess, sys, time
name, wait, command = sys.argv[1], sys.argv[2], sys.argv[3:]
signum = getattr(signal, "SIG" + name)
p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open("err", "w"),
                     preexec_fn=lambda: signal.signal(signum, signal.SIG_DFL))
try:
    while subprocess.call(["bash", "-c", wait], stdout=subprocess.DEVNULL):
        if p.poll() is not None:
            sys.exit("it has ended too early: %d" % p.returncode)
        time.sleep(.02)
    p.send_signal(signum)
    subprocess.check_call(["bash", "-c", os.environ.get("AFTER", "true")], stdout=subprocess.DEVNULL)
    print(signal.Signals(-p.wait(20)).name if p.wait(20) < 0 else p.returncode)
finally:
    if p.poll() is None:
        p.kill()
PY
}

# ---- what rename() cannot replace ----

@test "-o of a file that is mounted by itself is written in place" {
    mounted out "$QUIVER" -sS -o out "$PEER/bytes/100000"
    [ "$(stat -c %s out.source)" -eq 100000 ]
    [ "$(names_in .)" = "out out.source" ]
}

@test "it stays as it was when the transfer fails, and is written once all is here" {
    run mounted out "$QUIVER" -sS -o out "$PEER/cut"
    [ "$status" -eq 18 ]
    [ "$(cat out.source)" = old ]
    mounted out "$QUIVER" -sS -o out "$PEER/hold/mounted" &
    local pid=$!
    within 60 of $! compgen -G '.out.*.part' > /dev/null
    [ "$(cat out.source)" = old ]
    quiver -sS "$PEER/release/mounted" -o /dev/null
    wait "$pid"
    [ "$(cat out.source)" = $'mounted-begin\nmounted-end' ]
    [ "$(names_in .)" = "out out.source" ]
}

@test "--stats-out, --metrics and --summary-out are written in place, too" {
    mounted stats "$QUIVER" -sS --stats-out stats -o body "$PEER/bytes/1"
    grep -q '^{' stats.source
    mounted metrics "$QUIVER" -sS --metrics metrics -o body "$PEER/bytes/1"
    grep -q '^# TYPE' metrics.source
    echo "$PEER/bytes/1" > urls
    mounted summary "$QUIVER" batch -s --format urls --summary-out summary urls > records
    grep -q '"ok"' summary.source
    mounted file "$QUIVER" batch -s --format urls --body-dir . --body file urls > records
    compgen -G '*-1' || compgen -G '00*'
    refute compgen -G '.*.part'
}

@test "a file in a folder that takes no new one is written after all of it has come" {
    enter_open_folder
    mkdir folder
    echo old > folder/out
    chmod 666 folder/out
    chmod 555 folder
    run as_nobody "$QUIVER" -sS -o "$PWD/folder/out" "$PEER/cut"
    [ "$status" -eq 18 ]
    [ "$(cat folder/out)" = old ]
    as_nobody "$QUIVER" -sS -o "$PWD/folder/out" "$PEER/bytes/70000"
    [ "$(stat -c %s folder/out)" -eq 70000 ]
    [ "$(names_in folder)" = out ]
    run as_nobody "$QUIVER" -sS -o "$PWD/folder/new" "$PEER/bytes/1"
    [ "$status" -eq 23 ]
    chmod 755 folder
}

@test "somebody else's file in a sticky folder is written" {
    enter_open_folder
    mkdir folder
    chmod 1777 folder
    echo old > folder/out
    chmod 666 folder/out
    as_nobody "$QUIVER" -sS -o "$PWD/folder/out" "$PEER/bytes/5"
    [ "$(cat folder/out)" = xxxxx ]
    [ "$(names_in folder)" = out ]
}

@test "a link that leads to nothing yet is filled when all is here" {
    mkdir there
    ln -s there/new link
    run quiver -sS -o link "$PEER/cut"
    [ "$status" -eq 18 ]
    [ -z "$(names_in there)" ]
    quiver -sS -o link "$PEER/bytes/3"
    [ "$(cat there/new)" = xxx ]
    [ -L link ]
    ln -s circle circle
    run quiver -sS -o circle "$PEER/bytes/3"
    [ "$status" -eq 23 ]
    [[ $output == *"Too many levels of symbolic links"* ]]
}

# ---- signals ----

@test "every signal that ends it leaves nothing behind, and it ends by that signal" {
    local name
    for name in HUP INT QUIT ALRM TERM USR2 XCPU VTALRM PROF IO PWR STKFLT RTMIN RTMAX; do
        mkdir "$name"
        run ended "$name" "compgen -G '$name/.out.*.part'" "$QUIVER" -sS -o "$name/out" "$PEER/hold/$name"
        echo "$name: $output"
        case $name in IO) [ "$output" = SIGPOLL ] || [ "$output" = SIGIO ] ;; *) [ "$output" = "SIG$name" ] ;; esac
        [ -z "$(names_in "$name")" ]
    done
}

@test "a batch leaves no half body behind" {
    local name
    for name in HUP QUIT USR2 XCPU; do
        mkdir "$name"
        echo "$PEER/hold/batch-$name" > urls
        run ended "$name" "compgen -G '$name/.*.part'" "$QUIVER" batch -s --format urls --body file --body-dir "$name" urls
        [ "$output" = "SIG$name" ]
        [ -z "$(names_in "$name")" ]
    done
}

@test "a stopped batch without a journal ends by the signal as well" {
    printf '%s\n' "$PEER/hold/stopped" "$PEER/bytes/1" > urls
    AFTER="until grep -q 'on its way' err; do sleep 0.02; done; '$QUIVER' -s '$PEER/release/stopped'" \
        run ended TERM "'$QUIVER' -s '$PEER/held/stopped'" "$QUIVER" batch -j 1 --format urls urls
    [ "$output" = SIGTERM ]
    grep -q 'stopped, 1 left' err
}

@test "SIGUSR1, which moves connections of QUIC, ends nothing over TCP" {
    echo "$PEER/hold/moved-too" > urls
    "$QUIVER" -sS -o out "$PEER/hold/moved" 3>&- &
    local fetch=$!
    "$QUIVER" batch -s --format urls --body file --body-dir . -o records urls 3>&- &
    local batch=$!
    within 60 of $fetch compgen -G '.out.*.part' > /dev/null
    within 60 of $batch compgen -G '.[^o]*.part' > /dev/null
    kill -USR1 "$fetch" "$batch"
    kill -USR1 "$fetch" "$batch"
    quiver -sS "$PEER/release/moved" "$PEER/release/moved-too" -o /dev/null -o /dev/null
    wait "$fetch"
    wait "$batch"
    [ "$(stat -c %s out)" -gt 0 ]
    grep -q '"exitcode":0' records
    [ -z "$(compgen -G '.*.part')" ]
}

@test "what is ignored stays ignored" {
    "$PYTHON" - "$QUIVER" -sS -o out "$PEER/hold/nohup" <<'PY' &
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
PY
    local pid=$!
    within 60 of $pid compgen -G '.out.*.part' > /dev/null
    kill -HUP "$pid"
    quiver -sS "$PEER/release/nohup" -o /dev/null
    wait "$pid"
    [ "$(names_in .)" = out ]
}

@test "serve takes its certificate away, whatever signal ends it" {
    local name
    mkdir tmp
    for name in HUP QUIT USR1; do
        TMPDIR=$PWD/tmp run ended "$name" "compgen -G 'tmp/quiver-serve-*/key.pem'" "$QUIVER" serve --port 0 --plain-port 0 .
        [ "$output" = "SIG$name" ]
        [ -z "$(names_in tmp)" ]
    done
}

# ---- descriptors ----

# limited N COMMAND...: with so many descriptors, and none of ours.
limited() {
    bash -c 'exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n "$1" && shift && exec "$@"' - "$@"
}

@test "with too few descriptors there is a line and an exit status, never an abort" {
    local n version
    echo "{\"url\":\"$PEER/bytes/1\"}" > in
    for n in 5 6 7 8 9 10 11 12 13 15 17 20; do
        for version in --http1.1 --http2 --http3-only; do
            run limited "$n" "$QUIVER" -sS --cacert "$CA" "$version" -o out "$SECURE/status/200"
            echo "$n $version: $status $output"
            [ "$status" -lt 100 ]
            [ "$status" -eq 0 ] || [ "${#lines[@]}" -eq 1 ]
        done
        run limited "$n" "$QUIVER" batch -o records in
        echo "$n batch: $status $output"
        [ "$status" -lt 120 ]
        rm -f records*
    done
    run limited 5 "$QUIVER" -sS "$PEER/bytes/1"
    [ "$status" -eq 27 ]
    [[ $output == "quiver: (27) event loop: too many open files" ]]
    run limited 5 "$QUIVER" serve --port 0 --plain-port 0 .
    [ "$status" -eq 27 ]
}

@test "an input without a descriptor for it is named, and is no fault of the journal's" {
    local n seen=0
    echo "{\"url\":\"$PEER/bytes/1\"}" > in
    for ((n = 4; n < 24; n++)); do
        rm -f records*
        run limited "$n" "$QUIVER" batch -o records in
        echo "$n: $status $output"
        [[ $status != 116 || $output == *journal* ]]
        [[ $output == *"cannot read in: Too many open files" ]] || continue
        [ "$status" -eq 26 ]
        seen=1
    done
    [ "$seen" -eq 1 ]
}

# The peer listens at one address; --connect-to leads the names there.
@test "more transfers than descriptors wait for free ones" {
    local i port=${PEER##*:}
    for i in $(seq 60); do echo "http://origin$i.test:$port/bytes/$i"; done > urls
    limited 40 "$QUIVER" batch -s -j 60 --connect-to "::127.0.0.1:" --format urls urls > records
    [ "$(grep -c '"exitcode":0' records)" -eq 60 ]
    limited 40 "$QUIVER" batch -s -j 60 --connect-to "::127.0.0.1:" --format urls --body file --body-dir bodies urls > records
    [ "$(grep -c '"exitcode":0' records)" -eq 60 ]
    [ "$(find bodies -type f | wc -l)" -eq 60 ]
    mkdir out
    sed 's|\(.*\)/\([0-9]*\)|-o out/\2 &|' urls | xargs bash -c 'ulimit -n 40; exec "$@"' - \
        "$QUIVER" -sS -Z -j 60 --connect-to "::127.0.0.1:"
    [ "$(names_in out | wc -w)" -eq 60 ]
}

@test "idle connections make room for new ones" {
    local i port=${PEER##*:}
    for i in $(seq 60); do echo "http://origin$i.test:$port/bytes/$i"; done > urls
    limited 24 "$QUIVER" batch -s -j 1 --pool-idle 60 --connect-to "::127.0.0.1:" --format urls urls > records
    [ "$(grep -c '"exitcode":0' records)" -eq 60 ]
}
