/*
 * tls_sigalgs -- signature algorithms by name: a pair as OpenSSL writes it
 * ("ECDSA+SHA256"), or the name of TLS 1.3 ("ecdsa_secp256r1_sha256").
 */
#ifndef CORE_TRANSPORT_TLS_SIGALGS_H
#define CORE_TRANSPORT_TLS_SIGALGS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* Names joined by colons, as wolfSSL knows them.  False with *fault
 * (ERR_TLS_CIPHER) for one that is not known or not safe (SHA-1, DSA). */
bool tls_sigalgs_translate(struct str *to, const char *list,
                           struct fault *fault);

#endif
