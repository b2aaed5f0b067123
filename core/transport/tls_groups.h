/*
 * tls_groups -- key agreement groups by name, and which key shares to send.
 */
#ifndef CORE_TRANSPORT_TLS_GROUPS_H
#define CORE_TRANSPORT_TLS_GROUPS_H

#include <stdbool.h>

#include "base/err.h"

#define TLS_GROUPS_MAX 10 /* what wolfSSL takes */

struct tls_groups {
    int ids[TLS_GROUPS_MAX]; /* in order of preference */
    int n;
    int shares[2]; /* of which the first ClientHello holds a key */
    int nshares;
};

/* "X25519MLKEM768:X25519:P-256"; NULL: the default.  False with *fault
 * (ERR_TLS_CIPHER) for a name that is not known. */
bool tls_groups_parse(struct tls_groups *g, const char *list,
                      struct fault *fault);

#endif
