/*
 * h2_guard -- when a peer only keeps us busy.
 *
 * HTTP/2 has many frames that cost the receiver work and carry nothing: PING,
 * SETTINGS, PRIORITY, WINDOW_UPDATE, empty or padding-only DATA, unknown types
 * (CVE-2019-9511 and its kin).  The guard reads every frame header that
 * arrives, before nghttp2 does, and keeps one debt: each frame raises it, each
 * useful event lowers it, time forgives it slowly.  A debt over the limit is a
 * flood.
 */
#ifndef CORE_CONN_H2_GUARD_H
#define CORE_CONN_H2_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define H2_GUARD_HEAD_LEN 9 /* of a frame, RFC 9113 4.1 */

struct h2_guard {
    unsigned limit;      /* settings_limits.no_progress */
    unsigned reset_cost; /* of a RST_STREAM */
    unsigned debt;       /* frames that nothing useful paid for */
    uint64_t forgave_at; /* loop clock */
    uint64_t bytes_max;  /* that may arrive with no useful event between */
    uint64_t bytes;
    size_t skip; /* payload bytes, or preface, still to pass over */
    uint8_t head[H2_GUARD_HEAD_LEN];
    size_t nhead;
    bool saw_push; /* a PUSH_PROMISE came */
};

void h2_guard_init(struct h2_guard *g, unsigned limit, uint64_t bytes_max,
                   bool is_server, uint64_t now);
/* Bytes as they arrive, in pieces of any size. */
void h2_guard_feed(struct h2_guard *g, struct span bytes, uint64_t now);
/* Body bytes, a head, an end of stream: something that somebody wanted. */
void h2_guard_useful(struct h2_guard *g);
bool h2_guard_is_flood(const struct h2_guard *g);

#endif
