#include "results/batch_summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

#include "core/base/xalloc.h"

static struct qv_result answer(int status, const char *version, double total)
{
    return (struct qv_result){
        .response_code = status,
        .http_version = version,
        .time_total = total,
        .time_starttransfer = total / 2,
        .size_download = 100,
    };
}

static void add(struct batch_summary *s, struct qv_result r, int status,
                const char *error_class)
{
    batch_summary_add(s, &r, status, error_class);
}

static struct batch_summary *sample(void)
{
    struct batch_summary *s = xalloc_zeroed(1, sizeof *s);
    struct qv_result retried = answer(200, "3", 0.004);
    retried.num_retries = 2;
    retried.num_connects = 1;
    s->began = UINT64_C(1000000000);
    s->ended = UINT64_C(3000000000);
    add(s, answer(200, "2", 0.002), 0, NULL);
    add(s, retried, 0, NULL);
    add(s, answer(503, "1.1", 0.006), 22, "unrecoverable");
    add(s, (struct qv_result){.http_version = "0", .time_total = 5}, 7,
        "transient");
    return s;
}

static void test_the_line_counts_and_groups(void **state)
{
    struct batch_summary *s = sample();
    struct str line = {0};
    (void)state;
    batch_summary_line(s, &line);
    assert_string_equal(line.base,
                        "4 done: 2 ok, 2 failed, 1 retried; 2 req/s, p50 4.00 "
                        "ms, p99 6.00 ms, 1 connection");
    str_clear(&line);
    s->ndone = UINT64_C(2469134);
    s->nresumed = 3;
    s->nelsewhere = 4;
    batch_summary_line(s, &line);
    assert_non_null(strstr(line.base, "; 1,234,567 req/s"));
    assert_non_null(strstr(line.base, ", 3 done before, 4 of other shards"));
    str_fini(&line);
    free(s);
}

static void test_an_empty_batch_has_no_times(void **state)
{
    struct batch_summary *s = xalloc_zeroed(1, sizeof *s);
    struct str line = {0};
    (void)state;
    batch_summary_line(s, &line);
    assert_string_equal(line.base, "0 done: 0 ok, 0 failed, 0 connections");
    str_fini(&line);
    free(s);
}

static uint64_t number(yyjson_val *root, const char *pointer)
{
    yyjson_val *v = yyjson_ptr_get(root, pointer);
    assert_non_null(v);
    return yyjson_get_uint(v);
}

static void test_the_object_has_every_count(void **state)
{
    struct batch_summary *s = sample();
    struct qv_stats engine = {.npools = 2, .pools = {.dials = 5}};
    struct str json = {0};
    (void)state;
    batch_summary_json(s, &engine, 110, &json);
    yyjson_doc *doc = yyjson_read(json.base, json.len, 0);
    assert_non_null(doc);
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_int_equal(number(root, "/exitcode"), 110);
    assert_int_equal(number(root, "/done"), 4);
    assert_int_equal(number(root, "/retries"), 2);
    assert_int_equal(number(root, "/by_status/200"), 2);
    assert_int_equal(number(root, "/by_status/503"), 1);
    assert_null(yyjson_ptr_get(root, "/by_status/0"));
    assert_int_equal(number(root, "/by_exitcode/0"), 2);
    assert_int_equal(number(root, "/by_exitcode/7"), 1);
    assert_int_equal(number(root, "/by_class/transient"), 1);
    assert_int_equal(number(root, "/by_version/2"), 1);
    assert_int_equal(number(root, "/by_version/none"), 1);
    assert_int_equal(number(root, "/bytes/download"), 300);
    /* The one that never was answered took no time worth counting. */
    assert_int_equal(number(root, "/time_total/count"), 3);
    assert_int_equal(number(root, "/pool/dials"), 5);
    assert_true(yyjson_get_num(yyjson_ptr_get(root, "/duration")) == 2.0);
    yyjson_doc_free(doc);
    str_fini(&json);
    free(s);
}

static void test_times_have_three_digits(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {-1, "-"},
        {0, "0.00 us"},
        {0.000012, "12.0 us"},
        {0.00123, "1.23 ms"},
        {0.0999, "99.9 ms"},
        {0.9994, "999 ms"},
        {0.9996, "1.00 s"},
        {12.34, "12.3 s"},
        {3600, "3600 s"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        batch_summary_time(&out, cases[i].seconds);
        assert_string_equal(out.base, cases[i].text);
        str_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_line_counts_and_groups),
        cmocka_unit_test(test_an_empty_batch_has_no_times),
        cmocka_unit_test(test_the_object_has_every_count),
        cmocka_unit_test(test_times_have_three_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
