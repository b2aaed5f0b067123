/*
 * forward_udp -- a UDP port, and the flows of its peers; or packets by standard
 * input and output: what one read() gives is one.
 */
#ifndef CORE_FORWARD_FORWARD_UDP_H
#define CORE_FORWARD_FORWARD_UDP_H

#include "forward/forward_self.h"

/* Listens; NULL with *fault. */
struct forward_udp *forward_udp_open(struct forward_place *place,
                                     const struct addr *at,
                                     struct fault *fault);
/* Its flows are over already. */
void forward_udp_close(struct forward_udp *u);
void forward_udp_local(const struct forward_udp *u, struct addr *local);

/* The flow of standard input and output. */
void forward_udp_stdio(struct forward_place *place);

/* Ends flows that have been idle for long, and arms the timer for the next. */
void forward_udp_check_idle(struct forward *f, uint64_t now);

#endif
