/*
 * reader -- a descriptor that is read without blocking.
 *
 * A regular file is read as it is.  A pipe, a socket or a terminal is read when
 * it has something; its flags are not changed, for other processes may share
 * it.
 */
#ifndef CLI_FILES_READER_H
#define CLI_FILES_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/quiver.h"

enum reader_mode {
    SOURCE_FILE,     /* never blocks for long */
    SOURCE_NONBLOCK, /* an open file description of our own */
    SOURCE_SOCKET,   /* recv() can be told not to wait */
    SOURCE_POLLED,   /* poll() is asked before each read */
};

struct reader {
    struct qv_client *client;
    void (*on_ready)(struct reader *s); /* once for each EAGAIN */
    struct qv_fd watch;
    enum reader_mode mode;
    bool is_own;     /* to be closed */
    bool is_fresh;   /* a FIFO that nobody may have opened for writing yet */
    bool is_waiting; /* watched */
};

/* path NULL: standard input.  False with errno. */
bool reader_open(struct reader *s, struct qv_client *client, const char *path,
                 void (*on_ready)(struct reader *s));
/* A descriptor that does not block and becomes the reader's. */
void reader_adopt(struct reader *s, struct qv_client *client, int fd,
                  void (*on_ready)(struct reader *s));
void reader_close(struct reader *s);

/* As read(2); -1 with EAGAIN: on_ready() comes. */
ssize_t reader_read(struct reader *s, void *buf, size_t cap);

#endif
