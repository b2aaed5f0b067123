/*
 * lane -- one transfer's share of standard output.
 *
 * Lanes keep what several transfers write apart: one at a time streams to the
 * writer, the others' bytes are held until they have their turn, which is in the
 * order of the URLs or of the transfers' ends (enum lanes_order).  What is held is
 * bounded: a lane that holds too much, or all of them together, pauses its
 * transfer.  A closed lane lives until its bytes have gone to the writer, which
 * the caller flushes at the end.
 *
 * A lane that is awaited keeps those behind it from streaming, although nothing has
 * come yet.  Its transfer must be on its way to an answer: paused ones may have
 * the places and connections that it would wait for otherwise.  One that has to go
 * and get these again yields.
 */
#ifndef CLI_FILES_LANE_H
#define CLI_FILES_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/list.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "files/writer.h"

enum lanes_order {
    LANES_ORDERED, /* by their numbers, each as it comes */
    /* Each when it is closed; but the first that may hold no more streams, if
     * none does. */
    LANES_DONE,
    LANES_RAW, /* all as it comes */
};

struct lanes;

struct lane {
    struct lanes *all;
    struct list link;
    struct list wait; /* in lanes.paused, or alone */
    uint64_t rank;    /* its number, or how many were closed before it */
    struct str held;
    bool is_awaited;
    bool is_closed;
    /* After QV_PAUSE: there is room again. */
    void (*on_drain)(struct lane *l);
    void *user;
};

struct lanes {
    enum lanes_order order;
    struct writer writer;
    struct list lanes;  /* by rank */
    struct list paused; /* those of them that wait for room */
    struct lane *owner; /* streams; NULL: none does, or all do */
    size_t held;        /* bytes of all */
    uint64_t nended;    /* lanes that were closed, with LANES_DONE */
};

void lanes_init(struct lanes *all, struct qv_client *client,
                enum lanes_order order);
void lanes_fini(struct lanes *all);

/* What is written waits for its reader: it would be good to write less. */
bool lanes_are_full(const struct lanes *all);

struct lane *lane_new(struct lanes *all, uint64_t number,
                      void (*on_drain)(struct lane *), void *user);
/* Until it is written or closed, or yields. */
void lane_await(struct lane *l);
void lane_yield(struct lane *l);
/* QV_ABORT: standard output has failed, see writer.failed. */
enum qv_flow lane_write(struct lane *l, const void *data, size_t len);
/* The next bytes would have to wait, or its reader is behind. */
bool lane_is_full(const struct lane *l);
void lane_close(struct lane *l); /* the lane is no longer the caller's */

#endif
