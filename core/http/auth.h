/*
 * auth -- one user's credentials at one server or proxy, and what that has asked
 * for so far.
 *
 * Basic (RFC 7617) is sent at once, unless the best of what is offered is
 * wanted; Digest (RFC 7616) once there is a challenge, and from then on with
 * each request while the nonce is good.
 *
 *     auth_init(&a, AUTH_DIGEST, user, password);
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

enum auth_choice {
    AUTH_BASIC,
    AUTH_DIGEST,
    AUTH_ANY, /* what is offered, Digest first */
};

struct auth {
    struct arena arena;     /* credentials */
    struct arena challenge; /* of the one that holds */
    enum auth_choice choice;
    bool is_basic;  /* that is what is sent */
    bool is_digest; /* or this; neither: nothing yet */
    struct span user;
    struct span password;
    struct digest_auth digest;
};

void auth_init(struct auth *a, enum auth_choice choice, struct span user,
               struct span password);
void auth_fini(struct auth *a);

/* What is asked with it. */
struct auth_request {
    struct span method;
    struct span uri; /* as it is sent: "/x", "http://host/x", "host:443" */
    /* All of the body, for a server that wants it hashed; base NULL: there is
     * none, or it cannot be known before it is sent (has_unknown_body). */
    struct span body;
    bool has_unknown_body;
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

/* Appends "Basic ...". */
void auth_basic(struct span user, struct span password, struct str *value);

#endif
