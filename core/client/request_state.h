/*
 * request_state -- where the request of a hop goes, and what of the user's may go
 * there.
 */
#ifndef CORE_CLIENT_REQUEST_STATE_H
#define CORE_CLIENT_REQUEST_STATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "http/body.h"
#include "http/message.h"
#include "http/url.h"
#include "quiver.h"

/* The request's own, those of no options too. */
const struct qv_options *request_state_asked(const struct qv_request *ask);

struct request_build_state {
    struct span method;
    const struct url *url;
    /* The options of this hop; NULL: those of the request. */
    const struct qv_options *options;
    bool has_body;
    int64_t body_len;
    struct body_source *body; /* NULL: it cannot be looked at */
    /* After a redirect to another origin: -u, Authorization and Cookie of the
     * user stay behind unless the user trusts the target; Host always, and so
     * does what was meant for the first origin alone. */
    bool is_foreign;
    bool no_expect;       /* a server refused to give 100 Continue */
    uint64_t from;        /* the bytes from this one on; 0: all */
    const char *if_range; /* if they are still of this; NULL */
    struct span referer;  /* base NULL: none */
    struct span cookies;  /* those that the client keeps; base NULL: none */
    /* What servers have asked users for (http/auths.h); NULL: nothing is known,
     * nor asked for. */
    struct list *logins;
    bool has_asked; /* a server was asked without a body already */
    bool is_proxy;  /* the user is known to it by other fields */
    /* Set by request_build(): the body stays here, since the server has first to
     * say what it wants to know of the user. */
    bool keeps_body;
};

/* The options that hold for the hop. */
static inline const struct qv_options *
request_state_options(const struct qv_request *ask,
                      const struct request_build_state *state)
{
    return state->options ? state->options : request_state_asked(ask);
}

/* May what the user is known by go where this hop goes? */
bool request_state_is_trusted(const struct qv_request *ask,
                              const struct request_build_state *state);

/* The first of the user's headers that this hop may see. */
size_t request_state_first_header(const struct qv_request *ask,
                                  const struct request_build_state *state);
/* May a field of this name, the user's, go where this hop goes? */
bool request_state_may_pass(const struct qv_request *ask,
                            const struct request_build_state *state,
                            struct span name);
/* Does the user give or take away a header of this name, for this hop? */
bool request_state_is_named(const struct qv_request *ask,
                            const struct request_build_state *state,
                            struct span name);

#endif
