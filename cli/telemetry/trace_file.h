/*
 * trace_file -- where what happens is written: a file, a named pipe, "-" for
 * standard output, "%" for standard error.
 *
 * A reader that does not read stops nobody: what does not fit into a bounded
 * queue any more is dropped and counted.
 */
#ifndef CLI_TELEMETRY_TRACE_FILE_H
#define CLI_TELEMETRY_TRACE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/line_writer.h"
#include "core/base/str.h"

struct trace_file {
    const char *path;
    bool is_open;
    bool is_console;           /* "%" */
    struct line_writer writer; /* else */
    int fd;                    /* -1: the writer's own */
    int failed;                /* errno of the first write that did */
};

/* The path is borrowed.  False with errno. */
bool trace_file_open(struct trace_file *f, const char *path);
/* Whole lines; nothing once a write has failed. */
void trace_file_write(struct trace_file *f, const struct str *lines);
/* When the reader has taken all: errno of what failed, 0; and how many lines he
 * was too slow for.  One that is not open does nothing. */
int trace_file_close(struct trace_file *f, uint64_t *dropped);

#endif
