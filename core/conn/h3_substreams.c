/*
 * What an owner does with its streams, and what leaves.  What comes, and whose it
 * is, is in h3_substreams_in.c.
 *
 * Sent bytes lie in `out` until they are acknowledged, because QUIC does not
 * copy them: the first `sent` ones are on their way.
 */
#include "conn/h3_substreams.h"

#include <stdlib.h>

#include "conn/h3_qlog.h"
#include "conn/h3_substream.h"

/* A writer is told to stop above, and to go on below. */
#define OUT_HIGH ((size_t)256 * 1024)
#define OUT_LOW  ((size_t)64 * 1024)

static struct h3_substream *of_face(struct substream *sub)
{
    return container_of(sub, struct h3_substream, face);
}

/* --- what leaves ------------------------------------------------------- */

static void make_ready(struct h3_substream *sub)
{
    bool has_some =
        sub->out.len > sub->sent || sub->out_side == H3_SUBSTREAM_SIDE_ENDING;
    if (sub->out_side == H3_SUBSTREAM_SIDE_OVER || !has_some ||
        sub->is_barred || !list_is_empty(&sub->ready) || sub->s->q == NULL)
        return;
    list_append(&h3_substream_all(sub->s)->ready, &sub->ready);
    quic_wake(sub->s->q);
}

int h3_substreams_next(struct h3_session *s, int64_t *id, struct span *spans,
                       int cap, bool *fin)
{
    struct h3_substreams *t = h3_substream_all(s);
    if (list_is_empty(&t->ready))
        return -1;
    struct h3_substream *sub =
        container_of(t->ready.next, struct h3_substream, ready);
    *id = sub->face.id;
    int n = buf_peek_from(&sub->out, sub->sent, spans, cap);
    size_t len = 0;
    for (int i = 0; i < n; i++)
        len += spans[i].len;
    *fin = sub->out_side == H3_SUBSTREAM_SIDE_ENDING &&
           sub->sent + len == sub->out.len;
    return n;
}

bool h3_substreams_sent(struct h3_session *s, int64_t id, size_t len)
{
    struct h3_substream *sub = h3_substream_find_ours(s, id);
    if (sub == NULL)
        return false;
    sub->sent += len;
    list_remove(&sub->ready); /* its turn is over */
    if (sub->sent < sub->out.len)
        make_ready(sub);
    else if (sub->out_side == H3_SUBSTREAM_SIDE_ENDING)
        h3_substream_set_out(
            sub, H3_SUBSTREAM_SIDE_OVER); /* the FIN went with the last byte */
    return true;
}

bool h3_substreams_blocked(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = h3_substream_find_ours(s, id);
    if (sub == NULL)
        return false;
    sub->is_barred = true;
    list_remove(&sub->ready);
    return true;
}

bool h3_substreams_unblocked(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = h3_substream_find_ours(s, id);
    if (sub == NULL)
        return false;
    sub->is_barred = false;
    make_ready(sub);
    return true;
}

bool h3_substreams_acked(struct h3_session *s, int64_t id, uint64_t len)
{
    struct h3_substream *sub = h3_substream_find_ours(s, id);
    if (sub == NULL)
        return false;
    buf_consume(&sub->out, (size_t)len);
    sub->sent -= (size_t)len;
    if (sub->is_full && sub->out.len <= OUT_LOW &&
        sub->what == H3_SUBSTREAM_OPEN &&
        sub->out_side == H3_SUBSTREAM_SIDE_OPEN) {
        sub->is_full = false;
        sub->face.all->ops->on_drain(&sub->face);
    }
    return true;
}

/* --- ends -------------------------------------------------------------- */

/* After the FIN it changes nothing: all is here (RFC 9000 3.2). */
bool h3_substreams_reset(struct h3_session *s, int64_t id, uint64_t code)
{
    struct h3_substream *sub = h3_substream_find_ours(s, id);
    if (sub == NULL)
        return false;
    if (sub->in != H3_SUBSTREAM_SIDE_OPEN)
        return true;
    h3_substream_end_in(sub);
    h3_substream_count_useless(s);
    switch (sub->what) {
    case H3_SUBSTREAM_OPEN:
        sub->face.all->ops->on_reset(&sub->face, h3_substream_from_wire(code));
        break;
    case H3_SUBSTREAM_SORTING:
        h3_substream_give_up(sub, NGHTTP3_H3_REQUEST_INCOMPLETE);
        break;
    case H3_SUBSTREAM_WAITING:
    case H3_SUBSTREAM_ADMITTED:
        h3_substream_give_up(sub, H3_SUBSTREAM_REJECTED);
        break;
    case H3_SUBSTREAM_HTTPS:
    case H3_SUBSTREAM_DETACHED:
        break;
    }
    return true;
}

