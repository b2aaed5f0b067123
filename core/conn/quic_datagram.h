/*
 * quic_datagram -- unreliable datagrams on their way out (RFC 9221).
 *
 * A short queue: datagrams that cannot be sent soon are worth nothing, so the
 * application is told to stop rather than buffered for.
 */
#ifndef CORE_CONN_QUIC_DATAGRAM_H
#define CORE_CONN_QUIC_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "base/span.h"

struct quic_datagrams {
    struct list queue;
    size_t n;
};

void quic_datagram_init(struct quic_datagrams *d);
void quic_datagram_fini(struct quic_datagrams *d);
/* Copies; false when too many wait. */
bool quic_datagram_push(struct quic_datagrams *d, struct span data);
/* The oldest; false when there is none. */
bool quic_datagram_peek(const struct quic_datagrams *d, struct span *data);
/* Drops the oldest, of which peek() has told. */
void quic_datagram_pop(struct quic_datagrams *d);

#endif
