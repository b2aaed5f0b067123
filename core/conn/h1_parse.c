/*
 * llhttp is used as what it is best at, a fast and well-tried tokenizer: of
 * requests, of status lines and of chunked bodies, in its strict mode but for
 * two flags in responses (begin_head()).  What follows from a head is decided
 * here: llhttp has no limits, lets an empty name, HTTP/2.0 or a Content-Length
 * over 2^63 pass, and refuses two equal Content-Lengths.  So
 *
 *  - every header is "general" to it (on_field_end() clears header_state), and
 *    conn/h1_framing.h reads the framing fields out of the finished head;
 *  - the fields of a response never pass through it: conn/h1_section.h reads
 *    them as servers write them, and llhttp gets the empty line alone;
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
#include "conn/h1_parse_self.h"
#include "conn/h1_stranger.h"

/* How many bytes of a bad line are shown. */
#define SHOWN 40

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
    h1_section_init(&p->section);
}

void h1_parse_fini(struct h1_parse *p)
{
    str_fini(&p->raw);
    str_fini(&p->line);
    h1_section_fini(&p->section);
}

/* A head, final or interim. */
static void begin_head(struct h1_parse *p)
{
    llhttp_init(&p->llhttp,
                p->role == H1_PARSE_REQUESTS ? HTTP_REQUEST : HTTP_RESPONSE,
                &h1_parse_callbacks);
    /* Old servers pad the size of a chunk with blanks, and devices end lines
     * with LF alone: that flag is for the status line, take_frame() does it
     * for chunks. */
    if (p->role == H1_PARSE_RESPONSES) {
        llhttp_set_lenient_spaces_after_chunk_size(&p->llhttp, 1);
        llhttp_set_lenient_optional_cr_before_lf(&p->llhttp, 1);
    }
    p->state = H1_PARSE_IN_HEAD;
    p->version = HTTP_VERSION_NONE;
    p->status = 0;
    p->reason = SPAN_LIT("");
    p->head_len = 0;
    p->has_start = false;
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
    p->is_raw = p->takes_coding = p->ignores_length = false;
    p->is_tunnel = false;
    p->interim = 0;
    p->head_total = 0;
    p->extra = 0;
    p->chunk_left = 0;
    p->frame_last = 0;
    p->has_extension = false;
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
enum h1_parse_event h1_parse_failed(struct h1_parse *p, struct span rest)
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

void h1_parse_skip(struct span *input, size_t n)
{
    *input = span_of(input->base + n, input->len - n);
}

size_t h1_parse_run(struct h1_parse *p, struct span *input, size_t most,
                    bool *ok)
{
    size_t len = input->len < most ? input->len : most;
    const char *data = (const char *)input->base;
    llhttp_errno_t error = llhttp_execute(&p->llhttp, data, len);
    size_t taken = len;
    if (error != HPE_OK)
        taken = (size_t)(llhttp_get_error_pos(&p->llhttp) - data);
    *ok = error == HPE_OK || error == HPE_PAUSED;
    h1_parse_skip(input, taken);
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
    p->state = H1_PARSE_IN_HEAD; /* the next call begins another one */
    if (++p->interim > p->limits->interim) {
        h1_parse_fail(p, ERR_HEAD_TOO_LARGE, 400, "too many interim responses");
        p->state = H1_PARSE_IDLE;
        return H1_PARSE_FAILED;
    }
    return H1_PARSE_HEAD;
}

/* `taken` bytes at `from` were of the head. */
static void count_head(struct h1_parse *p, const uint8_t *from, size_t taken)
{
    p->head_len += taken;
    p->head_total += taken;
    if (p->keep_raw)
        str_add(&p->raw, span_of(from, taken));
}

/* The input is used up, or the limit is. */
static enum h1_parse_event head_goes_on(struct h1_parse *p, struct span rest)
{
    if (p->head_total < p->limits->head)
        return H1_PARSE_MORE;
    h1_parse_fail(p, ERR_HEAD_TOO_LARGE, p->target.len == 0 ? 414 : 431,
                  "the head is over its limit");
    return h1_parse_failed(p, rest);
}

static enum h1_parse_event next_in_request_head(struct h1_parse *p,
                                                struct span *input)
{
    bool ok = false;
    const uint8_t *from = input->base;
    count_head(p, from,
               h1_parse_run(p, input, p->limits->head - p->head_total, &ok));
    if (!ok)
        return h1_parse_failed(p, *input);
    return p->has_head ? finish_head(p) : head_goes_on(p, *input);
}

/* One line, or what there is of it.  Empty ones may stand in front. */
static bool take_status_line(struct h1_parse *p, struct span *input)
{
    const uint8_t *from = input->base;
    const uint8_t *end = memchr(from, '\n', input->len);
    size_t len = end ? (size_t)(end - from) + 1 : input->len;
    size_t left = p->limits->head - p->head_total;
    bool ok = false;
    for (size_t i = 0; i < len && !p->has_start; i++)
        p->has_start = from[i] != '\r' && from[i] != '\n';
    count_head(p, from, h1_parse_run(p, input, len < left ? len : left, &ok));
    if (ok && end && len <= left && p->has_start) {
        p->state = H1_PARSE_IN_FIELDS;
        h1_section_begin(&p->section, &p->fields, p->limits->fields, false);
    }
    return ok;
}

enum h1_section_result h1_parse_fields(struct h1_parse *p, struct span *input,
                                       size_t most, size_t *taken)
{
    size_t len = input->len < most ? input->len : most;
    struct span piece = span_of(input->base, len);
    enum h1_section_result result =
        h1_section_take(&p->section, &piece, &p->fault);
    *taken = len - piece.len;
    h1_parse_skip(input, *taken);
    return result;
}

static enum h1_parse_event next_in_fields(struct h1_parse *p,
                                          struct span *input)
{
    struct span empty_line = SPAN_LIT("\r\n");
    const uint8_t *from = input->base;
    size_t taken = 0;
    bool ok = false;
    enum h1_section_result result =
        h1_parse_fields(p, input, p->limits->head - p->head_total, &taken);
    count_head(p, from, taken);
    switch (result) {
    case H1_SECTION_MORE:
        return head_goes_on(p, *input);
    case H1_SECTION_FAILED:
        return h1_parse_failed(p, *input);
    case H1_SECTION_END:
        break;
    }
    h1_parse_run(p, &empty_line, SIZE_MAX, &ok);
    return ok ? finish_head(p) : h1_parse_failed(p, *input);
}

static enum h1_parse_event next_in_head(struct h1_parse *p, struct span *input)
{
    if (p->has_head)
        begin_head(p); /* after an interim one */
    if (input->len == 0)
        return H1_PARSE_MORE;
    if (p->role == H1_PARSE_REQUESTS)
        return next_in_request_head(p, input);
    bool is_beginning = p->head_total == 0 && p->interim == 0;
    const struct span first = *input;
    while (p->state == H1_PARSE_IN_HEAD && input->len > 0 &&
           p->head_total < p->limits->head)
        if (!take_status_line(p, input)) {
            if (is_beginning && p->fault.code == ERR_NONE)
                (void)h1_stranger_find(first, &p->fault);
            return h1_parse_failed(p, *input);
        }
    if (p->state == H1_PARSE_IN_FIELDS && p->head_total < p->limits->head)
        return next_in_fields(p, input);
    return head_goes_on(p, *input);
}

enum h1_parse_event h1_parse_next(struct h1_parse *p, struct span *input,
                                  struct span *body)
{
    switch (p->state) {
    case H1_PARSE_IN_HEAD:
        return next_in_head(p, input);
    case H1_PARSE_IN_FIELDS:
        return next_in_fields(p, input);
    case H1_PARSE_IN_LENGTH:
        return h1_parse_in_length(p, input, body);
    case H1_PARSE_IN_CHUNKS:
        return h1_parse_in_chunks(p, input, body);
    case H1_PARSE_IN_TRAILERS:
        return h1_parse_in_trailers(p, input, body);
    case H1_PARSE_IN_CLOSE:
        return h1_parse_in_close(input, body);
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
    case H1_PARSE_IN_FIELDS:
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
