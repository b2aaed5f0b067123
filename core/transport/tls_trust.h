/*
 * tls_trust -- whom a context trusts: what of --cacert, --capath and --ca-native
 * is read at once, and what on demand (transport/trust.h).
 */
#ifndef CORE_TRANSPORT_TLS_TRUST_H
#define CORE_TRANSPORT_TLS_TRUST_H

#include <stdbool.h>

#include "base/err.h"
#include "settings/settings.h"

struct tls_verify;
struct WOLFSSL_CTX;

/* Fills v->trust, v->place and v->crls for a client.  False with *fault
 * (ERR_CA_FILE, ERR_CRL_FILE). */
bool tls_trust_set(struct tls_verify *v, struct WOLFSSL_CTX *ctx,
                   const struct settings_tls_options *o, struct fault *fault);

/* A server's: the CAs of client certificates, at once. */
bool tls_trust_load(struct WOLFSSL_CTX *ctx,
                    const struct settings_tls_options *o, struct fault *fault);

#endif
