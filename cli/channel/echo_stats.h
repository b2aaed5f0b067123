/*
 * echo_stats -- what became of numbered messages that a peer sends back.
 *
 *     sent = echoed + lost + dropped
 *
 * holds exactly: `dropped` never left this side (the caller counts those),
 * `lost` is what else has not come back.  When the last ECHO_STATS_REMEMBERED
 * messages left is known, and no more: so the memory does not grow with their
 * number.  An echo of an older one is late, and its message stays lost.  No
 * clock: times are ns of the caller's.
 */
#ifndef CLI_CHANNEL_ECHO_STATS_H
#define CLI_CHANNEL_ECHO_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/hdr_histogram.h"
#include "core/base/str.h"

enum {
    ECHO_STATS_REMEMBERED = 1 << 18, /* 2 MiB; a second at 262,144/s */
};

enum echo_stats_is {
    ECHO_STATS_FIRST,     /* an echo */
    ECHO_STATS_DUPLICATE, /* one more of it */
    ECHO_STATS_LATE,      /* of a message that is not remembered */
    ECHO_STATS_FOREIGN,   /* none of ours: changed, or never sent */
};

struct echo_stats {
    uint64_t sent;
    uint64_t echoed;
    uint64_t dropped;
    uint64_t reordered; /* echoes behind one of a later message */
    uint64_t duplicates;
    uint64_t late;
    uint64_t foreign;
    struct hdr_histogram rtt;
    double jitter; /* ns; RFC 3550 6.4.1, of one-way-and-back times */
    /* private: */
    uint64_t *sent_at; /* a ring by number; 0: it has come back */
    size_t cap;        /* of the ring, a power of two */
    size_t size;       /* bytes of a message */
    uint64_t highest;
    uint64_t last_rtt;
};

/* Of n messages of `size` bytes, at least eight. */
void echo_stats_init(struct echo_stats *e, size_t n, size_t size);
void echo_stats_fini(struct echo_stats *e);

/* The message of this number, e->size bytes. */
void echo_stats_message(const struct echo_stats *e, uint64_t number, char *to);
/* The next one, e->sent until now, is on its way. */
void echo_stats_send(struct echo_stats *e, uint64_t now);
enum echo_stats_is echo_stats_receive(struct echo_stats *e, const void *data,
                                      size_t len, uint64_t now);
/* So many were given up before they left. */
void echo_stats_drop(struct echo_stats *e, uint64_t n);

/* Neither echoed nor dropped so far. */
uint64_t echo_stats_missing(const struct echo_stats *e);

/* Two lines for people; an object in a line. */
void echo_stats_text(const struct echo_stats *e, double seconds,
                     struct str *out);
void echo_stats_json(const struct echo_stats *e, double seconds,
                     struct str *out);

#endif
