/*
 * quic_packet -- what goes into a packet: the application's datagrams and
 * pieces of its streams.
 */
#ifndef CORE_CONN_QUIC_PACKET_H
#define CORE_CONN_QUIC_PACKET_H

#include <ngtcp2/ngtcp2.h>

/* As ngtcp2_write_pkt; user_data is the struct quic. */
ngtcp2_ssize quic_packet_write(ngtcp2_conn *conn, ngtcp2_path *path,
                               ngtcp2_pkt_info *info, uint8_t *dest, size_t cap,
                               ngtcp2_tstamp now, void *user_data);

#endif
