#include "http/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW INT64_C(1795230000) /* November 2026 */

static void test_format(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
        {4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT"},
        {INT64_MIN, "Sat, 01 Jan 0000 00:00:00 GMT"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_LEN + 1];
        date_format(cases[i].seconds, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Wed Nov 16 08:49:37 1994", 784975777},
        {"Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
        {"Saturday, 01-Jan-76 00:00:00 GMT", 3345062400}, /* 2076: 50 years */
        {"Friday, 01-Jan-77 00:00:00 GMT", 220924800},    /* 1977 */
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds;
        assert_true(date_parse(span_str(cases[i].text), NOW, &seconds));
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void test_no_dates(void **state)
{
    static const char *const cases[] = {
        NULL, /* no field, whose value has no base */
        "",
        "now",
        "Sun",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Thu, 29 Feb 2100 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
        "784111777",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds;
        assert_false(date_parse(span_str(cases[i]), NOW, &seconds));
    }
}

/* Every day of four centuries, a leap day and the ends of years among them. */
static void test_each_day_comes_back(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 146097; day++) {
        char text[DATE_LEN + 1];
        int64_t seconds;
        date_format(day * 86400 + 3661, text);
        assert_true(date_parse(span_of(text, DATE_LEN), NOW, &seconds));
        assert_int_equal(seconds, day * 86400 + 3661);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_no_dates),
        cmocka_unit_test(test_each_day_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
