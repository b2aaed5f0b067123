/*
 * llhttp is used as what it is best at, a fast and well-tried tokenizer of
 * heads and of chunked bodies, in its strict mode.  What follows from a head
 * is decided here: llhttp has no limits, lets an empty name, HTTP/2.0 or a
 * Content-Length over 2^63 pass, and refuses two equal Content-Lengths.  So
 *
 *  - every header is "general" to it (on_field_end() clears header_state), and
 *    conn/h1_framing.h reads the framing fields out of the finished head;
 *  - it is paused at the end of the head, after each piece of a body and at
 *    the end of the message: each pause is an event for the caller, and
 *    error_pos says how far it came;
 *  - bodies by length and to the end of the connection never pass through it.
 *
 * llhttp's struct is open to its users in C and the library is pinned; the
 * tests of this file fail if a later one changes what is relied upon.
 */
#include "conn/h1_parse.h"

#include <assert.h>

#include "base/fault.h"
#include "base/list.h"

/* A chunk's frame without extensions: line ends and size digits. */
#define CHUNK_FRAME 32

/* How many bytes of a bad line are shown. */
#define SHOWN 40

static struct h1_parse *owner(llhttp_t *llhttp)
{
    return container_of(llhttp, struct h1_parse, llhttp);
}

static void fail(struct h1_parse *p, enum err code, int answer,
                 const char *text)
{
    fault_set(&p->fault, code, 0, "%s", text);
    p->answer = answer;
}

/* From a callback: p->fault is set. */
static int abort_parsing(struct h1_parse *p, int answer, const char *text)
{
    fail(p, ERR_WEIRD_REPLY, answer, text);
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

static int on_reason_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    struct span reason = span_trim(str_span(&p->line));
    if (!fields_is_value(reason))
        return abort_parsing(p, 400, "control byte in the status line");
    p->reason = arena_copy(p->arena, reason);
    str_clear(&p->line);
    return 0;
}

static int on_field_end(llhttp_t *llhttp)
{
    struct h1_parse *p = owner(llhttp);
    llhttp->header_state = 0; /* see the top of this file */
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
        fail(p, ERR_HEAD_TOO_LARGE, 431, "too many header fields");
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
        fail(p, ERR_WEIRD_REPLY, 505, "HTTP version not supported");
        return false;
    }
    if (p->role == H1_PARSE_RESPONSES && p->llhttp.status_code < 100) {
        fail(p, ERR_WEIRD_REPLY, 400, "bad status");
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
        fail(p, ERR_WEIRD_REPLY, 400, "101 without having asked for it");
        return false;
    }
    p->is_tunnel =
        p->status == 101 || (span_equal(p->method, SPAN_LIT("CONNECT")) &&
                             p->status >= 200 && p->status < 300);
    return h1_framing_response(&p->framing, p->method, p->status, p->version,
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
    if (llhttp->content_length == 0)
        owner(llhttp)->state = H1_PARSE_IN_TRAILERS;
    return 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    owner(llhttp)->body = span_of(at, len);
    return HPE_PAUSED;
}

