/*
 * pool_self -- a pool's own state, for its files:
 *
 *   pool.c         the queue, and who is next
 *   pool_members.c   connections: their life, and what they tell
 *   pool_groups.c  which of them serves an exchange, and what they carry
 *   pool_capacity.c    what one of them takes
 *   pool_evict.c   those that are idle, too old, or in the way
 *   pool_needs.c   exchanges that no connection will serve
 *   pool_dials.c   how many to make
 *   pool_learn.c   where else the origin is, by its own word
 */
#ifndef CORE_POOL_POOL_SELF_H
#define CORE_POOL_POOL_SELF_H

#include "conn/conn.h"
#include "dial/dial.h"
#include "pool/back_off.h"
#include "pool/policy.h"
#include "pool/pool.h"
#include "pool/queue.h"

struct pool {
    struct pool_config config;
    char *host_name; /* config.origin.host */
    struct str name; /* of the origin */
    size_t nheld;    /* exchanges that were not released */
    struct queue queue;

    struct list open;    /* connections that take exchanges, last used first */
    struct list groups;  /* the open ones by what they can do: pool_group */
    struct list idle;    /* the open ones without an exchange, longest first */
    size_t nopen;        /* in `open` */
    struct list leaving; /* connections that take nothing more */
    size_t nconns;       /* in `open` and `leaving` */
    size_t nslots; /* of nconns: those that count against the pool's size */
    struct list dials;
    size_t ndials;
    size_t nfruitless;  /* connections in a row that processed nothing */
    struct fault cause; /* why the last of those ended; ERR_NONE: in order */

    enum http_version version; /* of the last connection */
    size_t limit;    /* exchanges at once on one connection; 0: not learned */
    unsigned offers; /* enum feature: what the last connection that told of
                        itself has, or may have */
    uint32_t clock;  /* ticks with each use of a connection */

    struct back_off refusals; /* no exchange is handed out meanwhile */
    struct back_off failures; /* no connection is begun meanwhile */
    struct loop_timer alarm;  /* end of a back-off */
    struct loop_task turn;    /* a dispatch that could not be made at once */
    struct loop_task reap_task;
    struct host_limit_guest guest; /* of the limit of its host */
    struct pool_counters counters;
};

/* Open connections that can do the same; freed with the last of them. */
struct pool_group {
    struct list link; /* in the pool */
    unsigned has;     /* as struct conn_features */
    unsigned pending;
    struct heap ready;   /* those with capacity, the best one first */
    struct list members; /* all of them, in the order of opening */

    /* Exchanges that the group's connections will carry, if the peers let them,
     * those that run on them included. */
    uint64_t carried;
    size_t nactive;        /* exchanges that run on them: their conn.total */
    size_t nuntold;        /* connections whose limit nobody knows yet */
    size_t nactive_untold; /* of nactive: those on such connections */
};

/* The pool's side of a connection. */
struct pool_member {
    struct pool *pool;
    struct conn *conn;
    struct pool_group *group; /* while it takes exchanges */
    struct list in_group;     /* its group's members */
    struct heap_node rank;    /* in the group, while it has capacity */
    uint32_t used;            /* p->clock as it was given capacity last */
    uint32_t carries;         /* its part of group->carried */
    bool is_untold;           /* counted in group->nuntold */
    struct idle_entry idle;
    struct list idle_link; /* in the pool */
    struct list watches;   /* struct pool_watch */
    uint64_t opened_at;
    /* Exchanges that the connection was given, and how they left it. */
    size_t nassigned;
    size_t nreturned;
    size_t ncancelled;
    size_t nfinished;  /* as far as the pool has noticed */
    bool is_fruitless; /* counted in pool.nfruitless */
    bool is_leaving;
    bool has_slot;
    bool has_reason; /* `end` is why; else its last event tells */
    enum pool_close end;
    /* Where it leads, over QUIC; NULL over TCP. */
    char *quic_host;
    uint16_t quic_port;
    bool has_moved; /* its way to there is, or was to be, another one by now */
};

static inline struct loop *pool_self_loop(const struct pool *p)
{
    return p->config.dialer->loop;
}

static inline const struct settings_pool *
pool_self_settings(const struct pool *p)
{
    return &p->config.settings->pool;
}

/* `change` more descriptors are held by connections and dials of the pool. */
static inline void pool_self_count(const struct pool *p, int change)
{
    if (p->config.nopen)
        *p->config.nopen += (size_t)change;
}

static inline struct pool_member *pool_self_member(const struct conn *c)
{
    return c->owner;
}

/* pool.c: */

/* Hands out what waits, and has connections made for the rest. */
void pool_dispatch(struct pool *p);
/* pool_dispatch() in a later task; before it, exchanges that no connection will
 * serve fail (pool_needs.c). */
void pool_dispatch_later(struct pool *p);
/* Tells the pool's owner if it is vacant now. */
void pool_note_vacancy(struct pool *p);
/* That of the last connection's version; before the first one, that of the only
 * version that the settings allow, or of HTTP_VERSION_NONE. */
