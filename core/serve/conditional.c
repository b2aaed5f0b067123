#include "serve/conditional.h"

#include "http/date.h"

/*
 * The elements of an entity-tag list.  A comma may stand inside the quotes of
 * a tag (RFC 9110 8.8.3), so the list is cut at quotes, not at commas.
 */
static bool next_tag(struct span *rest, struct span *tag, bool *is_weak)
{
    const uint8_t *at = rest->base;
    const uint8_t *end = rest->base + rest->len;
    while (at < end && (*at == ' ' || *at == '\t' || *at == ','))
        at++;
    *is_weak = end - at >= 2 && at[0] == 'W' && at[1] == '/';
    if (*is_weak)
        at += 2;
    if (at == end || *at != '"')
        return false;
    const uint8_t *close = memchr(at + 1, '"', (size_t)(end - at - 1));
    if (close == NULL)
        return false;
    *tag = span_of(at, (size_t)(close + 1 - at));
    *rest = span_of(close + 1, (size_t)(end - close - 1));
    return true;
}

/* Does any of the fields `name` hold "*" or the tag?  A weak one counts only
 * in a weak comparison (RFC 9110 8.8.3.2). */
static bool has_tag(const struct fields *f, const char *name, struct span etag,
                    bool weak_counts)
{
    for (size_t i = 0; i < f->len; i++) {
        if (!span_equal_nocase(f->items[i].name, span_str(name)))
            continue;
        struct span rest = span_trim(f->items[i].value);
        if (span_equal(rest, SPAN_LIT("*")))
            return true;
        struct span tag;
        bool is_weak;
        while (next_tag(&rest, &tag, &is_weak))
            if ((!is_weak || weak_counts) && span_equal(tag, etag))
                return true;
    }
    return false;
}

static bool has_field(const struct request *r, const char *name)
{
    return fields_find(&r->fields, span_str(name)) != NULL;
}

/* True when the field is a date and we have one too. */
static bool field_date(const struct request *r, const char *name,
                       const struct validators *v, int64_t now, int64_t *date)
{
    return v->modified != INT64_MIN &&
           date_parse(fields_value(&r->fields, name), now, date);
}

enum conditional_result conditional_check(const struct request *r,
                                          const struct validators *v,
                                          int64_t now)
{
    int64_t date;
    if (has_field(r, "if-match")) {
        if (!has_tag(&r->fields, "if-match", v->etag, false))
            return CONDITIONAL_PRECONDITION_FAILED;
    } else if (field_date(r, "if-unmodified-since", v, now, &date)) {
        if (v->modified > date)
            return CONDITIONAL_PRECONDITION_FAILED;
    }
    bool reads = span_equal(r->method, SPAN_LIT("GET")) ||
                 span_equal(r->method, SPAN_LIT("HEAD"));
    if (has_field(r, "if-none-match")) {
        if (has_tag(&r->fields, "if-none-match", v->etag, true))
            return reads ? CONDITIONAL_NOT_MODIFIED
                         : CONDITIONAL_PRECONDITION_FAILED;
    } else if (reads && field_date(r, "if-modified-since", v, now, &date)) {
        if (v->modified <= date)
            return CONDITIONAL_NOT_MODIFIED;
    }
    return CONDITIONAL_PROCEED;
}

bool conditional_range_holds(const struct request *r,
                             const struct validators *v, int64_t now)
{
    struct span field = fields_value(&r->fields, "if-range");
    if (field.base == NULL)
        return true;
    if (field.len > 0 && (field.base[0] == '"' || field.base[0] == 'W')) {
        struct span tag;
        bool is_weak;
        return next_tag(&field, &tag, &is_weak) && !is_weak &&
               span_equal(tag, v->etag);
    }
    /* A date is a strong validator only when it is the same and the file did
     * not change within the second that it names (RFC 9110 8.8.2.2). */
    int64_t date;
    return field_date(r, "if-range", v, now, &date) && date == v->modified &&
           now > v->modified;
}
