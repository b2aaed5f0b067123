/*
 * outlet -- a pipe, terminal or device that takes a body.
 *
 * Its reader may be slow, or a named pipe have none yet: the loop does not wait
 * for him.  outlet_is_full() tells when the producer should pause, on_drain when
 * he may go on.  What the reader has not taken when the body is over goes out all
 * the same, and the client runs on for it; outlets_fini() drops it.
 */
#ifndef CLI_FILES_OUTLET_H
#define CLI_FILES_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/list.h"
#include "core/quiver.h"

struct outlet;

/* The outlets of a client. */
struct outlets {
    struct qv_client *client;
    struct list list; /* private */
    int failed;       /* errno of one that failed when its body was over; 0 */
};

void outlets_init(struct outlets *all, struct qv_client *client);
void outlets_fini(struct outlets *all);

/* NULL with errno.  on_drain(user) is told until outlet_finish(), and never from
 * within a function of this module. */
struct outlet *outlet_open(struct outlets *all, const char *path,
                           void (*on_drain)(void *user), void *user);
/* All of it is taken; false with errno. */
bool outlet_write(struct outlet *o, const void *data, size_t len);
bool outlet_is_full(const struct outlet *o);
/* The body is over, and the outlet no longer the caller's.  False with errno:
 * it had failed. */
bool outlet_finish(struct outlet *o);

#endif
