/*
 * version_packet -- a packet of QUIC's that asks which versions there are, and
 * the answer (RFC 8999 5.1 and 6, RFC 9000 6).
 *
 * The question is in a version that is reserved for nobody to speak (RFC 9000
 * 15), so there is no key, no handshake and no state at the server.  Which
 * question an answer belongs to is in its connection IDs, which come back
 * exchanged; they are hidden by a secret, so that nobody who does not see the
 * question can answer it.
 */
#ifndef CORE_PROBE_VERSION_PACKET_H
#define CORE_PROBE_VERSION_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* A server answers to none that is shorter (RFC 9000 14.1). */
#define VERSION_PACKET_LEN 1200

/* Of an answer; a server that names more has the rest ignored. */
#define VERSION_PACKET_VERSIONS_MAX 32

struct version_packet_secret {
    uint64_t ids[2]; /* random */
};

struct version_packet_answer {
    uint64_t seq;
    uint32_t versions[VERSION_PACKET_VERSIONS_MAX];
    size_t nversions;
};

void version_packet_ask(uint8_t packet[VERSION_PACKET_LEN],
                        const struct version_packet_secret *secret,
                        uint64_t seq);
/* False: it is no answer to any question of ours. */
bool version_packet_read(struct span packet,
                         const struct version_packet_secret *secret,
                         struct version_packet_answer *a);

#endif
