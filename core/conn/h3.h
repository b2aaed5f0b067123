/*
 * h3 -- a client connection that speaks HTTP/3 (RFC 9114), by nghttp3.
 */
#ifndef CORE_CONN_H3_H
#define CORE_CONN_H3_H

#include "conn/conn.h"
#include "conn/quic.h"
#include "settings/settings.h"

/* Takes a quic whose handshake is complete (its on_open has come or is being
 * delivered) and becomes its application.  *facts is copied. */
struct conn *h3_new(struct loop *loop, struct quic *q, const struct settings *s,
                    const struct conn_facts *facts);

#endif
