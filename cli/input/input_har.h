/*
 * input_har -- the requests of a HAR (HTTP Archive 1.2), as entries of a batch.
 *
 * The archive is read as it comes; in memory is what one request needs.  Only
 * that has to be good.  Requests that are not HTTP's (data:, blob:, about:,
 * wss: ...) are passed over and counted; a header that cannot be sent is left
 * out.  Both are told to the notes.
 */
#ifndef CLI_INPUT_INPUT_HAR_H
#define CLI_INPUT_INPUT_HAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "entry/entry.h"
#include "input/input_notes.h"

struct input_har;

/* max: bytes of a request; a longer one is a bad entry.  The notes and the
 * file's name are borrowed. */
struct input_har *input_har_new(const char *file, size_t max,
                                struct input_notes *notes);
void input_har_free(struct input_har *h);

enum input_har_state {
    INPUT_HAR_MORE,  /* all bytes were used */
    INPUT_HAR_ENTRY, /* for input_har_take() */
    INPUT_HAR_BAD,   /* *error: the file is over */
};

/* Goes on with these bytes; *used: how many of them. */
enum input_har_state input_har_read(struct input_har *h, const char *bytes,
                                    size_t len, size_t *used,
                                    struct qv_error *error);
/* Behind the last byte; false with *error when there should be more. */
bool input_har_end(struct input_har *h, struct qv_error *error);

/* The place of the entry in the archive, from 1. */
uint64_t input_har_place(const struct input_har *h);
/* Fills an entry, which is new. */
void input_har_take(struct input_har *h, struct entry *e);

#endif
