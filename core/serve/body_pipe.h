/*
 * body_pipe -- a request body that becomes the response body while it still
 * arrives, in bounded memory.
 *
 * Over its mark it answers SINK_PAUSE, and resumes the request when the codec
 * has taken most of it; it resumes the response when there are bytes again.
 */
#ifndef CORE_SERVE_BODY_PIPE_H
#define CORE_SERVE_BODY_PIPE_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/body.h"
#include "io/loop.h"
#include "serve/stream.h"

struct body_pipe {
    struct body_source source; /* the response's body */
    struct stream *stream;
    struct buf queue;
    /* The queue has been taken, after it was full: what is to become of the
     * request body?  At the end of the turn.  NULL: it is resumed. */
    enum sink_flow (*on_room)(struct body_pipe *p);
    struct loop_task resume; /* at the end of the turn: not from a callback */
    unsigned ways;           /* that it is for */
    bool is_ended;
    bool is_paused;  /* the request body */
    bool is_starved; /* the response body */
};

void body_pipe_init(struct body_pipe *p, struct stream *s);
void body_pipe_fini(struct body_pipe *p);
enum sink_flow body_pipe_add(struct body_pipe *p, struct span data);
/* The same for bytes that the caller has put into `queue`, if any. */
enum sink_flow body_pipe_added(struct body_pipe *p);
bool body_pipe_is_full(const struct body_pipe *p);
void body_pipe_end(struct body_pipe *p);

#endif
