#include "request/cmdline.h"
#include "request/options.h"
#include "request/tls_calls.h"

#define STRING(member) .kind = OPTION_STRING, OPTION_AT(REQUEST, member)
#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define MINIMUM(v)                                                             \
    .kind = OPTION_CHOICE, .value = (v), OPTION_AT(REQUEST, engine.tls_min)

/* To curl too they are the lowest of versions, not the only one. */
#define OLDER                                                                  \
    .kind = OPTION_NOTHING, .category = CATEGORY_TLS,                          \
    .brief = "TLS 1.2 or later",                                               \
    .text = "Accepted for curl's scripts: TLS 1.2 is the least that is ever "  \
            "spoken, so a minimum below it makes no difference."

/* What curl takes, and does nothing with either. */
#define WINDOWS(called)                                                        \
    {                                                                          \
        .name = (called), .kind = OPTION_NOTHING, .category = CATEGORY_TLS,    \
        .brief = "Accepted, without effect",                                   \
        .text = "It is of Windows; accepted for curl's scripts.",              \
        .example = "--" called " https://example.com/", .since = "0.1.0"       \
    }
#define GONE(called)                                                           \
    {                                                                          \
        .name = (called), .argument = "<file>", .kind = OPTION_NOTHING,        \
        .category = CATEGORY_TLS, .values = VALUES_FILE,                       \
        .brief = "Accepted, without effect",                                   \
        .text = "The system's random numbers are used; accepted for curl's "   \
                "scripts.",                                                    \
        .example = "--" called " /dev/urandom https://example.com/",           \
        .since = "0.1.0"                                                       \
    }

