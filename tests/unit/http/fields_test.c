#include "http/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;
static struct fields fields;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    fields_init(&fields, &arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void add(const char *name, const char *value)
{
    fields_add(&fields, span_str(name), span_str(value));
}

static void test_order_and_case_are_kept(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        add(i % 2 ? "X-Odd" : "x-even", "v");
    assert_int_equal(fields.len, 100);
    assert_int_equal(fields.bytes, 50 * (5 + 1 + 32) + 50 * (6 + 1 + 32));
    assert_true(span_equal(fields.items[99].name, SPAN_LIT("X-Odd")));
    assert_ptr_equal(fields_find(&fields, SPAN_LIT("x-ODD")), &fields.items[1]);
    assert_null(fields_find(&fields, SPAN_LIT("x-od")));
    fields_clear(&fields);
    assert_int_equal(fields.len + fields.bytes, 0);
    assert_null(fields_value(&fields, "x-odd").base);
}

static void test_one_may_be_put_before_all_others(void **state)
{
    (void)state;
    fields_add_first(&fields, SPAN_LIT("a"), SPAN_LIT("1"));
    for (int i = 0; i < 40; i++)
        add("b", "2");
    fields_add_first(&fields, SPAN_LIT("c"), SPAN_LIT("3"));
    assert_int_equal(fields.len, 42);
    assert_int_equal(fields.bytes, 42 * (1 + 1 + 32));
    assert_true(span_equal(fields.items[0].name, SPAN_LIT("c")));
    assert_true(span_equal(fields.items[1].name, SPAN_LIT("a")));
    assert_true(span_equal(fields.items[41].name, SPAN_LIT("b")));
}

static void test_set_replaces_all(void **state)
{
    (void)state;
    add("A", "1");
    add("b", "2");
    add("a", "3");
    add("c", "4");
    add("A", "5");
    fields_set(&fields, SPAN_LIT("a"), SPAN_LIT("six"));
    assert_int_equal(fields.len, 3);
    assert_int_equal(fields.bytes, 3 * 32 + 1 + 3 + 4);
    assert_true(span_equal(fields_value(&fields, "a"), SPAN_LIT("six")));
    assert_true(span_equal(fields.items[0].name, SPAN_LIT("A")));
    assert_true(span_equal(fields.items[2].name, SPAN_LIT("c")));
    fields_set(&fields, SPAN_LIT("d"), SPAN_LIT(""));
    assert_int_equal(fields.len, 4);
    assert_non_null(fields_value(&fields, "d").base);
}

static void test_has_token(void **state)
{
    (void)state;
    add("Connection", "Upgrade , keep-alive");
    add("Other", "close");
    add("connection", ", x,");
    assert_true(fields_has_token(&fields, "connection", "upgrade"));
    assert_true(fields_has_token(&fields, "connection", "Keep-Alive"));
    assert_true(fields_has_token(&fields, "CONNECTION", "x"));
    assert_false(fields_has_token(&fields, "connection", "close"));
    assert_false(fields_has_token(&fields, "connection", "keep"));
}

static void want_list(struct fields_list list, const char *const *want)
{
    struct span element;
    for (; *want; want++) {
        assert_true(fields_list_next(&list, &element));
        if (!span_equal(element, span_str(*want)))
            fail_msg("got '%.*s', not '%s'", SPAN_ARG(element), *want);
    }
    assert_false(fields_list_next(&list, &element));
    assert_false(fields_list_next(&list, &element));
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_a_list_is_one_whatever_lines_it_came_in(void **state)
{
    (void)state;
    want_list(fields_list_of(&fields, "accept"), LIST(NULL));
    add("Accept", "a");
    add("x", "no");
    add("ACCEPT", "b ,\tc");
    add("accept", "");
    add("accept", ", ,d,,");
    want_list(fields_list_of(&fields, "accept"), LIST("a", "b", "c", "d"));
    want_list(fields_list_of(&fields, "x"), LIST("no"));
    assert_true(fields_has_token(&fields, "accept", "D"));
}

static void test_commas_in_quotes_separate_nothing(void **state)
{
    (void)state;
    add("a", "\"1, 2\", b=\"3,\\\",4\";c , d");
    add("a", "\"never closed, e");
    add("a", "f\\, g");
    want_list(fields_list_of(&fields, "a"),
              LIST("\"1, 2\"", "b=\"3,\\\",4\";c", "d", "\"never closed, e",
                   "f\\", "g"));
    assert_false(fields_has_token(&fields, "a", "2"));
    add("tag", "\"a\\\", W/\"b,\"");
    want_list(fields_list_of_tags(&fields, "tag"), LIST("\"a\\\"", "W/\"b,\""));
}

static void test_parts_of_a_value(void **state)
{
    (void)state;
    struct span rest = SPAN_LIT("a ; b=\"c;d\";; e;");
    struct span part;
    for (const char *const *want = LIST("a", "b=\"c;d\"", "e"); *want; want++) {
        assert_true(fields_next_part(&rest, ';', &part));
        assert_true(span_equal(part, span_str(*want)));
    }
    assert_false(fields_next_part(&rest, ';', &part));
    rest = (struct span){NULL, 0};
    assert_false(fields_next_part(&rest, ';', &part));
}

static void test_only_value(void **state)
{
    (void)state;
    assert_null(fields_only_value(&fields, "a").base);
    add("A", "1");
    add("b", "2");
    assert_true(span_equal(fields_only_value(&fields, "a"), SPAN_LIT("1")));
    add("a", "1");
    assert_null(fields_only_value(&fields, "a").base);
    assert_true(span_equal(fields_only_value(&fields, "b"), SPAN_LIT("2")));
}

static void test_grammar(void **state)
{
    (void)state;
    static const char all_tokens[] = "!#$%&'*+-.^_`|~09azAZ";
    assert_true(fields_is_name(span_str(all_tokens)));
    for (int c = 0; c < 256; c++) {
        uint8_t byte = (uint8_t)c;
        uint8_t in_value[3] = {'a', byte, 'b'};
        bool is_token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') ||
                        (c && strchr("!#$%&'*+-.^_`|~", c));
        assert_int_equal(fields_is_name(span_of(&byte, 1)), is_token);
        assert_int_equal(fields_is_value(span_of(in_value, 3)),
                         c == '\t' || (c >= 0x20 && c != 0x7f));
    }
    assert_false(fields_is_name(SPAN_LIT("")));
    assert_true(fields_is_value(SPAN_LIT("")));
    assert_false(fields_is_value(SPAN_LIT(" a")));
    assert_false(fields_is_value(SPAN_LIT("a\t")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_and_case_are_kept, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_one_may_be_put_before_all_others,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_replaces_all, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_has_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_a_list_is_one_whatever_lines_it_came_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_commas_in_quotes_separate_nothing,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parts_of_a_value, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_only_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_grammar, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
