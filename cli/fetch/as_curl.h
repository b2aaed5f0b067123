/*
 * as_curl -- --as-curl: the command lines that make curl do the same.
 *
 * One for each URL, on standard output, in the words of a POSIX shell (bash's
 * $'...' for control characters).  All that holds for the URL is in it, from
 * configuration files as well; what curl has no option for is left out.  Secrets
 * are hidden unless they are to be shown.  Nothing is sent.
 */
#ifndef CLI_FETCH_AS_CURL_H
#define CLI_FETCH_AS_CURL_H

#include <stdbool.h>

#include "core/base/str.h"

struct cmdline;
struct config;

/* The exit status. */
int as_curl_print(const struct cmdline *s, struct config *config);

/* Has curl no option of this name? */
bool as_curl_is_ours(const char *option);

/* Appends a word for a shell. */
void as_curl_quote(struct str *out, const char *word);

#endif
