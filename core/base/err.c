#include "base/err.h"

#include <assert.h>
#include <stddef.h>

struct err_info {
    enum err_class class;
    int exit_status;
    const char *name;
    const char *text;
};

#define TRANSIENT     ERR_CLASS_TRANSIENT
#define INVALID       ERR_CLASS_INVALID
#define UNRECOVERABLE ERR_CLASS_UNRECOVERABLE

/* clang-format off */
static const struct err_info err_table[ERR_COUNT] = {
    [ERR_NONE] = {ERR_CLASS_NONE, 0, "none", "success"},
    [ERR_PROTOCOL_UNSUPPORTED] = {INVALID, 1, "unsupported_protocol", "unsupported protocol"},
    [ERR_USAGE] = {INVALID, 2, "usage", "usage error"},
    [ERR_BAD_URL] = {INVALID, 3, "bad_url", "malformed URL"},
    [ERR_NOT_BUILT_IN] = {INVALID, 4, "not_built_in", "feature not built in"},
    [ERR_HOST_NAME] = {TRANSIENT, 6, "host_name", "could not resolve host"},
    [ERR_CONNECT] = {TRANSIENT, 7, "connect", "could not connect"},
    [ERR_WEIRD_REPLY] = {UNRECOVERABLE, 8, "weird_reply", "malformed reply"},
    [ERR_H2_FRAMING] = {UNRECOVERABLE, 16, "http2", "HTTP/2 connection error"},
    [ERR_PARTIAL] = {TRANSIENT, 18, "partial", "body ended early"},
    [ERR_HTTP_STATUS] = {INVALID, 22, "http_status", "HTTP error status"},
    [ERR_WRITE] = {UNRECOVERABLE, 23, "write", "could not write output"},
    [ERR_READ] = {INVALID, 26, "read", "could not read input"},
    [ERR_NO_MEMORY] = {UNRECOVERABLE, 27, "no_memory", "out of memory"},
    [ERR_TIMEOUT] = {TRANSIENT, 28, "timeout", "timed out"},
    [ERR_RANGE] = {INVALID, 33, "range", "range not satisfied"},
    [ERR_TLS_HANDSHAKE] = {UNRECOVERABLE, 35, "tls", "TLS handshake failed"},
    [ERR_TLS_CUT_OFF] = {TRANSIENT, 35, "tls_cut_off", "closed in the TLS handshake"},
    [ERR_RESUME] = {INVALID, 36, "resume", "could not resume"},
    [ERR_ABORTED] = {INVALID, 42, "aborted", "stopped by the caller"},
    [ERR_TOO_MANY_REDIRECTS] = {UNRECOVERABLE, 47, "redirects", "too many redirects"},
    [ERR_EMPTY_REPLY] = {TRANSIENT, 52, "empty_reply", "empty reply"},
    [ERR_SEND] = {TRANSIENT, 55, "send", "could not send"},
    [ERR_RECV] = {TRANSIENT, 56, "receive", "could not receive"},
    [ERR_OWN_CERT] = {INVALID, 58, "own_certificate", "problem with the local certificate"},
    [ERR_TLS_CIPHER] = {INVALID, 59, "cipher", "cipher not available"},
    [ERR_TLS_VERIFY] = {UNRECOVERABLE, 60, "verify", "certificate not trusted"},
    [ERR_CONTENT_CODING] = {UNRECOVERABLE, 61, "content_coding", "bad content coding"},
    [ERR_TOO_LARGE] = {INVALID, 63, "too_large", "body too large"},
    [ERR_REWIND] = {INVALID, 65, "rewind", "the body cannot be sent again"},
    [ERR_CA_FILE] = {INVALID, 77, "ca_file", "problem with the CA certificates"},
    [ERR_CERT_WANTED] = {INVALID, 98, "certificate_wanted", "the server wants a client certificate"},
    [ERR_HEAD_TOO_LARGE] = {UNRECOVERABLE, 100, "head_too_large", "response head too large"},
    [ERR_H2_STREAM] = {UNRECOVERABLE, 92, "http2_stream", "HTTP/2 stream error"},
    [ERR_H3] = {UNRECOVERABLE, 95, "http3", "HTTP/3 error"},
    [ERR_QUIC] = {TRANSIENT, 96, "quic", "QUIC connection error"},
    [ERR_NOT_NEGOTIATED] = {UNRECOVERABLE, 113, "not_negotiated", "the server does not offer what is needed"},
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
    return info(code)->text;
}
