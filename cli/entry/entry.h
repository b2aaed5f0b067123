/*
 * entry -- one request of a batch, as its line asked for it.
 *
 * Made by the input, owned by whoever took it from there.  A line that cannot
 * be read as a request is an entry too: it has a place, often an id, and an
 * error instead of a request.
 */
#ifndef CLI_ENTRY_ENTRY_H
#define CLI_ENTRY_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"
#include "request/expect.h"

struct capture;
struct operation;
struct strings;

struct entry {
    uint64_t seq;     /* place in the whole input, from 0, in every shard */
    uint64_t line;    /* in its file, from 1 */
    const char *file; /* as it was named; "-": standard input */
    const char *id;   /* as JSON text: "\"u42\"", "17"; never NULL */
    const char *tags; /* JSON text of an object; NULL: none */
    /* What the request was made from: the input's defaults, or the options of a
     * group in a curl configuration. */
    const struct operation *op;
    struct qv_request request;
    const char *output; /* path of the body's file, as given; NULL: none */
    /* Does the file go on with what is there (-C)?  Unless has_continue, as `op`
     * says. */
    bool is_continued;
    bool has_continue;
    bool is_output_free;   /* it may lead anywhere: a curl configuration's */
    struct expect *expect; /* NULL: nothing is expected */
    /* Sums that the body must have to be kept (files/sums.h); NULL: none */
    const struct strings *checksums;
    /* Earlier entries whose values it has, by their ids; and what it keeps for
     * later ones, which may be nothing. */
    const char *const *after;
    size_t nafter;
    const struct capture *captures;
    size_t ncaptures;
    bool has_captures;
    int status; /* exit status of a bad line; 0: a good one */
    char message[200];
    void *memory; /* the input's: what all of it points into */
};

/* Back to the input it is from; NULL is fine.  The input may be gone already. */
void entry_free(struct entry *e);

/*
 * Makes e->request anew: what the line says, over --defaults, over `op` in the
 * place of the input's defaults.  For settings that depend on the URL; `op` is
 * borrowed as input_options.defaults is, and a caller has few different ones.
 * Nothing happens to a bad entry.
 */
void entry_apply(struct entry *e, const struct operation *op);

/* The options of a good one's request, to be changed for it alone. */
struct qv_options *entry_own_options(struct entry *e);

/* Puts header lines before all others, as meant for the origin of its URL alone.
 * They are borrowed. */
void entry_put_first(struct entry *e, const char *const *lines, size_t n);

#endif
