/*
 * report_output -- a file that a report is written to, in large writes.
 */
#ifndef CLI_FILES_REPORT_OUTPUT_H
#define CLI_FILES_REPORT_OUTPUT_H

#include <stdbool.h>

#include "base/text.h"
#include "terminal/terminal.h"

struct report_output {
    const char *path; /* NULL or "-": standard output */
    int fd;
    struct text text; /* not yet written */
    bool is_terminal; /* which gets no control bytes of a server */
    struct terminal terminal;
    int failed; /* errno of what failed, 0 */
};

/* False after telling why. */
bool report_output_open(struct report_output *o, const char *path);
/* A file without a name, for what can be written only after what follows. */
bool report_output_open_spool(struct report_output *o);
/* To be called now and then: writes `text` when it has become long. */
void report_output_relieve(struct report_output *o);
/* Appends all that a spool holds. */
void report_output_append(struct report_output *o, struct report_output *spool);
/* False after telling what failed; a reader that went away is not told. */
bool report_output_close(struct report_output *o);

#endif
