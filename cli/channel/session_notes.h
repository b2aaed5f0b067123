/*
 * session_notes -- what -v says of a channel: that it is open, over what, what has no
 * place in the output of most modes, and by whom it was closed.
 */
#ifndef CLI_CHANNEL_SESSION_NOTES_H
#define CLI_CHANNEL_SESSION_NOTES_H

#include "engine/engine.h"

void session_notes_open(struct engine *e, const struct qv_channel_opened *o);
void session_notes_event(struct engine *e, const struct qv_channel_event *v);
/* r->reason is not NULL. */
void session_notes_closed(struct engine *e, const struct qv_channel_result *r);

#endif
