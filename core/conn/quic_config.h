/*
 * quic_config -- settings in ngtcp2's words.
 */
#ifndef CORE_CONN_QUIC_CONFIG_H
#define CORE_CONN_QUIC_CONFIG_H

#include <ngtcp2/ngtcp2.h>

#include "settings/settings.h"

void quic_config_settings(const struct settings *s, uint64_t now,
                          ngtcp2_settings *out);
/* What is the same on both sides. */
void quic_config_params(const struct settings *s, ngtcp2_transport_params *out);
/* Streams that the peer may open. */
void quic_config_client_streams(ngtcp2_transport_params *out);
void quic_config_server_streams(uint64_t requests,
                                ngtcp2_transport_params *out);

#endif
