#include "http/hsts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RFC 6797 6.1, 6.2. */
static void fields(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        uint64_t max_age;
        bool has_subdomains;
    } cases[] = {
        {"max-age=31536000", true, 31536000, false},
        {"max-age=15768000 ; includeSubDomains", true, 15768000, true},
        {"max-age=\"31536000\"", true, 31536000, false},
        {"MAX-AGE = 5;INCLUDESUBDOMAINS", true, 5, true},
        {"max-age=0", true, 0, false},
        {"max-age=0; includeSubDomains", true, 0, true},
        {";;max-age=1;;", true, 1, false},
        {"includeSubDomains; max-age=1", true, 1, true},
        {"max-age=1; preload", true, 1, false},
        {"max-age=1; x=\"a;includeSubDomains\"", true, 1, false},
        {"max-age=99999999999999999999999", true, UINT64_MAX, false},
        {"", false, 0, false},
        {"includeSubDomains", false, 0, false},
        {"max-age", false, 0, false},
        {"max-age=", false, 0, false},
        {"max-age=-1", false, 0, false},
        {"max-age=1x", false, 0, false},
        {"max-age=\"1", false, 0, false},
        {"max-age=1; max-age=2", false, 0, false},
        {"max-age=1; includeSubDomains; includeSubDomains", false, 0, false},
        {"max-age=1; includeSubDomains=1", false, 0, false},
        {"max-age=1; in valid", false, 0, false},
        {"max-age=1; =x", false, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hsts_word w;
        bool is_good = hsts_parse(&w, span_str(cases[i].text));
        if (is_good != cases[i].is_good)
            fail_msg("%s: %d", cases[i].text, is_good);
        if (!is_good)
            continue;
        assert_int_equal(w.max_age, cases[i].max_age);
        assert_int_equal(w.has_subdomains, cases[i].has_subdomains);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