bool h3_substreams_stopped(struct h3_session *s, int64_t id, uint64_t code)
{
    struct h3_substream *sub = h3_substream_find_ours(s, id);
    if (sub == NULL)
        return false;
    if (sub->out_side == H3_SUBSTREAM_SIDE_OVER)
        return true;
    h3_substream_end_out(sub);
    if (sub->what == H3_SUBSTREAM_OPEN) {
        sub->face.all->ops->on_stop(&sub->face, h3_substream_from_wire(code));
        return true;
    }
    sub->has_stop = true;
    sub->stop = h3_substream_from_wire(code);
    return true;
}

/* What came before is still the owner's, when it takes it, or when it comes. */
static bool has_more_to_tell(const struct h3_substream *sub)
{
    return sub->in == H3_SUBSTREAM_SIDE_ENDING &&
           (sub->what == H3_SUBSTREAM_WAITING ||
            sub->what == H3_SUBSTREAM_ADMITTED ||
            sub->what == H3_SUBSTREAM_OPEN);
}

bool h3_substreams_closed(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = h3_substream_find(s, id);
    if (sub == NULL)
        return false;
    bool is_https = sub->what == H3_SUBSTREAM_HTTPS;
    sub->is_closed = true;
    h3_substream_end_out(sub);
    if (has_more_to_tell(sub))
        return true;
    if (sub->what == H3_SUBSTREAM_OPEN)
        sub->face.all->ops->on_gone(&sub->face);
    if (sub->what != H3_SUBSTREAM_DETACHED)
        h3_substream_leave_owner(sub);
    h3_substream_remove_later(sub);
    return !is_https;
}

/* --- the owner --------------------------------------------------------- */

static void put_number(struct h3_substream *sub, uint64_t number)
{
    uint8_t bytes[VARINT_LEN_MAX];
    buf_add(&sub->out, span_of(bytes, varint_put(bytes, number)));
}

static struct substream *open_stream(struct substreams *all, bool is_uni)
{
    struct h3_stream *st = all->conn;
    struct h3_session *s = st->session;
    if (s->q == NULL || s->is_failed)
        return NULL;
    int64_t id = is_uni ? quic_open_uni(s->q) : quic_open_bidi(s->q);
    if (id < 0)
        return NULL;
    s->opened += !is_uni;
    struct h3_substream *sub = h3_substream_add(s, id, true);
    if (h3_session_qlog(s))
        h3_qlog_opened(s->qlog, id, QLOG_LOCAL, "webtransport");
    sub->what = H3_SUBSTREAM_OPEN;
    sub->face.all = all;
    list_append(&all->list, &sub->link);
    put_number(sub, is_uni ? H3_SUBSTREAM_TYPE_UNI : H3_SUBSTREAM_TYPE_BIDI);
    put_number(sub, (uint64_t)st->id);
    make_ready(sub);
    return &sub->face;
}

static bool write_stream(struct substream *face, struct span data)
{
    struct h3_substream *sub = of_face(face);
    if (sub->out_side != H3_SUBSTREAM_SIDE_OPEN)
        return false;
    if (sub->out.len >= OUT_HIGH) {
        sub->is_full = true;
        return false;
    }
    buf_add(&sub->out, data);
    make_ready(sub);
    return true;
}

static void end_stream(struct substream *face)
{
    struct h3_substream *sub = of_face(face);
    if (sub->out_side != H3_SUBSTREAM_SIDE_OPEN)
        return;
    h3_substream_set_out(sub, H3_SUBSTREAM_SIDE_ENDING);
    make_ready(sub);
}

static void reset_stream(struct substream *face, uint32_t code)
{
    h3_substream_cut_out(of_face(face), h3_substream_to_wire(code));
}

