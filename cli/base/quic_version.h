/*
 * quic_version -- versions of QUIC, as people write them.
 */
#ifndef CLI_BASE_QUIC_VERSION_H
#define CLI_BASE_QUIC_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

/* Appends "v1", "v2", "draft-29" or "0x..."; false, and nothing: reserved for nobody
 * to speak (RFC 9000 15). */
bool quic_version_add(struct str *out, uint32_t version);

#endif
