/*
 * pem -- the blocks of a PEM file, one after the other, decoded no further than
 * asked (RFC 7468).
 */
#ifndef CORE_TRANSPORT_PEM_H
#define CORE_TRANSPORT_PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* What a block holds. */
enum pem_kind {
    PEM_CERTIFICATE,
    PEM_PUBLIC_KEY,
    PEM_CRL,
};

/* Cuts the base64 text of the next block of that kind off *rest. */
bool pem_next_of(struct span *rest, enum pem_kind kind, struct span *base64);
/* The next CERTIFICATE. */
bool pem_next(struct span *rest, struct span *base64);

/* Decodes until `to` is full or the text ends; returns how many bytes, 0 when
 * the text is not base64.  Line ends and blanks are skipped. */
size_t pem_decode(struct span base64, uint8_t *to, size_t cap);

#endif
