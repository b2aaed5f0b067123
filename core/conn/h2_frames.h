/*
 * h2_frames -- nghttp2's callbacks: what frames mean for the session and its
 * streams.
 */
#ifndef CORE_CONN_H2_FRAMES_H
#define CORE_CONN_H2_FRAMES_H

#include "conn/h2_session.h"

/* The nghttp2 session of s->role, with s as its user data, its preface and
 * SETTINGS queued. */
nghttp2_session *h2_frames_new(struct h2_session *s, uint32_t max_streams);

#endif
