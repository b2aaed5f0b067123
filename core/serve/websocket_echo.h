/*
 * websocket_echo -- /ws: a WebSocket whose messages come back (RFC 6455, 8441,
 * 9220).
 */
#ifndef CORE_SERVE_WEBSOCKET_ECHO_H
#define CORE_SERVE_WEBSOCKET_ECHO_H

#include "serve/stream.h"

/*
 * Texts and binaries come back as they were, pings are answered, a close frame
 * too.  ?subprotocol= is the one that it speaks, if it was offered; with
 * ?deflate=no it declines permessage-deflate.  Without a WebSocket being asked
 * for, or one of another version: 426.
 */
void websocket_echo_start(struct stream *s, struct span argument);

#endif
