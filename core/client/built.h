/*
 * built -- a request as data for the caller: what a dry run shows, and what a
 * result tells of what was sent.
 */
#ifndef CORE_CLIENT_BUILT_H
#define CORE_CLIENT_BUILT_H

#include "quiver.h"

struct flight;

/* The request of the hop at hand, copied into the flight's arena; NULL before
 * there is one. */
const struct qv_built *built_new(struct flight *f);

#endif
