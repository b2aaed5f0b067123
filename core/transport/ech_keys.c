#include "transport/ech_keys.h"

#include <stdlib.h>

#include "base/xalloc.h"

static const struct ech_answer *find(const struct ech_keys *k, struct span host,
                                     uint16_t port)
{
    for (size_t i = 0; i < ECH_KEYS_MAX; i++) {
        const struct ech_answer *a = &k->answers[i];
        if (a->host && a->port == port &&
            span_equal_nocase(span_str(a->host), host))
            return a;
    }
    return NULL;
}

static void forget(struct ech_answer *a)
{
    free(a->host);
    free(a->list);
    *a = (struct ech_answer){.host = NULL};
}

void ech_keys_fini(struct ech_keys *k)
{
    for (size_t i = 0; i < ECH_KEYS_MAX; i++)
        forget(&k->answers[i]);
}

void ech_keys_put(struct ech_keys *k, struct span host, uint16_t port,
                  struct span list)
{
    const struct ech_answer *known = find(k, host, port);
    size_t at = known ? (size_t)(known - k->answers) : k->next;
    if (known == NULL)
        k->next = (k->next + 1) % ECH_KEYS_MAX;
    forget(&k->answers[at]);
    k->answers[at] = (struct ech_answer){
        .host = xalloc_copy(host.base, host.len),
        .port = port,
        .list = list.len ? xalloc_copy(list.base, list.len) : NULL,
        .len = list.len,
    };
}

bool ech_keys_find(const struct ech_keys *k, struct span host, uint16_t port,
                   struct span *list)
{
    const struct ech_answer *a = find(k, host, port);
    if (a)
        *list = span_of(a->list, a->len);
    return a != NULL;
}
