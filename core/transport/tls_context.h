/*
 * tls_context -- what many TLS sessions share: trust, identity, versions.
 *
 * One per distinct set of TLS options and carrier (TCP or QUIC); it outlives
 * its sessions.  Verification is on unless the settings say otherwise, on
 * every carrier alike, and a setter of the library that fails is fatal here.
 *
 * The system trust store is not read when a context is made but when a
 * certificate has to be checked (transport/trust.h).
 */
#ifndef CORE_TRANSPORT_TLS_CONTEXT_H
#define CORE_TRANSPORT_TLS_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "settings/settings.h"

struct tls_context;
struct WOLFSSL;
struct WOLFSSL_CTX;

enum tls_carrier {
    TLS_CARRIER_TCP,
    TLS_CARRIER_QUIC, /* TLS 1.3 only, keys handed to ngtcp2 */
};

/*
 * NULL with *fault set (ERR_CA_FILE, ERR_CRL_FILE, ERR_OWN_CERT, ERR_TLS_CIPHER,
 * ERR_TLS_PIN ...).  The
 * settings are borrowed while the context lives.
 */
struct tls_context *tls_context_client(const struct settings *s,
                                       enum tls_carrier carrier,
                                       struct fault *fault);
/* A server's: s->tls.cert_file and key_file are required. Client certificates
 * are asked for only if s->tls.ca_file is set. */
struct tls_context *tls_context_server(const struct settings *s,
                                       enum tls_carrier carrier,
                                       struct fault *fault);
void tls_context_free(struct tls_context *c);

/* Whom a client trusts, for people: a file, a folder, and who named it. */
const char *tls_context_trust(const struct tls_context *c);

/* The keys that were given to hide a server's name with (ECHConfigList); empty: none
 * were. */
struct span tls_context_ech_list(const struct tls_context *c);

/* How a client's peers are judged. */
struct tls_verify;
const struct tls_verify *tls_context_verify(const struct tls_context *c);

/* A server that takes early data. */
bool tls_context_takes_early(const struct tls_context *c);
const struct settings *tls_context_settings(const struct tls_context *c);
struct WOLFSSL_CTX *tls_context_wolfssl(struct tls_context *c);

/* For tls and tls_peer: the groups to send key shares of, and buffers of
 * TLS_CONTEXT_BUFFER bytes, of which one is kept between uses. */
#define TLS_CONTEXT_BUFFER ((size_t)65536)

struct tls_groups;
/* The server asked for a client certificate and we have none. */
bool tls_context_was_asked(struct WOLFSSL *ssl);
const struct tls_groups *tls_context_groups(const struct tls_context *c);
uint8_t *tls_context_take_buffer(struct tls_context *c);
void tls_context_give_buffer(struct tls_context *c, uint8_t *buffer);

#endif
