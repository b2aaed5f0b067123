/*
 * The weight of a form is that of the most specific range that names it, so
 * "text/html;q=0.1" beside any text does not want HTML much.  Between equal weights the
 * form that was named more closely is sent: who writes "application/json" and
 * then any type means JSON, and takes the rest.
 */
#include "serve/accept.h"

#include "base/span.h"

#define WEIGHT_MAX 1000

/* How closely a form is named: by any range at all, by its type, by its subtype;
 * each parameter counts as one more. */
enum closeness {
    BY_NONE,
    BY_ANY,
    BY_TYPE,
    BY_SUBTYPE,
};

struct match {
    unsigned weight; /* in thousandths */
    unsigned closeness;
};

/* "0.75" in thousandths (RFC 9110 12.4.2); false: it is no weight. */
static bool parse_weight(struct span s, unsigned *weight)
{
    unsigned value = 0;
    unsigned unit = WEIGHT_MAX;
    if (s.len == 0 || s.len > 5 || (s.len > 1 && s.base[1] != '.'))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (i == 1)
            continue;
        if (s.base[i] < '0' || s.base[i] > '9')
            return false;
        value += (unsigned)(s.base[i] - '0') * unit;
        unit /= 10;
    }
    *weight = value;
    return value <= WEIGHT_MAX;
}

/* "name=value" or "name=\"value\"". */
static struct span cut_name(struct span *parameter)
{
    struct span name;
    (void)span_next(parameter, '=', &name);
    struct span value = *parameter;
    if (value.len >= 2 && value.base[0] == '"' &&
        value.base[value.len - 1] == '"')
        *parameter = span_of(value.base + 1, value.len - 2);
    return name;
}

/* Has the form this parameter? */
static bool has_parameter(struct span form, struct span name, struct span value)
{
    struct span part;
    (void)fields_next_part(&form, ';', &part); /* the type itself */
    while (fields_next_part(&form, ';', &part)) {
        struct span own = cut_name(&part);
        if (span_equal_nocase(own, name) && span_equal_nocase(part, value))
            return true;
    }
    return false;
}

static unsigned compare_type(struct span range, struct span form)
{
    struct span type;
    struct span whole;
    struct span form_type;
    (void)fields_next_part(&form, ';', &whole);
    if (span_equal_nocase(range, whole))
        return BY_SUBTYPE;
    (void)span_next(&range, '/', &type);
    (void)span_next(&whole, '/', &form_type);
    if (!span_equal(range, SPAN_LIT("*")))
        return BY_NONE;
    if (span_equal(type, SPAN_LIT("*")))
        return BY_ANY;
    return span_equal_nocase(type, form_type) ? BY_TYPE : BY_NONE;
}

/* What one element of Accept says of the form; BY_NONE: nothing, or nothing that
 * can be understood. */
static struct match match_range(struct span element, struct span form)
{
    struct match m = {.weight = WEIGHT_MAX};
    const struct match none = {.closeness = BY_NONE};
    struct span part;
    if (!fields_next_part(&element, ';', &part))
        return none;
    m.closeness = compare_type(part, form);
    if (m.closeness == BY_NONE)
        return none;
    while (fields_next_part(&element, ';', &part)) {
        struct span name = cut_name(&part);
        /* What follows a weight is of no range. */
        if (span_equal_nocase(name, SPAN_LIT("q")))
            return parse_weight(part, &m.weight) ? m : none;
        if (!has_parameter(form, name, part))
            return none;
        m.closeness++;
    }
    return m;
}

static struct match match_form(const struct fields *request, struct span form)
{
    struct match best = {.closeness = BY_NONE};
    struct fields_list list = fields_list_of(request, "accept");
    struct span element;
    while (fields_list_next(&list, &element)) {
        struct match m = match_range(element, form);
        if (m.closeness > best.closeness ||
            (m.closeness == best.closeness && m.weight > best.weight))
            best = m;
    }
    return best;
}

bool accept_prefers(const struct fields *request, const char *type,
                    const char *usual)
{
    struct match a = match_form(request, span_str(type));
    struct match b = match_form(request, span_str(usual));
    if (a.weight != b.weight)
        return a.weight > b.weight;
    return a.weight > 0 && a.closeness > b.closeness;
}
