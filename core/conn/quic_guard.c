/*
 * The limit must be out of reach for an honest peer on a bad path.  After a
 * packet is lost, everything behind it waits for it: up to a window of
 * packets arrive with nothing to hand on.  A sender that mistakes a delay for
 * loss sends a window again.  Twice that, and some, is no accident; a
 * processor reads them in a tenth of a second.
 *
 * Those packets are long.  A short one holds no body: an acknowledgement, of
 * which there may be one for two packets of an upload, or a PING.
 */
#include "conn/quic_guard.h"

/* Stream bytes in a packet, at least, when there are many to send. */
#define PACKET_BYTES 1200

/* Shorter packets hold no piece of a body, and weigh more. */
#define SHORT_MAX    200
#define SHORT_WEIGHT 4

/* What one useful event pays back. */
#define USEFUL 64

/* A full debt is forgiven in this time. */
#define FORGIVE_NS  UINT64_C(10000000000)
#define FORGIVE_MIN UINT64_C(10000000)

void quic_guard_init(struct quic_guard *g, const struct settings *s,
                     uint64_t now)
{
    uint64_t window = s->quic.max_conn_window / PACKET_BYTES;
    *g = (struct quic_guard){
        .limit = s->limits.no_progress + 2 * window,
        .forgave_at = now,
    };
}

static void pay(struct quic_guard *g, uint64_t much)
{
    g->debt -= much < g->debt ? much : g->debt;
}

static void forgive(struct quic_guard *g, uint64_t now)
{
    uint64_t passed = now - g->forgave_at;
    if (passed < FORGIVE_MIN)
        return;
    g->forgave_at = now;
    pay(g, passed < FORGIVE_NS ? passed / (FORGIVE_NS / g->limit) : g->limit);
}

bool quic_guard_packet(struct quic_guard *g, size_t len, uint64_t now)
{
    forgive(g, now);
    g->debt += len < SHORT_MAX ? SHORT_WEIGHT : 1;
    return g->debt <= g->limit;
}

void quic_guard_useful(struct quic_guard *g)
{
    pay(g, USEFUL);
}
