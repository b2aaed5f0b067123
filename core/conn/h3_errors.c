#include "conn/h3_errors.h"

#include <inttypes.h>
#include <stddef.h>

#include <nghttp3/nghttp3.h>

struct code_info {
    uint64_t code;
    const char *name;
    bool is_ours; /* the peer accuses us: asking again will not help */
};

static const struct code_info codes[] = {
    {NGHTTP3_H3_NO_ERROR, "H3_NO_ERROR", false},
    {NGHTTP3_H3_GENERAL_PROTOCOL_ERROR, "H3_GENERAL_PROTOCOL_ERROR", true},
    {NGHTTP3_H3_INTERNAL_ERROR, "H3_INTERNAL_ERROR", false},
    {NGHTTP3_H3_STREAM_CREATION_ERROR, "H3_STREAM_CREATION_ERROR", true},
    {NGHTTP3_H3_CLOSED_CRITICAL_STREAM, "H3_CLOSED_CRITICAL_STREAM", true},
    {NGHTTP3_H3_FRAME_UNEXPECTED, "H3_FRAME_UNEXPECTED", true},
    {NGHTTP3_H3_FRAME_ERROR, "H3_FRAME_ERROR", true},
    {NGHTTP3_H3_EXCESSIVE_LOAD, "H3_EXCESSIVE_LOAD", false},
    {NGHTTP3_H3_ID_ERROR, "H3_ID_ERROR", true},
    {NGHTTP3_H3_SETTINGS_ERROR, "H3_SETTINGS_ERROR", true},
    {NGHTTP3_H3_MISSING_SETTINGS, "H3_MISSING_SETTINGS", true},
    {NGHTTP3_H3_REQUEST_REJECTED, "H3_REQUEST_REJECTED", false},
    {NGHTTP3_H3_REQUEST_CANCELLED, "H3_REQUEST_CANCELLED", false},
    {NGHTTP3_H3_REQUEST_INCOMPLETE, "H3_REQUEST_INCOMPLETE", false},
    {NGHTTP3_H3_MESSAGE_ERROR, "H3_MESSAGE_ERROR", true},
    {NGHTTP3_H3_CONNECT_ERROR, "H3_CONNECT_ERROR", false},
    {NGHTTP3_H3_VERSION_FALLBACK, "H3_VERSION_FALLBACK", true},
    {NGHTTP3_QPACK_DECOMPRESSION_FAILED, "QPACK_DECOMPRESSION_FAILED", true},
    {NGHTTP3_QPACK_ENCODER_STREAM_ERROR, "QPACK_ENCODER_STREAM_ERROR", true},
    {NGHTTP3_QPACK_DECODER_STREAM_ERROR, "QPACK_DECODER_STREAM_ERROR", true},
};

static const struct code_info *find(uint64_t code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return &codes[i];
    return NULL;
}

uint64_t h3_errors_code(int liberr, bool is_request)
{
    switch (liberr) {
    case NGHTTP3_ERR_H3_GENERAL_PROTOCOL_ERROR:
        /* A frame whose type was cut by the end of its stream: a frame that
         * is not complete (RFC 9114 7.1). */
        return is_request ? NGHTTP3_H3_FRAME_ERROR
                          : NGHTTP3_H3_GENERAL_PROTOCOL_ERROR;
    case NGHTTP3_ERR_QPACK_HEADER_TOO_LARGE:
        /* A name or value over nghttp3's own bound. */
        return NGHTTP3_H3_EXCESSIVE_LOAD;
    default:
        return nghttp3_err_infer_quic_app_error_code(liberr);
    }
}

const char *h3_errors_name(uint64_t code)
{
    const struct code_info *info = find(code);
    return info ? info->name : "unknown code";
}

enum err h3_errors_kind(uint64_t code)
{
    const struct code_info *info = find(code);
    return info && info->is_ours ? ERR_H3 : ERR_RECV;
}

void h3_errors_fault(struct fault *f, enum err kind, uint64_t wire,
                     const char *what)
{
    fault_set(f, kind, wire, "%s: %s (0x%" PRIx64 ")", what,
              h3_errors_name(wire), wire);
}
