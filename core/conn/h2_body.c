#include "conn/h2_body.h"

#include <string.h>

#include "base/fault.h"
#include "conn/h2_session_self.h"

/* A DATA frame smaller than this goes to a fresh chunk of the output. */
#define PIECE_MIN 1024

static nghttp2_ssize fail(struct h2_stream *st, const struct fault *why)
{
    bool is_server = st->session->role->is_server;
    h2_stream_fail(st, is_server ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_CANCEL,
                   why);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static nghttp2_ssize end(struct h2_stream *st, size_t got, uint32_t *flags)
{
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (st->out_trailers && st->out_trailers->len > 0) {
        struct h2_fields_out out;
        h2_fields_trailers(&out, st->arena, st->out_trailers);
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        (void)nghttp2_submit_trailer(st->session->ng, st->id, out.items,
                                     out.len);
    }
    return (nghttp2_ssize)got;
}

static nghttp2_ssize took(struct h2_stream *st, size_t got, uint32_t *flags)
{
    if (st->body_left < 0)
        return (nghttp2_ssize)got;
    st->body_left -= (int64_t)got;
    return st->body_left == 0 ? end(st, got, flags) : (nghttp2_ssize)got;
}

/* The source has no more. */
static nghttp2_ssize ended(struct h2_stream *st, uint32_t *flags)
{
    if (st->body_left <= 0)
        return end(st, 0, flags);
    struct fault why;
    fault_set(&why, ERR_READ, 0, "the body ended %lld bytes early",
              (long long)st->body_left);
    return fail(st, &why);
}

nghttp2_ssize h2_body_pull(struct h2_stream *st, size_t cap, uint32_t *flags)
{
    struct h2_session *s = st->session;
    if (st->holds_body) {
        st->is_deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    size_t room = 0;
    uint8_t *to = buf_reserve(&s->out, H2_BODY_FRAME_HEAD + PIECE_MIN, &room);
    to += H2_BODY_FRAME_HEAD;
    room -= H2_BODY_FRAME_HEAD;
    cap = room < cap ? room : cap;
    if (st->body_left >= 0 && (uint64_t)st->body_left < cap)
        cap = (size_t)st->body_left;
    if (cap == 0)
        return ended(st, flags);

    size_t got = 0;
    s->current = st;
    enum io result = st->body->read(st->body, to, cap, &got);
    if (s->current != st)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    s->current = NULL;
    if (result == IO_OK)
        return took(st, got, flags);
    if (result == IO_EOF)
        return ended(st, flags);
    if (result == IO_AGAIN) {
        st->is_deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    return fail(st, &st->body->fault);
}

void h2_body_frame(struct h2_session *s, const uint8_t *head, size_t len)
{
    size_t room = 0;
    /* The same place again: nothing was committed since. */
    uint8_t *at = buf_reserve(&s->out, H2_BODY_FRAME_HEAD + len, &room);
    memcpy(at, head, H2_BODY_FRAME_HEAD);
    buf_commit(&s->out, H2_BODY_FRAME_HEAD + len);
    s->out_total += H2_BODY_FRAME_HEAD + len;
}
