/*
 * challenge -- what WWW-Authenticate and Proxy-Authenticate ask for (RFC 9110
 * 11.2, 11.6.1).
 *
 *     struct challenges all = challenge_list(fields, "proxy-authenticate");
 *     struct challenge c;
 *     while (challenge_next(&all, &c))
 *
 * One field may hold several challenges, and several fields make one list.
 * What cannot be understood is passed over.
 */
#ifndef CORE_HTTP_CHALLENGE_H
#define CORE_HTTP_CHALLENGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "http/fields.h"

/* More than that of one challenge are not kept; no scheme has so many. */
#define CHALLENGE_PARAMS_MAX 16

struct challenge_param {
    struct span name;
    struct span value; /* as it stands there: in its quotes, if it has some */
};

struct challenge {
    struct span scheme; /* "Digest" */
    struct span token;  /* token68; base NULL: none */
    struct challenge_param params[CHALLENGE_PARAMS_MAX];
    size_t nparams;
};

struct challenges {
    struct fields_list list;
    struct span held; /* an element that begins the next challenge */
};

/* Borrows the section, as the challenges do. */
struct challenges challenge_list(const struct fields *f, const char *name);
bool challenge_next(struct challenges *all, struct challenge *c);

/* The list of parameters that one field is, without a scheme
 * (Authentication-Info, RFC 7615). */
void challenge_of_params(struct challenge *c, const struct fields *f,
                         const char *name);

/* The parameter's value, without quotes and escapes; a name that comes twice is
 * the first.  base NULL: there is none. */
struct span challenge_param(const struct challenge *c, const char *name,
                            struct arena *arena);

#endif
