/*
 * HTTP datagrams and capsules (RFC 9297).
 *
 * A datagram goes in QUIC's own where both sides have them.  Elsewhere it is a
 * DATAGRAM capsule on the stream, which every version has.  The stream carries
 * capsules if both sides say so (RFC 9297 3.4), or if datagrams have no other
 * way; else its bytes are the protocol's own.
 */
#include <stdio.h>

#include "base/fault.h"
#include "channel/capsule.h"
#include "client/channel_kind.h"
#include "client/channel_trace.h"

#define LINGER (2 * LOOP_S)

/* Of a capsule that nobody knows, so much is shown. */
#define SHOWN_MAX ((size_t)65536)

struct datagrams_codec {
    bool has_capsules; /* the stream is made of capsules */
    struct capsule_reader reader;
};

static struct datagrams_codec *codec_of(const struct channel *ch)
{
    return ch->codec;
}

/* --- opening ----------------------------------------------------------- */

static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    if (ask->is_unspecified && ask->request.method)
        return true;
    if (ask->protocol && fields_is_name(span_str(ask->protocol)))
        return true;
    fault_set(fault, ERR_USAGE, 0, "a channel needs the name of a protocol");
    return false;
}

static unsigned needs(const struct channel *ch)
{
    const struct qv_channel_request *ask = ch->ask;
    bool has_no_choice =
        ask->transport == QV_CHANNEL_OVER_QUIC ||
        (ask->transport == QV_CHANNEL_OVER_ANY && !ask->has_capsules);
    return (ask->is_unspecified ? 0U : FEATURE_PROTOCOL) |
           (has_no_choice ? FEATURE_DATAGRAMS : 0U);
}

static void ask_for_capsules(struct channel *ch)
{
    struct span name = SPAN_LIT("Capsule-Protocol");
    if (ch->ask->has_capsules && !fields_find(&ch->request.fields, name))
        fields_add(&ch->request.fields, name, SPAN_LIT("?1"));
}

/* RFC 9297 3.4: a boolean of RFC 9651, whose parameters mean nothing yet. */
static bool says_capsules(const struct fields *fields)
{
    struct span value = fields_only_value(fields, "capsule-protocol");
    struct span yes = SPAN_LIT("?1");
    return value.len >= yes.len &&
           span_equal(span_of(value.base, yes.len), yes) &&
           (value.len == yes.len || value.base[yes.len] == ';');
}

static bool accept_answer(struct channel *ch, const struct response_head *head,
                          struct fault *fault)
{
    (void)fault;
    const struct capsule_limits limits = {.datagram = CAPSULE_DATAGRAM_MAX,
                                          .other = SHOWN_MAX};
    struct datagrams_codec *d = ARENA_NEW(&ch->arena, struct datagrams_codec);
    ch->is_quic =
        ch->ask->transport != QV_CHANNEL_OVER_CAPSULES && ch->datagrams.max > 0;
    d->has_capsules =
        ch->ask->has_capsules && (!ch->is_quic || says_capsules(head->fields));
    capsule_reader_init(&d->reader, &limits);
    ch->codec = d;
    ch->told_max = ch->is_quic       ? ch->datagrams.max
                   : d->has_capsules ? CAPSULE_DATAGRAM_MAX
                                     : 0;
    return true;
}

static void describe(struct channel *ch, struct qv_channel_opened *o)
{
    o->transport = ch->is_quic ? "datagram" : "capsule";
    if (ch->is_quic)
        o->why = "both sides have HTTP datagrams";
    else if (ch->ask->transport == QV_CHANNEL_OVER_CAPSULES)
        o->why = "asked for";
    else if (ch->version == HTTP_VERSION_3)
        o->why = "the server has no HTTP datagrams";
    else
        o->why = "this version of HTTP has no datagrams of its own";
}

/* --- in ---------------------------------------------------------------- */

static void on_datagram(struct channel *ch, struct span payload)
{
    channel_trace_received(ch, payload.len);
    channel_tell_message(ch, QV_CHANNEL_DATAGRAM, payload);
}

