#include "ping/ping_stats.h"

#include <math.h>

/* Welford's way: no difference of large sums. */
void ping_stats_time(struct ping_stats *s, uint64_t rtt)
{
    double time = (double)rtt;
    double from = time - s->mean;
    if (s->timed > 0)
        s->steps += fabs(time - (double)s->last);
    s->last = rtt;
    s->min = s->timed == 0 || rtt < s->min ? rtt : s->min;
    s->max = rtt > s->max ? rtt : s->max;
    s->timed++;
    s->mean += from / (double)s->timed;
    s->squares += from * (time - s->mean);
}

double ping_stats_mean(const struct ping_stats *s)
{
    return s->mean;
}

/* Newton's: without libm, which nothing else here needs. */
static double root_of(double square)
{
    double root = square > 1 ? square : 1;
    double next = (root + square / root) / 2;
    while (next < root) {
        root = next;
        next = (root + square / root) / 2;
    }
    return root;
}

double ping_stats_deviation(const struct ping_stats *s)
{
    return s->timed ? root_of(s->squares / (double)s->timed) : 0;
}

double ping_stats_jitter(const struct ping_stats *s)
{
    return s->timed > 1 ? s->steps / (double)(s->timed - 1) : 0;
}

double ping_stats_loss(const struct ping_stats *s)
{
    uint64_t settled = s->answered + s->lost;
    return settled ? 100.0 * (double)s->lost / (double)settled : 0;
}
