/*
 * quic_numbers -- which packet numbers of the peer have come: what is missing
 * between them was lost on its way, or comes late.
 *
 * Of packets of the application alone: handshakes are a few.  Some peers leave a
 * number out now and then on purpose (RFC 9000 21.4), so one that is missing
 * proves nothing, and many do.
 */
#ifndef CORE_CONN_QUIC_NUMBERS_H
#define CORE_CONN_QUIC_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

struct quic_numbers {
    uint64_t n; /* packets that came; all zero: none yet */
    uint64_t first;
    uint64_t largest;
};

/* A packet was opened; `header` is without protection, and ends with the number
 * (RFC 9001 5.3). */
void quic_numbers_note(struct quic_numbers *q, const uint8_t *header,
                       size_t len);
uint64_t quic_numbers_missed(const struct quic_numbers *q);

#endif
