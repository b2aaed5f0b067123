/*
 * Nothing of a stream is told before the session is open, which streams may
 * overtake, nor while the caller pauses: what a stream brings is set aside, and
 * it is read no further.
 *
 * Streams go without a word when the exchange leaves its connection, and so
 * does struct substream: what is here may outlive it.
 */
#include "client/session_streams.h"

#include <stdlib.h>

#include "base/xalloc.h"

/* Streams that a peer may have open at once, of each sort. */
#define STREAMS_MAX 100

struct wt_stream {
    struct substream *sub; /* NULL: over; see sub_of() */
    unsigned era;          /* of the session's streams, when it began */
    struct session_streams *in;
    int64_t id;
    bool is_uni;
    /* In the session's, with what is to be told, in this order. */
    struct list waiting;
    bool is_new;
    struct str aside;
    bool has_end;
    bool has_reset;
    bool has_stop;
    uint32_t reset;
    uint32_t stop;
};

/* The connection's; NULL: the stream is over, or its exchange is. */
static struct substream *sub_of(const struct wt_stream *st)
{
    const struct substreams *all = &st->in->all;
    return all->carrier && st->era == all->era ? st->sub : NULL;
}

static void drop_stream(struct wt_stream *st)
{
    map_remove(&st->in->by_id, span_of(&st->id, sizeof st->id));
    list_remove(&st->waiting);
    str_fini(&st->aside);
    free(st);
}

static struct wt_stream *find_stream(const struct session_streams *s,
                                     int64_t id)
{
    return map_find(&s->by_id, span_of(&id, sizeof id));
}

static struct wt_stream *make_stream(struct session_streams *s,
                                     struct substream *sub)
{
    struct wt_stream *other = find_stream(s, sub->id);
    if (other)
        drop_stream(other); /* of a connection before */
    struct wt_stream *st = XALLOC_NEW(struct wt_stream);
    st->sub = sub;
    st->era = sub->all->era;
    st->in = s;
    st->id = sub->id;
    st->is_uni = sub->is_uni;
    str_init(&st->aside);
    list_init(&st->waiting);
    sub->owner = st;
    map_put(&s->by_id, span_of(&st->id, sizeof st->id), st);
    return st;
}

/* An event; false: nothing more may be told now, and if the caller has
 * cancelled, st is gone. */
static bool tell_stream(struct wt_stream *st, enum qv_channel_what what,
                        struct span data, bool is_end)
{
    st->in->ch->stats.bytes_in += data.len;
    return channel_tell(st->in->ch,
                        &(struct qv_channel_event){.what = what,
                                                   .data = data.base,
                                                   .len = data.len,
                                                   .stream = st->id,
                                                   .is_end = is_end});
}

static bool tell_code(struct wt_stream *st, enum qv_channel_what what,
                      uint32_t code)
{
    return channel_tell(st->in->ch, &(struct qv_channel_event){.what = what,
                                                               .stream = st->id,
                                                               .count = code});
}

/* What it brings is not to be told now. */
static bool must_wait(const struct wt_stream *st)
{
    return !channel_is_receiving(st->in->ch) || !list_is_empty(&st->waiting);
}

static void keep(struct wt_stream *st)
{
    if (list_is_empty(&st->waiting))
        list_append(&st->in->waiting, &st->waiting);
}

/* Everything that it waits with.  False: nothing more may be told now, and st
 * may be gone. */
static bool tell_waiting(struct wt_stream *st)
{
    struct span none = span_of("", 0);
    if (st->is_new) {
        st->is_new = false;
        if (!tell_stream(st, QV_CHANNEL_STREAM_OPEN, none, st->is_uni))
            return false;
    }
    if (st->aside.len > 0) {
        struct str data = st->aside; /* as long as the callback lasts */
        str_init(&st->aside);
        bool goes_on =
            tell_stream(st, QV_CHANNEL_STREAM, str_span(&data), false);
        str_fini(&data);
        if (!goes_on)
            return false;
    }
    if (st->has_end) {
        st->has_end = false;
        if (!tell_stream(st, QV_CHANNEL_STREAM, none, true))
            return false;
    }
    if (st->has_reset) {
        st->has_reset = false;
        if (!tell_code(st, QV_CHANNEL_STREAM_RESET, st->reset))
            return false;
    }
    if (st->has_stop) {
        st->has_stop = false;
        if (!tell_code(st, QV_CHANNEL_STREAM_STOP, st->stop))
            return false;
    }
    list_remove(&st->waiting);
    return true;
}

static bool go_on(struct wt_stream *st)
{
    if (!tell_waiting(st))
        return false;
    struct substream *sub = sub_of(st);
    if (sub)
        substreams_resume(sub);
    else
        drop_stream(st);
    return true;
}

