/*
 * datagram_mirror -- sends the HTTP datagrams of a stream back, and counts them.
 */
#ifndef CORE_SERVE_DATAGRAM_MIRROR_H
#define CORE_SERVE_DATAGRAM_MIRROR_H

#include "http/datagrams.h"
#include "io/loop.h"
#include "serve/stream.h"

struct datagram_mirror {
    struct datagrams datagrams; /* for handler.datagrams */
    /* private: */
    struct stream *stream;
    struct datagrams_counters told; /* of those, to the server's counters */
    struct loop_task tell;
};

void datagram_mirror_init(struct datagram_mirror *m, struct stream *s);
void datagram_mirror_fini(struct datagram_mirror *m);

#endif
