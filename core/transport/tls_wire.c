#include "transport/tls_wire.h"

#include <stdlib.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/trace.h"
#include "base/xalloc.h"

/* For a peer that does not read what we owe it. */
#define LINGER (5 * LOOP_S)

static void reap_wire(struct loop_task *task)
{
    struct tls_wire *w = container_of(task, struct tls_wire, reap);
    buf_fini(&w->out);
    free(w);
}

static void on_linger_over(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    tls_wire_abort(container_of(timer, struct tls_wire, linger));
}

struct tls_wire *tls_wire_new(struct loop *loop, struct transport *below,
                              struct tls_context *c,
                              struct loop_task *on_output)
{
    struct tls_wire *w = XALLOC_NEW(struct tls_wire);
    *w = (struct tls_wire){
        .below = below,
        .loop = loop,
        .context = c,
        .read_io = IO_AGAIN,
        .on_output = on_output,
        .is_told = trace_has_data(loop_trace(loop)),
        .linger.on_expired = on_linger_over,
        .reap.run = reap_wire,
    };
    buf_init(&w->out, loop_buffers(loop));
    return w;
}

/* The peer's first bytes.  Types of records are 20 to 24. */
static void look_at_first(struct tls_wire *w, size_t n)
{
    static const char http[] = "HTTP/";
    size_t len = n < sizeof http - 1 ? n : sizeof http - 1;
    w->has_read = true;
    w->is_foreign = w->in[0] < 20 || w->in[0] > 24;
    w->is_http = memcmp(w->in, http, len) == 0;
}

static void fill(struct tls_wire *w)
{
    size_t n = 0;
    if (!w->may_read) {
        w->read_io = IO_AGAIN;
        return;
    }
    if (w->in == NULL)
        w->in = tls_context_take_buffer(w->context);
    w->read_io = transport_read(w->below, w->in, TLS_CONTEXT_BUFFER, &n);
    w->may_read = w->read_io != IO_AGAIN && n == TLS_CONTEXT_BUFFER;
    w->in_begin = 0;
    w->in_end = n;
    if (n > 0 && !w->has_read)
        look_at_first(w, n);
}

static void tell(const struct tls_wire *w, enum trace_kind kind,
                 const char *bytes, size_t n)
{
    trace_emit(loop_trace(w->loop),
               &(struct trace_event){.kind = kind,
                                     .at = loop_now(w->loop),
                                     .xfer_id = TRACE_NO_XFER,
                                     .text = span_of(bytes, n)});
}

int tls_wire_receive(struct WOLFSSL *ssl, char *to, int size, void *wire)
{
    struct tls_wire *w = wire;
    (void)ssl;
    if (!tls_wire_has_input(w) && w->read_io != IO_EOF &&
        w->read_io != IO_FAILED)
        fill(w);
    size_t have = w->in_end - w->in_begin;
    if (have == 0) {
        if (w->read_io == IO_AGAIN)
            return WOLFSSL_CBIO_ERR_WANT_READ;
        return w->read_io == IO_EOF ? WOLFSSL_CBIO_ERR_CONN_CLOSE
                                    : WOLFSSL_CBIO_ERR_GENERAL;
    }
    size_t n = have < (size_t)size ? have : (size_t)size;
    memcpy(to, w->in + w->in_begin, n);
    w->in_begin += n;
    if (w->is_told)
        tell(w, TRACE_TLS_RECEIVED, to, n);
    return (int)n;
}

int tls_wire_send(struct WOLFSSL *ssl, char *from, int size, void *wire)
{
    struct tls_wire *w = wire;
    (void)ssl;
    if (w->is_told)
        tell(w, TRACE_TLS_SENT, from, (size_t)size);
    buf_add(&w->out, span_of(from, (size_t)size));
    loop_later(w->loop, w->on_output);
    return size;
}

void tls_wire_flush(struct tls_wire *w)
{
    size_t n;
    enum io io = transport_write_queue(w->below, &w->out, &n);
    w->is_blocked = io == IO_AGAIN;
    if (io != IO_FAILED)
        return;
    buf_clear(&w->out);
    w->is_broken = true;
    w->fault = w->below->fault;
}

void tls_wire_rest(struct tls_wire *w)
{
    if (w->in == NULL || tls_wire_has_input(w))
        return;
    tls_context_give_buffer(w->context, w->in);
    w->in = NULL;
}

void tls_wire_want(struct tls_wire *w, bool reading)
{
    unsigned events = w->is_blocked ? LOOP_WRITE : 0;
    if (reading && w->read_io != IO_EOF)
        events |= LOOP_READ;
    if (events == w->wanted)
        return;
    w->wanted = events;
    transport_want(w->below, events);
}

static void on_linger_ready(struct transport *below, unsigned events)
{
    struct tls_wire *w = below->owner;
    (void)events;
    tls_wire_flush(w);
    if (!w->is_blocked)
        tls_wire_abort(w);
}

static const struct transport_events linger_events = {
    .on_ready = on_linger_ready,
};

void tls_wire_close(struct tls_wire *w)
{
    tls_wire_flush(w);
    if (!w->is_blocked) {
        tls_wire_abort(w);
        return;
    }
    w->in_begin = w->in_end;
    tls_wire_rest(w); /* the context may go before us */
    w->below->events = &linger_events;
    w->below->owner = w;
    loop_arm(w->loop, &w->linger, loop_now(w->loop) + LINGER);
    transport_want(w->below, LOOP_WRITE);
}

void tls_wire_abort(struct tls_wire *w)
{
    w->in_begin = w->in_end;
    tls_wire_rest(w);
    loop_disarm(w->loop, &w->linger);
    transport_close(w->below);
    loop_reap(w->loop, &w->reap);
}
