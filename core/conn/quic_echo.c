/*
 * ngtcp2 says neither which packet a PING was in nor which packets were
 * acknowledged, but each packet passes through quic_aead as it is sealed and
 * opened.  Of the flush that is to have a PING the first 1-RTT packet is the
 * question: ngtcp2 puts the PING in there, unless it asks for an acknowledgement
 * anyway.  All 1-RTT packets are noted with their time, by the number that their
 * header shows, which is cut to the one to four bytes that the peer needs (RFC
 * 9000 17.1) and made whole by the next ACK: it is the one nearest to what that
 * acknowledges.
 *
 * A peer may wait for tens of milliseconds with an acknowledgement, and says for
 * how long it has had the largest packet of it (19.3), some of them badly.  It
 * shall not wait when it has two packets to acknowledge (13.2.2): so a second
 * PING follows the question, if that has no answer by then.  The time is that of
 * the largest packet, whichever it is; whether the question was answered or lost
 * is told by its own packet alone.
 *
 * ngtcp2's qlog would tell both as well, but the delay of an ACK in whole
 * milliseconds only, which are many round trips of a short path.
 */
#include "conn/quic_echo.h"

#include <stdlib.h>

#include "base/span.h"
#include "base/xalloc.h"
#include "conn/quic_ack.h"
#include "conn/quic_aead.h"
#include "conn/quic_self.h"

/* Packets that are remembered: answers to older ones are not known as such. */
#define SENT_MAX 512

/* From the question to the PING behind it; and, as nothing leaves twice in an
 * instant, to the next try of one that could not leave. */
#define SPUR (LOOP_MS / 4)

struct sent {
    uint64_t packet; /* its number, of which `mask` are known at first */
    uint64_t mask;   /* 0: none was sent */
    bool is_whole;
    uint64_t at;
    uint64_t seq; /* that is asked; 0: no question */
    bool is_out;  /* and not answered */
};

struct quic_echo {
    struct quic_aead_tap tap;
    struct quic *quic;
    struct meter *meter;
    struct loop_timer timer;
    uint64_t due; /* its PING has not left; 0: none */
    bool wants_spur;
    bool is_fresh; /* see quic_liveness.c: a PING is written now */
    struct sent sent[SENT_MAX];
    size_t next; /* place of the next one */
    size_t nout; /* questions among them */
    struct meter_answer answers[SENT_MAX];
    size_t nanswers;
};

/* ---- what leaves ---- */

/* Of a short header (RFC 9000 17.3.1): the last bytes, as many as the first
 * says. */
static uint64_t packet_of(struct span header, uint64_t *mask)
{
    size_t len = (size_t)(header.base[0] & 0x03U) + 1;
    uint64_t packet = 0;
    for (size_t i = header.len - len; i < header.len; i++)
        packet = packet << 8 | header.base[i];
    *mask = (UINT64_C(1) << (8 * len)) - 1;
    return packet;
}

static bool is_short(struct span header)
{
    return header.len > 4 && (header.base[0] & 0x80U) == 0;
}

static void on_sealed(struct quic_aead_tap *tap, struct span header)
{
    struct quic_echo *e = container_of(tap, struct quic_echo, tap);
    if (!is_short(header))
        return;
    struct sent *s = &e->sent[e->next++ % SENT_MAX];
    e->nout -= s->is_out;
    *s = (struct sent){.at = loop_now(e->quic->loop)};
    s->packet = packet_of(header, &s->mask);
    if (!e->is_fresh)
        return;
    s->seq = e->due;
    s->is_out = e->due != 0;
    e->nout += s->is_out;
    e->wants_spur = s->is_out;
    e->due = 0;
}

void quic_echo_before_send(struct quic *q)
{
    uint64_t now = loop_now(q->loop);
    q->echo->is_fresh =
        q->liveness.heard_at != now && q->liveness.flushed_at != now;
    if (q->echo->due || q->echo->wants_spur)
        q->liveness.wants_ping = true;
    quic_aead_listen(&q->echo->tap);
}

void quic_echo_after_send(struct quic *q)
{
    struct quic_echo *e = q->echo;
    quic_aead_listen(NULL);
    if (e->due || e->wants_spur)
        loop_arm(q->loop, &e->timer, loop_now(q->loop) + SPUR);
}

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct quic_echo *e = container_of(t, struct quic_echo, timer);
    (void)now;
    e->wants_spur = e->wants_spur && e->nout > 0;
    if (e->due || e->wants_spur)
        quic_wake(e->quic);
}

