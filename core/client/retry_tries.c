#include "client/retry_tries.h"

#include "base/xalloc.h"
#include "client/result.h"

static struct qv_try describe(const struct transfer *t, const struct fault *why,
                              uint64_t delay, const char *reason)
{
    uint64_t now = loop_now(t->client->loop);
    struct qv_try one = {
        .response_code = t->flight->hop.status,
        .time_start = (double)(t->try_at - t->started_at) / (double)LOOP_S,
        .time_total = (double)(now - t->try_at) / (double)LOOP_S,
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
    if (t->ntries < RETRY_TRIES_MAX) {
        t->tries = xalloc_resize(t->tries, (t->ntries + 1) * sizeof one);
        t->tries[t->ntries++] = one;
    }
    return one;
}
