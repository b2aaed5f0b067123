#include "conn/h2_errors.h"

#include <nghttp2/nghttp2.h>

#include "base/fault.h"

const char *h2_errors_name(uint32_t code)
{
    return code <= NGHTTP2_HTTP_1_1_REQUIRED ? nghttp2_http2_strerror(code)
                                             : "unknown error";
}

void h2_errors_reset(struct fault *f, uint32_t code, bool has_head)
{
    if (has_head && code != NGHTTP2_HTTP_1_1_REQUIRED)
        fault_set(f, ERR_PARTIAL, code, "stream reset by the peer (%s)",
                  h2_errors_name(code));
    else
        fault_set(f, ERR_H2_STREAM, code, "stream reset by the peer (%s)",
                  h2_errors_name(code));
}

void h2_errors_goaway(struct fault *f, uint32_t code, struct span debug)
{
    if (debug.len > 80)
        debug.len = 80;
    const char *colon = debug.len > 0 ? ": " : "";
    fault_set(f, ERR_H2_FRAMING, code, "the peer said goodbye (%s)%s%.*s",
              h2_errors_name(code), colon, SPAN_ARG(debug));
    if (code == NGHTTP2_NO_ERROR)
        f->code = ERR_NONE;
}

void h2_errors_violation(struct fault *f, uint32_t code, struct span reason)
{
    const char *colon = reason.len > 0 ? ": " : "";
    fault_set(f, ERR_H2_FRAMING, code, "%s%s%.*s", h2_errors_name(code), colon,
              SPAN_ARG(reason));
}

uint32_t h2_errors_library(struct fault *f, int error)
{
    uint32_t code = NGHTTP2_INTERNAL_ERROR;
    switch (error) {
    case NGHTTP2_ERR_FLOODED:
    case NGHTTP2_ERR_TOO_MANY_SETTINGS:
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS:
        code = NGHTTP2_ENHANCE_YOUR_CALM;
        break;
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
        code = NGHTTP2_PROTOCOL_ERROR;
        break;
    default:
        break;
    }
    h2_errors_violation(f, code, span_str(nghttp2_strerror(error)));
    return code;
}
