/*
 * The budget for retries follows what large systems have found out: when a
 * service is down, everybody's retries keep it down.  A retry costs one, an
 * answer earns a fraction, so that in the long run retries are a small part of
 * the requests.  The start is generous enough for a server that restarts under
 * a few hundred requests.
 */
#include "client/site.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define BUDGET_START  200.0
#define BUDGET_EARNED 0.2 /* one retry for five answers */

void site_key(struct str *key, bool is_secure, struct span name, uint16_t port)
{
    str_add_char(key, is_secure ? 's' : 'p');
    str_add_char(key, (char)(port >> 8));
    str_add_char(key, (char)(port & 0xff));
    str_add(key, name);
}

struct site *site_new(struct span key)
{
    struct site *h = xalloc_zeroed(1, sizeof *h + key.len);
    list_init(&h->link);
    list_init(&h->busy_link);
    list_init(&h->waiting);
    h->budget = BUDGET_START;
    memcpy(h->text, key.base, key.len);
    h->key = span_of(h->text, key.len);
    return h;
}

void site_free(struct site *h)
{
    if (h == NULL)
        return;
    list_remove(&h->link);
    list_remove(&h->busy_link);
    free(h);
}

bool site_is_idle(const struct site *h)
{
    return h->active == 0 && h->nwaiting == 0 && h->resting == 0;
}

uint64_t site_due(const struct site *h)
{
    uint64_t due = h->pace.interval ? h->pace.next : 0;
    return due > h->hold_until ? due : h->hold_until;
}

bool site_spend(struct site *h)
{
    if (h->budget < 1) /* alone? */
        return h->resting == 0 && h->nwaiting == 0 && h->active <= 1;
    h->budget -= 1;
    return true;
}

void site_earn(struct site *h)
{
    h->budget += BUDGET_EARNED;
    if (h->budget > BUDGET_START)
        h->budget = BUDGET_START;
}
