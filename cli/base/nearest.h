/*
 * nearest -- which of some words a mistyped one was meant to be.
 *
 *     nearest_begin(&n, typed, strlen(typed));
 *     for (each word)
 *         nearest_try(&n, word);
 *     nearest_add(&n, &text);      "; did you mean this or that?", or nothing
 *
 * Words are compared by the optimal string alignment distance: letters left
 * out, put in, taken for others, and neighbours exchanged.  A beginning of at
 * least three letters is near as well.  Words that are tried are borrowed until
 * the last call.
 */
#ifndef CLI_BASE_NEAREST_H
#define CLI_BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

enum {
    NEAREST_MAX = 3 /* words that are equally near, and told */
};

struct nearest {
    const char *typed;
    size_t len;
    /* private: */
    unsigned cost; /* of the words below; or more than any word may have */
    size_t nwords;
    const char *words[NEAREST_MAX];
};

/* Words are longer than that: nothing is near. */
enum {
    NEAREST_LEN_MAX = 48
};

void nearest_begin(struct nearest *n, const char *typed, size_t len);
void nearest_try(struct nearest *n, const char *word);
/* The words of a list that ends with NULL. */
void nearest_try_all(struct nearest *n, const char *const *words);

/* The first of the nearest words; NULL: none is near. */
const char *nearest_word(const struct nearest *n);
/* Is what a has found nearer than what b has? */
bool nearest_is_nearer(const struct nearest *a, const struct nearest *b);
/* Appends "; did you mean BEFOREa, BEFOREb or BEFOREc?" */
void nearest_add(const struct nearest *n, const char *before, struct str *out);

#endif
