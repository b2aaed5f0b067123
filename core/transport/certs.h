/*
 * certs -- copies of the certificates that a peer has sent, DER, its own first.
 */
#ifndef CORE_TRANSPORT_CERTS_H
#define CORE_TRANSPORT_CERTS_H

#include <stddef.h>

#include "base/span.h"

struct certs {
    struct span *at;
    size_t n;
};

void certs_add(struct certs *c, struct span der);
void certs_fini(struct certs *c); /* and init: none are left */

#endif
