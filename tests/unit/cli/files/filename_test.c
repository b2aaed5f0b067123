#include "files/filename.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_names_from_paths(void **state)
{
    static const struct {
        const char *path;
        const char *name;
    } cases[] = {
        {"/file", "file"},        {"/a/b.tar.gz", "b.tar.gz"},
        {"/.bashrc", "_.bashrc"}, {"/..", "_.."},
        {"/a/.", "_."},           {"/a%2fb", "a%2fb"},
        {"/a\\..\\b", "a_.._b"},  {"/esc\x1b[2Jape", "esc_[2Jape"},
        {"/", "curl_response"},   {"", "curl_response"},
        {"/folder/", "folder"},   {"/a/b//", "curl_response"},
        {"/del\x7f", "del_"},     {"/\xc3\xa4", "\xc3\xa4"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *name = filename_from_path(cases[i].path);
        assert_string_equal(name, cases[i].name);
        free(name);
    }
    assert_null(filename_safe(""));
}

static void test_long_names_are_cut_between_characters(void **state)
{
    char path[600];
    (void)state;
    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    char *name = filename_from_path(path);
    assert_int_equal(strlen(name), FILENAME_LONGEST);
    free(name);
    /* A two-byte character across the limit. */
    path[FILENAME_LONGEST] = (char)0xc3;
    path[FILENAME_LONGEST + 1] = (char)0xa4;
    name = filename_from_path(path);
    assert_int_equal(strlen(name), FILENAME_LONGEST - 1);
    free(name);
}

static void test_join(void **state)
{
    char *a = filename_join(NULL, "x");
    char *b = filename_join("d", "x");
    char *c = filename_join("d/", "x");
    (void)state;
    assert_string_equal(a, "x");
    assert_string_equal(b, "d/x");
    assert_string_equal(c, "d/x");
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_from_paths),
        cmocka_unit_test(test_long_names_are_cut_between_characters),
        cmocka_unit_test(test_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
