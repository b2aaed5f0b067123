# bash completion for quiver
# Made by `quiver completion bash`; do not edit.

_quiver() {
    local cur=${COMP_WORDS[COMP_CWORD]}
    local prev=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} options
    COMPREPLY=()
    case $prev in
    --method|--method|--request|-X|--request|-X|--request|-X|--request|-X|--request|-X|--request|-X)
        COMPREPLY=($(compgen -W 'GET HEAD POST PUT DELETE OPTIONS PATCH TRACE' -- "$cur"))
        return
        ;;
    --tls-max|--tls-max|--tls-max|--tls-max|--tls-max|--tls-max)
        COMPREPLY=($(compgen -W '1.2 1.3 default' -- "$cur"))
        return
        ;;
    --write-out|-w|--write-out|-w)
        COMPREPLY=($(compgen -W '%{channel_bytes_in} %{channel_bytes_out} %{channel_drops} %{channel_lost} %{channel_messages_in} %{channel_messages_out} %{channel_rtt} %{channel_time_open} %{close_code} %{close_reason} %{conn_id} %{conn_reused} %{content_type} %{errormsg} %{exitcode} %{filename_effective} %{header_json} %{http_code} %{http_connect} %{http_version} %{json} %{local_ip} %{local_port} %{method} %{num_connects} %{num_headers} %{num_redirects} %{num_retries} %{onerror} %{proxy_ssl_verify_result} %{proxy_used} %{quic_version} %{redirect_url} %{referer} %{remote_ip} %{remote_port} %{response_code} %{scheme} %{size_delivered} %{size_download} %{size_header} %{size_request} %{size_upload} %{speed_download} %{speed_upload} %{ssl_verify_result} %{stderr} %{stdout} %{time_appconnect} %{time_connect} %{time_namelookup} %{time_posttransfer} %{time_pretransfer} %{time_queue} %{time_redirect} %{time_starttransfer} %{time_total} %{tls_cipher} %{tls_earlydata} %{tls_group} %{tls_resumed} %{tls_version} %{url} %{url.PART} %{url_effective} %{urlnum} %{xfer_id}' -- "$cur"))
        return
        ;;
    --help|-h|--help|-h|--help|-h|--help|-h|--help|-h|--help|-h|--help|-h|--help|-h|--help|-h|--help|-h|--help|-h)
        COMPREPLY=($(compgen -W 'all category http post upload auth output verbose connection timeout tls proxy general fetch batch channel ws tunnel report serve config completion help version exit-codes write-out differences telemetry' -- "$cur"))
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
    --alt-svc|--alt-svc|--alt-svc|--alt-svc|--alt-svc|--cacert|--cacert|--cacert|--cacert|--cacert|--cacert|--cert|-E|--cert|-E|--cert|-E|--cert|-E|--cert|-E|--cert|-E|--config|-K|--config|-K|--config|-K|--config|-K|--config|-K|--config|-K|--csv|--dump-header|-D|--dump-header|-D|--har|--input|--journal|--junit|--key|--key|--key|--key|--key|--key|--metrics|--metrics|--metrics|--metrics|--metrics|--metrics|--output|-o|--output|-o|--proxy-cacert|--proxy-cacert|--proxy-cacert|--proxy-cacert|--proxy-cacert|--proxy-cert|--proxy-cert|--proxy-cert|--proxy-cert|--proxy-cert|--proxy-key|--proxy-key|--proxy-key|--proxy-key|--proxy-key|--record|--record|--replay|--replay|--spool|--ssl-sessions|--ssl-sessions|--ssl-sessions|--ssl-sessions|--ssl-sessions|--stats-out|--stats-out|--stats-out|--stats-out|--stats-out|--stats-out|--stderr|--stderr|--stderr|--stderr|--stderr|--stderr|--summary-out|--trace-events|--trace-events|--trace-events|--trace-events|--trace-events|--trace-events|--unix-socket|--unix-socket|--unix-socket|--unix-socket|--unix-socket|--unix-socket|--upload-file|-T|--upload-file|-T|--upload-file|-T|--upload-file|-T|--upload-file|-T|--upload-file|-T|--waterfall)
        COMPREPLY=($(compgen -f -- "$cur"))
        return
        ;;
    --body-dir|--capath|--capath|--capath|--capath|--capath|--capath|--output-dir|--output-dir|--proxy-capath|--proxy-capath|--proxy-capath|--proxy-capath|--proxy-capath)
        COMPREPLY=($(compgen -d -- "$cur"))
        return
        ;;
    --data|-d|--data|-d|--data|-d|--data|-d|--data|-d|--data|-d|--data-ascii|--data-ascii|--data-ascii|--data-ascii|--data-ascii|--data-ascii|--data-binary|--data-binary|--data-binary|--data-binary|--data-binary|--data-binary|--data-urlencode|--data-urlencode|--data-urlencode|--data-urlencode|--data-urlencode|--data-urlencode|--header|-H|--header|-H|--header|-H|--header|-H|--header|-H|--header|-H|--json|--json|--json|--json|--json|--json|--url-query|--url-query|--url-query|--url-query|--url-query|--url-query)
        if [[ $cur == @* ]]; then
            COMPREPLY=($(compgen -P @ -f -- "${cur#@}"))
        fi
        return
        ;;
    --allow-tcp|--allow-udp|--bind|--body-max|--checkout-timeout|--checkout-timeout|--checkout-timeout|--checkout-timeout|--ciphers|--ciphers|--ciphers|--ciphers|--ciphers|--ciphers|--close-code|--close-code|--close-reason|--close-reason|--connect-timeout|--connect-timeout|--connect-timeout|--connect-timeout|--connect-timeout|--connect-timeout|--connect-to|--connect-to|--connect-to|--connect-to|--connect-to|--connect-to|--cookie|-b|--cookie|-b|--cookie|-b|--cookie|-b|--cookie|-b|--cookie|-b|--curves|--curves|--curves|--curves|--curves|--curves|--data-raw|--data-raw|--data-raw|--data-raw|--data-raw|--data-raw|--defaults|--dns-interface|--dns-interface|--dns-interface|--dns-interface|--dns-interface|--dns-ipv4-addr|--dns-ipv4-addr|--dns-ipv4-addr|--dns-ipv4-addr|--dns-ipv4-addr|--dns-ipv6-addr|--dns-ipv6-addr|--dns-ipv6-addr|--dns-ipv6-addr|--dns-ipv6-addr|--dns-servers|--dns-servers|--dns-servers|--dns-servers|--dns-servers|--echo-test|--echo-test|--end-delay|--end-delay|--exec|--exec|--fail-on|--flow-idle|--h2-max-streams|--h3-max-streams|--happy-eyeballs-timeout-ms|--happy-eyeballs-timeout-ms|--happy-eyeballs-timeout-ms|--happy-eyeballs-timeout-ms|--happy-eyeballs-timeout-ms|--interface|--interface|--interface|--interface|--interface|--interface|--jobs|-j|--jobs|-j|--jobs|-j|--jobs|-j|--jobs|-j|--jobs|-j|--jobs-host|--jobs-host|--jobs-host|--line-max|--linger|--linger|--log|--max-connections|--max-filesize|--max-filesize|--max-filesize|--max-filesize|--max-filesize|--max-filesize|--max-flows|--max-message|--max-message|--max-redirs|--max-redirs|--max-redirs|--max-redirs|--max-redirs|--max-redirs|--max-requests|--max-time|-m|--max-time|-m|--max-time|-m|--max-time|-m|--max-time|-m|--max-time|-m|--message-timeout|--message-timeout|--messages|-n|--messages|-n|--noproxy|--noproxy|--noproxy|--noproxy|--noproxy|--oauth2-bearer|--oauth2-bearer|--oauth2-bearer|--oauth2-bearer|--oauth2-bearer|--oauth2-bearer|--open-timeout|--open-timeout|--origin-rate|--origin-rate|--origin-rate|--parallel-max|--parallel-max|--parallel-max|--parallel-max|--parallel-max|--parallel-max|--parallel-max-host|--parallel-max-host|--parallel-max-host|--parallel-max-host|--parallel-max-host|--parallel-max-host|--pass|--pass|--pass|--pass|--pass|--pass|--ping-interval|--ping-interval|--plain-port|--pool-idle|--pool-idle|--pool-idle|--pool-idle|--pool-max-age|--pool-max-age|--pool-max-age|--pool-max-age|--pool-max-requests|--pool-max-requests|--pool-max-requests|--pool-max-requests|--pool-size|--pool-size|--pool-size|--pool-size|--port|-p|--preproxy|--preproxy|--preproxy|--preproxy|--preproxy|--proto-default|--proto-default|--proto-default|--proto-default|--proto-default|--proto-default|--proxy|-x|--proxy|-x|--proxy|-x|--proxy|-x|--proxy|-x|--proxy-cert-type|--proxy-cert-type|--proxy-cert-type|--proxy-cert-type|--proxy-cert-type|--proxy-ciphers|--proxy-ciphers|--proxy-ciphers|--proxy-ciphers|--proxy-ciphers|--proxy-header|--proxy-header|--proxy-header|--proxy-header|--proxy-header|--proxy-key-type|--proxy-key-type|--proxy-key-type|--proxy-key-type|--proxy-key-type|--proxy-pass|--proxy-pass|--proxy-pass|--proxy-pass|--proxy-pass|--proxy-tls13-ciphers|--proxy-tls13-ciphers|--proxy-tls13-ciphers|--proxy-tls13-ciphers|--proxy-tls13-ciphers|--proxy-user|-U|--proxy-user|-U|--proxy-user|-U|--proxy-user|-U|--proxy-user|-U|--proxy1.0|--proxy1.0|--proxy1.0|--proxy1.0|--proxy1.0|--queue|--queue|--queue-age|--queue-age|--range|-r|--range|-r|--range|-r|--range|-r|--range|-r|--range|-r|--rate|--rate|--rate|--referer|-e|--referer|-e|--referer|-e|--referer|-e|--referer|-e|--referer|-e|--resolve|--resolve|--resolve|--resolve|--resolve|--resolve|--retry|--retry|--retry|--retry-delay|--retry-delay|--retry-delay|--retry-max-time|--retry-max-time|--retry-max-time|--shard|--size|--size|--socks4|--socks4|--socks4|--socks4|--socks4|--socks4a|--socks4a|--socks4a|--socks4a|--socks4a|--socks5|--socks5|--socks5|--socks5|--socks5|--socks5-hostname|--socks5-hostname|--socks5-hostname|--socks5-hostname|--socks5-hostname|--speed|--speed|--speed-limit|-Y|--speed-limit|-Y|--speed-limit|-Y|--speed-time|-y|--speed-time|-y|--speed-time|-y|--stats-every|--streams-max|--streams-max|--streams-max|--streams-max|--subprotocol|--subprotocol|--tls13-ciphers|--tls13-ciphers|--tls13-ciphers|--tls13-ciphers|--tls13-ciphers|--tls13-ciphers|--upgrade|--upgrade|--url|--url|--url|--url|--url|--url|--user|-u|--user|-u|--user|-u|--user|-u|--user|-u|--user|-u|--user-agent|-A|--user-agent|-A|--user-agent|-A|--user-agent|-A|--user-agent|-A|--user-agent|-A|--via)
        return
        ;;
    esac
    case $command in
    batch)
        options='--alt-svc --basic --body --body-dir --body-max --cacert --capath --cert -E --checkout-timeout --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --defaults --disable -q --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --fail -f --fail-early --fail-on --fail-with-body --format --fsync --get -G --globoff -g --happy-eyeballs-timeout-ms --head -I --header -H --help -h --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --insecure -k --interface --ipv4 -4 --ipv6 -6 --jobs -j --jobs-host --journal --json --keepalive --key --line-max --location -L --location-trusted --max-filesize --max-redirs --max-time -m --metrics --no-alpn --no-https-rr --no-journal --no-progress-meter --no-state --noproxy --oauth2-bearer --ordered --origin-rate --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --pass --path-as-is --pool-idle --pool-max-age --pool-max-requests --pool-size --preproxy --progress --progress-bar -# --proto-default --proxy -x --proxy-anyauth --proxy-basic --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-tls13-ciphers --proxy-user -U --proxy1.0 --proxytunnel -p --range -r --rate --referer -e --request -X --resolve --resume --resume-unsafe --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --shard --show-error -S --show-secrets --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --spool --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --summary-out --suppress-connect-headers --tcp-nodelay --tls-earlydata --tls-max --tls13-ciphers --tlsv1.2 --tlsv1.3 --trace-events --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --verbose -v --version -V'
        ;;
    channel)
        options='--allow-unspecified-datagrams --alt-svc --basic --cacert --capath --cert -E --ciphers --close-code --close-reason --compressed --config -K --connect-timeout --connect-to --cookie -b --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --disable -q --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --echo-test --end-delay --exec --fail -f --fail-early --fail-with-body --get -G --globoff -g --happy-eyeballs-timeout-ms --head -I --header -H --help -h --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --in --insecure -k --interface --ipv4 -4 --ipv6 -6 --jobs -j --json --keepalive --key --linger --location -L --location-trusted --max-filesize --max-message --max-redirs --max-time -m --message-timeout --messages -n --method --metrics --no-alpn --no-capsules --no-deflate --no-history --no-https-rr --no-progress-meter --no-state --noproxy --oauth2-bearer --open-timeout --out --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --pass --path-as-is --ping-interval --preproxy --progress-bar -# --proto-default --protocol --proxy -x --proxy-anyauth --proxy-basic --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-tls13-ciphers --proxy-user -U --proxy1.0 --proxytunnel -p --queue --queue-age --range -r --rate --record --referer -e --relative --replay --request -X --resolve --show-error -S --show-secrets --silent -s --size --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed --ssl-sessions --state --stats --stats-out --stderr --styled-output --subprotocol --suppress-connect-headers --tcp-nodelay --tls-earlydata --tls-max --tls13-ciphers --tlsv1.2 --tlsv1.3 --trace-events --transport --unix-socket --upgrade --upload-file -T --url --url-query --user -u --user-agent -A --verbose -v --version -V --write-out -w'
        ;;
    ws)
        options='--allow-unspecified-datagrams --alt-svc --basic --cacert --capath --cert -E --ciphers --close-code --close-reason --compressed --config -K --connect-timeout --connect-to --cookie -b --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --disable -q --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --echo-test --end-delay --exec --fail -f --fail-early --fail-with-body --get -G --globoff -g --happy-eyeballs-timeout-ms --head -I --header -H --help -h --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --in --insecure -k --interface --ipv4 -4 --ipv6 -6 --jobs -j --json --keepalive --key --linger --location -L --location-trusted --max-filesize --max-message --max-redirs --max-time -m --message-timeout --messages -n --method --metrics --no-alpn --no-capsules --no-deflate --no-history --no-https-rr --no-progress-meter --no-state --noproxy --oauth2-bearer --open-timeout --out --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --pass --path-as-is --ping-interval --preproxy --progress-bar -# --proto-default --protocol --proxy -x --proxy-anyauth --proxy-basic --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-tls13-ciphers --proxy-user -U --proxy1.0 --proxytunnel -p --queue --queue-age --range -r --rate --record --referer -e --relative --replay --request -X --resolve --show-error -S --show-secrets --silent -s --size --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed --ssl-sessions --state --stats --stats-out --stderr --styled-output --subprotocol --suppress-connect-headers --tcp-nodelay --tls-earlydata --tls-max --tls13-ciphers --tlsv1.2 --tlsv1.3 --trace-events --transport --unix-socket --upgrade --upload-file -T --url --url-query --user -u --user-agent -A --verbose -v --version -V --write-out -w'
        ;;
    tunnel)
        options='--basic --cacert --capath --cert -E --checkout-timeout --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --disable -q --fail -f --fail-early --fail-with-body --flow-idle --get -G --globoff -g --head -I --header -H --help -h --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --insecure -k --interface --ipv4 -4 --ipv6 -6 --jobs -j --json --keepalive --key --location -L --location-trusted --max-filesize --max-flows --max-redirs --max-time -m --metrics --no-alpn --no-progress-meter --oauth2-bearer --open-timeout --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --pass --path-as-is --pool-idle --pool-max-age --pool-max-requests --pool-size --progress-bar -# --proto-default --range -r --referer -e --request -X --resolve --show-error -S --show-secrets --silent -s --stats --stats-every --stats-out --stderr --streams-max --styled-output --tcp-nodelay --tls-earlydata --tls-max --tls13-ciphers --tlsv1.2 --tlsv1.3 --trace-events --transport --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --verbose -v --version -V --via'
        ;;
    report)
        options='--csv --csv-raw --har --help -h --input --json --junit --merge --output -o --summary --version -V --waterfall'
        ;;
    serve)
        options='--allow-tcp --allow-udp --bind --cert --early-data --flow-idle --h2-max-streams --h3-max-streams --help -h --key --log --max-connections --max-requests --metrics --no-plain --no-tls --plain-port --port -p --retry --silent -s --version -V'
        ;;
    config)
        options='--alt-svc --basic --cacert --capath --cert -E --checkout-timeout --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --create-dirs --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --disable -q --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --dump-header -D --fail -f --fail-early --fail-with-body --get -G --globoff -g --happy-eyeballs-timeout-ms --head -I --header -H --help -h --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --include --insecure -k --interface --ipv4 -4 --ipv6 -6 --jobs -j --jobs-host --json --keepalive --key --location -L --location-trusted --max-filesize --max-redirs --max-time -m --metrics --next -: --no-alpn --no-buffer -N --no-https-rr --no-progress-meter --no-state --noproxy --oauth2-bearer --origin-rate --out-null --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --pass --path-as-is --pool-idle --pool-max-age --pool-max-requests --pool-size --preproxy --progress-bar -# --proto-default --proxy -x --proxy-anyauth --proxy-basic --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-tls13-ciphers --proxy-user -U --proxy1.0 --proxytunnel -p --range -r --rate --referer -e --remote-name -O --remote-name-all --remove-on-error --request -X --resolve --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --show-error -S --show-headers -i --show-secrets --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --suppress-connect-headers --tcp-nodelay --tls-earlydata --tls-max --tls13-ciphers --tlsv1.2 --tlsv1.3 --trace-events --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --verbose -v --version -V --write-out -w'
        ;;
    completion)
        options='--help -h --version -V'
        ;;
    help)
        options='--help -h --version -V'
        ;;
    version)
        options='--help -h --json --version -V'
        ;;
    *)
        options='--alt-svc --basic --cacert --capath --cert -E --checkout-timeout --ciphers --compressed --config -K --connect-timeout --connect-to --cookie -b --create-dirs --curves --data -d --data-ascii --data-binary --data-raw --data-urlencode --disable -q --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --dump-header -D --fail -f --fail-early --fail-with-body --get -G --globoff -g --happy-eyeballs-timeout-ms --head -I --header -H --help -h --http1.0 -0 --http1.1 --http2 -2 --http2-prior-knowledge --http3 -3 --http3-only --include --insecure -k --interface --ipv4 -4 --ipv6 -6 --jobs -j --jobs-host --json --keepalive --key --location -L --location-trusted --max-filesize --max-redirs --max-time -m --metrics --next -: --no-alpn --no-buffer -N --no-https-rr --no-progress-meter --no-state --noproxy --oauth2-bearer --origin-rate --out-null --output -o --output-dir --parallel -Z --parallel-immediate --parallel-max --parallel-max-host --pass --path-as-is --pool-idle --pool-max-age --pool-max-requests --pool-size --preproxy --progress-bar -# --proto-default --proxy -x --proxy-anyauth --proxy-basic --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-digest --proxy-header --proxy-http2 --proxy-http3 --proxy-insecure --proxy-key --proxy-key-type --proxy-pass --proxy-tls13-ciphers --proxy-user -U --proxy1.0 --proxytunnel -p --range -r --rate --referer -e --remote-name -O --remote-name-all --remove-on-error --request -X --resolve --retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --show-error -S --show-headers -i --show-secrets --silent -s --socks4 --socks4a --socks5 --socks5-basic --socks5-hostname --speed-limit -Y --speed-time -y --ssl-sessions --state --stats --stats-out --stderr --streams-max --styled-output --suppress-connect-headers --tcp-nodelay --tls-earlydata --tls-max --tls13-ciphers --tlsv1.2 --tlsv1.3 --trace-events --unix-socket --upload-file -T --url --url-query --user -u --user-agent -A --verbose -v --version -V --write-out -w'
        ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
    elif [[ $command == help && $COMP_CWORD -eq 2 ]]; then
        COMPREPLY=($(compgen -W 'all category http post upload auth output verbose connection timeout tls proxy general fetch batch channel ws tunnel report serve config completion help version exit-codes write-out differences telemetry' -- "$cur"))
    elif [[ $command == completion && $COMP_CWORD -eq 2 ]]; then
        COMPREPLY=($(compgen -W 'bash zsh fish' -- "$cur"))
    elif [[ $command == config && $COMP_CWORD -eq 2 ]]; then
        COMPREPLY=($(compgen -W 'check show' -- "$cur"))
    elif [[ $command == config && ${COMP_WORDS[2]} == check ]]; then
        COMPREPLY=($(compgen -f -- "$cur"))
    elif [[ $command == serve && $COMP_CWORD -gt 1 ]]; then
        COMPREPLY=($(compgen -d -- "$cur"))
    elif [[ $command == @(batch|config|report) && $COMP_CWORD -gt 1 ]]; then
        COMPREPLY=($(compgen -f -- "$cur"))
    elif [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W 'fetch batch channel ws tunnel report serve config completion help version' -- "$cur"))
    fi
}

complete -F _quiver quiver
