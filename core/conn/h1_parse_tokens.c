/*
 * What llhttp tells while it eats: the tokens of a start line, a request's
 * fields, the end of a head, and the frames of a chunked body.
 *
 * A callback that returns HPE_PAUSED makes an event of it (h1_parse.c).
 */
#include <assert.h>

#include "base/fault.h"
#include "base/list.h"
#include "conn/h1_parse_self.h"

static struct h1_parse *owner(llhttp_t *llhttp)
{
    return container_of(llhttp, struct h1_parse, llhttp);
}

void h1_parse_fail(struct h1_parse *p, enum err code, int answer,
                   const char *text)
{
    fault_set(&p->fault, code, 0, "%s", text);
    p->answer = answer;
}

/* From a callback: p->fault is set. */
static int abort_parsing(struct h1_parse *p, int answer, const char *text)
{
    h1_parse_fail(p, ERR_WEIRD_REPLY, answer, text);
    return HPE_USER;
}

static struct span take_line(struct h1_parse *p)
{
    struct span copy = arena_copy(p->arena, str_span(&p->line));
    str_clear(&p->line);
    return copy;
}

static int on_text(llhttp_t *llhttp, const char *at, size_t len)
{
    str_add(&owner(llhttp)->line, span_of(at, len));
    return 0;
}

static int on_protocol_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    bool is_http = span_equal(str_span(&p->line), SPAN_LIT("HTTP"));
    str_clear(&p->line);
    return is_http ? 0 : abort_parsing(p, 400, "not HTTP");
}

static int on_method_end(llhttp_t *llhttp)
{
    owner(llhttp)->method = take_line(owner(llhttp));
    return 0;
}

static int on_target_end(llhttp_t *llhttp)
{
    owner(llhttp)->target = take_line(owner(llhttp));
    return 0;
}

static int on_version_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    str_clear(&p->line);
    if (llhttp->http_major != 1 || llhttp->http_minor > 1)
        return abort_parsing(p, 505, "HTTP version not supported");
    p->version = llhttp->http_minor ? HTTP_VERSION_1_1 : HTTP_VERSION_1_0;
    return 0;
}

/* Nobody needs the reason (RFC 9112 4: a client should ignore it), so control
 * bytes in it do no harm; NUL is refused wherever it stands. */
static int on_reason_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    struct span reason = span_trim(str_span(&p->line));
    if (reason.len > 0 && memchr(reason.base, '\0', reason.len))
        return abort_parsing(p, 400, "NUL in the status line");
    p->reason = arena_copy(p->arena, reason);
    str_clear(&p->line);
    return 0;
}

/* Fields come here of requests only. */
static int on_field_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    llhttp->header_state = 0; /* see the top of h1_parse.c */
    p->name_len = p->line.len;
    if (!fields_is_name(str_span(&p->line)))
        return abort_parsing(p, 400, "bad header name");
    return 0;
}

static int on_value_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    bool is_trailer = p->state == H1_PARSE_IN_TRAILERS;
    struct fields *to = is_trailer ? &p->trailers : &p->fields;
    struct span name = span_of(p->line.base, p->name_len);
    struct span value = span_trim(
        span_of(p->line.base + p->name_len, p->line.len - p->name_len));
    if (!fields_is_value(value))
        return abort_parsing(p, 400, "control byte in a header value");
    if (to->len >= p->limits->fields) {
        h1_parse_fail(p, ERR_HEAD_TOO_LARGE, 431, "too many header fields");
        return HPE_USER;
    }
    if (!is_trailer || message_may_trail(name))
        fields_add(to, name, value);
    str_clear(&p->line);
    p->name_len = 0;
    return 0;
}

/* HTTP/0.9 has no version for on_version_end() to refuse. */
static bool check_start_line(struct h1_parse *p)
{
    if (p->version == HTTP_VERSION_NONE) {
        h1_parse_fail(p, ERR_WEIRD_REPLY, 505, "HTTP version not supported");
        return false;
    }
    if (p->role == H1_PARSE_RESPONSES && p->llhttp.status_code < 100) {
        h1_parse_fail(p, ERR_WEIRD_REPLY, 400, "bad status");
        return false;
    }
    return true;
}

static bool decide_framing(struct h1_parse *p)
{
    if (p->role == H1_PARSE_REQUESTS) {
        if (h1_framing_request(&p->framing, p->version, &p->fields, &p->fault))
            return true;
        p->answer = 400;
        return false;
    }
    p->status = p->llhttp.status_code;
    if (p->status == 101 && !p->may_upgrade) {
        h1_parse_fail(p, ERR_WEIRD_REPLY, 400,
                      "101 without having asked for it");
        return false;
    }
    p->is_tunnel =
        p->status == 101 || (span_equal(p->method, SPAN_LIT("CONNECT")) &&
                             p->status >= 200 && p->status < 300);
    const struct h1_framing_asked asked = {
        .method = p->method,
        .takes_coding = p->takes_coding || p->is_raw,
        .ignores_length = p->ignores_length,
    };
    return h1_framing_response(&p->framing, &asked, p->status, p->version,
                               &p->fields, &p->fault);
}

static int on_head_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    if (!check_start_line(p) || !decide_framing(p))
        return HPE_USER;
    p->has_head = true;
    /* Only a chunked body is left to llhttp. */
    llhttp->flags = F_CHUNKED | F_TRANSFER_ENCODING;
    llhttp->upgrade = 0;
    llhttp_set_lenient_optional_cr_before_lf(llhttp, 0);
    return HPE_PAUSED;
}

static int on_chunk_text(llhttp_t *llhttp, const char *at, size_t len)
{
    (void)llhttp;
    (void)at;
    (void)len;
    return 0;
}

static int on_chunk_header(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    p->chunk_left = llhttp->content_length;
    if (p->chunk_left > 0)
        return 0;
    p->state = H1_PARSE_IN_TRAILERS;
    /* The trailers of a response are not for llhttp. */
    return p->role == H1_PARSE_RESPONSES ? HPE_PAUSED : 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    struct h1_parse *p = owner(llhttp);
    p->body = span_of(at, len);
    p->chunk_left -= len;
    return HPE_PAUSED;
}

static int on_message_end(llhttp_t *llhttp)
{
    owner(llhttp)->is_done = true;
    return HPE_PAUSED;
}

const llhttp_settings_t h1_parse_callbacks = {
    .on_protocol = on_text,
    .on_protocol_complete = on_protocol_end,
    .on_method = on_text,
    .on_method_complete = on_method_end,
    .on_url = on_text,
    .on_url_complete = on_target_end,
    .on_version = on_text,
    .on_version_complete = on_version_end,
    .on_status = on_text,
    .on_status_complete = on_reason_end,
    .on_header_field = on_text,
    .on_header_field_complete = on_field_end,
    .on_header_value = on_text,
    .on_header_value_complete = on_value_end,
    .on_headers_complete = on_head_end,
    .on_chunk_extension_name = on_chunk_text,
    .on_chunk_extension_value = on_chunk_text,
    .on_chunk_header = on_chunk_header,
    .on_body = on_body,
    .on_message_complete = on_message_end,
};
