#include "files/validator.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/xalloc.h"

enum {
    /* A date says that nothing has changed since only if it was old already when
     * it was told: in the same second a file may change twice.  A minute is for
     * clocks that differ (RFC 9110 8.8.2.2). */
    SETTLED_S = 60
};

const char *validator_field(const struct qv_field *fields, size_t n,
                            const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(fields[i].name, name) == 0)
            return fields[i].value;
    }
    return NULL;
}

static const char *field(const struct qv_head *head, const char *name)
{
    return validator_field(head->fields, head->nfields, name);
}

static bool is_settled(const char *changed, const char *told)
{
    int64_t from;
    int64_t to;
    return told && qv_date_parse(changed, &from) && qv_date_parse(told, &to) &&
           to - from >= SETTLED_S;
}

char *validator_of(const struct qv_head *head)
{
    const char *ranges = field(head, "accept-ranges");
    const char *etag = field(head, "etag");
    const char *changed = field(head, "last-modified");
    if ((head->status != 200 && head->status != 206) ||
        (ranges && strcasecmp(ranges, "none") == 0))
        return NULL;
    if (etag && etag[0] == '"')
        return xalloc_string(etag);
    if (!etag && changed && is_settled(changed, field(head, "date")))
        return xalloc_string(changed);
    return NULL;
}