const struct policy *pool_policy(const struct pool *p);

/* pool_members.c: */

/* A dial has made the connection: it is the pool's, and takes exchanges. */
void pool_members_add(struct pool *p, struct conn *c,
                      const struct route_run *run);
/* The exchange, which is in no queue, goes to a connection with capacity. */
void pool_members_assign(struct conn *c, struct exchange *ex);
/* The exchange is on the connection, and ends there: with *code for the peer,
 * or as conn_ops.cancel() does it (NULL). */
void pool_members_cancel(struct conn *c, struct exchange *ex,
                         const uint64_t *code);
/* The pool has the connection drain: no exchange is added, what runs finishes,
 * and `end` is counted as the reason. */
void pool_members_retire(struct pool_member *member, enum pool_close end);
/* The pool closes the connection at once; an exchange that is still on it hears
 * nothing of it. */
void pool_members_close(struct pool_member *member, enum pool_close end);
/* A connection that drains leaves its slot to a successor before it is gone, if
 * it multiplexes and not too many have done so. */
void pool_members_give_way(struct pool_member *member);
/* The connection finishes what it has, takes nothing more, and leaves its slot
 * to another (pool_shun()). */
void pool_members_shun(struct conn *c);
void pool_members_close_all(struct pool *p);

/* pool_groups.c: */

/* The connection takes exchanges from now on, or has other features than
 * before: it stands in the group of those that can do the same.  After
 * pool_groups_leave(), which may be called twice, it stands in none. */
void pool_groups_enter(struct pool_member *member);
void pool_groups_leave(struct pool_member *member);
/* The connection's capacity or its limit may have changed. */
void pool_groups_note(struct pool_member *member);
/* The connection that serves the exchange best; NULL: none that could has
 * capacity. */
struct conn *pool_groups_pick(struct pool *p, const struct exchange *ex);
/* Some connection serves exchanges with these needs as soon as it has capacity,
 * or may turn out to. */
bool pool_groups_may_serve(const struct pool *p, unsigned needs);
/* When the newest connection was opened that pool_groups_may_serve() would
 * count; 0: there is none. */
uint64_t pool_groups_newest(const struct pool *p, unsigned needs);
/* Exchanges with these needs that open connections will take beyond those they
 * have, if the peers let them; SIZE_MAX: nobody knows yet. */
size_t pool_groups_carry(const struct pool *p, unsigned needs);

/* pool_capacity.c: */

/* Exchanges at once on one connection, by the settings. */
size_t pool_capacity_limit(const struct pool *p);
/* How many more the connection can take now. */
size_t pool_capacity_of(const struct conn *c);

/* pool_evict.c: */

void pool_evict_init(struct pool_member *member);
/* No exchange runs on the connection any more: it is kept for a while, or
 * closed at once (pool_evict.c says when).  pool_evict_busy(): an exchange does
 * again, or the connection leaves. */
void pool_evict_idle(struct pool_member *member);
void pool_evict_busy(struct pool_member *member);
/* The connection is older than settings.pool.max_age. */
bool pool_evict_is_due(const struct pool_member *member);
/* Closes the connection that has been idle longest, but for those that
 * exchanges wait for; false: there is none. */
bool pool_evict_one(struct pool *p);
/* The pool is full, and a connection of another kind is needed: if no slot is
 * about to be free and no connection will serve this exchange, the one that was
 * used longest ago drains. */
void pool_evict_for(struct pool *p, const struct exchange *ex);

/* pool_needs.c: */

/* No connection serves the exchanges of this row, and none that would be made
 * (pool_needs.c tells why); is there such a row? */
bool pool_needs_are_hopeless(const struct pool *p, const struct queue_row *row);
bool pool_needs_have_hopeless(const struct pool *p);
/* Fails the rows that are hopeless. */
void pool_needs_fail_hopeless(struct pool *p);
/* Fails the rows that no open connection serves, with this fault: the dial that
 * might have brought one has failed, or the connection has ended. */
void pool_needs_fail_unserved(struct pool *p, const struct fault *why,
                              const struct conn_facts *facts);
/* Does an exchange wait for a feature of which this connection has yet to
 * tell? */
bool pool_needs_await(const struct pool_member *member);

/* pool_learn.c: */

/* conn_events.on_alt_svc. */
void pool_learn_frame(struct conn *c, struct span origin, struct span value);
/* The connection's server is not the origin's (421): if Alt-Svc named it, that
 * is forgotten. */
void pool_learn_misdirected(struct conn *c);
/* Nothing comes through any more to where this connection leads. */
void pool_learn_dead_path(struct pool_member *member);

/* pool_dials.c: */

/* Begins the dials that the queue needs, within the pool's and the host's
 * limits. */
void pool_dials_open(struct pool *p);
void pool_dials_cancel_all(struct pool *p);
/* What the eldest dial under way knows: for who gives up waiting for it.  Good
 * for the turn; NULL: there is none. */
const struct conn_facts *pool_dials_facts(const struct pool *p);

#endif
