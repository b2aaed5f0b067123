/*
 * tls_pins -- the public keys that a peer may have, as --pinnedpubkey names
 * them:
 *
 *   sha256//BASE64;sha256//BASE64     hashes, of which one must be the peer's
 *   FILE                              one public key, PEM or DER
 *
 * What is hashed, and what stands in a file, is a SubjectPublicKeyInfo (RFC
 * 5280 4.1.2.7), which is also all that a peer shows with RFC 7250.  The check
 * stands beside that of the certificate, and does not depend on it.
 */
#ifndef CORE_TRANSPORT_TLS_PINS_H
#define CORE_TRANSPORT_TLS_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

#define TLS_PINS_HASH 32 /* SHA-256 */

struct tls_pins {
    uint8_t (*hashes)[TLS_PINS_HASH];
    size_t n; /* 0: any key will do */
};

/* text NULL: none.  False with *fault (ERR_TLS_PIN): a file that cannot be read
 * or holds no key, or no hash. */
bool tls_pins_init(struct tls_pins *p, const char *text, struct fault *fault);
void tls_pins_fini(struct tls_pins *p);

/* Is this key one of them?  True when there are none.  False with *fault
 * (ERR_TLS_PIN), which says which key it is. */
bool tls_pins_match(const struct tls_pins *p, struct span key_info,
                    struct fault *fault);

#endif
