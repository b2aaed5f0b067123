/*
 * client -- the transfers of one program over one pool.
 *
 * Owns loop, pool manager, the admission of transfers, and the memory of those
 * that are over, for the next ones.  While something holds the client (a
 * transfer, a watched descriptor) client_run() goes on.
 */
#ifndef CORE_CLIENT_CLIENT_H
#define CORE_CLIENT_CLIENT_H

#include "base/list.h"
#include "base/str.h"
#include "client/admission.h"
#include "client/learned.h"
#include "client/prepared.h"
#include "client/spares.h"
#include "io/loop.h"
#include "io/qlog_files.h"
#include "pool/manager.h"
#include "quiver.h"

/* Of its transfers, from the start; see client_counters.h. */
struct client_counters {
    uint64_t started; /* were granted their permit */
    uint64_t done;    /* ended well */
    uint64_t failed;
    uint64_t cancelled;
    uint64_t retried;    /* tries after the first */
    uint64_t redirected; /* redirects followed */
    uint64_t bytes_in;   /* heads and bodies of hops that are over */
    uint64_t bytes_out;
    struct qv_channels_stats channels; /* that are over */
};

struct client_work;

struct client_work_ops {
    /* By client_fini(): ends the work without a word to its user, and takes it
     * out with client_remove(). */
    void (*cancel)(struct client_work *w);
    /* Adds what the work has done so far and is not in the client's counters
     * yet. */
    void (*count)(const struct client_work *w, struct qv_stats *stats);
};

/* What the client does for its user: embedded in a transfer, or in whatever
 * else is admitted. */
struct client_work {
    struct list link;
    const struct client_work_ops *ops;
};

struct client {
    struct loop *loop;
    struct qlog_files qlog; /* the loop's, if traces are wanted */
    struct manager *manager;
    struct qv_client_options options;
    struct admission admission;
    struct list works; /* struct client_work: all that runs or waits */
    struct prepared_cache prepared;
    struct list logins; /* http/auths.h: of users at origins */
    struct learned learned;
    struct spares flights;   /* struct flight */
    struct spares transfers; /* struct transfer */
    size_t nstopping;        /* transfers that end before they have begun */
    size_t nready;           /* transfers that wait with their flight */
    struct str key;          /* scratch: an admission_host_key() */
    uint64_t random; /* state; for jitter, nothing that must be secret */
    size_t nholds;
    bool is_stopped;
    uint64_t next_xfer_id;
    struct client_counters counters;
};

void client_init(struct client *c, const struct qv_client_options *o);
void client_fini(struct client *c);
void client_run(struct client *c);
void client_stop(struct client *c); /* ends client_run() */

/* The work begins: client_run() goes on until client_remove(). */
void client_add(struct client *c, struct client_work *w);
void client_remove(struct client *c, struct client_work *w);

/* client_run() goes on until as many client_release() have come. */
void client_hold(struct client *c);
void client_release(struct client *c);

/* See qv_client_is_ready(). */
bool client_is_ready(struct client *c);

/* Evenly spread over 0 <= x < 1. */
double client_random(struct client *c);

#endif
