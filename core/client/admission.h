/*
 * admission -- who may start now.
 *
 *   enter -> waiting -> granted -> running -> leave
 *              ^                      |
 *              |                      +-- move: the next hop, at another host
 *              +------- resting <-----+-- rest: until it is tried again
 *              '------ released <-----'-- release: it is open, and runs on
 *
 * Places are limited in all and for each host, starts by a rate in all and for
 * each host.  Hosts take turns.  What makes it fair is that a host has to earn
 * its share: one that does not answer gets few places (see admission.c), so
 * that it cannot hold up the others.
 *
 * What wants to start may be anything: a transfer, which holds its place to the
 * end, or something that lives long, like a channel.  That one holds a place
 * while it is opened, when it costs the server most and may hang; once it is
 * open it gives the place back and runs on, or a few of them would stop
 * everything else.
 *
 * Granting happens in these functions; a ticket's on_start comes from a task,
 * so nothing is called back from them.
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

enum ticket_state {
    TICKET_OUT,
    TICKET_WAITING,
    TICKET_GRANTED, /* has its place; on_start is on its way */
    TICKET_RUNNING,
    TICKET_RESTING,
    TICKET_RELEASED, /* has given its place back, and runs on */
};

/* Embedded in what wants to run; zeroed at first, but for on_start. */
struct ticket {
    /* The ticket has its place; comes once after each enter or move, unless it
     * leaves before. */
    void (*on_start)(struct ticket *t);
    struct list link; /* at its host, or granted */
    struct admission_host *host;
    enum ticket_state state;
};

struct admission_limits {
    size_t places;      /* 0: no limit */
    size_t places_host; /* 0: no limit */
    double rate;        /* a second; 0: no limit */
};

struct admission {
    struct loop *loop;
    struct admission_limits limits;
    /* There is room after it was denied. */
    void (*on_room)(struct admission *a);

    struct map hosts;
    struct list ready[2]; /* struct admission_host; [1]: the proven */
    unsigned turn;        /* which of the two is asked first */
    struct list idle;
    struct list busy;
    struct heap due;
    struct pace pace;
    size_t nplaces;   /* held */
    size_t nunproven; /* of them by hosts that are not proven */
    size_t nproven;   /* hosts */
    size_t nwaiting;
    size_t nresting;
    size_t nidle;
    bool was_denied; /* somebody asked for room in vain */
    struct list granted;
    struct loop_task grant_task;
    struct loop_task room_task;
    struct loop_timer due_timer;
    struct loop_timer sweep_timer;
};

/* What a ticket asks for; the key is admission_host_key()'s. */
struct admission_wish {
    struct span key;
    double rate;   /* of the host; 0: no limit */
    bool is_first; /* before those that wait there */
};

/* Set on_room after it. */
void admission_init(struct admission *a, struct loop *loop,
                    const struct admission_limits *limits);
/* Nobody is in it any more. */
void admission_fini(struct admission *a);

/* From OUT, RESTING or RELEASED. */
void admission_enter(struct admission *a, struct ticket *t,
                     const struct admission_wish *wish);
/* From RUNNING: the place goes along if it can start there at once. */
void admission_move(struct admission *a, struct ticket *t,
                    const struct admission_wish *wish);
void admission_rest(struct admission *a, struct ticket *t); /* from RUNNING */
/* From RUNNING: the place goes to another, and what the ticket stands for runs
 * on without one.  The ticket still belongs to its host, which is not forgotten
 * before it leaves. */
void admission_release(struct admission *a, struct ticket *t);
void admission_leave(struct admission *a, struct ticket *t); /* from any */

/* Its host has shown that it lives. */
void admission_heard(struct admission *a, struct ticket *t);
/* Nothing more starts at its host before that time. */
void admission_hold(struct admission *a, struct ticket *t, uint64_t until);

/* Are places free that nobody who waits may take, and do not too many wait? */
bool admission_has_room(struct admission *a);

#endif
