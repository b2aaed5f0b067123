/*
 * spares -- objects of one kind that are over, kept for the next ones: whoever
 * runs many in a row allocates nothing.
 *
 * Zeroed at first.  The object embeds a struct spare; while it is kept, it
 * belongs to the spares.
 */
#ifndef CORE_CLIENT_SPARES_H
#define CORE_CLIENT_SPARES_H

#include <stddef.h>

struct spare {
    struct spare *next;
};

struct spares {
    struct spare *first;
    size_t len;
    void (*destroy)(struct spare *s);
};

/* Keeps the object, or destroys it when `max` are kept.  destroy: of this kind,
 * the same each time. */
void spares_put(struct spares *all, struct spare *s, size_t max,
                void (*destroy)(struct spare *s));
/* Hands out an object that was kept, with the contents that it had; NULL: none
 * is kept. */
struct spare *spares_take(struct spares *all);
/* Destroys all objects that are kept. */
void spares_fini(struct spares *all);

#endif
