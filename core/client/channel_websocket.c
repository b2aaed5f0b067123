/*
 * WebSocket (RFC 6455; over HTTP/2 and HTTP/3 RFC 8441 and RFC 9220).
 *
 * The stream does not end with our close frame: some servers take the end of
 * the stream for the end of everything, and what they still had to say would be
 * lost.  It ends when both close frames are there.
 */
#include <stdio.h>

#include "base/fault.h"
#include "base/utf8.h"
#include "channel/websocket.h"
#include "channel/websocket_handshake.h"
#include "client/channel_kind.h"

#define LINGER (10 * LOOP_S)

struct websocket_codec {
    struct websocket_offer offer;
    struct websocket_handshake agreed;
    struct websocket ws;
    bool is_made; /* ws is */
    unsigned own_code;
    uint64_t pinged_at; /* 0: no ping of the timer is out */
    uint64_t npings;
    bool has_pong; /* to send, as soon as there is room */
    size_t pong_len;
    uint8_t pong[WEBSOCKET_CONTROL_MAX];
};

static struct websocket_codec *codec_of(const struct channel *ch)
{
    return ch->codec;
}

static uint64_t now_of(const struct channel *ch)
{
    return loop_now(ch->client->loop);
}

/* --- opening ----------------------------------------------------------- */

/* RFC 6455 4.1: tokens, each once. */
static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    for (size_t i = 0; i < ask->nsubprotocols; i++) {
        struct span name = span_str(ask->subprotocols[i]);
        bool is_good = fields_is_name(name);
        for (size_t k = 0; k < i && is_good; k++)
            is_good = !span_equal(name, span_str(ask->subprotocols[k]));
        if (!is_good) {
            fault_set(fault, ERR_USAGE, 0,
                      "bad or repeated subprotocol '%.80s'",
                      ask->subprotocols[i]);
            return false;
        }
    }
    return true;
}

static unsigned needs(const struct channel *ch)
{
    (void)ch;
    return FEATURE_PROTOCOL;
}

static void ask_for_websocket(struct channel *ch)
{
    const struct qv_channel_request *ask = ch->ask;
    struct websocket_codec *w = codec_of(ch);
    if (w == NULL)
        ch->codec = w = ARENA_NEW(&ch->arena, struct websocket_codec);
    w->offer = (struct websocket_offer){
        .subprotocols = ask->subprotocols,
        .nsubprotocols = ask->nsubprotocols,
        .deflate = {.is_on = !ask->no_deflate,
                    .client_max_window_bits = WEBSOCKET_DEFLATE_BITS_ANY},
    };
    websocket_handshake_make_key(w->offer.key);
    websocket_handshake_offer(&w->offer, &ch->request.fields,
                              &ch->upgrade_fields);
}

static bool accept_answer(struct channel *ch, const struct response_head *head,
                          struct fault *fault)
{
    struct websocket_codec *w = codec_of(ch);
    if (!websocket_handshake_confirm(&w->offer, head, &w->agreed, fault))
        return false;
    const struct websocket_options o = {.role = WEBSOCKET_CLIENT,
                                        .message_max = ch->ask->max_message,
                                        .deflate = &w->agreed.deflate};
    websocket_init(&w->ws, &o);
    w->is_made = true;
    return true;
}

static void describe(struct channel *ch, struct qv_channel_opened *o)
{
    const struct websocket_codec *w = codec_of(ch);
    struct str extensions;
    if (w->agreed.subprotocol.base)
        o->subprotocol =
            (const char *)arena_copy(&ch->arena, w->agreed.subprotocol).base;
    str_init(&extensions);
    websocket_deflate_add(&extensions, &w->agreed.deflate);
    o->extensions =
        (const char *)arena_copy(&ch->arena, str_span(&extensions)).base;
    str_fini(&extensions);
}

/* --- ends -------------------------------------------------------------- */

/* Ends that are no errors (RFC 6455 7.4.1), and the answer to our own. */
static bool is_clean(const struct channel *ch, unsigned code)
{
    return code == WEBSOCKET_CODE_NORMAL || code == WEBSOCKET_CODE_GOING_AWAY ||
           code == WEBSOCKET_CODE_NONE ||
           (ch->state == CHANNEL_ENDING && code == codec_of(ch)->own_code);
}

