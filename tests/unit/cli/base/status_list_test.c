#include "base/status_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_lists_of_statuses_and_ranges(void **state)
{
    static const struct {
        const char *text;
        int in;
        int out;
    } cases[] = {
        {"200", 200, 201},         {"200-299", 299, 300},
        {"200-299,304", 304, 303}, {"404, 500-599", 500, 200},
        {" 100 ", 100, 101},       {"999", 999, 998},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct status_list l = {0};
        assert_true(status_list_parse(&l, cases[i].text));
        assert_true(l.is_set);
        assert_true(status_list_has(&l, cases[i].in));
        assert_false(status_list_has(&l, cases[i].out));
        /* No answer is never among them. */
        assert_false(status_list_has(&l, 0));
    }
}

static void test_it_is_written_in_order(void **state)
{
    static const struct {
        const char *text;
        const char *written;
    } cases[] = {
        {"200", "200"},
        {"404, 200-299", "200-299,404"},
        {"200,201,202,204", "200-202,204"},
        {"100-999", "100-999"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct status_list l = {0};
        struct str out = {0};
        assert_true(status_list_parse(&l, cases[i].text));
        status_list_write(&l, &out);
        assert_string_equal(str_text(&out), cases[i].written);
        str_fini(&out);
    }
}

static void test_what_is_no_list(void **state)
{
    static const char *const cases[] = {
        "",        "20", "2000",    "200,",     "2xx",  "200-",    "-200",
        "300-200", "99", "200;201", "200-299-", ",200", "200 201",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct status_list l = {0};
        assert_false(status_list_parse(&l, cases[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_of_statuses_and_ranges),
        cmocka_unit_test(test_it_is_written_in_order),
        cmocka_unit_test(test_what_is_no_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
