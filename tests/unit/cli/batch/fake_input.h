/*
 * fake_input -- entries out of nothing, in place of input/input.c.
 */
#ifndef TESTS_UNIT_CLI_BATCH_FAKE_INPUT_H
#define TESTS_UNIT_CLI_BATCH_FAKE_INPUT_H

#include "entry/entry_memory.h"
#include "input/input.h"

struct input {
    uint64_t total;   /* entries */
    uint64_t wait_at; /* entry before which nothing is there yet */
    uint64_t fail_at; /* entry before which a file cannot be read; once */
    uint64_t bytes;   /* of each entry */
    uint64_t size;    /* what is said of the whole: 0, unknown */
    /* Gives it a URL and the rest; it has an id, a line and the operation. */
    void (*make)(struct entry *e);
    const struct operation *op;
    /* private: */
    struct entry_pool *pool;
    uint64_t count;
    unsigned nfreed;
};

/* All of it is there, nothing fails; `total`, `make` and `op` are the caller's
 * to set. */
void fake_input_init(struct input *f);
/* After the last entry was freed. */
void fake_input_fini(struct input *f);

#endif
