/*
 * admission -- who may start now.
 *
 * Whatever wants to start, its holder, has a permit: it asks for the permit,
 * holds it while it runs, and gives it back.
 *
 *   enter -> WAITING -> GRANTED -> HELD -> leave
 *               ^                   |
 *               |                   +-- move: the next hop, at another host
 *               +-- BACKING_OFF <---+-- back off: until it is tried again
 *               '-- RELEASED <------'-- release: it is open, and runs on
 *
 * Permits that are held are limited in all and for each host, starts by a rate
 * in all and for each host.  Hosts take turns.  What makes it fair is that a
 * host has to earn its share: one that does not answer gets few permits (see
 * admission.c), so that it cannot hold up the others.
 *
 * A holder may be anything: a transfer, which keeps its permit to the end, or
 * something that lives long, like a channel.  A channel holds a permit while it
 * is opened, when it costs the server most and may hang; once it is open it
 * gives the permit back and runs on, or a few of them would stop everything
 * else.
 *
 * Granting happens in these functions; on_start comes from a task, so nothing
 * is called back from them.
 */
#ifndef CORE_CLIENT_ADMISSION_H
#define CORE_CLIENT_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "base/map.h"
#include "client/admission_host.h"
#include "client/pace.h"
#include "io/loop.h"

enum permit_state {
    PERMIT_OUT,         /* not asked for */
    PERMIT_WAITING,     /* asked for */
    PERMIT_GRANTED,     /* on_start is on its way */
    PERMIT_HELD,        /* its holder runs */
    PERMIT_BACKING_OFF, /* given back until its holder is tried again */
    PERMIT_RELEASED,    /* given back; its holder runs on without */
};

/* Embedded in its holder; zeroed at first, but for on_start. */
struct permit {
    /* The permit is granted, its holder may start.  Comes once after each enter
     * or move, unless the permit leaves before. */
    void (*on_start)(struct permit *p);
    struct list link;            /* at its host, or granted */
    struct admission_host *host; /* NULL: OUT */
    enum permit_state state;
};

struct admission_limits {
    size_t permits;      /* 0: no limit */
    size_t permits_host; /* 0: no limit */
    double rate;         /* a second; 0: no limit */
};

struct admission {
    struct loop *loop;
    struct admission_limits limits;
    /* admission_is_ready() would say yes now, after it has said no. */
    void (*on_ready)(struct admission *a);

    struct map hosts;
    struct list ready[2]; /* struct admission_host; [1]: the proven */
    unsigned turn;        /* which of the two is asked first */
    struct list idle;
    struct list busy;
    struct heap due;
    struct pace pace;
    size_t npermits;  /* held */
    size_t nunproven; /* of them by hosts that are not proven */
    size_t nproven;   /* hosts */
    size_t nwaiting;
    size_t nbacking_off;
    size_t nidle;
    bool was_denied; /* somebody asked admission_is_ready() in vain */
    struct list granted;
    struct loop_task grant_task;
    struct loop_task ready_task;
    struct loop_timer due_timer;
    struct loop_timer sweep_timer;
};

/* Where a permit is asked for; the key is admission_host_key()'s. */
struct admission_wish {
    struct span key;
    double rate;   /* of the host; 0: no limit */
    bool is_first; /* before those that wait at the host */
};

/* Set on_ready after it. */
void admission_init(struct admission *a, struct loop *loop,
                    const struct admission_limits *limits);
/* No permit is in it any more. */
void admission_fini(struct admission *a);

/* From OUT, BACKING_OFF or RELEASED. */
void admission_enter(struct admission *a, struct permit *p,
                     const struct admission_wish *wish);
/* From HELD: the permit goes along to the other host if it can start there at
 * once; else it is given back and waits there. */
void admission_move(struct admission *a, struct permit *p,
                    const struct admission_wish *wish);
/* From HELD: another gets it; the holder comes back with admission_enter(). */
void admission_back_off(struct admission *a, struct permit *p);
/* From HELD: another gets it, and the holder runs on without.  The permit still
 * belongs to its host, which is not forgotten before the permit leaves. */
void admission_release(struct admission *a, struct permit *p);
void admission_leave(struct admission *a, struct permit *p); /* from any */

/* The permit's host has shown that it lives. */
void admission_heard(struct admission *a, struct permit *p);
/* Nothing more starts at the permit's host before that time (loop clock). */
void admission_hold(struct admission *a, struct permit *p, uint64_t until);
/* What the answer to its holder says of how many more there may be (quota.h). */
void admission_quota(struct admission *a, struct permit *p,
                     const struct fields *fields);

/* Could one more start at once: are permits free that nobody who waits may
 * take?  And do not too many wait? */
bool admission_is_ready(struct admission *a);

#endif
