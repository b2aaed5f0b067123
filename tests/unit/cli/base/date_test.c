#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOV_6  784080000 /* 1994-11-06 */
#define AT     (NOV_6 + 8 * 3600 + 49 * 60 + 37)
#define SEP_12 1094947200 /* 2004-09-12 */

static const struct {
    const char *text;
    int64_t seconds;
} dates[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", AT},
    {"Sunday, 06-Nov-94 08:49:37 GMT", AT},
    {"Sun Nov  6 08:49:37 1994", AT},
    {"06 Nov 1994 08:49:37", AT},
    {"06-Nov-94 08:49:37", AT},
    {"1994 Nov 6 08:49:37", AT},
    {"GMT 08:49:37 06-Nov-94 Sunday", AT},
    {"94 6 Nov 08:49:37", AT},
    {"1994 Nov 6", NOV_6},
    {"Nov-94 6", NOV_6},
    {"Sun Nov 6 94", NOV_6},
    {"1994.Nov.6", NOV_6},
    {"Sun/Nov/6/94/GMT", NOV_6},
    {"Sun, 06 Nov 1994 08:49:37 CET", AT - 3600},
    {"06 Nov 1994 08:49:37 EST", AT + 5 * 3600},
    {"Sun, 12 Sep 2004 15:05:58 -0700",
     SEP_12 + 15 * 3600 + 5 * 60 + 58 + 7 * 3600},
    {"Sun, 12 Sep 2004 15:05:58 +0230",
     SEP_12 + 15 * 3600 + 5 * 60 + 58 - 9000},
    {"20040912 15:05:58 -0700", SEP_12 + 15 * 3600 + 5 * 60 + 58 + 7 * 3600},
    {"20040912 +0200", SEP_12 - 7200},
    {"20040912", SEP_12},
    {"2004-09-12", SEP_12},
    {"2004-09-12T15:05:58Z", SEP_12 + 15 * 3600 + 5 * 60 + 58},
    {"2004-09-12 15:05:58.25+0100", SEP_12 + 14 * 3600 + 5 * 60 + 58},
    {"  2004-09-12", SEP_12},
    {"1 Jan 70", INT64_C(3155760000)}, /* after 70 it is the last century */
    {"1 Jan 71", 31536000},
};

static const char *const others[] = {
    "",
    "file.txt",
    "Nov",
    "6 Nov",
    "Nov 1994",
    "32 Nov 94",
    "20041301",
    "6 Nov 1994 25:00:00",
    "6 Nov 1994 1:2:3 4:5:6",
    "6 Nov Dec 94",
    "1 2 3 Nov 1994",
    "200409120",
    "6 Nov 1582",
    "6 November 1994",
    "12:00:00",
    "2004-13-01",
};

static void dates_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        int64_t is = -1;
        if (!date_parse_loose(dates[i].text, &is) || is != dates[i].seconds)
            fail_msg("%s: %lld, not %lld", dates[i].text, (long long)is,
                     (long long)dates[i].seconds);
    }
}

static void other_texts_are_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        int64_t is;
        if (date_parse_loose(others[i], &is))
            fail_msg("'%s' is taken for %lld", others[i], (long long)is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(other_texts_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
