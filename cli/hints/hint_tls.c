/* TLS: there is none, there should be none, and who is trusted. */
#include <string.h>
#include <time.h>

#include "hints/hint.h"

/* Numbers of OpenSSL's, which curl shows as ssl_verify_result. */
enum {
    VERIFY_NOT_YET = 9,
    VERIFY_EXPIRED = 10,
    VERIFY_SELF_SIGNED = 18,
    VERIFY_SELF_SIGNED_ROOT = 19,
    VERIFY_NO_ISSUER = 20,
    VERIFY_NO_LEAF_ISSUER = 21,
    VERIFY_WRONG_NAME = 62,
    ALERT_PROTOCOL_VERSION = 70,
    ALERT_NO_APPLICATION_PROTOCOL = 120,
    /* 2026: no certificate that quiver meets with a right clock is older. */
    CLOCK_MIN = 1767225600,
};

static void add_clock(const struct hint_facts *f, struct str *value)
{
    char text[40] = "";
    struct tm tm;
    if (gmtime_r(&f->now, &tm))
        (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &tm);
    str_add_text(value, text);
}

static bool is_plain_http(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "not_tls") && hint_says(f, "plain HTTP");
}

static bool is_no_tls(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "not_tls");
}

static bool is_tls_wanted(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "tls_wanted");
}

/* Servers that say so in an answer (nginx, Go), and such as hang up. */
static bool is_plain_at_tls_port(const struct hint_facts *f, struct str *value)
{
    bool is_usual = f->port % 1000 == 443; /* 443, 8443, 9443 */
    bool is_hung_up =
        f->status == QV_EXIT_EMPTY_REPLY || f->status == QV_EXIT_RECV;
    (void)value;
    return strcmp(f->scheme, "http") == 0 && f->port != 80 &&
           ((is_usual && is_hung_up) || hint_code(f) == 400);
}

static bool is_clock_wrong(const struct hint_facts *f, struct str *value)
{
    if (f->now >= CLOCK_MIN)
        return false;
    add_clock(f, value);
    return true;
}

static bool is_expired(const struct hint_facts *f, struct str *value)
{
    if (f->wire != VERIFY_EXPIRED)
        return false;
    add_clock(f, value);
    return true;
}

static bool is_not_yet_valid(const struct hint_facts *f, struct str *value)
{
    if (f->wire != VERIFY_NOT_YET)
        return false;
    add_clock(f, value);
    return true;
}

static bool is_wrong_name(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->wire == VERIFY_WRONG_NAME;
}

static bool is_self_signed(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->wire == VERIFY_SELF_SIGNED || f->wire == VERIFY_SELF_SIGNED_ROOT;
}

static bool has_own_trust(const struct hint_facts *f, struct str *value)
{
    const struct qv_options *o = f->options;
    if (!o || !(o->ca_file || o->ca_path) || o->ca_native ||
        (f->wire != VERIFY_NO_ISSUER && f->wire != VERIFY_NO_LEAF_ISSUER))
        return false;
    const char *source = o->ca_file ? o->ca_file_source : o->ca_path_source;
    if (!o->ca_file && source) /* SSL_CERT_DIR adds to the system's */
        return false;
    str_add_text(value, source ? source : o->ca_file ? "--cacert" : "--capath");
    return true;
}

static bool is_unknown_issuer(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->wire == VERIFY_NO_ISSUER || f->wire == VERIFY_NO_LEAF_ISSUER;
}

static bool is_version_limited(const struct hint_facts *f, struct str *value)
{
    const struct qv_options *o = f->options;
    if (!o || (o->tls_min != QV_TLS_1_3 && o->tls_max != QV_TLS_1_2) ||
        (f->wire != ALERT_PROTOCOL_VERSION &&
         !hint_is_named(f, "tls_cut_off") && !hint_says(f, "version")))
        return false;
    str_add_text(value, o->tls_max == QV_TLS_1_2 ? "--tls-max" : "--tlsv1.3");
    return true;
}

static bool is_old_version(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->wire == ALERT_PROTOCOL_VERSION || hint_says(f, "version");
}

static bool is_alpn(const struct hint_facts *f, struct str *value)
{
    static const char *const names[] = {
        [QV_HTTP_1_0] = "--http1.0",
        [QV_HTTP_1_1] = "--http1.1",
        [QV_HTTP_2] = "--http2",
        [QV_HTTP_2_PRIOR] = "--http2-prior-knowledge",
    };
    enum qv_http http = f->options ? f->options->http : QV_HTTP_AUTO;
    if (f->wire != ALERT_NO_APPLICATION_PROTOCOL ||
        (size_t)http >= sizeof names / sizeof names[0] || !names[http])
        return false;
    str_add_text(value, names[http]);
    return true;
}

static bool is_cut_off(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "tls_cut_off");
}

static bool has_own_cert(const struct hint_facts *f)
{
    return f->options && f->options->cert_file;
}

static bool lacks_cert(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return !has_own_cert(f);
}

