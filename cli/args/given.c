#include "args/given.h"

#include <stdlib.h>

#include "base/mem.h"

void givens_add(struct givens *list, const struct given *one)
{
    list->at = mem_room(list->at, list->len, &list->cap, sizeof *list->at);
    list->at[list->len++] = *one;
}

void givens_fini(struct givens *list)
{
    free(list->at);
    *list = (struct givens){0};
}

static bool replaces(const struct option *o)
{
    return o->has_at && o->kind != OPTION_LIST;
}

bool given_is_same(const struct given *a, const struct given *b)
{
    return replaces(a->option) && replaces(b->option) &&
           a->option->scope == b->option->scope &&
           a->option->at == b->option->at;
}

const struct given *givens_overruling(const struct givens *list,
                                      const struct given *one)
{
    for (size_t i = list->len; i-- > 0;) {
        const struct given *g = &list->at[i];
        if (g->place.layer > one->place.layer && given_is_same(g, one))
            return g;
    }
    return NULL;
}
