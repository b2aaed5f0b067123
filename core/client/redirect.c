#include "client/redirect.h"

#include "quiver.h"

/* 300 too: a Location there is the server's own choice among several, which a
 * client may follow (RFC 9110 15.4.1); curl does. */
bool redirect_is(int status)
{
    return (status >= 300 && status <= 303) || status == 307 || status == 308;
}

/* Of the statuses after which a POST is usually none: the bit that keeps it. */
static unsigned keeper(int status)
{
    switch (status) {
    case 301:
        return QV_REDIRECT_KEEP_301;
    case 302:
        return QV_REDIRECT_KEEP_302;
    case 303:
        return QV_REDIRECT_KEEP_303;
    default:
        return 0;
    }
}

bool redirect_becomes_get(int status, struct span method, unsigned kept)
{
    if (keeper(status) == 0)
        return false;
    if (span_equal(method, SPAN_LIT("POST")))
        return (kept & keeper(status)) == 0;
    return status == 303 && !span_equal(method, SPAN_LIT("HEAD")) &&
           !span_equal(method, SPAN_LIT("GET"));
}

bool redirect_ends_custom(int status, struct span method, unsigned redirects)
{
    if ((redirects & QV_REDIRECT_CUSTOM_METHOD) == 0)
        return false;
    return redirect_becomes_get(status, method, redirects) ||
           (status == 303 && !span_equal(method, SPAN_LIT("POST")));
}

struct span redirect_location(const struct response_head *head,
                              bool *is_ambiguous)
{
    struct span found = {NULL, 0};
    *is_ambiguous = false;
    for (size_t i = 0; i < head->fields->len; i++) {
        const struct field *f = &head->fields->items[i];
        if (!span_equal_nocase(f->name, SPAN_LIT("location")))
            continue;
        if (found.base && !span_equal(found, f->value))
            *is_ambiguous = true;
        found = f->value;
    }
    return found.len > 0 ? found : (struct span){NULL, 0};
}
