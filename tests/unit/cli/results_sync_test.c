#include "results_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static void syncs_round_after_round(void **state)
{
    struct results_sync *s = results_sync_new();
    FILE *a = tmpfile();
    FILE *b = tmpfile();
    int error = 0;

    (void)state;
    assert_true(results_sync_is_idle(s, &error));
    for (unsigned i = 0; i < 100; i++) {
        assert_true(results_sync_start(s, fileno(a), fileno(b)));
        results_sync_wait(s);
        assert_true(results_sync_is_idle(s, &error));
        assert_int_equal(error, 0);
    }
    /* Freed while one runs. */
    assert_true(results_sync_start(s, fileno(a), fileno(b)));
    results_sync_free(s);
    (void)fclose(a);
    (void)fclose(b);
}

static void tells_what_failed(void **state)
{
    struct results_sync *s = results_sync_new();
    int error = 0;

    (void)state;
    assert_true(results_sync_start(s, -1, -1));
    results_sync_wait(s);
    assert_true(results_sync_is_idle(s, &error));
    assert_int_equal(error, EBADF);
    results_sync_free(s);
    results_sync_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syncs_round_after_round),
        cmocka_unit_test(tells_what_failed),
    };
    return cmocka_run_group_tests_name("results_sync", tests, NULL, NULL);
}
