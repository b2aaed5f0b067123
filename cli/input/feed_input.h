/*
 * feed_input -- the bytes of a batch's input, file after file, as lines.
 *
 * Nothing is read before it is asked for.  What cannot be read without waiting
 * is INPUT_WAIT, and on_ready() comes when it can.  In memory are one read
 * buffer and, when a line does not fit into it, that line.
 */
#ifndef CLI_INPUT_FEED_INPUT_H
#define CLI_INPUT_FEED_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "core/quiver.h"

struct feed_input;

struct feed_input_options {
    const char *const *files; /* "-": standard input */
    size_t nfiles;
    size_t line_max;
    const char *spool;
    bool resume; /* see struct feed_options */
};

enum feed_input_state {
    INPUT_OK,
    INPUT_WAIT,
    INPUT_END,
    INPUT_FAILED, /* *error; the file is over */
};

struct feed_line {
    const char *at; /* without its end; valid until the next call */
    size_t len;
    uint64_t number;  /* in its file, from 1 */
    bool is_too_long; /* `at` has only its beginning */
};

/* NULL with *error: a file is not there, or the spool cannot be written. */
struct feed_input *feed_input_new(struct qv_client *client,
                                  const struct feed_input_options *o,
                                  void (*on_ready)(void *user), void *user,
                                  struct qv_error *error);
void feed_input_free(struct feed_input *in);

/* Opens the next file, once the one before is over.  END: there is none. */
enum feed_input_state feed_input_open(struct feed_input *in,
                                      struct qv_error *error);
const char *feed_input_name(const struct feed_input *in);

/* What was read of the file and not given out yet; before the first line
 * without a byte order mark. */
void feed_input_peek(const struct feed_input *in, const char **at, size_t *len);
/* Reads on; INPUT_OK: peek shows more.  END: there is no more to be seen. */
enum feed_input_state feed_input_more(struct feed_input *in,
                                      struct qv_error *error);

/* END: the file is over. */
enum feed_input_state feed_input_line(struct feed_input *in,
                                      struct feed_line *line,
                                      struct qv_error *error);

/* The first len bytes that peek shows are used up.  Who reads so has no use
 * for lines. */
void feed_input_skip(struct feed_input *in, size_t len);

int feed_input_spool_fd(const struct feed_input *in); /* -1: none */
/* Bytes read of all files, and how many they are (0: unknown). */
void feed_input_position(const struct feed_input *in, uint64_t *at,
                         uint64_t *size);

#endif
