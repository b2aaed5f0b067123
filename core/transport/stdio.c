/*
 * O_NONBLOCK belongs to what is open, not to a descriptor: set on standard input
 * it would be set for the shell as well.  So what /proc can open once more
 * (pipes, terminals) is opened anew, a socket is asked without waiting call by
 * call, and a file never waits.  What is none of these is written to only when
 * it is ready, and no more than a pipe surely takes.
 *
 * The kernel does not tell when a file is ready, because it always is: a timer
 * that is due at once does.
 */
#include "transport/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/xalloc.h"

enum stdio_mode {
    STDIO_OWN,    /* opened anew, without waiting */
    STDIO_SOCKET, /* MSG_DONTWAIT */
    STDIO_FILE,   /* never waits */
    STDIO_SHARED, /* by poll() */
};

struct stdio_end {
    struct loop_fd fd; /* that is read or written */
    int given;         /* that it was made from */
    enum stdio_mode mode;
    unsigned wanted;
    bool is_watched;
};

struct stdio {
    struct transport t;
    struct loop *loop;
    struct stdio_end in;
    struct stdio_end out;
    struct loop_timer at_once; /* for files */
    struct loop_task reap;
    bool is_shut;
    bool is_closed;
};

static struct stdio *stdio_of(struct transport *t)
{
    return container_of(t, struct stdio, t);
}

static void tell(struct stdio *s, unsigned events)
{
    if (!s->is_closed)
        s->t.events->on_ready(&s->t, events);
}

static void on_in_ready(struct loop_fd *h, unsigned events)
{
    (void)events;
    tell(container_of(h, struct stdio, in.fd), LOOP_READ);
}

static void on_out_ready(struct loop_fd *h, unsigned events)
{
    (void)events;
    tell(container_of(h, struct stdio, out.fd), LOOP_WRITE);
}

static bool is_file(const struct stdio_end *e)
{
    return e->mode == STDIO_FILE;
}

static void on_at_once(struct loop_timer *t, uint64_t now)
{
    struct stdio *s = container_of(t, struct stdio, at_once);
    unsigned events = 0;
    (void)now;
    if (is_file(&s->in))
        events |= s->in.wanted;
    if (is_file(&s->out))
        events |= s->out.wanted;
    if (events)
        tell(s, events);
    if (!s->is_closed && ((is_file(&s->in) && s->in.wanted) ||
                          (is_file(&s->out) && s->out.wanted)))
        loop_arm(s->loop, &s->at_once, now);
}

static void want_end(struct stdio *s, struct stdio_end *e, unsigned events)
{
    if (e->wanted == events)
        return;
    e->wanted = events;
    if (is_file(e)) {
        if (events)
            loop_arm(s->loop, &s->at_once, loop_now(s->loop));
        return;
    }
    if (events) {
        loop_watch(s->loop, &e->fd, events);
        e->is_watched = true;
    } else if (e->is_watched) {
        loop_watch(s->loop, &e->fd, 0);
    }
}

static void stdio_want(struct transport *t, unsigned events)
{
    struct stdio *s = stdio_of(t);
    want_end(s, &s->in, events & LOOP_READ);
    want_end(s, &s->out, s->is_shut ? 0 : events & LOOP_WRITE);
}

/* ---- bytes ---- */

static bool is_ready(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, 0) > 0;
}

static enum io stdio_read(struct transport *t, uint8_t *buf, size_t cap,
                          size_t *n)
{
    const struct stdio_end *e = &stdio_of(t)->in;
    ssize_t got;
    *n = 0;
    if (e->mode == STDIO_SHARED && !is_ready(e->fd.fd, POLLIN))
        return IO_AGAIN;
    do
        got = e->mode == STDIO_SOCKET ? recv(e->fd.fd, buf, cap, MSG_DONTWAIT)
                                      : read(e->fd.fd, buf, cap);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return IO_EOF;
    if (got > 0) {
        *n = (size_t)got;
        return IO_OK;
    }
    if (errno == EAGAIN)
        return IO_AGAIN;
    return fault_set_errno(&t->fault, ERR_READ, errno,
                           "cannot read standard input");
}

