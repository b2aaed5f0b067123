#include "fetch/kept_heads.h"

#include <stdlib.h>

#include "core/base/xalloc.h"

static const char *keep(struct kept_heads *k, const char *text)
{
    return strings_own(&k->owned, xalloc_string(text));
}

void kept_heads_add(struct kept_heads *k, const struct qv_head *head)
{
    if (head->status < 200 || head->is_connect)
        return;
    for (size_t i = 0; i < head->nfields; i++) {
        k->fields = xalloc_room(k->fields, k->n, &k->cap, sizeof *k->fields);
        k->fields[k->n++] = (struct qv_field){keep(k, head->fields[i].name),
                                              keep(k, head->fields[i].value)};
    }
}

void kept_heads_clear(struct kept_heads *k)
{
    strings_disown(&k->owned);
    k->n = 0;
}

void kept_heads_fini(struct kept_heads *k)
{
    strings_disown(&k->owned);
    free(k->fields);
    *k = (struct kept_heads){0};
}
