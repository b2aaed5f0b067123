/*
 * outlet -- standard output, or what stands for it, that never makes the loop
 * wait.
 *
 * What is written is taken whole: it goes out at once, or waits in a queue
 * until the reader has room.  Small pieces of one moment leave in one write.
 * outlet_is_full() tells when a producer should pause; on_room is called when
 * it may go on.
 */
#ifndef CLI_FILES_OUTLET_H
#define CLI_FILES_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/nonblocking.h"
#include "core/quiver.h"

struct outlet {
    struct qv_client *client;
    /* The queue is short again, or the outlet has failed. */
    void (*on_room)(struct outlet *o);
    struct nonblocking to; /* its fd may be set before anything is written */
    int failed;            /* errno of the write that failed, 0 */
    bool is_immediate;     /* -N: nothing is gathered */
    char *queue;
    size_t start; /* of what is queued */
    size_t end;
    size_t cap;
    char last;       /* byte that the reader got */
    bool is_blocked; /* waiting for the reader */
    struct qv_fd watch;
    struct qv_timer flush_timer;
    bool is_flush_due;
};

void outlet_init(struct outlet *o, struct qv_client *client);
void outlet_fini(struct outlet *o);

void outlet_write(struct outlet *o, const void *data, size_t len);
void outlet_flush(struct outlet *o);
/* Throws away what is queued, but for the rest of a line that has begun to
 * leave: for that the reader is waited for, up to so many ms. */
void outlet_end_line(struct outlet *o, int ms);
bool outlet_is_full(const struct outlet *o);

#endif
