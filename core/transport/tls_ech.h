/*
 * tls_ech -- Encrypted Client Hello of a client's session (RFC 9849): the name that
 * is asked for goes out hidden, and another one, which the server has published,
 * in the clear.
 *
 * A server that cannot read what is hidden answers for the other name, may say
 * which keys it has instead, and the handshake ends there: nothing is sent to it.
 */
#ifndef CORE_TRANSPORT_TLS_ECH_H
#define CORE_TRANSPORT_TLS_ECH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "transport/ech_keys.h"

struct WOLFSSL;

/* Who hides a name, and from where the keys are.  host and list are borrowed. */
struct tls_ech_wish {
    struct ech_keys *keys; /* what is said instead is kept there */
    struct span host;
    uint16_t port;
    struct span list; /* ECHConfigList */
};

struct tls_ech {
    struct ech_keys *keys; /* NULL: nothing is hidden */
    char *host;
    uint16_t port;
    void *list;
    size_t len;
};

/* Begins as zeroes.  Before the first step.  False with *fault: the library can do
 * nothing with the list. */
bool tls_ech_begin(struct tls_ech *e, struct WOLFSSL *ssl,
                   const struct tls_ech_wish *wish, struct fault *fault);
/* The list, which names who may answer in the place of who is asked for. */
struct span tls_ech_list(const struct tls_ech *e);
void tls_ech_fini(struct tls_ech *e);

/* Has the server read what was hidden?  Once the handshake is complete. */
bool tls_ech_is_taken(const struct WOLFSSL *ssl);

/* Is this error of the handshake that it could not, and is it who it should be? */
bool tls_ech_is_refused(int error);
/* Then: *fault is ERR_ECH with REMEDY_ECH, and the keys that it named are kept. */
void tls_ech_refuse(const struct tls_ech *e, struct WOLFSSL *ssl,
                    struct fault *fault);

#endif
