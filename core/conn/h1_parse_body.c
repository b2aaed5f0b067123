/*
 * What follows a head: a body by its length, in chunks with trailers, or to
 * the end of the connection.
 */
#include "conn/h1_parse_self.h"

/* A chunk's frame without extensions: line ends and size digits. */
#define CHUNK_FRAME 32

/* By llhttp. */
static bool take_request_trailers(struct h1_parse *p, struct span *input,
                                  size_t most)
{
    bool ok = false;
    p->extra += h1_parse_run(p, input, most, &ok);
    return ok;
}

static bool take_response_trailers(struct h1_parse *p, struct span *input,
                                   size_t most)
{
    size_t taken = 0;
    enum h1_section_result result = h1_parse_fields(p, input, most, &taken);
    p->extra += taken;
    p->is_done = result == H1_SECTION_END;
    return result != H1_SECTION_FAILED;
}

/* What was eaten since `from`, as it came. */
static enum h1_parse_event tell_raw(const struct span *input,
                                    const uint8_t *from, struct span *body)
{
    *body = span_of(from, (size_t)(input->base - from));
    return H1_PARSE_BODY;
}

enum h1_parse_event h1_parse_in_trailers(struct h1_parse *p, struct span *input,
                                         struct span *body)
{
    const uint8_t *from = input->base;
    size_t most = p->limits->head - p->extra;
    if (input->len == 0)
        return H1_PARSE_MORE;
    if (p->role == H1_PARSE_RESPONSES ? !take_response_trailers(p, input, most)
                                      : !take_request_trailers(p, input, most))
        return h1_parse_failed(p, *input);
    if (p->is_done && p->is_raw) {
        p->state = H1_PARSE_AT_END;
        return tell_raw(input, from, body);
    }
    if (p->is_done) {
        p->state = H1_PARSE_IDLE;
        return H1_PARSE_DONE;
    }
    if (p->extra < p->limits->head)
        return p->is_raw ? tell_raw(input, from, body) : H1_PARSE_MORE;
    h1_parse_fail(p, ERR_HEAD_TOO_LARGE, 431,
                  "the trailers are over their limit");
    return h1_parse_failed(p, *input);
}

/*
 * Up to the next line end of a chunk's frame: its size, or what ends its data.
 *
 * LF alone is such a line end too, in responses, and llhttp gets CR LF for it:
 * its own flag takes two LF for one.  Not behind an extension: there are
 * programs that read on to the next CR LF, and they would take for extension
 * what is body to others.
 */
static bool take_frame(struct h1_parse *p, struct span *input)
{
    const uint8_t *from = input->base;
    const uint8_t *end = memchr(from, '\n', input->len);
    size_t len = end ? (size_t)(end - from) : input->len;
    uint8_t last = len > 0 ? from[len - 1] : p->frame_last;
    struct span line_end = SPAN_LIT("\r\n");
    bool ok = true;
    p->has_extension = p->has_extension || memchr(from, ';', len);
    bool is_mended = end && last != '\r' && !p->has_extension &&
                     p->role == H1_PARSE_RESPONSES;
    if (end && !is_mended)
        len++;
    if (len > 0)
        p->extra += h1_parse_run(p, input, len, &ok);
    if (ok && is_mended) {
        h1_parse_skip(input, 1);
        p->extra++;
        h1_parse_run(p, &line_end, line_end.len, &ok);
    }
    p->frame_last = end ? 0 : last;
    p->has_extension = p->has_extension && !end;
    return ok;
}

/* False: it is refused. */
static bool take_of_chunk(struct h1_parse *p, struct span *input)
{
    bool ok = true;
    p->body.len = 0;
    if (p->chunk_left > 0)
        h1_parse_run(p, input, SIZE_MAX, &ok);
    else
        ok = take_frame(p, input);
    if (p->body.len > 0)
        p->extra = 0;
    if (!ok || p->extra <= p->limits->chunk_extra + CHUNK_FRAME)
        return ok;
    h1_parse_fail(p, ERR_HEAD_TOO_LARGE, 431,
                  "a chunk extension is over its limit");
    return false;
}

enum h1_parse_event h1_parse_in_chunks(struct h1_parse *p, struct span *input,
                                       struct span *body)
{
    while (input->len > 0 && p->state == H1_PARSE_IN_CHUNKS) {
        const uint8_t *from = input->base;
        if (!take_of_chunk(p, input))
            return h1_parse_failed(p, *input);
        if (p->state != H1_PARSE_IN_CHUNKS) {
            p->extra = 0;
            h1_section_begin(&p->section, &p->trailers, p->limits->fields,
                             true);
        }
        if (p->is_raw)
            return tell_raw(input, from, body);
        if (p->body.len > 0) {
            *body = p->body;
            return H1_PARSE_BODY;
        }
    }
    return p->state == H1_PARSE_IN_CHUNKS
               ? H1_PARSE_MORE
               : h1_parse_in_trailers(p, input, body);
}

/* Up to `most` bytes are body. */
static enum h1_parse_event take_body(struct span *input, uint64_t most,
                                     struct span *body)
{
    if (input->len == 0)
        return H1_PARSE_MORE;
    size_t n = input->len < most ? input->len : (size_t)most;
    *body = span_of(input->base, n);
    h1_parse_skip(input, n);
    return H1_PARSE_BODY;
}

enum h1_parse_event h1_parse_in_length(struct h1_parse *p, struct span *input,
                                       struct span *body)
{
    enum h1_parse_event event = take_body(input, p->left, body);
    if (event == H1_PARSE_BODY) {
        p->left -= body->len;
        if (p->left == 0)
            p->state = H1_PARSE_AT_END;
    }
    return event;
}

enum h1_parse_event h1_parse_in_close(struct span *input, struct span *body)
{
    return take_body(input, UINT64_MAX, body);
}
