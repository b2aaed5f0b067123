/*
 * tls_handshake -- from the first message to the last, with early data of either
 * role (RFC 8446 2.3).
 */
#ifndef CORE_TRANSPORT_TLS_HANDSHAKE_H
#define CORE_TRANSPORT_TLS_HANDSHAKE_H

#include <stdbool.h>

struct tls;

/* If the server that is known takes early data, the owner hears that it is
 * connected and may write; else false.  Before the first step. */
bool tls_handshake_begin_early(struct tls *s);

/* A server's, before the first step: early data may come, and is skipped where it
 * is not taken. */
void tls_handshake_expect_early(struct tls *s);

/* With what has come: the owner hears of its end, good or bad. */
void tls_handshake_step(struct tls *s);

/* The session has failed by t.fault, which the owner hears. */
void tls_handshake_fail(struct tls *s);

#endif
