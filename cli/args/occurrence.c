#include "args/occurrence.h"

#include <stdlib.h>

#include "core/base/xalloc.h"

void occurrences_add(struct occurrences *list, const struct occurrence *one)
{
    list->at = xalloc_room(list->at, list->len, &list->cap, sizeof *list->at);
    list->at[list->len++] = *one;
}

void occurrences_fini(struct occurrences *list)
{
    free(list->at);
    *list = (struct occurrences){0};
}

static bool replaces(const struct option *o)
{
    return o->has_at && o->kind != OPTION_LIST;
}

bool occurrence_is_same(const struct occurrence *a, const struct occurrence *b)
{
    return replaces(a->option) && replaces(b->option) &&
           a->option->scope == b->option->scope &&
           a->option->at == b->option->at &&
           (a->option->kind != OPTION_BIT || b->option->kind != OPTION_BIT ||
            a->option->value == b->option->value);
}

const struct occurrence *occurrences_overruling(const struct occurrences *list,
                                                const struct occurrence *one)
{
    for (size_t i = list->len; i-- > 0;) {
        const struct occurrence *g = &list->at[i];
        if (g->place.layer > one->place.layer && occurrence_is_same(g, one))
            return g;
    }
    return NULL;
}
