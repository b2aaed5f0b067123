/*
 * forward_flow -- what flows of TCP and of UDP have in common: a channel, and
 * what is told of its life.
 *
 *   ASKING -> OPEN -> ENDING -> (over)
 *      '------> REFUSED (UDP alone: its peer's packets are dropped for a while,
 *               so that not each of them asks anew)
 */
#ifndef CORE_FORWARD_FORWARD_FLOW_H
#define CORE_FORWARD_FORWARD_FLOW_H

#include "forward/forward_self.h"

struct refusal;

enum forward_flow_state {
    FORWARD_FLOW_ASKING,
    FORWARD_FLOW_OPEN,
    FORWARD_FLOW_ENDING,
    FORWARD_FLOW_REFUSED,
    FORWARD_FLOW_OVER,
};

struct forward_flow;

struct forward_flow_ops {
    void (*on_open)(struct forward_flow *w);
    enum qv_flow (*on_event)(struct forward_flow *w,
                             const struct qv_channel_event *e);
    void (*on_drain)(struct forward_flow *w);
    /* The channel is over; the flow ends itself by forward_flow_end() now or
     * later.  fault NULL: well. */
    void (*on_closed)(struct forward_flow *w, const struct fault *fault);
    /* The forward wants it to end in good order. */
    void (*stop)(struct forward_flow *w);
    /* Everything of its own goes, with nothing told; by forward_flow_end(). */
    void (*fini)(struct forward_flow *w);
};

/* The first line of a refusal's body, as much as is told. */

/* The first member of what a flow of either sort is. */
struct forward_flow {
    const struct forward_flow_ops *ops;
    struct forward_place *place;
    struct list link; /* of the forward: order of the last activity */
    struct qv_channel channel;
    enum forward_flow_state state;
    uint64_t id;
    uint64_t active_at;
    uint64_t retry_at; /* REFUSED: until then */
    uint64_t conn_id;  /* while it is open */
    struct loop_task reap;
    struct qv_tunnel_stats stats; /* beside those of the channel */
    char local[FORWARD_ADDR_MAX];
    struct refusal *refusal; /* NULL: not refused */
};

/* Zeroed with ops and local set; asks the proxy.  Freed by free() in the reap
 * phase after forward_flow_end(). */
void forward_flow_start(struct forward_flow *w, struct forward_place *place);
/* Packets or bytes have passed: it is the last one to be idle. */
void forward_flow_touch(struct forward_flow *w);
/* Over, from any state; what it has counted stays with the forward. */
void forward_flow_end(struct forward_flow *w);
void forward_flow_add_stats(const struct forward_flow *w,
                            struct qv_tunnel_stats *stats);

#endif
