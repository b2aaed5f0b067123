/*
 * session_streams -- the streams of a WebTransport session, between the
 * connection that has them and the channel's caller, who names them by their
 * ids.
 */
#ifndef CORE_CLIENT_SESSION_STREAMS_H
#define CORE_CLIENT_SESSION_STREAMS_H

#include "base/map.h"
#include "client/channel.h"
#include "http/substreams.h"

struct session_streams {
    struct substreams all; /* for the exchange */
    struct channel *ch;
    struct map by_id;    /* struct wt_stream */
    struct list waiting; /* struct wt_stream, with something to be told */
};

void session_streams_init(struct session_streams *s, struct channel *ch);
void session_streams_fini(struct session_streams *s);

/* The session is about to be open.  True: streams have overtaken that, and
 * session_streams_resume() is due once it is. */
bool session_streams_settle(struct session_streams *s);
/* The caller takes events (again): tells what has waited. */
void session_streams_resume(struct session_streams *s);

/* As qv_channel_open_stream() and the others. */
int64_t session_streams_open(struct session_streams *s, bool is_uni);
enum qv_channel_sent session_streams_send(struct session_streams *s, int64_t id,
                                          struct span data);
bool session_streams_end(struct session_streams *s, int64_t id);
bool session_streams_reset(struct session_streams *s, int64_t id,
                           uint32_t code);

#endif
