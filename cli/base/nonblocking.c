#include "base/nonblocking.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void nonblocking_open(struct nonblocking *n)
{
    n->mode = NONBLOCKING_DIRECT;

    struct stat st;
    if (fstat(n->fd, &st) < 0)
        return;
    if (S_ISSOCK(st.st_mode)) {
        n->mode = NONBLOCKING_SOCKET;
    } else if (S_ISFIFO(st.st_mode) || isatty(n->fd)) {
        char again[32];
        (void)snprintf(again, sizeof again, "/proc/self/fd/%d", n->fd);
        int fd = open(again, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd >= 0)
            n->fd = fd;
        n->mode = fd >= 0 ? NONBLOCKING_OWN : NONBLOCKING_POLLED;
    }
}

bool nonblocking_is_fifo(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

int nonblocking_fifo(const char *path)
{
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void nonblocking_close(struct nonblocking *n)
{
    if (n->mode == NONBLOCKING_OWN)
        close(n->fd);
    n->mode = NONBLOCKING_CLOSED;
}

static ssize_t write_polled(int fd, const void *data, size_t len)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    if (poll(&p, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(fd, data, len < PIPE_BUF ? len : PIPE_BUF);
}

ssize_t nonblocking_write(struct nonblocking *n, const void *data, size_t len)
{
    switch (n->mode) {
    case NONBLOCKING_SOCKET:
        return send(n->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    case NONBLOCKING_POLLED:
        return write_polled(n->fd, data, len);
    case NONBLOCKING_CLOSED:
    case NONBLOCKING_DIRECT:
    case NONBLOCKING_OWN:
        break;
    }
    return write(n->fd, data, len);
}
