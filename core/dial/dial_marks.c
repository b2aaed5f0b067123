/*
 * A run that is said to be broken is left out, unless the user asked for HTTP/3:
 * then it has no head start.  Which runs those are is found out here: those that
 * were out, or had not been heard of, when another won.
 */
#include "base/fault.h"
#include "base/trace.h"
#include "dial/dial_self.h"
#include "dial/dial_story.h"

/* It had its chance: it is out, or no sign of life has come. */
static bool is_dead(const struct runner *r)
{
    const struct eyeballs *e = &r->eyeballs;
    switch (e->state) {
    case EYEBALLS_IDLE:
        return false;
    case EYEBALLS_RUNNING:
        return !list_is_empty(&e->attempts) && !eyeballs_was_heard(e);
    case EYEBALLS_DONE:
        return !fault_is_shortage(&e->fault);
    }
    return false;
}

static void mark_broken(struct dial *d, const struct runner *r)
{
    const struct route_run *run = &d->route.runs[r - d->runners];
    struct loop *loop = dial_self_loop(d);
    uint64_t ns = d->target.marks->failed(d->target.marks, &d->target, run);
    const char *why = r->eyeballs.state == EYEBALLS_DONE
                          ? r->eyeballs.fault.detail
                          : "no answer";
    dial_story_tell(d, STORY_BROKEN, NULL, "left alone from now on",
                    "%s at %.*s:%u did not work while another way did: %.120s; "
                    "for %llu s",
                    dial_runs_carrier(run->carrier), SPAN_ARG(run->at.host),
                    run->at.port, why, (unsigned long long)(ns / LOOP_S));
    trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                 "%s at %.*s:%u is taken to be broken for %llu s: %.120s",
                 dial_runs_carrier(run->carrier), SPAN_ARG(run->at.host),
                 run->at.port, (unsigned long long)(ns / LOOP_S), why);
}

/* What this race has shown of each run.  TCP to the origin's own place is no
 * alternative. */
void dial_marks_set(struct dial *d, const struct runner *winner)
{
    for (size_t i = 0; d->target.marks && i < d->nreleased; i++) {
        const struct runner *r = &d->runners[i];
        const struct route_run *run = &d->route.runs[i];
        if (run->carrier == ROUTE_TCP && run->source <= ROUTE_FROM_OPTION)
            continue;
        if (r == winner)
            d->target.marks->worked(d->target.marks, &d->target, run);
        else if (is_dead(r))
            mark_broken(d, r);
    }
}
