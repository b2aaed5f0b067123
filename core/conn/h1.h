/*
 * h1 -- a client connection that speaks HTTP/1 (RFC 9112).
 */
#ifndef CORE_CONN_H1_H
#define CORE_CONN_H1_H

#include "conn/conn.h"
#include "settings/settings.h"
#include "transport/transport.h"

/* Takes the connected transport.  *facts is copied. */
struct conn *h1_new(struct loop *loop, struct transport *t,
                    const struct settings *s, const struct conn_facts *facts);

#endif
