#include "http/feature.h"

#include <stdio.h>

static const char *const names[FEATURE_COUNT] = {
    "extended CONNECT",     "HTTP datagrams",   "Upgrade",
    "a finished handshake", "extended CONNECT", /* what it is called where it may be missing */
    "WebTransport",
};

void feature_list(unsigned set, char text[FEATURE_LIST_MAX])
{
    size_t len = 0;
    text[0] = '\0';
    if (set & FEATURE_EXTENDED_CONNECT)
        set &= ~(unsigned)FEATURE_PROTOCOL; /* one name for both */
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        if ((set & 1U << i) == 0)
            continue;
        unsigned left = set >> i >> 1;
        const char *joint = len == 0 ? "" : left ? ", " : " and ";
        len += (size_t)snprintf(text + len, FEATURE_LIST_MAX - len, "%s%s",
                                joint, names[i]);
    }
}
