#include "client/quota.h"

#define NS_PER_S ((uint64_t)1000000000)
/* Longer windows are nobody's to wait for: what they allow is taken as it is. */
#define WINDOW_MAX ((uint64_t)600)
/* So long the first answer of a window that was begun here may take. */
#define SILENCE (5 * NS_PER_S)

/* An item of either field. */
struct item {
    struct span name;
    bool is_of_requests;
    bool has_count;
    bool has_time;
    uint64_t count;
    uint64_t time; /* s */
};

static void read_parameter(struct item *it, struct span part, char count,
                           char time)
{
    uint64_t n;
    struct span value;
    struct span rest = part;
    (void)span_next(&rest, '=', &value);
    if (span_equal(value, SPAN_LIT("qu"))) {
        it->is_of_requests = span_equal(rest, SPAN_LIT("\"requests\""));
        return;
    }
    if (value.len != 1 || !span_to_u64_capped(rest, &n))
        return;
    if (value.base[0] == (uint8_t)count) {
        it->count = n;
        it->has_count = true;
    } else if (value.base[0] == (uint8_t)time) {
        it->time = n;
        it->has_time = true;
    }
}

static struct item item_of(struct span text, char count, char time)
{
    struct item it = {.is_of_requests = true};
    struct span part;
    if (fields_next_part(&text, ';', &part))
        it.name = part;
    while (fields_next_part(&text, ';', &part))
        read_parameter(&it, part, count, time);
    return it;
}

static bool is_usable(const struct item *it)
{
    return it->is_of_requests && it->has_count && it->has_time && it->time > 0;
}

/* The one with the fewest left that `name` is that of; base NULL: any. */
static bool find(struct item *best, const struct fields *fields,
                 const char *field, const char letters[2], struct span name)
{
    struct fields_list list = fields_list_of(fields, field);
    struct span text;
    bool is_found = false;
    while (fields_list_next(&list, &text)) {
        struct item it = item_of(text, letters[0], letters[1]);
        if (!is_usable(&it) || (name.base && !span_equal(name, it.name)) ||
            (is_found && it.count >= best->count))
            continue;
        *best = it;
        is_found = true;
    }
    return is_found;
}

static uint64_t ns_of(uint64_t seconds)
{
    return (seconds < WINDOW_MAX ? seconds : WINDOW_MAX) * NS_PER_S;
}

static uint64_t without(uint64_t n, size_t others)
{
    return n > others ? n - others : 0;
}

bool quota_is_told(const struct fields *fields)
{
    const struct span name = SPAN_LIT("ratelimit");
    for (size_t i = 0; i < fields->len; i++) {
        const struct span is = fields->items[i].name;
        if (is.len >= name.len && (is.base[0] | 0x20) == 'r' &&
            span_starts_nocase(is, name))
            return true;
    }
    return false;
}

void quota_heard(struct quota *q, const struct fields *fields, size_t others,
                 uint64_t now)
{
    static const struct span any = {NULL, 0};
    struct item left;
    struct item policy;
    bool has_left = find(&left, fields, "ratelimit", "rt", any);
    if (find(&policy, fields, "ratelimit-policy", "qw",
             has_left ? left.name : any)) {
        q->each = policy.count;
        q->window = ns_of(policy.time);
    } else if (has_left) {
        q->each = 0;
    }
    if (has_left) {
        q->left = without(left.count, others);
        q->until = now + ns_of(left.time);
    } else if (q->is_guessed) {
        q->until = now + q->window;
    } else if (q->each > 0 && q->until <= now) {
        /* Only the policy is known: it is counted here. */
        q->left = without(q->each, others + 1);
        q->until = now + q->window;
    }
    q->is_guessed = false;
}

void quota_take(struct quota *q, uint64_t now)
{
    if (q->until == 0)
        return;
    if (q->until <= now) { /* the next window begins with this one */
        q->left = q->each;
        q->until = q->each > 0 ? now + q->window + SILENCE : 0;
        q->is_guessed = q->until > 0;
    }
    q->left -= q->left > 0;
}
