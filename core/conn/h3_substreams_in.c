/*
 * Sorting.  The first number of a stream says whose it is: the type of a
 * unidirectional one, or what would be the type of the first frame of a
 * bidirectional one.  Most are HTTP's and show it in one byte, so most streams
 * cost nothing here.
 *
 * A stream may come before the request that opens its session, since nothing
 * orders them.  A few wait then, unread and so bounded by their windows; the
 * oldest is refused for one more, as the draft has it (4.5), so those whose
 * session never comes keep nobody out.
 */
#include <nghttp3/nghttp3.h>

#include "conn/h3_guard.h"
#include "conn/h3_qlog.h"
#include "conn/h3_substream.h"
#include "conn/h3_substreams.h"

#define WAITING_MAX 16

/* --- what comes -------------------------------------------------------- */

/* Until the owner pauses or leaves. */
static void deliver(struct h3_substream *sub, struct span data)
{
    struct substreams *all = sub->face.all;
    h3_guard_useful(&sub->s->guard);
    quic_consumed_stream(sub->s->q, sub->face.id, data.len);
    if (all->ops->on_data(&sub->face, data) == SINK_PAUSE &&
        sub->what == H3_SUBSTREAM_OPEN && sub->in != H3_SUBSTREAM_SIDE_OVER)
        sub->is_paused = true;
}

static bool may_deliver(const struct h3_substream *sub)
{
    return sub->what == H3_SUBSTREAM_OPEN && !sub->is_paused &&
           sub->in != H3_SUBSTREAM_SIDE_OVER && sub->s->q;
}

void h3_substream_deliver_held(struct h3_substream *sub)
{
    struct span piece;
    while (may_deliver(sub) && buf_peek(&sub->held, &piece, 1) == 1) {
        sub->is_lent = true;
        deliver(sub, piece);
        sub->is_lent = false;
        buf_consume(&sub->held, piece.len);
        if (sub->in == H3_SUBSTREAM_SIDE_OVER)
            buf_clear(&sub->held);
    }
    if (!may_deliver(sub) || sub->in != H3_SUBSTREAM_SIDE_ENDING)
        return;
    sub->in = H3_SUBSTREAM_SIDE_OVER;
    sub->face.all->ops->on_end(&sub->face);
}

static void receive(struct h3_substream *sub, struct span data, bool fin)
{
    quic_consumed_conn(sub->s->q, data.len);
    if (sub->in != H3_SUBSTREAM_SIDE_OPEN)
        return;
    if (fin)
        sub->in = H3_SUBSTREAM_SIDE_ENDING;
    if (may_deliver(sub) && sub->held.len == 0 && data.len > 0)
        deliver(sub, data);
    else
        buf_add(&sub->held, data);
    if (sub->held.len == 0)
        h3_substream_deliver_held(sub); /* an end may be due */
}

/* The session is there. */
void h3_substream_open(struct h3_substream *sub, struct substreams *all)
{
    size_t *nopened = &all->nopened[sub->face.is_uni];
    if (*nopened >= all->limit) {
        h3_substream_refuse(sub, H3_SUBSTREAM_REJECTED);
        return;
    }
    (*nopened)++;
    sub->what = H3_SUBSTREAM_OPEN;
    sub->face.all = all;
    if (h3_session_qlog(sub->s) && !sub->face.is_uni)
        h3_qlog_opened(sub->s->qlog, sub->face.id, QLOG_REMOTE, "webtransport");
    list_remove(&sub->link);
    list_append(&all->list, &sub->link);
    all->ops->on_open(&sub->face);
    if (sub->what == H3_SUBSTREAM_OPEN && sub->has_stop)
        all->ops->on_stop(&sub->face, sub->stop);
    h3_substream_deliver_held(sub);
}

/* --- sorting ----------------------------------------------------------- */

static void wait_for_session(struct h3_substream *sub)
{
    struct h3_substreams *t = h3_substream_all(sub->s);
    if (t->nwaiting >= WAITING_MAX)
        h3_substream_refuse(
            container_of(t->waiting.next, struct h3_substream, link),
            H3_SUBSTREAM_REJECTED);
    sub->what = H3_SUBSTREAM_WAITING;
    t->nwaiting++;
    list_append(&t->waiting, &sub->link);
}

