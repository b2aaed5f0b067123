/*
 * WebTransport over HTTP/3 (draft-ietf-webtrans-http3): a session with
 * datagrams, and streams of both sides.
 *
 * The session's own stream carries capsules, of which two are its own: one that
 * closes it, with a code and a reason, and one that asks to come to an end.
 *
 * Nothing of a stream is told before the session is open, which streams may
 * overtake, nor while the caller pauses: what a stream brings is set aside, and
 * it is read no further.
 *
 * Streams go without a word when the exchange leaves its connection, and so
 * does struct substream: what is here may outlive it.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/map.h"
#include "base/xalloc.h"
#include "channel/capsule.h"
#include "channel/webtransport.h"
#include "client/channel_kind.h"
#include "client/channel_trace.h"
#include "http/substreams.h"

#define LINGER (2 * LOOP_S)

/* Streams that a peer may have open at once, of each sort. */
#define STREAMS_MAX 100

/* Of a capsule that nobody knows, so much is shown. */
#define SHOWN_MAX ((size_t)65536)

struct wt_stream {
    struct substream *sub; /* NULL: over; see sub_of() */
    unsigned era;          /* of the session's streams, when it began */
    struct channel *ch;
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

struct webtransport_codec {
    struct channel *ch;
    struct substreams streams;
    struct capsule_reader reader;
    struct map by_id;    /* struct wt_stream */
    struct list waiting; /* struct wt_stream */
    bool is_made;
};

static struct webtransport_codec *codec_of(const struct channel *ch)
{
    return ch->codec;
}

/* --- its streams, in --------------------------------------------------- */

/* The connection's; NULL: the stream is over, or its exchange is. */
static struct substream *sub_of(const struct wt_stream *st)
{
    const struct substreams *all = &codec_of(st->ch)->streams;
    return all->carrier && st->era == all->era ? st->sub : NULL;
}

static void drop_stream(struct wt_stream *st)
{
    map_remove(&codec_of(st->ch)->by_id, span_of(&st->id, sizeof st->id));
    list_remove(&st->waiting);
    str_fini(&st->aside);
    free(st);
}

static struct wt_stream *find_stream(const struct channel *ch, int64_t id)
{
    return map_find(&codec_of(ch)->by_id, span_of(&id, sizeof id));
}

static struct wt_stream *make_stream(struct channel *ch, struct substream *sub)
{
    struct wt_stream *other = find_stream(ch, sub->id);
    if (other)
        drop_stream(other); /* of a connection before */
    struct wt_stream *st = XALLOC_NEW(struct wt_stream);
    st->sub = sub;
    st->era = sub->all->era;
    st->ch = ch;
    st->id = sub->id;
    st->is_uni = sub->is_uni;
    str_init(&st->aside);
    list_init(&st->waiting);
    sub->owner = st;
    map_put(&codec_of(ch)->by_id, span_of(&st->id, sizeof st->id), st);
    return st;
}

/* An event; false: nothing more may be told now, and if the caller has
 * cancelled, st is gone. */
static bool tell_stream(struct wt_stream *st, enum qv_channel_what what,
                        struct span data, bool is_end)
{
    st->ch->stats.bytes_in += data.len;
    return channel_tell(st->ch, &(struct qv_channel_event){.what = what,
                                                           .data = data.base,
                                                           .len = data.len,
                                                           .stream = st->id,
                                                           .is_end = is_end});
}

static bool tell_code(struct wt_stream *st, enum qv_channel_what what,
                      uint32_t code)
{
    return channel_tell(st->ch, &(struct qv_channel_event){.what = what,
                                                           .stream = st->id,
                                                           .count = code});
}

static struct channel *channel_of(struct substreams *all)
{
    struct webtransport_codec *w =
        container_of(all, struct webtransport_codec, streams);
    return w->ch;
}

/* What it brings is not to be told now. */
static bool must_wait(const struct wt_stream *st)
{
    return !channel_is_receiving(st->ch) || !list_is_empty(&st->waiting);
}

static void keep(struct wt_stream *st)
{
    if (list_is_empty(&st->waiting))
        list_append(&codec_of(st->ch)->waiting, &st->waiting);
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

static void resume(struct channel *ch)
{
    struct webtransport_codec *w = codec_of(ch);
    while (!list_is_empty(&w->waiting))
        if (!go_on(container_of(w->waiting.next, struct wt_stream, waiting)))
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
    struct wt_stream *st = make_stream(channel_of(sub->all), sub);
    st->is_new = true;
    tell_or_wait(st);
}

static enum sink_flow on_data(struct substream *sub, struct span data)
{
    struct wt_stream *st = sub->owner;
    struct channel *ch = st->ch;
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
    st->ch->is_out_full = true; /* the caller waits for on_drain() */
    loop_later(st->ch->client->loop, &st->ch->drain_task);
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

/* --- opening ----------------------------------------------------------- */

static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    enum qv_http http = ask->request.options.http;
    if (http == QV_HTTP_AUTO || http == QV_HTTP_3 || http == QV_HTTP_3_ONLY)
        return true;
    fault_set(fault, ERR_USAGE, 0, "WebTransport needs HTTP/3");
    return false;
}

static unsigned needs(const struct channel *ch)
{
    (void)ch;
    return FEATURE_PROTOCOL | FEATURE_DATAGRAMS | FEATURE_WEBTRANSPORT;
}

static void ask_for_session(struct channel *ch)
{
    struct webtransport_codec *w = codec_of(ch);
    struct span draft = SPAN_LIT("Sec-Webtransport-Http3-Draft02");
    if (w == NULL) {
        ch->codec = w = ARENA_NEW(&ch->arena, struct webtransport_codec);
        w->ch = ch;
        w->streams.ops = &streams_ops;
        w->streams.limit = STREAMS_MAX;
        substreams_init(&w->streams);
        list_init(&w->waiting);
    }
    ch->ex.substreams = &w->streams;
    if (!fields_find(&ch->request.fields, draft))
        fields_add(&ch->request.fields, draft, SPAN_LIT("1"));
}

/* Streams of a connection that has given the request back. */
static void drop_strangers(struct channel *ch)
{
    struct webtransport_codec *w = codec_of(ch);
    struct wt_stream *st;
    size_t at = 0;
    while ((st = map_next(&w->by_id, &at)) != NULL)
        if (st->era != w->streams.era)
            drop_stream(st);
}

static bool accept_answer(struct channel *ch, const struct response_head *head,
                          struct fault *fault)
{
    const struct capsule_limits limits = {.datagram = CAPSULE_DATAGRAM_MAX,
                                          .other = SHOWN_MAX};
    (void)head;
    (void)fault;
    capsule_reader_init(&codec_of(ch)->reader, &limits);
    codec_of(ch)->is_made = true;
    ch->is_quic = true;
    ch->told_max = ch->datagrams.max;
    drop_strangers(ch);
    if (!list_is_empty(&codec_of(ch)->waiting))
        loop_later(ch->client->loop, &ch->resume_task);
    return true;
}

static void describe(struct channel *ch, struct qv_channel_opened *o)
{
    (void)ch;
    o->transport = "datagram";
    o->why = "WebTransport knows nothing else";
}

/* --- the session's stream ---------------------------------------------- */

static void on_close(struct channel *ch, struct span value)
{
    uint32_t code = 0;
    struct span reason;
    if (!webtransport_read_close(value, &code, &reason)) {
        channel_fail_malformed(ch, "malformed close of a WebTransport session");
        return;
    }
    channel_set_code(ch, code, reason);
    if (code != 0)
        fault_set(&ch->end.fault, ERR_CHANNEL_CLOSED, code,
                  "the peer closed the session with code %u%s%.*s",
                  (unsigned)code, reason.len ? ": " : "", SPAN_ARG(reason));
    channel_close(ch, QV_CHANNEL_BY_PEER);
}

static void on_capsule(struct channel *ch, const struct capsule *c)
{
    struct qv_channel_event e = {.what = QV_CHANNEL_CAPSULE,
                                 .data = c->value.base,
                                 .len = c->value.len,
                                 .stream = -1,
                                 .type = c->type,
                                 .count = c->len};
    if (c->type == WEBTRANSPORT_CAPSULE_CLOSE) {
        on_close(ch, capsule_is_cut(c) ? span_of("", 0) : c->value);
        return;
    }
    if (c->type == WEBTRANSPORT_CAPSULE_DRAIN)
        e.what = QV_CHANNEL_DRAIN;
    (void)channel_tell(ch, &e);
}

static size_t feed(struct channel *ch, struct span bytes)
{
    struct span rest = bytes;
    struct capsule c;
    while (channel_is_receiving(ch) &&
           capsule_next(&codec_of(ch)->reader, &rest, &c))
        on_capsule(ch, &c);
    return bytes.len - rest.len;
}

static void peer_end(struct channel *ch)
{
    if (!capsule_may_end(&codec_of(ch)->reader))
        channel_fail_malformed(ch,
                               "the session's stream ended within a capsule");
    else
        channel_close(ch, QV_CHANNEL_BY_PEER);
}

static void end(struct channel *ch, uint64_t code, const char *reason)
{
    struct str value;
    uint8_t head[CAPSULE_HEAD_MAX];
    str_init(&value);
    webtransport_add_close(&value, (uint32_t)code, span_str(reason));
    buf_add(&ch->out,
            span_of(head,
                    capsule_head(head, WEBTRANSPORT_CAPSULE_CLOSE, value.len)));
    buf_add(&ch->out, str_span(&value));
    str_fini(&value);
    channel_out_done(ch);
}

/* --- datagrams --------------------------------------------------------- */

static void on_datagram(struct channel *ch, struct span payload)
{
    channel_trace_received(ch, payload.len);
    (void)channel_tell_message(ch, QV_CHANNEL_DATAGRAM, payload);
}

static enum qv_channel_sent send_datagram(struct channel *ch,
                                          struct span payload)
{
    if (payload.len > ch->datagrams.max) {
        channel_trace_unsent(ch, payload.len, "too_large");
        return QV_CHANNEL_SEND_TOO_LARGE;
    }
    channel_out_datagram(ch, payload);
    channel_trace_sent(ch, payload.len);
    ch->stats.messages_out++;
    ch->stats.bytes_out += payload.len;
    return QV_CHANNEL_SEND_OK;
}

/* --- and out ----------------------------------------------------------- */

static enum qv_channel_sent send_on_stream(struct channel *ch, int64_t id,
                                           struct span data)
{
    struct wt_stream *st = find_stream(ch, id);
    struct substream *sub = st ? sub_of(st) : NULL;
    if (sub == NULL || sub->is_shut)
        return QV_CHANNEL_SEND_CANNOT;
    if (!substreams_write(sub, data))
        return QV_CHANNEL_SEND_FULL;
    ch->stats.bytes_out += data.len;
    return QV_CHANNEL_SEND_OK;
}

static enum qv_channel_sent add_capsule(struct channel *ch, uint64_t type,
                                        struct span value)
{
    uint8_t head[CAPSULE_HEAD_MAX];
    if (!channel_out_has_room(ch))
        return QV_CHANNEL_SEND_FULL;
    buf_add(&ch->out, span_of(head, capsule_head(head, type, value.len)));
    buf_add(&ch->out, value);
    channel_out_wake(ch);
    return QV_CHANNEL_SEND_OK;
}

static enum qv_channel_sent send_message(struct channel *ch,
                                         const struct qv_channel_message *m)
{
    struct span data = span_of(m->data, m->len);
    if (m->what == QV_CHANNEL_DATAGRAM)
        return send_datagram(ch, data);
    if (m->what == QV_CHANNEL_STREAM)
        return send_on_stream(ch, m->stream, data);
    if (m->what == QV_CHANNEL_CAPSULE)
        return add_capsule(ch, m->type, data);
    return QV_CHANNEL_SEND_CANNOT;
}

static int64_t open_stream(struct channel *ch, bool is_uni)
{
    struct substream *sub = substreams_open(&codec_of(ch)->streams, is_uni);
    return sub ? make_stream(ch, sub)->id : -1;
}

static void end_stream(struct channel *ch, int64_t id)
{
    struct wt_stream *st = find_stream(ch, id);
    struct substream *sub = st ? sub_of(st) : NULL;
    if (sub)
        substreams_end(sub);
}

static void reset_stream(struct channel *ch, int64_t id, uint32_t code)
{
    struct wt_stream *st = find_stream(ch, id);
    struct substream *sub = st ? sub_of(st) : NULL;
    if (sub == NULL)
        return;
    substreams_reset(sub, code);
    substreams_stop(sub, code);
}

static void fini(struct channel *ch)
{
    struct webtransport_codec *w = codec_of(ch);
    struct wt_stream *st;
    size_t at = 0;
    while ((st = map_next(&w->by_id, &at)) != NULL)
        drop_stream(st);
    map_fini(&w->by_id);
    if (w->is_made)
        capsule_reader_fini(&w->reader);
}

const struct channel_kind channel_webtransport = {
    .protocol = "webtransport",
    .linger = LINGER,
    .check = check,
    .needs = needs,
    .ask = ask_for_session,
    .accept = accept_answer,
    .describe = describe,
    .feed = feed,
    .datagram = on_datagram,
    .peer_end = peer_end,
    .send = send_message,
    .end = end,
    .resume = resume,
    .open_stream = open_stream,
    .end_stream = end_stream,
    .reset_stream = reset_stream,
    .fini = fini,
};
