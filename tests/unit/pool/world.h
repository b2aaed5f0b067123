/*
 * world -- a pool over fake dials, and exchanges that note how they ended.
 */
#ifndef TESTS_UNIT_POOL_WORLD_H
#define TESTS_UNIT_POOL_WORLD_H

#include "base/trace.h"
#include "pool/fake_dial.h"
#include "pool/pool.h"

#define WORLD_JOBS 128

struct job {
    struct exchange ex;
    unsigned ndone;
    enum err outcome;
    char detail[FAULT_DETAIL_MAX];
    struct job *cancels; /* another one, from its own on_done */
};

struct world {
    struct loop *loop;
    struct dialer dialer;
    struct idle idle;
    size_t nopen; /* connections and dials of all pools */
    struct host_limit limit;
    struct host_limit *host_limit;     /* of the pools made next; NULL: none */
    struct alternatives *alternatives; /* the same */
    bool is_secure;
    struct settings settings; /* of the pool; change them, then remake */
    struct pool *pool;
    struct job jobs[WORLD_JOBS];
    unsigned ntraces;
    struct trace trace;
};

/* At most four connections, unless changed. */
void world_open(struct world *w, enum settings_http http, bool is_secure);
/* The pool anew, with the settings as they are now. */
void world_remake(struct world *w);
/* The pool anew, and those made later, with so many slots for their host. */
void world_limit_host(struct world *w, size_t nslots);
struct pool *world_pool(struct world *w); /* another one, as it is now */
/* Frees what was made, connections and all. */
void world_close(struct world *w);

void world_job_init(struct job *j);
void world_submit(struct world *w, size_t from, size_t n);
void world_cancel(struct world *w, size_t from, size_t n);
unsigned world_ndone(const struct world *w);
/* Runs the loop for so long, its timers included. */
void world_pass(struct world *w, uint64_t ms);
/* Until *value is this; false: not within some seconds. */
bool world_await(struct world *w, const size_t *value, size_t wanted);
bool world_await_dial(struct world *w); /* until one runs */

#endif
