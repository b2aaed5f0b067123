/*
 * What a datagram is worth depends on its stream:
 *
 *   open, its owner has datagrams       delivered
 *   open, its owner has no use for them the request is aborted (RFC 9297 2)
 *   over                                dropped: it was late
 *   a server's, that may yet be opened  kept for a moment (h3_early.h)
 *   a client's, that it has not opened  dropped: the server cannot know of it
 *   one that the limits do not allow    H3_ID_ERROR
 *   no stream's at all                  H3_DATAGRAM_ERROR
 *
 * What is dropped weighs for the guard as bytes that carry nothing, and what is
 * delivered pays for it: many may be on their way when a stream ends.  A
 * datagram of a side that we have not told we want any is dropped as well; RFC
 * 9297 2.1.1 forbids it and names no error.
 *
 * The owner may do anything in on_datagram(), and nothing is looked at after it.
 * That datagrams have left, or may be longer, is told from a task: it shows
 * within QUIC's call for the next packet, where nobody may cancel.
 */
#include "conn/h3_datagram.h"

#include <stdlib.h>

#include <nghttp3/nghttp3.h>

#include "base/varint.h"
#include "conn/h3_errors.h"
#include "conn/h3_qlog.h"
#include "conn/h3_send.h"

/* RFC 9297 2.1: ids have 62 bits, and two of them are not in a quarter. */
#define QUARTER_MAX (UINT64_C(1) << 60)

/* How long those that came early are kept: the head was sent again if it was
 * lost, which takes a round trip and some. */
#define EARLY_RTTS 2
#define EARLY_MIN  (25 * LOOP_MS)

/* What a datagram costs us beside its bytes, for the guard. */
#define JUNK_HEAD 8

void h3_datagram_init(struct h3_session *s)
{
    list_init(&s->datagrams_due);
    list_init(&s->datagrams_told);
    h3_early_init(&s->early);
}

void h3_datagram_fini(struct h3_session *s)
{
    h3_early_fini(&s->early);
}

static struct h3_stream *find(const struct h3_session *s, uint64_t quarter)
{
    return h3_stream_find(&s->streams, (int64_t)(quarter << 2));
}

/* --- what waits to be sent --------------------------------------------- */

/* The owner is told in the session's task, if there is something to tell. */
static void tell(struct h3_session *s, struct h3_stream *st)
{
    if (!datagrams_has_news(st->datagrams) ||
        !list_is_empty(&st->datagrams_told))
        return;
    list_append(&s->datagrams_told, &st->datagrams_told);
    loop_later(s->loop, &s->task);
}

/* Both sides have said that they take them (RFC 9297 2.1.1), and the handshake
 * has as well. */
static size_t max_of(const struct h3_session *s, const struct h3_stream *st)
{
    if (s->q == NULL || !s->is_started || !s->peer_datagrams ||
        !s->settings->quic.h3_datagrams)
        return 0;
    size_t max = quic_datagram_max(s->q);
    return max > st->quarter_len ? max - st->quarter_len : 0;
}

/* Our side of the stream must be open (RFC 9297 2.1). */
static bool may_send(const struct h3_stream *st)
{
    return st->datagrams && st->datagrams->max > 0 && !st->is_closed &&
           st->tx != H3_STREAM_TX_ENDED && st->tx != H3_STREAM_TX_CUT;
}

void h3_datagram_resume(struct h3_session *s, struct h3_stream *st)
{
    if (!may_send(st) || st->datagrams->n == 0 ||
        !list_is_empty(&st->datagrams_due))
        return;
    list_append(&s->datagrams_due, &st->datagrams_due);
    quic_wake(s->q);
}

bool h3_datagram_waits(const struct h3_stream *st)
{
    return may_send(st) && !list_is_empty(&st->datagrams_due);
}

static void update(struct h3_session *s, struct h3_stream *st)
{
    datagrams_set_max(st->datagrams, max_of(s, st));
    tell(s, st);
    h3_datagram_resume(s, st);
}

void h3_datagram_update(struct h3_session *s)
{
    list_each (l, &s->streams.all) {
        struct h3_stream *st = container_of(l, struct h3_stream, link);
        if (st->datagrams)
            update(s, st);
    }
}

void h3_datagram_settle(struct h3_session *s)
{
    while (!list_is_empty(&s->datagrams_told)) {
        struct h3_stream *st = container_of(s->datagrams_told.next,
                                            struct h3_stream, datagrams_told);
        list_remove(&st->datagrams_told);
        datagrams_settle(st->datagrams);
    }
}

/* None waits any more. */
static void leave_turn(struct h3_session *s, struct h3_stream *st)
{
    list_remove(&st->datagrams_due);
    if (!st->holds_end)
        return;
    st->holds_end = false;
    h3_send_resume(s, st);
}

bool h3_datagram_next(struct h3_session *s, struct quic_datagram *d)
{
    while (!list_is_empty(&s->datagrams_due)) {
        struct h3_stream *st = container_of(s->datagrams_due.next,
                                            struct h3_stream, datagrams_due);
        bool has_one =
            may_send(st) &&
            datagrams_peek(st->datagrams, loop_now(s->loop), &d->body);
        tell(s, st);
        if (!has_one) {
            leave_turn(s, st);
            continue;
        }
        d->id = (uint64_t)st->id >> 2;
        d->head = span_of(st->quarter, st->quarter_len);
        return true;
    }
    return false;
}

/* The stream's first datagram is gone: the next one is another's. */
static void end_turn(struct h3_session *s, struct h3_stream *st)
{
    tell(s, st);
    if (st->datagrams->n == 0) {
        leave_turn(s, st);
        return;
    }
    list_remove(&st->datagrams_due);
    list_append(&s->datagrams_due, &st->datagrams_due);
}

