/*
 * digest_hash -- the hashes of Digest (RFC 7616 3.1), in hex as it wants them.
 */
#ifndef CORE_HTTP_DIGEST_HASH_H
#define CORE_HTTP_DIGEST_HASH_H

#include <stddef.h>

#include "base/span.h"

enum digest_hash {
    DIGEST_HASH_NONE,
    DIGEST_HASH_MD5,
    DIGEST_HASH_SHA256,
    DIGEST_HASH_SHA512_256, /* the strongest last */
};

#define DIGEST_HEX_MAX 65 /* of 32 bytes, and a NUL */

void digest_hash_text(enum digest_hash hash, struct span text,
                      char hex[DIGEST_HEX_MAX]);

/* The hash of what comes in pieces.  digest_hash_free() may follow at any time. */
struct digest_sum;
struct digest_sum *digest_hash_new(enum digest_hash hash);
void digest_hash_add(struct digest_sum *s, const void *data, size_t len);
/* Once, after the last piece. */
void digest_hash_hex(struct digest_sum *s, char hex[DIGEST_HEX_MAX]);
void digest_hash_free(struct digest_sum *s);

#endif
