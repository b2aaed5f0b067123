/*
 * as_curl -- --as-curl: the command lines that make curl do the same.
 *
 * One for each URL, on standard output, in the words of a POSIX shell (bash's
 * $'...' for control characters).  All that holds for the URL is in it, from
 * configuration files as well; what curl has no option for is left out.  Secrets
 * are hidden unless they are to be shown.  Nothing is sent.
 */
#ifndef CLI_ENGINE_AS_CURL_H
#define CLI_ENGINE_AS_CURL_H

#include <stdbool.h>

#include "core/base/str.h"

struct cmdline;
struct config;
struct config_given;
struct option;

/* The exit status. */
int as_curl_print(const struct cmdline *s, struct config *config);

/* Appends those of a URL's options that curl has, each with a blank before it, but
 * for those that is_left_out(). */
void as_curl_options(struct str *out, const struct cmdline *s,
                     const struct config_given *given,
                     bool (*is_left_out)(const struct option *option));

/* Has curl no option of this name? */
bool as_curl_is_ours(const char *option);

/* Appends a word for a shell. */
void as_curl_quote(struct str *out, const char *word);
/* The same, with a blank before it; and two of them. */
void as_curl_word(struct str *out, const char *word);
void as_curl_pair(struct str *out, const char *option, const char *argument);

#endif
