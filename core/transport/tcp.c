#include "transport/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "transport/socket_options.h"
#include "transport/source.h"
#include "transport/tcp_path.h"

/* Spans of one write; a caller's further ones wait for its next call. */
#define IOV_SPANS 64

struct tcp {
    struct transport t;
    struct loop *loop;
    struct loop_fd fd; /* -1 when there was no socket to be had */
    unsigned wanted;
    bool is_open;
    bool is_closed;
    struct loop_task outcome; /* of a connect that was decided at once */
    struct loop_task reap;
};

static struct tcp *tcp_of(struct transport *t)
{
    return container_of(t, struct tcp, t);
}

static enum io tcp_read(struct transport *t, uint8_t *buf, size_t cap,
                        size_t *n)
{
    struct tcp *tcp = tcp_of(t);
    ssize_t got;
    *n = 0;
    do
        got = recv(tcp->fd.fd, buf, cap, 0);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return IO_EOF;
    if (got > 0) {
        *n = (size_t)got;
        return IO_OK;
    }
    if (errno == EAGAIN)
        return IO_AGAIN;
    return fault_set_errno(&t->fault, ERR_RECV, errno, "receiving failed");
}

static enum io tcp_write(struct transport *t, const struct span *spans,
                         int nspans, size_t *n)
{
    struct tcp *tcp = tcp_of(t);
    struct iovec iov[IOV_SPANS];
    int count = nspans < IOV_SPANS ? nspans : IOV_SPANS;
    for (int i = 0; i < count; i++)
        iov[i] = (struct iovec){.iov_base = (void *)(uintptr_t)spans[i].base,
                                .iov_len = spans[i].len};
    struct msghdr msg = {.msg_iov = iov, .msg_iovlen = (size_t)count};
    ssize_t sent;
    *n = 0;
    do
        /* One record is the rule, and cheaper to send without a list. */
        sent = count == 1
                   ? send(tcp->fd.fd, iov->iov_base, iov->iov_len, MSG_NOSIGNAL)
                   : sendmsg(tcp->fd.fd, &msg, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) {
        *n = (size_t)sent;
        return IO_OK;
    }
    if (errno == EAGAIN)
        return IO_AGAIN;
    return fault_set_errno(&t->fault, ERR_SEND, errno, "sending failed");
}

static void tcp_shut(struct transport *t)
{
    (void)shutdown(tcp_of(t)->fd.fd, SHUT_WR);
}

static void tcp_want(struct transport *t, unsigned events)
{
    struct tcp *tcp = tcp_of(t);
    tcp->wanted = events;
    if (tcp->is_open)
        loop_watch(tcp->loop, &tcp->fd, events);
}

static void reap_tcp(struct loop_task *task)
{
    free(container_of(task, struct tcp, reap));
}

static void tcp_close(struct transport *t)
{
    struct tcp *tcp = tcp_of(t);
    if (tcp->is_closed)
        return;
    tcp->is_closed = true;
    loop_unwatch(tcp->loop, &tcp->fd);
    loop_forget(tcp->loop, &tcp->outcome);
    if (tcp->fd.fd >= 0)
        (void)close(tcp->fd.fd);
    loop_reap(tcp->loop, &tcp->reap);
}

void tcp_reset(struct transport *t)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    struct tcp *tcp = tcp_of(t);
    if (!tcp->is_closed && tcp->fd.fd >= 0)
        (void)setsockopt(tcp->fd.fd, SOL_SOCKET, SO_LINGER, &at_once,
                         sizeof at_once);
    tcp_close(t);
}

static void get_path_stats(const struct transport *t, struct path_stats *stats)
{
    const struct tcp *tcp = tcp_of((struct transport *)(uintptr_t)t);
    if (tcp->is_open)
        tcp_path_stats(tcp->fd.fd, stats);
}

static const struct transport_ops tcp_ops = {
    .name = "tcp",
    .read = tcp_read,
    .write = tcp_write,
    .shut = tcp_shut,
    .want = tcp_want,
    .close = tcp_close,
    .path_stats = get_path_stats,
};

static void on_ready(struct loop_fd *h, unsigned events)
{
    struct tcp *tcp = container_of(h, struct tcp, fd);
    tcp->t.events->on_ready(&tcp->t, events);
}

static void fail(struct tcp *tcp, int error)
{
    (void)fault_set(&tcp->t.fault, ERR_CONNECT, (uint64_t)error, "%s",
                    strerror(error));
    if (error == ECONNREFUSED)
        tcp->t.fault.remedy = REMEDY_LISTENER;
}

/* Connected, or not: the fault tells. */
static void on_outcome(struct loop_task *task)
{
    struct tcp *tcp = container_of(task, struct tcp, outcome);
    if (tcp->t.fault.code != ERR_NONE) {
        tcp->t.events->on_failed(&tcp->t);
        return;
    }
    tcp->is_open = true;
    tcp->fd.on_ready = on_ready;
    loop_watch(tcp->loop, &tcp->fd, tcp->wanted);
    tcp->t.events->on_connected(&tcp->t);
}

static void on_connect_ready(struct loop_fd *h, unsigned events)
{
    struct tcp *tcp = container_of(h, struct tcp, fd);
    (void)events;
    int error = 0;
    socklen_t len = sizeof error;
    if (getsockopt(h->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error) {
        loop_watch(tcp->loop, h, 0);
        fail(tcp, error);
    }
    on_outcome(&tcp->outcome);
}

static void start_connect(struct tcp *tcp, const struct addr *to,
                          const struct settings *s)
{
    int fd = socket_options_stream(to, &s->socket);
    tcp->fd.fd = fd;
    if (fd < 0) {
        fail(tcp, errno);
        return;
    }
    socket_options_tcp(fd, to, &s->socket);
    if (!source_bind(fd, to, &s->addresses, &tcp->t.fault))
        return;
    if (connect(fd, (const struct sockaddr *)&to->sa, to->len) == 0)
        return;
    if (errno != EINPROGRESS)
        fail(tcp, errno);
    else
        loop_watch(tcp->loop, &tcp->fd, LOOP_WRITE);
}

static struct tcp *new_tcp(struct loop *loop)
{
    struct tcp *tcp = XALLOC_NEW(struct tcp);
    *tcp = (struct tcp){.t.ops = &tcp_ops,
                        .loop = loop,
                        .fd = {.fd = -1, .on_ready = on_connect_ready},
                        .outcome.run = on_outcome,
                        .reap.run = reap_tcp};
    return tcp;
}

struct transport *tcp_connect(struct loop *loop, const struct addr *to,
                              const struct settings *s)
{
    struct tcp *tcp = new_tcp(loop);
    start_connect(tcp, to, s);
    if (tcp->fd.interest == 0)
        loop_later(loop, &tcp->outcome);
    return &tcp->t;
}

struct transport *tcp_accepted(struct loop *loop, int fd)
{
    struct tcp *tcp = new_tcp(loop);
    tcp->fd.fd = fd;
    tcp->fd.on_ready = on_ready;
    tcp->is_open = true;
    const int one = 1; /* a server answers at once */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return &tcp->t;
}

bool tcp_addresses(const struct transport *t, struct addr *local,
                   struct addr *remote)
{
    const struct tcp *tcp = tcp_of((struct transport *)(uintptr_t)t);
    *local = (struct addr){.len = sizeof local->sa};
    *remote = (struct addr){.len = sizeof remote->sa};
    return getsockname(tcp->fd.fd, (struct sockaddr *)&local->sa,
                       &local->len) == 0 &&
           getpeername(tcp->fd.fd, (struct sockaddr *)&remote->sa,
                       &remote->len) == 0;
}
