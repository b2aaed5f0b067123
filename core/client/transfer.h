/*
 * transfer -- one thing a user asked for: an exchange, and those that follow
 * from redirects and retries.
 *
 *   waiting -> flying -> done
 *      ^         |
 *      '- backing off'    between two tries
 *
 * A hundred thousand may wait or back off, few fly: what only a flying one
 * needs is in its struct flight.  The first of those that wait have theirs
 * already.
 */
#ifndef CORE_CLIENT_TRANSFER_H
#define CORE_CLIENT_TRANSFER_H

#include "base/err.h"
#include "base/list.h"
#include "client/admission.h"
#include "client/client.h"
#include "client/resume.h"
#include "io/loop.h"
#include "quiver.h"

struct body_digest;
struct story;

/* Sums over all hops of all tries, but for redirects: those of the last. */
struct totals {
    unsigned redirects;
    unsigned retries;
    unsigned connects;
    uint64_t header_bytes;
    uint64_t request_bytes;
    uint64_t bytes_in; /* heads and bodies */
    uint64_t bytes_out;
};

struct transfer {
    struct qv_transfer *face; /* NULL once it was cancelled */
    struct client *client;
    const struct qv_request *ask;
    struct flight *flight; /* NULL: backing off, or waiting but not ready */
    const struct flight_events *events; /* hops_events */
    struct client_work work;
    struct permit permit;
    uint64_t id;
    uint64_t started_at; /* when it got its permit; 0: not yet */
    uint64_t try_at;     /* when this try got its permit */
    /* Until when all time is told of by redirects and tries, their delays
     * included; 0: from started_at on none is. */
    uint64_t told_until;
    uint64_t tried_until;    /* by tries alone */
    bool is_ready;           /* waits with its flight, its URL parsed */
    bool is_announced;       /* on_start() was called */
    bool has_told;           /* a head or a piece of a body, in this try */
    struct loop_timer timer; /* the end of max_time, or of a back-off */
    struct resume resume;    /* what this try asks for */
    struct body_digest *repr_digest; /* of the whole, over tries that continue
                                        each other; NULL: none is told */
    unsigned nfruitless; /* tries in a row that have brought no byte of it */
    struct totals totals;
    struct story *story;  /* NULL: nobody asked (http/story.h) */
    struct qv_try *tries; /* the earlier ones; at most RETRY_TRIES_MAX */
    size_t ntries;
    struct spare spare;
};

/* Makes the transfer of what `ask` asks and has it admitted; both are borrowed
 * until on_done or transfer_cancel().  Nothing is called back before it has
 * returned. */
void transfer_start(struct client *c, struct qv_transfer *face,
                    const struct qv_request *ask);
/* Ends the transfer without on_done; its memory goes at the end of the turn. */
void transfer_cancel(struct transfer *t);
/* In on_head: the caller takes no bytes yet. */
void transfer_pause(struct transfer *t);
/* The caller takes bytes again after that, or QV_PAUSE; they come in a later task. */
void transfer_resume(struct transfer *t);
/* Ends the transfer with this error at the end of the turn; it is not
 * retried. */
void transfer_fail(struct transfer *t, enum err code, const char *text);

/* Ends the try with this fault at the end of the turn; with ERR_NONE only the
 * hop, and what its head has decided is done (a redirect, a retry). */
void transfer_stop(struct transfer *t, const struct fault *why);

/* The transfer waits no longer for the permit of a try. */
void transfer_end_wait(struct transfer *t);

/* Ends the transfer, with success (NULL) or not.  on_done, the last call to its
 * user, comes soon, when all that have ended in this turn have their results. */
void transfer_finish(struct transfer *t, const struct fault *fault);

/* Memory for a transfer, zeroed: a spare one, or new. */
struct transfer *transfer_new(struct client *c);
/* Gives the memory back, once the transfer is over and no callback of it can be
 * running. */
void transfer_free(struct client *c, struct transfer *t);

#endif
