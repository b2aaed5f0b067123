#include "dial/connect_attempt.h"

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

#define REASON_MAX 160

/* A place from which nothing came is told from one that was slower. */
static void reason(const struct connect_attempt *a, enum attempt_result r,
                   bool was_heard, char text[REASON_MAX])
{
    uint64_t ms = (loop_now(a->goal->dialer->loop) - a->started_at) / LOOP_MS;
    const char *end = r == ATTEMPT_LOST ? "another was faster" : "given up";
    if (was_heard)
        (void)snprintf(text, REASON_MAX, "%s", end);
    else
        (void)snprintf(text, REASON_MAX, "no answer after %llu ms, %s",
                       (unsigned long long)ms, end);
}

/* For "%s%s%s": an address of IPv6 is in brackets before its port. */
#define BRACKETED(text)                                                        \
    strchr((text), ':') ? "[" : "", (text), strchr((text), ':') ? "]" : ""

/* As it is spoken of. */
static const char *title(const struct connect_attempt *a)
{
    return strcmp(a->ops->proto, "quic") == 0 ? "QUIC" : "TCP";
}

/* Through a tunnel there is no address: what the proxy is told. */
static void format_place(const struct connect_attempt *a, char *text)
{
    const struct route_endpoint *at = &route_origin(a->goal->route)->at;
    if (a->goal->route->is_tunnelled)
        (void)snprintf(text, ADDR_TEXT_MAX, "%.*s", SPAN_ARG(at->host));
    else
        addr_format(&a->addr, text);
}

static uint16_t port_of(const struct connect_attempt *a)
{
    return a->goal->route->is_tunnelled ? route_origin(a->goal->route)->at.port
                                        : addr_port(&a->addr);
}

static void tell(const struct connect_attempt *a, enum trace_kind kind,
                 const struct trace_field *fields, size_t nfields)
{
    struct loop *loop = a->goal->dialer->loop;
    trace_event(loop_trace(loop),
                &(struct trace_event){.kind = kind,
                                      .at = loop_now(loop),
                                      .xfer_id = TRACE_NO_XFER,
                                      .origin = a->goal->origin,
                                      .fields = fields,
                                      .nfields = nfields});
}

static void tell_start(const struct connect_attempt *a, const char *addr)
{
    const struct trace_field fields[] = {
        trace_string("addr", addr),
        trace_number("port", port_of(a)),
    };
    tell(a, a->ops->started, fields, 2);
}

static void tell_end(const struct connect_attempt *a, const char *addr,
                     enum attempt_result result, const char *why)
{
    uint64_t now = loop_now(a->goal->dialer->loop);
    const struct trace_field fields[] = {
        trace_ns("duration", now - a->started_at),
        trace_string("addr", addr),
        trace_number("port", port_of(a)),
        trace_string("kind", result_name(result)),
        trace_string("reason", why),
    };
    if (result == ATTEMPT_WON)
        tell(a, a->ops->stopped, fields, 3);
    else
        tell(a, a->ops->exception, fields, 5);
}

void connect_attempt_begin(struct connect_attempt *a,
                           const struct connect_attempt_ops *ops,
                           const struct connect_attempt_goal *goal,
                           const struct addr *addr)
{
    struct loop *loop = goal->dialer->loop;
    struct conn_facts *facts = goal->facts;
    *a = (struct connect_attempt){
        .ops = ops, .goal = goal, .addr = *addr, .record = -1};
    a->started_at = loop_now(loop);
    list_init(&a->link);
    char text[ADDR_TEXT_MAX];
    format_place(a, text);
    if (facts->nattempts < FACTS_ATTEMPTS_MAX) {
        a->record = (int)facts->nattempts;
        struct attempt *kept = &facts->attempts[a->record];
        *kept = (struct attempt){
            .proto = ops->proto,
            .from = goal->run ? route_source_name(goal->run->source) : NULL,
            .port = port_of(a),
            .start = loop_now(loop)};
        memcpy(kept->addr, text, sizeof kept->addr);
    }
    facts->nattempts++;
    trace_printf(loop_trace(loop), TRACE_ATTEMPT_START, loop_now(loop), 0,
                 "Trying %s%s%s:%u over %s%s...", BRACKETED(text), port_of(a),
                 title(a),
                 goal->route->is_tunnelled ? " through the proxy" : "");
    if (trace_has_events(loop_trace(loop)))
        tell_start(a, text);
}

void connect_attempt_reach(const struct connect_attempt *a, uint64_t at)
{
    if (a->goal->facts->connected_at == 0)
        a->goal->facts->connected_at = at;
}

void connect_attempt_note_heard(const struct connect_attempt *a)
{
    if (a->record >= 0)
        a->goal->facts->attempts[a->record].was_heard = a->ops->was_heard(a);
}

void connect_attempt_end(struct connect_attempt *a, enum attempt_result result,
                         const struct fault *fault)
{
    struct loop *loop = a->goal->dialer->loop;
    bool was_heard =
        result == ATTEMPT_WON || a->ops->was_heard(a) ||
        (fault && fault->code != ERR_TIMEOUT && fault->code != ERR_CONNECT);
    char given_up[REASON_MAX];
    const char *why = fault ? fault->detail : NULL;
    if (result == ATTEMPT_LOST || result == ATTEMPT_CANCELLED) {
        reason(a, result, was_heard, given_up);
        why = given_up;
    }
    if (a->record >= 0) {
        struct attempt *kept = &a->goal->facts->attempts[a->record];
        kept->result = result;
        kept->end = loop_now(loop);
        kept->was_heard = was_heard;
        kept->code = fault ? fault->code : ERR_NONE;
        kept->wire = fault ? fault->wire : 0;
        (void)snprintf(kept->why, sizeof kept->why, "%.*s",
                       (int)sizeof kept->why - 1, why ? why : "");
    }
    char text[ADDR_TEXT_MAX];
    format_place(a, text);
    trace_printf(loop_trace(loop), TRACE_ATTEMPT_END, loop_now(loop), 0,
                 "%s%s%s:%u over %s %s%s%s", BRACKETED(text), port_of(a),
                 title(a), result_name(result), why ? ": " : "",
                 why ? why : "");
    if (trace_has_events(loop_trace(loop)))
        tell_end(a, text, result, why);
}
