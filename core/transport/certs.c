#include "transport/certs.h"

#include <stdlib.h>

#include "base/xalloc.h"

void certs_add(struct certs *c, struct span der)
{
    c->at = xalloc_array(c->at, c->n + 1, sizeof *c->at);
    c->at[c->n++] = span_of(xalloc_copy(der.base, der.len), der.len);
}

void certs_fini(struct certs *c)
{
    for (size_t i = 0; i < c->n; i++)
        free((void *)(uintptr_t)c->at[i].base);
    free(c->at);
    *c = (struct certs){.n = 0};
}
