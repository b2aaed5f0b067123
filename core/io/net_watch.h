/*
 * net_watch -- tells when the machine's addresses or routes have changed.
 *
 * Linux tells over a netlink socket (rtnetlink(7)).  What has changed is not
 * said: who is told looks for itself which of its sockets would be another one
 * now.  Changes come in bursts (a link, its addresses, its routes), so they are
 * told together, a moment after the first.
 */
#ifndef CORE_IO_NET_WATCH_H
#define CORE_IO_NET_WATCH_H

#include <stdbool.h>

#include "io/loop.h"

/* Embedded in its owner; on_changed is set before net_watch_open(). */
struct net_watch {
    void (*on_changed)(struct net_watch *w);
    /* private: */
    struct loop *loop;
    struct loop_fd fd;
    struct loop_timer settle;
    bool is_open;
};

/* False: the kernel does not tell. */
bool net_watch_open(struct net_watch *w, struct loop *loop);
/* Of one that is not open: nothing. */
void net_watch_close(struct net_watch *w);

#endif
