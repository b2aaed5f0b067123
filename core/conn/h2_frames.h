/*
 * h2_frames -- nghttp2's callbacks: what frames mean for a session and its
 * streams.
 */
#ifndef CORE_CONN_H2_FRAMES_H
#define CORE_CONN_H2_FRAMES_H

#include "conn/h2_session_self.h"

/* For a session whose user data is a struct h2_session. */
void h2_frames_set_callbacks(nghttp2_session_callbacks *c);

#endif
