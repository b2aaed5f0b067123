/*
 * digest_auth -- the answers to a Digest challenge (RFC 7616; RFC 2617 and 2069
 * for servers that have not heard of it).
 *
 * Pure: the random part comes from the caller.  SHA-512-256, SHA-256 and MD5,
 * each with -sess; qop auth, auth-int and none; userhash; stale.
 */
#ifndef CORE_HTTP_DIGEST_AUTH_H
#define CORE_HTTP_DIGEST_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"
#include "http/challenge.h"
#include "http/digest_hash.h"

enum digest_qop {
    DIGEST_QOP_NONE, /* RFC 2069: neither cnonce nor nc */
    DIGEST_QOP_AUTH,
    DIGEST_QOP_AUTH_INT,
};

struct digest_auth {
    enum digest_hash hash;
    bool is_sess;
    bool has_algorithm; /* it was named, and so is named back */
    enum digest_qop qop;
    bool is_stale; /* the credentials were good, the nonce is not any more */
    bool has_userhash;
    bool is_utf8;
    struct span realm;
    struct span nonce;
    struct span opaque; /* base NULL: none */
    uint32_t nc;        /* answers given to this nonce */
};

/* False: not a Digest challenge, or one that nobody here can answer (another
 * algorithm or qop, no nonce).  Strings are the arena's. */
bool digest_auth_read(struct digest_auth *d, const struct challenge *c,
                      struct arena *arena);

/* What an answer is for. */
struct digest_auth_request {
    struct span user;
    struct span password;
    struct span method;
    struct span uri;       /* the request target, as it is sent */
    struct span cnonce;    /* printable, new for each; "" only without qop */
    struct span body_hash; /* auth-int: of all of it, by `hash`, in hex */
};

/* Appends "Digest username=...", and counts the nonce up. */
void digest_auth_answer(struct digest_auth *d,
                        const struct digest_auth_request *r, struct str *value);

#endif
