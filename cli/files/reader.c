#include "files/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * As in writer.c, the other way round: a pipe or a terminal on descriptor 0 is
 * opened a second time through /proc, so that O_NONBLOCK is ours alone; where
 * that fails poll() is asked first.
 *
 * A FIFO that is opened by its name without blocking reads as ended until
 * somebody has opened it for writing.  poll() does not report such a FIFO, so
 * it is waited for before the first read.
 */

static void on_readable(struct qv_fd *h, unsigned ready)
{
    struct reader *s = QV_OWNER(h, struct reader, watch);
    (void)ready;
    s->is_fresh = false;
    s->is_waiting = false;
    qv_fd_unwatch(s->client, &s->watch);
    s->on_ready(s);
}

static void open_again(struct reader *s)
{
    int fd =
        open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    s->mode = SOURCE_POLLED;
    if (fd < 0)
        return;
    s->mode = SOURCE_NONBLOCK;
    s->watch.fd = fd;
    s->is_own = true;
}

static bool is_terminal(int fd, const struct stat *st)
{
    return S_ISCHR(st->st_mode) && isatty(fd);
}

bool reader_open(struct reader *s, struct qv_client *client, const char *path,
                 void (*on_ready)(struct reader *s))
{
    struct stat st;
    int fd = STDIN_FILENO;
    if (path) {
        fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
            return false;
    }
    *s = (struct reader){
        .client = client,
        .on_ready = on_ready,
        .watch = {.fd = fd, .on_ready = on_readable},
        .is_own = path != NULL,
    };
    if (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
        int error = S_ISDIR(st.st_mode) ? EISDIR : errno;
        reader_close(s);
        errno = error;
        return false;
    }
    if (S_ISSOCK(st.st_mode))
        s->mode = SOURCE_SOCKET;
    else if (!S_ISFIFO(st.st_mode) && !is_terminal(fd, &st))
        s->mode = SOURCE_FILE;
    else if (path)
        s->mode = SOURCE_NONBLOCK;
    else
        open_again(s);
    s->is_fresh = path && S_ISFIFO(st.st_mode);
    return true;
}

void reader_adopt(struct reader *s, struct qv_client *client, int fd,
                  void (*on_ready)(struct reader *s))
{
    *s = (struct reader){
        .client = client,
        .on_ready = on_ready,
        .watch = {.fd = fd, .on_ready = on_readable},
        .mode = SOURCE_NONBLOCK,
        .is_own = true,
    };
}

void reader_close(struct reader *s)
{
    if (s->is_waiting)
        qv_fd_unwatch(s->client, &s->watch);
    s->is_waiting = false;
    if (s->is_own)
        close(s->watch.fd);
    s->is_own = false;
}

static ssize_t read_polled(int fd, void *buf, size_t cap)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return read(fd, buf, cap);
}

static ssize_t read_some(struct reader *s, void *buf, size_t cap)
{
    int fd = s->watch.fd;
    if (s->is_fresh) {
        errno = EAGAIN;
        return -1;
    }
    switch (s->mode) {
    case SOURCE_SOCKET:
        return recv(fd, buf, cap, MSG_DONTWAIT);
    case SOURCE_POLLED:
        return read_polled(fd, buf, cap);
    case SOURCE_FILE:
    case SOURCE_NONBLOCK:
        break;
    }
    return read(fd, buf, cap);
}

ssize_t reader_read(struct reader *s, void *buf, size_t cap)
{
    ssize_t n;
    do {
        n = read_some(s, buf, cap);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN && !s->is_waiting) {
        s->is_waiting = true;
        qv_fd_watch(s->client, &s->watch, QV_READABLE);
        errno = EAGAIN;
    }
    return n;
}
