/*
 * lane -- one transfer's share of standard output.
 *
 * Lanes keep what several transfers write apart: the first that writes streams
 * to the writer, the others' bytes are held until it is closed.  What is held
 * is bounded: a lane that holds too much, or all of them together, pauses its
 * transfer.  A closed lane lives until its bytes have gone to the writer, which
 * the caller flushes at the end.
 */
#ifndef CLI_FILES_LANE_H
#define CLI_FILES_LANE_H

#include "core/base/list.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "files/writer.h"

struct lanes;

struct lane {
    struct lanes *all;
    struct list link;
    struct list wait; /* in lanes.paused, or alone */
    struct str held;
    bool is_closed;
    /* After QV_PAUSE: there is room again. */
    void (*on_drain)(struct lane *l);
    void *user;
};

struct lanes {
    struct writer writer;
    struct list lanes;  /* in the order of the URLs */
    struct list paused; /* those of them that wait for room */
    struct lane *owner; /* streams */
    size_t held;        /* bytes of all */
};

void lanes_init(struct lanes *all, struct qv_client *client);
void lanes_fini(struct lanes *all);

/* What is written waits for its reader: it would be good to write less. */
bool lanes_are_full(const struct lanes *all);

struct lane *lane_new(struct lanes *all, void (*on_drain)(struct lane *),
                      void *user);
/* QV_ABORT: standard output has failed, see writer.failed. */
enum qv_flow lane_write(struct lane *l, const void *data, size_t len);
/* The next bytes would have to wait, or its reader is behind. */
bool lane_is_full(const struct lane *l);
void lane_close(struct lane *l); /* the lane is no longer the caller's */

#endif
