/*
 * glob -- one URL argument that stands for several: {one,two}, [1-9], [a-z:2].
 *
 * curl's rules: sets and ranges combine, the last one changes fastest; a
 * backslash takes the meaning from a bracket; "#1" in an output name is the
 * first one's part.
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

/* NULL with *error filled. */
struct glob *glob_new(const char *url, bool is_off, struct glob_error *error);
void glob_free(struct glob *g);

uint64_t glob_count(const struct glob *g);
/* The i-th URL; free() it. */
char *glob_url(const struct glob *g, uint64_t i);
/* The name with each #n replaced; free() it. */
char *glob_name(const struct glob *g, uint64_t i, const char *name);

#endif
