/*
 * quiver.h -- the engine's only face: what cli/ (or another program) sees.  Its
 * subjects have a header each, in quiver/.
 *
 * One client is one event loop with one connection pool, for one thread.
 * Transfers are started on it, qv_client_run() runs them, and callbacks tell
 * how they go.  Nothing calls back before the function that started it has
 * returned.  Strings and buffers given to the engine are borrowed until the
 * transfer is done; those it hands out live for the duration of the call.
 *
 * Objects that receive callbacks (transfers, watched descriptors, timers) are
 * embedded in the caller's own structs, which find themselves again with
 * QV_OWNER().
 */
#ifndef QUIVER_H
#define QUIVER_H

#include <stddef.h>

#include "quiver/channel.h"
#include "quiver/client.h"
#include "quiver/date.h"
#include "quiver/digest.h"
#include "quiver/error.h"
#include "quiver/explain.h"
#include "quiver/loop.h"
#include "quiver/options.h"
#include "quiver/page.h"
#include "quiver/ping.h"
#include "quiver/server.h"
#include "quiver/state.h"
#include "quiver/stats.h"
#include "quiver/trace.h"
#include "quiver/transfer.h"
#include "quiver/tunnel.h"
#include "quiver/url.h"

/* The struct that embeds *ptr as its member. */
#define QV_OWNER(ptr, type, member)                                            \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