static void on_close(struct channel *ch, const struct websocket_event *e)
{
    struct websocket_codec *w = codec_of(ch);
    enum qv_channel_by by =
        ch->state == CHANNEL_ENDING ? QV_CHANNEL_BY_US : QV_CHANNEL_BY_PEER;
    channel_set_code(ch, e->code, e->data);
    if (!is_clean(ch, e->code))
        fault_set(&ch->end.fault, ERR_CHANNEL_CLOSED, e->code,
                  "the peer closed the WebSocket with code %u%s%.*s", e->code,
                  e->data.len ? ": " : "", SPAN_ARG(e->data));
    websocket_close(&w->ws, &ch->out, e->code, span_str(""));
    channel_close(ch, by);
}

static void on_failed(struct channel *ch, const struct websocket_event *e)
{
    fault_set(&ch->end.fault, ERR_CHANNEL_CLOSED, e->code,
              "closed with code %u: %s", e->code, e->problem);
    channel_set_code(ch, e->code, span_str(e->problem));
    websocket_close(&codec_of(ch)->ws, &ch->out, e->code, span_str(e->problem));
    channel_close(ch, QV_CHANNEL_BY_US);
}

/* RFC 6455 7.1.5 */
static void peer_end(struct channel *ch)
{
    struct fault why;
    fault_set(&why, ERR_CHANNEL_CLOSED, WEBSOCKET_CODE_CUT_OFF,
              "the WebSocket ended without a close frame");
    channel_set_code(ch, WEBSOCKET_CODE_CUT_OFF, span_str(""));
    channel_fail(ch, QV_CHANNEL_BY_PEER, &why, 0);
}

static void end(struct channel *ch, uint64_t code, const char *reason)
{
    struct websocket_codec *w = codec_of(ch);
    w->own_code = websocket_is_close_code((unsigned)code)
                      ? (unsigned)code
                      : WEBSOCKET_CODE_NORMAL;
    websocket_close(&w->ws, &ch->out, w->own_code, span_str(reason));
    channel_out_wake(ch);
}

static void linger_over(struct channel *ch)
{
    fault_set(&ch->end.fault, ERR_TIMEOUT, 0,
              "the peer did not answer our close frame");
}

/* --- in ---------------------------------------------------------------- */

/* A peer that pings and does not read gets the last pong alone (RFC 6455
 * 5.5.3). */
static void send_pong(struct channel *ch)
{
    struct websocket_codec *w = codec_of(ch);
    if (!w->has_pong || !channel_out_has_room(ch))
        return;
    w->has_pong = false;
    websocket_send(&w->ws, &ch->out, WEBSOCKET_PONG,
                   span_of(w->pong, w->pong_len));
    channel_out_wake(ch);
}

static void on_ping(struct channel *ch, struct span data)
{
    struct websocket_codec *w = codec_of(ch);
    w->has_pong = true;
    w->pong_len = data.len;
    if (data.len > 0)
        memcpy(w->pong, data.base, data.len);
    send_pong(ch);
    (void)channel_tell(ch, &(struct qv_channel_event){.what = QV_CHANNEL_PING,
                                                      .data = data.base,
                                                      .len = data.len,
                                                      .stream = -1});
}

static void on_pong(struct channel *ch, struct span data)
{
    struct websocket_codec *w = codec_of(ch);
    if (w->pinged_at)
        ch->stats.rtt = now_of(ch) - w->pinged_at;
    w->pinged_at = 0;
    ch->unanswered = 0;
    (void)channel_tell(ch, &(struct qv_channel_event){.what = QV_CHANNEL_PONG,
                                                      .data = data.base,
                                                      .len = data.len,
                                                      .stream = -1});
}

