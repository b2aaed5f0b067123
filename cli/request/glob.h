/*
 * glob -- one URL, or file to send, that stands for several: {one,two}, [1-9],
 * [a-z:2].
 *
 * curl's rules: sets and ranges combine, the last one changes fastest; a
 * backslash takes the meaning from a bracket; "#1" in an output name is the
 * first one's part.  One may have a name, {<NAME>one,two}, and "#<NAME>" is its
 * part.
 */
#ifndef CLI_REQUEST_GLOB_H
#define CLI_REQUEST_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct glob;

struct glob_error {
    char text[120];
};

/* `what` it is, for people: "URL".  NULL with *error filled. */
struct glob *glob_new(const char *pattern, const char *what, bool is_off,
                      struct glob_error *error);
void glob_free(struct glob *g);

uint64_t glob_count(const struct glob *g);
/* The i-th URL; free() it. */
char *glob_url(const struct glob *g, uint64_t i);

/* One that is chosen: the i-th of a glob. */
struct glob_choice {
    const struct glob *glob; /* NULL: none */
    uint64_t i;
};

/* The name with each #n replaced, of the URL, and each #<NAME>, of the URL or
 * else of the upload (NULL: there is none); free() it. */
char *glob_name(struct glob_choice url, struct glob_choice upload,
                const char *name);
/* Does one of the globs (NULL: none) have each #<NAME> in it?  False with
 * *error. */
bool glob_knows(const struct glob *url, const struct glob *upload,
                const char *name, struct glob_error *error);

#endif
