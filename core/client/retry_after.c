#include "client/retry_after.h"

#include "http/date.h"

#define NS_PER_S    ((uint64_t)1000000000)
#define SECONDS_MAX ((uint64_t)6 * 3600) /* curl's */

static uint64_t ns_of(uint64_t seconds)
{
    return (seconds < SECONDS_MAX ? seconds : SECONDS_MAX) * NS_PER_S;
}

uint64_t retry_after_field(const struct fields *fields, int64_t now)
{
    struct span value = span_trim(fields_value(fields, "retry-after"));
    uint64_t seconds;
    if (span_to_u64_capped(value, &seconds))
        return ns_of(seconds);
    int64_t date;
    if (date_parse(value, now, &date) && date > now)
        return ns_of((uint64_t)(date - now));
    return 0;
}

/* One list item; its parameters r and t are integers. */
static uint64_t item_wait(struct span item)
{
    struct span part;
    uint64_t left = 1;
    uint64_t reset = 0;
    while (fields_next_part(&item, ';', &part)) {
        uint64_t n;
        if (part.len < 3 || part.base[1] != '=' ||
            !span_to_u64_capped(span_of(part.base + 2, part.len - 2), &n))
            continue;
        if (part.base[0] == 'r')
            left = n;
        else if (part.base[0] == 't')
            reset = n;
    }
    return left == 0 ? ns_of(reset) : 0;
}

uint64_t retry_after_quota(const struct fields *fields)
{
    struct fields_list list = fields_list_of(fields, "ratelimit");
    struct span item;
    uint64_t longest = 0;
    while (fields_list_next(&list, &item)) {
        uint64_t wait = item_wait(item);
        if (wait > longest)
            longest = wait;
    }
    return longest;
}
