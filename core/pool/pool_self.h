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

    struct list open;    /* connections, last used first; */
    struct list groups;  /* the same, by what they can do; */
    struct list idle;    /* of them, longest idle first */
    size_t nopen;        /* of them */
    struct list leaving; /* connections that take nothing more */
    size_t nconns;       /* both */
    size_t nslots;       /* of both: those that count as ours to have */
    struct list dials;
    size_t ndials;
    size_t nfruitless;  /* connections in a row that processed nothing */
    struct fault cause; /* of the last one's end; ERR_NONE: it was in order */

    enum http_version version; /* of the last connection */
    size_t limit;              /* of one connection; 0: not learned */
    unsigned offers; /* of enum feature: what the last one to tell of itself
                        has, or may have */
    uint32_t clock;  /* ticks with each use of a connection */

    struct back_off refusals; /* no exchange is handed out meanwhile */
    struct back_off failures; /* no connection is begun meanwhile */
    struct loop_timer alarm;  /* end of a back-off */
    struct loop_task turn;    /* a dispatch that could not be made at once */
    struct loop_task reap_task;
    struct host_limit_guest guest; /* of the limit of its host */
    struct pool_counters counters;
};

/* Open connections that can do the same.  It goes with the last of them. */
struct pool_group {
    struct list link; /* in the pool */
    unsigned has;     /* as struct conn_features */
    unsigned pending;
    struct heap ready;   /* those with capacity, the best one first */
    struct list members; /* all of them, in the order of opening */

    /* Exchanges that its connections will carry, if the peers let them, those
     * that run on them included; */
    uint64_t carried;
    size_t nactive; /* and these: as conn.total */
    size_t nuntold; /* connections whose limit nobody knows yet, */
    size_t nactive_untold;
};

/* The pool's side of a connection. */
struct pool_member {
    struct pool *pool;
    struct conn *conn;
    struct pool_group *group; /* while it takes exchanges */
    struct list in_group;     /* its group's members */
    struct heap_node rank;    /* in the group, while it has capacity */
    uint32_t used;            /* p->clock as it was given capacity last */
    uint32_t carries;         /* its part of group.carried */
    bool is_untold;           /* and of group.nuntold */
    struct idle_entry idle;
    struct list idle_link; /* in the pool */
    uint64_t opened_at;
    size_t nassigned; /* exchanges, ever; of them: */
    size_t nreturned;
    size_t ncancelled;
    size_t nfinished;  /* that we know of */
    bool is_fruitless; /* counted as such */
    bool is_leaving;
    bool has_slot;
    bool has_reason; /* `end` is why; else its last event tells */
    enum pool_close end;
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

/* A descriptor more, or less, is held by a connection or dial. */
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
/* The same in a later task, and before it the failure of those that no
 * connection will serve. */
void pool_dispatch_later(struct pool *p);
/* Tells the owner if the pool has become empty. */
void pool_note_vacancy(struct pool *p);
/* Not known yet: HTTP_VERSION_NONE, unless the settings leave no choice. */
const struct policy *pool_policy(const struct pool *p);

/* pool_members.c: */

void pool_members_add(struct pool *p, struct conn *c);
void pool_members_assign(struct conn *c, struct exchange *ex);
void pool_members_cancel(struct conn *c, struct exchange *ex);
/* By us: nothing new enters, what runs finishes. */
void pool_members_retire(struct pool_member *member, enum pool_close end);
/* By us: at once. */
void pool_members_close(struct pool_member *member, enum pool_close end);
/* Its slot goes to a successor, if there are not too many like it. */
void pool_members_give_way(struct pool_member *member);
/* It takes nothing more; its slot is for another. */
void pool_members_shun(struct conn *c);
void pool_members_close_all(struct pool *p);

/* pool_groups.c: */

/* It takes exchanges from now on, has other features; takes none any more
 * (more than once does nothing more). */
void pool_groups_enter(struct pool_member *member);
void pool_groups_leave(struct pool_member *member);
/* Its capacity may be another, or its limit. */
void pool_groups_note(struct pool_member *member);
/* The connection that serves the exchange best; NULL: none that could has
 * capacity. */
struct conn *pool_groups_pick(struct pool *p, const struct exchange *ex);
/* Some connection serves exchanges with these needs as soon as it has capacity,
 * or may turn out to. */
bool pool_groups_may_serve(const struct pool *p, unsigned needs);
/* The newest of those: when it was opened; 0: there is none. */
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
/* Nothing runs on it; and something does, or it leaves. */
void pool_evict_idle(struct pool_member *member);
void pool_evict_busy(struct pool_member *member);
bool pool_evict_is_due(const struct pool_member *member); /* it is too old */
/* Closes the connection that has been idle longest; false: there is none. */
bool pool_evict_one(struct pool *p);
/* One of them takes nothing more, if no slot is about to be free and none
 * will serve this exchange: a new connection has no slot. */
void pool_evict_for(struct pool *p, const struct exchange *ex);

/* pool_needs.c: */

/* No connection serves this row, and none that would be made; see there. */
bool pool_needs_are_hopeless(const struct pool *p, const struct queue_row *row);
bool pool_needs_have_hopeless(const struct pool *p);
/* Fails the rows that are hopeless. */
void pool_needs_fail_hopeless(struct pool *p);
/* Fails the rows that only a connection could have served that was not to be
 * had, or has ended. */
void pool_needs_fail_unserved(struct pool *p, const struct fault *why,
                              const struct conn_facts *facts);
/* Some exchange waits for what this connection may turn out to do. */
bool pool_needs_await(const struct pool_member *member);

/* pool_dials.c: */

/* Begins what the queue needs and is allowed. */
void pool_dials_open(struct pool *p);
void pool_dials_cancel_all(struct pool *p);

#endif
