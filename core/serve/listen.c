/*
 * Connections are accepted in batches, so that a storm of them does not keep
 * the others from being served.  When there is no descriptor left (EMFILE),
 * or the connection limit is reached, the socket stays readable: the readiness
 * is switched off and a timer tries again, while the clients wait in the
 * kernel's backlog.
 */
#include "serve/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/xalloc.h"
#include "serve/codecs.h"
#include "serve/incoming.h"
#include "serve/server.h"

#define BACKLOG      1024
#define ACCEPT_BATCH 64
#define RETRY        (50 * LOOP_MS)

struct listen {
    struct loop *loop;
    struct server *server;
    struct tls_context *tls;
    struct loop_fd fd; /* -1: closed */
    struct loop_timer retry;
    struct loop_task reap;
    uint16_t port;
    struct list incoming;
    struct list peers;
};

/* An accepted connection until it is a peer; freed by reap, because its
 * transport may be the one that is calling. */
struct arrival {
    struct incoming incoming;
    struct listen *listen;
    struct loop_task reap;
};

static void free_arrival(struct loop_task *task)
{
    free(container_of(task, struct arrival, reap));
}

static void drop_arrival(struct arrival *a)
{
    list_remove(&a->incoming.link);
    a->reap.run = free_arrival;
    loop_reap(a->listen->loop, &a->reap);
}

static void on_gone(struct peer *p)
{
    struct server *srv = p->server;
    list_remove(&p->link);
    server_release(srv);
}

static void on_known(struct incoming *in, struct peer *peer)
{
    struct arrival *a = container_of(in, struct arrival, incoming);
    struct listen *l = a->listen;
    drop_arrival(a);
    if (peer == NULL) {
        server_release(l->server);
        return;
    }
    peer->on_gone = on_gone;
    list_append(&l->peers, &peer->link);
}

static void pause_accepting(struct listen *l)
{
    loop_watch(l->loop, &l->fd, 0);
    loop_arm(l->loop, &l->retry, loop_now(l->loop) + RETRY);
}

static void on_retry(struct loop_timer *t, uint64_t now)
{
    struct listen *l = container_of(t, struct listen, retry);
    (void)now;
    loop_watch(l->loop, &l->fd, LOOP_READ);
}

/* False when there is nothing more to accept now. */
static bool accept_one(struct listen *l)
{
    if (!server_admit(l->server)) {
        pause_accepting(l);
        return false;
    }
    struct addr from = {.len = sizeof from.sa};
    int fd = accept4(l->fd.fd, (struct sockaddr *)&from.sa, &from.len,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        int error = errno;
        server_release(l->server);
        if (error == ECONNABORTED || error == EINTR)
            return true;
        if (error != EAGAIN)
            pause_accepting(l); /* EMFILE, ENFILE, ENOBUFS, ENOMEM */
        return false;
    }
    struct arrival *a = XALLOC_NEW(struct arrival);
    a->listen = l;
    a->incoming.server = l->server;
    a->incoming.on_known = on_known;
    list_append(&l->incoming, &a->incoming.link);
    incoming_start(&a->incoming, fd, &from, l->tls);
    return true;
}

static void on_readable(struct loop_fd *h, unsigned events)
{
    struct listen *l = container_of(h, struct listen, fd);
    (void)events;
    for (int i = 0; i < ACCEPT_BATCH && accept_one(l); i++)
        ;
}

/* A listening socket, or -1 with *fault. */
static int bind_socket(const struct addr *at, struct fault *fault)
{
    char text[ADDR_TEXT_MAX];
    int on = 1;
    addr_format(at, text);
    int fd =
        socket(addr_family(at), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        (void)fault_set_errno(fault, ERR_CONNECT, errno, "socket for %s", text);
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (addr_family(at) == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&at->sa, at->len) != 0 ||
        listen(fd, BACKLOG) != 0) {
        (void)fault_set_errno(fault, ERR_CONNECT, errno,
                              "cannot listen on %s port %u", text,
                              addr_port(at));
        close(fd);
        return -1;
    }
    return fd;
}

struct listen *listen_new(struct loop *loop, struct server *srv,
                          const struct addr *at, struct tls_context *tls,
                          struct fault *fault)
{
    int fd = bind_socket(at, fault);
    if (fd < 0)
        return NULL;
    struct addr bound = {.len = sizeof bound.sa};
    (void)getsockname(fd, (struct sockaddr *)&bound.sa, &bound.len);
    struct listen *l = XALLOC_NEW(struct listen);
    *l = (struct listen){
        .loop = loop,
        .server = srv,
        .tls = tls,
        .fd = {.fd = fd, .on_ready = on_readable},
        .retry = {.on_expired = on_retry},
        .port = addr_port(&bound),
    };
    list_init(&l->incoming);
    list_init(&l->peers);
    loop_watch(loop, &l->fd, LOOP_READ);
    return l;
}

uint16_t listen_port(const struct listen *l)
{
    return l->port;
}

static void close_socket(struct listen *l)
{
    if (l->fd.fd < 0)
        return;
    loop_disarm(l->loop, &l->retry);
    loop_unwatch(l->loop, &l->fd);
    close(l->fd.fd);
    l->fd.fd = -1;
}

/* Nobody has asked for anything yet on those that are still incoming. */
static void cut_incoming(struct listen *l)
{
    list_each_safe (pos, &l->incoming) {
        struct incoming *in = container_of(pos, struct incoming, link);
        incoming_cancel(in);
        drop_arrival(container_of(in, struct arrival, incoming));
        server_release(l->server);
    }
}

void listen_drain(struct listen *l)
{
    close_socket(l);
    cut_incoming(l);
    list_each_safe (pos, &l->peers) {
        struct peer *p = container_of(pos, struct peer, link);
        p->ops->drain(p);
    }
}

static void free_listen(struct loop_task *task)
{
    free(container_of(task, struct listen, reap));
}

void listen_close(struct listen *l)
{
    if (l == NULL)
        return;
    close_socket(l);
    cut_incoming(l);
    list_each_safe (pos, &l->peers) {
        struct peer *p = container_of(pos, struct peer, link);
        list_remove(&p->link);
        p->ops->close(p);
        server_release(l->server);
    }
    l->reap.run = free_listen;
    loop_reap(l->loop, &l->reap);
}
