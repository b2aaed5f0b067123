/*
 * One struct serves clients and servers, because the only differences are
 * connect() and whose address stands in a message.  What the kernel can do is
 * not asked of its version: each option is set, and one that is refused turns
 * its path off (udp_read.c, udp_write.c).
 *
 * Path MTU discovery is the transport protocol's, so the socket never
 * fragments and does not listen to ICMP's word on sizes either
 * (IP_PMTUDISC_PROBE, RFC 8899 4.6).
 */
#include "transport/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/xalloc.h"
#include "transport/socket_options.h"
#include "transport/source.h"
#include "transport/udp_socket.h"

/* Room for what arrives while the loop is busy elsewhere: 10 ms at 3 Gbit/s.
 * The kernel gives what its own limit allows. */
#define RECEIVE_BUFFER (4 * 1024 * 1024)
#define SEND_BUFFER    (2 * 1024 * 1024)

static bool force_plain;

void udp_force_plain(bool plain)
{
    force_plain = plain;
}

static void on_ready(struct loop_fd *h, unsigned events)
{
    struct udp *u = container_of(h, struct udp, handle);
    if (events & LOOP_READ)
        u->events->on_readable(u->events);
    if ((events & LOOP_WRITE) && !u->is_closed)
        u->events->on_writable(u->events);
}

static void on_reap(struct loop_task *task)
{
    free(container_of(task, struct udp, reap));
}

/* An option the socket can live without. */
static bool set_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

static void set_options(struct udp *u)
{
    int fd = u->handle.fd;
    set_option(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    if (u->local.sa.ss_family == AF_INET6) {
        set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
        set_option(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
        if (!udp_is_connected(u))
            set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    } else {
        set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
        set_option(fd, IPPROTO_IP, IP_RECVTOS, 1);
        if (!udp_is_connected(u))
            set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
    }
    if (u->is_plain)
        return;
    u->has_gro = set_option(fd, IPPROTO_UDP, UDP_GRO, 1);
    /* A segment size of 0 changes nothing but tells whether it is known. */
    u->has_gso = set_option(fd, IPPROTO_UDP, UDP_SEGMENT, 0);
}

static int open_socket(int family)
{
    return socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static struct udp *make(struct loop *loop, int fd, const struct addr *remote,
                        struct udp_events *events)
{
    struct udp *u = XALLOC_NEW(struct udp);
    *u = (struct udp){.loop = loop,
                      .handle = {.fd = fd, .on_ready = on_ready},
                      .reap = {.run = on_reap},
                      .events = events,
                      .is_plain = force_plain};
    if (remote)
        u->remote = *remote;
    u->local.len = sizeof u->local.sa;
    getsockname(fd, (struct sockaddr *)&u->local.sa, &u->local.len);
    set_options(u);
    loop_watch(loop, &u->handle, LOOP_READ);
    return u;
}

static struct udp *give_up(int fd, const struct addr *a, const char *what,
                           struct fault *fault)
{
    int error = errno;
    char text[ADDR_TEXT_MAX];
    addr_format(a, text);
    fault_set_errno(fault, ERR_CONNECT, error, "%s UDP %s port %u", what, text,
                    addr_port(a));
    if (fd >= 0)
        close(fd);
    return NULL;
}

struct udp *udp_connect(struct loop *loop, const struct addr *to,
                        const struct settings *s, struct udp_events *events,
                        struct fault *fault)
{
    int fd = open_socket(addr_family(to));
    if (fd < 0)
        return give_up(fd, to, "no socket for", fault);
    if (s && !source_bind(fd, to, &s->addresses, fault)) {
        close(fd);
        return NULL;
    }
    if (s)
        socket_options_mark(fd, to, &s->socket);
    if (connect(fd, (const struct sockaddr *)&to->sa, to->len) != 0)
        return give_up(fd, to, "cannot reach", fault);
    struct udp *u = make(loop, fd, to, events);
    if (s)
        u->tos = (uint8_t)s->socket.tos;
    return u;
}

struct udp *udp_bind(struct loop *loop, const struct addr *at,
                     struct udp_events *events, struct fault *fault)
{
    int fd = open_socket(addr_family(at));
    if (fd < 0)
        return give_up(fd, at, "no socket for", fault);
    /* One socket per family: a dual one would mix their control messages. */
    if (addr_family(at) == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (bind(fd, (const struct sockaddr *)&at->sa, at->len) != 0)
        return give_up(fd, at, "cannot bind", fault);
    return make(loop, fd, NULL, events);
}

void udp_close(struct udp *u)
{
    if (u == NULL || u->is_closed)
        return;
    u->is_closed = true;
    loop_unwatch(u->loop, &u->handle);
    close(u->handle.fd);
    loop_reap(u->loop, &u->reap);
}

void udp_local(const struct udp *u, struct addr *local)
{
    *local = u->local;
}

void udp_want_write(struct udp *u, bool wanted)
{
    loop_watch(u->loop, &u->handle,
               wanted ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}
