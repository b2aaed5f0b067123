/*
 * forward_self -- the members of what leads ports of this machine through a
 * proxy, for the files of this layer.
 *
 *   forward -- places (one for each SPEC) -- flows (one for each connection, or
 *              UDP peer) -- a channel each, which shares its connection
 *
 * A place listens; a flow is what came of one connection or one peer.  Its channel
 * is asked for when the flow begins.  What is the same for both sorts of flow is
 * here and in forward_flow; the rest in forward_tcp and forward_udp.
 *
 * What others call is in forward.h.
 */
#ifndef CORE_FORWARD_FORWARD_SELF_H
#define CORE_FORWARD_FORWARD_SELF_H

#include "base/list.h"
#include "base/map.h"
#include "client/channel.h"
#include "client/client.h"
#include "forward/forward_spec.h"
#include "quiver.h"
#include "transport/tcp_listener.h"
#include "transport/transport.h"
#include "transport/udp_gather.h"

struct forward_place;
struct forward_udp;

enum forward_state {
    FORWARD_RUNNING,
    FORWARD_STOPPING, /* flows are ending */
    FORWARD_OVER,     /* on_end is due, or was told */
};

struct forward {
    struct qv_tunnel *face; /* NULL: cancelled, or on_end has come */
    struct client *client;
    const struct qv_tunnel_options *options;
    struct client_work work;
    enum forward_state state;
    struct arena arena;
    struct forward_place *places;
    size_t nplaces;
    struct list flows;          /* the longest idle one first */
    struct loop_timer idle;     /* of the first that can be */
    struct loop_timer patience; /* with flows that are to end */
    uint64_t next_flow;
    uint64_t lost_conn;               /* that was told of last */
    struct udp_gather_buffer *buffer; /* of UDP */
    struct qv_tunnel_stats sums;      /* of flows that are over */
    struct fault end;
    bool is_telling_end;
    struct loop_task end_task;
    struct loop_task reap_task;
};

/* A SPEC at work. */
struct forward_place {
    struct forward *forward;
    struct forward_spec spec;
    struct qv_channel_request ask; /* the same for all its flows */
    struct qv_options options;     /* of that */
    struct forward_tcp_port {
        struct tcp_listener listener;
        struct forward_place *place;
    } tcp[FORWARD_SPEC_BINDS];
    struct forward_udp *udp[FORWARD_SPEC_BINDS];
};

static inline struct loop *forward_loop(const struct forward *f)
{
    return f->client->loop;
}

static inline bool forward_is_udp(const struct forward *f)
{
    return f->options->kind == QV_TUNNEL_UDP;
}

void forward_tell(struct forward *f, const struct qv_tunnel_event *e);
/* The end of all, with this fault (ERR_NONE: well); on_end comes from a task. */
void forward_fail(struct forward *f, const struct fault *why);
/* A flow has gone, or may have to go: looks at the timer and at the end. */
void forward_settle(struct forward *f);

/* "127.0.0.1:53", "[::1]:53". */
#define FORWARD_ADDR_MAX (ADDR_TEXT_MAX + 8)
void forward_format(const struct addr *a, char text[FORWARD_ADDR_MAX]);

#endif
