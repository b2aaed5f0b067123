#include "conn/h3_errors.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include <nghttp3/nghttp3.h>

struct code_info {
    uint64_t code;
    const char *name;
    bool is_ours;       /* the peer accuses us: asking again will not help */
    enum remedy stream; /* of a request whose stream was reset with it, */
    enum remedy conn;   /* whose connection was closed with it */
};

static const struct code_info codes[] = {
    {.code = H3_ERRORS_DATAGRAM, .name = "H3_DATAGRAM_ERROR", .is_ours = true},
    {.code = NGHTTP3_H3_NO_ERROR, .name = "H3_NO_ERROR"},
    {.code = NGHTTP3_H3_GENERAL_PROTOCOL_ERROR,
     .name = "H3_GENERAL_PROTOCOL_ERROR",
     .is_ours = true},
    {.code = NGHTTP3_H3_INTERNAL_ERROR, .name = "H3_INTERNAL_ERROR"},
    {.code = NGHTTP3_H3_STREAM_CREATION_ERROR,
     .name = "H3_STREAM_CREATION_ERROR",
     .is_ours = true},
    {.code = NGHTTP3_H3_CLOSED_CRITICAL_STREAM,
     .name = "H3_CLOSED_CRITICAL_STREAM",
     .is_ours = true},
    {.code = NGHTTP3_H3_FRAME_UNEXPECTED,
     .name = "H3_FRAME_UNEXPECTED",
     .is_ours = true},
    {.code = NGHTTP3_H3_FRAME_ERROR, .name = "H3_FRAME_ERROR", .is_ours = true},
    {.code = NGHTTP3_H3_EXCESSIVE_LOAD, .name = "H3_EXCESSIVE_LOAD"},
    {.code = NGHTTP3_H3_ID_ERROR, .name = "H3_ID_ERROR", .is_ours = true},
    {.code = NGHTTP3_H3_SETTINGS_ERROR,
     .name = "H3_SETTINGS_ERROR",
     .is_ours = true},
    {.code = NGHTTP3_H3_MISSING_SETTINGS,
     .name = "H3_MISSING_SETTINGS",
     .is_ours = true},
    {.code = NGHTTP3_H3_REQUEST_REJECTED,
     .name = "H3_REQUEST_REJECTED",
     .stream = REMEDY_RESEND},
    {.code = NGHTTP3_H3_REQUEST_CANCELLED, .name = "H3_REQUEST_CANCELLED"},
    {.code = NGHTTP3_H3_REQUEST_INCOMPLETE, .name = "H3_REQUEST_INCOMPLETE"},
    {.code = NGHTTP3_H3_MESSAGE_ERROR,
     .name = "H3_MESSAGE_ERROR",
     .is_ours = true},
    {.code = NGHTTP3_H3_CONNECT_ERROR, .name = "H3_CONNECT_ERROR"},
    {.code = NGHTTP3_H3_VERSION_FALLBACK,
     .name = "H3_VERSION_FALLBACK",
     .is_ours = true,
     .stream = REMEDY_TCP,
     .conn = REMEDY_TCP},
    {.code = NGHTTP3_QPACK_DECOMPRESSION_FAILED,
     .name = "QPACK_DECOMPRESSION_FAILED",
     .is_ours = true},
    {.code = NGHTTP3_QPACK_ENCODER_STREAM_ERROR,
     .name = "QPACK_ENCODER_STREAM_ERROR",
     .is_ours = true},
    {.code = NGHTTP3_QPACK_DECODER_STREAM_ERROR,
     .name = "QPACK_DECODER_STREAM_ERROR",
     .is_ours = true},
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

void h3_errors_fault(struct fault *f, enum err kind, uint64_t wire,
                     const char *what)
{
    const struct code_info *info = find(wire);
    fault_set(f, kind, wire, "%s: %s (0x%" PRIx64 ")", what,
              info ? info->name : "unknown code", wire);
    f->wire_name = info ? info->name : NULL;
}

void h3_errors_reset(struct fault *f, uint64_t code, bool has_head)
{
    const struct code_info *info = find(code);
    if (has_head) {
        h3_errors_fault(f, ERR_PARTIAL, code,
                        "the server reset the stream in the body");
        return;
    }
    h3_errors_fault(f, info && info->is_ours ? ERR_H3 : ERR_RECV, code,
                    "the server reset the stream");
    if (info)
        f->remedy = info->stream;
}

void h3_errors_closed(struct fault *f, uint64_t code)
{
    const struct code_info *info = find(code);
    char number[32];
    (void)snprintf(number, sizeof number, "error 0x%" PRIx64, code);
    fault_set(f, code == NGHTTP3_H3_NO_ERROR ? ERR_NONE : ERR_H3, code,
              "the peer closed the connection: %s", info ? info->name : number);
    if (info == NULL)
        return;
    f->wire_name = info->name;
    f->remedy = info->conn;
}
