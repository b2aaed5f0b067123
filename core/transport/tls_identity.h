/*
 * tls_identity -- our own certificate and its key: PEM, DER, or a PKCS #12 file
 * that has both (RFC 7292).
 */
#ifndef CORE_TRANSPORT_TLS_IDENTITY_H
#define CORE_TRANSPORT_TLS_IDENTITY_H

#include <stdbool.h>

#include "base/err.h"
#include "settings/settings.h"

struct WOLFSSL_CTX;

/* A server that shows the key of its certificate alone (RFC 7250), to clients
 * that take it: PEM.  False with *fault (ERR_OWN_CERT). */
bool tls_identity_use_raw(struct WOLFSSL_CTX *ctx,
                          const struct settings_tls_options *o,
                          struct fault *fault);

/* Nothing to do without o->cert_file.  False with *fault (ERR_OWN_CERT). */
bool tls_identity_use(struct WOLFSSL_CTX *ctx,
                      const struct settings_tls_options *o,
                      struct fault *fault);

#endif
