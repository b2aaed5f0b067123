#include "telemetry/metrics_target.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "core/base/xalloc.h"

/* The host's part, without the brackets of an IPv6 address. */
static char *address(const char *text, size_t len)
{
    if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (!len ||
        (len == strlen("localhost") && memcmp(text, "localhost", len) == 0))
        return NULL;
    return xalloc_copy(text, len);
}

bool metrics_target_parse(struct metrics_target *t, const char *text)
{
    const char *colon = strrchr(text, ':');
    uint64_t port;
    *t = (struct metrics_target){.bind = NULL};
    if (!number_parse(colon ? colon + 1 : text, UINT16_MAX, &port))
        return false;
    if (strchr(text, '/'))
        return false;
    if (colon)
        t->bind = address(text, (size_t)(colon - text));
    t->port = (uint16_t)port;
    return true;
}

void metrics_target_fini(struct metrics_target *t)
{
    free(t->bind);
    t->bind = NULL;
}
