#include "http/hsts.h"

#include "http/fields.h"

/* "name" or "name=value"; the value of a quoted string is what it quotes. */
static bool split(struct span part, struct span *name, struct span *value)
{
    const uint8_t *equals = memchr(part.base, '=', part.len);
    size_t len = equals ? (size_t)(equals - part.base) : part.len;
    *name = span_trim(span_of(part.base, len));
    *value = (struct span){NULL, 0};
    if (equals) {
        *value = span_trim(span_of(equals + 1, part.len - len - 1));
        if (value->len >= 2 && value->base[0] == '"' &&
            value->base[value->len - 1] == '"')
            *value = span_of(value->base + 1, value->len - 2);
    }
    return fields_is_name(*name);
}

bool hsts_parse(struct hsts_word *w, struct span field)
{
    struct span part;
    bool has_age = false;
    *w = (struct hsts_word){.max_age = 0};
    while (fields_next_part(&field, ';', &part)) {
        struct span name;
        struct span value;
        part = span_trim(part);
        if (part.len == 0)
            continue;
        if (!split(part, &name, &value))
            return false;
        if (span_equal_nocase(name, SPAN_LIT("max-age"))) {
            if (has_age || !span_to_u64_capped(value, &w->max_age))
                return false;
            has_age = true;
        } else if (span_equal_nocase(name, SPAN_LIT("includeSubDomains"))) {
            if (w->has_subdomains || value.base)
                return false;
            w->has_subdomains = true;
        }
    }
    return has_age;
}
