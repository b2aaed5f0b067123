/*
 * occurrence -- options as they were given, in their order and with their place.
 *
 * What an operation asks for can be made again from the list, for another
 * origin; and a person can be told where a value comes from.
 */
#ifndef CLI_ARGS_OCCURRENCE_H
#define CLI_ARGS_OCCURRENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "args/option.h"

/* Where it was given; a later one of these counts more. */
enum occurrence_layer {
    OCCURRENCE_GLOBAL,  /* before the first section of the configuration file */
    OCCURRENCE_SECTION, /* in one of its sections */
    OCCURRENCE_FILE,    /* in a file of -K */
    OCCURRENCE_LINE,    /* on the command line */
};

struct occurrence_place {
    enum occurrence_layer layer;
    const char *file; /* NULL: the command line */
    unsigned line;
    /* Letters of its own that stood before it in the same argument: 1 is the
     * second one of "-vv". */
    unsigned nbefore;
};

struct occurrence {
    const struct option *option;
    const char *argument; /* NULL: none */
    bool is_negated;      /* --no-X of a flag X */
    struct occurrence_place place;
};

/* Strings are borrowed. */
struct occurrences {
    struct occurrence *at;
    size_t len;
    size_t cap;
};

void occurrences_add(struct occurrences *list, const struct occurrence *one);
void occurrences_fini(struct occurrences *list);

/* Do the two say the same thing, so that only one of them can count?  Options
 * that add up (headers, data) never do. */
bool occurrence_is_same(const struct occurrence *a, const struct occurrence *b);

/* The last one of a higher layer that says the same as `one`; or NULL. */
const struct occurrence *occurrences_overruling(const struct occurrences *list,
                                                const struct occurrence *one);

#endif