/* Alerts 42 to 48 are about certificates (RFC 8446 6.2). */
static bool is_cert_refused(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return has_own_cert(f) && (f->status == QV_EXIT_CERT_WANTED ||
                               (f->status == QV_EXIT_TLS_HANDSHAKE &&
                                f->wire >= 42 && f->wire <= 48));
}

/* It was asked for, none was sent, and the answer is a refusal. */
static bool was_cert_wanted(const struct hint_facts *f, struct str *value)
{
    int code = hint_code(f);
    (void)value;
    return (code == 400 || code == 401 || code == 403 || code == 495 ||
            code == 496) &&
           f->result->tls_wants_cert && !has_own_cert(f);
}

const struct hint hint_tls[] = {
    {"plain-server", "https:// for a server without TLS", QV_EXIT_TLS_HANDSHAKE,
     is_plain_http, "port {port} answers without TLS: http://{place}/"},
    {"no-tls", "https:// for a port where something else is spoken",
     QV_EXIT_TLS_HANDSHAKE, is_no_tls,
     "port {port} has no TLS; if a web server is there, http://{place}/ is for "
     "it"},
    {"tls-server", "http:// for a server that speaks TLS", QV_EXIT_WEIRD_REPLY,
     is_tls_wanted, "port {port} speaks TLS: https://{place}/"},
    {"tls-port", "http:// for a port that usually has TLS", HINT_ANY,
     is_plain_at_tls_port, "port {port} may have TLS: https://{place}/"},
    {"clock", "a certificate that is not in force, and a wrong clock",
     QV_EXIT_TLS_VERIFY, is_clock_wrong,
     "the clock of this machine says {value}, which cannot be: set it right"},
    {"expired", "a certificate that has expired", QV_EXIT_TLS_VERIFY,
     is_expired,
     "the clock of this machine says {value}; if that is right, the server "
     "needs a new certificate"},
    {"not-yet-valid", "a certificate that is not valid yet", QV_EXIT_TLS_VERIFY,
     is_not_yet_valid, "the clock of this machine says {value}: is it slow?"},
    {"wrong-name", "a certificate for other names", QV_EXIT_TLS_VERIFY,
     is_wrong_name,
     "who answers is not {host}: the login page of a network, a wrong address "
     "(/etc/hosts, --resolve), or a server that does not know the name"},
    {"self-signed", "a certificate that is its own authority",
     QV_EXIT_TLS_VERIFY, is_self_signed,
     "--cacert FILE trusts this certificate, if FILE has it and is from a "
     "source that you trust; -k trusts anybody"},
    {"own-trust", "an authority that is not in --cacert", QV_EXIT_TLS_VERIFY,
     has_own_trust,
     "{value} takes the place of the system's authorities; --ca-native adds "
     "them, --cacert FILE says others, -k trusts anybody"},
    {"unknown-issuer", "an authority that is not known", QV_EXIT_TLS_VERIFY,
     is_unknown_issuer,
     "--cacert FILE trusts another authority; if it is a public one, the "
     "server may leave out a certificate between; -k trusts anybody"},
    {"ca-file", "certificates to trust that cannot be read", QV_EXIT_CA_FILE,
     NULL,
     "--cacert takes a PEM file, --capath a folder of them; CURL_CA_BUNDLE, "
     "SSL_CERT_FILE and SSL_CERT_DIR do the same"},
    {"client-certificate", "a server that wants a client certificate",
     QV_EXIT_CERT_WANTED, lacks_cert,
     "--cert FILE and --key FILE say who you are"},
    {"client-certificate-refused", "a client certificate that is not taken",
     HINT_ANY, is_cert_refused,
     "the server does not take the certificate of --cert: is it of an "
     "authority that it trusts, and still valid?"},
    {"certificate-answer", "an answer that wants a client certificate",
     HINT_ANY, was_cert_wanted,
     "the server asked for a client certificate in the handshake: --cert FILE "
     "and --key FILE"},
    {"own-certificate", "a certificate of one's own that does not do",
     QV_EXIT_OWN_CERT, NULL,
     "--cert and --key belong together, in PEM unless --cert-type says DER or "
     "P12; --pass opens a key"},
    {"tls-version", "versions of TLS that are left out by an option",
     QV_EXIT_TLS_HANDSHAKE, is_version_limited,
     "{value} leaves versions of TLS out; try without it"},
    {"tls-old", "a server of old TLS versions", QV_EXIT_TLS_HANDSHAKE,
     is_old_version,
     "the server may have TLS 1.0 or 1.1 alone, which are broken and which "
     "quiver does not speak"},
    {"alpn", "a server without the version of HTTP", QV_EXIT_TLS_HANDSHAKE,
     is_alpn, "the server does not have what {value} asks for; try without it"},
    {"tls-cut-off", "a server that hangs up in the handshake",
     QV_EXIT_TLS_HANDSHAKE, is_cut_off,
     "the server hung up: it may not have TLS at port {port}, have old "
     "versions of it alone, or not know the name {host}"},
    {"pin", "another public key than the pinned one", QV_EXIT_TLS_PIN, NULL,
     "the server has a new key, or somebody is between: ask its owner before "
     "you change --pinnedpubkey"},
    {NULL, NULL, 0, NULL, NULL},
};
