/*
 * feed_source -- a descriptor that is read without blocking.
 *
 * A regular file is read as it is.  A pipe, a socket or a terminal is read when
 * it has something; its flags are not changed, for other processes may share
 * it.
 */
#ifndef CLI_FILES_FEED_SOURCE_H
#define CLI_FILES_FEED_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/quiver.h"

enum feed_source_mode {
    SOURCE_FILE,     /* never blocks for long */
    SOURCE_NONBLOCK, /* an open file description of our own */
    SOURCE_SOCKET,   /* recv() can be told not to wait */
    SOURCE_POLLED,   /* poll() is asked before each read */
};

struct feed_source {
    struct qv_client *client;
    void (*on_ready)(struct feed_source *s); /* once for each EAGAIN */
    struct qv_fd watch;
    enum feed_source_mode mode;
    bool is_own;     /* to be closed */
    bool is_fresh;   /* a FIFO that nobody may have opened for writing yet */
    bool is_waiting; /* watched */
};

/* path NULL: standard input.  False with errno. */
bool feed_source_open(struct feed_source *s, struct qv_client *client,
                      const char *path,
                      void (*on_ready)(struct feed_source *s));
void feed_source_close(struct feed_source *s);

/* As read(2); -1 with EAGAIN: on_ready() comes. */
ssize_t feed_source_read(struct feed_source *s, void *buf, size_t cap);

#endif
