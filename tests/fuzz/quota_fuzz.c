/*
 * What a server says of its limits (RateLimit, RateLimit-Policy, Retry-After) in
 * answers and starts in a row, each with a byte for what it is.
 *
 * Nobody is made to wait longer than is allowed, a start always leaves fewer or a
 * new window, and what is due lies in a window that has an end.
 */
#include <assert.h>
#include <string.h>

#include "client/quota.h"
#include "client/retry_after.h"
#include "fuzz_input.h"

#define S        UINT64_C(1000000000)
#define WAIT_MAX (600 * S)
#define ASK_MAX  (6 * 3600 * S) /* of retry_after, before it is cut */

static void check(const struct quota *q, uint64_t now)
{
    uint64_t due = quota_due(q);
    assert(due == 0 || due <= now + WAIT_MAX + 5 * S);
    assert(due == 0 || q->left == 0);
    assert(q->window <= WAIT_MAX);
    assert(!q->is_guessed || q->each > 0);
}

static void hear(struct quota *q, struct span text, size_t others, uint64_t now)
{
    struct arena arena;
    struct fields fields;
    struct span line;
    arena_init(&arena);
    fields_init(&fields, &arena);
    while (span_next(&text, '\n', &line)) {
        struct span name;
        if (span_next(&line, ':', &name) && line.base)
            fields_add(&fields, name, span_trim(line));
    }
    uint64_t quota = retry_after_quota(&fields);
    assert(quota <= ASK_MAX);
    assert(quota == 0 || quota_is_told(&fields));
    assert(retry_after_field(&fields, 1795230000) <= ASK_MAX);
    quota_heard(q, &fields, others, now);
    check(q, now);
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct quota q = {.left = 0};
    uint64_t now = 0;
    while (in.len > 0) {
        uint8_t what = fuzz_input_u8(&in);
        now += (uint64_t)(what >> 4) * S;
        if (what & 1) {
            const uint8_t *end = in.len ? memchr(in.at, 0, in.len) : NULL;
            size_t n = end ? (size_t)(end - in.at) : in.len;
            hear(&q, fuzz_input_take(&in, n), what >> 1 & 7, now);
            (void)fuzz_input_u8(&in);
            continue;
        }
        uint64_t left = q.left;
        bool is_known = q.until > now;
        quota_take(&q, now);
        assert(!is_known || q.left + (left > 0) == left);
        check(&q, now);
    }
    return 0;
}
