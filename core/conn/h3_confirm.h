/*
 * h3_confirm -- a client's connection that begins with early data, until the
 * handshake says what became of it.
 *
 * Nothing else shows that anybody is there, and TCP may be waiting: after some
 * round trips (as long as one took before, and at least as long as one address
 * waits for another) the connection fails, and what it carries goes elsewhere.
 */
#ifndef CORE_CONN_H3_CONFIRM_H
#define CORE_CONN_H3_CONFIRM_H

#include "conn/h3_call.h"

/* The session is attached, and its QUIC has keys for early data. */
void h3_confirm_begin(struct h3 *h);
/* The handshake is complete: exchanges and the owner learn whether the server
 * took what was early. */
void h3_confirm_heard(struct h3 *h);

#endif
