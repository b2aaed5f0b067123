/*
 * sink -- where the bytes of one transfer go: heads, body, trailers.
 *
 * To standard output in its turn (lane.h), to a file that appears when it is
 * whole (atomic_file.h), or nowhere; -i adds heads to the body, -D writes them to a
 * place of their own.  The first failure stays in `status` and `message`; the
 * owner reads them after each call.
 */
#ifndef CLI_FETCH_SINK_H
#define CLI_FETCH_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/quiver.h"
#include "files/atomic_file.h"
#include "files/lane.h"
#include "request/cmdline.h"
#include "terminal/escape.h"

struct sink {
    struct lanes *lanes;
    struct outlets *outlets;
    struct operation *op; /* its output options, and the file of -D */
    const struct target *target;
    /* After QV_PAUSE: standard output, or the pipe of -o, takes more. */
    void (*on_drain)(struct sink *s);
    bool is_escaped; /* standard output is a terminal, and gets the body */
    char *name;      /* of the output file; NULL: none; the sink's */
    int status;      /* of what failed here; 0: nothing has */
    char message[256];
    /* private: */
    struct lane *lane; /* NULL until something goes to standard output */
    struct atomic_file file;
    bool is_file;     /* `file` is in use */
    bool has_printed; /* something went to standard output */
    bool is_checked;  /* the first piece was not binary */
    struct escape terminal;
};

/* -i and -D. */
void sink_head(struct sink *s, const struct qv_head *head);
void sink_trailers(struct sink *s, const struct qv_field *fields, size_t n);

/* QV_ABORT: it has failed, now or before. */
enum qv_flow sink_body(struct sink *s, const void *data, size_t len);

/* Takes back what came; false when it cannot be, since it was printed. */
bool sink_restart(struct sink *s);

/* The transfer is over; what was received is kept or thrown away. */
void sink_finish(struct sink *s, bool keep);
/* Text of -w, after that. */
void sink_text(struct sink *s, const char *text, size_t len);
/* The last thing that is written was.  The next lane has its turn. */
void sink_close(struct sink *s);
void sink_fini(struct sink *s);

#endif
