# --qlog-dir: what connections leave for qvis and the like.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    mkdir "$BATS_FILE_TMPDIR/served"
    start_serve --qlog-dir "$BATS_FILE_TMPDIR/served"
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
    unset QLOGDIR
    SERVED=$BATS_FILE_TMPDIR/served
}

look() {
    "$PYTHON" "$BATS_TEST_DIRNAME/qlog.py" "$@"
}

# The server's end of a trace of ours; it is complete when the connection is over.
of_server() {
    local name=${1##*/}
    local path=$SERVED/${name%_client.sqlog}_server.sqlog
    within 60 grep -q connection_closed "$path"
    within 60 look check "$path"
    echo "$path"
}

@test "both ends of an HTTP/3 connection leave a trace under the same name" {
    local trace served
    quiver -sS --http3-only --cacert "$CA" --qlog-dir traces -o got -d hello "$SECURE/echo" \
        --next -sS --http3-only --cacert "$CA" -o 1 "$SECURE/bytes/100000"
    trace=$(echo traces/*_client.sqlog)
    [[ "$trace" =~ ^traces/[0-9a-f]{16,40}_client.sqlog$ ]]
    look check "$trace"
    grep -q '"group_id":"'"$(basename "${trace%_client.sqlog}")"'"' "$trace"
    [ "$(look names "$trace" | tr '\n' ' ')" = "connectivity:connection_closed connectivity:connection_started http:frame_created http:frame_parsed http:parameters_set http:stream_type_set recovery:metrics_updated transport:packet_received transport:packet_sent transport:parameters_set " ]
    [ "$(look field "$trace" http:frame_created :path | tr '\n' ' ')" = "/echo /bytes/100000 " ]
    [ "$(look field "$trace" http:frame_parsed :status | tr '\n' ' ')" = "200 200 " ]
    [ "$(look sum "$trace" http:frame_created length frame/frame_type=data)" = 5 ]
    [ "$(look sum "$trace" http:frame_parsed length frame/frame_type=data stream_id=4)" = 100000 ]
    [ "$(look count "$trace" http:parameters_set owner=local)" = 1 ]
    [ "$(look count "$trace" http:parameters_set owner=remote)" = 1 ]
    [ "$(look count "$trace" http:stream_type_set new=data owner=local)" = 2 ]

    served=$(of_server "$trace")
    [ "$(look field "$served" http:frame_parsed :path | tr '\n' ' ')" = "/echo /bytes/100000 " ]
    [ "$(look sum "$served" http:frame_created length frame/frame_type=data stream_id=4)" = 100000 ]
    [ "$(look count "$served" http:stream_type_set new=data owner=remote)" = 2 ]
    [ "$(look count "$served" connectivity:connection_closed owner=remote trigger=clean)" = 1 ]
}

@test "a Retry changes nothing of the name" {
    local port ca name
    "$QUIVER" serve --port 0 --no-plain --log none --retry --qlog-dir served . >places 2>&1 3>&- &
    within 60 of $! grep -q '^--cacert ' places
    port=$(sed -n 's|^https://localhost:\([0-9]*\).*|\1|p' places)
    ca=$(sed -n 's|^--cacert ||p' places)
    quiver -sS --http3-only --cacert "$ca" --qlog-dir traces -o got "https://localhost:$port/bytes/1"
    kill $!
    wait $! || true
    name=$(basename traces/*_client.sqlog _client.sqlog)
    look check "traces/${name}_client.sqlog"
    look check "served/${name}_server.sqlog"
}

@test "an HTTP/2 connection leaves its frames" {
    local trace
    quiver -sS --http2 --cacert "$CA" --qlog-dir traces -o got -d hello "$SECURE/echo" \
        --next -sS --http2 --cacert "$CA" -o 1 "$SECURE/bytes/100000"
    trace=$(echo traces/*_client.sqlog)
    look check "$trace"
    [ "$(look field "$trace" http2:frame_created :path | tr '\n' ' ')" = "/echo /bytes/100000 " ]
    [ "$(look field "$trace" http2:frame_parsed :status | tr '\n' ' ')" = "200 200 " ]
    [ "$(look sum "$trace" http2:frame_created payload_length frame/frame_type=data)" = 5 ]
    [ "$(look sum "$trace" http2:frame_parsed payload_length frame/frame_type=data stream_id=3)" = 100000 ]
    [ "$(look count "$trace" http2:frame_created frame/frame_type=settings)" = 2 ]
    [ "$(look count "$trace" connectivity:connection_started protocol=TCP)" = 1 ]
    [ "$(look count "$trace" connectivity:connection_closed trigger=clean)" = 1 ]
}

@test "an HTTP/1.1 connection leaves its heads, and its bodies piece by piece" {
    local trace
    quiver -sS --http1.1 --cacert "$CA" --qlog-dir traces -o got -u me:word -d hello "$SECURE/echo" \
        --next -sS --http1.1 --cacert "$CA" -o 1 "$SECURE/bytes/100000"
    trace=$(echo traces/*_client.sqlog)
    look check "$trace"
    [ "$(look field "$trace" http1:frame_created :path | tr '\n' ' ')" = "/echo /bytes/100000 " ]
    [ "$(look field "$trace" http1:frame_created authorization)" = "<redacted>" ]
    [ "$(look field "$trace" http1:frame_parsed :status | tr '\n' ' ')" = "200 200 " ]
    [ "$(look sum "$trace" http1:frame_created payload_length frame/frame_type=data stream_id=0)" = 5 ]
    [ "$(look sum "$trace" http1:frame_parsed payload_length frame/frame_type=data stream_id=1)" = 100000 ]
    [ "$(look count "$trace" connectivity:connection_started protocol=TCP)" = 1 ]
    [ "$(look count "$trace" connectivity:connection_closed trigger=clean)" = 1 ]
    quiver -sS -vv --http1.1 --cacert "$CA" -o got "$SECURE/bytes/1" 2> said
    refute grep -q http1: said # -v shows the heads
}

@test "the connections of a run without the option leave nothing" {
    quiver -sS --http3-only --cacert "$CA" -o got "$SECURE/bytes/1"
    [ "$(ls)" = got ]
}

@test "secrets are redacted unless they are to be shown" {
    quiver -sS --http3-only --cacert "$CA" --qlog-dir a -u me:word -b c=1 -o got "$SECURE/bytes/1"
    quiver -sS --http2 --cacert "$CA" --qlog-dir b -u me:word -b c=1 -o got "$SECURE/bytes/1"
    [ "$(look field a/* http:frame_created authorization)" = "<redacted>" ]
    [ "$(look field b/* http2:frame_created cookie)" = "<redacted>" ]
    [ -n "$(look field b/* http2:frame_created :authority)" ]
    refute grep -q 'bWU6d29yZA\|c=1' a/* b/*
    quiver -sS --http3-only --cacert "$CA" --show-secrets --qlog-dir d -u me:word -o got "$SECURE/bytes/1"
    [ "$(look field d/* http:frame_created authorization)" = "Basic bWU6d29yZA==" ]
}

@test "datagrams and capsules of channels are in it" {
    quiver channel --cacert "$CA" --qlog-dir h3 --http3-only --protocol any --echo-test 20 "$SECURE/datagram" >told
    look check h3/*
    [ "$(look count h3/* http:datagram_created quarter_stream_id=0 raw/length=64)" = 20 ]
    [ "$(look count h3/* http:datagram_parsed quarter_stream_id=0)" = 20 ]
    quiver channel --cacert "$CA" --qlog-dir h2 --http2 --protocol any --echo-test 20 "$SECURE/datagram" >told
    look check h2/*
    [ "$(look count h2/* http:capsule_created capsule/capsule_type=datagram stream_id=1)" = 20 ]
    [ "$(look count h2/* http:capsule_parsed capsule/raw/length=64)" = 20 ]
    quiver channel --cacert "$CA" --qlog-dir wt --http3-only --protocol webtransport \
        "$SECURE/wt" <<<hello >told
    look check wt/*
    [ "$(look count wt/* http:capsule_created capsule/capsule_type_value=10307)" = 1 ]
    look check "$(of_server wt/*)"
    [ "$(look count "$(of_server wt/*)" http:capsule_parsed capsule/capsule_type_value=10307)" = 1 ]
}

@test "each connection of a run has a file of its own" {
    quiver -sS -Z --parallel-immediate --http3-only --pool-size 3 --streams-max 1 --cacert "$CA" \
        --qlog-dir traces -o '#1' "$SECURE/delay/50?[1-3]"
    local trace n=0
    for trace in traces/*; do
        look check "$trace"
        n=$((n + $(look count "$trace" http:frame_created frame/frame_type=headers)))
    done
    [ "$n" = 3 ]
    [ "$(ls traces | wc -l)" = 3 ]
}

@test "QLOGDIR names the folder, --qlog-dir another" {
    mkdir env
    QLOGDIR=env quiver -sS --http2 --cacert "$CA" -o got "$SECURE/bytes/1"
    [ "$(ls env | wc -l)" = 1 ]
    QLOGDIR=env quiver -sS --http2 --cacert "$CA" --qlog-dir option -o got "$SECURE/bytes/1"
    [ "$(ls env | wc -l)" = 1 ]
    [ "$(ls option | wc -l)" = 1 ]
    QLOGDIR='' quiver -sS --http2 --cacert "$CA" -o got "$SECURE/bytes/1"
    run --separate-stderr env QLOGDIR=missing/one "$QUIVER" --no-progress-meter --http2 --cacert "$CA" -o got "$SECURE/bytes/1"
    [ "$status" = 0 ]
    [[ "$stderr" == *"no qlog: cannot write missing/one/"*": No such file or directory" ]]
}

@test "a folder that cannot be used is exit 23, and nothing is sent" {
    touch file
    run --separate-stderr quiver -sS --cacert "$CA" --qlog-dir file -o got "$SECURE/bytes/1"
    [ "$status" = 23 ]
    [ "$stderr" = "quiver: (23) cannot write traces to 'file': Not a directory" ]
    run --separate-stderr quiver -sS --cacert "$CA" --qlog-dir missing/one -o got "$SECURE/bytes/1"
    [ "$status" = 23 ]
    [ ! -e got ]
    run --separate-stderr quiver serve --port 0 --plain-port 0 --qlog-dir file
    [ "$status" = 23 ]
    [ "$stderr" = "quiver: (23) cannot write traces to 'file': Not a directory" ]
}

@test "a full disk ends traces, and nothing else" {
    # A limit on files stands for it; what is fetched goes through a pipe.
    (
        ulimit -f 8
        "$QUIVER" --no-progress-meter --http3-only --cacert "$CA" --qlog-dir traces "$SECURE/bytes/300000" \
            "$SECURE/bytes/300000" 2>told | wc -c
    ) >length
    [ "$(cat length)" = 600000 ]
    [ "$(grep -c 'no qlog: cannot write traces/' told)" = 1 ]
    [ "$(wc -l <told)" = 1 ]
}
