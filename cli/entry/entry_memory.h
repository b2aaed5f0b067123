/*
 * entry_memory -- where entries and what they point into are kept.
 *
 * A batch makes and frees an entry a line; the memory of one that was freed
 * serves the next, so that reading a million lines allocates no more than the
 * most entries that lived at once.
 */
#ifndef CLI_ENTRY_ENTRY_MEMORY_H
#define CLI_ENTRY_ENTRY_MEMORY_H

#include <stddef.h>

#include "entry/entry.h"
#include "entry/entry_fields.h"
#include "request/request.h"

struct entry_pool;

struct entry_pool *entry_memory_new(void);
/* Lives on until the last of its entries is freed. */
void entry_memory_free(struct entry_pool *p);

/* Zeroed. */
struct entry *entry_memory_take(struct entry_pool *p);

/* Its id becomes the number of its line. */
void entry_memory_number(struct entry *e);

/* As long as the entry lives. */
void *entry_memory_alloc(struct entry *e, size_t size);
/* With a NUL behind them. */
char *entry_memory_copy(struct entry *e, const char *bytes, size_t len);
/* Calls release(owner) when the entry is freed; one for an entry. */
void entry_memory_own(struct entry *e, void (*release)(void *owner),
                      void *owner);

struct entry_fields *entry_memory_ask(const struct entry *e);

/* --defaults as an entry, empty at first; it lives as long as the pool. */
struct entry *entry_memory_defaults(struct entry_pool *p);
/* NULL: there are none. */
const struct entry *entry_memory_defaults_of(const struct entry *e);

/* Makes it a bad entry: "line 7: " or "entry 7: ", and the text.  Gives false. */
bool entry_fail(struct entry *e, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What follows from an operation for every request; see entry_apply(). */
struct entry_base {
    struct entry_base *next;    /* of the same owner */
    const struct operation *op; /* the owner, or made from it for an origin */
    const struct operation *owner; /* the entry's own */
    struct request request;        /* without a body */
    struct entry_fields ask;       /* the body */
    struct qv_body_part file;
};
/* For entry_apply() alone: NULL, or that of this operation; and takes one over,
 * with `op` and `owner` set. */
struct entry_base *entry_memory_base(const struct entry *e,
                                     const struct operation *op);
void entry_memory_add_base(struct entry *e, struct entry_base *b);
/* No entry has this operation, its own, any more. */
void entry_memory_forget(struct entry_pool *p, const struct operation *op);

#endif
