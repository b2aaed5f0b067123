/*
 * input_group -- a group of options in a curl configuration, up to the next
 * `next`: its URLs, and the operation that all of them are done with.
 *
 * Options count for URLs before them as well, so a group is read as a whole
 * before its first entry can be given out.  It lives as long as they do.
 */
#ifndef CLI_INPUT_INPUT_GROUP_H
#define CLI_INPUT_INPUT_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "request/cmdline.h"

struct entry_pool;
struct input_notes;

struct input_group {
    struct cmdline *cmdline; /* of one operation */
    struct operation *op;
    uint64_t *lines; /* of its URLs */
    size_t nlines;
    size_t lines_cap;
    uint64_t first_line; /* of an option; 0: the group is empty */
    uint64_t bad_line;   /* 0: none */
    char message[256];   /* what is wrong with it */
    size_t nrefs;
    struct entry_pool *pool; /* that has entries of the group; NULL */
    void (*on_gone)(void *user, const struct operation *op); /* NULL */
    void *user;
};

/* Begins with the defaults (or NULL).  One reference is the caller's. */
struct input_group *input_group_new(const struct operation *defaults);
void input_group_ref(struct input_group *g);
void input_group_unref(struct input_group *g);

/* One line without its end; true when it says `next`. */
bool input_group_line(struct input_group *g, const char *line, size_t len,
                      uint64_t number, struct input_notes *notes);
void input_group_fail(struct input_group *g, uint64_t line,
                      const char *message);
/* After the last line: what options mean together. */
void input_group_finish(struct input_group *g);

#endif
