#include "base/err.h"

#include <assert.h>
#include <stddef.h>

struct err_info {
    enum err_class class;
    int exit_status;
    const char *name;
    const char *text; /* NULL: that of its exit status */
};

/* The exit statuses, by the names of exit_codes.def. */
enum {
#define EXIT_CODE(name, status, error, text)     STATUS_##name = (status),
#define EXIT_CODE_OF_COMMAND(name, status, text) STATUS_##name = (status),
#include "base/exit_codes.def"
};

#define TRANSIENT     ERR_CLASS_TRANSIENT
#define INVALID       ERR_CLASS_INVALID
#define UNRECOVERABLE ERR_CLASS_UNRECOVERABLE

/* clang-format off */
static const struct err_info err_table[ERR_COUNT] = {
    [ERR_NONE] = {ERR_CLASS_NONE, STATUS_OK, "none", NULL},
    [ERR_PROTOCOL_UNSUPPORTED] = {INVALID, STATUS_PROTOCOL, "unsupported_protocol", NULL},
    [ERR_USAGE] = {INVALID, STATUS_USAGE, "usage", NULL},
    [ERR_BAD_URL] = {INVALID, STATUS_URL, "bad_url", NULL},
    [ERR_NOT_BUILT_IN] = {INVALID, STATUS_NOT_BUILT_IN, "not_built_in", NULL},
    [ERR_PROXY_NAME] = {TRANSIENT, STATUS_PROXY_NAME, "proxy_name", NULL},
    [ERR_PROXY_URL] = {INVALID, STATUS_PROXY_NAME, "proxy_url", "this is no proxy"},
    [ERR_PROXY_SCHEME] = {INVALID, STATUS_CONNECT, "proxy_scheme", "no proxy of this kind"},
    [ERR_HOST_NAME] = {TRANSIENT, STATUS_HOST_NAME, "host_name", NULL},
    [ERR_CONNECT] = {TRANSIENT, STATUS_CONNECT, "connect", NULL},
    [ERR_INTERFACE] = {UNRECOVERABLE, STATUS_INTERFACE, "interface", NULL},
    [ERR_TUNNEL] = {UNRECOVERABLE, STATUS_CONNECT, "tunnel_refused", "the proxy refused"},
    [ERR_WEIRD_REPLY] = {UNRECOVERABLE, STATUS_WEIRD_REPLY, "weird_reply", NULL},
    [ERR_NOT_HTTP] = {UNRECOVERABLE, STATUS_WEIRD_REPLY, "not_http", "no HTTP answer"},
    [ERR_TLS_WANTED] = {UNRECOVERABLE, STATUS_WEIRD_REPLY, "tls_wanted", "the server speaks TLS"},
    [ERR_HTTP2_WANTED] = {UNRECOVERABLE, STATUS_WEIRD_REPLY, "http2_wanted", "the server speaks HTTP/2"},
    [ERR_H2_FRAMING] = {UNRECOVERABLE, STATUS_H2_FRAMING, "http2", NULL},
    [ERR_PARTIAL] = {TRANSIENT, STATUS_PARTIAL, "partial", NULL},
    [ERR_HTTP_STATUS] = {INVALID, STATUS_HTTP_STATUS, "http_status", NULL},
    [ERR_WRITE] = {UNRECOVERABLE, STATUS_WRITE, "write", NULL},
    [ERR_READ] = {INVALID, STATUS_READ, "read", NULL},
    [ERR_NO_MEMORY] = {UNRECOVERABLE, STATUS_NO_MEMORY, "no_memory", NULL},
    [ERR_TIMEOUT] = {TRANSIENT, STATUS_TIMEOUT, "timeout", NULL},
    [ERR_RANGE] = {INVALID, STATUS_RANGE, "range", NULL},
    [ERR_TLS_HANDSHAKE] = {UNRECOVERABLE, STATUS_TLS_HANDSHAKE, "tls", NULL},
    [ERR_NOT_TLS] = {UNRECOVERABLE, STATUS_TLS_HANDSHAKE, "not_tls", "the server does not speak TLS"},
    [ERR_TLS_CUT_OFF] = {TRANSIENT, STATUS_TLS_HANDSHAKE, "tls_cut_off", "closed in the TLS handshake"},
    [ERR_RESUME] = {INVALID, STATUS_RESUME, "resume", NULL},
    [ERR_ABORTED] = {INVALID, STATUS_ABORTED, "aborted", NULL},
    [ERR_TOO_MANY_REDIRECTS] = {UNRECOVERABLE, STATUS_TOO_MANY_REDIRECTS, "redirects", NULL},
    [ERR_EMPTY_REPLY] = {TRANSIENT, STATUS_EMPTY_REPLY, "empty_reply", NULL},
    [ERR_SEND] = {TRANSIENT, STATUS_SEND, "send", NULL},
    [ERR_RECV] = {TRANSIENT, STATUS_RECV, "receive", NULL},
    [ERR_DIGEST] = {TRANSIENT, STATUS_RECV, "digest", "the body is not what its digest says"},
    [ERR_OWN_CERT] = {INVALID, STATUS_OWN_CERT, "own_certificate", NULL},
    [ERR_TLS_CIPHER] = {INVALID, STATUS_TLS_CIPHER, "cipher", NULL},
    [ERR_TLS_VERIFY] = {UNRECOVERABLE, STATUS_TLS_VERIFY, "verify", NULL},
    [ERR_CONTENT_CODING] = {UNRECOVERABLE, STATUS_CONTENT_CODING, "content_coding", NULL},
    [ERR_TOO_LARGE] = {INVALID, STATUS_TOO_LARGE, "too_large", NULL},
    [ERR_REWIND] = {INVALID, STATUS_REWIND, "rewind", NULL},
    [ERR_LOGIN] = {INVALID, STATUS_LOGIN, "login", NULL},
    [ERR_CA_FILE] = {INVALID, STATUS_CA_FILE, "ca_file", NULL},
    [ERR_CRL_FILE] = {INVALID, STATUS_CRL_FILE, "crl_file", NULL},
    [ERR_TLS_PIN] = {UNRECOVERABLE, STATUS_TLS_PIN, "pinned_key", NULL},
    [ERR_TLS_STATUS] = {UNRECOVERABLE, STATUS_TLS_STATUS, "certificate_status", NULL},
    [ERR_CERT_WANTED] = {INVALID, STATUS_CERT_WANTED, "certificate_wanted", NULL},
    [ERR_ECH] = {UNRECOVERABLE, STATUS_ECH, "ech", NULL},
    [ERR_HEAD_TOO_LARGE] = {UNRECOVERABLE, STATUS_HEAD_TOO_LARGE, "head_too_large", NULL},
    [ERR_H2_STREAM] = {UNRECOVERABLE, STATUS_H2_STREAM, "http2_stream", NULL},
    [ERR_AUTH] = {UNRECOVERABLE, STATUS_AUTH, "auth", NULL},
    [ERR_H3] = {UNRECOVERABLE, STATUS_H3, "http3", NULL},
    [ERR_QUIC] = {TRANSIENT, STATUS_QUIC, "quic", NULL},
    [ERR_PROXY] = {UNRECOVERABLE, STATUS_PROXY, "proxy", NULL},
    [ERR_NOT_NEGOTIATED] = {UNRECOVERABLE, STATUS_NOT_NEGOTIATED, "not_negotiated", NULL},
    [ERR_CHANNEL_CLOSED] = {TRANSIENT, STATUS_CHANNEL_CLOSED, "channel_closed", NULL},
};
/* clang-format on */

