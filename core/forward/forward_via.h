/*
 * forward_via -- the proxy of a tunnel, as --via says it: an origin, or the URI
 * template at which it answers CONNECT-UDP (RFC 9298 2).
 */
#ifndef CORE_FORWARD_FORWARD_VIA_H
#define CORE_FORWARD_FORWARD_VIA_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "base/str.h"

/* May it be used for this?  False with *fault (ERR_USAGE).  is_udp: a template is
 * to have both variables, and what is no template is an origin without a path. */
bool forward_via_check(const char *via, bool is_udp, struct fault *fault);

/* Appends the URL to ask for a tunnel to that target; *via was checked. */
void forward_via_url(struct str *to, const char *via, struct span host,
                     uint16_t port);

#endif
