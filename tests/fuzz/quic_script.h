/*
 * quic_script -- one end of a QUIC connection, played packet by packet against
 * the other, which has fake_tls for its cryptography.
 *
 * Frames come from the input as they stand, or are made here where chance would
 * not make them: a handshake, STREAM frames at the right offset, ACKs of what
 * was really sent.  Connection IDs are learnt from what the other end sends.
 */
#ifndef TESTS_FUZZ_QUIC_SCRIPT_H
#define TESTS_FUZZ_QUIC_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ngtcp2/ngtcp2.h>

#include "base/span.h"
#include "base/str.h"

#define QUIC_SCRIPT_CID     8
#define QUIC_SCRIPT_STREAMS 32
#define QUIC_SCRIPT_MTU     1452

enum quic_space {
    QUIC_SPACE_INITIAL,
    QUIC_SPACE_0RTT,
    QUIC_SPACE_HANDSHAKE,
    QUIC_SPACE_1RTT,
    QUIC_SPACE_COUNT,
};

struct quic_script {
    bool is_server; /* the one that is played */
    ngtcp2_cid own;
    ngtcp2_cid peer;     /* the other's; its first one until it has answered */
    ngtcp2_cid original; /* what the client chose for the server at first */
    bool knows_peer;
    uint32_t version;
    uint64_t numbers[QUIC_SPACE_COUNT]; /* of the next packet */
    uint64_t offsets[QUIC_SPACE_COUNT]; /* of the next CRYPTO frame */
    uint64_t seen[QUIC_SPACE_COUNT];    /* largest number that came, plus 1 */
    uint64_t stream_offsets[QUIC_SCRIPT_STREAMS];
    struct str datagram; /* packets that wait to leave together */
    uint16_t port;       /* from where they leave */
};

void quic_script_init(struct quic_script *s, bool is_server);
void quic_script_fini(struct quic_script *s);

/* What the other end has sent. */
void quic_script_observe(struct quic_script *s, struct span datagram);

/* Appends a packet with these frames to the datagram. */
void quic_script_packet(struct quic_script *s, enum quic_space space,
                        struct span frames);
/* Sends it. */
void quic_script_flush(struct quic_script *s);

/* Frames. */
void quic_script_add_crypto(struct quic_script *s, struct str *frames,
                            enum quic_space space, struct span data);
void quic_script_add_ack(struct quic_script *s, struct str *frames,
                         enum quic_space space);
void quic_script_add_stream(struct quic_script *s, struct str *frames,
                            int64_t id, struct span data, bool fin);

/* Its part of a handshake that the other end began, or waits for.  Turns of
 * the loop come between the calls: a client says hello, then finishes. */
void quic_script_answer(struct quic_script *s); /* as a server */
void quic_script_hello(struct quic_script *s);  /* as a client */
void quic_script_finish(struct quic_script *s); /* as a client */

#endif