static void stop_stream(struct substream *face, uint32_t code)
{
    struct h3_substream *sub = of_face(face);
    h3_substream_cut_in(sub, h3_substream_to_wire(code));
    if (sub->is_closed)
        h3_substream_make_due(sub); /* it is gone */
}

static void resume_stream(struct substream *face)
{
    struct h3_substream *sub = of_face(face);
    if (!sub->is_paused)
        return;
    sub->is_paused = false;
    h3_substream_make_due(sub);
}

static const struct substreams_carrier carrier = {
    .open = open_stream,
    .write = write_stream,
    .end = end_stream,
    .reset = reset_stream,
    .stop = stop_stream,
    .resume = resume_stream,
};

/* Whether the stream is a session is known now. */
static void admit_waiting(struct h3_session *s, struct h3_stream *st)
{
    st->is_sorted = true;
    list_each_safe (l, &h3_substream_all(s)->waiting) {
        struct h3_substream *sub = container_of(l, struct h3_substream, link);
        if (sub->session != st->id)
            continue;
        if (st->substreams == NULL) {
            h3_substream_refuse(sub, H3_SUBSTREAM_SESSION_GONE);
            continue;
        }
        list_remove(&sub->link);
        h3_substream_all(s)->nwaiting--;
        sub->what = H3_SUBSTREAM_ADMITTED;
        h3_substream_make_due(sub);
    }
}

void h3_substreams_attach(struct h3_session *s, struct h3_stream *st,
                          struct substreams *all)
{
    st->session = s;
    st->substreams = all;
    if (all) {
        all->carrier = &carrier;
        all->conn = st;
        all->era++;
        if (s->q)
            quic_allow_streams(s->q, all->limit);
    }
    admit_waiting(s, st);
}

void h3_substreams_detach(struct h3_session *s, struct h3_stream *st)
{
    struct substreams *all = st->substreams;
    st->substreams = NULL;
    admit_waiting(s, st);
    if (all == NULL)
        return;
    list_each_safe (l, &all->list)
        h3_substream_give_up(container_of(l, struct h3_substream, link),
                             H3_SUBSTREAM_SESSION_GONE);
    all->carrier = NULL;
    all->conn = NULL;
    if (s->q)
        quic_disallow_streams(s->q, all->limit);
}

/* --- the session's task ------------------------------------------------ */

static void settle_due(struct h3_session *s, struct h3_substream *sub)
{
    struct h3_stream *st = sub->what == H3_SUBSTREAM_ADMITTED
                               ? h3_stream_find(&s->streams, sub->session)
                               : NULL;
    if (sub->what != H3_SUBSTREAM_ADMITTED)
        h3_substream_deliver_held(sub);
    else if (st && st->substreams)
        h3_substream_open(sub, st->substreams);
    else
        h3_substream_refuse(sub, H3_SUBSTREAM_SESSION_GONE);
    if (sub->is_closed && sub->in == H3_SUBSTREAM_SIDE_OVER)
        (void)h3_substreams_closed(s, sub->face.id);
}

void h3_substreams_settle(struct h3_session *s)
{
    struct h3_substreams *t = h3_substream_all(s);
    while (!list_is_empty(&t->due)) {
        struct h3_substream *sub =
            container_of(t->due.next, struct h3_substream, due);
        list_remove(&sub->due);
        settle_due(s, sub);
    }
    while (!list_is_empty(&t->gone))
        h3_substream_remove(
            s, container_of(t->gone.next, struct h3_substream, gone));
}

void h3_substreams_init(struct h3_session *s)
{
    struct h3_substreams *t = h3_substream_all(s);
    list_init(&t->waiting);
    list_init(&t->ready);
    list_init(&t->due);
    list_init(&t->gone);
}

void h3_substreams_fini(struct h3_session *s)
{
    struct h3_substreams *t = h3_substream_all(s);
    for (size_t i = 0; i < H3_SUBSTREAMS_BUCKETS; i++)
        while (t->buckets[i])
            h3_substream_remove(s, t->buckets[i]);
    while (t->free) {
        struct h3_substream *sub = t->free;
        t->free = sub->next;
        free(sub);
    }
}
