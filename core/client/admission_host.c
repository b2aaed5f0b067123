#include "client/admission_host.h"

#include <stdlib.h>

#include "base/xalloc.h"

void admission_host_key(struct str *key, bool is_secure, struct span name,
                        uint16_t port)
{
    str_add_char(key, is_secure ? 's' : 'p');
    str_add_char(key, (char)(port >> 8));
    str_add_char(key, (char)(port & 0xff));
    str_add(key, name);
}

struct admission_host *admission_host_new(struct span key)
{
    struct admission_host *h = xalloc_zeroed(1, sizeof *h + key.len);
    list_init(&h->link);
    list_init(&h->busy_link);
    list_init(&h->waiting);
    retry_budget_init(&h->retries);
    memcpy(h->text, key.base, key.len);
    h->key = span_of(h->text, key.len);
    return h;
}

void admission_host_free(struct admission_host *h)
{
    if (h == NULL)
        return;
    list_remove(&h->link);
    list_remove(&h->busy_link);
    free(h);
}

bool admission_host_is_idle(const struct admission_host *h)
{
    return h->active == 0 && h->nwaiting == 0 && h->backing_off == 0 &&
           h->released == 0;
}

uint64_t admission_host_due(const struct admission_host *h)
{
    uint64_t due = h->pace.interval ? h->pace.next : 0;
    uint64_t quota = quota_due(&h->quota);
    if (quota > due)
        due = quota;
    return due > h->hold_until ? due : h->hold_until;
}

bool admission_host_has_one_only(const struct admission_host *h)
{
    return h->backing_off == 0 && h->nwaiting == 0 && h->active <= 1;
}
