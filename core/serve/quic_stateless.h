/*
 * quic_stateless -- answers to packets that belong to no connection.
 *
 * Each writes one packet and returns its length, 0 when there is no answer.
 * None keeps anything about the client: what must be remembered travels in
 * the packet, sealed.
 */
#ifndef CORE_SERVE_QUIC_STATELESS_H
#define CORE_SERVE_QUIC_STATELESS_H

#include <ngtcp2/ngtcp2.h>

#include "conn/quic_accept.h"
#include "transport/udp.h"

/* Room that any of the answers needs. */
#define QUIC_STATELESS_MAX NGTCP2_MAX_UDP_PAYLOAD_SIZE

struct quic_stateless {
    uint8_t token_secret[QUIC_SECRET_LEN];
    unsigned resets; /* that may be sent now */
    uint64_t refilled_at;
};

void quic_stateless_init(struct quic_stateless *s, uint64_t now);

/* Version Negotiation (RFC 9000 6.1). */
size_t quic_stateless_versions(const struct settings *s,
                               const ngtcp2_version_cid *about,
                               uint8_t *packet);

/* Retry (RFC 9000 8.1.2): the client proves that it receives there. */
size_t quic_stateless_retry(const struct quic_stateless *s,
                            const ngtcp2_pkt_hd *initial,
                            const struct addr *remote, uint64_t now,
                            uint8_t *packet);
/* Is the Initial's token one of our Retry's, for this address?  Then *original
 * is the connection ID that the client chose first. */
bool quic_stateless_check(const struct quic_stateless *s,
                          const ngtcp2_pkt_hd *initial,
                          const struct addr *remote, uint64_t now,
                          ngtcp2_cid *original);

/* A token for the client's next connection (RFC 9000 8.1.3), at most
 * QUIC_STATELESS_TOKEN_MAX bytes; 0: none. */
#define QUIC_STATELESS_TOKEN_MAX 64
size_t quic_stateless_give_token(const struct quic_stateless *s,
                                 const struct addr *remote, uint64_t now,
                                 uint8_t token[QUIC_STATELESS_TOKEN_MAX]);
/* Is the Initial's one of those, from this address? */
bool quic_stateless_check_token(const struct quic_stateless *s,
                                const ngtcp2_pkt_hd *initial,
                                const struct addr *remote, uint64_t now);

/* CONNECTION_CLOSE for a connection that is not begun. */
size_t quic_stateless_refuse(const ngtcp2_pkt_hd *initial, uint64_t code,
                             uint8_t *packet);

/* Stateless reset for a connection ID that may have been ours (RFC 9000 10.3),
 * rate-limited, shorter than what it answers.  len: of that packet. */
size_t quic_stateless_reset(struct quic_stateless *s, const uint8_t *secret,
                            const ngtcp2_version_cid *about, size_t len,
                            uint64_t now, uint8_t *packet);

#endif
