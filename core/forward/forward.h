/*
 * forward -- ports of this machine that lead through a proxy: what the public
 * functions of quiver/tunnel.h call.
 */
#ifndef CORE_FORWARD_FORWARD_H
#define CORE_FORWARD_FORWARD_H

#include "client/client.h"
#include "quiver.h"

struct forward;

void forward_start(struct client *c, struct qv_tunnel *face,
                   const struct qv_tunnel_options *o);
void forward_stop(struct forward *f);
void forward_cancel(struct forward *f);
void forward_get_stats(const struct forward *f, struct qv_tunnel_stats *stats);

#endif
