/*
 * haproxy_step -- the first line of a connection to a server that stands behind
 * HAProxy, or takes us for one: version 1 of its PROXY protocol, as curl's
 * --haproxy-protocol and --haproxy-clientip send it.
 *
 *     PROXY TCP4 192.0.2.1 198.51.100.7 50123 443
 *
 * It is the origin's, and stands before TLS: behind a tunnel or a SOCKS proxy it
 * is sent through it.
 */
#ifndef CORE_DIAL_HAPROXY_STEP_H
#define CORE_DIAL_HAPROXY_STEP_H

#include "dial/step.h"

/* Writes one line, and gives the transport below back: it is done at once. */
extern const struct step_ops haproxy_step;

#endif
