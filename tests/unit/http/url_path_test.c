/* The path of a URL, by the examples of RFC 3986 5. */
#include "http/url_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void dots_are_taken_out(void **state)
{
    static const struct {
        const char *path;
        const char *expected;
    } rows[] = {
        {"/", "/"},
        {"/a/b/c/./../../g", "/a/g"},
        {"/a/..", "/"},
        {"/..", "/"},
        {"/../a", "/a"},
        {"/a/.", "/a/"},
        {"/a/./b", "/a/b"},
        {"/a//../b", "/a/b"},
        {"/a/...", "/a/..."},
        {"/a/.b", "/a/.b"},
        {"/a/%2e%2E/b", "/b"},
        {"/a/%2e/b", "/a/b"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span s = url_path_remove_dots(span_str(rows[i].path), &arena);
        assert_true(span_equal(s, span_str(rows[i].expected)));
    }
    arena_fini(&arena);
}

static void what_may_not_stand_in_a_target_is_encoded(void **state)
{
    static const struct {
        const char *part;
        char space;
        const char *expected;
    } rows[] = {
        {"/a b", '\0', "/a%20b"},       {"?a b", '+', "?a+b"},
        {"/\xc3\xa4", '\0', "/%C3%A4"}, {"/%20", '\0', "/%20"},
        {"/~^|", '\0', "/~^|"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span s =
            url_path_encode(span_str(rows[i].part), rows[i].space, &arena);
        if (!span_equal_nocase(s, span_str(rows[i].expected)))
            fail_msg("%s: %.*s", rows[i].part, SPAN_ARG(s));
    }
    arena_fini(&arena);
}

static void a_reference_stands_beside_its_base(void **state)
{
    static const struct {
        const char *base;
        const char *reference;
        const char *expected;
    } rows[] = {
        {"/b/c/d", "g", "/b/c/g"},
        {"/b/c/d", "../g", "/b/c/../g"},
        {"/b/c/", "g", "/b/c/g"},
        {"/", "g", "/g"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span s = url_path_merge(span_str(rows[i].base),
                                       span_str(rows[i].reference), &arena);
        assert_true(span_equal(s, span_str(rows[i].expected)));
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_are_taken_out),
        cmocka_unit_test(what_may_not_stand_in_a_target_is_encoded),
        cmocka_unit_test(a_reference_stands_beside_its_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
