/* What --priority takes (RFC 9218 4). */
#include "request/message_calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void priorities_are_understood(void **state)
{
    static const char *const good[] = {
        "u=0",          "u=7",       "i",
        "i=?1",         "i=?0",      "u=1, i",
        "u=1,i",        " i , u=3 ", "u=2, other-key=12, *k.e_y",
        "more=\"a b\"",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (message_calls_bad_priority(good[i]))
            fail_msg("%s: %s", good[i], message_calls_bad_priority(good[i]));
}

static void other_words_are_not(void **state)
{
    static const char *const bad[] = {
        "",      ",",   "u",          "u=",    "u=8",         "u=-1", "u=10",
        "U=1",   "i=1", "i=yes",      "i=",    "u=1,",        ",u=1", "1=u",
        "u=1;i", "a b", "x=\xc3\xa4", "x=a\n", "u=1\r\nX: y",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!message_calls_bad_priority(bad[i]))
            fail_msg("\"%s\" is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(priorities_are_understood),
        cmocka_unit_test(other_words_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
