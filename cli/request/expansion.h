/*
 * expansion -- the transfers that one target with globs stands for.
 *
 * As curl: for each file to send all URLs, one after the other.
 */
#ifndef CLI_REQUEST_EXPANSION_H
#define CLI_REQUEST_EXPANSION_H

#include <stdbool.h>

#include "request/cmdline.h"
#include "request/glob.h"

/* Zeroed: it has not begun, or has nothing left. */
struct expansion {
    struct glob *urls;
    struct glob *uploads; /* NULL: nothing is sent */
    uint64_t url_at;
    uint64_t upload_at;
};

/* One of them; expanded_free() is due. */
struct expanded {
    char *url;
    char *output; /* name of it; NULL: none is given */
    char *upload; /* as struct target has it */
};

/* False with *error. */
bool expansion_begin(struct expansion *x, const struct operation *op,
                     const struct target *t, struct glob_error *error);
void expansion_end(struct expansion *x); /* before the last one, too */

static inline bool expansion_is_over(const struct expansion *x)
{
    return x->urls == NULL;
}

/* There is one left. */
void expansion_next(struct expansion *x, const struct target *t,
                    struct expanded *next);
void expanded_free(struct expanded *e);

#endif
