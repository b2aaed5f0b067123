#include "json.h"

#include <inttypes.h>
#include <string.h>

/* Length of the UTF-8 sequence at s, 0 when there is none. */
static size_t sequence(const unsigned char *s)
{
    size_t n;

    if (s[0] >= 0xc2 && s[0] < 0xe0)
        n = 2;
    else if (s[0] >= 0xe0 && s[0] < 0xf0)
        n = 3;
    else if (s[0] >= 0xf0 && s[0] < 0xf5)
        n = 4;
    else
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90))
        return 0; /* overlong, a surrogate, or beyond Unicode */
    return n;
}

static void add_control(struct text *out, unsigned char c)
{
    static const char plain[] = "\b\f\n\r\t";
    static const char letters[] = "bfnrt";
    const char *found = c ? strchr(plain, c) : NULL;

    if (found)
        text_addf(out, "\\%c", letters[found - plain]);
    else
        text_addf(out, "\\u%04x", c);
}

void json_quote(struct text *out, const char *s)
{
    const unsigned char *at = (const unsigned char *)s;

    text_putc(out, '"');
    while (*at) {
        size_t n = 1;

        if (*at == '"' || *at == '\\') {
            text_putc(out, '\\');
            text_add(out, at, 1);
        } else if (*at < 0x20 || *at == 0x7f) {
            add_control(out, *at);
        } else if (*at < 0x80) {
            text_add(out, at, 1);
        } else if ((n = sequence(at))) {
            text_add(out, at, n);
        } else {
            n = 1;
            text_addf(out, "\\u%04x", *at);
        }
        at += n;
    }
    text_putc(out, '"');
}

/* A comma unless this is the first member, and the key. */
static void begin(struct text *out, const char *key)
{
    char last = '\0';

    if (out->len)
        last = out->at[out->len - 1];
    if (last && last != '{' && last != '[' && last != '\n')
        text_putc(out, ',');
    if (key) {
        json_quote(out, key);
        text_putc(out, ':');
    }
}

void json_open(struct text *out, const char *key, char bracket)
{
    begin(out, key);
    text_putc(out, bracket);
}

void json_close(struct text *out, char bracket)
{
    text_putc(out, bracket);
}

void json_string(struct text *out, const char *key, const char *s)
{
    begin(out, key);
    if (s)
        json_quote(out, s);
    else
        text_puts(out, "null");
}

void json_number(struct text *out, const char *key, uint64_t n)
{
    begin(out, key);
    text_addf(out, "%" PRIu64, n);
}

void json_seconds(struct text *out, const char *key, double s)
{
    begin(out, key);
    if (s < 0)
        text_puts(out, "null");
    else
        text_addf(out, "%.6f", s);
}

void json_bool(struct text *out, const char *key, bool value)
{
    begin(out, key);
    text_puts(out, value ? "true" : "false");
}

void json_null(struct text *out, const char *key)
{
    json_string(out, key, NULL);
}