/* A stream that may yet be opened by a client. */
static bool may_come(const struct h3_session *s, int64_t session)
{
    return s->is_server && session < s->goaway_sent &&
           h3_gaps_may_come(&s->gaps, session);
}

static void find_session(struct h3_substream *sub)
{
    struct h3_session *s = sub->s;
    if ((sub->session & 3) != 0) {
        h3_session_break(s, NGHTTP3_H3_ID_ERROR,
                         "a stream for what is no session");
        return;
    }
    struct h3_stream *st = h3_stream_find(&s->streams, sub->session);
    if (st && st->substreams)
        h3_substream_open(sub, st->substreams);
    else if (st ? st->owner && !st->is_sorted : may_come(s, sub->session))
        wait_for_session(sub);
    else
        h3_substream_refuse(sub, H3_SUBSTREAM_SESSION_GONE);
}

/* A byte of the head; false: it has turned out to be HTTP's. */
static bool sort_byte(struct h3_substream *sub, uint8_t byte)
{
    sub->head[sub->nhead++] = byte;
    if (!varint_add(&sub->number, byte))
        return true;
    if (sub->is_type_known) {
        sub->session = (int64_t)sub->number.value;
        find_session(sub);
        return true;
    }
    sub->is_type_known = true;
    return sub->number.value ==
           (sub->face.is_uni ? H3_SUBSTREAM_TYPE_UNI : H3_SUBSTREAM_TYPE_BIDI);
}

static bool is_peers(const struct h3_session *s, int64_t id)
{
    return (id & 1) != s->is_server; /* RFC 9000 2.1 */
}

/* Most show it in a byte: what takes one byte is no number of ours. */
static bool is_https_at_once(struct span data)
{
    return data.len > 0 && (data.base[0] & 0xc0) == 0;
}

static enum h3_substreams_whose sort(struct h3_substream *sub, struct span data,
                                     bool fin, struct span *before)
{
    struct h3_session *s = sub->s;
    size_t nbefore = sub->nhead;
    size_t n = 0;
    bool is_https = false;
    while (n < data.len && sub->what == H3_SUBSTREAM_SORTING && !s->is_failed &&
           !is_https)
        is_https = !sort_byte(sub, data.base[n++]);
    if (fin && sub->what == H3_SUBSTREAM_SORTING && !is_https &&
        sub->face.is_uni) {
        /* RFC 9114 6.2: it may end at any time before it is known. */
        quic_consumed_conn(s->q, sub->nhead);
        sub->in = H3_SUBSTREAM_SIDE_OVER;
        h3_substream_give_up(sub, NGHTTP3_H3_NO_ERROR);
        return H3_SUBSTREAMS_OURS;
    }
    if (is_https || (fin && sub->what == H3_SUBSTREAM_SORTING)) {
        sub->what = H3_SUBSTREAM_HTTPS;
        *before = span_of(sub->head, nbefore);
        return H3_SUBSTREAMS_HTTPS;
    }
    if (s->is_failed || s->q == NULL || sub->what == H3_SUBSTREAM_SORTING)
        return H3_SUBSTREAMS_OURS;
    quic_consumed(s->q, sub->face.id, sub->nhead); /* nghttp3 never sees it */
    receive(sub, span_of(data.base + n, data.len - n), fin);
    return H3_SUBSTREAMS_OURS;
}

enum h3_substreams_whose h3_substreams_feed(struct h3_session *s, int64_t id,
                                            struct span data, bool fin,
                                            struct span *before)
{
    struct h3_substream *sub = h3_substream_find(s, id);
    bool is_uni = (id & 2) != 0;
    *before = span_of("", 0);
    if (sub == NULL &&
        (!is_peers(s, id) || (!is_uni && (h3_stream_find(&s->streams, id) ||
                                          is_https_at_once(data)))))
        return H3_SUBSTREAMS_HTTPS;
    if (sub == NULL)
        sub = h3_substream_add(s, id, false);
    switch (sub->what) {
    case H3_SUBSTREAM_HTTPS:
        return H3_SUBSTREAMS_HTTPS;
    case H3_SUBSTREAM_SORTING:
        return sort(sub, data, fin, before);
    case H3_SUBSTREAM_WAITING:
    case H3_SUBSTREAM_ADMITTED:
    case H3_SUBSTREAM_OPEN:
    case H3_SUBSTREAM_DETACHED:
        receive(sub, data, fin);
        break;
    }
    return H3_SUBSTREAMS_OURS;
}
