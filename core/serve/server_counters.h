/*
 * server_counters -- what a server has served, in numbers: plain increments.
 */
#ifndef CORE_SERVE_SERVER_COUNTERS_H
#define CORE_SERVE_SERVER_COUNTERS_H

#include <stdint.h>

#include "base/histogram.h"
#include "serve/quic_router.h"
#include "serve/reply.h"

enum {
    SERVER_COUNTERS_PROTOCOLS = 3,      /* HTTP/1, 2, 3 */
    SERVER_COUNTERS_STATUS_CLASSES = 6, /* 0: no response; 1 to 5 */
};

struct server_counters {
    uint64_t requests[SERVER_COUNTERS_PROTOCOLS]
                     [SERVER_COUNTERS_STATUS_CLASSES];
    uint64_t incomplete; /* responses that did not reach their end */
    uint64_t bytes_in;   /* bodies */
    uint64_t bytes_out;
    struct histogram durations;
    /* Ever, once the protocol shows; those of HTTP/3 are quic.opened. */
    uint64_t connections[SERVER_COUNTERS_PROTOCOLS - 1];
    uint64_t unknown; /* TCP connections that ended before that */
    struct quic_router_counters quic;
};

void server_counters_connection(struct server_counters *c, bool is_h2);
void server_counters_request(struct server_counters *c, const struct reply *r,
                             uint64_t duration, bool is_complete);

#endif