static void on_websocket_event(struct channel *ch,
                               const struct websocket_event *e)
{
    switch (e->what) {
    case WEBSOCKET_TEXT:
        (void)channel_tell_message(ch, QV_CHANNEL_TEXT, e->data);
        return;
    case WEBSOCKET_BINARY:
        (void)channel_tell_message(ch, QV_CHANNEL_BINARY, e->data);
        return;
    case WEBSOCKET_PING:
        on_ping(ch, e->data);
        return;
    case WEBSOCKET_PONG:
        on_pong(ch, e->data);
        return;
    case WEBSOCKET_CLOSE:
        on_close(ch, e);
        return;
    case WEBSOCKET_FAILED:
        on_failed(ch, e);
        return;
    }
}

static size_t feed(struct channel *ch, struct span bytes)
{
    struct websocket_codec *w = codec_of(ch);
    struct span rest = bytes;
    struct websocket_event e;
    while (channel_is_receiving(ch) && websocket_next(&w->ws, &rest, &e))
        on_websocket_event(ch, &e);
    return bytes.len - rest.len;
}

/* --- out --------------------------------------------------------------- */

static bool what_of(enum qv_channel_what what, enum websocket_what *frame)
{
    switch (what) {
    case QV_CHANNEL_TEXT:
        *frame = WEBSOCKET_TEXT;
        return true;
    case QV_CHANNEL_BINARY:
        *frame = WEBSOCKET_BINARY;
        return true;
    case QV_CHANNEL_PING:
        *frame = WEBSOCKET_PING;
        return true;
    case QV_CHANNEL_PONG:
        *frame = WEBSOCKET_PONG;
        return true;
    case QV_CHANNEL_DATAGRAM:
    case QV_CHANNEL_STREAM:
    case QV_CHANNEL_CAPSULE:
    case QV_CHANNEL_TRAILERS:
    case QV_CHANNEL_DROP:
    case QV_CHANNEL_MAX:
    case QV_CHANNEL_STREAM_OPEN:
    case QV_CHANNEL_STREAM_RESET:
    case QV_CHANNEL_STREAM_STOP:
    case QV_CHANNEL_DRAIN:
    case QV_CHANNEL_END:
        break;
    }
    return false;
}

static enum qv_channel_sent send_message(struct channel *ch,
                                         const struct qv_channel_message *m)
{
    struct span data = span_of(m->data, m->len);
    enum websocket_what what;
    if (!what_of(m->what, &what) ||
        (what == WEBSOCKET_TEXT && utf8_valid_len(data) != data.len))
        return QV_CHANNEL_SEND_CANNOT;
    bool is_message = what == WEBSOCKET_TEXT || what == WEBSOCKET_BINARY;
    if (!is_message && data.len > WEBSOCKET_CONTROL_MAX)
        return QV_CHANNEL_SEND_TOO_LARGE;
    if (!channel_out_has_room(ch))
        return QV_CHANNEL_SEND_FULL;
    if (!websocket_send(&codec_of(ch)->ws, &ch->out, what, data))
        return QV_CHANNEL_SEND_ENDED;
    ch->stats.messages_out += is_message;
    ch->stats.bytes_out += is_message ? data.len : 0;
    channel_out_wake(ch);
    return QV_CHANNEL_SEND_OK;
}

static void ping(struct channel *ch)
{
    struct websocket_codec *w = codec_of(ch);
    char number[24];
    int len = snprintf(number, sizeof number, "%llu",
                       (unsigned long long)++w->npings);
    w->pinged_at = now_of(ch);
    websocket_send(&w->ws, &ch->out, WEBSOCKET_PING,
                   span_of(number, (size_t)len));
    channel_out_wake(ch);
}

static void fini(struct channel *ch)
{
    if (codec_of(ch)->is_made)
        websocket_fini(&codec_of(ch)->ws);
}

const struct channel_kind channel_websocket = {
    .protocol = "websocket",
    .linger = LINGER,
    .check = check,
    .needs = needs,
    .ask = ask_for_websocket,
    .accept = accept_answer,
    .describe = describe,
    .feed = feed,
    .peer_end = peer_end,
    .send = send_message,
    .end = end,
    .linger_over = linger_over,
    .drain = send_pong,
    .ping = ping,
    .fini = fini,
};
