/*
 * event_source -- /sse: an event stream (WHATWG HTML 9.2), one numbered event
 * after the other.
 */
#ifndef CORE_SERVE_EVENT_SOURCE_H
#define CORE_SERVE_EVENT_SOURCE_H

#include "serve/stream.h"

/*
 * ?n= events (10), ?ms= (1000) between two.  A client that comes back with
 * Last-Event-ID gets those behind it; when there are none, 204, which tells it
 * to stay away.
 */
void event_source_start(struct stream *s, struct span argument);

#endif
