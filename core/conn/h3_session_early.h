/*
 * h3_session_early -- a client's session that begins before the handshake is
 * complete, and what it remembers of the peer's settings.
 */
#ifndef CORE_CONN_H3_SESSION_EARLY_H
#define CORE_CONN_H3_SESSION_EARLY_H

#include "conn/h3_session_self.h"

/* After h3_session_attach(): the connection allows early data, and is used
 * before it is open. */
void h3_session_early_begin(struct h3_session *s);
/* The server took it, or not: then every stream is cut, and the session begins
 * anew on the same connection. */
void h3_session_early_confirm(struct h3_session *s);
/* The peer's settings have come: false, the connection was failed over them. */
bool h3_session_early_settings(struct h3_session *s,
                               const nghttp3_proto_settings *settings);

#endif
