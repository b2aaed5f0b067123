/*
 * nonblocking -- a descriptor that can be written to without waiting, and
 * without a change to what other processes have of it.
 *
 * O_NONBLOCK on descriptor 1 would be seen by every process that shares it (the
 * shell, the rest of the script), so a pipe or terminal is opened a second time
 * through /proc: the new description is ours alone.  Where that fails, poll()
 * is asked before each write of at most PIPE_BUF bytes, which then does not
 * block.
 */
#ifndef CLI_BASE_NONBLOCKING_H
#define CLI_BASE_NONBLOCKING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum nonblocking_mode {
    NONBLOCKING_CLOSED, /* not yet opened */
    NONBLOCKING_DIRECT, /* a file or device: write() waits for nobody */
    NONBLOCKING_OWN,    /* our own description of a pipe or terminal */
    NONBLOCKING_SOCKET,
    NONBLOCKING_POLLED, /* a pipe or terminal that cannot be opened again */
};

struct nonblocking {
    int fd; /* to wait for with POLLOUT; may be another one after open */
    enum nonblocking_mode mode;
};

/* For n->fd, which stays the caller's. */
void nonblocking_open(struct nonblocking *n);
/* Is it a named pipe? */
bool nonblocking_is_fifo(const char *path);
/* A description of a named pipe for mode OWN; -1 with errno: ENXIO, nobody reads
 * there. */
int nonblocking_fifo(const char *path);
/* Its own description, if there is one. */
void nonblocking_close(struct nonblocking *n);

/* As write(): EAGAIN, the reader has no room. */
ssize_t nonblocking_write(struct nonblocking *n, const void *data, size_t len);

#endif