static void tell_sent(struct h3_session *s, struct h3_stream *st,
                      uint64_t quarter)
{
    struct span payload;
    if (datagrams_peek(st->datagrams, s->datagram_at, &payload))
        h3_qlog_datagram(s->qlog, quarter, payload.len, QLOG_LOCAL);
}

void h3_datagram_sent(struct h3_session *s, uint64_t quarter)
{
    struct h3_stream *st = find(s, quarter);
    st->is_handed = true;
    s->datagram_at = loop_now(s->loop);
    if (h3_session_qlog(s))
        tell_sent(s, st, quarter);
    datagrams_pop(st->datagrams);
    end_turn(s, st);
}

void h3_datagram_too_large(struct h3_session *s, uint64_t quarter)
{
    struct h3_stream *st = find(s, quarter);
    datagrams_drop_large(st->datagrams);
    end_turn(s, st);
}

void h3_datagram_acked(struct h3_session *s, uint64_t quarter)
{
    struct h3_stream *st = find(s, quarter);
    if (st && st->datagrams)
        st->datagrams->counters.acked++;
}

void h3_datagram_lost(struct h3_session *s, uint64_t quarter)
{
    struct h3_stream *st = find(s, quarter);
    if (st && st->datagrams)
        st->datagrams->counters.lost++;
    if (s->nlost)
        ++*s->nlost;
}

/* --- what comes -------------------------------------------------------- */

static bool unwanted(struct h3_session *s, size_t len)
{
    if (!h3_guard_junk(&s->guard, len + JUNK_HEAD))
        h3_session_break(s, NGHTTP3_H3_EXCESSIVE_LOAD,
                         "flood of datagrams that nobody wants");
    return false;
}

static bool broken(struct h3_session *s, uint64_t code, const char *what)
{
    h3_session_break(s, code, what);
    return false;
}

static void refuse(struct h3_session *s, struct h3_stream *st)
{
    h3_session_refuse(s, st, ERR_H3, H3_ERRORS_DATAGRAM,
                      "an HTTP datagram for a request that has no use for it");
}

static void deliver(struct h3_session *s, struct h3_stream *st,
                    struct span payload)
{
    h3_guard_useful(&s->guard);
    s->datagram_at = loop_now(s->loop);
    st->datagrams->counters.received++;
    st->datagrams->on_datagram(st->datagrams, payload);
}

/* Those that came earlier are too old. */
static uint64_t early_since(const struct h3_session *s)
{
    struct quic_stats stats;
    quic_get_stats(s->q, &stats);
    uint64_t age = EARLY_RTTS * stats.path.rtt;
    if (age < EARLY_MIN)
        age = EARLY_MIN;
    uint64_t now = loop_now(s->loop);
    return now > age ? now - age : 0;
}

static bool keep(struct h3_session *s, int64_t id, struct span payload)
{
    bool is_wanted = unwanted(s, payload.len); /* as long as nobody has */
    if (!s->is_failed)
        h3_early_add(&s->early, id, payload, loop_now(s->loop), early_since(s));
    return is_wanted;
}

static void deliver_early(struct h3_session *s, struct h3_stream *st,
                          uint64_t since)
{
    struct h3_early_datagram *d;
    while (st->owner && (d = h3_early_take(&s->early, st->id, since))) {
        if (st->datagrams)
            deliver(s, st, span_of(d->bytes, d->len));
        else
            refuse(s, st);
        free(d);
    }
}

void h3_datagram_attach(struct h3_session *s, struct h3_stream *st,
                        struct datagrams *d)
{
    st->datagrams = d;
    if (d) {
        st->quarter_len =
            (uint8_t)varint_put(st->quarter, (uint64_t)st->id >> 2);
        update(s, st);
    }
    if (s->early.n > 0 && s->q)
        deliver_early(s, st, early_since(s));
}

void h3_datagram_detach(struct h3_stream *st)
{
    if (st->datagrams == NULL)
        return;
    list_remove(&st->datagrams_due);
    list_remove(&st->datagrams_told);
    datagrams_set_max(st->datagrams, 0);
    st->datagrams = NULL;
}

static bool receive_unopened(struct h3_session *s, int64_t id,
                             struct span payload)
{
    uint64_t most = s->is_server ? quic_remote_bidi_max(s->q)
                                 : s->opened + quic_bidi_left(s->q);
    if ((uint64_t)id >> 2 >= most)
        return broken(s, NGHTTP3_H3_ID_ERROR,
                      "a datagram of a stream over the limit");
    if (!s->is_server || id < s->next_id || id >= s->goaway_sent)
        return unwanted(s, payload.len);
    return keep(s, id, payload);
}

bool h3_datagram_receive(struct h3_session *s, struct span data)
{
    uint64_t quarter;
    if (!s->settings->quic.h3_datagrams)
        return unwanted(s, data.len);
    if (!varint_take(&data, &quarter) || quarter >= QUARTER_MAX)
        return broken(s, H3_ERRORS_DATAGRAM, "a datagram of no stream");
    if (h3_session_qlog(s))
        h3_qlog_datagram(s->qlog, quarter, data.len, QLOG_REMOTE);
    struct h3_stream *st = find(s, quarter);
    if (st == NULL)
        return receive_unopened(s, (int64_t)(quarter << 2), data);
    if (st->owner == NULL || st->is_closed || st->rx == H3_STREAM_RX_CUT)
        return unwanted(s, data.len);
    if (st->datagrams) {
        deliver(s, st, data);
        return true;
    }
    if (s->is_server && st->rx == H3_STREAM_RX_HEAD)
        return keep(s, st->id, data);
    bool is_wanted = unwanted(s, data.len);
    if (st->rx != H3_STREAM_RX_ENDED && !s->is_failed)
        refuse(s, st);
    return is_wanted;
}
