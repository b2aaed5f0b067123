/*
 * exchange_result -- what an exchange and its connection tell in the public form:
 * what the results of transfers and of channels have in common.
 */
#ifndef CORE_CLIENT_EXCHANGE_RESULT_H
#define CORE_CLIENT_EXCHANGE_RESULT_H

#include "http/exchange.h"
#include "quiver.h"

struct exchange_result {
    const struct exchange *ex;
    const struct conn_facts *facts; /* NULL: no connection served it */
    struct arena *arena;            /* of what is made for the result */
    uint64_t started_at; /* loop clock, of times; 0: it has not begun */
    uint64_t hop_at;     /* when this exchange's turn came */
    uint64_t now;
};

/* The members of *r about connection, proxy, attempts, times, and bytes of the
 * body.  What they point to is in the arena or belongs to the facts. */
void exchange_result_fill(struct qv_result *r,
                          const struct exchange_result *of);
void exchange_result_stages(struct qv_stages *s,
                            const struct exchange_result *of);
/* Seconds from the start; negative: it has not come to that. */
double exchange_result_since(const struct exchange_result *of, uint64_t at);

#endif
