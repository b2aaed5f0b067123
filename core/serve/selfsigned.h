/*
 * selfsigned -- a throw-away certificate for localhost and the CA to trust.
 *
 * ECDSA P-256, valid for a week: for "localhost", 127.0.0.1 and ::1, signed by
 * a CA whose key is forgotten at once.  The files stand in a private folder
 * under $TMPDIR until selfsigned_remove().
 */
#ifndef CORE_SERVE_SELFSIGNED_H
#define CORE_SERVE_SELFSIGNED_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct selfsigned {
    struct str dir;
    struct str ca_file;   /* PEM; what a client is to trust */
    struct str cert_file; /* PEM */
    struct str key_file;  /* PEM, mode 0600 */
};

/* False with *fault (ERR_OWN_CERT); nothing is left behind then. */
bool selfsigned_make(struct selfsigned *s, struct fault *fault);
/* Removes the files and the folder.  Zeroed, or removed before: nothing. */
void selfsigned_remove(struct selfsigned *s);

#endif
