/*
 * tcp_listener -- a listening TCP socket.
 *
 * Accepts a batch at a time, and stops for a moment when the process has no
 * descriptor left.
 */
#ifndef CORE_TRANSPORT_TCP_LISTENER_H
#define CORE_TRANSPORT_TCP_LISTENER_H

#include <stdbool.h>

#include "base/err.h"
#include "io/addr.h"
#include "io/loop.h"

struct tcp_listener {
    /* The descriptor is the owner's from now on.  It may close the listener. */
    void (*on_accept)(struct tcp_listener *l, int fd, const struct addr *from);
    /* its own */
    struct loop *loop;
    struct loop_fd fd;
    struct loop_timer again;
};

/* Zeroed with on_accept set.  False with *fault; nothing is to be closed
 * then. */
bool tcp_listener_open(struct tcp_listener *l, struct loop *loop,
                       const struct addr *at, struct fault *fault);
void tcp_listener_close(struct tcp_listener *l); /* open or not */
/* Where it listens: the port that was chosen, if none was asked for. */
void tcp_listener_local(const struct tcp_listener *l, struct addr *local);

#endif
