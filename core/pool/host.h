/*
 * host -- how many connections one scheme, host and port gets from all pools.
 *
 * Pools of one host differ in what must not be shared: certificates, versions,
 * proxies.  A pool that is refused a place waits in a line and is called when
 * another one gives a place back; before that, those who have idle connections
 * are asked to close one.
 */
#ifndef CORE_POOL_HOST_H
#define CORE_POOL_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"

struct host {
    size_t limit;
    size_t taken;
    struct list guests; /* pools */
    struct list line;   /* of them, those that wait */
};

/* A pool's side; embedded, the calls set, then host_join(). */
struct host_guest {
    struct list link;
    struct list line;
    /* A place may be free: try again in a later task. */
    void (*on_place)(struct host_guest *g);
    /* Closes an idle connection and calls host_give(); false: has none. */
    bool (*yield)(struct host_guest *g);
};

void host_init(struct host *h, size_t limit);

void host_join(struct host *h, struct host_guest *g);
/* Gives no places back. */
void host_leave(struct host *h, struct host_guest *g);

/* A place for one connection, from its dial to its end.  False: there is none
 * now, and g stands in the line. */
bool host_take(struct host *h, struct host_guest *g);
void host_give(struct host *h);
/* What g was called for it did not need: the next one may. */
void host_pass(struct host *h);
/* Somebody stands in the line. */
bool host_is_wanted(const struct host *h);

#endif
