/*
 * quic_datagram -- unreliable datagrams (RFC 9221).
 *
 * There is no queue of them here: the application is asked for the next one
 * when a packet can take it (quic_app_ops.next_datagram).  How much that may be
 * is quic_datagram_max().
 */
#ifndef CORE_CONN_QUIC_DATAGRAM_H
#define CORE_CONN_QUIC_DATAGRAM_H

#include <stddef.h>

struct quic;

/* Bytes of a packet that are not for frames, at least: its header, with the
 * shortest packet number, and the AEAD's tag. */
size_t quic_datagram_packet_overhead(const struct quic *q);
/* Bytes of a frame that carries so many. */
size_t quic_datagram_frame_len(size_t payload);
/* Tells the application when quic_datagram_max() is another. */
void quic_datagram_settle(struct quic *q);

#endif
