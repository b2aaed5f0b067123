/*
 * sink -- where the bytes of a job go: heads, body, trailers.
 */
#ifndef CLI_FETCH_SINK_H
#define CLI_FETCH_SINK_H

#include "core/quiver.h"

struct job;

/* -i and -D. */
void sink_head(struct job *j, const struct qv_head *head);
void sink_trailers(struct job *j, const struct qv_field *fields, size_t n);

/* QV_ABORT with j->status and j->message set. */
enum qv_flow sink_body(struct job *j, const void *data, size_t len);

/* Takes back what came; false when it cannot be, since it was printed. */
bool sink_restart(struct job *j);

/* Text of -w. */
void sink_text(struct job *j, const char *text, size_t len);

/* The transfer is over; what was received is kept or thrown away.  May set
 * j->status. */
void sink_finish(struct job *j, bool keep);

#endif
