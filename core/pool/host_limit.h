/*
 * host_limit -- how many connections one scheme, host and port gets from all
 * pools.
 *
 * Pools of one host differ in what must not be shared: certificates, versions,
 * proxies.  Each is a guest of the limit and takes a slot for each connection,
 * from its dial to its end.  A guest that is refused a slot stands in a line
 * and is called when another guest gives one back; before that, one that has an
 * idle connection is asked to close it.  A guest that always has work would
 * never give a slot back: it has to retire a connection when another guest that
 * has none has waited for PATIENCE.
 *
 * However many guests there are, each function looks at a few of them only.
 */
#ifndef CORE_POOL_HOST_LIMIT_H
#define CORE_POOL_HOST_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

struct host_limit {
    size_t limit;
    size_t taken;
    size_t promised; /* to guests that were called and have not come yet */
    /* Guests in line: who has nothing comes before who wants more. */
    struct list without;
    struct list wanting;
    struct list idle; /* guests with an idle connection, the longest first */
};

/* A pool's side; embedded in it, the calls set, then host_limit_join(). */
struct host_limit_guest {
    struct host_limit *host; /* NULL: there is no limit */
    struct list line;        /* in `without` or `wanting` */
    struct list idle;
    uint64_t since; /* in line since then, loop clock */
    bool is_called; /* on_slot() came, and a slot is promised */
    size_t ntaken;  /* slots that the guest has */
    /* A slot is promised to the guest, which in a later task takes it
     * (host_limit_take()) or does without (host_limit_pass()). */
    void (*on_slot)(struct host_limit_guest *g);
    /* The guest closes an idle connection, and host_limit_give()s its slot
     * before this returns.  False: it has none that it can spare. */
    bool (*yield)(struct host_limit_guest *g);
};

void host_limit_init(struct host_limit *h, size_t limit);

/* The guest of `h`, or of no limit (NULL): then every slot is there at once. */
void host_limit_join(struct host_limit *h, struct host_limit_guest *g);
/* The guest is gone.  It has given its slots back before. */
void host_limit_leave(struct host_limit_guest *g);

/* The guest takes a slot.  False: there is none now, and the guest stands in
 * line until on_slot(). */
bool host_limit_take(struct host_limit_guest *g, uint64_t now);
/* The guest gives one of its slots back: another one may be called. */
void host_limit_give(struct host_limit_guest *g);
/* The guest needs no slot now: what was promised to it is for the next. */
void host_limit_pass(struct host_limit_guest *g);
/* The guest has idle connections from now on, or has none any more.  The same
 * twice does nothing more. */
void host_limit_note_idle(struct host_limit_guest *g, bool has_idle);

/* Does any guest of g's host stand in line? */
bool host_limit_is_wanted(const struct host_limit_guest *g);
/* Shall the guest, which has slots, give one up?  True when another one that
 * has none has waited for too long: once for each PATIENCE of its waiting. */
bool host_limit_must_yield(struct host_limit_guest *g, uint64_t now);

#endif
