/*
 * meter -- hears of the answers to PINGs that somebody has sent to measure the
 * path: conn_ops.measure().
 *
 * How long an answer took is the meter's to know: it has sent the question, and
 * hears in the turn in which the answer was read.
 */
#ifndef CORE_CONN_METER_H
#define CORE_CONN_METER_H

#include <stdbool.h>
#include <stdint.h>

struct meter_answer {
    uint64_t seq; /* as it was given to measure() */
    /* ns for which the peer says that it has kept the answer (QUIC's ACK delay,
     * RFC 9000 19.3): no time of the path. */
    uint64_t held;
    /* The answer was to a later one, and covers this one: its time says
     * nothing. */
    bool is_shared;
};

struct meter {
    /* May measure again, and close the connection. */
    void (*on_answer)(struct meter *m, const struct meter_answer *a);
};

#endif
