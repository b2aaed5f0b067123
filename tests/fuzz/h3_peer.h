/*
 * h3_peer -- the other end of an HTTP/3 connection over the fake QUIC, played
 * by an input; what the two programs for HTTP/3 share.
 *
 * Include it after support/fake_quic.h, whose functions are static.
 */
#ifndef TESTS_FUZZ_H3_PEER_H
#define TESTS_FUZZ_H3_PEER_H

#include "base/qlog.h"
#include "fake_loop.h"
#include "fuzz_input.h"
#include "support/h3_script.h"

enum h3_peer_knob {
    H3_PEER_PIECES = 1,
    H3_PEER_SMALL_WINDOW = 2,
    H3_PEER_FEW_STREAMS = 4,
    H3_PEER_NO_CONTROL = 8,
};

static inline uint64_t h3_peer_now(const struct qlog *log)
{
    return log->start;
}

/* Half a trace would be no JSON. */
static inline void h3_peer_on_added(struct qlog *log)
{
    assert(log->out.len > 3 && log->out.base[0] == '\x1e');
    assert(memcmp(log->out.base + log->out.len - 3, "}}\n", 3) == 0);
    str_clear(&log->out);
}

/* What a peer sends is told to a trace, too. */
static struct qlog h3_peer_log = {.now = h3_peer_now,
                                  .added = h3_peer_on_added};

static inline void h3_peer_set_knobs(struct quic *q, uint8_t knobs)
{
    q->qlog = &h3_peer_log;
    if (knobs & H3_PEER_PIECES)
        q->piece = 1 + (knobs >> 6);
    if (knobs & H3_PEER_SMALL_WINDOW)
        q->send_window = 30;
    if (knobs & H3_PEER_FEW_STREAMS)
        q->bidi_left = 2;
}

static inline void h3_peer_say_hello(struct quic *q, int64_t control)
{
    static const uint64_t settings[] = {1, 4096, 7, 16};
    struct str s;
    str_init(&s);
    h3_script_control(&s, settings, 4);
    fake_quic_receive(q, control, str_span(&s), false);
    str_fini(&s);
}

/* What a stream of one of the first sessions begins with. */
static inline void h3_peer_add_session(struct str *s, int64_t id, uint8_t which)
{
    h3_script_varint(s, id & 2 ? 0x54 : 0x41);
    h3_script_varint(s, (which & 3U) * 4);
}

/* A code of HTTP/3, or of a session's streams. */
static inline uint64_t h3_peer_code(uint8_t how)
{
    return how < 200 ? UINT64_C(0x100) + how % 20
                     : UINT64_C(0x52e4a40fa8db) + how;
}

/* Frames that do not depend on the side: settings, numbers, bytes. */
static inline void h3_peer_add_frame(struct str *s, struct fuzz_input *in)
{
    static const uint64_t types[] = {0x07, 0x03, 0x0d, 0x02, 0x05, 0x0f0700};
    static const uint64_t settings[] = {1, 4096, 7, 16, 6, 1000};
    struct str payload;
    str_init(&payload);
    switch (fuzz_input_u8(in) % 6) {
    case 0: /* GOAWAY, CANCEL_PUSH, MAX_PUSH_ID, and what is reserved */
        h3_script_varint(&payload, (uint64_t)fuzz_input_u8(in) * 4 % 64);
        h3_script_frame(s, INPUT_LINES_PICK(types, in), str_span(&payload));
        break;
    case 1:
        for (uint8_t n = fuzz_input_u8(in) % 6; n > 0; n--) {
            h3_script_varint(&payload, fuzz_input_u8(in));
            h3_script_varint(&payload, (uint64_t)fuzz_input_u8(in)
                                           << fuzz_input_u8(in) % 54);
        }
        h3_script_frame(s, 0x04, str_span(&payload));
        break;
    case 2:
        h3_script_frame(s, fuzz_input_u8(in),
                        fuzz_input_take(in, fuzz_input_u8(in) % 40));
        break;
    case 3:
        h3_script_varint(s, 0x21 + 0x1f * (uint64_t)fuzz_input_u8(in));
        h3_script_varint(s, fuzz_input_u8(in));
        break;
    case 4:
        str_add(s, fuzz_input_take(in, fuzz_input_u8(in) % 48));
        break;
    case 5:
        h3_script_control(s, settings, 6);
        break;
    }
    str_fini(&payload);
}

static inline void h3_peer_add_filling(struct str *s, size_t n)
{
    struct str filling;
    str_init(&filling);
    for (size_t i = 0; i < n; i++)
        str_add_char(&filling, 'd');
    h3_script_frame(s, 0x00, str_span(&filling));
    str_fini(&filling);
}

static inline void h3_peer_unblock(struct quic *q, int64_t id, uint64_t more)
{
    struct fake_stream *s = fake_quic_find(q, id);
    if (s == NULL || q->app == NULL)
        return;
    s->send_limit += more;
    if (s->is_blocked)
        q->app->ops->on_stream_unblocked(q->app, id);
    s->is_blocked = false;
    quic_wake(q);
}

enum h3_peer_op {
    H3_PEER_RESET,
    H3_PEER_STOP,
    H3_PEER_ALLOW,
    H3_PEER_LOSE,
    H3_PEER_HOLD_ACKS,
    H3_PEER_WINDOW,
    H3_PEER_OPS,
};

/* What happens on the level of QUIC, on a stream. */
static inline void h3_peer_act(struct quic *q, enum h3_peer_op op, int64_t id,
                               uint8_t how)
{
    switch (op) {
    case H3_PEER_RESET:
        fake_quic_receive_reset(q, id, h3_peer_code(how));
        break;
    case H3_PEER_STOP:
        if (!(id & 2) && fake_quic_find(q, id))
            fake_quic_receive_stop(q, id, h3_peer_code(how));
        break;
    case H3_PEER_ALLOW:
        fake_quic_allow(q, how % 8);
        break;
    case H3_PEER_LOSE:
        fake_quic_lose(q, how & 1 ? ERR_NONE : ERR_RECV, how, "lost");
        break;
    case H3_PEER_HOLD_ACKS:
        q->holds_acks = !q->holds_acks;
        quic_wake(q);
        break;
    case H3_PEER_WINDOW:
        h3_peer_unblock(q, id, 1 + (uint64_t)how * 8);
        break;
    case H3_PEER_OPS:
        break;
    }
}

#endif
