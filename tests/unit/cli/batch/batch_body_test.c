#include "batch/batch_body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/xalloc.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static int enter(void **state)
{
    char *folder = xalloc_string("/tmp/batch_body_test.XXXXXX");
    *state = folder;
    return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static int leave(void **state)
{
    int failed = chdir("/") || rmdir(*state);
    free(*state);
    return failed;
}

static void test_inline_keeps_as_much_as_the_cap(void **state)
{
    struct batch_body b = {0};
    (void)state;
    batch_body_begin(&b, RECORD_BODY_INLINE, 5, true, NULL);
    assert_true(batch_body_add(&b, "ab", 2));
    assert_true(batch_body_add(&b, "c", 1));
    assert_true(batch_body_finish(&b, true));
    struct record_body r = batch_body_record(&b);
    assert_string_equal(r.bytes, "abc");
    assert_false(r.is_truncated);
    assert_string_equal(r.sha256, ABC);
    batch_body_reset(&b);

    batch_body_begin(&b, RECORD_BODY_INLINE, 5, false, NULL);
    assert_true(batch_body_add(&b, "1234", 4));
    assert_true(batch_body_add(&b, "5678", 4));
    assert_true(batch_body_add(&b, "9", 1));
    assert_true(batch_body_finish(&b, true));
    r = batch_body_record(&b);
    assert_int_equal(r.len, 5);
    assert_memory_equal(r.bytes, "12345", 5);
    assert_int_equal(r.total, 9);
    assert_true(r.is_truncated);
    assert_null(r.sha256);
    batch_body_fini(&b);
}

static void test_of_a_long_body_what_fits_is_kept(void **state)
{
    (void)state;
    static const char body[] = "ab\xc3\xa4z";
    for (size_t cap = 0; cap < strlen(body); cap++) {
        struct batch_body b = {0};
        batch_body_begin(&b, RECORD_BODY_INLINE, cap, false, NULL);
        assert_true(batch_body_add(&b, body, strlen(body)));
        struct record_body kept = batch_body_record(&b);
        assert_int_equal(kept.len, cap);
        assert_memory_equal(kept.bytes, body, cap);
        assert_int_equal(kept.total, strlen(body));
        assert_true(kept.is_truncated);
        batch_body_fini(&b);
    }
}

static void test_another_try_begins_with_nothing(void **state)
{
    struct batch_body b = {0};
    (void)state;
    batch_body_begin(&b, RECORD_BODY_FILE, 0, true, xalloc_string("d/file"));
    assert_true(batch_body_add(&b, "junk", 4));
    batch_body_restart(&b);
    assert_true(batch_body_add(&b, "abc", 3));
    assert_int_not_equal(access("d/file", F_OK), 0);
    assert_true(batch_body_finish(&b, true));
    assert_string_equal(batch_body_record(&b).sha256, ABC);
    assert_int_equal(batch_body_record(&b).total, 3);
    assert_int_equal(access("d/file", F_OK), 0);
    batch_body_fini(&b);
    assert_int_equal(unlink("d/file"), 0);
    assert_int_equal(rmdir("d"), 0);
}

static void test_a_file_that_failed_leaves_nothing(void **state)
{
    struct batch_body b = {0};
    (void)state;
    batch_body_begin(&b, RECORD_BODY_FILE, 0, false, xalloc_string("file"));
    assert_true(batch_body_add(&b, "abc", 3));
    assert_true(batch_body_finish(&b, false));
    batch_body_reset(&b);
    /* Cancelled. */
    batch_body_begin(&b, RECORD_BODY_FILE, 0, false, xalloc_string("file"));
    assert_true(batch_body_add(&b, "abc", 3));
    batch_body_fini(&b);
    /* leave() finds the folder empty. */
}

static void test_paths_stay_below_the_folder(void **state)
{
    static const char *const refused[] = {
        "", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a/", "/",
    };
    const char *why;
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_null(batch_body_path("dir", refused[i], &why));
        assert_non_null(why);
    }
    char *path = batch_body_path("dir", "a/..b/c", &why);
    assert_string_equal(path, "dir/a/..b/c");
    free(path);
    path = batch_body_path(NULL, "x", &why);
    assert_string_equal(path, "x");
    free(path);
}

static void test_names_from_ids_are_tame(void **state)
{
    static const struct {
        const char *id;
        const char *name;
    } cases[] = {
        {"17", "000007-17"},
        {"\"u42\"", "000007-u42"},
        {"\"../../x\"", "000007-.._.._x"},
        {"\"a b\\n\xc3\xa4\"", "000007-a_b_n__"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *name = batch_body_name(NULL, 7, cases[i].id);
        assert_string_equal(name, cases[i].name);
        free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inline_keeps_as_much_as_the_cap),
        cmocka_unit_test(test_of_a_long_body_what_fits_is_kept),
        cmocka_unit_test_setup_teardown(test_another_try_begins_with_nothing,
                                        enter, leave),
        cmocka_unit_test_setup_teardown(test_a_file_that_failed_leaves_nothing,
                                        enter, leave),
        cmocka_unit_test(test_paths_stay_below_the_folder),
        cmocka_unit_test(test_names_from_ids_are_tame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
