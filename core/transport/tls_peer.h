/*
 * tls_peer -- who is at the other end: the part of a handshake that must be
 * the same over TCP and over QUIC.
 *
 * Before the handshake: SNI, ALPN, and what is to be verified.  After it: our
 * own RFC 9525 check of the certificate's names beside wolfSSL's chain check,
 * and the facts for -v and records.
 */
#ifndef CORE_TRANSPORT_TLS_PEER_H
#define CORE_TRANSPORT_TLS_PEER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "http/facts.h"
#include "transport/tls_context.h"
#include "transport/tls_verify.h"

struct WOLFSSL;

/*
 * Prepares a client session: SNI (not for addresses; no trailing dot, RFC 6066
 * 3), ALPN in preference order (each a name such as "h2"), the name to verify,
 * which is e->host.  *e lives as long as the session.  False with *fault set.
 */
bool tls_peer_expect(struct WOLFSSL *ssl, struct tls_context *c,
                     struct tls_expected *e, const struct span *alpn, int nalpn,
                     struct fault *fault);

/* ALPN alone, for a server's session: what it may choose.  wolfSSL takes the
 * client's first that is in the list. */
bool tls_peer_use_alpn(struct WOLFSSL *ssl, const struct span *alpn, int nalpn,
                       struct fault *fault);

/*
 * After a handshake that the library calls complete: the certificate must
 * name `host` (RFC 9525) and ALPN must be one that was offered (RFC 7301
 * 3.2), else false with *fault (ERR_TLS_VERIFY, ERR_TLS_HANDSHAKE).  With
 * verification off the name check is skipped and facts->verify says what
 * would have failed.  A session that was resumed has no certificate: what was
 * found when its ticket was given counts.  Fills *facts.
 */
bool tls_peer_check(struct WOLFSSL *ssl, struct tls_context *c,
                    struct span host, const struct span *alpn, int nalpn,
                    struct tls_facts *facts, struct fault *fault);

/* The part of *facts that a server's session has too: version, cipher, group,
 * ALPN. */
void tls_peer_describe(struct WOLFSSL *ssl, struct tls_facts *facts);

/* Why the library refused: ERR_TLS_VERIFY with the reason for certificate
 * errors, ERR_CERT_WANTED, else ERR_TLS_HANDSHAKE with the alert as wire
 * code.  `error` is from wolfSSL_get_error(). */
void tls_peer_fault(struct WOLFSSL *ssl, int error, struct fault *fault);

#endif
