/*
 * h2_setup -- an nghttp2 session with our options, limits and SETTINGS.
 */
#ifndef CORE_CONN_H2_SETUP_H
#define CORE_CONN_H2_SETUP_H

#include "conn/h2_session_self.h"

/* Of s->role, with s as its user data, its preface and SETTINGS queued.
 * max_streams: that a client may open. */
nghttp2_session *h2_setup_session(struct h2_session *s, uint32_t max_streams);

#endif
