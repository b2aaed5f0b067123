/*
 * exchanges -- the exchanges that one transfer came to, in the order of their
 * beginnings: tries that others followed, redirects, and the last one.  What
 * pictures of a transfer are made of.
 */
#ifndef CLI_RECORD_EXCHANGES_H
#define CLI_RECORD_EXCHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "record/phases.h"

enum shown_kind {
    SHOWN_TRY, /* only when it was is known of it, not its phases */
    SHOWN_REDIRECT,
    SHOWN_LAST,
};

/* Strings are borrowed, and may be NULL where something is not known. */
struct shown_exchange {
    enum shown_kind kind;
    double start;         /* s from the start of the transfer */
    double lasted;        /* s */
    struct phases phases; /* all negative in a try */
    /* s at its end that belong to no phase: what it was at has failed.  (Of
     * records of earlier versions; the phases of ours add up.) */
    double unfinished;
    double delay; /* of a try: s until the next one */
    int status;   /* 0: no answer */
    const char *method;
    const char *url;
    const char *version; /* of HTTP; "0" without an answer */
    const char *why;     /* of a try: what made it one */
    uint64_t conn;       /* 0: none */
};

size_t exchanges_count(const struct qv_result *r);
void exchanges_at(const struct qv_result *r, size_t i,
                  struct shown_exchange *out);

/* Places a last exchange that has its phases: it began when what came before was
 * over (`ready`; 0: nothing did), and ended at `total`.  Its queue may have begun
 * with the first try; it is cut to what is its own. */
void exchanges_place_last(struct shown_exchange *last, double total,
                          double ready);

#endif
