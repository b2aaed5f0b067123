/*
 * input_lines -- the bytes of a batch's input, file after file, as lines.
 *
 * Nothing is read before it is asked for.  What cannot be read without waiting
 * is INPUT_LINES_WAIT, and on_ready() comes when it can.  In memory are one read
 * buffer and, when a line does not fit into it, that line.
 */
#ifndef CLI_INPUT_INPUT_LINES_H
#define CLI_INPUT_INPUT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/quiver.h"

struct input_lines;

struct input_lines_options {
    const char *const *files; /* "-": standard input */
    size_t nfiles;
    size_t line_max;
    const char *spool;
    bool resume; /* see struct input_options */
};

enum input_lines_state {
    INPUT_LINES_OK,
    INPUT_LINES_WAIT,
    INPUT_LINES_END,
    INPUT_LINES_FAILED, /* *error; the file is over */
};

struct input_line {
    const char *at; /* without its end; valid until the next call */
    size_t len;
    uint64_t number;  /* in its file, from 1 */
    bool is_too_long; /* `at` has only its beginning */
};

/* NULL with *error: a file is not there, or the spool cannot be written. */
struct input_lines *input_lines_new(struct qv_client *client,
                                    const struct input_lines_options *o,
                                    void (*on_ready)(void *user), void *user,
                                    struct qv_error *error);
void input_lines_free(struct input_lines *in);

/* Opens the next file, once the one before is over.  END: there is none. */
enum input_lines_state input_lines_open(struct input_lines *in,
                                        struct qv_error *error);
const char *input_lines_name(const struct input_lines *in);

/* What was read of the file and not given out yet; before the first line
 * without a byte order mark. */
void input_lines_peek(const struct input_lines *in, const char **at,
                      size_t *len);
/* Reads on; INPUT_LINES_OK: peek shows more.  END: there is no more to be seen. */
enum input_lines_state input_lines_more(struct input_lines *in,
                                        struct qv_error *error);

/* END: the file is over. */
enum input_lines_state input_lines_line(struct input_lines *in,
                                        struct input_line *line,
                                        struct qv_error *error);

/* The first len bytes that peek shows are used up.  Who reads so has no use
 * for lines. */
void input_lines_skip(struct input_lines *in, size_t len);

int input_lines_spool_fd(const struct input_lines *in); /* -1: none */
/* Bytes read of all files, and how many they are (0: unknown). */
void input_lines_position(const struct input_lines *in, uint64_t *at,
                          uint64_t *size);

#endif
