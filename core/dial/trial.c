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
    case ATTEMPT_LOST:
        return "lost";
    case ATTEMPT_FAILED:
        return "failed";
    case ATTEMPT_CANCELLED:
        return "cancelled";
    }
    return NULL;
}

static const char *reason(enum attempt_result r, const char *why)
{
    switch (r) {
    case ATTEMPT_LOST:
        return "another was faster";
    case ATTEMPT_CANCELLED:
        return "given up";
    case ATTEMPT_RUNNING:
    case ATTEMPT_WON:
    case ATTEMPT_FAILED:
        break;
    }
    return why;
}

static void tell(const struct trial *t, enum trace_kind kind,
                 const struct trace_field *fields, size_t nfields)
{
    struct loop *loop = t->goal->dialer->loop;
    trace_event(loop_trace(loop),
                &(struct trace_event){.kind = kind,
                                      .at = loop_now(loop),
                                      .xfer_id = TRACE_NO_XFER,
                                      .origin = t->goal->origin,
                                      .fields = fields,
                                      .nfields = nfields});
}

static void tell_start(const struct trial *t, const char *addr)
{
    const struct trace_field fields[] = {
        trace_string("addr", addr),
        trace_number("port", addr_port(&t->addr)),
    };
    tell(t, t->ops->started, fields, 2);
}

static void tell_end(const struct trial *t, const char *addr,
                     enum attempt_result result, const char *why)
{
    uint64_t now = loop_now(t->goal->dialer->loop);
    const struct trace_field fields[] = {
        trace_ns("duration", now - t->started_at),
        trace_string("addr", addr),
        trace_number("port", addr_port(&t->addr)),
        trace_string("kind", result_name(result)),
        trace_string("reason", why),
    };
    if (result == ATTEMPT_WON)
        tell(t, t->ops->stopped, fields, 3);
    else
        tell(t, t->ops->exception, fields, 5);
}

void trial_begin(struct trial *t, const struct trial_ops *ops,
                 const struct trial_goal *goal, const struct addr *addr)
{
    struct loop *loop = goal->dialer->loop;
    struct conn_facts *facts = goal->facts;
    *t = (struct trial){.ops = ops, .goal = goal, .addr = *addr, .record = -1};
    t->started_at = loop_now(loop);
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
    if (trace_has_events(loop_trace(loop)))
        tell_start(t, text);
}

void trial_end(struct trial *t, enum attempt_result result, const char *why)
{
    struct loop *loop = t->goal->dialer->loop;
    why = reason(result, why);
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
    if (trace_has_events(loop_trace(loop)))
        tell_end(t, text, result, why);
}
