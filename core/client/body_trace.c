#include "client/body_trace.h"

#include "base/list.h"
#include "base/trace.h"

static void tell(struct loop *loop, const struct exchange *ex,
                 enum trace_kind kind, struct span data)
{
    const struct trace_event event = {.kind = kind,
                                      .at = loop_now(loop),
                                      .conn_id = ex->facts ? ex->facts->id : 0,
                                      .xfer_id = ex->xfer_id,
                                      .text = data};
    trace_emit(loop_trace(loop), &event);
}

static enum io read_and_tell(struct body_source *src, uint8_t *buf, size_t cap,
                             size_t *n)
{
    struct body_trace *t = container_of(src, struct body_trace, source);
    enum io io = t->inner->read(t->inner, buf, cap, n);
    src->fault = t->inner->fault;
    if (io == IO_OK && !t->ex->tells_sent)
        tell(t->loop, t->ex, TRACE_DATA_SENT, span_of(buf, *n));
    return io;
}

static bool rewind_inner(struct body_source *src)
{
    struct body_trace *t = container_of(src, struct body_trace, source);
    return t->inner->rewind(t->inner);
}

struct body_source *body_trace_sent(struct body_trace *t, struct loop *loop,
                                    const struct exchange *ex,
                                    struct body_source *inner)
{
    if (!trace_has_data(loop_trace(loop)))
        return inner;
    *t = (struct body_trace){
        .source = {.read = read_and_tell,
                   .rewind = inner->rewind ? rewind_inner : NULL},
        .inner = inner,
        .ex = ex,
        .loop = loop};
    return &t->source;
}

void body_trace_received(struct loop *loop, const struct exchange *ex,
                         struct span data)
{
    if (trace_has_data(loop_trace(loop)) && !ex->tells_received)
        tell(loop, ex, TRACE_DATA_RECEIVED, data);
}
