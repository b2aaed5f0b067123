/*
 * channel_trace -- the events about channels and their datagrams.
 *
 * A channel is a span from its opening to its end.  Over HTTP/3 the events have
 * the names of the Elixir project Quiver.
 */
#ifndef CORE_CLIENT_CHANNEL_TRACE_H
#define CORE_CLIENT_CHANNEL_TRACE_H

#include "client/channel.h"

void channel_trace_opened(struct channel *ch);
/* As ch->end says. */
void channel_trace_ended(struct channel *ch);
void channel_trace_sent(struct channel *ch, size_t len);
void channel_trace_received(struct channel *ch, size_t len);
/* A message was refused, and why. */
void channel_trace_unsent(struct channel *ch, size_t len, const char *why);
/* So many datagrams were queued, and will not be sent. */
void channel_trace_dropped(struct channel *ch, uint64_t n, const char *why);

#endif
