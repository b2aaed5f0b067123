/*
 * transfer -- one thing a user asked for: an exchange, and those that follow
 * from redirects and retries.
 *
 *   waiting -> [ hop: request -> head -> body -> end ]+ -> done
 *
 * A hop is one exchange.  Its end decides: another hop (redirect, retry), or
 * the result.
 */
#ifndef CORE_CLIENT_TRANSFER_H
#define CORE_CLIENT_TRANSFER_H

#include "base/arena.h"
#include "base/list.h"
#include "client/client.h"
#include "client/decode.h"
#include "client/upload.h"
#include "client/upload_parts.h"
#include "http/exchange.h"
#include "http/url.h"
#include "quiver.h"
#include "settings/settings.h"

/* What one hop has brought so far; starts empty with each. */
struct hop {
    bool has_head; /* a final one */
    bool is_redirect;
    bool is_dropped; /* nobody wants this body */
    bool is_over;    /* on_done came; the body may still be decoding */
    bool has_failed;
    int status;
    enum http_version version;
    struct span next; /* Location */
    const struct fields *fields;
    uint64_t delivered; /* decoded bytes */
    uint64_t rtt;       /* of the connection, ns, when the head came */
    struct fault fault; /* if has_failed */
};

/* Sums over all hops. */
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
    struct qv_transfer *face;
    struct client *client;
    const struct qv_request *ask;
    struct list link; /* in the client */
    bool is_running;
    bool is_announced; /* on_start() was called */
    uint64_t id;
    uint64_t started_at;
    uint64_t hop_at; /* when the current hop began */

    struct arena arena; /* URLs and the like, for the whole life */
    struct settings settings;
    struct url url;
    struct span method;
    struct span referer;
    bool has_body;
    bool is_foreign; /* redirected away from where credentials belong */
    bool no_expect;
    bool was_retried; /* silently, in this hop */
    struct body_bytes bytes;
    struct upload upload;
    struct upload_parts parts;

    struct request request;
    struct exchange ex;
    struct conn_facts facts; /* of the last hop, once over */
    struct hop hop;
    struct totals totals;
    struct decode *decode;
    struct str coded; /* coded bytes put aside during a pause */
    bool is_paused;
    bool is_stopping; /* stop_task will end it with `stop` */
    struct fault stop;
    struct loop_timer deadline;
    struct loop_task submit_task;
    struct loop_task stop_task;
    struct loop_task resume_task;
    struct loop_task reap_task;
};

/* Made and admitted to the client. */
void transfer_start(struct client *c, struct qv_transfer *face,
                    const struct qv_request *ask);
void transfer_cancel(struct transfer *t); /* silent */
void transfer_resume(struct transfer *t);
/* What QV_ABORT shall report. */
void transfer_fail(struct transfer *t, enum err code, const char *text);

/* For inflow: the hop's exchange has ended and its body is delivered. */
void transfer_hop_over(struct transfer *t);
/* Ends the transfer with this fault at the end of the turn; with ERR_NONE
 * only the hop, whose redirect is followed. */
void transfer_stop(struct transfer *t, const struct fault *why);

/* By the client, when there is a place. */
void transfer_run(struct transfer *t);

#endif
