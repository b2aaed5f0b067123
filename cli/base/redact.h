/*
 * redact -- what is not shown unless --show-secrets is given.
 */
#ifndef CLI_BASE_REDACT_H
#define CLI_BASE_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

#define REDACT_SHOWN_AS "<redacted>"

/*
 * Is the value of a field of this name a secret?  Those that carry credentials
 * and cookies, those whose name says it (auth, key, token, secret, password),
 * and those that redact_add_field() was told.
 */
bool redact_is_field(const char *name, size_t len);
/* From now on this one is, too: it was read from a file that only its owner may
 * see.  `line` is a header line; copied. */
void redact_add_field(const char *line);

/* Appends text without the userinfo of the URLs in it: a user name alone may be
 * a token, too. */
void redact_add_text(struct str *out, const char *s, size_t len);
/* The same for one URL, which may lack its scheme. */
void redact_add_url(struct str *out, const char *url);

/* A URL as a JSON string, without its userinfo unless it is shown. */
void redact_quote_url(struct str *out, const char *url, bool show);

#endif
