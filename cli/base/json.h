/*
 * json -- writes JSON text: members with their commas, strings escaped.
 *
 * Bytes that are not UTF-8 become the characters U+0080 to U+00FF, so that
 * the result is always valid and nothing is lost.
 */
#ifndef CLI_BASE_JSON_H
#define CLI_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

void json_quote(struct str *out, const char *s);

/* A member whose value the caller writes next. */
void json_key(struct str *out, const char *key);

/* "{" or "[" and its end; key NULL: within an array, or the outermost. */
void json_open(struct str *out, const char *key, char bracket);
void json_close(struct str *out, char bracket);

void json_string(struct str *out, const char *key, const char *s); /* or null */
void json_number(struct str *out, const char *key, uint64_t n);
void json_seconds(struct str *out, const char *key, double s); /* < 0: null */
void json_bool(struct str *out, const char *key, bool value);
void json_null(struct str *out, const char *key);

#endif
