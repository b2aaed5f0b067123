/*
 * request_options -- how requests are made: all that may be different for each
 * origin.
 *
 * The options of a request that may stand in a section of the configuration
 * file write here and nowhere else (SCOPE_REQUEST), so that what holds for
 * another origin is another one of these.  Strings are borrowed from who gave
 * them; the lists and texts are its own.
 */
#ifndef CLI_REQUEST_REQUEST_OPTIONS_H
#define CLI_REQUEST_REQUEST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"
#include "core/base/str.h"
#include "core/quiver.h"

struct request_options {
    struct qv_options engine;
    struct strings headers;
    size_t norigin_headers; /* the first so many come from a section */
    bool is_origin_user;    /* engine.user and engine.bearer do */
    struct str query;       /* --url-query */
    struct str cookies;
    bool are_origin_cookies; /* some come from a section */
    bool fail_with_body;     /* and not engine.fail */
    bool netrc;
    bool netrc_optional;
    const char *netrc_file; /* NULL: the usual one */
    const char *user_agent;
    const char *referer;
    const char *priority;        /* --priority */
    const char *local_port;      /* as given: "8000-8100" */
    struct strings trailers;     /* --trailer */
    struct strings cookie_files; /* -b FILE: read before the first request */
    struct strings resolve;
    struct strings connect_to;
    struct strings proxy_headers;
    const char *proxy_cert; /* as given, too */
    const char *cert;       /* as given: "file[:password]" */
};

enum {
    MAX_REDIRS_DEFAULT = 50
};

/* As it is before any option. */
void request_options_init(struct request_options *o);
void request_options_fini(struct request_options *o);
/* `to` is not initialised; what `from` owns, it owns a copy of. */
void request_options_copy(struct request_options *to,
                          const struct request_options *from);
/* What follows from the options and the environment, once all are given. */
void request_options_finish(struct request_options *o,
                            struct strings_owned *owned);

#endif
