/*
 * The lowest and the highest version of HTTP that will do: --http-min and
 * --http-max.  They narrow what `http` offers; what a server makes of the offer
 * is held against them when a connection is there.
 */
#ifndef SETTINGS_HTTP_BOUNDS_H
#define SETTINGS_HTTP_BOUNDS_H

#include <stdbool.h>

#include "http/message.h"

struct fault;
struct settings;

/* Sets s->http to what its bounds leave of it.  False: nothing is left, and
 * `fault` (ERR_USAGE) says why. */
bool http_bounds_apply(struct settings *s, struct fault *fault);

/* Whether a connection of this version will do.  False: `fault` is
 * ERR_PROTOCOL_UNSUPPORTED. */
bool http_bounds_allow(const struct settings *s, enum http_version version,
                       struct fault *fault);

#endif
