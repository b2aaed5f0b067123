/*
 * fields -- a header or trailer section: names and values in order.
 *
 * Names keep the case they came in and are compared without it (RFC 9110
 * 5.1).  All bytes live in the arena that the section was made with.
 */
#ifndef CORE_HTTP_FIELDS_H
#define CORE_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct field {
    struct span name;
    struct span value;
};

struct fields {
    struct arena *arena;
    struct field *items;
    size_t len;
    size_t cap;
    size_t bytes; /* sum of name, value and 32 a field (RFC 9113 6.5.2) */
};

void fields_init(struct fields *f, struct arena *arena);
void fields_clear(struct fields *f);

/* Both strings are copied into the arena. */
void fields_add(struct fields *f, struct span name, struct span value);
/* Replaces the first of that name, removes the others; or adds. */
void fields_set(struct fields *f, struct span name, struct span value);
/* Returns how many were removed. */
size_t fields_remove(struct fields *f, struct span name);

/* The first of that name, or NULL. */
const struct field *fields_find(const struct fields *f, struct span name);
/* Its value; the empty span (base NULL) when there is none. */
struct span fields_value(const struct fields *f, const char *name);
/* Does the comma-separated list of all fields `name` hold `token`? */
bool fields_has_token(const struct fields *f, const char *name,
                      const char *token);

/* Grammar of RFC 9110 5.1 (token) and 5.5 (no CR, LF, NUL or other control
 * bytes but HTAB; no leading or trailing blank). */
bool fields_is_name(struct span name);
bool fields_is_value(struct span value);

#endif