static int on_message_end(llhttp_t *llhttp)
{
    owner(llhttp)->is_done = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t callbacks = {
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

void h1_parse_init(struct h1_parse *p, enum h1_parse_role role,
                   const struct settings_limits *limits)
{
    *p = (struct h1_parse){
        .role = role,
        .limits = limits,
        .state = H1_PARSE_IDLE,
    };
    str_init(&p->raw);
    str_init(&p->line);
}

void h1_parse_fini(struct h1_parse *p)
{
    str_fini(&p->raw);
    str_fini(&p->line);
}

/* A head, final or interim. */
static void begin_head(struct h1_parse *p)
{
    llhttp_init(&p->llhttp,
                p->role == H1_PARSE_REQUESTS ? HTTP_REQUEST : HTTP_RESPONSE,
                &callbacks);
    /* Old servers pad the size of a chunk with blanks. */
    if (p->role == H1_PARSE_RESPONSES)
        llhttp_set_lenient_spaces_after_chunk_size(&p->llhttp, 1);
    p->state = H1_PARSE_IN_HEAD;
    p->version = HTTP_VERSION_NONE;
    p->status = 0;
    p->reason = SPAN_LIT("");
    p->head_len = 0;
    p->has_head = false;
    p->is_done = false;
    p->name_len = 0;
    fields_init(&p->fields, p->arena);
    str_clear(&p->line);
    str_clear(&p->raw);
}

void h1_parse_begin(struct h1_parse *p, struct arena *arena, struct span method,
                    bool may_upgrade)
{
    p->arena = arena;
    p->method = method;
    p->target = SPAN_LIT("");
    p->may_upgrade = may_upgrade;
    p->is_tunnel = false;
    p->interim = 0;
    p->head_total = 0;
    p->extra = 0;
    p->fault.code = ERR_NONE;
    fields_init(&p->trailers, arena);
    begin_head(p);
}

static int answer_to(enum llhttp_errno error)
{
    switch ((int)error) {
    case HPE_INVALID_METHOD:
        return 501;
    case HPE_INVALID_VERSION:
        return 505;
    default:
        return 400;
    }
}

/* llhttp's own complaint, unless a callback made a better one. */
static enum h1_parse_event failed(struct h1_parse *p, struct span rest)
{
    if (p->fault.code == ERR_NONE) {
        enum llhttp_errno error = llhttp_get_errno(&p->llhttp);
        const char *reason = llhttp_get_error_reason(&p->llhttp);
        fault_set(&p->fault, ERR_WEIRD_REPLY, 0, "%s near \"%.*s\"",
                  reason ? reason : llhttp_errno_name(error),
                  (int)(rest.len < SHOWN ? rest.len : SHOWN),
                  (const char *)rest.base);
        p->answer = answer_to(error);
    }
    p->state = H1_PARSE_IDLE;
    return H1_PARSE_FAILED;
}

static void skip(struct span *input, size_t n)
{
    *input = span_of(input->base + n, input->len - n);
}

/* Runs llhttp over at most `most` bytes; returns how many it took.  *ok is
 * false when it, or a callback, refused them. */
static size_t run(struct h1_parse *p, struct span *input, size_t most, bool *ok)
{
    size_t len = input->len < most ? input->len : most;
    const char *data = (const char *)input->base;
    llhttp_errno_t error = llhttp_execute(&p->llhttp, data, len);
    size_t taken = len;
    if (error != HPE_OK)
        taken = (size_t)(llhttp_get_error_pos(&p->llhttp) - data);
    *ok = error == HPE_OK || error == HPE_PAUSED;
    skip(input, taken);
    if (error == HPE_PAUSED)
        llhttp_resume(&p->llhttp);
    return taken;
}

static enum h1_parse_state state_after_head(const struct h1_parse *p)
{
    if (p->is_tunnel)
        return H1_PARSE_IN_CLOSE;
    switch (p->framing.kind) {
    case H1_FRAMING_NONE:
        return H1_PARSE_AT_END;
    case H1_FRAMING_LENGTH:
        return H1_PARSE_IN_LENGTH;
    case H1_FRAMING_CHUNKED:
        return H1_PARSE_IN_CHUNKS;
    case H1_FRAMING_CLOSE:
        return H1_PARSE_IN_CLOSE;
    }
    return H1_PARSE_AT_END;
}

static bool is_interim(const struct h1_parse *p)
{
    return p->role == H1_PARSE_RESPONSES && p->status < 200 && p->status != 101;
}

static enum h1_parse_event finish_head(struct h1_parse *p)
{
    p->left = p->framing.len;
    if (!is_interim(p)) {
        p->state = state_after_head(p);
        return H1_PARSE_HEAD;
    }
    /* The next call begins another head. */
    if (++p->interim > p->limits->interim) {
        fail(p, ERR_HEAD_TOO_LARGE, 400, "too many interim responses");
        p->state = H1_PARSE_IDLE;
        return H1_PARSE_FAILED;
    }
    return H1_PARSE_HEAD;
}

static enum h1_parse_event next_in_head(struct h1_parse *p, struct span *input)
{
    if (p->has_head)
        begin_head(p); /* after an interim one */
    if (input->len == 0)
        return H1_PARSE_MORE;
    bool ok = false;
    const uint8_t *from = input->base;
    size_t taken = run(p, input, p->limits->head - p->head_total, &ok);
    p->head_len += taken;
    p->head_total += taken;
    if (p->keep_raw)
        str_add(&p->raw, span_of(from, taken));
    if (!ok)
        return failed(p, *input);
    if (p->has_head)
        return finish_head(p);
    if (p->head_total < p->limits->head)
        return H1_PARSE_MORE;
    fail(p, ERR_HEAD_TOO_LARGE, p->target.len == 0 ? 414 : 431,
         "the head is over its limit");
    return failed(p, *input);
}

static enum h1_parse_event next_in_chunks(struct h1_parse *p,
                                          struct span *input, struct span *body)
{
    if (input->len == 0)
        return H1_PARSE_MORE;
    bool ok = false;
    p->body.len = 0;
    size_t taken = run(p, input, SIZE_MAX, &ok);
    if (!ok)
        return failed(p, *input);
    p->extra += taken - p->body.len;
    bool in_trailers = p->state == H1_PARSE_IN_TRAILERS;
    size_t limit =
        in_trailers ? p->limits->head : p->limits->chunk_extra + CHUNK_FRAME;
    if (p->extra > limit) {
        fail(p, ERR_HEAD_TOO_LARGE, 431,
             in_trailers ? "the trailers are over their limit"
                         : "a chunk extension is over its limit");
        return failed(p, *input);
    }
    if (p->body.len > 0) {
        *body = p->body;
        p->extra = 0;
        return H1_PARSE_BODY;
    }
    if (!p->is_done)
        return H1_PARSE_MORE;
    p->state = H1_PARSE_IDLE;
    return H1_PARSE_DONE;
}

/* Up to `most` bytes are body. */
static enum h1_parse_event take_body(struct span *input, uint64_t most,
                                     struct span *body)
{
    if (input->len == 0)
        return H1_PARSE_MORE;
    size_t n = input->len < most ? input->len : (size_t)most;
    *body = span_of(input->base, n);
    skip(input, n);
    return H1_PARSE_BODY;
}

static enum h1_parse_event next_in_length(struct h1_parse *p,
                                          struct span *input, struct span *body)
{
    enum h1_parse_event event = take_body(input, p->left, body);
    if (event == H1_PARSE_BODY) {
        p->left -= body->len;
        if (p->left == 0)
            p->state = H1_PARSE_AT_END;
    }
    return event;
}

enum h1_parse_event h1_parse_next(struct h1_parse *p, struct span *input,
                                  struct span *body)
{
    switch (p->state) {
    case H1_PARSE_IN_HEAD:
        return next_in_head(p, input);
    case H1_PARSE_IN_LENGTH:
        return next_in_length(p, input, body);
    case H1_PARSE_IN_CHUNKS:
    case H1_PARSE_IN_TRAILERS:
        return next_in_chunks(p, input, body);
    case H1_PARSE_IN_CLOSE:
        return take_body(input, UINT64_MAX, body);
    case H1_PARSE_AT_END:
        p->state = H1_PARSE_IDLE;
        return H1_PARSE_DONE;
    case H1_PARSE_IDLE:
        break;
    }
    assert(p->state == H1_PARSE_IDLE);
    return H1_PARSE_MORE;
}

bool h1_parse_eof(struct h1_parse *p)
{
    switch (p->state) {
    case H1_PARSE_IN_CLOSE:
    case H1_PARSE_AT_END:
        p->state = H1_PARSE_IDLE;
        return true;
    case H1_PARSE_IN_HEAD:
        if (p->head_len == 0 || p->has_head)
            fault_set(&p->fault, ERR_EMPTY_REPLY, 0, "connection closed %s",
                      p->interim > 0 ? "after an interim response only"
                                     : "without an answer");
        else
            fault_set(&p->fault, ERR_PARTIAL, 0,
                      "connection closed within the head");
        return false;
    case H1_PARSE_IN_LENGTH:
        fault_set(&p->fault, ERR_PARTIAL, 0,
                  "connection closed with %llu of %llu bytes left",
                  (unsigned long long)p->left,
                  (unsigned long long)p->framing.len);
        return false;
    case H1_PARSE_IN_CHUNKS:
    case H1_PARSE_IN_TRAILERS:
        fault_set(&p->fault, ERR_PARTIAL, 0,
                  "connection closed within a chunked body");
        return false;
    case H1_PARSE_IDLE:
        break;
    }
    return true;
}
