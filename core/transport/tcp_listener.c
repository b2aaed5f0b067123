#include "transport/tcp_listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"

/* Connections that the kernel keeps for us, and those taken in a turn. */
#define BACKLOG 128
#define BATCH   32

/* Until it is tried again, without descriptors. */
#define BACK_OFF (100 * LOOP_MS)

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

static void on_again(struct loop_timer *t, uint64_t now)
{
    struct tcp_listener *l = container_of(t, struct tcp_listener, again);
    (void)now;
    loop_watch(l->loop, &l->fd, LOOP_READ);
}

static void on_ready(struct loop_fd *h, unsigned events)
{
    struct tcp_listener *l = container_of(h, struct tcp_listener, fd);
    (void)events;
    for (int i = 0; i < BATCH && l->fd.fd >= 0; i++) {
        struct addr from = {.len = sizeof from.sa};
        int fd = accept4(l->fd.fd, (struct sockaddr *)&from.sa, &from.len,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            l->on_accept(l, fd, &from);
        } else if (is_shortage(errno)) {
            loop_watch(l->loop, &l->fd, 0);
            loop_arm(l->loop, &l->again, loop_now(l->loop) + BACK_OFF);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static int open_socket(const struct addr *at)
{
    const int on = 1;
    int fd =
        socket(addr_family(at), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (addr_family(at) == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&at->sa, at->len) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    (void)close(fd);
    errno = error;
    return -1;
}

bool tcp_listener_open(struct tcp_listener *l, struct loop *loop,
                       const struct addr *at, struct fault *fault)
{
    int fd = open_socket(at);
    if (fd < 0) {
        int error = errno;
        char text[ADDR_TEXT_MAX];
        addr_format(at, text);
        (void)fault_set_errno(fault, ERR_CONNECT, error,
                              "cannot listen at TCP %s port %u", text,
                              addr_port(at));
        return false;
    }
    l->loop = loop;
    l->fd = (struct loop_fd){.fd = fd, .on_ready = on_ready};
    l->again.on_expired = on_again;
    loop_watch(loop, &l->fd, LOOP_READ);
    return true;
}

void tcp_listener_close(struct tcp_listener *l)
{
    if (l->loop == NULL || l->fd.fd < 0)
        return;
    loop_unwatch(l->loop, &l->fd);
    loop_disarm(l->loop, &l->again);
    (void)close(l->fd.fd);
    l->fd.fd = -1;
}

void tcp_listener_local(const struct tcp_listener *l, struct addr *local)
{
    *local = (struct addr){.len = sizeof local->sa};
    (void)getsockname(l->fd.fd, (struct sockaddr *)&local->sa, &local->len);
}
