/*
 * client -- the transfers of one program over one pool.
 *
 * Owns loop, pool manager and the queue of transfers that max_parallel holds
 * back.  While something holds the client (a transfer, a watched descriptor)
 * client_run() goes on.
 */
#ifndef CORE_CLIENT_CLIENT_H
#define CORE_CLIENT_CLIENT_H

#include "base/list.h"
#include "client/tally.h"
#include "io/loop.h"
#include "pool/manager.h"
#include "quiver.h"

struct transfer;

struct client {
    struct loop *loop;
    struct manager *manager;
    struct qv_client_options options;
    struct list running; /* struct transfer */
    struct list waiting;
    size_t nrunning;
    size_t nholds;
    bool is_stopped;
    uint64_t next_xfer_id;
    struct tally tally;
};

void client_init(struct client *c, const struct qv_client_options *o);
void client_fini(struct client *c);
void client_run(struct client *c);
void client_stop(struct client *c); /* ends client_run() */

/* Keeps client_run() going. */
void client_hold(struct client *c);
void client_release(struct client *c);

/* Would one more transfer run now? */
bool client_has_room(const struct client *c);

/* Runs the transfer now or when there is a place. */
void client_admit(struct client *c, struct transfer *t);
/* It is over, or cancelled: its place goes to the next. */
void client_dismiss(struct client *c, struct transfer *t);

#endif
