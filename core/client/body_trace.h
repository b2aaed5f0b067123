/*
 * body_trace -- the bytes of bodies, for whoever wants to see them (--trace).
 *
 * Without a listener for data (trace.h) a body goes by as if this were not here.
 */
#ifndef CORE_CLIENT_BODY_TRACE_H
#define CORE_CLIENT_BODY_TRACE_H

#include "http/body.h"
#include "http/exchange.h"
#include "io/loop.h"

struct body_trace {
    struct body_source source;
    struct body_source *inner;
    const struct exchange *ex;
    struct loop *loop;
};

/* What a connection is to read from in the place of `inner`: that itself when
 * nobody listens, or *t, which tells of all that passes.  Both are borrowed as
 * long as it is read. */
struct body_source *body_trace_sent(struct body_trace *t, struct loop *loop,
                                    const struct exchange *ex,
                                    struct body_source *inner);

void body_trace_received(struct loop *loop, const struct exchange *ex,
                         struct span data);

#endif
