/*
 * host -- how many connections one scheme, host and port gets from all pools.
 *
 * Pools of one host differ in what must not be shared: certificates, versions,
 * proxies.  A pool that is refused a slot waits in a line and is called when
 * another one gives a slot back; before that, those who have idle connections
 * are asked to close one.  A pool that always has work would never give one
 * back: it retires a connection when another pool has waited for PATIENCE.
 */
#ifndef CORE_POOL_HOST_H
#define CORE_POOL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

struct host {
    size_t limit;
    size_t taken;
    size_t promised;    /* to those who were called and have not come yet */
    struct list guests; /* pools */
    struct list line;   /* of them, those that wait */
};

/* A pool's side; embedded, the calls set, then host_join(). */
struct host_guest {
    struct list link;
    struct list line;
    uint64_t since; /* it stands there, loop clock */
    bool is_called; /* on_slot() came */
    size_t ntaken;  /* slots that it has */
    /* A slot is kept for it: in a later task, host_take() or host_pass(). */
    void (*on_slot)(struct host_guest *g);
    /* Closes an idle connection, with host_give(); false: has none. */
    bool (*yield)(struct host_guest *g);
};

void host_init(struct host *h, size_t limit);

void host_join(struct host *h, struct host_guest *g);
/* Gives no slots back. */
void host_leave(struct host *h, struct host_guest *g);

/* A slot for one connection, from its dial to its end.  False: there is none
 * now, and g stands in the line. */
bool host_take(struct host *h, struct host_guest *g, uint64_t now);
void host_give(struct host *h, struct host_guest *g);
/* g needs nothing any more, even if it was called for something. */
void host_pass(struct host *h, struct host_guest *g);
/* Somebody stands in the line. */
bool host_is_wanted(const struct host *h);
/* Shall g, which has slots, give one up?  True when another one has had none
 * for too long; once for each that is to be given up. */
bool host_must_yield(struct host *h, struct host_guest *g, uint64_t now);

#endif
