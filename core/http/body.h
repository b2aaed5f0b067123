/*
 * body -- where an upload comes from, and how a download answers.
 *
 * Uploads are pulled: the connection calls read() when the protocol can send.
 * Downloads are pushed into a sink, which answers whether it wants more.
 */
#ifndef CORE_HTTP_BODY_H
#define CORE_HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum sink_flow {
    SINK_MORE,
    SINK_PAUSE, /* taken, but no more until it is resumed */
};

/*
 * The directions of an exchange, as this side sees them.  Each stops on its
 * own (a source says IO_AGAIN, a sink SINK_PAUSE) and goes on when it is
 * resumed, which names the direction: an upload whose source has bytes again
 * says nothing about a download that nobody takes.
 */
enum exchange_way {
    EXCHANGE_SEND = 1 << 0,     /* the body source has bytes again */
    EXCHANGE_RECEIVE = 1 << 1,  /* the sink takes bytes again */
    EXCHANGE_DATAGRAM = 1 << 2, /* datagrams wait that did not (datagrams.h) */
};

struct body_source {
    /*
     * Pulls up to cap bytes.  IO_OK with *n > 0; IO_EOF (with *n == 0) when
     * the body is complete; IO_AGAIN when there is nothing yet: the owner
     * resumes the exchange (EXCHANGE_SEND) later; IO_FAILED with the fault
     * set.
     */
    enum io (*read)(struct body_source *src, uint8_t *buf, size_t cap,
                    size_t *n);
    /* Back to the first byte, for a redirect or a retry; false if it cannot. */
    bool (*rewind)(struct body_source *src);
    struct fault fault;
};

/* A body that is in memory.  The bytes are borrowed. */
struct body_bytes {
    struct body_source source;
    struct span bytes;
    size_t pos;
};

void body_bytes_init(struct body_bytes *b, struct span bytes);

#endif
