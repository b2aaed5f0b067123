/*
 * idle -- the connections of all pools that carry nothing now.
 *
 * Each is kept until its own time, and all together only so many: beyond that
 * the one that has been idle longest goes, whoever it belongs to.  So a client
 * that asks many origins once does not run out of descriptors.
 */
#ifndef CORE_POOL_IDLE_H
#define CORE_POOL_IDLE_H

#include "base/heap.h"
#include "base/list.h"
#include "io/loop.h"

struct idle {
    struct loop *loop;
    size_t max;
    struct list order; /* longest idle first */
    struct heap ends;  /* by deadline */
    struct loop_timer timer;
};

enum idle_end {
    IDLE_TIMED_OUT,
    IDLE_EVICTED,
};

/* Embedded in what is idle; zeroed with on_end set, then idle_init_entry(). */
struct idle_entry {
    struct list link;
    struct heap_node node;
    /* The entry was taken out, because its time is over or another needs its
     * place: its owner closes the connection.  Comes from a timer, or from
     * idle_add() and idle_evict(). */
    void (*on_end)(struct idle_entry *entry, enum idle_end why);
};

void idle_init(struct idle *idle, struct loop *loop);
void idle_fini(struct idle *idle); /* empty by then */

void idle_init_entry(struct idle_entry *entry);
/* The entry is idle from now on, and ends at `deadline` (loop clock).  One that
 * is too many ends at once: the one that has been idle longest. */
void idle_add(struct idle *idle, struct idle_entry *entry, uint64_t deadline);
/* Takes the entry out, without on_end(); one that is not in stays so. */
void idle_remove(struct idle *idle, struct idle_entry *entry);
bool idle_has(const struct idle_entry *entry);
/* Ends the one that has been idle longest; false: there is none. */
bool idle_evict(struct idle *idle);

#endif
