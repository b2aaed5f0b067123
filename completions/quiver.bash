# bash completion for quiver
# Made by `quiver completion bash`; do not edit.

_quiver() {
    local cur=${COMP_WORDS[COMP_CWORD]}
    local prev=${COMP_WORDS[COMP_CWORD-1]}
    local command= options i at=0 place
    # --name=value is three words, or two of them.
    if [[ $cur == = ]]; then
        cur=
        prev+==
    elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}=
    fi
    COMPREPLY=()
    case $prev in
    --explain=|--items=|--state=) ;;
    *) prev=${prev%=} ;;
    esac
    case $prev in
    --method|--request|-X)
        COMPREPLY=($(compgen -W 'GET HEAD POST PUT DELETE OPTIONS PATCH TRACE' -- "$cur"))
        return
        ;;
    --items=)
        COMPREPLY=($(compgen -W 'json form multipart' -- "$cur"))
        return
        ;;
    --tls-max)
        COMPREPLY=($(compgen -W '1.2 1.3 default' -- "$cur"))
        return
        ;;
    --http-max|--http-min)
        COMPREPLY=($(compgen -W '1.1 2 3' -- "$cur"))
        return
        ;;
    --cert-type|--proxy-cert-type)
        COMPREPLY=($(compgen -W 'PEM DER P12' -- "$cur"))
        return
        ;;
    --key-type|--proxy-key-type)
        COMPREPLY=($(compgen -W 'PEM DER' -- "$cur"))
        return
        ;;
    --quic-version)
        COMPREPLY=($(compgen -W 'v1 v2' -- "$cur"))
        return
        ;;
    --quic-cc)
        COMPREPLY=($(compgen -W 'cubic bbr reno' -- "$cur"))
        return
        ;;
    --write-out|-w)
        COMPREPLY=($(compgen -W '%{certs} %{channel_bytes_in} %{channel_bytes_out} %{channel_drops} %{channel_lost} %{channel_messages_in} %{channel_messages_out} %{channel_rtt} %{channel_time_open} %{close_code} %{close_reason} %{conn_id} %{conn_reused} %{content_type} %{errormsg} %{exitcode} %{filename_effective} %{header_json} %{http_code} %{http_connect} %{http_version} %{json} %{local_ip} %{local_port} %{method} %{num_certs} %{num_connects} %{num_headers} %{num_redirects} %{num_retries} %{onerror} %{proxy_ssl_verify_result} %{proxy_used} %{quic_version} %{redirect_url} %{referer} %{remote_ip} %{remote_port} %{response_code} %{scheme} %{size_delivered} %{size_download} %{size_header} %{size_request} %{size_upload} %{speed_download} %{speed_upload} %{ssl_verify_result} %{stderr} %{stdout} %{time_appconnect} %{time_connect} %{time_namelookup} %{time_posttransfer} %{time_pretransfer} %{time_queue} %{time_redirect} %{time_starttransfer} %{time_total} %{tls_cipher} %{tls_earlydata} %{tls_ech} %{tls_group} %{tls_resumed} %{tls_version} %{url} %{url.PART} %{url_effective} %{urlnum} %{xfer_id}' -- "$cur"))
        return
        ;;
    --help|-h)
        COMPREPLY=($(compgen -W 'all category manual http post upload auth output verbose connection timeout tls proxy tuning general fetch batch channel ws tunnel ping probe report serve cache config completion help version exit-codes write-out differences telemetry hints json-schema' -- "$cur"))
        return
        ;;
    --explain=)
        COMPREPLY=($(compgen -W 'text json' -- "$cur"))
        return
        ;;
    --color|--hints|--pretty)
        COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
        return
        ;;
    --header|-H|--proxy-header)
        if [[ $cur == @* ]]; then
            COMPREPLY=($(compgen -P @ -f -- "${cur#@}"))
            return
        fi
        COMPREPLY=($(compgen -W 'Accept Accept-Encoding Accept-Language Authorization Cache-Control Content-Type Cookie Expect If-Match If-Modified-Since If-None-Match Origin Prefer Priority Range Referer User-Agent X-Forwarded-For X-Request-ID' -- "$cur"))
        return
        ;;
    --proto|--proto-default|--proto-redir)
        COMPREPLY=($(compgen -W 'http https' -- "$cur"))
        return
        ;;
    --curves)
        COMPREPLY=($(compgen -W 'X25519MLKEM768 X25519 P-256 P-384 P-521' -- "$cur"))
        return
        ;;
    --log)
        COMPREPLY=($(compgen -W 'text json none' -- "$cur"))
        return
        ;;
    --parallel-output)
        COMPREPLY=($(compgen -W 'ordered done raw' -- "$cur"))
        return
        ;;
    --format)
        COMPREPLY=($(compgen -W 'auto jsonl urls curl har' -- "$cur"))
        return
        ;;
    --body)
        COMPREPLY=($(compgen -W 'inline file hash none' -- "$cur"))
        return
        ;;
    --fsync)
        COMPREPLY=($(compgen -W 'none batch each' -- "$cur"))
        return
        ;;
    --progress)
        COMPREPLY=($(compgen -W 'auto plain json none' -- "$cur"))
        return
        ;;
    --protocol)
        COMPREPLY=($(compgen -W 'websocket webtransport connect-udp' -- "$cur"))
        return
        ;;
    --transport)
        COMPREPLY=($(compgen -W 'auto datagram capsule' -- "$cur"))
        return
        ;;
    --in)
        COMPREPLY=($(compgen -W 'line hex base64 len jsonl raw' -- "$cur"))
        return
        ;;
    --out)
        COMPREPLY=($(compgen -W 'line hex base64 len jsonl raw' -- "$cur"))
        return
        ;;
    --dns-interface|--interface)
        COMPREPLY=($(compgen -W "$(ls /sys/class/net 2> /dev/null)" -- "$cur"))
        return
        ;;
    --alt-svc|--cacert|--cert|-E|--config|-K|--cookie-jar|-c|--crlfile|--csv|--dump-header|-D|--egd-file|--etag-compare|--etag-save|--file|--har|--hsts|--input|--journal|--junit|--key|--key-log|--metrics|--netrc-file|--output|-o|--pinnedpubkey|--proxy-cacert|--proxy-cert|--proxy-crlfile|--proxy-key|--proxy-pinnedpubkey|--random-file|--record|--replay|--spool|--ssl-sessions|--staple|--stats-out|--stderr|--summary-out|--time-cond|-z|--trace|--trace-ascii|--trace-events|--unix-socket|--upload-file|-T)
        COMPREPLY=($(compgen -f -- "$cur"))
        return
        ;;
    --body-dir|--capath|--output-dir|--proxy-capath|--qlog-dir|--state=)
        COMPREPLY=($(compgen -d -- "$cur"))
        return
        ;;
    --data|-d|--data-ascii|--data-binary|--data-urlencode|--form|-F|--json|--url|--url-query)
        if [[ $cur == @* ]]; then
            COMPREPLY=($(compgen -P @ -f -- "${cur#@}"))
            return
        fi
        return
        ;;
    --abstract-unix-socket|--allow-tcp|--allow-udp|--aws-sigv4|--bind|--body-max|--checkout-timeout|--checksum|--ciphers|--close-code|--close-reason|--connect-timeout|--connect-to|--continue-at|-C|--cookie|-b|--count|-n|--create-file-mode|--data-raw|--defaults|--dns-ipv4-addr|--dns-ipv6-addr|--dns-servers|--doh-url|--ech|--echo-test|--end-delay|--exec|--expect|--expect100-timeout|--fail-on|--flow-idle|--form-string|--h2-header-table|--h2-max-frame|--h2-max-head|--h2-max-streams|--h2-stream-window|--h2-window|--h3-blocked-streams|--h3-max-head|--h3-max-streams|--h3-qpack-table|--happy-eyeballs-timeout-ms|--haproxy-clientip|--interval|-i|--ip-tos|--jobs|-j|--jobs-host|--keepalive-cnt|--keepalive-time|--limit-rate|--line-max|--linger|--local-port|--max-connections|--max-filesize|--max-flows|--max-message|--max-redirs|--max-requests|--max-time|-m|--message-timeout|--messages|-n|--noproxy|--oauth2-bearer|--open-timeout|--origin-rate|--parallel-max|--parallel-max-host|--pass|--ping-interval|--plain-port|--pool-idle|--pool-max-age|--pool-max-requests|--pool-size|--port|-p|--preproxy|--print|-P|--priority|--proxy|-x|--proxy-ciphers|--proxy-pass|--proxy-tls13-ciphers|--proxy-user|-U|--proxy1.0|--queue|--queue-age|--quic-ack-delay|--quic-handshake-timeout|--quic-idle|--quic-initial-rtt|--quic-key-update|--quic-max-payload|--quic-max-stream-window|--quic-max-window|--quic-stream-window|--quic-uni-streams|--quic-window|--range|-r|--rate|--referer|-e|--request-target|--require|--resolve|--retry|--retry-delay|--retry-max-time|--session|--session-read-only|--shard|--sigalgs|--size|--socks4|--socks4a|--socks5|--socks5-hostname|--speed|--speed-limit|-Y|--speed-time|-y|--sse-count|--streams-max|--subprotocol|--tls13-ciphers|--trace-config|--trailer|--upgrade|--user|-u|--user-agent|-A|--variable|--via|--vlan-priority|--wait)
        return
        ;;
    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        =) ((i++)) ;;
        -*) ;;
        *)
            command=${COMP_WORDS[i]} at=$i
            break
            ;;
        esac
    done
    place=$((COMP_CWORD - at))
    case $command in
    batch)
        options='--abstract-unix-socket --alt-svc --anyauth --as-curl --aws-sigv4 --basic --body --body-dir --body-max --ca-native --cacert --capath --cert -E --cert-status --cert-type --checkout-timeout --ciphers --color --compressed --config -K --connect-timeout --connect-to --continue-at -C --cookie -b --cookie-jar -c --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --defaults --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --dry-run --ech --egd-file --expect --expect100-timeout --explain --fail -f --fail-early --fail-on --fail-with-body --follow --form -F --form-escape --form-string --format --fsync --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --ignore-content-length --ignore-limits --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --jobs -j --jobs-host --journal --json --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --limit-rate --line-max --local-port --location -L --location-trusted --manual -M --max-filesize --max-redirs --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --no-alpn --no-https-rr --no-journal --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --ordered --origin-rate --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --pool-idle --pool-max-age --pool-max-requests --pool-size --post301 --post302 --post303 --preproxy --priority --progress --progress-bar -# --proto --proto-default --proto-redir --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --rate --raw --record-request --referer -e --request -X --request-target --resolve --resume --resume-unsafe --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --rpk --session --session-read-only --sessionid --shard --show-error -S --show-secrets --sigalgs --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --spool --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --summary-out --suppress-connect-headers --tcp-fastopen --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --tr-encoding --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --trailer --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority'
        ;;
    channel)
        options='--abstract-unix-socket --allow-unspecified-datagrams --alt-svc --anyauth --aws-sigv4 --basic --ca-native --cacert --capath --cert -E --cert-status --cert-type --ciphers --close-code --close-reason --compressed --config -K --connect-timeout --connect-to --cookie -b --cookie-jar -c --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --ech --echo-test --egd-file --end-delay --exec --explain --fail -f --fail-early --fail-with-body --follow --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --in --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --jobs -j --json --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --linger --local-port --location -L --location-trusted --manual -M --max-filesize --max-message --max-redirs --max-time -m --message-timeout --messages -n --method --metrics --mptcp --netrc --netrc-file --netrc-optional --no-alpn --no-capsules --no-deflate --no-history --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --open-timeout --out --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --ping-interval --pinnedpubkey --post301 --post302 --post303 --preproxy --progress-bar -# --proto --proto-default --proto-redir --protocol --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --queue --queue-age --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --rate --record --referer -e --relative --replay --request -X --resolve --rpk --session --session-read-only --sessionid --show-error -S --show-secrets --sigalgs --silent -s --size --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --styled-output --subprotocol --suppress-connect-headers --tcp-fastopen --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --transport --unix-socket --upgrade --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority --write-out -w'
        ;;
    ws)
        options='--abstract-unix-socket --allow-unspecified-datagrams --alt-svc --anyauth --aws-sigv4 --basic --ca-native --cacert --capath --cert -E --cert-status --cert-type --ciphers --close-code --close-reason --compressed --config -K --connect-timeout --connect-to --cookie -b --cookie-jar -c --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --ech --echo-test --egd-file --end-delay --exec --explain --fail -f --fail-early --fail-with-body --follow --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --in --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --jobs -j --json --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --linger --local-port --location -L --location-trusted --manual -M --max-filesize --max-message --max-redirs --max-time -m --message-timeout --messages -n --method --metrics --mptcp --netrc --netrc-file --netrc-optional --no-alpn --no-capsules --no-deflate --no-history --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --open-timeout --out --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --ping-interval --pinnedpubkey --post301 --post302 --post303 --preproxy --progress-bar -# --proto --proto-default --proto-redir --protocol --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --queue --queue-age --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --rate --record --referer -e --relative --replay --request -X --resolve --rpk --session --session-read-only --sessionid --show-error -S --show-secrets --sigalgs --silent -s --size --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --styled-output --subprotocol --suppress-connect-headers --tcp-fastopen --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --transport --unix-socket --upgrade --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority --write-out -w'
        ;;
    tunnel)
        options='--abstract-unix-socket --alt-svc --anyauth --aws-sigv4 --basic --ca-native --cacert --capath --cert -E --cert-status --cert-type --checkout-timeout --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --cookie-jar -c --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --ech --egd-file --explain --fail -f --fail-early --fail-with-body --flow-idle --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --jobs -j --json --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --local-port --manual -M --max-filesize --max-flows --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --no-alpn --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --open-timeout --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --pool-idle --pool-max-age --pool-max-requests --pool-size --preproxy --progress-bar -# --proto-default --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --referer -e --request -X --resolve --rpk --session --session-read-only --sessionid --show-error -S --show-secrets --sigalgs --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --suppress-connect-headers --tcp-fastopen --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --transport --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --via --vlan-priority'
        ;;
    ping)
        options='--abstract-unix-socket --alt-svc --anyauth --aws-sigv4 --basic --ca-native --cacert --capath --cert -E --cert-status --cert-type --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --cookie-jar -c --count -n --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --ech --egd-file --explain --fail -f --fail-early --fail-with-body --follow --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --insecure -k --interface --interval -i --ip-tos --ipv4 -4 --ipv6 -6 --jobs -j --json --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --local-port --location -L --location-trusted --manual -M --max-filesize --max-redirs --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --no-alpn --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --post301 --post302 --post303 --preproxy --progress-bar -# --proto --proto-default --proto-redir --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --referer -e --request -X --resolve --rpk --session --session-read-only --sessionid --show-error -S --show-secrets --sigalgs --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --styled-output --summary --suppress-connect-headers --tcp-fastopen --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --version-probe --vlan-priority --wait'
        ;;
    probe)
        options='--abstract-unix-socket --alt-svc --anyauth --aws-sigv4 --basic --ca-native --cacert --capath --cert -E --cert-status --cert-type --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --cookie-jar -c --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --ech --egd-file --explain --fail -f --fail-early --fail-with-body --follow --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --jobs -j --json --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --local-port --location -L --location-trusted --manual -M --max-filesize --max-redirs --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --no-alpn --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --post301 --post302 --post303 --preproxy --progress-bar -# --proto --proto-default --proto-redir --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --referer -e --request -X --require --resolve --rpk --session --session-read-only --sessionid --show-error -S --show-secrets --sigalgs --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --styled-output --suppress-connect-headers --tcp-fastopen --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority --wait'
        ;;
    report)
        options='--csv --csv-raw --har --help -h --hints --input --json --junit --manual -M --merge --output -o --summary --version -V --waterfall'
        ;;
    serve)
        options='--allow-tcp --allow-udp --bind --cert --early-data --flow-idle --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --help -h --hints --key --log --manual -M --max-connections --max-requests --metrics --no-plain --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-tls --plain-port --port -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --retry --rpk --silent -s --staple --version -V'
        ;;
    cache)
        options='--file --help -h --hints --json --manual -M --show-secrets --state --version -V'
        ;;
    config)
        options='--abstract-unix-socket --alt-svc --anyauth --as-curl --aws-sigv4 --basic --binary --body --body-max --ca-native --cacert --capath --cert -E --cert-status --cert-type --checkout-timeout --checksum --ciphers --clobber --color --compressed --config -K --connect-timeout --connect-to --continue-at -C --cookie -b --cookie-jar -c --create-dirs --create-file-mode --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --dry-run --dump-header -D --ech --egd-file --etag-compare --etag-save --expect --expect100-timeout --explain --fail -f --fail-early --fail-with-body --follow --form -F --form-escape --form-string --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --ignore-content-length --include --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --items --jobs -j --jobs-host --json --json-out --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --limit-rate --local-port --location -L --location-trusted --manual -M --max-filesize --max-redirs --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --next -: --no-alpn --no-buffer -N --no-clobber --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-sse-reconnect --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --origin-rate --out-null --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --pool-idle --pool-max-age --pool-max-requests --pool-size --post301 --post302 --post303 --preproxy --pretty --print -P --priority --progress --progress-bar -# --proto --proto-default --proto-redir --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --rate --raw --record-request --referer -e --remote-header-name -J --remote-name -O --remote-name-all --remote-time -R --remove-on-error --request -X --request-target --resolve --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --rpk --session --session-read-only --sessionid --show-error -S --show-headers -i --show-secrets --sigalgs --silent -s --skip-existing --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --sse --sse-count --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --suppress-connect-headers --tcp-fastopen --time-cond -z --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --tr-encoding --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --trailer --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority --waterfall -W --write-out -w --xattr'
        ;;
    completion)
        options='--help -h --hints --manual -M --version -V'
        ;;
    help)
        options='--abstract-unix-socket --alt-svc --anyauth --as-curl --aws-sigv4 --basic --binary --body --body-max --ca-native --cacert --capath --cert -E --cert-status --cert-type --checkout-timeout --checksum --ciphers --clobber --color --compressed --config -K --connect-timeout --connect-to --continue-at -C --cookie -b --cookie-jar -c --create-dirs --create-file-mode --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --dry-run --dump-header -D --ech --egd-file --etag-compare --etag-save --expect --expect100-timeout --explain --fail -f --fail-early --fail-with-body --follow --form -F --form-escape --form-string --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --ignore-content-length --include --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --items --jobs -j --jobs-host --json --json-out --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --limit-rate --local-port --location -L --location-trusted --manual -M --max-filesize --max-redirs --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --next -: --no-alpn --no-buffer -N --no-clobber --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-sse-reconnect --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --origin-rate --out-null --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --pool-idle --pool-max-age --pool-max-requests --pool-size --post301 --post302 --post303 --preproxy --pretty --print -P --priority --progress --progress-bar -# --proto --proto-default --proto-redir --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --rate --raw --record-request --referer -e --remote-header-name -J --remote-name -O --remote-name-all --remote-time -R --remove-on-error --request -X --request-target --resolve --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --rpk --session --session-read-only --sessionid --show-error -S --show-headers -i --show-secrets --sigalgs --silent -s --skip-existing --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --sse --sse-count --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --suppress-connect-headers --tcp-fastopen --time-cond -z --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --tr-encoding --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --trailer --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority --waterfall -W --write-out -w --xattr'
        ;;
    version)
        options='--help -h --hints --json --manual -M --version -V'
        ;;
    *)
        options='--abstract-unix-socket --alt-svc --anyauth --as-curl --aws-sigv4 --basic --binary --body --body-max --ca-native --cacert --capath --cert -E --cert-status --cert-type --checkout-timeout --checksum --ciphers --clobber --color --compressed --config -K --connect-timeout --connect-to --continue-at -C --cookie -b --cookie-jar -c --create-dirs --create-file-mode --crlfile --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --digest --disable -q --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status --doh-insecure --doh-url --dry-run --dump-header -D --ech --egd-file --etag-compare --etag-save --expect --expect100-timeout --explain --fail -f --fail-early --fail-with-body --follow --form -F --form-escape --form-string --get -G --globoff -g --h2-header-table --h2-max-frame --h2-max-head --h2-max-streams --h2-stream-window --h2-window --h3-blocked-streams --h3-max-head --h3-max-streams --h3-qpack-table --happy-eyeballs-timeout-ms --haproxy-clientip --haproxy-protocol --head -I --header -H --help -h --hints --hsts --http-max --http-min --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --ignore-content-length --include --insecure -k --interface --ip-tos --ipv4 -4 --ipv6 -6 --items --jobs -j --jobs-host --json --json-out --junk-session-cookies --keepalive-cnt --keepalive-time --key --key-log --key-type --limit-rate --local-port --location -L --location-trusted --manual -M --max-filesize --max-redirs --max-time -m --metrics --mptcp --netrc -n --netrc-file --netrc-optional --next -: --no-alpn --no-buffer -N --no-clobber --no-https-rr --no-keepalive --no-npn --no-progress-meter --no-quic-grease --no-quic-migration --no-quic-pacing --no-quic-pmtud --no-sessionid --no-sse-reconnect --no-state --no-tcp-nodelay --noproxy --oauth2-bearer --origin-rate --out-null --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --parallel-output --pass --path-as-is --pinnedpubkey --pool-idle --pool-max-age --pool-max-requests --pool-size --post301 --post302 --post303 --preproxy --pretty --print -P --priority --progress --progress-bar -# --proto --proto-default --proto-redir --proxy -x --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1 --proxy-user -U --proxy1.0 --proxytunnel -p --qlog-dir --quic-ack-delay --quic-cc --quic-handshake-timeout --quic-idle --quic-initial-rtt --quic-key-update --quic-max-payload --quic-max-stream-window --quic-max-window --quic-stream-window --quic-uni-streams --quic-version --quic-window --random-file --range -r --rate --raw --record-request --referer -e --remote-header-name -J --remote-name -O --remote-name-all --remote-time -R --remove-on-error --request -X --request-target --resolve --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --rpk --session --session-read-only --sessionid --show-error -S --show-headers -i --show-secrets --sigalgs --silent -s --skip-existing --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --sse --sse-count --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --suppress-connect-headers --tcp-fastopen --time-cond -z --tls-earlydata --tls-max --tls13-ciphers --tlsv1 -1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --tr-encoding --trace --trace-ascii --trace-config --trace-events --trace-ids --trace-time --trailer --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --variable --verbose -v --version -V --vlan-priority --waterfall -W --write-out -w --xattr'
        ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
    elif [[ $command == help && $place -eq 1 ]]; then
        COMPREPLY=($(compgen -W 'all category manual http post upload auth output verbose connection timeout tls proxy tuning general fetch batch channel ws tunnel ping probe report serve cache config completion help version exit-codes write-out differences telemetry hints json-schema' -- "$cur"))
    elif [[ $command == tunnel && $place -eq 1 ]]; then
        COMPREPLY=($(compgen -W 'udp tcp' -- "$cur"))
    elif [[ $command == cache && $place -eq 1 ]]; then
        COMPREPLY=($(compgen -W 'list show clear' -- "$cur"))
    elif [[ $command == cache && $place -eq 2 ]]; then
        COMPREPLY=($(compgen -W 'altsvc broken hsts tickets cookies' -- "$cur"))
    elif [[ $command == config && $place -eq 1 ]]; then
        COMPREPLY=($(compgen -W 'check show' -- "$cur"))
    elif [[ $command == completion && $place -eq 1 ]]; then
        COMPREPLY=($(compgen -W 'bash zsh fish' -- "$cur"))
    elif [[ $command == config && ${COMP_WORDS[at+1]} == check ]]; then
        COMPREPLY=($(compgen -f -- "$cur"))
    elif [[ $command == serve ]]; then
        COMPREPLY=($(compgen -d -- "$cur"))
    elif [[ $command == @(batch|config|report) ]]; then
        COMPREPLY=($(compgen -f -- "$cur"))
    elif [[ -z $command ]]; then
        COMPREPLY=($(compgen -W 'fetch batch channel ws tunnel ping probe report serve cache config completion help version' -- "$cur"))
    fi
}

complete -F _quiver quiver
