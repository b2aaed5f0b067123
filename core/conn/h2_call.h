/*
 * h2_call -- one exchange on an h2 connection: its request on the way out, its
 * response on the way in, and its one end.
 */
#ifndef CORE_CONN_H2_CALL_H
#define CORE_CONN_H2_CALL_H

#include "conn/h2_self.h"

/* Takes a waiting call off the queue; h2_call_send(), h2_call_return() or
 * h2_call_release() follows. */
void h2_call_stop_waiting(struct h2_call *call);
/* Opens the call's stream; or ends the call, if the peer would not take its
 * head. */
void h2_call_send(struct h2_call *call);
/* Gives the exchange back to the owner: the peer surely did not process it. */
void h2_call_return(struct h2_call *call, enum conn_return how,
                    const struct fault *why);
/* The connection forgets the exchange; nobody is told. */
void h2_call_release(struct h2_call *call);

/* Of struct h2_role. */
void h2_call_on_head(struct h2_stream *st);
enum sink_flow h2_call_on_data(struct h2_stream *st, struct span data);
void h2_call_on_end(struct h2_stream *st);
void h2_call_on_body_sent(struct h2_stream *st);
void h2_call_on_sent(struct h2_stream *st);
void h2_call_on_closed(struct h2_stream *st, const struct fault *why);
void h2_call_on_dropped(struct h2_stream *st);

#endif
