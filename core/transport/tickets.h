/*
 * tickets -- what servers have given us to be known by: TLS sessions to resume,
 * and tokens that show that an address is ours (RFC 9000 8.1.3).
 *
 * One store a client.  An entry is found under the key of where it came from
 * (transport/ticket_key.h), and under no other: whatever trust, identity or way
 * is part of that key is never crossed.  Each is used once (RFC 8446 C.4): to
 * take one is to remove it.  The newest goes first, what is expired is gone, and
 * both what one key and what all of them may hold is bounded.
 *
 * Times are Unix seconds, because entries outlive the run: tickets_save() writes
 * them as text, tickets_load() adds those of such a text.
 */
#ifndef CORE_TRANSPORT_TICKETS_H
#define CORE_TRANSPORT_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/map.h"
#include "base/span.h"

#define TICKETS_KEY_LEN 32 /* bytes of a key */
#define TICKETS_KEY_MAX 4  /* entries of one kind under one key */
#define TICKETS_MAX     1024
#define TICKETS_USED    1024 /* of which it is remembered that they were used */

enum ticket_kind {
    TICKET_TLS,   /* TLS over TCP */
    TICKET_QUIC,  /* TLS in QUIC */
    TICKET_TOKEN, /* of NEW_TOKEN */
};

/* What there is of one; most are empty for most. */
enum ticket_part {
    TICKET_SECRET,   /* the session, as the library writes it; the token */
    TICKET_PARAMS,   /* the peer's transport parameters, of QUIC */
    TICKET_SETTINGS, /* its HTTP/3 settings (conn/h3_remembered.h) */
    TICKET_ALPN,     /* of the connection that it came from, as all below */
    TICKET_SUBJECT,  /* of the certificate that was checked */
    TICKET_ISSUER,
    TICKET_NOT_AFTER,
    TICKET_VERIFY,
    TICKET_ADDRESS, /* of the peer, of QUIC */
    TICKET_PARTS,
};

struct ticket_data {
    uint64_t received;
    uint64_t expires;
    uint64_t rtt;      /* of the connection that it came from, us; 0: unknown */
    bool is_verified;  /* the peer's certificate was checked, and good */
    bool allows_early; /* the server takes early data with it */
    struct span parts[TICKET_PARTS];
};

struct ticket {
    struct list of_key;         /* newest first */
    struct list of_store;       /* oldest first */
    struct ticket_keyed *place; /* NULL: taken */
    uint64_t id;                /* of the secret */
    uint64_t source;            /* see tickets_put() */
    bool is_loaded;             /* from a text, */
    unsigned seen;              /* and last in this one */
    struct ticket_data data;    /* whose parts it owns */
};

struct tickets {
    struct map keys; /* kind and key -> struct ticket_keyed */
    struct list all; /* struct ticket */
    size_t n;
    uint64_t used[TICKETS_USED]; /* ids, a ring */
    size_t nused;
    uint64_t last_source;
    unsigned nloads;
    bool is_changed; /* since tickets_save() */
    /* Somebody will save them: connections that are about to get some are worth
     * a moment's wait at the end of a run. */
    bool is_kept;
    size_t nawaited;
    void (*on_settled)(void *user); /* none is awaited any more */
    void *user;
};

/* Unix seconds, of the clock on the wall. */
uint64_t tickets_now(void);

void tickets_init(struct tickets *s);
void tickets_fini(struct tickets *s);

/* A number for who is about to put some: tickets_amend() finds them by it. */
uint64_t tickets_source(struct tickets *s);

/* Copies *data.  What is expired, or has no secret, is not kept. */
void tickets_put(struct tickets *s, enum ticket_kind kind,
                 const uint8_t key[TICKETS_KEY_LEN], uint64_t source,
                 const struct ticket_data *data, uint64_t now);
/* A part of those that this source has put under this key and that are still
 * there, which was not known then. */
void tickets_amend(struct tickets *s, enum ticket_kind kind,
                   const uint8_t key[TICKETS_KEY_LEN], uint64_t source,
                   enum ticket_part part, struct span value);
/* The newest that is from this address (NULL: from any), which is the caller's
 * to free; NULL: there is none. */
struct ticket *tickets_take(struct tickets *s, enum ticket_kind kind,
                            const uint8_t key[TICKETS_KEY_LEN],
                            const char *address, uint64_t now);
void tickets_dispose(struct ticket *t);
void tickets_keep(struct tickets *s);
/* A ticket is about to come, or has come, or will not. */
void tickets_await(struct tickets *s);
void tickets_settle(struct tickets *s);

enum ticket_kind tickets_kind_of(const struct ticket *t); /* one of the store */
/* All of them are gone; how many there were. */
size_t tickets_clear(struct tickets *s);

/* Early data was lost on somebody: those that are left under this key resume,
 * and allow none. */
void tickets_distrust(struct tickets *s, enum ticket_kind kind,
                      const uint8_t key[TICKETS_KEY_LEN]);

struct tickets_report {
    size_t taken;
    size_t expired;
    size_t bad;
    unsigned first_bad; /* line, from 1 */
};

/*
 * Adds the entries of a text that tickets_save() has written, but for those
 * that were used since.  Those of a text before that are not in this one any
 * more have been used by somebody else, and go.  False: this is no such text.
 */
bool tickets_load(struct tickets *s, struct span text, uint64_t now,
                  struct tickets_report *report);
void tickets_save(struct tickets *s, uint64_t now,
                  void (*out)(void *user, const void *data, size_t len),
                  void *user);

#endif
