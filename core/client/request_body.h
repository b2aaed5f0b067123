/*
 * request_body -- the body of a request, from what the caller gave to what a
 * connection reads: opened, told of and slowed as the request asks for.
 */
#ifndef CORE_CLIENT_REQUEST_BODY_H
#define CORE_CLIENT_REQUEST_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "client/body_trace.h"
#include "client/slow_body.h"
#include "client/upload.h"
#include "client/upload_parts.h"
#include "http/exchange.h"
#include "quiver.h"

struct request_body {
    const struct qv_body *ask;
    struct exchange *ex;
    struct body_source *source; /* what is sent */
    struct body_bytes bytes;    /* one of these three */
    struct upload upload;
    struct upload_parts parts;
    struct body_trace traced;
    struct slow_body slow;
};

struct request_body_needs {
    struct loop *loop;
    struct exchange
        *ex;       /* that sends it, and goes on when there is more of it */
    uint64_t rate; /* bytes/s; 0: any */
};

/* In the arena, with request_body_fini() due before that is reset; `ask` and all
 * it needs are borrowed.  NULL: there is none. */
struct request_body *request_body_new(struct arena *arena,
                                      const struct qv_body *ask,
                                      const struct request_body_needs *needs);
void request_body_fini(struct request_body *b); /* NULL: nothing */

/* Asks how long it is, once, before the first read: it may have waited for long.
 * False with *fault: a file is not there.  NULL: true. */
bool request_body_measure(struct request_body *b, struct fault *fault);

/* How long it is: bytes, BODY_LEN_NONE or BODY_LEN_UNKNOWN. */
int64_t request_body_len(const struct request_body *b);

/* Can it be sent once more?  Only what came from a pipe is lost with its first
 * byte.  Touches nothing, since it may be just being sent. */
bool request_body_is_whole(const struct request_body *b);

#endif
