#include "base/trace.h"
#include "base/xalloc.h"
#include "dial/dial_self.h"
#include "dial/dial_story.h"

const char *dial_runs_carrier(enum route_carrier carrier)
{
    return carrier == ROUTE_QUIC ? "QUIC" : "TCP";
}

/* ---- their addresses ---- */

static bool is_lost(const struct lookup *l)
{
    return l->has_failed && !lookup_has_any(l);
}

bool dial_runs_start_lookups(struct dial *d, size_t from)
{
    for (size_t i = from; i < d->nlookups; i++) {
        struct lookup *l = d->lookups[i];
        bool is_shared = false;
        for (size_t k = 0; k < i && !is_shared; k++)
            is_shared = span_equal_nocase(l->at.host, d->lookups[k]->at.host) &&
                        lookup_share(l, d->lookups[k]);
        if (!is_shared && !lookup_start(l, &l->fault)) {
            l->has_failed = true;
            d->early = l->fault;
        }
        if (d->facts.resolved_at == 0)
            d->facts.resolved_at = l->resolved_at;
    }
    for (size_t i = 0; i < d->nlookups; i++)
        if (!is_lost(d->lookups[i]))
            return true;
    return false;
}

void dial_runs_drop_lost(struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++)
        if (is_lost(d->runners[i].lookup))
            eyeballs_give_up(&d->runners[i].eyeballs,
                             &d->runners[i].lookup->fault);
}

static struct lookup *lookup_for(struct dial *d,
                                 const struct route_endpoint *at)
{
    for (size_t i = 0; i < d->nlookups; i++)
        if (d->lookups[i]->at.port == at->port &&
            span_equal_nocase(d->lookups[i]->at.host, at->host))
            return d->lookups[i];
    struct lookup *l = XALLOC_NEW(struct lookup);
    d->lookups[d->nlookups++] = l;
    l->loop = dial_self_loop(d);
    l->names = &d->goal.dialer->names;
    l->settings = d->route.hops[0].settings;
    l->is_tunnelled = d->route.is_tunnelled;
    l->at = *at;
    l->story = d->facts.story;
    l->owner = d;
    l->on_news = dial_on_news;
    l->on_failed = dial_on_lookup_failed;
    return l;
}

/* ---- what is tried ---- */

static bool is_said_broken(const struct dial *d, const struct route_run *run)
{
    struct dial_marks *marks = d->target.marks;
    return marks && d->target.settings->http != SETTINGS_HTTP_3_ONLY &&
           marks->broken_for(marks, &d->target, run) > 0;
}

void dial_runs_init(struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++) {
        const struct route_run *run = &d->route.runs[i];
        struct runner *r = &d->runners[i];
        r->dial = d;
        r->goal = d->goal;
        r->goal.run = run;
        r->is_broken = is_said_broken(d, run);
        r->lookup = lookup_for(d, &run->at);
        r->eyeballs = (struct eyeballs){.kind = run->carrier == ROUTE_QUIC
                                                    ? &quic_attempt_ops
                                                    : &tcp_attempt_ops,
                                        .goal = &r->goal,
                                        .candidates = &r->lookup->candidates,
                                        .on_won = dial_on_won,
                                        .on_failed = dial_on_out};
        eyeballs_init(&r->eyeballs);
    }
}

static void tell_left_out(struct dial *d, const struct route_run *run,
                          uint64_t ns)
{
    d->has_left_out |= run->carrier == ROUTE_QUIC;
    dial_story_tell(d, STORY_BROKEN, NULL, "left out",
                    "%s at %.*s:%u did not work a while ago; it is tried again "
                    "in %llu s",
                    dial_runs_carrier(run->carrier), SPAN_ARG(run->at.host),
                    run->at.port, (unsigned long long)(ns / LOOP_S));
}

void dial_runs_add(struct dial *d, const struct route_run *run)
{
    struct loop *loop = dial_self_loop(d);
    if (d->target.nalternatives == ROUTE_ALTERNATIVES_MAX)
        return;
    if (d->target.settings->http == SETTINGS_HTTP_AUTO &&
        is_said_broken(d, run)) {
        uint64_t ns =
            d->target.marks->broken_for(d->target.marks, &d->target, run);
        trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                     "%s at %.*s:%u (%s) is left out: it did not work, and is "
                     "tried again in %llu s",
                     dial_runs_carrier(run->carrier), SPAN_ARG(run->at.host),
                     run->at.port, route_source_name(run->source),
                     (unsigned long long)(ns / LOOP_S));
        tell_left_out(d, run, ns);
        return;
    }
    struct route_run *kept = &d->alternatives[d->target.nalternatives++];
    *kept = *run;
    kept->at.host = arena_copy(&d->names, run->at.host);
}

void dial_runs_trace(const struct dial *d)
{
    struct loop *loop = dial_self_loop(d);
    uint64_t now = loop_now(loop);
    uint64_t race = route_origin(&d->route)->settings->timeouts.race;
    dial_story_race(d);
    if (!dial_has_run(d, ROUTE_QUIC) || !trace_wanted(loop_trace(loop)))
        return;
    if (d->runners[0].is_broken)
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     "HTTP/3 was asked for, but QUIC did not work a while ago: "
                     "TCP at the same time");
    else if (d->route.runs[0].source > ROUTE_FROM_OPTION)
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     "%s at %.*s:%u first (%s), what follows after %llu ms",
                     dial_runs_carrier(d->route.runs[0].carrier),
                     SPAN_ARG(d->route.runs[0].at.host),
                     d->route.runs[0].at.port,
                     route_source_name(d->route.runs[0].source),
                     (unsigned long long)(race / LOOP_MS));
    else
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     dial_has_run(d, ROUTE_TCP)
                         ? "HTTP/3 was asked for: QUIC first, TCP "
                           "after %llu ms"
                         : "HTTP/3 only: QUIC, no TCP",
                     (unsigned long long)(race / LOOP_MS));
}
