/*
 * The phases are laid end to end: each takes the time from where the one before
 * ended, so that they add up to the whole however the exchange went, and the one
 * in which it ended has the rest.  A stage that was over before (of a connection
 * that stood already; of an answer that came before the request was sent) took
 * no time.
 *
 * Rejected: the difference of two stages for each.  An upload that is answered
 * early has a first byte before its last one is sent, and what failed has no
 * end.
 */
#include "record/phases.h"

const char *const phase_names[PHASES] = {
    [PHASE_QUEUE] = "queue",     [PHASE_DNS] = "dns",
    [PHASE_CONNECT] = "connect", [PHASE_TLS] = "tls",
    [PHASE_SEND] = "send",       [PHASE_WAIT] = "wait",
    [PHASE_RECEIVE] = "receive",
};

/* A walk along the stages. */
struct walk {
    struct phases *p;
    double at;      /* all before has its phase */
    enum phase now; /* what the time from here on is of */
};

static void spend(struct walk *w, double until)
{
    double *lasted = &w->p->lasted[w->now];
    double more = until > w->at ? until - w->at : 0;
    *lasted = (*lasted > 0 ? *lasted : 0) + more;
    w->at += more;
}

/* A stage is over, if it happened, and the next is begun. */
static void pass(struct walk *w, enum phase of, double until)
{
    if (until < 0)
        return;
    w->now = of;
    spend(w, until);
}

/* A request that went out as early data did not wait for the handshake. */
static double early(const struct qv_stages *s, double stage)
{
    return s->pretransfer >= 0 && stage > s->pretransfer ? s->pretransfer
                                                         : stage;
}

void phases_of(struct phases *p, const struct qv_stages *s, double start,
               double end)
{
    struct walk w = {.p = p, .at = start, .now = PHASE_QUEUE};
    for (size_t i = 0; i < PHASES; i++)
        p->lasted[i] = -1;
    pass(&w, PHASE_QUEUE, s->queue);
    pass(&w, PHASE_QUEUE, s->dial);
    pass(&w, PHASE_DNS, s->namelookup);
    pass(&w, PHASE_CONNECT, early(s, s->connect));
    pass(&w, PHASE_TLS, early(s, s->appconnect));
    /* Between a connection that stands and a request that may go out lies the
     * wait for room on it. */
    pass(&w, PHASE_QUEUE, s->pretransfer);
    pass(&w, PHASE_SEND, s->posttransfer);
    pass(&w, PHASE_WAIT, s->starttransfer);
    /* What it ended in. */
    w.now = s->starttransfer >= 0  ? PHASE_RECEIVE
            : s->posttransfer >= 0 ? PHASE_WAIT
            : s->pretransfer >= 0  ? PHASE_SEND
            : s->appconnect >= 0   ? PHASE_QUEUE
            : s->connect >= 0      ? PHASE_TLS
            : s->namelookup >= 0   ? PHASE_CONNECT
            : s->dial >= 0         ? PHASE_DNS
                                   : PHASE_QUEUE;
    if (s->queue >= 0 || end > w.at)
        spend(&w, end);
}

/* Where the last of what is told apart ended. */
static double told_until(const struct qv_result *r)
{
    double until = 0;
    if (r->nhops > 0) {
        const struct qv_hop *h = &r->hops[r->nhops - 1];
        until = h->time_start + h->time_total;
    }
    if (r->ntries > 0) {
        const struct qv_try *t = &r->tries[r->ntries - 1];
        double end = t->time_start + t->time_total + t->delay;
        until = end > until ? end : until;
    }
    return until;
}

void phases_of_result(struct phases *p, const struct qv_result *r)
{
    const struct qv_stages s = {
        .queue = r->time_queue,
        .dial = r->time_dial,
        .namelookup = r->time_namelookup,
        .connect = r->time_connect,
        .appconnect = r->time_appconnect,
        .pretransfer = r->time_pretransfer,
        .posttransfer = r->time_posttransfer,
        .starttransfer = r->time_starttransfer,
    };
    phases_of(p, &s, told_until(r), r->time_total);
}