static ssize_t write_some(const struct stdio_end *e, struct span bytes)
{
    if (e->mode == STDIO_SOCKET)
        return send(e->fd.fd, bytes.base, bytes.len,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    if (e->mode == STDIO_SHARED) {
        if (bytes.len > PIPE_BUF)
            bytes.len = PIPE_BUF;
        if (!is_ready(e->fd.fd, POLLOUT)) {
            errno = EAGAIN;
            return -1;
        }
    }
    return write(e->fd.fd, bytes.base, bytes.len);
}

/* One span: a packet stays one. */
static enum io stdio_write(struct transport *t, const struct span *spans,
                           int nspans, size_t *n)
{
    const struct stdio_end *e = &stdio_of(t)->out;
    ssize_t sent;
    *n = 0;
    if (nspans == 0)
        return IO_OK;
    do
        sent = write_some(e, spans[0]);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) {
        *n = (size_t)sent;
        return IO_OK;
    }
    if (errno == EAGAIN)
        return IO_AGAIN;
    return fault_set_errno(&t->fault, ERR_WRITE, errno,
                           "cannot write to standard output");
}

/* ---- the end ---- */

static void close_end(struct stdio *s, struct stdio_end *e)
{
    if (e->is_watched)
        loop_unwatch(s->loop, &e->fd);
    e->is_watched = false;
    if (e->fd.fd >= 0 && e->fd.fd != e->given)
        (void)close(e->fd.fd);
    e->fd.fd = -1;
}

static void stdio_shut(struct transport *t)
{
    struct stdio *s = stdio_of(t);
    if (s->is_shut)
        return;
    s->is_shut = true;
    if (s->out.mode == STDIO_SOCKET)
        (void)shutdown(s->out.fd.fd, SHUT_WR);
    close_end(s, &s->out);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, s->out.given);
        (void)close(null);
    }
}

static void reap_stdio(struct loop_task *task)
{
    free(container_of(task, struct stdio, reap));
}

static void stdio_close(struct transport *t)
{
    struct stdio *s = stdio_of(t);
    if (s->is_closed)
        return;
    s->is_closed = true;
    loop_disarm(s->loop, &s->at_once);
    close_end(s, &s->in);
    close_end(s, &s->out);
    loop_reap(s->loop, &s->reap);
}

static const struct transport_ops stdio_ops = {
    .name = "stdio",
    .read = stdio_read,
    .write = stdio_write,
    .shut = stdio_shut,
    .want = stdio_want,
    .close = stdio_close,
};

/* ---- the beginning ---- */

static int open_anew(int fd, int flags)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static void open_end(struct stdio_end *e, int fd, int flags)
{
    struct stat st;
    e->given = fd;
    e->fd.fd = fd;
    e->mode = STDIO_SHARED;
    if (fstat(fd, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
        e->mode = STDIO_FILE; /* one that is closed says so when it is used */
        return;
    }
    if (S_ISSOCK(st.st_mode)) {
        e->mode = STDIO_SOCKET;
        return;
    }
    /* /dev/null and its like are no more waited for than files are. */
    if (S_ISCHR(st.st_mode) && !isatty(fd)) {
        e->mode = STDIO_FILE;
        return;
    }
    int own = open_anew(fd, flags);
    if (own < 0)
        return;
    e->fd.fd = own;
    e->mode = STDIO_OWN;
}

struct transport *stdio_open(struct loop *loop, int in, int out)
{
    struct stdio *s = XALLOC_NEW(struct stdio);
    *s = (struct stdio){
        .t.ops = &stdio_ops,
        .loop = loop,
        .in.fd.on_ready = on_in_ready,
        .out.fd.on_ready = on_out_ready,
        .at_once.on_expired = on_at_once,
        .reap.run = reap_stdio,
    };
    open_end(&s->in, in, O_RDONLY);
    open_end(&s->out, out, O_WRONLY);
    return &s->t;
}
