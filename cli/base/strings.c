#include "base/strings.h"

#include <stdlib.h>

#include "core/base/xalloc.h"

void strings_add(struct strings *s, const char *string)
{
    s->at = xalloc_room(s->at, s->len + 1, &s->cap, sizeof *s->at);
    s->at[s->len++] = string;
    s->at[s->len] = NULL;
}

void strings_fini(struct strings *s)
{
    free(s->at);
    *s = (struct strings){0};
}

char *strings_own(struct strings_owned *o, char *s)
{
    o->at = xalloc_room(o->at, o->len, &o->cap, sizeof *o->at);
    o->at[o->len++] = s;
    return s;
}

void strings_disown(struct strings_owned *o)
{
    for (size_t i = 0; i < o->len; i++)
        free(o->at[i]);
    free(o->at);
    *o = (struct strings_owned){0};
}
