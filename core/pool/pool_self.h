/*
 * pool_self -- a pool's own state, for its four files: pool.c (the queue and
 * who is next), pool_slots.c (connections), pool_room.c (what they can take),
 * pool_dials.c (their making).
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

    struct list ready;   /* connections that have room, */
    struct list full;    /* have none, */
    struct list leaving; /* or take nothing more */
    size_t nconns;       /* in all three */
    size_t nplaces;      /* of them, those that count as ours to have */
    struct list dials;
    size_t ndials;
    size_t nfruitless;  /* connections in a row that processed nothing */
    struct fault cause; /* of the last one's end; ERR_NONE: it was in order */

    enum http_version version; /* of the last connection */
    size_t limit;              /* of one connection; 0: not learned */

    struct back_off refusals; /* no exchange is handed out meanwhile */
    struct back_off failures; /* no connection is begun meanwhile */
    struct loop_timer alarm;  /* end of a back-off */
    struct loop_task turn;    /* a dispatch that could not be made at once */
    struct loop_task reap_task;
    struct host_guest guest;
    struct ledger ledger;
};

/* The pool's side of a connection. */
struct slot {
    struct pool *pool;
    struct conn *conn;
    struct idle_place idle;
    uint64_t opened_at;
    size_t nassigned; /* exchanges, ever; of them: */
    size_t nreturned;
    size_t ncancelled;
    size_t nfinished; /* that we know of */
    bool is_leaving;
    bool has_place;
    bool has_reason; /* `end` is why; else its last event tells */
    enum ledger_close end;
};

static inline struct loop *pool_self_loop(const struct pool *p)
{
    return p->config.dialer->loop;
}

/* A descriptor more, or less, is held by a connection or dial. */
static inline void pool_self_count(const struct pool *p, int change)
{
    if (p->config.nopen)
        *p->config.nopen += (size_t)change;
}

static inline struct slot *pool_self_slot(const struct conn *c)
{
    return c->owner;
}

/* pool.c: */

/* Hands out what waits, and has connections made for the rest. */
void pool_dispatch(struct pool *p);
/* Tells the owner if the pool has become empty. */
void pool_note_vacancy(struct pool *p);
/* Not known yet: HTTP_VERSION_NONE, unless the settings leave no choice. */
const struct policy *pool_policy(const struct pool *p);

/* pool_slots.c: */

void pool_slots_add(struct pool *p, struct conn *c);
/* The connection for the next exchange, made at this time or later (0: any);
 * NULL: none has room. */
struct conn *pool_slots_pick(struct pool *p, uint64_t since);
void pool_slots_assign(struct conn *c, struct exchange *ex);
void pool_slots_cancel(struct conn *c, struct exchange *ex);
/* Closes the connection that has been idle longest; false: there is none. */
bool pool_slots_yield(struct pool *p);
/* It takes nothing more; its place is for another. */
void pool_slots_shun(struct conn *c);
/* So does one of them, if none is about to and all were made before this time:
 * a new one has no place. */
void pool_slots_make_room(struct pool *p, uint64_t since);
void pool_slots_close_all(struct pool *p);

/* pool_room.c: */

/* Exchanges at once on one connection, by the settings. */
size_t pool_room_limit(const struct pool *p);
/* How many more the connection can take now. */
size_t pool_room_of(const struct conn *c);
/* Exchanges that open connections will take beyond those they have, if the
 * peers let them; SIZE_MAX: nobody knows yet. */
size_t pool_room_carry(const struct pool *p);

/* pool_dials.c: */

/* Begins what the queue needs and is allowed. */
void pool_dials_open(struct pool *p);
void pool_dials_cancel_all(struct pool *p);

#endif
