#include "base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "quiver.h"

static void every_error_has_name_text_and_class(void **state)
{
    (void)state;
    for (enum err code = ERR_NONE; code < ERR_COUNT; code++) {
        assert_non_null(err_text(code));
        assert_non_null(err_name(code));
        assert_non_null(err_class_name(err_class(code)));
    }
}

static void names_are_unique(void **state)
{
    (void)state;
    for (enum err a = ERR_NONE; a < ERR_COUNT; a++)
        for (enum err b = ERR_NONE; b < a; b++)
            assert_string_not_equal(err_name(a), err_name(b));
}

static void only_success_exits_zero(void **state)
{
    (void)state;
    assert_int_equal(err_exit_status(ERR_NONE), 0);
    for (enum err code = ERR_NONE + 1; code < ERR_COUNT; code++) {
        assert_in_range(err_exit_status(code), 1, 123);
        assert_int_not_equal(err_class(code), ERR_CLASS_NONE);
    }
}

static void an_exit_status_and_its_error_agree(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum err error;
    } codes[] = {
#define EXIT_CODE(name, status, error, text) {QV_EXIT_##name, ERR_##error},
#define EXIT_CODE_OF_COMMAND(name, status, text)
#include "base/exit_codes.def"
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_int_equal(err_exit_status(codes[i].error), codes[i].status);
        assert_int_equal(err_of_exit_status(codes[i].status), codes[i].error);
        assert_string_equal(err_exit_text(codes[i].status),
                            err_text(codes[i].error));
    }
    /* None is missing there. */
    for (enum err code = ERR_NONE + 1; code < ERR_COUNT; code++)
        assert_int_equal(
            err_exit_status(err_of_exit_status(err_exit_status(code))),
            err_exit_status(code));
    assert_int_equal(err_of_exit_status(QV_EXIT_JOURNAL), ERR_ABORTED);
    assert_int_equal(err_of_exit_status(9), ERR_ABORTED);
    assert_null(err_exit_text(9));
    assert_string_equal(err_exit_text(QV_EXIT_OK), err_text(ERR_NONE));
}

/* Scripts and curl's users rely on them. */
static void numbers_stay_what_they_are(void **state)
{
    (void)state;
    assert_int_equal(QV_EXIT_URL, 3);
    assert_int_equal(QV_EXIT_CONNECT, 7);
    assert_int_equal(QV_EXIT_TIMEOUT, 28);
    assert_int_equal(QV_EXIT_TLS_VERIFY, 60);
    assert_int_equal(QV_EXIT_ENTRIES_FAILED, 110);
    assert_int_equal(QV_EXIT_BATCH_STOPPED, 111);
    assert_int_equal(QV_EXIT_UNEXPECTED, 112);
    assert_int_equal(QV_EXIT_JOURNAL, 116);
    assert_int_equal(QV_EXIT_SIGTERM, 143);
}

static void a_fault_is_safe_for_a_terminal_and_fits(void **state)
{
    (void)state;
    struct fault f;
    char huge[1000];
    memset(huge, 'x', sizeof huge);
    huge[sizeof huge - 1] = '\0';
    assert_int_equal(fault_set(&f, ERR_RECV, 7, "\x1b[2J said %s", "\r\n\xff"),
                     IO_FAILED);
    assert_string_equal(f.detail, "?[2J said ???");
    assert_int_equal(f.wire, 7);
    fault_set(&f, ERR_RECV, 0, "%s", huge);
    assert_int_equal(strlen(f.detail), FAULT_DETAIL_MAX - 1);
    fault_prefix(&f, "proxy: ");
    assert_int_equal(strlen(f.detail), FAULT_DETAIL_MAX - 1);
    assert_memory_equal(f.detail, "proxy: xxx", 10);
}

static void a_system_error_is_named(void **state)
{
    (void)state;
    struct fault f;
    assert_int_equal(fault_set_errno(&f, ERR_CONNECT, 13, "opening %d", 5),
                     IO_FAILED);
    assert_string_equal(f.detail, "opening 5: Permission denied");
    assert_int_equal(f.wire, 13);
    assert_int_equal(f.remedy, REMEDY_UNKNOWN);
}

static void a_refused_connection_waits_for_a_listener(void **state)
{
    (void)state;
    struct fault f;
    fault_set_errno(&f, ERR_CONNECT, ECONNREFUSED, "here");
    assert_int_equal(f.remedy, REMEDY_LISTENER);
    fault_set_errno(&f, ERR_RECV, ECONNREFUSED, "a connection that was there");
    assert_int_equal(f.remedy, REMEDY_UNKNOWN);
}

static void other_words_leave_the_fault_what_it_is(void **state)
{
    (void)state;
    struct fault f;
    fault_set_errno(&f, ERR_CONNECT, ECONNREFUSED, "TCP");
    fault_reword(&f, "both: %.40s\n", f.detail);
    assert_string_equal(f.detail, "both: TCP: Connection refused?");
    assert_int_equal(f.code, ERR_CONNECT);
    assert_int_equal(f.wire, ECONNREFUSED);
    assert_int_equal(f.remedy, REMEDY_LISTENER);
    fault_set(&f, ERR_CONNECT, ECONNREFUSED, "a new one");
    assert_int_equal(f.remedy, REMEDY_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_name_text_and_class),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(only_success_exits_zero),
        cmocka_unit_test(an_exit_status_and_its_error_agree),
        cmocka_unit_test(numbers_stay_what_they_are),
        cmocka_unit_test(a_fault_is_safe_for_a_terminal_and_fits),
        cmocka_unit_test(a_system_error_is_named),
        cmocka_unit_test(a_refused_connection_waits_for_a_listener),
        cmocka_unit_test(other_words_leave_the_fault_what_it_is),
    };
    return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
