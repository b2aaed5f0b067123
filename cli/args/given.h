/*
 * given -- options as they were given, in their order and with their place.
 *
 * What an operation asks for can be made again from the list, for another
 * origin; and a person can be told where a value comes from.
 */
#ifndef CLI_ARGS_GIVEN_H
#define CLI_ARGS_GIVEN_H

#include <stdbool.h>
#include <stddef.h>

#include "args/option.h"

/* Where it was given; a later one of these counts more. */
enum given_layer {
    GIVEN_GLOBAL,  /* before the first section of the configuration file */
    GIVEN_SECTION, /* in one of its sections */
    GIVEN_FILE,    /* in a file of -K */
    GIVEN_LINE,    /* on the command line */
};

struct given_place {
    enum given_layer layer;
    const char *file; /* NULL: the command line */
    unsigned line;
};

struct given {
    const struct option *option;
    const char *argument; /* NULL: none */
    bool is_negated;      /* --no-X of a flag X */
    struct given_place place;
};

/* Strings are borrowed. */
struct givens {
    struct given *at;
    size_t len;
    size_t cap;
};

void givens_add(struct givens *list, const struct given *one);
void givens_fini(struct givens *list);

/* Do the two say the same thing, so that only one of them can count?  Options
 * that add up (headers, data) never do. */
bool given_is_same(const struct given *a, const struct given *b);

/* The last one of a higher layer that says the same as `one`; or NULL. */
const struct given *givens_overruling(const struct givens *list,
                                      const struct given *one);

#endif
