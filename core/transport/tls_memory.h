/*
 * tls_memory -- what one session of a client takes from the store of tickets, and
 * gives to it.  The same for TCP and QUIC.
 *
 *   init -> begin (before the handshake) -> known (after it) -> tickets come
 *
 * Nothing that arrives before tls_memory_known() is kept: a ticket is worth as
 * much as the check of the peer that it stands for.
 */
#ifndef CORE_TRANSPORT_TLS_MEMORY_H
#define CORE_TRANSPORT_TLS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "http/facts.h"
#include "transport/tickets.h"

struct WOLFSSL;
struct WOLFSSL_CTX;

struct tls_memory {
    struct tickets *store; /* NULL: nothing is remembered */
    struct WOLFSSL *ssl;
    enum ticket_kind kind;
    uint8_t key[TICKETS_KEY_LEN];
    uint64_t source;
    struct ticket *used;           /* that the handshake offers; NULL: none */
    const struct tls_facts *facts; /* NULL: not known yet */
    /* Borrowed: of QUIC, for tickets that come. */
    struct span parts[TICKET_PARTS];
    /* Of the connection, now, in us; NULL: nobody knows. */
    uint64_t (*rtt)(const void *user);
    const void *rtt_user;
    /* One was kept; NULL: nobody waits for it. */
    void (*on_ticket)(struct tls_memory *m);
};

/* The contexts of clients: nothing is kept by the library itself. */
void tls_memory_install(struct WOLFSSL_CTX *ctx);

/* The store is borrowed, for as long as the session lives. */
void tls_memory_init(struct tls_memory *m, struct tickets *store,
                     enum ticket_kind kind, const uint8_t key[TICKETS_KEY_LEN]);
void tls_memory_fini(struct tls_memory *m);

/* Before the first step of the handshake: *m stays where it is.  The newest
 * ticket is offered, if there is one; address: see tickets_take(). */
void tls_memory_begin(struct tls_memory *m, struct WOLFSSL *ssl,
                      const char *address);
/* Early data may be sent with the ticket that is offered. */
bool tls_memory_allows_early(const struct tls_memory *m);

/* Was the session resumed from the ticket that was offered?  After the
 * handshake. */
bool tls_memory_was_resumed(const struct tls_memory *m, struct WOLFSSL *ssl);
/* What the peer showed when the ticket was given: fills what a certificate
 * would tell. */
void tls_memory_recall(const struct tls_memory *m, struct tls_facts *facts);

/* The peer is checked; what was found, borrowed. */
void tls_memory_known(struct tls_memory *m, const struct tls_facts *facts);

/* The one of a session; NULL: it has none. */
struct tls_memory *tls_memory_of(struct WOLFSSL *ssl);

#endif
