/*
 *   quiet --silence--> asked --a packet--> quiet (and more patient)
 *                        '----no packet--> the connection is over
 *
 * A server that thinks for long is silent too, and answers each PING: the time
 * until the next one doubles, up to the time after which idle connections are
 * asked.  How long an answer may take is the time of the settings; it is longer
 * than the holes that a lossy path has, and than three probes of its own.
 *
 * ngtcp2 has no call for a PING.  It writes one when its keep-alive time is over,
 * so that is made very short until it has.  It has not in a turn in which a packet
 * had come or gone before, since that time cannot be over then, nor when pacing
 * says that it is too early; then nothing is in flight that would be answered.
 */
#include "conn/quic_liveness.h"

#include "base/fault.h"
#include "conn/quic_ending.h"

/* An answer may be lost, and those that ngtcp2 asks for after it. */
#define PROBES 3

static uint64_t answer_time(const struct quic *q)
{
    uint64_t probes = PROBES * ngtcp2_conn_get_pto2(q->conn);
    uint64_t usual = q->settings->timeouts.liveness;
    return probes > usual ? probes : usual;
}

static void arm(struct quic *q)
{
    struct quic_liveness *l = &q->liveness;
    if (l->asked_at)
        loop_arm(q->loop, &l->timer, l->asked_at + answer_time(q));
    else if (l->is_expected)
        loop_arm(q->loop, &l->timer, l->heard_at + l->patience);
    else
        loop_disarm(q->loop, &l->timer);
}

static void give_up(struct quic *q, uint64_t now)
{
    struct fault why;
    fault_set(&why, ERR_RECV, 0,
              "the path is dead: the peer has been silent for %.1f s and does "
              "not answer",
              (double)(now - q->liveness.heard_at) / (double)LOOP_S);
    why.remedy = REMEDY_PATH;
    quic_ending_by_path(q, &why);
}

static void ask(struct quic *q, uint64_t now)
{
    q->liveness.asked_at = now;
    q->liveness.wants_ping = true;
    quic_wake(q);
}

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct quic_liveness *l = container_of(t, struct quic_liveness, timer);
    struct quic *q = container_of(l, struct quic, liveness);
    if (!quic_is_running(q))
        return;
    if (l->asked_at && now >= l->asked_at + answer_time(q)) {
        give_up(q, now);
        return;
    }
    if (!l->asked_at && now >= l->heard_at + l->patience)
        ask(q, now);
    arm(q);
}

void quic_liveness_init(struct quic *q)
{
    q->liveness = (struct quic_liveness){.timer = {.on_expired = on_timer},
                                         .heard_at = loop_now(q->loop)};
}

void quic_liveness_stop(struct quic *q)
{
    loop_disarm(q->loop, &q->liveness.timer);
}

/* Not everything that is read was from the peer. */
static bool is_heard(struct quic *q)
{
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    bool is_more = info.pkt_recv != q->liveness.nheard;
    q->liveness.nheard = info.pkt_recv;
    return is_more;
}

void quic_liveness_received(struct quic *q)
{
    struct quic_liveness *l = &q->liveness;
    if (!is_heard(q))
        return;
    l->heard_at = loop_now(q->loop);
    if (l->asked_at == 0)
        return;
    l->asked_at = 0;
    l->wants_ping = false;
    l->patience *= 2;
    if (l->patience > q->settings->timeouts.ping_after)
        l->patience = q->settings->timeouts.ping_after;
    arm(q);
    if (quic_is_running(q) && q->app->ops->on_alive)
        q->app->ops->on_alive(q->app);
}

/* ---- what the application asks for ---- */

void quic_expect(struct quic *q, bool is_expected)
{
    struct quic_liveness *l = &q->liveness;
    if (l->is_expected == is_expected || q->link)
        return;
    l->is_expected = is_expected;
    if (!is_expected || !quic_is_running(q)) {
        arm(q);
        return;
    }
    l->patience = q->settings->timeouts.probe_after;
    /* Silence from before is nobody's fault. */
    l->heard_at = loop_now(q->loop);
    arm(q);
}

void quic_ask(struct quic *q)
{
    if (!quic_is_running(q) || q->liveness.asked_at)
        return;
    ask(q, loop_now(q->loop));
    arm(q);
}

uint64_t quic_silence(const struct quic *q)
{
    return loop_now(q->loop) - q->liveness.heard_at;
}

/* ---- the PING ---- */

static bool is_in_flight(const struct quic *q)
{
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    return info.bytes_in_flight > 0;
}

static void keep_alive_after(struct quic *q, uint64_t interval)
{
    ngtcp2_conn_set_keep_alive_timeout(q->conn, interval);
}

void quic_liveness_before_send(struct quic *q)
{
    if (!q->liveness.wants_ping)
        return;
    q->liveness.is_pinging = true;
    keep_alive_after(q, 1);
}

void quic_liveness_after_send(struct quic *q)
{
    struct quic_liveness *l = &q->liveness;
    uint64_t now = loop_now(q->loop);
    bool is_first = l->heard_at != now && l->flushed_at != now;
    l->flushed_at = now;
    if (!l->is_pinging || (l->wants_ping && !(is_first && is_in_flight(q))))
        return;
    l->is_pinging = false;
    l->wants_ping = false;
    keep_alive_after(q, q->keep_alive ? q->keep_alive : UINT64_MAX);
}
