/*
 * webtransport_echo -- /wt: a WebTransport session that sends everything back.
 *
 * Datagrams come back as datagrams, bytes of a stream with two directions on
 * the stream itself, those of one with one direction on a new one of the
 * server's; ends and resets too.
 */
#ifndef CORE_SERVE_WEBTRANSPORT_ECHO_H
#define CORE_SERVE_WEBTRANSPORT_ECHO_H

#include "serve/stream.h"

void webtransport_echo_start(struct stream *s, struct span argument);

#endif
