/*
 * One system call takes datagrams of one size, of which the last may be shorter
 * (GSO).  So one that is longer than those before, or one behind a shorter one,
 * begins anew.
 */
#include "transport/udp_gather.h"

#include <string.h>

#include "base/list.h"

/* What one call takes at most, so that it is one. */
#define SEGMENTS_MAX 64
#define RUN_MAX      ((size_t)65000)

static void send_run(struct udp_gather *g)
{
    struct udp_gather_buffer *b = g->buffer;
    struct span data = span_of(b->bytes, b->len);
    struct fault fault;
    size_t sent = 0;
    enum io io = udp_write(g->udp, g->to.len ? &g->to : NULL, NULL, 0, data,
                           b->segment, &sent, &fault);
    unsigned n = b->n;
    unsigned nsent = n;
    if (io != IO_OK)
        nsent = b->segment ? (unsigned)(sent / b->segment) : 0;
    b->user = NULL;
    g->sent += nsent;
    g->dropped += n - nsent;
    if (io == IO_FAILED && g->on_fault)
        g->on_fault(g, &fault);
}

static void run_flush(struct loop_task *task)
{
    struct udp_gather *g = container_of(task, struct udp_gather, flush);
    if (g->buffer->user == g)
        send_run(g);
}

static bool fits(const struct udp_gather_buffer *b, size_t len)
{
    bool is_open = b->len == b->n * b->segment; /* none was shorter */
    return is_open && len <= b->segment && len > 0 && b->n < SEGMENTS_MAX &&
           b->len + len <= RUN_MAX;
}

void udp_gather_add(struct udp_gather *g, struct span datagram)
{
    struct udp_gather_buffer *b = g->buffer;
    if (b->user && (b->user != g || !fits(b, datagram.len)))
        send_run(b->user);
    if (g->udp == NULL) /* on_fault() has ended it */
        return;
    if (b->user == NULL) {
        b->user = g;
        b->len = 0;
        b->n = 0;
        b->segment = datagram.len;
    }
    if (datagram.len > 0)
        memcpy(b->bytes + b->len, datagram.base, datagram.len);
    b->len += datagram.len;
    b->n++;
    loop_later(g->loop, &g->flush);
}

void udp_gather_init(struct udp_gather *g, struct loop *loop,
                     struct udp_gather_buffer *buffer, struct udp *udp,
                     const struct addr *to)
{
    g->loop = loop;
    g->buffer = buffer;
    g->udp = udp;
    g->to.len = 0;
    if (to)
        g->to = *to;
    g->flush.run = run_flush;
}

void udp_gather_fini(struct udp_gather *g)
{
    if (g->udp == NULL)
        return;
    g->on_fault = NULL;
    if (g->buffer->user == g)
        send_run(g);
    g->udp = NULL;
    loop_forget(g->loop, &g->flush);
}
