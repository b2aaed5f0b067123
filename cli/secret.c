#include "secret.h"

#include <string.h>
#include <strings.h>

#include "jsonl.h"

bool secret_is_field(const char *name, size_t len)
{
    static const char *const names[] = {
        [6] = "cookie",
        [10] = "set-cookie",
        [13] = "authorization",
        [19] = "proxy-authorization",
    };

    return len < sizeof(names) / sizeof(names[0]) && names[len] &&
           !strncasecmp(names[len], name, len);
}

void secret_add_url(struct text *out, const char *url)
{
    const char *authority = strstr(url, "://");
    const char *end;
    const char *at = NULL;
    const char *colon;

    authority = authority ? authority + 3 : url;
    end = authority + strcspn(authority, "/?#");
    for (const char *c = authority; c < end; c++) {
        if (*c == '@')
            at = c;
    }
    colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
    if (!colon) {
        text_puts(out, url);
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
