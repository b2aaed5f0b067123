/*
 * UDP packets by CONNECT-UDP (RFC 9298).
 *
 * The protocol is one of capsules by its own definition, whatever the answer says
 * of them: a packet goes in a datagram of QUIC's where both sides have those and
 * it fits, else in a DATAGRAM capsule on the stream.
 */
#include "base/qlog.h"
#include "channel/capsule.h"
#include "channel/connect_udp.h"
#include "client/channel_kind.h"
#include "client/channel_trace.h"

#define LINGER (2 * LOOP_S)

struct udp_codec {
    struct capsule_reader reader;
};

static struct udp_codec *codec_of(const struct channel *ch)
{
    return ch->codec;
}

/* ---- opening ---- */

static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    (void)ask;
    (void)fault;
    return true;
}

static unsigned needs(const struct channel *ch)
{
    return FEATURE_PROTOCOL | (ch->ask->transport == QV_CHANNEL_OVER_QUIC
                                   ? (unsigned)FEATURE_DATAGRAMS
                                   : 0U);
}

static void ask_for_capsules(struct channel *ch)
{
    struct span name = SPAN_LIT("Capsule-Protocol");
    if (!fields_find(&ch->request.fields, name))
        fields_add(&ch->request.fields, name, SPAN_LIT("?1"));
}

static bool accept_answer(struct channel *ch, const struct response_head *head,
                          struct fault *fault)
{
    static const struct capsule_limits limits = {.datagram =
                                                     CAPSULE_DATAGRAM_MAX};
    struct udp_codec *u = ARENA_NEW(&ch->arena, struct udp_codec);
    (void)head;
    (void)fault;
    capsule_reader_init(&u->reader, &limits);
    ch->codec = u;
    ch->is_quic =
        ch->ask->transport != QV_CHANNEL_OVER_CAPSULES && ch->datagrams.max > 0;
    ch->told_max = ch->is_quic ? ch->datagrams.max : CAPSULE_DATAGRAM_MAX;
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
        o->why = "the proxy has no HTTP datagrams";
    else
        o->why = "this version of HTTP has no datagrams of its own";
}

/* ---- in ---- */

static void on_datagram(struct channel *ch, struct span datagram)
{
    struct span packet;
    if (!connect_udp_packet(datagram, &packet))
        return;
    channel_trace_received(ch, packet.len);
    channel_tell_message(ch, QV_CHANNEL_DATAGRAM, packet);
}

static size_t feed(struct channel *ch, struct span bytes)
{
    struct span rest = bytes;
    struct capsule c;
    codec_of(ch)->reader.qlog = ch->ex.qlog;
    while (channel_is_receiving(ch) &&
           capsule_next(&codec_of(ch)->reader, &rest, &c)) {
        if (c.type != CAPSULE_DATAGRAM)
            continue; /* RFC 9297 3.2: others are passed over */
        if (capsule_is_cut(&c)) {
            channel_fail_malformed(
                ch, "a DATAGRAM capsule is larger than any datagram");
            break;
        }
        ch->stats.datagrams_received++;
        on_datagram(ch, c.value);
    }
    return bytes.len - rest.len;
}

static void peer_end(struct channel *ch)
{
    if (capsule_may_end(&codec_of(ch)->reader))
        channel_close(ch, QV_CHANNEL_BY_PEER);
    else
        channel_fail_malformed(ch, "the stream ended within a capsule");
}

/* ---- out ---- */

static enum qv_channel_sent send_capsule(struct channel *ch, struct span packet)
{
    uint8_t head[CAPSULE_HEAD_MAX];
    if (!channel_out_has_room(ch))
        return QV_CHANNEL_SEND_FULL;
    size_t len =
        capsule_head(head, CAPSULE_DATAGRAM, CONNECT_UDP_HEAD_LEN + packet.len);
    buf_add(&ch->out, span_of(head, len));
    buf_add(&ch->out, span_of(CONNECT_UDP_HEAD, CONNECT_UDP_HEAD_LEN));
    buf_add(&ch->out, packet);
    qlog_capsule(ch->ex.qlog, CAPSULE_DATAGRAM,
                 CONNECT_UDP_HEAD_LEN + packet.len, QLOG_LOCAL);
    channel_out_wake(ch);
    ch->stats.datagrams_sent++;
    return QV_CHANNEL_SEND_OK;
}

static enum qv_channel_sent send_packet(struct channel *ch, struct span packet)
{
    struct span head = span_of(CONNECT_UDP_HEAD, CONNECT_UDP_HEAD_LEN);
    if (ch->is_quic && head.len + packet.len <= ch->datagrams.max) {
        channel_out_datagram_behind(ch, head, packet);
        return QV_CHANNEL_SEND_OK;
    }
    if (packet.len > CONNECT_UDP_PACKET_MAX ||
        ch->ask->transport == QV_CHANNEL_OVER_QUIC) {
        channel_trace_unsent(ch, packet.len, "too_large");
        return QV_CHANNEL_SEND_TOO_LARGE;
    }
    return send_capsule(ch, packet);
}

static enum qv_channel_sent send_message(struct channel *ch,
                                         const struct qv_channel_message *m)
{
    if (m->what != QV_CHANNEL_DATAGRAM)
        return QV_CHANNEL_SEND_CANNOT;
    enum qv_channel_sent sent = send_packet(ch, span_of(m->data, m->len));
    if (sent != QV_CHANNEL_SEND_OK)
        return sent;
    channel_out_count(ch, m->len);
    return QV_CHANNEL_SEND_OK;
}

static void fini(struct channel *ch)
{
    capsule_reader_fini(&codec_of(ch)->reader);
}

const struct channel_kind channel_udp = {
    .protocol = CONNECT_UDP_PROTOCOL,
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
