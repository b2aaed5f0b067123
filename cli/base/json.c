#include "base/json.h"

#include <string.h>

#include "base/jsonl.h"

void json_quote(struct str *out, const char *s)
{
    jsonl_quote(out, s, strlen(s));
}

/* A comma unless this is the first member, and the key. */
static void begin(struct str *out, const char *key)
{
    char last = '\0';
    if (out->len)
        last = out->base[out->len - 1];
    if (last && last != '{' && last != '[' && last != '\n')
        str_add_char(out, ',');
    if (key) {
        json_quote(out, key);
        str_add_char(out, ':');
    }
}

void json_key(struct str *out, const char *key)
{
    begin(out, key);
}

void json_open(struct str *out, const char *key, char bracket)
{
    begin(out, key);
    str_add_char(out, bracket);
}

void json_close(struct str *out, char bracket)
{
    str_add_char(out, bracket);
}

void json_string(struct str *out, const char *key, const char *s)
{
    begin(out, key);
    jsonl_string(out, s);
}

void json_number(struct str *out, const char *key, uint64_t n)
{
    begin(out, key);
    jsonl_number(out, n);
}

void json_seconds(struct str *out, const char *key, double s)
{
    begin(out, key);
    jsonl_seconds(out, s);
}

void json_bool(struct str *out, const char *key, bool value)
{
    begin(out, key);
    jsonl_bool(out, value);
}

void json_null(struct str *out, const char *key)
{
    json_string(out, key, NULL);
}
