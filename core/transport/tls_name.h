/*
 * tls_name -- does a certificate name this host?  (RFC 9525)
 *
 * Only subjectAltName counts, never the common name.  A name of a host
 * matches a DNS entry, an address matches an IP entry byte for byte.  A
 * wildcard is the whole leftmost label, stands for exactly one label and
 * needs two labels after it.
 */
#ifndef CORE_TRANSPORT_TLS_NAME_H
#define CORE_TRANSPORT_TLS_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "transport/cert.h"

/* host: a DNS name (A-labels; a trailing dot is ignored) or an address in
 * text, without brackets or zone. */
bool tls_name_matches(const struct cert *c, struct span host);

/* One DNS entry against one name, for tests. */
bool tls_name_matches_dns(struct span pattern, struct span host);

/* The first names of the certificate, "a.test, *.b.test, 192.0.2.1, and 7
 * more"; "no names" when it has none. */
void tls_name_list(const struct cert *c, char *text, size_t cap);

#endif
