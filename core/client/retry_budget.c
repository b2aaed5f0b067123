/*
 * It follows what large systems have found out: when a service is down,
 * everybody's retries keep it down.  The start is generous enough for a server
 * that restarts under a few hundred requests.
 */
#include "client/retry_budget.h"

#define START  200.0
#define EARNED 0.2 /* one retry for five answers */

void retry_budget_init(struct retry_budget *b)
{
    b->left = START;
}

bool retry_budget_spend(struct retry_budget *b, bool is_alone)
{
    if (b->left < 1)
        return is_alone;
    b->left -= 1;
    return true;
}

void retry_budget_earn(struct retry_budget *b)
{
    b->left += EARNED;
    if (b->left > START)
        b->left = START;
}
