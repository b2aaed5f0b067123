#include "client/spares.h"

void spares_put(struct spares *all, struct spare *s, size_t max,
                void (*destroy)(struct spare *s))
{
    all->destroy = destroy;
    if (all->len >= max) {
        destroy(s);
        return;
    }
    s->next = all->first;
    all->first = s;
    all->len++;
}

struct spare *spares_take(struct spares *all)
{
    struct spare *s = all->first;
    if (s == NULL)
        return NULL;
    all->first = s->next;
    all->len--;
    return s;
}

void spares_fini(struct spares *all)
{
    struct spare *s;
    while ((s = spares_take(all)) != NULL)
        all->destroy(s);
}
