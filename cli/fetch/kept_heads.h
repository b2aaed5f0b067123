/*
 * kept_heads -- the fields of all heads of a job, for %header{name:all:...} of -w.
 */
#ifndef CLI_FETCH_KEPT_HEADS_H
#define CLI_FETCH_KEPT_HEADS_H

#include <stddef.h>

#include "base/strings.h"
#include "core/quiver.h"

struct kept_heads {
    struct qv_field *fields;
    size_t n;
    size_t cap;
    struct strings_owned owned;
};

/* Copies those of a final head; the others say nothing about the answer. */
void kept_heads_add(struct kept_heads *k, const struct qv_head *head);
void kept_heads_clear(struct kept_heads *k);
void kept_heads_fini(struct kept_heads *k);

#endif
