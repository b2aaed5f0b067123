#include "http/aws_canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The lines of the canonical request that the path and the query come to. */
static void comes_to(const char *service, const char *path, const char *query,
                     const char *lines)
{
    struct arena arena;
    struct fields fields;
    struct str text;
    struct str names;
    const struct aws_sigv4 a = {.provider = SPAN_LIT("aws"),
                                .field_provider = SPAN_LIT("amz"),
                                .region = SPAN_LIT("r"),
                                .service = span_str(service)};
    arena_init(&arena);
    fields_init(&fields, &arena);
    str_init(&text);
    str_init(&names);
    const struct aws_sigv4_request r = {.method = SPAN_LIT("GET"),
                                        .path = span_str(path),
                                        .query = span_str(query),
                                        .fields = &fields,
                                        .time = SPAN_LIT("20130524T000000Z")};
    aws_canonical_add(&a, &r, &text, &names);
    assert_int_equal(strncmp(str_text(&text) + 4, lines, strlen(lines)), 0);
    str_fini(&text);
    str_fini(&names);
    arena_fini(&arena);
}

static void paths_and_queries_are_encoded_in_one_way(void **state)
{
    (void)state;
    comes_to("x", "/a%20b/", NULL, "/a%2520b/\n\n");
    comes_to("s3", "/a%20b/", NULL, "/a%20b/\n\n");
    comes_to("x", "", NULL, "/\n\n");
    comes_to("x", "//", NULL, "/\n\n");
    comes_to("x", "/../a/b/../c/..", NULL, "/a/\n\n");
    comes_to("x", "/a/..//./b", NULL, "/b\n\n");
    comes_to("s3", "/a//../b/", NULL, "/a//../b/\n\n");
    comes_to("x", "/", "b&a=2&a=1&&c=%7e%2f/+%2B%2b",
             "/\n"
             "a=1&a=2&b=&c=~%2F%2F%20"
             "%2B%2B\n");
    comes_to("x", "/", "a=%", "/\na=%25\n");
    comes_to("x", "/", "a=%4", "/\na=%254\n");
}

static void fields_are_sorted_and_named(void **state)
{
    struct arena arena;
    struct fields fields;
    struct str text = {NULL, 0, 0};
    struct str names = {NULL, 0, 0};
    const struct aws_sigv4 a = {.provider = SPAN_LIT("aws"),
                                .field_provider = SPAN_LIT("amz"),
                                .region = SPAN_LIT("r"),
                                .service = SPAN_LIT("x")};
    (void)state;
    arena_init(&arena);
    fields_init(&fields, &arena);
    fields_add(&fields, SPAN_LIT("X-Two"), SPAN_LIT(" b  c "));
    fields_add(&fields, SPAN_LIT("Host"), SPAN_LIT("h.test"));
    fields_add(&fields, SPAN_LIT("x-two"), SPAN_LIT("a"));
    const struct aws_sigv4_request r = {.method = SPAN_LIT("PUT"),
                                        .path = SPAN_LIT("/"),
                                        .fields = &fields,
                                        .body = SPAN_LIT("hash"),
                                        .time = SPAN_LIT("20130524T000000Z")};
    aws_canonical_add(&a, &r, &text, &names);
    assert_string_equal(str_text(&names), "host;x-two");
    assert_string_equal(
        str_text(&text),
        "PUT\n/\n\nhost:h.test\nx-two:b c,a\n\nhost;x-two\nhash");
    str_fini(&text);
    str_fini(&names);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_queries_are_encoded_in_one_way),
        cmocka_unit_test(fields_are_sorted_and_named),
    };
    return cmocka_run_group_tests_name("http/aws_canonical", tests, NULL, NULL);
}
