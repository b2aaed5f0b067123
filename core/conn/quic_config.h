/*
 * quic_config -- settings in ngtcp2's words.
 */
#ifndef CORE_CONN_QUIC_CONFIG_H
#define CORE_CONN_QUIC_CONFIG_H

#include <ngtcp2/ngtcp2.h>

#include "settings/settings.h"

#define QUIC_CONFIG_PROBES_MAX   10
#define QUIC_CONFIG_VERSIONS_MAX 2

/* What a connection of ngtcp2 is made with; the lists are what the settings
 * point at, so it stays where it was filled. */
struct quic_config {
    ngtcp2_settings settings;
    ngtcp2_transport_params params;
    uint32_t versions[QUIC_CONFIG_VERSIONS_MAX + 1];
    uint16_t probes[QUIC_CONFIG_PROBES_MAX];
};

/* All but the IDs, and what a token shows. */
void quic_config_client(const struct settings *s, uint64_t now,
                        struct quic_config *out);
/* requests: that the client may have open. */
void quic_config_server(const struct settings *s, uint64_t requests,
                        uint64_t now, struct quic_config *out);

/* The version of a client's first packet. */
uint32_t quic_config_first_version(const struct settings *s);
/* The versions that a server speaks, the one it prefers in front. */
size_t quic_config_versions(const struct settings *s, const uint32_t **list);
bool quic_config_speaks(const struct settings *s, uint32_t version);

#endif
