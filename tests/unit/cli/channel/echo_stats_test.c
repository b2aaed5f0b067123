#include "channel/echo_stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

enum {
    SIZE = 16
};

#define MS UINT64_C(1000000)

struct rig {
    struct echo_stats *stats;
    char messages[100][SIZE];
};

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->stats = calloc(1, sizeof *r->stats);
    assert_non_null(r->stats);
    echo_stats_init(r->stats, 100, SIZE);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    echo_stats_fini(r->stats);
    free(r->stats);
    free(r);
    return 0;
}

static void send_at(struct rig *r, uint64_t ms)
{
    echo_stats_message(r->stats, r->stats->sent, r->messages[r->stats->sent]);
    echo_stats_send(r->stats, ms * MS);
}

static enum echo_stats_is receive_at(struct rig *r, unsigned number,
                                     uint64_t ms)
{
    return echo_stats_receive(r->stats, r->messages[number], SIZE, ms * MS);
}

/* What became of all of them adds up, whatever happened. */
static void expect(struct rig *r, unsigned echoed, unsigned lost,
                   unsigned dropped)
{
    const struct echo_stats *e = r->stats;
    assert_int_equal(e->echoed, echoed);
    assert_int_equal(echo_stats_missing(e), lost);
    assert_int_equal(e->dropped, dropped);
    assert_int_equal(e->sent, e->echoed + echo_stats_missing(e) + e->dropped);
}

static void test_what_was_sent_is_echoed_lost_or_dropped(void **state)
{
    struct rig *r = *state;
    for (unsigned i = 0; i < 10; i++)
        send_at(r, 1 + i);
    expect(r, 0, 10, 0);
    for (unsigned i = 0; i < 10; i += 2)
        assert_int_equal(receive_at(r, i, 20), ECHO_STATS_FIRST);
    expect(r, 5, 5, 0);
    echo_stats_drop(r->stats, 2);
    expect(r, 5, 3, 2);
}

static void test_duplicates_count_once(void **state)
{
    struct rig *r = *state;
    send_at(r, 1);
    assert_int_equal(receive_at(r, 0, 2), ECHO_STATS_FIRST);
    assert_int_equal(receive_at(r, 0, 3), ECHO_STATS_DUPLICATE);
    assert_int_equal(receive_at(r, 0, 9), ECHO_STATS_DUPLICATE);
    expect(r, 1, 0, 0);
    assert_int_equal(r->stats->duplicates, 2);
    assert_int_equal(r->stats->rtt.n, 1);
}

static void test_late_ones_are_reordered(void **state)
{
    static const unsigned order[] = {0, 3, 1, 2, 4};
    struct rig *r = *state;
    for (unsigned i = 0; i < 5; i++)
        send_at(r, 1);
    for (unsigned i = 0; i < 5; i++)
        (void)receive_at(r, order[i], 2 + i);
    assert_int_equal(r->stats->reordered, 2);
}

static void test_what_is_not_ours_does_not_count(void **state)
{
    struct rig *r = *state;
    char other[SIZE];
    send_at(r, 1);
    memcpy(other, r->messages[0], SIZE);
    other[SIZE - 1] ^= 1;
    assert_int_equal(echo_stats_receive(r->stats, other, SIZE, 2 * MS),
                     ECHO_STATS_FOREIGN);
    assert_int_equal(
        echo_stats_receive(r->stats, r->messages[0], SIZE - 1, 2 * MS),
        ECHO_STATS_FOREIGN);
    assert_int_equal(echo_stats_receive(r->stats, "", 0, 2 * MS),
                     ECHO_STATS_FOREIGN);
    echo_stats_message(r->stats, 1, other); /* never sent */
    assert_int_equal(echo_stats_receive(r->stats, other, SIZE, 2 * MS),
                     ECHO_STATS_FOREIGN);
    assert_int_equal(r->stats->foreign, 4);
    expect(r, 0, 1, 0);
}

static void test_an_old_one_that_comes_at_last_is_late(void **state)
{
    enum {
        N = ECHO_STATS_REMEMBERED + 3
    };
    struct echo_stats e;
    char message[SIZE];
    (void)state;
    echo_stats_init(&e, 10 * (size_t)N, SIZE);
    for (unsigned i = 0; i < N; i++)
        echo_stats_send(&e, MS);
    for (unsigned i = 0; i < N; i++) {
        echo_stats_message(&e, i, message);
        assert_int_equal(echo_stats_receive(&e, message, SIZE, 2 * MS),
                         i < 3 ? ECHO_STATS_LATE : ECHO_STATS_FIRST);
    }
    assert_int_equal(e.late, 3);
    assert_int_equal(e.echoed, N - 3);
    assert_int_equal(echo_stats_missing(&e), 3);
    echo_stats_fini(&e);
}

/* RFC 3550 6.4.1: J(i) = J(i-1) + (|D(i-1,i)| - J(i-1)) / 16. */
static void test_jitter_is_that_of_rfc_3550(void **state)
{
    struct rig *r = *state;
    for (unsigned i = 0; i < 3; i++)
        send_at(r, 10 * (i + 1));
    (void)receive_at(r, 0, 15); /* 5 ms */
    assert_float_equal(r->stats->jitter, 0, 1e-9);
    (void)receive_at(r, 1, 41); /* 21 ms: 16 more */
    assert_float_equal(r->stats->jitter, 1 * 1e6, 1);
    (void)receive_at(r, 2, 50); /* 20 ms: 1 less */
    assert_float_equal(r->stats->jitter, 1 * 1e6, 1);
}

static void test_reports_have_all_of_it(void **state)
{
    struct rig *r = *state;
    struct str out = {0};
    for (unsigned i = 0; i < 10; i++)
        send_at(r, 1);
    for (unsigned i = 0; i < 8; i++)
        (void)receive_at(r, i, 3);
    echo_stats_drop(r->stats, 1);
    echo_stats_text(r->stats, 2, &out);
    assert_string_equal(out.base,
                        "10 sent, 8 echoed, 1 lost, 1 dropped; 0 reordered, "
                        "0 duplicates; 4/s\n"
                        "rtt ms  p50 2.000  p90 2.000  p99 2.000  max 2.000  "
                        "jitter 0.000\n");
    str_clear(&out);
    echo_stats_json(r->stats, 2, &out);
    yyjson_doc *doc = yyjson_read(out.base, out.len, 0);
    assert_non_null(doc);
    assert_int_equal(yyjson_get_uint(yyjson_doc_ptr_get(doc, "/lost")), 1);
    assert_float_equal(yyjson_get_num(yyjson_doc_ptr_get(doc, "/rtt/p99")),
                       0.002, 1e-6);
    yyjson_doc_free(doc);
    str_fini(&out);
}

static void test_a_report_of_nothing_has_no_times(void **state)
{
    struct rig *r = *state;
    struct str out = {0};
    send_at(r, 1);
    echo_stats_json(r->stats, 0, &out);
    assert_non_null(strstr(out.base, "\"p50\":null"));
    assert_non_null(strstr(out.base, "\"jitter\":null"));
    str_fini(&out);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_what_was_sent_is_echoed_lost_or_dropped),
        RIG_TEST(test_duplicates_count_once),
        RIG_TEST(test_late_ones_are_reordered),
        cmocka_unit_test(test_an_old_one_that_comes_at_last_is_late),
        RIG_TEST(test_what_is_not_ours_does_not_count),
        RIG_TEST(test_jitter_is_that_of_rfc_3550),
        RIG_TEST(test_reports_have_all_of_it),
        RIG_TEST(test_a_report_of_nothing_has_no_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
