#include "input/shard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const variables[] = {
    "JOB_COMPLETION_INDEX", "JOB_COMPLETION_COUNT",   "SLURM_ARRAY_TASK_ID",
    "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_STEP",
};

static int clear_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    return 0;
}

static void reads_i_of_n(void **state)
{
    char message[200];
    struct shard s;
    (void)state;
    assert_true(shard_parse(&s, "2/3", message, sizeof message));
    assert_int_equal(s.index, 1);
    assert_int_equal(s.count, 3);
    assert_true(shard_parse(&s, "1/1", message, sizeof message));
}

static void refuses_what_is_none(void **state)
{
    static const char *const bad[] = {"",     "3",   "0/3",  "4/3",  "1/0",
                                      "a/b",  "1/",  "/3",   "-1/3", "1/3x",
                                      "1 /3", "aut", "1/3/5"};
    char message[200];
    struct shard s;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        message[0] = '\0';
        assert_false(shard_parse(&s, bad[i], message, sizeof message));
        assert_non_null(strstr(message, "--shard"));
    }
}

static void assert_auto_fails(const char *expected)
{
    char message[200] = "";
    struct shard s;
    assert_false(shard_parse(&s, "auto", message, sizeof message));
    assert_non_null(strstr(message, expected));
}

static void finds_its_place_in_a_kubernetes_job(void **state)
{
    char message[200];
    struct shard s;
    (void)state;
    setenv("JOB_COMPLETION_INDEX", "0", 1);
    assert_auto_fails("JOB_COMPLETION_COUNT must be set");
    setenv("JOB_COMPLETION_COUNT", "4", 1);
    assert_true(shard_parse(&s, "auto", message, sizeof message));
    assert_int_equal(s.index, 0);
    assert_int_equal(s.count, 4);
    setenv("JOB_COMPLETION_INDEX", "4", 1);
    assert_auto_fails("JOB_COMPLETION_INDEX=4");
    setenv("JOB_COMPLETION_COUNT", "many", 1);
    assert_auto_fails("JOB_COMPLETION_COUNT");
}

static void finds_its_place_in_a_slurm_array(void **state)
{
    char message[200];
    struct shard s;
    (void)state;
    assert_auto_fails("JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID");
    setenv("SLURM_ARRAY_TASK_ID", "7", 1);
    assert_auto_fails("SLURM_ARRAY_TASK_COUNT is not set");
    setenv("SLURM_ARRAY_TASK_COUNT", "4", 1);
    setenv("SLURM_ARRAY_TASK_MIN", "1", 1);
    setenv("SLURM_ARRAY_TASK_STEP", "2", 1);
    assert_true(shard_parse(&s, "auto", message, sizeof message));
    assert_int_equal(s.index, 3);
    assert_int_equal(s.count, 4);
    /* --array=1,3,8: no even steps */
    setenv("SLURM_ARRAY_TASK_ID", "8", 1);
    assert_auto_fails("SLURM_ARRAY_TASK_ID=8");
    setenv("SLURM_ARRAY_TASK_STEP", "0", 1);
    assert_auto_fails("SLURM_ARRAY_TASK_STEP");
}

/* The published values of FNV-1a, 64 bits: others can compute shards too. */
static void hashes_by_fnv_1a(void **state)
{
    (void)state;
    assert_true(shard_hash("") == 0xcbf29ce484222325);
    assert_true(shard_hash("a") == 0xaf63dc4c8601ec8c);
    assert_true(shard_hash("foobar") == 0x85944171f73967e8);
}

/* As one would write it in another language; also in README.md. */
static void puts_ids_where_others_expect_them(void **state)
{
    static const struct {
        const char *id;
        unsigned count;
        unsigned index;
    } rows[] = {{"\"u1\"", 3, 1}, {"\"u2\"", 3, 2}, {"17", 10, 4}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct shard s = {rows[i].index, rows[i].count};
        assert_true(shard_has(&s, rows[i].id));
    }
}

static void gives_each_id_to_one_shard_evenly(void **state)
{
    static const unsigned counts[] = {2, 3, 7, 16, 100};
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        unsigned taken[100] = {0};
        for (unsigned i = 0; i < 100000; i++) {
            struct shard s = {.count = counts[c]};
            char id[20];
            unsigned owners = 0;
            (void)snprintf(id, sizeof id, "\"u%u\"", i);
            for (s.index = 0; s.index < s.count; s.index++) {
                if (shard_has(&s, id)) {
                    owners++;
                    taken[s.index]++;
                }
            }
            assert_int_equal(owners, 1);
        }
        for (unsigned i = 0; i < counts[c]; i++) {
            assert_in_range(taken[i], 100000 / counts[c] * 8 / 10,
                            100000 / counts[c] * 12 / 10);
        }
    }
}

static void has_everything_when_there_are_no_shards(void **state)
{
    const struct shard none = {0};
    (void)state;
    assert_true(shard_has(&none, "17"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_i_of_n, clear_environment),
        cmocka_unit_test_setup(refuses_what_is_none, clear_environment),
        cmocka_unit_test_setup(finds_its_place_in_a_kubernetes_job,
                               clear_environment),
        cmocka_unit_test_setup(finds_its_place_in_a_slurm_array,
                               clear_environment),
        cmocka_unit_test(hashes_by_fnv_1a),
        cmocka_unit_test(puts_ids_where_others_expect_them),
        cmocka_unit_test(gives_each_id_to_one_shard_evenly),
        cmocka_unit_test(has_everything_when_there_are_no_shards),
    };
    return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
