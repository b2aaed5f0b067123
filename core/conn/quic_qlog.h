/*
 * quic_qlog -- the trace of a QUIC connection (base/qlog.h): ngtcp2 writes its
 * own events, and what it leaves out is added here: between which addresses it
 * began, and why it ended.  The application writes to the same one.
 */
#ifndef CORE_CONN_QUIC_QLOG_H
#define CORE_CONN_QUIC_QLOG_H

#include "conn/quic_self.h"

/* Before ngtcp2's connection is made with these settings; quic_qlog_started()
 * follows.  odcid: whom the client's first packet was for, by which both sides
 * know the connection.  Nothing, when the loop wants no traces. */
void quic_qlog_begin(struct quic *q, const ngtcp2_cid *odcid,
                     ngtcp2_settings *settings);
/* ngtcp2's connection is made, and begins on this path. */
void quic_qlog_started(struct quic *q, const ngtcp2_path *at);
/* The end of the connection is known. */
void quic_qlog_ended(struct quic *q);
/* After ngtcp2's connection is gone. */
void quic_qlog_close(struct quic *q);

#endif
