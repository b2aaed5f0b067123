/*
 * tcp_tail -- what a tunnel's target has still to take when its stream is over.
 *
 * The client has sent all of it and is told so by HTTP; the target reads at its own
 * pace, and gets the rest and then our end, as long as it goes on reading.
 */
#ifndef CORE_SERVE_TCP_TAIL_H
#define CORE_SERVE_TCP_TAIL_H

#include "base/buf.h"
#include "base/list.h"
#include "transport/transport.h"

struct server;

/* Takes the transport, and the bytes out of *queue, which is empty after it. */
void tcp_tail_start(struct server *srv, struct transport *transport,
                    struct buf *queue);
/* Cuts all of them; by the server alone, when it is freed. */
void tcp_tail_cut_all(struct list *tails);

#endif
