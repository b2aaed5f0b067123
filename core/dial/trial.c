#include "dial/trial.h"

#include <stdio.h>

#include "base/trace.h"

static const char *result_name(enum attempt_result r)
{
    switch (r) {
    case ATTEMPT_RUNNING:
        return "running";
    case ATTEMPT_WON:
        return "connected";
    case ATTEMPT_FAILED:
        return "failed";
    case ATTEMPT_CANCELLED:
        return "cancelled";
    }
    return NULL;
}

void trial_begin(struct trial *t, const struct trial_ops *ops,
                 const struct trial_goal *goal, const struct addr *addr)
{
    struct loop *loop = goal->dialer->loop;
    struct conn_facts *facts = goal->facts;
    *t = (struct trial){.ops = ops, .goal = goal, .addr = *addr, .record = -1};
    list_init(&t->link);
    char text[ADDR_TEXT_MAX];
    addr_format(addr, text);
    if (facts->nattempts < FACTS_ATTEMPTS_MAX) {
        t->record = (int)facts->nattempts;
        struct attempt *a = &facts->attempts[t->record];
        *a = (struct attempt){.proto = ops->proto,
                              .port = addr_port(addr),
                              .start = loop_now(loop)};
        memcpy(a->addr, text, sizeof a->addr);
    }
    facts->nattempts++;
    trace_printf(loop_trace(loop), TRACE_ATTEMPT_START, loop_now(loop), 0,
                 "Trying %s:%u over %s...", text, addr_port(addr), ops->proto);
}

void trial_end(struct trial *t, enum attempt_result result, const char *why)
{
    struct loop *loop = t->goal->dialer->loop;
    if (t->record >= 0) {
        struct attempt *a = &t->goal->facts->attempts[t->record];
        a->result = result;
        a->end = loop_now(loop);
        (void)snprintf(a->why, sizeof a->why, "%s", why ? why : "");
    }
    char text[ADDR_TEXT_MAX];
    addr_format(&t->addr, text);
    trace_printf(loop_trace(loop), TRACE_ATTEMPT_END, loop_now(loop), 0,
                 "%s:%u over %s %s%s%s", text, addr_port(&t->addr),
                 t->ops->proto, result_name(result), why ? ": " : "",
                 why ? why : "");
}
