/*
 * auth -- one user's credentials at one server or proxy, and what that has asked
 * for so far.
 *
 * Basic (RFC 7617) and Bearer (RFC 6750) are sent at once, unless the best of
 * several is wanted; Digest (RFC 7616) once there is a challenge, and from then
 * on with each request while the nonce is good.
 *
 *     auth_init(&a, &(struct auth_login){.wants = AUTH_DIGEST, ...});
 *     if (auth_answer(&a, &what, &value)) ... Proxy-Authorization: value
 *     407: if (auth_challenged(&a, head->fields, "proxy-authenticate", tries))
 *              ... the same request again
 *     other: auth_informed(&a, head->fields, "proxy-authentication-info");
 */
#ifndef CORE_HTTP_AUTH_H
#define CORE_HTTP_AUTH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"
#include "http/digest_auth.h"
#include "http/fields.h"

/* Bits: of several, the best that is offered is used. */
enum auth_scheme {
    AUTH_NONE = 0,
    AUTH_BASIC = 1 << 0,
    AUTH_DIGEST = 1 << 1,
    AUTH_BEARER = 1 << 2, /* the best, where there is a token */
};

/* Who wants to be known, and how. */
struct auth_login {
    unsigned wants; /* of enum auth_scheme */
    struct span user;
    struct span password;
    struct span token; /* of Bearer; base NULL: none */
};

struct auth {
    struct arena arena;     /* credentials */
    struct arena challenge; /* of the one that holds */
    struct auth_login login;
    enum auth_scheme sent; /* AUTH_NONE: nothing yet */
    struct digest_auth digest;
};

/* Copies what it is given. */
void auth_init(struct auth *a, const struct auth_login *login);
void auth_fini(struct auth *a);

/* What is asked with it. */
struct auth_request {
    struct span method;
    struct span uri; /* as it is sent: "/x", "http://host/x", "host:443" */
    /* Gives all of the body to digest_hash_add(), for a server that wants it
     * hashed; false: it cannot be looked at before it is sent.  NULL: there is no
     * body. */
    bool (*hash_body)(void *user, struct digest_sum *sum);
    void *user;
};

/* Appends the value of Authorization or Proxy-Authorization; false: nothing is
 * to be sent, as far as is known. */
bool auth_answer(struct auth *a, const struct auth_request *r,
                 struct str *value);

/*
 * 401 or 407 has come with these fields to a request that was sent `tries`
 * times after a challenge already (0: not yet).  True: it is worth sending it
 * once more.
 */
bool auth_challenged(struct auth *a, const struct fields *f, const char *name,
                     unsigned tries);

/* Another answer: it may name the next nonce (RFC 7616 3.5). */
void auth_informed(struct auth *a, const struct fields *f, const char *name);

/* Is nothing sent before there is a challenge, and there was none yet? */
bool auth_awaits_challenge(const struct auth *a);

/* Appends "Basic ...". */
void auth_basic(struct span user, struct span password, struct str *value);

#endif