void session_streams_resume(struct session_streams *s)
{
    while (!list_is_empty(&s->waiting))
        if (!go_on(container_of(s->waiting.next, struct wt_stream, waiting)))
            return;
}

/* Something is to be told, behind what waits. */
static void tell_or_wait(struct wt_stream *st)
{
    bool waits = must_wait(st);
    keep(st);
    if (!waits)
        (void)tell_waiting(st);
}

static void on_open(struct substream *sub)
{
    struct wt_stream *st =
        make_stream(container_of(sub->all, struct session_streams, all), sub);
    st->is_new = true;
    tell_or_wait(st);
}

static enum sink_flow on_data(struct substream *sub, struct span data)
{
    struct wt_stream *st = sub->owner;
    struct channel *ch = st->in->ch;
    ch->heard_at = loop_now(ch->client->loop);
    if (must_wait(st)) {
        str_add(&st->aside, data);
        keep(st);
        return SINK_PAUSE;
    }
    if (tell_stream(st, QV_CHANNEL_STREAM, data, false))
        return SINK_MORE;
    if (!channel_is_live(ch) || !ch->is_paused)
        return SINK_MORE; /* and st may be gone */
    keep(st);
    return SINK_PAUSE;
}

static void on_stream_end(struct substream *sub)
{
    struct wt_stream *st = sub->owner;
    st->has_end = true;
    tell_or_wait(st);
}

static void on_reset(struct substream *sub, uint32_t code)
{
    struct wt_stream *st = sub->owner;
    st->has_reset = true;
    st->reset = code;
    tell_or_wait(st);
}

static void on_stop(struct substream *sub, uint32_t code)
{
    struct wt_stream *st = sub->owner;
    st->has_stop = true;
    st->stop = code;
    tell_or_wait(st);
}

static void on_stream_drain(struct substream *sub)
{
    struct wt_stream *st = sub->owner;
    st->in->ch->is_out_full = true; /* the caller waits for on_drain() */
    loop_later(st->in->ch->client->loop, &st->in->ch->drain_task);
}

static void on_gone(struct substream *sub)
{
    struct wt_stream *st = sub->owner;
    st->sub = NULL;
    if (list_is_empty(&st->waiting))
        drop_stream(st);
}

static const struct substreams_ops streams_ops = {
    .on_open = on_open,
    .on_data = on_data,
    .on_end = on_stream_end,
    .on_reset = on_reset,
    .on_stop = on_stop,
    .on_drain = on_stream_drain,
    .on_gone = on_gone,
};

/* ---- the caller ---- */

enum qv_channel_sent session_streams_send(struct session_streams *s, int64_t id,
                                          struct span data)
{
    struct wt_stream *st = find_stream(s, id);
    struct substream *sub = st ? sub_of(st) : NULL;
    if (sub == NULL || sub->is_shut)
        return QV_CHANNEL_SEND_CANNOT;
    if (!substreams_write(sub, data))
        return QV_CHANNEL_SEND_FULL;
    s->ch->stats.bytes_out += data.len;
    return QV_CHANNEL_SEND_OK;
}

int64_t session_streams_open(struct session_streams *s, bool is_uni)
{
    struct substream *sub = substreams_open(&s->all, is_uni);
    return sub ? make_stream(s, sub)->id : -1;
}

bool session_streams_end(struct session_streams *s, int64_t id)
{
    struct wt_stream *st = find_stream(s, id);
    struct substream *sub = st ? sub_of(st) : NULL;
    if (sub == NULL || sub->is_shut)
        return false;
    substreams_end(sub);
    return true;
}

bool session_streams_reset(struct session_streams *s, int64_t id, uint32_t code)
{
    struct wt_stream *st = find_stream(s, id);
    struct substream *sub = st ? sub_of(st) : NULL;
    if (sub == NULL)
        return false;
    substreams_reset(sub, code);
    substreams_stop(sub, code);
    return true;
}

/* ---- life ---- */

void session_streams_init(struct session_streams *s, struct channel *ch)
{
    *s = (struct session_streams){.ch = ch};
    s->all.ops = &streams_ops;
    s->all.limit = STREAMS_MAX;
    substreams_init(&s->all);
    list_init(&s->waiting);
}

void session_streams_fini(struct session_streams *s)
{
    struct wt_stream *st;
    size_t at = 0;
    while ((st = map_next(&s->by_id, &at)) != NULL)
        drop_stream(st);
    map_fini(&s->by_id);
}

/* Streams of a connection that has given the request back are nobody's. */
bool session_streams_settle(struct session_streams *s)
{
    struct wt_stream *st;
    size_t at = 0;
    while ((st = map_next(&s->by_id, &at)) != NULL)
        if (st->era != s->all.era)
            drop_stream(st);
    return !list_is_empty(&s->waiting);
}
