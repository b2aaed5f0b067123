#include "client/admission_share.h"

static size_t quarter(const struct admission *a)
{
    return a->limits.permits < 8 ? 1 : a->limits.permits / 4;
}

static size_t all_but_a_quarter(const struct admission *a)
{
    return a->limits.permits > 1 ? a->limits.permits - quarter(a) : 1;
}

static size_t share(const struct admission *a, const struct admission_host *h)
{
    bool is_alone = a->hosts.len == 1;
    if (a->limits.permits == 0)
        return SIZE_MAX;
    if (h->is_proven)
        return is_alone ? a->limits.permits : all_but_a_quarter(a);
    return is_alone ? all_but_a_quarter(a) : quarter(a);
}

bool admission_share_may_grow(const struct admission *a,
                              const struct admission_host *h)
{
    if (a->limits.permits_host && h->active >= a->limits.permits_host)
        return false;
    return h->active < share(a, h);
}

bool admission_share_is_left(const struct admission *a)
{
    return a->limits.permits == 0 || a->npermits < a->limits.permits;
}

bool admission_share_is_left_for_unproven(const struct admission *a)
{
    return a->limits.permits == 0 || a->nproven == 0 ||
           a->nunproven < all_but_a_quarter(a);
}
