#include "serve/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/content_type.h"

static void assert_span(struct span s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.base, text, s.len);
}

static void test_parts(void **state)
{
    static const struct {
        const char *target, *path, *query;
    } cases[] = {
        {"/", "/", ""},
        {"/a/b?c=d?e", "/a/b", "c=d?e"},
        {"/a?", "/a", ""},
        {"*", "*", ""},
        {"http://host:80/a?b", "/a", "b"},
        {"HTTPS://host?b", "/", "b"},
        {"http://host", "/", ""},
        {"//host/a", "//host/a", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span target = span_str(cases[i].target);
        assert_span(target_path(target), cases[i].path);
        assert_span(target_query(target), cases[i].query);
    }
}

static void test_parameters(void **state)
{
    struct span target = SPAN_LIT("/x?a=1&b=%41+%zz&c&d=&a=2&n=12x");
    struct arena arena;
    struct span value;
    (void)state;
    arena_init(&arena);
    assert_int_equal(target_number(target, "a", 7), 1);
    assert_int_equal(target_number(target, "n", 7), 7);
    assert_int_equal(target_number(target, "z", 7), 7);
    assert_true(target_param(target, "b", &arena, &value));
    assert_span(value, "A %zz");
    assert_true(target_param(target, "c", &arena, &value));
    assert_span(value, "");
    assert_true(target_param(target, "d", &arena, &value));
    assert_span(value, "");
    assert_false(target_param(target, "e", &arena, &value));
    arena_fini(&arena);
}

static void test_files(void **state)
{
    static const struct {
        const char *path, *file; /* NULL: no file is called so */
    } cases[] = {
        {"/", ""},
        {"//", ""},
        {"/a", "a"},
        {"/a/", "a/"},
        {"//a//b", "a/b"},
        {"/a%20b", "a b"},
        {"/%61%2e", "a."},
        {"/...", "..."},
        {"/..a", "..a"},
        {"/..", NULL},
        {"/../etc/passwd", NULL},
        {"/a/../b", NULL},
        {"/a/./b", NULL},
        {"/%2e%2e/etc/passwd", NULL},
        {"/.%2E/x", NULL},
        {"/a%2fb", NULL},
        {"/a%2Fb", NULL},
        {"/%2fetc/passwd", NULL},
        {"/a%00b", NULL},
        {"/a%", NULL},
        {"/a%4", NULL},
        {"/a%zz", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str file;
        str_init(&file);
        bool is_file = target_file(span_str(cases[i].path), &file);
        assert_int_equal(is_file, cases[i].file != NULL);
        if (is_file)
            assert_string_equal(str_text(&file), cases[i].file);
        str_fini(&file);
    }
}

static void test_encoding(void **state)
{
    struct str out;
    (void)state;
    str_init(&out);
    target_encode(&out, SPAN_LIT("a b/\xc3\xa4?<x>/~%"));
    assert_string_equal(str_text(&out), "a%20b/%C3%A4%3F%3Cx%3E/~%25");
    str_fini(&out);
}

static void test_content_types(void **state)
{
    static const struct {
        const char *name, *type;
    } cases[] = {
        {"index.html", "text/html; charset=utf-8"},
        {"a/b.PNG", "image/png"},
        {"x.tar.gz", "application/gzip"},
        {"noending", "application/octet-stream"},
        {"dir.html/file", "application/octet-stream"},
        {"a/.html", "application/octet-stream"},
        {".html", "application/octet-stream"},
        {"x.", "application/octet-stream"},
        {"", "application/octet-stream"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(content_type_of(span_str(cases[i].name)),
                            cases[i].type);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),         cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_files),         cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_content_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
