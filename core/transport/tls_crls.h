/*
 * tls_crls -- the revocation lists of one file (RFC 5280 5), --crlfile.
 *
 * Once there is one, each certificate of a chain but the root itself needs a
 * list of its issuer, that is in force and signed by it: one that is missing is
 * as bad as one that names the certificate, as for curl.  A list is given to a
 * manager when one of its issuer's certificates is to be judged, because only
 * then is it known who may have signed it.
 */
#ifndef CORE_TRANSPORT_TLS_CRLS_H
#define CORE_TRANSPORT_TLS_CRLS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

struct tls_crls;
struct WOLFSSL_CERT_MANAGER;

/* PEM, any number of them.  NULL with *fault (ERR_CRL_FILE). */
struct tls_crls *tls_crls_read(const char *path, struct fault *fault);
void tls_crls_free(struct tls_crls *l);

/* Gives the manager what the issuer, a whole DER Name, has revoked; a list that
 * it cannot check is none.  A manager that is_roots is always the same one, and
 * gets each list once. */
void tls_crls_load(struct tls_crls *l, struct WOLFSSL_CERT_MANAGER *cm,
                   struct span issuer, bool is_roots);

/* Why no list of this issuer was taken, as wolfSSL's error: the most telling of
 * its lists', CRL_MISSING without any. */
int tls_crls_failure(const struct tls_crls *l, struct span issuer);

#endif
