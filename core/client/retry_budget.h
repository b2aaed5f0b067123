/*
 * retry_budget -- how many retries one host is asked to bear.
 *
 * A retry costs one, an answer earns a fraction of one: in the long run retries
 * are a small part of the requests, however many fail together.
 */
#ifndef CORE_CLIENT_RETRY_BUDGET_H
#define CORE_CLIENT_RETRY_BUDGET_H

#include <stdbool.h>

struct retry_budget {
    double left; /* retries that may still be begun */
};

void retry_budget_init(struct retry_budget *b);

/* May one more transfer to the host be tried again?  Then it is paid for.
 * is_alone: no other transfer is there; that one always may. */
bool retry_budget_spend(struct retry_budget *b, bool is_alone);

/* The host has given a final answer. */
void retry_budget_earn(struct retry_budget *b);

#endif
