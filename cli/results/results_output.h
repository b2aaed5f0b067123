/*
 * results_output -- where the lines of a batch go: a file or standard output.
 *
 * A regular file gets its lines in large writes; standard output, and a pipe
 * or device that was named, never make the loop wait (writer).  Whatever fails,
 * the last line of a regular file is whole.
 */
#ifndef CLI_RESULTS_RESULTS_OUTPUT_H
#define CLI_RESULTS_RESULTS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "files/writer.h"

enum {
    /* Lines that are gathered for one write. */
    RESULTS_OUTPUT_GATHER = 64 * 1024
};

struct results_output {
    bool is_file;     /* a regular one; else the writer is used */
    int fd;           /* of what was opened */
    uint64_t end;     /* of the lines that the file holds for sure */
    struct str lines; /* not yet written */
    int failed;       /* errno of the write that failed, 0 */
    struct writer writer;
};

/* Standard output, by the writer.  on_drain as the writer's. */
void results_output_init(struct results_output *o, struct qv_client *client,
                         void (*on_drain)(struct writer *writer));
/*
 * A file; NULL or "-" is standard output as a file, which must be a regular
 * one.  keeps: what stands in a file of its own stays (that of standard output
 * always does).  False with errno; ESPIPE: not a regular file.
 */
bool results_output_open(struct results_output *o, const char *path,
                         bool keeps);
void results_output_fini(struct results_output *o);

/* Cuts a regular file there and goes on behind; false with errno. */
bool results_output_cut(struct results_output *o, uint64_t end);

/* The line, without its newline; copied. */
void results_output_line(struct results_output *o, const char *line,
                         size_t len);
void results_output_flush(struct results_output *o);
/* Nothing more is written, but the last line that the reader has begun to see
 * is completed, if it takes it within a second. */
void results_output_stop(struct results_output *o);
bool results_output_is_full(const struct results_output *o);
int results_output_failed(const struct results_output *o);

#endif
