/* Lists of ECH configurations: whole ones, foreign ones, and what is none. */
#include "http/ech.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define KEY "abcdefghijklmnopqrstuvwxyz012345"
/* config_id, kem_id, key, one cipher, the longest name */
#define FRONT "\7\0\x20\0\x20" KEY "\0\4\0\1\0\1\0"
/* of RFC 9849, with a name of 11 bytes and no extension */
#define CONFIG(name) "\xfe\x0d\0\x3a" FRONT "\x0b" name "\0\0"
#define OTHER        "\xfe\x0a\0\3abc" /* a draft's */
#define WIRE(text)                                                             \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static void lists_are_good_or_not(void **state)
{
    static const struct {
        struct span list;
        bool is_good;
        const char *name; /* the first */
    } rows[] = {
        {WIRE("\0\x3e" CONFIG("public.test")), true, "public.test"},
        {WIRE("\0\x45" OTHER CONFIG("public.test")), true, "public.test"},
        {WIRE("\0\x7c" CONFIG("public.test") CONFIG("second.test")), true,
         "public.test"},
        /* none that we know */
        {WIRE("\0\7" OTHER), false, NULL},
        {WIRE("\0\0"), false, NULL},
        {WIRE(""), false, NULL},
        {WIRE("\0"), false, NULL},
        /* longer than it says, shorter, and cut in a configuration */
        {WIRE("\0\x3d" CONFIG("public.test")), false, NULL},
        {WIRE("\0\x3f" CONFIG("public.test")), false, NULL},
        {WIRE("\0\x41" CONFIG("public.test") "\xfe\x0a\0"), false,
         "public.test"},
        {WIRE("\0\x42" CONFIG("public.test") "\xfe\x0a\0\1"), false,
         "public.test"},
        /* without a name */
        {WIRE("\0\x33"
              "\xfe\x0d\0\x2f" FRONT "\0\0\0"),
         false, NULL},
        /* a name that goes on behind it */
        {WIRE("\0\x33"
              "\xfe\x0d\0\x2f" FRONT "\x0b\0\0"),
         false, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span name = ech_list_name(rows[i].list);
        if (ech_list_is_good(rows[i].list) != rows[i].is_good)
            fail_msg("row %zu", i);
        if (rows[i].name == NULL)
            assert_int_equal(name.len, 0);
        else
            assert_true(span_equal(name, span_str(rows[i].name)));
    }
}

static void all_names_are_told(void **state)
{
    static const char list[] =
        "\0\x83" CONFIG("public.test") OTHER CONFIG("second.test");
    struct span rest = ech_list_all(span_of(list, sizeof list - 1));
    struct span name;
    (void)state;
    assert_true(ech_list_next(&rest, &name));
    assert_true(span_equal(name, SPAN_LIT("public.test")));
    assert_true(ech_list_next(&rest, &name));
    assert_true(span_equal(name, SPAN_LIT("second.test")));
    assert_false(ech_list_next(&rest, &name));
}

static void base64_is_read(void **state)
{
    struct str list;
    (void)state;
    str_init(&list);
    assert_true(ech_list_decode(
        &list, "AEL+DQA+BwAgACDxFP9GTIsVeXyZJZEx+DujOfKJ7uuYHweU/Y5hCp9pOgAEAAE"
               "AASAPcHVibGljLmxhYi50ZXN0AAA="));
    assert_true(span_equal(ech_list_name(str_span(&list)),
                           SPAN_LIT("public.lab.test")));
    assert_false(ech_list_decode(&list, "AEL+DQA+"));
    assert_false(ech_list_decode(&list, "what is this"));
    assert_false(ech_list_decode(&list, ""));
    str_fini(&list);
}

static void a_list_that_is_too_long_is_none(void **state)
{
    static uint8_t list[ECH_LIST_MAX + 1];
    (void)state;
    list[0] = (sizeof list - 2) >> 8;
    list[1] = (sizeof list - 2) & 0xff;
    for (size_t at = 2; at + 4 <= sizeof list; at += 4)
        list[at] = 0xff; /* an empty one of a version that nobody knows */
    assert_false(ech_list_is_good(span_of(list, sizeof list)));
    assert_int_equal(ech_list_name(span_of(list, sizeof list)).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_good_or_not),
        cmocka_unit_test(all_names_are_told),
        cmocka_unit_test(base64_is_read),
        cmocka_unit_test(a_list_that_is_too_long_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