static void on_capsule(struct channel *ch, const struct capsule *c)
{
    if (c->type == CAPSULE_DATAGRAM && capsule_is_cut(c)) {
        channel_fail_malformed(
            ch, "a DATAGRAM capsule is larger than any datagram");
        return;
    }
    if (c->type == CAPSULE_DATAGRAM) {
        ch->stats.datagrams_received++;
        on_datagram(ch, c->value);
        return;
    }
    ch->stats.bytes_in += c->value.len;
    channel_tell(ch, &(struct qv_channel_event){.what = QV_CHANNEL_CAPSULE,
                                                .data = c->value.base,
                                                .len = c->value.len,
                                                .stream = -1,
                                                .type = c->type,
                                                .count = c->len});
}

static size_t feed(struct channel *ch, struct span bytes)
{
    struct datagrams_codec *d = codec_of(ch);
    struct span rest = bytes;
    struct capsule c;
    if (!d->has_capsules)
        return channel_tell_bytes(ch, bytes);
    d->reader.qlog = ch->ex.qlog;
    while (channel_is_receiving(ch) && capsule_next(&d->reader, &rest, &c))
        on_capsule(ch, &c);
    return bytes.len - rest.len;
}

static void peer_end(struct channel *ch)
{
    const struct datagrams_codec *d = codec_of(ch);
    if (d->has_capsules && !capsule_may_end(&d->reader))
        channel_fail_malformed(ch, "the stream ended within a capsule");
    else
        channel_close(ch, QV_CHANNEL_BY_PEER);
}

/* --- out --------------------------------------------------------------- */

static enum qv_channel_sent add_capsule(struct channel *ch, uint64_t type,
                                        struct span value)
{
    if (!codec_of(ch)->has_capsules)
        return QV_CHANNEL_SEND_CANNOT;
    return channel_out_capsule(ch, type, value);
}

static enum qv_channel_sent refuse_large(struct channel *ch,
                                         struct span payload)
{
    channel_trace_unsent(ch, payload.len, "too_large");
    return QV_CHANNEL_SEND_TOO_LARGE;
}

static enum qv_channel_sent send_datagram(struct channel *ch,
                                          struct span payload)
{
    enum qv_channel_sent sent = QV_CHANNEL_SEND_OK;
    if (payload.len > (ch->is_quic ? ch->datagrams.max : CAPSULE_DATAGRAM_MAX))
        return refuse_large(ch, payload);
    if (ch->is_quic)
        channel_out_datagram(ch, payload);
    else
        sent = add_capsule(ch, CAPSULE_DATAGRAM, payload);
    if (sent != QV_CHANNEL_SEND_OK)
        return sent;
    channel_out_count(ch, payload.len);
    ch->stats.datagrams_sent += !ch->is_quic;
    return sent;
}

static enum qv_channel_sent send_message(struct channel *ch,
                                         const struct qv_channel_message *m)
{
    struct span data = span_of(m->data, m->len);
    if (m->what == QV_CHANNEL_DATAGRAM)
        return send_datagram(ch, data);
    if (m->what == QV_CHANNEL_STREAM && !codec_of(ch)->has_capsules)
        return channel_out_bytes(ch, m);
    if (m->what == QV_CHANNEL_CAPSULE)
        return add_capsule(ch, m->type, data);
    return QV_CHANNEL_SEND_CANNOT;
}

/* --- the end ----------------------------------------------------------- */

static void fini(struct channel *ch)
{
    capsule_reader_fini(&codec_of(ch)->reader);
}

const struct channel_kind channel_datagrams = {
    .linger = LINGER,
    .check = check,
    .needs = needs,
    .ask = ask_for_capsules,
    .accept = accept_answer,
    .describe = describe,
    .feed = feed,
    .datagram = on_datagram,
    .peer_end = peer_end,
    .send = send_message,
    .end = channel_out_fin,
    .fini = fini,
};
