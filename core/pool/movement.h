/*
 * movement -- the machine moves to another network, and its QUIC connections
 * with it.
 *
 * One of a client: it counts the connections that can move, and watches the
 * machine's addresses while there are any, but not for what is over in a moment:
 * a run that takes a second opens nothing for it.
 */
#ifndef CORE_POOL_MOVEMENT_H
#define CORE_POOL_MOVEMENT_H

#include <stddef.h>

#include "io/net_watch.h"

struct movement {
    /* The network may be another one now. */
    void (*on_moved)(struct movement *m);
    /* private: */
    struct loop *loop;
    struct net_watch watch;
    struct loop_timer start;
    size_t nconns;
};

/* m->on_moved is set. */
void movement_init(struct movement *m, struct loop *loop);
void movement_fini(struct movement *m);
/* A connection that can move is open, and is no more. */
void movement_add(struct movement *m);
void movement_remove(struct movement *m);

#endif
