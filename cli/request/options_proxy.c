#include "request/auth_calls.h"
#include "request/cmdline.h"
#include "request/header_calls.h"
#include "request/options.h"
#include "request/proxy_calls.h"
#include "request/tls_calls.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(REQUEST, member)
#define PLACE(member)                                                          \
    .kind = OPTION_CALL, .call = proxy_calls_proxy,                            \
    OPTION_AT(REQUEST, engine.member)
#define AUTH(v)                                                                \
    .kind = OPTION_CHOICE, .value = (v), OPTION_AT(REQUEST, engine.proxy_auth)
#define VERSION(v)                                                             \
    .kind = OPTION_CHOICE, .value = (v), OPTION_AT(REQUEST, engine.proxy_http)

static const struct option rows[] = {
    {.name = "proxy",
     .letter = 'x',
     .argument = "<[protocol://]host[:port]>",
     PLACE(proxy),
     .category = CATEGORY_PROXY,
     .important = true,
     .brief = "Go through this proxy",
     .text = "Requests go through a proxy: http:// (also without a "
             "protocol), https://, socks4://, socks4a://, socks5:// or "
             "socks5h://, at port 1080 if none is named, 443 for "
             "https://.  socks4a and socks5h resolve names at the proxy."
             "  http:// URLs are forwarded by an HTTP proxy, others and "
             "all with -p go through a tunnel.  user:password@ may stand"
             " in front of the host, percent-encoded.  "
             "socks5h://localhost/path is a Unix socket.  \"\" takes a "
             "proxy of the environment or of the configuration "
             "back.\n\nWithout -x the environment counts: http_proxy (in"
             " lower case only), https_proxy, HTTPS_PROXY, all_proxy and"
             " ALL_PROXY.  -v and records tell which proxy was used and "
             "why.",
     .example = "-x socks5h://localhost:1080 https://example.com/",
     .since = "0.1.0"},
    {.name = "preproxy",
     .not_empty = true,
     .argument = "<[protocol://]host[:port]>",
     PLACE(preproxy),
     .category = CATEGORY_PROXY,
     .brief = "Reach the proxy through this one",
     .text = "A SOCKS proxy (socks4:// if nothing is said) on the way to"
             " the HTTP proxy of -x.",
     .example = "--preproxy socks5://localhost:1080 -x "
                "http://proxy.example:3128 https://example.com/",
     .since = "0.1.0"},
    {.name = "socks4",
     .not_empty = true,
     .argument = "<host[:port]>",
     PLACE(proxy),
     .category = CATEGORY_PROXY,
     .brief = "Go through this SOCKS 4 proxy",
     .text = "The same as -x socks4://; names are resolved here.",
     .example = "--socks4 localhost:1080 https://example.com/",
     .since = "0.1.0"},
    {.name = "socks4a",
     .not_empty = true,
     .argument = "<host[:port]>",
     PLACE(proxy),
     .category = CATEGORY_PROXY,
     .brief = "Go through this SOCKS 4a proxy",
     .text = "The same as -x socks4a://; the proxy resolves names.",
     .example = "--socks4a localhost:1080 https://example.com/",
     .since = "0.1.0"},
    {.name = "socks5",
     .not_empty = true,
     .argument = "<host[:port]>",
     PLACE(proxy),
     .category = CATEGORY_PROXY,
     .brief = "Go through this SOCKS 5 proxy",
     .text = "The same as -x socks5://; names are resolved here.",
     .example = "--socks5 localhost:1080 https://example.com/",
     .since = "0.1.0"},
    {.name = "socks5-hostname",
     .not_empty = true,
     .argument = "<host[:port]>",
     PLACE(proxy),
     .category = CATEGORY_PROXY,
     .brief = "The same, names resolved by it",
     .text = "The same as -x socks5h://: the proxy resolves names.",
     .example = "--socks5-hostname localhost:1080 https://example.com/",
     .since = "0.1.0"},
    {.name = "socks5-basic",
     .kind = OPTION_NOTHING,
     .category = CATEGORY_PROXY,
     .brief = "Accepted, without effect",
     .text = "User and password are what quiver has for SOCKS 5, and "
             "nothing else; accepted for curl's scripts.",
     .example = "--socks5-basic --socks5 localhost:1080 https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy1.0",
     .not_empty = true,
     .argument = "<host[:port]>",
     PLACE(proxy),
     .category = CATEGORY_PROXY,
     .brief = "The same as -x, CONNECT by HTTP/1.0",
     .text = "An HTTP proxy that is asked for tunnels with HTTP/1.0.",
     .example = "--proxy1.0 proxy.example:8080 https://example.com/",
     .since = "0.1.0"},
    {.name = "noproxy",
     .argument = "<list>",
     STRING(engine.noproxy),
     .category = CATEGORY_PROXY,
     .brief = "Reach these hosts without a proxy",
     .text = "Names and addresses, joined by commas, that no proxy is "
             "used for: a name stands for all below it too, an address "
             "may be a block (10.0.0.0/8, fd00::/8), and * alone is "
             "every host.  no_proxy and NO_PROXY in the environment do "
             "the same; with this option they do not count.",
     .example = "--noproxy localhost,.internal -x http://proxy.example:3128 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxytunnel",
     .letter = 'p',
     FLAG(engine.proxy_tunnel),
     .category = CATEGORY_PROXY,
     .brief = "Use a tunnel for http:// too",
     .text = "An HTTP proxy is asked for a tunnel (CONNECT) for http:// "
             "URLs as well.",
     .example = "-p -x http://proxy.example:3128 http://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-user",
     .letter = 'U',
     .argument = "<user:password>",
     .kind = OPTION_CALL,
     .call = auth_calls_proxy_user,
     OPTION_AT(REQUEST, engine.proxy_user),
     .category = CATEGORY_PROXY,
     .secret = true,
     .brief = "Log in at the proxy",
     .text = "For HTTP and SOCKS proxies whose URL names no user; "
             "percent-encoded.  Without a colon the password is asked "
             "for on the terminal.  The argument is hidden from the "
             "process list.",
     .example =
         "-U name:word -x http://proxy.example:3128 https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-basic",
     AUTH(QV_PROXY_AUTH_BASIC),
     .category = CATEGORY_PROXY,
     .usual = "",
     .brief = "Basic credentials for the proxy",
     .text = "Sends them with the first request already.",
     .example = "--proxy-basic -U name:word -x http://proxy.example:3128 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-digest",
     AUTH(QV_PROXY_AUTH_DIGEST),
     .category = CATEGORY_PROXY,
     .brief = "Digest credentials for the proxy",
     .text = "Answers the challenge of a proxy (RFC 7616: SHA-512-256, "
             "SHA-256, MD5); from then on with each request.",
     .example = "--proxy-digest -U name:word -x http://proxy.example:3128 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-anyauth",
     AUTH(QV_PROXY_AUTH_ANY),
     .category = CATEGORY_PROXY,
     .brief = "The best that the proxy offers",
     .text = "Digest if the proxy has it, otherwise Basic, once it has "
             "asked.",
     .example = "--proxy-anyauth -U name:word -x http://proxy.example:3128 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-header",
     .argument = "<header/@file>",
     .values = VALUES_HEADER,
     .kind = OPTION_CALL,
     .call = header_calls_proxy_header,
     .empty_is_none = true,
     .category = CATEGORY_PROXY,
     .brief = "Send this header to the proxy",
     .text = "To the HTTP proxy alone, never to the origin; @file reads "
             "lines of them.  May be given several times.",
     .example = "--proxy-header 'X-Team: a' -x http://proxy.example:3128 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "suppress-connect-headers",
     .kind = OPTION_FLAG,
     OPTION_AT(OPERATION, suppress_connect_headers),
     .category = CATEGORY_PROXY,
     .where = WHERE_NO_ORIGIN,
     .brief = "Leave the proxy's answer out of -i and -D",
     .text = "Without it, what a proxy answers to CONNECT over HTTP/1 stands "
             "in front of the answer of the origin.",
     .example = "--suppress-connect-headers -i -x http://proxy.example:3128 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-http2",
     VERSION(QV_PROXY_HTTP_2),
     .category = CATEGORY_PROXY,
     .brief = "Speak HTTP/2 with an https proxy",
     .text = "If the proxy agrees; one connection carries all tunnels "
             "then.",
     .example = "--proxy-http2 -x https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-http3",
     VERSION(QV_PROXY_HTTP_3),
     .category = CATEGORY_PROXY,
     .brief = "Speak HTTP/3 with an https proxy",
     .text = "QUIC is tried first, TCP a moment later.",
     .example = "--proxy-http3 -x https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-insecure",
     FLAG(engine.proxy_insecure),
     .category = CATEGORY_PROXY,
     .brief = "Accept any certificate of the proxy",
     .text = "Does not check who an https proxy is.  Of the origin -k "
             "says so.",
     .example =
         "--proxy-insecure -x https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-cacert",
     .not_empty = true,
     .argument = "<file>",
     STRING(engine.proxy_ca_file),
     .category = CATEGORY_PROXY,
     .values = VALUES_FILE,
     .brief = "Trust this file for the proxy",
     .text = "As --cacert, for an https proxy.  What --cacert names is "
             "not trusted for the proxy; what the environment names is.",
     .example =
         "--proxy-cacert ca.pem -x https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-capath",
     .not_empty = true,
     .argument = "<dir>",
     STRING(engine.proxy_ca_path),
     .category = CATEGORY_PROXY,
     .values = VALUES_FOLDER,
     .brief = "Trust this folder for the proxy",
     .text = "As --capath, for an https proxy.",
     .example = "--proxy-capath /etc/pki/internal -x https://proxy.example "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-cert",
     .not_empty = true,
     .argument = "<file[:password]>",
     STRING(proxy_cert),
     .category = CATEGORY_PROXY,
     .values = VALUES_FILE,
     .secret = true,
     .brief = "Show the proxy this certificate",
     .text = "As --cert, for an https proxy.",
     .example = "--proxy-cert client.pem -x https://proxy.example "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-key",
     .argument = "<file>",
     STRING(engine.proxy_key_file),
     .category = CATEGORY_PROXY,
     .values = VALUES_FILE,
     .brief = "The key of --proxy-cert",
     .text = "A file with the private key, PEM unless --proxy-key-type says "
             "otherwise.",
     .example = "--proxy-cert client.pem --proxy-key client.key -x "
                "https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-pass",
     .argument = "<phrase>",
     STRING(engine.proxy_key_pass),
     .category = CATEGORY_PROXY,
     .secret = true,
     .brief = "The pass phrase of --proxy-key",
     .text = "The argument is hidden from the process list.",
     .example = "--proxy-pass word --proxy-cert client.pem -x "
                "https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-cert-type",
     .argument = "<type>",
     .kind = OPTION_CALL,
     .call = tls_calls_tls_file,
     OPTION_AT(REQUEST, engine.proxy_cert_type),
     .category = CATEGORY_PROXY,
     .values = VALUES_TLS_FILE,
     .usual = "PEM",
     .brief = "What --proxy-cert is written in",
     .text = "PEM, DER or P12, as --cert-type.",
     .example = "--proxy-cert-type P12 --proxy-cert client.p12 -x "
                "https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-key-type",
     .argument = "<type>",
     .kind = OPTION_CALL,
     .call = tls_calls_tls_file,
     OPTION_AT(REQUEST, engine.proxy_key_type),
     .value = 1,
     .category = CATEGORY_PROXY,
     .values = VALUES_TLS_KEY,
     .usual = "PEM",
     .brief = "What --proxy-key is written in",
     .text = "PEM or DER.",
     .example =
         "--proxy-key-type DER --proxy-key key.der --proxy-cert c.pem -x "
         "https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-pinnedpubkey",
     .not_empty = true,
     .argument = "<hashes>",
     STRING(engine.proxy_pinned),
     .category = CATEGORY_PROXY,
     .values = VALUES_FILE,
     .brief = "The proxy must have this public key",
     .text = "As --pinnedpubkey, for an https proxy.",
     .example = "--proxy-pinnedpubkey key.pem -x https://proxy.example "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-crlfile",
     .not_empty = true,
     .argument = "<file>",
     STRING(engine.proxy_crl_file),
     .category = CATEGORY_PROXY,
     .values = VALUES_FILE,
     .brief = "Certificates that the proxy may not have",
     .text = "As --crlfile, for an https proxy.",
     .example = "--proxy-crlfile revoked.pem -x https://proxy.example "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-ca-native",
     FLAG(engine.proxy_ca_native),
     .category = CATEGORY_PROXY,
     .brief = "Trust the system's store too, for the proxy",
     .text = "As --ca-native, for an https proxy.",
     .example = "--proxy-ca-native --proxy-cacert ca.pem -x "
                "https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-tlsv1",
     .kind = OPTION_NOTHING,
     .category = CATEGORY_PROXY,
     .brief = "TLS 1.2 or later with the proxy",
     .text = "The default: nothing older is ever spoken.",
     .example = "--proxy-tlsv1 -x https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-ssl-auto-client-cert",
     .kind = OPTION_NOTHING,
     .category = CATEGORY_PROXY,
     .brief = "Accepted, without effect",
     .text = "It is of Windows; accepted for curl's scripts.",
     .example = "--proxy-ssl-auto-client-cert -x https://proxy.example "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-ciphers",
     .not_empty = true,
     .argument = "<list>",
     STRING(engine.proxy_ciphers),
     .category = CATEGORY_PROXY,
     .brief = "Cipher suites of TLS 1.2, for the proxy",
     .text = "As --ciphers, for an https proxy.",
     .example = "--proxy-ciphers ECDHE-RSA-AES128-GCM-SHA256 -x "
                "https://proxy.example https://example.com/",
     .since = "0.1.0"},
    {.name = "proxy-tls13-ciphers",
     .not_empty = true,
     .argument = "<list>",
     STRING(engine.proxy_tls13_ciphers),
     .category = CATEGORY_PROXY,
     .brief = "Cipher suites of TLS 1.3, for the proxy",
     .text = "As --tls13-ciphers, for an https proxy.",
     .example = "--proxy-tls13-ciphers TLS_AES_128_GCM_SHA256 -x "
                "https://proxy.example https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_proxy = {rows, sizeof rows / sizeof rows[0]};
