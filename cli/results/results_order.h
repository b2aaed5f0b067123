/*
 * results_order -- lines that wait for earlier ones.
 *
 * Entries are expected in the order of the input, and their lines leave in
 * that order, whichever ends first.
 */
#ifndef CLI_RESULTS_RESULTS_ORDER_H
#define CLI_RESULTS_RESULTS_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct results_waiting {
    uint64_t seq;
    char *line; /* NULL: not ended yet */
    size_t len;
};

/* Zeroed: empty. */
struct results_order {
    struct results_waiting *ring; /* ascending seq from `first` on */
    size_t first;
    size_t len;
    size_t cap;   /* a power of two */
    size_t bytes; /* of the lines that wait */
};

void results_order_fini(struct results_order *o);
/* seq is above all expected before. */
void results_order_expect(struct results_order *o, uint64_t seq);
/* Copies the line of an entry that is expected and has none yet. */
void results_order_put(struct results_order *o, uint64_t seq, const char *line,
                       size_t len);
/* The line that is next to leave, valid until the pop; NULL while it has not
 * come. */
const struct results_waiting *results_order_head(const struct results_order *o);
/* Is it the one that all others wait for? */
bool results_order_is_head(const struct results_order *o, uint64_t seq);
void results_order_pop(struct results_order *o);

#endif
