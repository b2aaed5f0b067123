#include "secret.h"

#include <string.h>
#include <strings.h>

bool secret_is_field(const char *name, size_t len)
{
    static const char *const names[] = {"authorization", "proxy-authorization",
                                        "cookie", "set-cookie"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == len && !strncasecmp(names[i], name, len))
            return true;
    }
    return false;
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
