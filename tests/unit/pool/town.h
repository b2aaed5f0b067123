/*
 * town -- a manager over fake dials, and one job that goes from pool to pool.
 */
#ifndef TESTS_UNIT_POOL_TOWN_H
#define TESTS_UNIT_POOL_TOWN_H

#include "pool/manager.h"
#include "pool/world.h"

struct town {
    struct loop *loop;
    struct manager *m;
    struct settings settings; /* of the pools that are asked for next */
    struct job job;
};

void town_open(struct town *t);
void town_close(struct town *t);
size_t town_npools(const struct town *t);
struct pool *town_pool(struct town *t, const struct origin *o);
/* The pool of the i-th of many origins. */
struct pool *town_pool_of(struct town *t, size_t i);
/* A request to it, which fails; its job is not released. */
struct pool *town_visit(struct town *t, size_t i);

#endif
