#include "secret.h"

#include <string.h>
#include <strings.h>

#include "jsonl.h"
#include "mem.h"
#include "strings.h"

/* Read from files of secrets; for the whole run of the program. */
static struct strings own_fields;

static bool is_one_of(const char *name, size_t len, const char *const *names)
{
    for (; *names; names++) {
        if (strlen(*names) == len && !strncasecmp(*names, name, len))
            return true;
    }
    return false;
}

static bool has_word(const char *name, size_t len, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= len; i++) {
        if ((name[i] | 0x20) == *word && !strncasecmp(name + i, word, n))
            return true;
    }
    return false;
}

static bool says_so(const char *name, size_t len)
{
    static const char *const words[] = {"auth", "key", "token", "secret",
                                        "password"};
    /* What a server tells everybody. */
    static const char *const open[] = {"www-authenticate", "proxy-authenticate",
                                       "sec-websocket-key", NULL};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (has_word(name, len, words[i]))
            return !is_one_of(name, len, open);
    }
    return false;
}

static bool is_own(const char *name, size_t len)
{
    for (size_t i = 0; i < own_fields.len; i++) {
        const char *own = own_fields.at[i];

        if (strlen(own) == len && !strncasecmp(own, name, len))
            return true;
    }
    return false;
}

bool secret_is_field(const char *name, size_t len)
{
    static const char *const names[] = {"cookie", "set-cookie", NULL};

    return is_one_of(name, len, names) || says_so(name, len) ||
           is_own(name, len);
}

void secret_add_field(const char *line)
{
    size_t len = strcspn(line, ":;");

    while (len && strchr(" \t", line[len - 1]))
        len--;
    if (len && !is_own(line, len))
        strings_add(&own_fields, mem_bytes(line, len));
}

/* `authority` begins one: its end, and what is in front of the password and
 * behind it; false when it has none. */
static bool find_password(const char *authority, const char *end,
                          const char **colon, const char **at)
{
    *at = NULL;
    for (const char *c = authority; c < end; c++) {
        if (strchr("/?# \t\"'<>", *c))
            break;
        if (*c == '@')
            *at = c;
    }
    *colon = *at ? memchr(authority, ':', (size_t)(*at - authority)) : NULL;
    return *colon != NULL;
}

void secret_add_text(struct text *out, const char *s, size_t len)
{
    const char *end = s + len;
    const char *colon;
    const char *at;
    const char *slashes;

    while ((slashes = memmem(s, (size_t)(end - s), "://", 3))) {
        const char *authority = slashes + 3;

        text_add(out, s, (size_t)(authority - s));
        s = authority;
        if (!find_password(authority, end, &colon, &at))
            continue;
        text_add(out, s, (size_t)(colon + 1 - s));
        text_puts(out, SECRET_SHOWN_AS);
        s = at;
    }
    text_add(out, s, (size_t)(end - s));
}

void secret_add_url(struct text *out, const char *url)
{
    const char *colon;
    const char *at;

    if (strstr(url, "://") ||
        !find_password(url, url + strlen(url), &colon, &at)) {
        secret_add_text(out, url, strlen(url));
        return;
    }
    text_add(out, url, (size_t)(colon + 1 - url));
    text_puts(out, SECRET_SHOWN_AS);
    text_puts(out, at);
}

void secret_quote_url(struct text *out, const char *url, bool show)
{
    size_t len = strlen(url);
    struct text shown = {0};

    if (show || !memchr(url, '@', len)) {
        jsonl_quote(out, url, len);
        return;
    }
    secret_add_url(&shown, url);
    jsonl_quote(out, shown.at, shown.len);
    text_fini(&shown);
}
