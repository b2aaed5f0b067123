#include "transport/transport.h"

/* So many pieces are offered at a time: a queue's chunks have 16 KiB each. */
#define SPANS 16

enum io transport_write_queue(struct transport *t, struct buf *queue, size_t *n)
{
    enum io io = IO_OK;
    *n = 0;
    while (io == IO_OK && queue->len > 0) {
        struct span spans[SPANS];
        size_t taken = 0;
        int nspans = buf_peek(queue, spans, SPANS);
        io = transport_write(t, spans, nspans, &taken);
        buf_consume(queue, taken);
        *n += taken;
    }
    return io;
}
