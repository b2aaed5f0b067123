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
#include <stdint.h>

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
    size_t bytes;   /* sum of name, value and 32 a field (RFC 9113 6.5.2) */
    uint64_t names; /* a bit for each name that may be there */
};

void fields_init(struct fields *f, struct arena *arena);
void fields_clear(struct fields *f);

/* Both strings are copied into the arena. */
void fields_add(struct fields *f, struct span name, struct span value);
/* The same, before all others. */
void fields_add_first(struct fields *f, struct span name, struct span value);
/* Replaces the first of that name, removes the others; or adds. */
void fields_set(struct fields *f, struct span name, struct span value);

/* Their bytes as lines of HTTP/1. */
size_t fields_text_len(const struct fields *f);

/* The first of that name, or NULL. */
const struct field *fields_find(const struct fields *f, struct span name);
/* Its value; the empty span (base NULL) when there is none. */
struct span fields_value(const struct fields *f, const char *name);
/* The same of a field that may stand there once only: none either when there
 * are two. */
struct span fields_only_value(const struct fields *f, const char *name);

/*
 * The comma-separated list that all fields of one name make together, in
 * however many lines they came (RFC 9110 5.3, 5.6.1).  Elements are trimmed,
 * empty ones left out; a comma within double quotes separates nothing, and
 * quotes end with their line at the latest.
 *
 *     struct fields_list list = fields_list_of(f, "connection");
 *     struct span element;
 *     while (fields_list_next(&list, &element))
 *
 * The elements are the fields' own bytes, and the list borrows the section.
 */
struct fields_list {
    const struct fields *fields;
    struct span name;
    bool is_of_tags;
    size_t next;      /* place of the first field not looked at */
    struct span rest; /* of the value that is being cut */
};

struct fields_list fields_list_of(const struct fields *f, const char *name);
/* Of entity tags, where a backslash is a byte as any other (RFC 9110 8.8.3)
 * and does not quote a quote. */
struct fields_list fields_list_of_tags(const struct fields *f,
                                       const char *name);
bool fields_list_next(struct fields_list *list, struct span *element);

/* Cuts the next part off one value, by the same rules: "a; b=\"c;d\"" by
 * ';'. */
bool fields_next_part(struct span *rest, char separator, struct span *part);

/* Does the list of all fields `name` hold `token`, in any case? */
bool fields_has_token(const struct fields *f, const char *name,
                      const char *token);

/* Grammar of RFC 9110 5.1 (token) and 5.5 (no CR, LF, NUL or other control
 * bytes but HTAB; no leading or trailing blank). */
bool fields_is_name(struct span name);
bool fields_is_value(struct span value);

#endif
