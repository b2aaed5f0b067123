/*
 * trust_hash -- the file name under which a folder holds an issuer.
 *
 * c_rehash and update-ca-certificates link each CA as HASH.N, where HASH is
 * made by OpenSSL's X509_NAME_hash() of its subject.
 */
#ifndef CORE_TRANSPORT_TRUST_HASH_H
#define CORE_TRANSPORT_TRUST_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* name: a whole DER Name.  False when it holds a string type that is not
 * worth converting (BMP, T61, Universal): look elsewhere. */
bool trust_hash_name(struct span name, uint32_t *hash);

#endif
