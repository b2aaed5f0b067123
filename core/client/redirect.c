#include "client/redirect.h"

/* 300 too: a Location there is the server's own choice among several, which a
 * client may follow (RFC 9110 15.4.1); curl does. */
bool redirect_is(int status)
{
    return (status >= 300 && status <= 303) || status == 307 || status == 308;
}

bool redirect_becomes_get(int status, struct span method)
{
    if (status == 303)
        return !span_equal(method, SPAN_LIT("HEAD")) &&
               !span_equal(method, SPAN_LIT("GET"));
    return (status == 301 || status == 302) &&
           span_equal(method, SPAN_LIT("POST"));
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
