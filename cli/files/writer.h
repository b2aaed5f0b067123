/*
 * writer -- standard output, or what stands for it, that never makes the loop
 * wait.
 *
 * What is written is taken whole: it goes out at once, or waits in a queue
 * until the reader has room.  Small pieces of one moment leave in one write.
 * writer_is_full() tells when a producer should pause; on_drain is called when
 * it may go on.
 */
#ifndef CLI_FILES_WRITER_H
#define CLI_FILES_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/nonblocking.h"
#include "core/quiver.h"

struct writer {
    struct qv_client *client;
    /* The queue is short again, or the writer has failed. */
    void (*on_drain)(struct writer *o);
    /* Bytes are about to leave, for a terminal on which something else stands
     * too; may be NULL. */
    void (*before)(void *user);
    void *before_user;
    struct nonblocking to; /* its fd may be set before anything is written */
    /* Or the path of a named pipe, borrowed, which is opened once somebody reads
     * there. */
    const char *fifo;
    int failed;        /* errno of the write that failed, 0 */
    bool is_immediate; /* -N: nothing is gathered */
    char *queue;
    size_t start; /* of what is queued */
    size_t end;
    size_t cap;
    char last;       /* byte that the reader got */
    bool is_blocked; /* waiting for the reader */
    bool is_absent;  /* for one to come, to the named pipe */
    struct qv_fd watch;
    struct qv_timer fifo_timer;
    struct qv_timer flush_timer;
    bool is_flush_due;
};

void writer_init(struct writer *o, struct qv_client *client);
void writer_fini(struct writer *o);

void writer_write(struct writer *o, const void *data, size_t len);
void writer_flush(struct writer *o);
/* Throws away what is queued, but for the rest of a line that has begun to
 * leave: for that the reader is waited for, up to so many ms. */
void writer_end_line(struct writer *o, int ms);
bool writer_is_full(const struct writer *o);

#endif
