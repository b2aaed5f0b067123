#include "settings/http_bounds.h"

#include "base/fault.h"
#include "settings/settings.h"

/* What is offered with each choice: the lowest and the highest version. */
struct range {
    enum settings_http_bound low;
    enum settings_http_bound high;
};

static const struct range offered[] = {
    [SETTINGS_HTTP_AUTO] = {SETTINGS_HTTP_BOUND_1_1, SETTINGS_HTTP_BOUND_3},
    [SETTINGS_HTTP_1_0] = {SETTINGS_HTTP_BOUND_1_1, SETTINGS_HTTP_BOUND_1_1},
    [SETTINGS_HTTP_1_1] = {SETTINGS_HTTP_BOUND_1_1, SETTINGS_HTTP_BOUND_1_1},
    [SETTINGS_HTTP_2] = {SETTINGS_HTTP_BOUND_1_1, SETTINGS_HTTP_BOUND_2},
    [SETTINGS_HTTP_2_PRIOR] = {SETTINGS_HTTP_BOUND_2, SETTINGS_HTTP_BOUND_2},
    [SETTINGS_HTTP_3] = {SETTINGS_HTTP_BOUND_1_1, SETTINGS_HTTP_BOUND_3},
    [SETTINGS_HTTP_3_ONLY] = {SETTINGS_HTTP_BOUND_3, SETTINGS_HTTP_BOUND_3},
};

static const char *name(enum settings_http_bound bound)
{
    switch (bound) {
    case SETTINGS_HTTP_BOUND_NONE:
        return "not given";
    case SETTINGS_HTTP_BOUND_1_1:
        return "1.1";
    case SETTINGS_HTTP_BOUND_2:
        return "2";
    case SETTINGS_HTTP_BOUND_3:
        return "3";
    }
    return "";
}

bool http_bounds_apply(struct settings *s, struct fault *fault)
{
    const struct range *range = &offered[s->http];
    enum settings_http_bound min = s->http_min;
    enum settings_http_bound max = s->http_max ? s->http_max : range->high;
    if (min > max || max < range->low) {
        fault_set(fault, ERR_USAGE, 0,
                  "no version of HTTP is left: %s to %s were offered, "
                  "--http-min %s, --http-max %s",
                  name(range->low), name(range->high), name(min),
                  name(s->http_max));
        return false;
    }
    if (min == SETTINGS_HTTP_BOUND_3)
        s->http = SETTINGS_HTTP_3_ONLY;
    else if (max < range->high)
        s->http =
            max == SETTINGS_HTTP_BOUND_2 ? SETTINGS_HTTP_2 : SETTINGS_HTTP_1_1;
    return true;
}

bool http_bounds_allow(const struct settings *s, enum http_version version,
                       struct fault *fault)
{
    bool is_h1 = version == HTTP_VERSION_1_0 || version == HTTP_VERSION_1_1;
    if (s->http_min <= SETTINGS_HTTP_BOUND_1_1 || !is_h1)
        return true;
    fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0,
              "HTTP/1.1 is spoken there, and --http-min asks for %s",
              name(s->http_min));
    return false;
}
