/*
 * router -- which handler answers a request.
 */
#ifndef CORE_SERVE_ROUTER_H
#define CORE_SERVE_ROUTER_H

#include "serve/stream.h"

/* Sets s->handler, always; it may respond later but not before this returns.
 * Called by the codec as soon as the request head is complete. */
void router_route(struct stream *s);

#endif
