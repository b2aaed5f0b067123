/*
 * reply -- what all handlers share: the response that is being made, what is
 * counted for the log, and a request body that nobody reads.
 *
 * A handler family embeds a struct reply in its own struct, in the stream's
 * arena, and gives it only the callbacks that it needs.  The request body is
 * dropped when on_body is NULL.
 */
#ifndef CORE_SERVE_REPLY_H
#define CORE_SERVE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "http/body.h"
#include "http/fields.h"
#include "serve/stream.h"

struct reply;

/* As in struct handler_ops; each may be NULL. */
struct reply_ops {
    enum sink_flow (*on_body)(struct reply *r, struct span data);
    void (*on_end)(struct reply *r, const struct fields *trailers);
    void (*on_free)(struct reply *r);
};

struct reply {
    struct handler handler;
    const struct reply_ops *ops;
    struct stream *stream;
    struct fields fields; /* of the response; Date and Server stand there */
    struct response response;
    bool is_sent;               /* responded */
    struct body_source counted; /* what the codec pulls: counts for the log */
    struct body_source *body;   /* the family's, behind it */
    struct body_bytes text;
    uint64_t started_at; /* loop clock */
    uint64_t bytes_received;
    uint64_t bytes_sent;
    bool is_complete; /* in on_free(): as in struct handler_ops */
};

/* Makes it the stream's handler. */
void reply_init(struct reply *r, struct stream *s, const struct reply_ops *ops);

void reply_field(struct reply *r, const char *name, const char *value);

/*
 * Responds, once, at any time from reply_init() on; before the end of the
 * request the codec may stop reading that.  len: BODY_LEN_*, or bytes.  The
 * source (NULL: none) lives until on_free().
 */
void reply_send(struct reply *r, int status, struct body_source *body,
                int64_t len);
/* With a body that is copied into the arena. */
void reply_text(struct reply *r, int status, const char *type,
                struct span text);
/* "404 Not Found" as text; without a body where none may be. */
void reply_status(struct reply *r, int status);

#endif
