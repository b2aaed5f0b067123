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
    struct glob *g = glob_new(pattern, "URL", false, &error);
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
    struct glob *g = glob_new("{a,b}[1-2]", "URL", true, &error);
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
        "[1-3:3]",
        "[a-a:2]",
        "[1]",
        "a]",
        "[99999999999999999999-1]",
        "[0-9999999999][0-9999999999]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct glob_error error = {""};
        assert_null(glob_new(bad[i], "URL", false, &error));
        assert_true(error.text[0]);
    }
}

static void check_name(struct glob_choice url, struct glob_choice upload,
                       const char *name, const char *expected)
{
    char *got = glob_name(url, upload, name);
    assert_string_equal(got, expected);
    free(got);
}

static void test_names(void **state)
{
    struct glob_error error = {""};
    struct glob *g =
        glob_new("http://{a,b}/x[<digit>1-2]", "URL", false, &error);
    struct glob *files =
        glob_new("{<digit>no}{<File9>x,y}", "-T", false, &error);
    struct glob_choice url = {g, 2};
    struct glob_choice upload = {files, 1};
    struct glob_choice none = {NULL, 0};
    (void)state;
    check_name(url, none, "#1_#2.#3#0#x", "b_1.#3#0#x");
    check_name(url, none, "#<digit>-#<File9>-#<>-#<a b>",
               "1-#<File9>-#<>-#<a b>");
    /* Of the upload those that the URL has not; numbers are the URL's. */
    check_name(url, upload, "#<digit>#<File9>#1", "1yb");
    assert_true(glob_knows(g, files, "#<digit>#<File9>#7#<>", &error));
    assert_false(glob_knows(g, NULL, "#<digit>#<File9>", &error));
    assert_non_null(strstr(error.text, "<File9>"));
    glob_free(g);
    glob_free(files);
}

static void test_names_in_patterns(void **state)
{
    struct glob_error error = {""};
    (void)state;
    assert_null(glob_new("{<a>1,2}[<a>1-2]", "URL", false, &error));
    assert_string_equal(error.text, "a name given twice in URL at position 10");
    /* What is no name is what it always was. */
    struct glob *g = glob_new("{<a b>,<>}", "URL", false, &error);
    char *first = glob_url(g, 0);
    char *second = glob_url(g, 1);
    assert_string_equal(first, "<a b>");
    assert_string_equal(second, "<>");
    free(first);
    free(second);
    glob_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_off_takes_it_as_it_is),
        cmocka_unit_test(test_bad_patterns),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_in_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
