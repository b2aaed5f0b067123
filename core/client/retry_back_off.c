#include "client/retry_back_off.h"

#include <stdio.h>

#include "base/trace.h"
#include "client/client_counters.h"
#include "client/retry_tries.h"
#include "client/transfer_start.h"
#include "client/transfer_story.h"

static void on_over(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    transfer_start_try(container_of(timer, struct transfer, timer));
}

static void tell(const struct transfer *t, const struct fault *why,
                 uint64_t delay)
{
    struct loop *loop = t->client->loop;
    const struct flight *f = t->flight;
    char status[32] = "";
    if (!trace_wanted(loop_trace(loop)))
        return;
    if (why == NULL)
        (void)snprintf(status, sizeof status, "the answer was %d",
                       f->hop.status);
    trace_printf(loop_trace(loop), TRACE_RETRY, loop_now(loop),
                 f->facts ? f->facts->id : 0,
                 "Trying again in %.1f s (%u of %u): %s",
                 (double)delay / (double)LOOP_S, t->totals.retries,
                 t->flight->options->retry.max, why ? why->detail : status);
}

static void tell_story(const struct transfer *t, const struct fault *why,
                       const struct retry_plan *plan)
{
    char chosen[64];
    (void)snprintf(chosen, sizeof chosen, "again in %.3f s (%u of %u)",
                   (double)plan->delay / (double)LOOP_S, t->totals.retries,
                   t->flight->options->retry.max);
    if (why)
        transfer_story_tell(t, STORY_RETRY, NULL, chosen, "%s", why->detail);
    else
        transfer_story_tell(t, STORY_RETRY, NULL, chosen,
                            "the answer was %d (%s)", t->flight->hop.status,
                            plan->reason);
}

void retry_back_off(struct transfer *t, const struct fault *why,
                    const struct retry_plan *plan)
{
    struct loop *loop = t->client->loop;
    struct qv_try one = retry_tries_add(t, why, plan->delay, plan->reason);
    if (t->face->ops->on_retry)
        t->face->ops->on_retry(
            t->face, &one, t->flight->options->retry.max - t->totals.retries);
    if (t->face == NULL) /* cancelled meanwhile */
        return;
    t->totals.retries++;
    t->nfruitless = flight_is_fruitful(t->flight) ? 1 : t->nfruitless + 1;
    t->totals.redirects = 0;
    t->has_told = false;
    tell(t, why, plan->delay);
    tell_story(t, why, plan);
    client_counters_retried(t, plan->reason, plan->delay, why);
    admission_back_off(&t->client->admission, &t->permit);
    flight_retire(t);
    t->timer.on_expired = on_over;
    loop_disarm(loop, &t->timer);
    loop_arm(loop, &t->timer, loop_now(loop) + plan->delay);
}
