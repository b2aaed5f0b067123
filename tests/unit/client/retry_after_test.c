/* How long servers ask their clients to wait, and when that is believed. */
#include "client/retry_after.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S ((uint64_t)1000000000)

/* Sun, 06 Nov 1994 08:49:37 GMT */
#define NOW ((int64_t)784111777)

typedef uint64_t (*reader)(const struct fields *fields);

static uint64_t retry_after(const struct fields *fields)
{
    return retry_after_field(fields, NOW);
}

static uint64_t with_field(const char *name, const char *value, reader read)
{
    struct arena arena;
    struct fields fields;
    arena_init(&arena);
    fields_init(&fields, &arena);
    fields_add(&fields, SPAN_LIT("date"), SPAN_LIT("whenever"));
    if (value)
        fields_add(&fields, span_str(name), span_str(value));
    uint64_t wait = read(&fields);
    arena_fini(&arena);
    return wait;
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        uint64_t wait;
    } cases[] = {
        {NULL, 0},
        {"0", 0},
        {"2", 2 * S},
        {" 120 ", 120 * S},
        {"Sun, 06 Nov 1994 08:50:07 GMT", 30 * S},
        {"Sunday, 06-Nov-94 08:50:07 GMT", 30 * S},
        {"Sun, 06 Nov 1994 08:49:07 GMT", 0}, /* it has passed */
        {"100000000", 6 * 3600 * S},
        {"18446744073709551615", 6 * 3600 * S},
        {"18446744073709551616", 6 * 3600 * S},
        {"99999999999999999999999999999999", 6 * 3600 * S},
        {"99999999999999999999999999999999s", 0},
        {"Sun, 06 Nov 2094 08:49:37 GMT", 6 * 3600 * S},
        {"-5", 0},
        {"1.5", 0},
        {"soon", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(with_field("Retry-After", cases[i].value, retry_after),
                         cases[i].wait);
}

static void a_quota_that_is_used_up_is_waited_for(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        uint64_t wait;
    } cases[] = {
        {NULL, 0},
        {"\"default\";r=50;t=30", 0},
        {"\"default\";r=0;t=5", 5 * S},
        {"\"default\"; r=0; t=5", 5 * S},
        {"default;t=7;r=0", 7 * S},
        {"\"burst\";r=0;t=2, \"day\";r=0;t=60", 60 * S},
        {"\"burst\";r=0;t=2, \"day\";r=10;t=60", 2 * S},
        {"\"default\";r=0", 0}, /* nobody knows until when */
        {"\"default\";t=5", 0},
        {"\"default\";r=-1;t=5", 0},
        {"\"default\";r=0;t=99999999", 6 * 3600 * S},
        {";;;,,;r=0;t=", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(
            with_field("RateLimit", cases[i].value, retry_after_quota),
            cases[i].wait);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
        cmocka_unit_test(a_quota_that_is_used_up_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