static const struct option rows[] = {
    {.name = "insecure",
     .letter = 'k',
     FLAG(engine.insecure),
     .category = CATEGORY_TLS,
     .important = true,
     .brief = "Accept any certificate",
     .text = "Does not check who the server is, over TCP and QUIC alike.  "
             "Anybody on the way can then read and change everything.",
     .example = "-k https://localhost:8443/",
     .since = "0.1.0"},
    {.name = "cacert",
     .not_empty = true,
     .argument = "<file>",
     STRING(engine.ca_file),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .brief = "Trust the certificates of this file",
     .text =
         "A PEM file, used in place of the system's trust store.  "
         "CURL_CA_BUNDLE and SSL_CERT_FILE in the environment do the same.  "
         "-v tells whose certificates are trusted.",
     .example = "--cacert ca.pem https://localhost:8443/",
     .since = "0.1.0"},
    {.name = "capath",
     .not_empty = true,
     .argument = "<dir>",
     STRING(engine.ca_path),
     .category = CATEGORY_TLS,
     .values = VALUES_FOLDER,
     .brief = "Trust the certificates of this folder too",
     .text = "A folder of PEM files, or several between colons.  They are "
             "trusted beside the file of --cacert, or, without one, beside "
             "the system's bundle.  SSL_CERT_DIR in the environment does the "
             "same if there is such a folder.",
     .example = "--capath /etc/pki/internal https://example.com/",
     .since = "0.1.0"},
    {.name = "ca-native",
     FLAG(engine.ca_native),
     .category = CATEGORY_TLS,
     .brief = "Trust the system's store too",
     .text = "Beside what --cacert, --capath and the environment name, which "
             "stand for it otherwise.",
     .example = "--ca-native --cacert ca.pem https://example.com/",
     .since = "0.1.0"},
    {.name = "crlfile",
     .not_empty = true,
     .argument = "<file>",
     STRING(engine.crl_file),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .brief = "Certificates that have been revoked",
     .text = "A PEM file of revocation lists.  Each certificate of a server's "
             "chain then needs one of its issuer, signed by it and in force, "
             "that does not name it; otherwise it is refused (exit 60).  "
             "Sessions are not resumed.",
     .example = "--crlfile revoked.pem https://example.com/",
     .since = "0.1.0"},
    {.name = "cert-status",
     FLAG(engine.cert_status),
     .category = CATEGORY_TLS,
     .brief = "Ask for the certificate's status (OCSP)",
     .text = "The server must send along what its issuer says of the "
             "certificate (an OCSP staple), and that must be good and of "
             "now; otherwise exit 91.  Over TCP and QUIC alike.  Sessions "
             "are not resumed.",
     .example = "--cert-status https://example.com/",
     .since = "0.1.0"},
    {.name = "pinnedpubkey",
     .not_empty = true,
     .argument = "<hashes>",
     STRING(engine.pinned),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .brief = "The server must have this public key",
     .text = "sha256// and the base64 of the hash of its public key, or "
             "several of these between semicolons; or a file that holds the "
             "key, PEM or DER.  A server with another one is refused before "
             "anything is sent to it (exit 90), with -k too, over TCP and "
             "QUIC alike.  The message says which key it has.",
     .example = "--pinnedpubkey key.pem https://example.com/",
     .since = "0.1.0"},
    {.name = "rpk",
     FLAG(engine.raw_keys),
     .category = CATEGORY_TLS,
     .brief = "Take a bare public key for a certificate",
     .text = "Offers the server to show no more than its key (RFC 7250).  "
             "Whose it is says --pinnedpubkey, which is needed, or nobody "
             "(-k).  A server that shows a certificate all the same has it "
             "checked as ever.  A --cert that holds a public key (PEM) in "
             "place of a certificate is shown as such to a server that asks "
             "for one.",
     .example = "--rpk --pinnedpubkey key.pem https://example.com/",
     .since = "0.1.0"},
    {.name = "cert",
     .not_empty = true,
     .letter = 'E',
     .argument = "<file[:password]>",
     STRING(cert),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .secret = true,
     .brief = "Show this client certificate",
     .text = "A PEM file with the certificate and the chain that belongs to "
             "it; the key may stand in it too.  \\: is a colon of the name.  "
             "--cert-type tells of other files.",
     .example = "-E client.pem --key client.key https://example.com/",
     .since = "0.1.0"},
    {.name = "key",
     .not_empty = true,
     .argument = "<file>",
     STRING(engine.key_file),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .brief = "The client certificate's key",
     .text = "A file with the private key of --cert, PEM unless --key-type "
             "says otherwise.",

     .example = "-E client.pem --key client.key https://example.com/",
     .since = "0.1.0"},
    {.name = "cert-type",
     .argument = "<type>",
     .kind = OPTION_CALL,
     .call = tls_calls_tls_file,
     OPTION_AT(REQUEST, engine.cert_type),
     .category = CATEGORY_TLS,
     .values = VALUES_TLS_FILE,
     .usual = "PEM",
     .brief = "What --cert is written in",
     .text = "PEM, DER (one certificate), or P12: a PKCS #12 file, which has "
             "the key and the chain as well.  Engines and providers of "
             "OpenSSL there are none.",
     .example = "--cert-type P12 -E client.p12:word https://example.com/",
     .since = "0.1.0"},
    {.name = "key-type",
     .argument = "<type>",
     .kind = OPTION_CALL,
     .call = tls_calls_tls_file,
     OPTION_AT(REQUEST, engine.key_type),
     .value = 1,
     .category = CATEGORY_TLS,
     .values = VALUES_TLS_KEY,
     .usual = "PEM",
     .brief = "What --key is written in",
     .text = "PEM or DER.",
     .example =
         "--key-type DER --key client.der -E client.pem https://example.com/",
     .since = "0.1.0"},
    {.name = "pass",
     .not_empty = true,
     .argument = "<phrase>",
     STRING(engine.key_pass),
     .category = CATEGORY_TLS,
     .secret = true,
     .brief = "The key's pass phrase",
     .text = "Decrypts --key.  The argument is hidden from the process list.  "
             "Without it the phrase is asked for on the terminal when the key "
             "needs one.",
     .example = "--pass word -E client.pem https://example.com/",
     .since = "0.1.0"},
    {.name = "tlsv1",
     .letter = '1',
     OLDER,
     .example = "-1 https://example.com/",
     .since = "0.1.0"},
    {.name = "tlsv1.0",
     OLDER,
     .example = "--tlsv1.0 https://example.com/",
     .since = "0.1.0"},
    {.name = "tlsv1.1",
     OLDER,
     .example = "--tlsv1.1 https://example.com/",
     .since = "0.1.0"},
    {.name = "tlsv1.2",
     MINIMUM(QV_TLS_1_2),
     .category = CATEGORY_TLS,
     .usual = "",
     .brief = "TLS 1.2 or later",
     .text = "The default: nothing older is ever spoken.",
     .example = "--tlsv1.2 https://example.com/",
     .since = "0.1.0"},
    {.name = "tlsv1.3",
     MINIMUM(QV_TLS_1_3),
     .category = CATEGORY_TLS,
     .brief = "TLS 1.3 or later",
     .text = "Refuses TLS 1.2 (exit 35).",
     .example = "--tlsv1.3 https://example.com/",
     .since = "0.1.0"},
    {.name = "tls-max",
     .argument = "<version>",
     .kind = OPTION_CALL,
     .call = tls_calls_tls_max,
     .category = CATEGORY_TLS,
     .values = VALUES_TLS,
     OPTION_AT(REQUEST, engine.tls_max),
     .usual = "1.3",
     .brief = "Nothing newer than this TLS",
     .text = "1.2, 1.3 or default.  HTTP/3 needs 1.3.",
     .example = "--tls-max 1.2 https://example.com/",
     .since = "0.1.0"},
    {.name = "ciphers",
     .not_empty = true,
     .argument = "<list>",
     STRING(engine.ciphers),
     .category = CATEGORY_TLS,
     .brief = "Cipher suites of TLS 1.2",
     .text = "OpenSSL's names, joined by colons.",
     .example = "--ciphers ECDHE-RSA-AES128-GCM-SHA256 https://example.com/",
     .since = "0.1.0"},
    {.name = "tls13-ciphers",
     .not_empty = true,
     .argument = "<list>",
     STRING(engine.tls13_ciphers),
     .category = CATEGORY_TLS,
     .brief = "Cipher suites of TLS 1.3",
     .text = "Names as in RFC 8446, joined by colons.  Also for QUIC.",
     .example = "--tls13-ciphers TLS_AES_128_GCM_SHA256 https://example.com/",
     .since = "0.1.0"},
    {.name = "curves",
     .not_empty = true,
     .argument = "<list>",
     .values = VALUES_CURVES,
     STRING(engine.groups),
     .category = CATEGORY_TLS,
     .brief = "Key exchange groups, in order",
     .text = "Names joined by colons; the default begins with "
             "X25519MLKEM768, which withstands quantum computers.",
     .example = "--curves X25519 https://example.com/",
     .since = "0.1.0"},
    {.name = "sigalgs",
     .not_empty = true,
     .argument = "<list>",
     STRING(engine.sigalgs),
     .category = CATEGORY_TLS,
     .brief = "Signature algorithms, in order",
     .text = "Names of TLS 1.3 (ecdsa_secp256r1_sha256, "
             "rsa_pss_rsae_sha256, ed25519...), or pairs as OpenSSL writes "
             "them (ECDSA+SHA256), joined by colons.  Also for QUIC.",
     .example = "--sigalgs ecdsa_secp256r1_sha256 https://example.com/",
     .since = "0.1.0"},
    {.name = "no-sessionid",
     FLAG(engine.no_sessionid),
     .category = CATEGORY_TLS,
     .brief = "Do not resume TLS sessions",
     .text = "Every connection makes a whole handshake, and none is "
             "remembered.",
     .example = "--no-sessionid https://example.com/",
     .since = "0.1.0"},
    {.name = "sessionid",
     .kind = OPTION_CALL,
     .call = tls_calls_sessionid,
     OPTION_AT(REQUEST, engine.no_sessionid),
     .category = CATEGORY_TLS,
     .usual = "",
     .brief = "Resume TLS sessions",
     .text = "The default; takes --no-sessionid back.",
     .example = "--sessionid https://example.com/",
     .since = "0.1.0"},
    {.name = "ech",
     .argument = "<config>",
     .kind = OPTION_CALL,
     .call = tls_calls_ech,
     .category = CATEGORY_TLS,
     .brief = "Hide the server's name (ECH)",
     .text =
         "Who is on the way reads in each TLS handshake which name is asked "
         "for.  A server can publish a key in its HTTPS record (RFC 9848) "
         "with which that name goes out hidden, behind one that it has "
         "chosen (Encrypted Client Hello, RFC 9849).\n\n"
         "\"true\" hides the name where there is such a key, \"hard\" gives "
         "up where there is none (101).  \"ecl:KEYS\" names the keys "
         "(ECHConfigList, in base64; \"ecl:@FILE\" reads them), in "
         "place of a record; it is \"true\" unless \"hard\" is given as "
         "well.  \"grease\" hides nothing, and looks as if it did.  "
         "\"false\" is the default.\n\n"
         "A server that has other keys than it had published says so, and "
         "is asked once more with those; one that says that it has none "
         "is asked in the clear with \"true\" alone.  A session is not "
         "resumed behind a hidden name.  The look-up itself is hidden only "
         "by --doh-url.",
     .example = "--ech hard --doh-url https://dns.example/dns-query "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "tls-earlydata",
     FLAG(engine.tls_earlydata),
     .category = CATEGORY_TLS,
     .brief = "Send requests before the handshake is done",
     .text = "To a server that is known by a ticket (of this run, or of one "
             "before: --ssl-sessions, --state) and allows it, GET, HEAD, "
             "OPTIONS and QUERY without a body go out with the first message "
             "of the handshake, over QUIC and TLS 1.3.  Somebody on the way "
             "can send them once more, but read nothing.  A server that "
             "refuses, or answers 425, gets them again after the "
             "handshake.",
     .example = "--tls-earlydata --ssl-sessions tickets --http3 "
                "https://example.com/",
     .since = "0.1.0"},
    WINDOWS("ssl-no-revoke"),
    WINDOWS("ssl-revoke-best-effort"),
    WINDOWS("ssl-auto-client-cert"),
    GONE("random-file"),
    GONE("egd-file"),
};

const struct option_group options_tls = {rows, sizeof rows / sizeof rows[0]};
