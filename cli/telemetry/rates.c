#include "telemetry/rates.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"

#define WINDOW UINT64_C(1000000000)

/* From what it was to what it is now, `elapsed` ns later. */
static void advance(struct rate *to, const struct rate *before,
                    uint64_t elapsed)
{
    double s = (double)elapsed / 1e9;
    to->requests_rate = to->in_rate = to->out_rate = -1;
    if (before == NULL || elapsed == 0 || to->requests < before->requests ||
        to->bytes_in < before->bytes_in || to->bytes_out < before->bytes_out)
        return;
    to->requests_rate = (double)(to->requests - before->requests) / s;
    to->in_rate = (double)(to->bytes_in - before->bytes_in) / s;
    to->out_rate = (double)(to->bytes_out - before->bytes_out) / s;
}

static struct rate rate_of_pool(const struct qv_pool_stats *p)
{
    return (struct rate){
        .origin = xalloc_string(p->origin),
        .requests = p->durations.count,
        .bytes_in = p->bytes_in,
        .bytes_out = p->bytes_out,
    };
}

/* `before`: the numbers that these follow, so long after it; all of a run begins
 * with nothing. */
static void take(struct rates *r, const struct snapshot *s,
                 const struct rates *before, uint64_t elapsed)
{
    static const struct rate nothing;
    const struct rate *total = &nothing;
    if (before)
        total = before->at ? &before->total : NULL;
    r->total = (struct rate){.requests = s->total.done + s->total.failed,
                             .bytes_in = s->total.bytes_in,
                             .bytes_out = s->total.bytes_out};
    advance(&r->total, total, elapsed);
    r->origins = xalloc_array(NULL, s->norigins + 1, sizeof *r->origins);
    for (size_t i = 0; i < s->norigins; i++) {
        struct rate *rate = &r->origins[r->norigins++];
        *rate = rate_of_pool(&s->origins[i]);
        advance(rate, before ? rates_of(before, rate->origin) : &nothing,
                elapsed);
    }
}

void rates_take(struct rates *r, const struct snapshot *s, uint64_t now)
{
    struct rates next = {.at = now};
    if (r->at && now - r->at < WINDOW)
        return;
    take(&next, s, r, now - r->at);
    rates_fini(r);
    *r = next;
}

void rates_of_run(struct rates *r, const struct snapshot *s, uint64_t elapsed)
{
    rates_fini(r);
    take(r, s, NULL, elapsed);
}

const struct rate *rates_of(const struct rates *r, const char *origin)
{
    for (size_t i = 0; i < r->norigins; i++)
        if (strcmp(r->origins[i].origin, origin) == 0)
            return &r->origins[i];
    return NULL;
}

void rates_fini(struct rates *r)
{
    for (size_t i = 0; i < r->norigins; i++)
        free(r->origins[i].origin);
    free(r->origins);
    *r = (struct rates){0};
}
