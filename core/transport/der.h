/*
 * der -- walking DER (X.690) without building anything.
 *
 * A value is a span into the certificate; every length is checked against
 * what surrounds it.  Indefinite lengths and multi-byte tags, which DER
 * certificates do not use, are errors.
 */
#ifndef CORE_TRANSPORT_DER_H
#define CORE_TRANSPORT_DER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};

struct der {
    uint8_t tag;
    struct span value;
    struct span whole; /* with tag and length */
};

/* Cuts the next element off *rest; false at the end or on bad DER. */
bool der_next(struct span *rest, struct der *element);

/* The same, and it must have this tag. */
bool der_expect(struct span *rest, uint8_t tag, struct der *element);

/* Cuts the next element off if it has this tag; false leaves *rest. */
bool der_optional(struct span *rest, uint8_t tag, struct der *element);

#endif
