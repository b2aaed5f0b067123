#include "base/json.h"

#include <string.h>

#include "base/jsonl.h"

void json_quote(struct text *out, const char *s)
{
    jsonl_quote(out, s, strlen(s));
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
    jsonl_string(out, s);
}

void json_number(struct text *out, const char *key, uint64_t n)
{
    begin(out, key);
    jsonl_number(out, n);
}

void json_seconds(struct text *out, const char *key, double s)
{
    begin(out, key);
    jsonl_seconds(out, s);
}

void json_bool(struct text *out, const char *key, bool value)
{
    begin(out, key);
    jsonl_bool(out, value);
}

void json_null(struct text *out, const char *key)
{
    json_string(out, key, NULL);
}