/* ---- what comes ---- */

static void make_whole(struct sent *s, uint64_t near)
{
    uint64_t half = s->mask / 2 + 1;
    uint64_t packet = (near & ~s->mask) | s->packet;
    if (packet > near + half && packet > s->mask)
        packet -= s->mask + 1;
    else if (packet + half < near)
        packet += s->mask + 1;
    s->packet = packet;
    s->is_whole = true;
}

/* What an ACK says of packets that were sent. */
struct noted {
    const struct sent *largest; /* its delay counts from there; NULL: unknown */
    const struct sent *last;    /* question up to there: the time is of this */
};

static void note(struct quic_echo *e, uint64_t largest, struct noted *n)
{
    *n = (struct noted){.largest = NULL};
    for (size_t i = 0; i < SENT_MAX; i++) {
        struct sent *s = &e->sent[i];
        if (s->mask == 0)
            continue;
        if (!s->is_whole)
            make_whole(s, largest);
        if (s->packet == largest)
            n->largest = s;
        if (s->seq && s->packet <= largest &&
            (n->last == NULL || s->packet > n->last->packet))
            n->last = s;
    }
}

static uint64_t delay_of(const struct quic *q, const struct quic_ack *ack)
{
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    uint64_t longest = UINT64_MAX / LOOP_S;
    unsigned exponent = theirs ? (unsigned)theirs->ack_delay_exponent : 3;
    uint64_t us =
        ack->delay > (longest >> exponent) ? longest : ack->delay << exponent;
    return us * (LOOP_MS / 1000);
}

static void on_opened(struct quic_aead_tap *tap, struct span header,
                      struct span frames)
{
    struct quic_echo *e = container_of(tap, struct quic_echo, tap);
    struct quic_ack ack;
    if (e->nout == 0 || !is_short(header) || !quic_ack_find(frames, &ack))
        return;
    struct noted noted;
    note(e, ack.largest, &noted);
    for (size_t i = 0; i < SENT_MAX; i++) {
        struct sent *s = &e->sent[i];
        if (!s->is_out || !quic_ack_has(&ack, s->packet) ||
            e->nanswers == SENT_MAX)
            continue;
        struct meter_answer *a = &e->answers[e->nanswers++];
        *a = (struct meter_answer){.seq = s->seq};
        a->is_shared = noted.largest == NULL || noted.last != s;
        if (!a->is_shared)
            a->held = delay_of(e->quic, &ack) + noted.largest->at - s->at;
        s->is_out = false;
        e->nout--;
    }
}

void quic_echo_before_read(struct quic *q)
{
    quic_aead_listen(&q->echo->tap);
}

void quic_echo_after_read(void)
{
    quic_aead_listen(NULL);
}

void quic_echo_tell(struct quic *q)
{
    struct quic_echo *e = q->echo;
    if (e->nanswers)
        quic_guard_useful(&q->guard);
    for (size_t i = 0; i < e->nanswers && e->meter; i++)
        e->meter->on_answer(e->meter, &e->answers[i]);
    e->nanswers = 0;
}

/* ---- its life ---- */

static struct quic_echo *make(struct quic *q, struct meter *m)
{
    struct quic_echo *e = XALLOC_NEW(struct quic_echo);
    e->tap = (struct quic_aead_tap){on_sealed, on_opened};
    e->quic = q;
    e->meter = m;
    e->timer.on_expired = on_timer;
    return e;
}

bool quic_measure(struct quic *q, struct meter *m, uint64_t seq)
{
    if (q->state != QUIC_RUNNING || q->ending.is_asked)
        return false;
    if (q->echo == NULL)
        q->echo = make(q, m);
    if (q->echo->due)
        return false;
    q->echo->due = seq;
    quic_wake(q);
    return true;
}

void quic_echo_stop(struct quic *q)
{
    if (q->echo == NULL)
        return;
    q->echo->meter = NULL;
    loop_disarm(q->loop, &q->echo->timer);
}

void quic_echo_free(struct quic *q)
{
    free(q->echo);
}
