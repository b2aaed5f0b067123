/*
 * prepared -- what requests with equal options have in common, made once.
 *
 * Most requests of a run ask for the same: their settings are made, checked and
 * turned into the key of their connections for the first of them, and one of
 * the others costs a comparison of what it asks for.  The client remembers the
 * PREPARED_RECENT used last.
 *
 * Counted: prepared_take() and prepared_drop() make a pair.  Immutable, and
 * independent of the options that it was made from.
 */
#ifndef CORE_CLIENT_PREPARED_H
#define CORE_CLIENT_PREPARED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "quiver.h"
#include "settings/proxy.h"
#include "settings/settings.h"

/* A batch whose origins have options of their own goes round among them. */
#define PREPARED_RECENT ((size_t)8)

/* The proxy of the settings, and connections to itself. */
struct prepared_proxy {
    struct proxy proxy;
    struct settings settings; /* proxy_settings(), for requests that it
                                 forwards */
    struct str key;           /* settings_key() of them */
};

struct prepared {
    struct settings settings;
    struct str key;               /* settings_key() of them */
    struct prepared_proxy *proxy; /* NULL: directly */
    struct qv_options options;    /* the lines of settings.def only */
    struct qv_options
        original; /* as they came; nothing is behind its pointers */
    struct prepared_text *texts; /* of the options */
    size_t ntexts;
    struct arena arena; /* all strings */
    size_t nholders;
};

/* Zeroed at first; the one used last is in front. */
struct prepared_cache {
    struct prepared *recent[PREPARED_RECENT];
};

/* For requests with these options, of a client with those; NULL with *fault
 * when the options contradict each other. */
struct prepared *prepared_take(struct prepared_cache *c,
                               const struct qv_options *options,
                               const struct qv_client_options *client,
                               struct fault *fault);
void prepared_drop(struct prepared *p); /* NULL: nothing */

void prepared_cache_fini(struct prepared_cache *c);

#endif
