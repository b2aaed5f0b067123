/*
 * WebTransport over HTTP/3 (draft-ietf-webtrans-http3): a session with
 * datagrams, and streams of both sides.
 *
 * The session's own stream carries capsules, of which two are its own: one that
 * closes it, with a code and a reason, and one that asks to come to an end.
 * The streams are session_streams'.
 */
#include "base/fault.h"
#include "base/qlog.h"
#include "channel/capsule.h"
#include "channel/webtransport.h"
#include "client/channel_kind.h"
#include "client/channel_trace.h"
#include "client/request_state.h"
#include "client/session_streams.h"

#define LINGER (2 * LOOP_S)

/* Of a capsule that nobody knows, so much is shown. */
#define SHOWN_MAX ((size_t)65536)

struct webtransport_codec {
    struct session_streams streams;
    struct capsule_reader reader;
    bool is_made;
};

static struct webtransport_codec *codec_of(const struct channel *ch)
{
    return ch->codec;
}

/* --- opening ----------------------------------------------------------- */

static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    enum qv_http http = request_state_asked(&ask->request)->http;
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
        session_streams_init(&w->streams, ch);
    }
    ch->ex.substreams = &w->streams.all;
    if (!fields_find(&ch->request.fields, draft))
        fields_add(&ch->request.fields, draft, SPAN_LIT("1"));
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
    if (session_streams_settle(&codec_of(ch)->streams))
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
    if (webtransport_is_prohibited(c->type)) {
        channel_fail_malformed(ch, "a capsule that WebTransport over HTTP/3 "
                                   "does not allow");
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
    codec_of(ch)->reader.qlog = ch->ex.qlog;
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
    qlog_capsule(ch->ex.qlog, WEBTRANSPORT_CAPSULE_CLOSE, value.len,
                 QLOG_LOCAL);
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
    channel_out_count(ch, payload.len);
    return QV_CHANNEL_SEND_OK;
}

/* --- and out ----------------------------------------------------------- */

static enum qv_channel_sent send_message(struct channel *ch,
                                         const struct qv_channel_message *m)
{
    struct span data = span_of(m->data, m->len);
    if (m->what == QV_CHANNEL_DATAGRAM)
        return send_datagram(ch, data);
    if (m->what == QV_CHANNEL_STREAM)
        return session_streams_send(&codec_of(ch)->streams, m->stream, data);
    if (m->what == QV_CHANNEL_CAPSULE)
        return channel_out_capsule(ch, m->type, data);
    return QV_CHANNEL_SEND_CANNOT;
}

static void resume(struct channel *ch)
{
    session_streams_resume(&codec_of(ch)->streams);
}

static int64_t open_stream(struct channel *ch, bool is_uni)
{
    return session_streams_open(&codec_of(ch)->streams, is_uni);
}

static bool end_stream(struct channel *ch, int64_t id)
{
    return session_streams_end(&codec_of(ch)->streams, id);
}

static bool reset_stream(struct channel *ch, int64_t id, uint32_t code)
{
    return session_streams_reset(&codec_of(ch)->streams, id, code);
}

static void fini(struct channel *ch)
{
    session_streams_fini(&codec_of(ch)->streams);
    if (codec_of(ch)->is_made)
        capsule_reader_fini(&codec_of(ch)->reader);
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
