/*
 * h1_stranger -- who speaks, when an answer does not begin as HTTP/1 does.
 */
#ifndef CORE_CONN_H1_STRANGER_H
#define CORE_CONN_H1_STRANGER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* Of the first bytes of an answer, as many as have come: *fault is TLS_WANTED,
 * HTTP2_WANTED or NOT_HTTP.  False: they may begin an HTTP/1 answer. */
bool h1_stranger_find(struct span first, struct fault *fault);

#endif
