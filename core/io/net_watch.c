#include "io/net_watch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

/* A burst is over, as a rule, and nobody has missed anything yet. */
#define SETTLE (100 * LOOP_MS)

/* Of one message; those that are longer are cut, which does not matter. */
#define MESSAGE 4096

static bool is_of_networks(const struct nlmsghdr *h)
{
    switch (h->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
    case RTM_NEWADDR:
    case RTM_DELADDR:
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        return true;
    default:
        return false;
    }
}

/* Reads all that there is; did any of it matter? */
static bool has_changed(int fd)
{
    union {
        struct nlmsghdr head;
        char bytes[MESSAGE];
    } buf;
    bool is_news = false;
    for (;;) {
        ssize_t n = recv(fd, &buf, sizeof buf, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == ENOBUFS) { /* some were lost */
            is_news = true;
            continue;
        }
        if (n < (ssize_t)sizeof buf.head)
            return is_news;
        is_news = is_news || is_of_networks(&buf.head);
    }
}

static void on_ready(struct loop_fd *h, unsigned events)
{
    struct net_watch *w = container_of(h, struct net_watch, fd);
    (void)events;
    if (has_changed(h->fd) && !heap_has(&w->settle.node))
        loop_arm(w->loop, &w->settle, loop_now(w->loop) + SETTLE);
}

static void on_settled(struct loop_timer *t, uint64_t now)
{
    struct net_watch *w = container_of(t, struct net_watch, settle);
    (void)now;
    w->on_changed(w);
}

bool net_watch_open(struct net_watch *w, struct loop *loop)
{
    struct sockaddr_nl at = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
                     RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
    };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    NETLINK_ROUTE);
    if (fd < 0)
        return false;
    if (bind(fd, (const struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return false;
    }
    w->loop = loop;
    w->fd = (struct loop_fd){.fd = fd, .on_ready = on_ready};
    w->settle = (struct loop_timer){.on_expired = on_settled};
    w->is_open = true;
    loop_watch(loop, &w->fd, LOOP_READ);
    return true;
}

void net_watch_close(struct net_watch *w)
{
    if (!w->is_open)
        return;
    w->is_open = false;
    loop_disarm(w->loop, &w->settle);
    loop_unwatch(w->loop, &w->fd);
    close(w->fd.fd);
}
