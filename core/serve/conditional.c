#include "serve/conditional.h"

#include "http/date.h"

/* The opaque tag of W/"..." or "...", with its quotes (RFC 9110 8.8.3); false
 * when the element is neither. */
static bool read_tag(struct span element, struct span *tag, bool *is_weak)
{
    *is_weak =
        element.len >= 2 && element.base[0] == 'W' && element.base[1] == '/';
    if (*is_weak)
        element = span_of(element.base + 2, element.len - 2);
    if (element.len < 2 || element.base[0] != '"' ||
        memchr(element.base + 1, '"', element.len - 1) !=
            element.base + element.len - 1)
        return false;
    *tag = element;
    return true;
}

/* Does the list of all fields `name` hold "*" or the tag?  A weak one counts
 * only in a weak comparison (RFC 9110 8.8.3.2). */
static bool has_tag(const struct fields *f, const char *name, struct span etag,
                    bool weak_counts)
{
    struct fields_list list = fields_list_of_tags(f, name);
    struct span element;
    while (fields_list_next(&list, &element)) {
        if (span_equal(element, SPAN_LIT("*")))
            return true;
        struct span tag;
        bool is_weak;
        if (read_tag(element, &tag, &is_weak) && (!is_weak || weak_counts) &&
            span_equal(tag, etag))
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
        return read_tag(field, &tag, &is_weak) && !is_weak &&
               span_equal(tag, v->etag);
    }
    /* A date is a strong validator only when it is the same and the file did
     * not change within the second that it names (RFC 9110 8.8.2.2). */
    int64_t date;
    return field_date(r, "if-range", v, now, &date) && date == v->modified &&
           now > v->modified;
}
