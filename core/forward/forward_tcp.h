/*
 * forward_tcp -- TCP flows: one for each connection to a port, or of standard
 * input and output.
 */
#ifndef CORE_FORWARD_FORWARD_TCP_H
#define CORE_FORWARD_FORWARD_TCP_H

#include "forward/forward_self.h"

/* The port `port->place` listens at *at; false with *fault. */
bool forward_tcp_open(struct forward_tcp_port *port, const struct addr *at,
                      struct fault *fault);

/* The flow of standard input and output. */
void forward_tcp_stdio(struct forward_place *place);

#endif
