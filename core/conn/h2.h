/*
 * h2 -- a client connection that speaks HTTP/2 (RFC 9113), by nghttp2.
 */
#ifndef CORE_CONN_H2_H
#define CORE_CONN_H2_H

#include "conn/conn.h"
#include "settings/settings.h"
#include "transport/transport.h"

/* Takes the connected transport.  *facts is copied. */
struct conn *h2_new(struct loop *loop, struct transport *t,
                    const struct settings *s, const struct conn_facts *facts);

#endif
