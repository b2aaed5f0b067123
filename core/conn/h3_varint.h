/*
 * h3_varint -- an integer of QUIC's (RFC 9000 16), byte by byte.
 */
#ifndef CORE_CONN_H3_VARINT_H
#define CORE_CONN_H3_VARINT_H

#include <stdbool.h>
#include <stdint.h>

/* All zero is the start; the start of the next one when one is complete. */
struct h3_varint {
    uint64_t value;
    unsigned wanted; /* bytes still to come; 0: none has, or all have */
};

/* True: that was its last byte, the value is complete. */
static inline bool h3_varint_take(struct h3_varint *v, uint8_t byte)
{
    if (v->wanted == 0) {
        v->wanted = (1U << (byte >> 6)) - 1;
        v->value = byte & 0x3f;
    } else {
        v->wanted--;
        v->value = v->value << 8 | byte;
    }
    return v->wanted == 0;
}

#endif
