#include "record/phases.h"

const char *const phase_names[PHASES] = {
    [PHASE_QUEUE] = "queue",     [PHASE_DNS] = "dns",
    [PHASE_CONNECT] = "connect", [PHASE_TLS] = "tls",
    [PHASE_SEND] = "send",       [PHASE_WAIT] = "wait",
    [PHASE_RECEIVE] = "receive",
};

/* One stage's length; each time is counted from the transfer's start. */
static double lasted(double from, double to)
{
    return from < 0 || to < from ? -1 : to - from;
}

/* When the connection was as far as it ever got. */
static double last_stage(const struct qv_stages *s)
{
    double last = s->queue;
    if (s->namelookup > last)
        last = s->namelookup;
    if (s->connect > last)
        last = s->connect;
    if (s->appconnect > last)
        last = s->appconnect;
    return last;
}

/* Between a connection that stands and a request that may go out lies the
 * wait for room on it: the second part of the queue. */
static double queued(const struct qv_stages *s, double start)
{
    double stage = last_stage(s);
    if (s->queue < 0)
        return s->queue;
    double first = s->queue > start ? s->queue - start : 0;
    return s->pretransfer < stage ? first : first + s->pretransfer - stage;
}

void phases_of(struct phases *p, const struct qv_stages *s, double start,
               double end)
{
    double begun = s->queue < 0 ? start : s->queue;
    *p = (struct phases){{
        [PHASE_QUEUE] = queued(s, start),
        [PHASE_DNS] = lasted(begun, s->namelookup),
        [PHASE_CONNECT] = lasted(s->namelookup, s->connect),
        [PHASE_TLS] = lasted(s->connect, s->appconnect),
        [PHASE_SEND] = lasted(s->pretransfer, s->posttransfer),
        [PHASE_WAIT] = lasted(s->posttransfer, s->starttransfer),
        [PHASE_RECEIVE] = lasted(s->starttransfer, end),
    }};
}

void phases_of_result(struct phases *p, const struct qv_result *r)
{
    const struct qv_stages s = {
        .queue = r->time_queue,
        .namelookup = r->time_namelookup,
        .connect = r->time_connect,
        .appconnect = r->time_appconnect,
        .pretransfer = r->time_pretransfer,
        .posttransfer = r->time_posttransfer,
        .starttransfer = r->time_starttransfer,
    };
    phases_of(p, &s, r->num_redirects > 0 ? r->time_redirect : 0,
              r->time_total);
}
