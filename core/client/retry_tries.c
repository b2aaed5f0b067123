#include "client/retry_tries.h"

#include "base/xalloc.h"
#include "client/result.h"

/* One that backs off tells of its redirects too: they are forgotten with it.
 * What goes again at once is a request, and its redirects are told. */
static uint64_t begun_at(const struct transfer *t, bool is_whole)
{
    uint64_t until = is_whole ? t->tried_until : t->told_until;
    return until > t->started_at ? until : t->started_at;
}

static struct qv_try describe(const struct transfer *t, const struct fault *why,
                              uint64_t delay, const char *reason)
{
    uint64_t now = loop_now(t->client->loop);
    uint64_t from = begun_at(t, delay > 0);
    struct qv_try one = {
        .response_code = t->flight->hop.status,
        .time_start = (double)(from - t->started_at) / (double)LOOP_S,
        .time_total = (double)(now - from) / (double)LOOP_S,
        .delay = (double)delay / (double)LOOP_S,
        .reason = reason,
    };
    result_error(&one.error, why);
    return one;
}

struct qv_try retry_tries_add(struct transfer *t, const struct fault *why,
                              uint64_t delay, const char *reason)
{
    struct qv_try one = describe(t, why, delay, reason);
    t->told_until = loop_now(t->client->loop) + delay;
    t->tried_until = t->told_until;
    if (t->ntries < RETRY_TRIES_MAX) {
        t->tries = xalloc_resize(t->tries, (t->ntries + 1) * sizeof one);
        t->tries[t->ntries++] = one;
    }
    return one;
}
