/*
 * flight -- what a transfer needs only while it has its permit: URL, settings,
 * the exchange and what it has brought.
 *
 * Flights are heavy (two arenas) and few, so the client keeps those that are
 * over and hands them out again: a transfer in a long row of them allocates
 * nothing.
 */
#ifndef CORE_CLIENT_FLIGHT_H
#define CORE_CLIENT_FLIGHT_H

#include "base/arena.h"
#include "client/body_digest.h"
#include "client/decode.h"
#include "client/prepared.h"
#include "client/request_body.h"
#include "client/request_state.h"
#include "client/retry_rules.h"
#include "client/slowness.h"
#include "client/throttle.h"
#include "client/transfer.h"
#include "http/exchange.h"
#include "http/url.h"
#include "pool/origin.h"

/* What one hop has brought so far; starts empty with each. */
struct hop {
    bool has_head; /* a final one */
    bool has_told_connect;
    bool is_redirect;
    bool is_dropped;  /* nobody wants this body */
    bool is_rest;     /* what was missing of one that the caller has begun */
    bool is_complete; /* nothing is missing of it, whatever the status says */
    bool is_over;     /* on_done came; the body may still be decoding */
    int status;
    enum http_version version;
    bool is_proxied;
    struct origin origin; /* of the request; its host is in ex.arena */
    struct span next;     /* Location */
    const struct fields *fields;
    const struct fields *trailers;
    int *interim; /* statuses, in the arena of the exchange */
    size_t ninterim;
    uint64_t delivered; /* decoded bytes */
    uint64_t rtt;       /* of the connection, ns, when the head came */
    /* What its head has decided: the answer is dropped, and asked for again.
     * RETRY_NEVER: nothing was. */
    struct retry_plan retry;
    struct fault *fault; /* NULL: it has not failed; in the exchange's arena */
};

/* What the caller lets through of a response. */
enum flow {
    FLOW_OPEN,    /* bytes pass as they come */
    FLOW_PAUSED,  /* the caller said so: nothing passes, its end neither */
    FLOW_RESUMED, /* the caller takes more; nothing passes before resume_task
                     has delivered what was set aside */
};

struct flight {
    struct transfer *transfer;
    struct client *client;
    /* Of the hop at hand: the request's, or flight_own_options(). */
    const struct qv_options *options;
    struct qv_options *own_options; /* in the arena; NULL: none are needed */
    /* For the options; NULL before the hop begins.  Held. */
    struct prepared *prepared;
    bool is_begun; /* body and clocks are made: its first hop has started */
    bool has_body;
    bool is_foreign;     /* redirected away from where credentials belong */
    bool is_custom_over; /* --follow: a redirect has made a GET of it */
    bool no_expect;
    bool was_retried;     /* in this hop, at once, after a fault */
    bool was_misdirected; /* in this hop, at once, after an answer of 421 */
    bool was_too_early;   /* the same, of 425 */
    bool has_asked; /* in this hop a request without the body has gone ahead */
    bool is_stopping; /* stop_task will end the hop or the try with `stop` */
    bool is_final;    /* `stop` is not retried, whatever the user asked for */
    bool is_paused;   /* by the caller, */
    bool is_slowed; /* by --limit-rate, until rate_timer: the flow is paused by
                         one of them, or both */
    enum flow flow;
    unsigned nchallenged;     /* times that this hop was, after one of 407 */
    unsigned nunauthorized;   /* the same, of 401 */
    struct fault *stop;       /* if is_stopping; in the arena */
    struct transfer *to_free; /* with the flight; NULL: it lives on */
    struct spare spare;

    struct arena arena; /* URLs and the like, for the whole try */
    struct url url;
    struct span method; /* what redirects look at; ask->custom_method is sent */
    struct span referer;
    struct request_body *body;     /* NULL: there is none, or it is not begun */
    struct body_source *kept_body; /* the body that was not sent */

    struct request request;
    struct exchange ex;
    struct hop hop;
    uint64_t hop_at; /* when the current hop began */
    struct qv_hop *hops;
    size_t nhops;
    /* Of the connection that served the last hop, once that is over; NULL:
     * none did.  Borrowed, or flight_keep_facts(). */
    const struct conn_facts *facts;
    struct conn_facts *kept_facts;
    struct decode *decode;
    struct body_digest *content_digest; /* of this answer; NULL: none is told */
    struct throttle throttle;           /* of what is received */
    struct loop_timer rate_timer;
    struct str aside; /* body bytes that came while the flow was not open, as
                         the connection gave them: not decoded yet */
    struct slowness slowness;
    struct loop_task send_task;
    struct loop_task stop_task;
    struct loop_task resume_task;
    struct loop_task over_task; /* the exchange is done, the hop not yet over */
    struct loop_task done_task; /* on_done() is due, with `result` */
    struct qv_result *result;   /* in the arena; NULL: it is not over */
    struct loop_task reap_task;
};

/* What becomes of a flight: by hops.h, for every transfer. */
struct flight_events {
    /* The hop is over, and what it has brought is delivered. */
    void (*on_over)(struct flight *f);
    /* transfer_stop() was called in this turn: `stop` says why. */
    void (*on_stop)(struct flight *f);
};

/* Gives the transfer a flight; it has none. */
struct flight *flight_take(struct transfer *t);
/* The transfer's flight was given nothing to do: the client has it back now. */
void flight_put_back(struct transfer *t);
/* The transfer needs its flight no longer: the flight is taken out of every
 * timer and task.  The client has it back at the end of the turn, since
 * callbacks may still be in it. */
void flight_retire(struct transfer *t);

/* Prepared for what the transfer's options are now; false with *fault when they
 * contradict each other. */
bool flight_prepare(struct flight *f, struct fault *fault);

/* The options of this hop, to be changed; the request's at first. */
struct qv_options *flight_own_options(struct flight *f);

/* Before each hop: makes the exchange a new one, to which nothing has come. */
void flight_clear_hop(struct flight *f);

/* The hop has failed by this fault, which is copied. */
void flight_fail_hop(struct flight *f, const struct fault *fault);

/* The body waits for a request that asks without it. */
void flight_keep_body(struct flight *f);

/* What the request of this hop is built from. */
void flight_describe(const struct flight *f, struct request_build_state *state);

/* The word that is sent as method. */
struct span flight_method(const struct flight *f);

/* Back to the first byte of the body, to send it once more; false with *fault
 * if it cannot be read again. */
bool flight_rewind(struct flight *f, struct fault *fault);

/* A reason to pause is gone: unless there is another one, the response goes on in
 * a later task. */
void flight_go_on(struct flight *f);

/* Has this try continued another one, and brought something?  Then it is as good
 * as the first one, and the next need not wait longer. */
bool flight_is_fruitful(const struct flight *f);

/* flight.facts outlive their connection from now on. */
void flight_keep_facts(struct flight *f);

#endif
