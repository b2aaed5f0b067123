#include "client/admission_filing.h"

#include "client/admission_share.h"

/* A million different hosts take no memory. */
#define IDLE_MAX ((size_t)1024)

void admission_filing_take_out(struct admission *a, struct admission_host *h)
{
    if (h->state == ADMISSION_HOST_IDLE)
        a->nidle--;
    list_remove(&h->link);
    heap_remove(&a->due, &h->due);
    h->state = ADMISSION_HOST_UNFILED;
}

void admission_filing_forget(struct admission *a, struct admission_host *h)
{
    admission_filing_take_out(a, h);
    a->nproven -= h->is_proven;
    map_remove(&a->hosts, h->key);
    admission_host_free(h);
}

static enum admission_host_state state_of(const struct admission *a,
                                          const struct admission_host *h)
{
    if (admission_host_is_idle(h))
        return ADMISSION_HOST_IDLE;
    if (h->nwaiting == 0 || !admission_share_may_grow(a, h))
        return ADMISSION_HOST_UNFILED;
    return admission_host_due(h) > loop_now(a->loop) ? ADMISSION_HOST_DUE
                                                     : ADMISSION_HOST_READY;
}

void admission_filing_put(struct admission *a, struct admission_host *h)
{
    enum admission_host_state state = state_of(a, h);
    if (state == h->state && state != ADMISSION_HOST_DUE)
        return;
    admission_filing_take_out(a, h);
    h->state = state;
    switch (state) {
    case ADMISSION_HOST_UNFILED:
        break;
    case ADMISSION_HOST_IDLE:
        h->idle_since = loop_now(a->loop);
        list_append(&a->idle, &h->link);
        if (++a->nidle > IDLE_MAX)
            admission_filing_forget(
                a, container_of(a->idle.next, struct admission_host, link));
        break;
    case ADMISSION_HOST_DUE:
        heap_insert(&a->due, &h->due, admission_host_due(h));
        break;
    case ADMISSION_HOST_READY:
        list_append(&a->ready[h->is_proven], &h->link);
        break;
    }
}

struct admission_host *admission_filing_get(struct admission *a,
                                            struct span key)
{
    struct admission_host *h = map_find(&a->hosts, key);
    if (h)
        return h;
    h = admission_host_new(key);
    map_put(&a->hosts, h->key, h);
    return h;
}

void admission_filing_set_proven(struct admission *a, struct admission_host *h,
                                 bool is_proven)
{
    if (is_proven) {
        a->nproven++;
        a->nunproven -= h->active;
    } else {
        a->nproven--;
        a->nunproven += h->active;
    }
    admission_filing_take_out(a, h); /* it changes the ring */
    h->is_proven = is_proven;
    admission_filing_put(a, h);
}