static const struct err_info *info(enum err code)
{
    assert(code < ERR_COUNT && err_table[code].name);
    return &err_table[code];
}

enum err_class err_class(enum err code)
{
    return info(code)->class;
}

bool err_is_distrust(enum err code)
{
    return code == ERR_TLS_VERIFY || code == ERR_TLS_PIN ||
           code == ERR_TLS_STATUS;
}

const char *err_class_name(enum err_class c)
{
    switch (c) {
    case ERR_CLASS_NONE:
        return "none";
    case ERR_CLASS_TRANSIENT:
        return "transient";
    case ERR_CLASS_INVALID:
        return "invalid";
    case ERR_CLASS_UNRECOVERABLE:
        return "unrecoverable";
    }
    return NULL;
}

int err_exit_status(enum err code)
{
    return info(code)->exit_status;
}

const char *err_name(enum err code)
{
    return info(code)->name;
}

const char *err_text(enum err code)
{
    const struct err_info *i = info(code);
    return i->text ? i->text : err_exit_text(i->exit_status);
}

/* Two rows of one status would not compile. */
const char *err_exit_text(int status)
{
    switch (status) {
#define EXIT_CODE(name, status, error, text)                                   \
    case status:                                                               \
        return text;
#define EXIT_CODE_OF_COMMAND(name, status, text)                               \
    case status:                                                               \
        return text;
#include "base/exit_codes.def"
    }
    return NULL;
}

enum err err_of_exit_status(int status)
{
    switch (status) {
#define EXIT_CODE(name, status, error, text)                                   \
    case status:                                                               \
        return ERR_##error;
#define EXIT_CODE_OF_COMMAND(name, status, text)
#include "base/exit_codes.def"
    }
    return ERR_ABORTED;
}
