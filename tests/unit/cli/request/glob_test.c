#include "request/glob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *pattern, const char *expected)
{
    struct glob_error error = {""};
    char all[1000] = "";
    struct glob *g = glob_new(pattern, false, &error);
    assert_non_null(g);
    for (uint64_t i = 0; i < glob_count(g); i++) {
        char *url = glob_url(g, i);
        strcat(all, i ? " " : "");
        strcat(all, url);
        free(url);
    }
    assert_string_equal(all, expected);
    glob_free(g);
}

static void test_patterns(void **state)
{
    (void)state;
    check("http://h/", "http://h/");
    check("http://{a,b}/", "http://a/ http://b/");
    check("x[1-3]", "x1 x2 x3");
    check("x[08-11]", "x08 x09 x10 x11");
    check("x[0-10:5]", "x0 x5 x10");
    check("x[a-e:2]y", "xay xcy xey");
    check("{a,b}[1-2]", "a1 a2 b1 b2");
    check("{a,}x", "ax x");
    check("\\{a\\,b\\}", "{a,b}");
    check("http://[::1]:80/[1-2]", "http://[::1]:80/1 http://[::1]:80/2");
    check("http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/");
}

static void test_off_takes_it_as_it_is(void **state)
{
    struct glob_error error = {""};
    struct glob *g = glob_new("{a,b}[1-2]", true, &error);
    char *url = glob_url(g, 0);
    (void)state;
    assert_int_equal(glob_count(g), 1);
    assert_string_equal(url, "{a,b}[1-2]");
    free(url);
    glob_free(g);
}

static void test_bad_patterns(void **state)
{
    static const char *const bad[] = {
        "{a",
        "a}",
        "{}",
        "{a{b}}",
        "[1-",
        "[2-1]",
        "[a-Z]",
        "[1-2:0]",
        "[1]",
        "a]",
        "[99999999999999999999-1]",
        "[0-9999999999][0-9999999999]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct glob_error error = {""};
        assert_null(glob_new(bad[i], false, &error));
        assert_true(error.text[0]);
    }
}

static void test_names(void **state)
{
    struct glob_error error = {""};
    struct glob *g = glob_new("http://{a,b}/x[1-2]", false, &error);
    char *name = glob_name(g, 2, "#1_#2.#3#0#x");
    (void)state;
    assert_string_equal(name, "b_1.#3#0#x");
    free(name);
    glob_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_off_takes_it_as_it_is),
        cmocka_unit_test(test_bad_patterns),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
