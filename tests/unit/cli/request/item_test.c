#include "request/item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_the_first_separator_counts(void **state)
{
    static const struct {
        const char *text;
        enum item_kind kind;
        const char *key;
        const char *value;
    } cases[] = {
        {"Name:value", ITEM_HEADER, "Name", "value"},
        {"Name: a=b", ITEM_HEADER, "Name", " a=b"},
        {"Name:", ITEM_HEADER, "Name", ""},
        {"Name;", ITEM_HEADER_EMPTY, "Name", ""},
        {"Name:@file", ITEM_HEADER_FILE, "Name", "file"},
        {"k=v", ITEM_TEXT, "k", "v"},
        {"k=", ITEM_TEXT, "k", ""},
        {"k=a:=b==c@d", ITEM_TEXT, "k", "a:=b==c@d"},
        {"k=@file", ITEM_TEXT_FILE, "k", "file"},
        {"k:=1", ITEM_JSON, "k", "1"},
        {"k:=@file", ITEM_JSON_FILE, "k", "file"},
        {"k==v", ITEM_QUERY, "k", "v"},
        {"k==", ITEM_QUERY, "k", ""},
        {"k==@file", ITEM_QUERY_FILE, "k", "file"},
        {"k@file", ITEM_FILE, "k", "file"},
        {"k@a=b", ITEM_FILE, "k", "a=b"},
        {"a[b]=c", ITEM_TEXT, "a[b]", "c"},
        {"a;b=c", ITEM_TEXT, "a;b", "c"},
        {"=v", ITEM_TEXT, "", "v"},
        {"a\\=b=c", ITEM_TEXT, "a=b", "c"},
        {"a\\:b\\@c:d\\=e", ITEM_HEADER, "a:b@c", "d\\=e"},
        {"a\\\\=b", ITEM_TEXT, "a\\", "b"},
        {"a\\b=c", ITEM_TEXT, "a\\b", "c"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct item item;
        assert_true(item_parse(&item, cases[i].text));
        assert_int_equal(item.kind, cases[i].kind);
        assert_string_equal(str_text(&item.key), cases[i].key);
        assert_string_equal(item.value, cases[i].value);
        item_fini(&item);
    }
}

static void test_a_word_without_a_separator_is_none(void **state)
{
    static const char *const texts[] = {"", "word", "a\\=b", "a;b", "\\"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct item item;
        assert_false(item_parse(&item, texts[i]));
        item_fini(&item);
    }
}

static void test_fields_of_the_body_are_told_apart(void **state)
{
    static const char *const body[] = {"a=b", "a=@b", "a:=1", "a:=@b", "a@b"};
    static const char *const others[] = {"a:b", "a;", "a:@b", "a==b", "a==@b"};
    struct item item;
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_true(item_parse(&item, body[i]) && item_is_body(&item));
        item_fini(&item);
        assert_true(item_parse(&item, others[i]) && !item_is_body(&item));
        item_fini(&item);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_separator_counts),
        cmocka_unit_test(test_a_word_without_a_separator_is_none),
        cmocka_unit_test(test_fields_of_the_body_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
