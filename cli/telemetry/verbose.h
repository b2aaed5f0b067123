/*
 * verbose -- what -v prints: "* " what happens, "> " request, "< " response;
 * and what --trace and --trace-ascii write: the bytes of heads and bodies, in
 * curl's form.
 *
 *     0 = verbose_start(&v, client, &needs);   or an exit status
 *     ...
 *     qv_client_free(client);
 *     status = verbose_end(&v);
 */
#ifndef CLI_TELEMETRY_VERBOSE_H
#define CLI_TELEMETRY_VERBOSE_H

#include <stdbool.h>
#include <time.h>

#include "core/quiver.h"
#include "request/telemetry_options.h"
#include "telemetry/trace_file.h"

struct verbose_needs {
    const struct verbose_options *options;
    bool show_secrets;
    bool has_colours;           /* of standard error */
    void (*before)(void *user); /* clears the screen for a line; or NULL */
    void *user;
};

struct verbose {
    struct qv_listener listener;
    struct verbose_needs needs;
    struct trace_file file;
    struct qv_client *client;
    uint64_t epoch; /* wall clock at the client's time 0, ns since 1970 */
    time_t second;  /* that `stamp` is of */
    char stamp[16];
};

/* 0, or QV_EXIT_WRITE after a line that says why.  Before each event's lines on
 * standard error needs->before is called. */
int verbose_start(struct verbose *v, struct qv_client *client,
                  const struct verbose_needs *needs);
/* A line of our own, of this transfer (QV_NO_XFER: of none), while the client
 * lives; nothing is printed without -v. */
void verbose_note(struct verbose *v, uint64_t xfer_id, const char *text);
/* 0, or QV_EXIT_WRITE after a line that says why.  Nothing without a start. */
int verbose_end(struct verbose *v);

#endif
