/*
 * secret -- which fields are not shown unless --show-secrets is given.
 */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

#define SECRET_SHOWN_AS "<redacted>"

bool secret_is_field(const char *name, size_t len);

/* Appends a URL without the password that its authority may hold. */
void secret_add_url(struct text *out, const char *url);

/* A URL as a JSON string, without the password unless it is shown. */
void secret_quote_url(struct text *out, const char *url, bool show);

#endif
