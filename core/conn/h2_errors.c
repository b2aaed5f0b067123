#include "conn/h2_errors.h"

#include <stdio.h>

#include <nghttp2/nghttp2.h>

#include "base/fault.h"

struct code_info {
    const char *name;
    enum remedy stream; /* of a request whose stream was reset with it, */
    enum remedy conn;   /* whose connection was ended with it */
};

static const struct code_info codes[] = {
    [NGHTTP2_NO_ERROR] = {.name = "NO_ERROR"},
    [NGHTTP2_PROTOCOL_ERROR] = {.name = "PROTOCOL_ERROR"},
    [NGHTTP2_INTERNAL_ERROR] = {.name = "INTERNAL_ERROR"},
    [NGHTTP2_FLOW_CONTROL_ERROR] = {.name = "FLOW_CONTROL_ERROR"},
    [NGHTTP2_SETTINGS_TIMEOUT] = {.name = "SETTINGS_TIMEOUT"},
    [NGHTTP2_STREAM_CLOSED] = {.name = "STREAM_CLOSED"},
    [NGHTTP2_FRAME_SIZE_ERROR] = {.name = "FRAME_SIZE_ERROR"},
    [NGHTTP2_REFUSED_STREAM] = {.name = "REFUSED_STREAM",
                                .stream = REMEDY_RESEND},
    [NGHTTP2_CANCEL] = {.name = "CANCEL"},
    [NGHTTP2_COMPRESSION_ERROR] = {.name = "COMPRESSION_ERROR"},
    [NGHTTP2_CONNECT_ERROR] = {.name = "CONNECT_ERROR"},
    [NGHTTP2_ENHANCE_YOUR_CALM] = {.name = "ENHANCE_YOUR_CALM"},
    [NGHTTP2_INADEQUATE_SECURITY] = {.name = "INADEQUATE_SECURITY"},
    [NGHTTP2_HTTP_1_1_REQUIRED] = {.name = "HTTP_1_1_REQUIRED",
                                   .stream = REMEDY_HTTP_1_1,
                                   .conn = REMEDY_HTTP_1_1},
};

static const struct code_info *find(uint32_t code)
{
    static const struct code_info unknown = {.name = "unknown error"};
    return code < sizeof codes / sizeof *codes ? &codes[code] : &unknown;
}

/* "PROTOCOL_ERROR"; "unknown error" for codes that no RFC knows. */
static const char *name_of(uint32_t code)
{
    return find(code)->name;
}

/* The same for people, who may know what a number means. */
static const char *told(uint32_t code, char text[32])
{
    if (code < sizeof codes / sizeof *codes)
        return name_of(code);
    (void)snprintf(text, 32, "unknown error 0x%x", code);
    return text;
}

void h2_errors_reset(struct fault *f, uint32_t code, bool has_head)
{
    const struct code_info *info = find(code);
    bool is_partial = has_head && info->stream != REMEDY_HTTP_1_1;
    char text[32];
    fault_set(f, is_partial ? ERR_PARTIAL : ERR_H2_STREAM, code,
              "stream reset by the peer (%s)", told(code, text));
    f->wire_name = info->name;
    if (!is_partial)
        f->remedy = info->stream;
}

void h2_errors_goaway(struct fault *f, uint32_t code, struct span debug)
{
    if (debug.len > 80)
        debug.len = 80;
    const char *colon = debug.len > 0 ? ": " : "";
    char text[32];
    fault_set(f, ERR_H2_FRAMING, code, "the peer said goodbye (%s)%s%.*s",
              told(code, text), colon, SPAN_ARG(debug));
    f->wire_name = name_of(code);
    f->remedy = find(code)->conn;
    if (code == NGHTTP2_NO_ERROR)
        f->code = ERR_NONE;
}

void h2_errors_violation(struct fault *f, uint32_t code, struct span reason)
{
    const char *colon = reason.len > 0 ? ": " : "";
    fault_set(f, ERR_H2_FRAMING, code, "%s%s%.*s", name_of(code), colon,
              SPAN_ARG(reason));
    f->wire_name = name_of(code);
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
