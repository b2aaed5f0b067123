/* What a failure is told by. */
#include "base/fault.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void it_is_one_printable_line(void **state)
{
    struct fault f;
    (void)state;
    assert_int_equal(fault_set(&f, ERR_RECV, 7, "a\nb\x1b[1m\xc3%d", 5),
                     IO_FAILED);
    assert_int_equal(f.code, ERR_RECV);
    assert_int_equal(f.wire, 7);
    assert_int_equal(f.remedy, REMEDY_UNKNOWN);
    assert_null(f.wire_name);
    assert_string_equal(f.detail, "a?b?[1m?5");
}

static void it_is_cut_to_its_room(void **state)
{
    struct fault f;
    (void)state;
    fault_set(&f, ERR_RECV, 0, "%0999d", 1);
    assert_int_equal(strlen(f.detail), FAULT_DETAIL_MAX - 1);
    fault_prefix(&f, "before: ");
    assert_int_equal(strlen(f.detail), FAULT_DETAIL_MAX - 1);
    assert_memory_equal(f.detail, "before: 000", 11);
}

static void errno_tells_whether_anybody_listens(void **state)
{
    struct fault f;
    (void)state;
    fault_set_errno(&f, ERR_CONNECT, ECONNREFUSED, "port %d", 9);
    assert_string_equal(f.detail, "port 9: Connection refused");
    assert_int_equal(f.wire, ECONNREFUSED);
    assert_int_equal(f.remedy, REMEDY_LISTENER);
    assert_false(fault_is_shortage(&f));
    fault_set_errno(&f, ERR_RECV, ECONNREFUSED, "read");
    assert_int_equal(f.remedy, REMEDY_UNKNOWN);
    fault_set_errno(&f, ERR_CONNECT, EMFILE, "socket");
    assert_true(fault_is_shortage(&f));
}

static void what_may_be_secret_is_hidden(void **state)
{
    static const struct {
        const char *text;
        const char *shown;
    } rows[] = {
        {"nothing", "nothing"},
        {"a \"b\" c", "a <redacted> c"},
        {"a \"b\" and \"c\" d", "a <redacted> d"},
        {"cut \"b", "cut <redacted>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fault f;
        fault_set(&f, ERR_RECV, 0, "%s", rows[i].text);
        fault_hide_quoted(&f);
        assert_string_equal(f.detail, rows[i].shown);
    }
}

static void a_new_text_may_hold_the_old_one(void **state)
{
    struct fault f;
    (void)state;
    fault_set(&f, ERR_RECV, 7, "old");
    f.remedy = REMEDY_RESEND;
    fault_reword(&f, "new, was %s", f.detail);
    assert_string_equal(f.detail, "new, was old");
    assert_int_equal(f.code, ERR_RECV);
    assert_int_equal(f.wire, 7);
    assert_int_equal(f.remedy, REMEDY_RESEND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_one_printable_line),
        cmocka_unit_test(it_is_cut_to_its_room),
        cmocka_unit_test(errno_tells_whether_anybody_listens),
        cmocka_unit_test(what_may_be_secret_is_hidden),
        cmocka_unit_test(a_new_text_may_hold_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
