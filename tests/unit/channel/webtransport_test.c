/* The capsule that closes a session, as bytes. */
#include "channel/webtransport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct span read_back(const struct str *value, uint32_t *code)
{
    struct span reason;
    assert_true(webtransport_read_close(str_span(value), code, &reason));
    return reason;
}

static void a_code_and_a_reason_come_back(void **state)
{
    (void)state;
    static const uint32_t codes[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct str value;
        uint32_t code = 7;
        str_init(&value);
        webtransport_add_close(&value, codes[i], SPAN_LIT("g\xc3\xbcltig"));
        struct span reason = read_back(&value, &code);
        assert_int_equal(code, codes[i]);
        assert_true(span_equal(reason, SPAN_LIT("g\xc3\xbcltig")));
        str_fini(&value);
    }
}

static void the_code_stands_in_network_order(void **state)
{
    (void)state;
    struct str value;
    str_init(&value);
    webtransport_add_close(&value, 0x01020304, SPAN_LIT("x"));
    assert_int_equal(value.len, 5);
    assert_memory_equal(value.base, "\x01\x02\x03\x04x", 5);
    str_fini(&value);
}

/* draft-ietf-webtrans-http3 6: at most 1024 bytes. */
static void a_long_reason_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t nascii = 1020; nascii <= 1026; nascii++) {
        struct str text;
        struct str value;
        uint32_t code;
        str_init(&text);
        str_init(&value);
        for (size_t i = 0; i < nascii; i++)
            str_add_char(&text, 'a');
        str_add(&text, SPAN_LIT("\xf0\x9f\x98\x80")); /* one character */
        webtransport_add_close(&value, 1, str_span(&text));
        struct span reason = read_back(&value, &code);
        size_t want = nascii == 1020 ? 1024 : nascii > 1024 ? 1024 : nascii;
        assert_int_equal(reason.len, want);
        str_fini(&text);
        str_fini(&value);
    }
}

static void what_is_malformed_is_refused(void **state)
{
    (void)state;
    struct str value;
    uint32_t code;
    struct span reason;
    str_init(&value);
    for (size_t len = 0; len < 4; len++) {
        assert_false(webtransport_read_close(str_span(&value), &code, &reason));
        str_add_char(&value, 0);
    }
    assert_true(webtransport_read_close(str_span(&value), &code, &reason));
    assert_int_equal(reason.len, 0);
    for (size_t i = 0; i < WEBTRANSPORT_REASON_MAX; i++)
        str_add_char(&value, 'a');
    assert_true(webtransport_read_close(str_span(&value), &code, &reason));
    str_add_char(&value, 'a');
    assert_false(webtransport_read_close(str_span(&value), &code, &reason));
    str_fini(&value);
    static const struct span bad[] = {
        {(const uint8_t *)"\0\0\0\0\xff", 5},
        {(const uint8_t *)"\0\0\0\0\xc3", 5},
        {(const uint8_t *)"\0\0\0\0\xed\xa0\x80", 7},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(webtransport_read_close(bad[i], &code, &reason));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_and_a_reason_come_back),
        cmocka_unit_test(the_code_stands_in_network_order),
        cmocka_unit_test(a_long_reason_is_cut_between_characters),
        cmocka_unit_test(what_is_malformed_is_refused),
    };
    return cmocka_run_group_tests_name("channel/webtransport", tests, NULL,
                                       NULL);
}
