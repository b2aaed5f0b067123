/*
 * h3_control -- our SETTINGS with those that nghttp3 has no words for.
 *
 * nghttp3 writes the control stream, and SETTINGS as the first frame on it (RFC
 * 9114 6.2.1).  The frame is replaced on its way by a longer one, so from then
 * on the stream has more bytes for QUIC than for nghttp3: what is sent and
 * acknowledged is translated here.
 */
#ifndef CORE_CONN_H3_CONTROL_H
#define CORE_CONN_H3_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define H3_CONTROL_MAX   256
#define H3_CONTROL_SPANS 16

struct h3_control {
    int64_t id; /* of the stream; -1: not yet */
    /* private: */
    bool has_begun;                /* what comes first was seen */
    uint8_t bytes[H3_CONTROL_MAX]; /* instead of nghttp3's first ones, */
    size_t len;                    /* so many instead of */
    size_t replaced;               /* so many */
    size_t sent;                   /* of ours */
    size_t acked;                  /* of ours */
};

void h3_control_init(struct h3_control *c);

/* What nghttp3 wants sent on the control stream, in n of cap spans, becomes
 * what is sent; returns how many spans. */
int h3_control_replace(struct h3_control *c, struct span *spans, int n,
                       int cap);
/* So many bytes of the control stream were sent, or acknowledged: returns how
 * many of nghttp3's those are. */
size_t h3_control_sent(struct h3_control *c, size_t len);
uint64_t h3_control_acked(struct h3_control *c, uint64_t len);

#endif
