/*
 * quiver/url -- the parts of a URL as the engine understands it.
 */
#ifndef QUIVER_URL_H
#define QUIVER_URL_H

#include <stdbool.h>

#include "quiver/error.h"

/* For -w's url.* and -O. */
struct qv_url {
    const char *scheme;
    const char *user;
    const char *password;
    const char *host;
    unsigned port;
    const char *path;
    const char *query;
    const char *fragment;
    const char *text;  /* normalised, whole */
    const char *shown; /* the same without user, password and fragment */
    void *memory;      /* freed by qv_url_free() */
};
/* A URL without a scheme has the default one; NULL: it is guessed as curl does, by
 * the host.  Parts are "" where there are none, user and password decoded; all of
 * them live until qv_url_free().  False with *error, and nothing to free. */
bool qv_url_parse(struct qv_url *u, const char *text,
                  const char *default_scheme, struct qv_error *error);
void qv_url_free(struct qv_url *u); /* parsed, or zeroed */

#endif
