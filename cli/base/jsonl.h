/*
 * jsonl -- writes the parts of a record, fast.
 *
 * The caller knows what stands before and behind: keys come with their commas
 * and colons, made by JSONL_KEY() and JSONL_FIRST(), so that a member is a few
 * moves of constant size and its value.  json.h is the comfortable way.
 *
 * What is written is always valid JSON, whatever the bytes: see jsonl_quote().
 */
#ifndef CLI_BASE_JSONL_H
#define CLI_BASE_JSONL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/str.h"

#define JSONL_FIRST(name) "\"" name "\":"
#define JSONL_KEY(name)   ",\"" name "\":"

/* A literal, as it is.  Inlined, its length is known when it is compiled. */
__attribute__((always_inline)) static inline void jsonl_put(struct str *out,
                                                            const char *text)
{
    size_t len = strlen(text);
    char *to = str_reserve(out, len);
    memcpy(to, text, len);
    to[len] = '\0';
    out->len += len;
}

/* Most numbers of a record are a digit, and most of its times none: they are
 * written where they are asked for. */
void jsonl_long_number(struct str *out, uint64_t n);
void jsonl_long_seconds(struct str *out, double s);

static inline void jsonl_number(struct str *out, uint64_t n)
{
    if (n < 10)
        str_add_char(out, (char)('0' + n));
    else
        jsonl_long_number(out, n);
}

/* With six decimals; "null" for less than nothing. */
static inline void jsonl_seconds(struct str *out, double s)
{
    if (s == 0)
        jsonl_put(out, "0.000000");
    else
        jsonl_long_seconds(out, s);
}

/* A point in time, which may be before the one that it is counted from. */
void jsonl_time(struct str *out, double s);
void jsonl_bool(struct str *out, bool value);

/* A string of any bytes: those that are not UTF-8 become the characters U+0080
 * to U+00FF, so that nothing is lost.  Control characters are escaped, those
 * behind ASCII too, and those that turn the direction of text. */
void jsonl_quote(struct str *out, const char *s, size_t len);
/* JSON text that somebody else made, its controls escaped in the same way. */
void jsonl_json(struct str *out, const char *json);
void jsonl_string(struct str *out, const char *s); /* or null */
/* Like jsonl_quote(), with the letters of ASCII in lower case. */
void jsonl_lower(struct str *out, const char *s, size_t len);
/* The same for what is UTF-8; else false, and nothing was written. */
bool jsonl_utf8(struct str *out, const char *s, size_t len);
void jsonl_base64(struct str *out, const char *s, size_t len);
/* Without the quotes of JSON. */
void jsonl_base64_digits(struct str *out, const char *s, size_t len);

#endif
