#include "files/syncer.h"

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
    struct syncer *s = syncer_new();
    FILE *a = tmpfile();
    FILE *b = tmpfile();
    const int fds[SYNCER_MAX] = {-1, fileno(a), fileno(b)};
    int error = 0;
    (void)state;
    assert_true(syncer_is_idle(s, &error));
    for (unsigned i = 0; i < 100; i++) {
        assert_true(syncer_start(s, fds));
        syncer_wait(s);
        assert_true(syncer_is_idle(s, &error));
        assert_int_equal(error, 0);
    }
    /* Freed while one runs. */
    assert_true(syncer_start(s, fds));
    syncer_free(s);
    (void)fclose(a);
    (void)fclose(b);
}

/* A pipe cannot be synced, whichever of them it is. */
static void tells_what_failed(void **state)
{
    FILE *file = tmpfile();
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    for (size_t i = 0; i < SYNCER_MAX; i++) {
        struct syncer *s = syncer_new();
        int fds[SYNCER_MAX] = {fileno(file), fileno(file), -1};
        int error = 0;
        fds[i] = ends[1];
        assert_true(syncer_start(s, fds));
        syncer_wait(s);
        assert_true(syncer_is_idle(s, &error));
        assert_int_equal(error, EINVAL);
        syncer_free(s);
    }
    syncer_free(NULL);
    close(ends[0]);
    close(ends[1]);
    (void)fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syncs_round_after_round),
        cmocka_unit_test(tells_what_failed),
    };
    return cmocka_run_group_tests_name("results_sync", tests, NULL, NULL);
}
