/* --stats on a terminal: rates, quantiles, lines that fit. */
#include "telemetry/stats_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/duration.h"
#include "core/base/xalloc.h"
#include "telemetry/quantile.h"

#define S  UINT64_C(1000000000)
#define MS UINT64_C(1000000)

/* Two origins and three connections. */
static void make(struct snapshot *s)
{
    *s = (struct snapshot){.norigins = 2, .nconnections = 3};
    s->origins = xalloc_zeroed(2, sizeof *s->origins);
    s->connections = xalloc_zeroed(3, sizeof *s->connections);
    s->origins[0].origin = "http://a.test:80";
    s->origins[1].origin = "https://a-host-with-a-name-that-is-long.test:443";
    for (int i = 0; i < 2; i++) {
        s->origins[i].connections = 1;
        s->origins[i].durations.count = 10;
    }
    for (unsigned i = 0; i < 3; i++)
        s->connections[i] = (struct qv_connection_stats){
            .id = i + 1,
            .origin = s->origins[i % 2].origin,
            .protocol = "h2",
            .active = i,
            .requests = 7,
            .age = 12 * S,
            .rtt = 2 * MS,
            .cwnd = 20480,
            .packets_sent = 200,
            .packets_lost = i,
        };
    s->total.running = 3;
    s->total.done = 20;
    s->total.bytes_in = 1 << 20;
}

static unsigned view(struct str *out, unsigned width, unsigned rows)
{
    struct snapshot s;
    struct rates r = {0};
    make(&s);
    str_clear(out);
    unsigned n = stats_view(out, &s, &r,
                            (struct stats_room){.width = width, .rows = rows});
    snapshot_fini(&s);
    rates_fini(&r);
    return n;
}

static unsigned count_lines(const struct str *out, unsigned width)
{
    unsigned n = 0;
    const char *at = str_text(out);
    for (; *at; n++) {
        size_t len = strcspn(at, "\n");
        assert_true(len < width);
        assert_int_equal(at[len], '\n');
        at += len + 1;
    }
    return n;
}

static void every_line_fits_and_is_counted(void **state)
{
    (void)state;
    struct str out = {0};
    for (unsigned width = 20; width < 200; width += 7) {
        for (unsigned rows = 0; rows < 20; rows++) {
            unsigned n = view(&out, width, rows);
            assert_true(n <= rows);
            assert_int_equal(count_lines(&out, width), n);
        }
    }
    str_fini(&out);
}

static void all_of_it_is_there_when_there_is_room(void **state)
{
    (void)state;
    struct str out = {0};
    assert_int_equal(view(&out, 120, 24), 4 + 3 + 4);
    const char *text = str_text(&out);
    assert_non_null(strstr(text, "transfers    3 running  0 waiting  20 done"));
    assert_non_null(strstr(text, "rtt 2.00 ms  cwnd 20.0 KiB  lost 3/600"));
    assert_non_null(strstr(text, "\norigin "));
    /* The busiest connection is the first. */
    const char *first = strstr(text, "#3");
    assert_non_null(first);
    assert_true(first < strstr(text, "#2") &&
                strstr(text, "#2") < strstr(text, "#1"));
    assert_non_null(strstr(text, "1.0%"));
    str_fini(&out);
}

static void what_is_less_important_goes_first(void **state)
{
    (void)state;
    struct str out = {0};
    assert_int_equal(view(&out, 80, 4), 4);
    assert_null(strstr(str_text(&out), "origin "));
    assert_int_equal(view(&out, 80, 5), 4); /* no table without a row */
    assert_int_equal(view(&out, 80, 7), 7);
    assert_non_null(strstr(str_text(&out), "\norigin "));
    assert_null(strstr(str_text(&out), "connection "));
    (void)view(&out, 40, 24);
    assert_null(strstr(str_text(&out), "p99"));
    assert_non_null(strstr(str_text(&out), "..")); /* a name that is cut */
    str_fini(&out);
}

static void rates_are_those_of_the_last_second(void **state)
{
    (void)state;
    struct snapshot s;
    struct rates r = {0};
    make(&s);
    rates_take(&r, &s, 10 * S);
    assert_true(r.total.requests_rate < 0);
    s.total.done += 30;
    s.origins[0].durations.count += 20;
    rates_take(&r, &s, 10 * S + 500 * MS); /* too soon */
    assert_true(r.total.requests_rate < 0);
    rates_take(&r, &s, 12 * S);
    assert_true(r.total.requests_rate > 14.9 && r.total.requests_rate < 15.1);
    assert_true(rates_of(&r, "http://a.test:80")->requests_rate > 9.9);
    assert_true(rates_of(&r, s.origins[1].origin)->requests_rate < 0.1);
    assert_null(rates_of(&r, "http://b.test:80"));
    rates_of_run(&r, &s, 5 * S);
    assert_true(r.total.requests_rate > 9.9 && r.total.requests_rate < 10.1);
    rates_fini(&r);
    snapshot_fini(&s);
}

static void a_quantile_lies_in_its_bucket(void **state)
{
    (void)state;
    const uint64_t *bounds = qv_histogram_bounds();
    struct qv_histogram h = {.count = 0};
    assert_true(quantile_of(&h, 0.5) < 0);
    h = (struct qv_histogram){.count = 4, .max = bounds[2]};
    h.buckets[1] = 2;
    h.buckets[2] = 2;
    double median = quantile_of(&h, 0.5);
    assert_true(median > (double)bounds[0] / 1e9);
    assert_true(median <= (double)bounds[1] / 1e9);
    assert_true(quantile_of(&h, 0.99) <= (double)bounds[2] / 1e9);
    h = (struct qv_histogram){.count = 1, .max = 3};
    h.buckets[0] = 1;
    assert_true(quantile_of(&h, 0.99) <= 3e-9); /* never above the largest */
}

static void times_take_few_columns(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {-1, "-"},           {0.0000012, "1.20 us"}, {0.00031, "310 us"},
        {0.0125, "12.5 ms"}, {1.25, "1.25 s"},       {9999, "9999 s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        duration_add(&out, cases[i].seconds);
        assert_string_equal(str_text(&out), cases[i].text);
        assert_true(out.len <= 7);
        str_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_fits_and_is_counted),
        cmocka_unit_test(all_of_it_is_there_when_there_is_room),
        cmocka_unit_test(what_is_less_important_goes_first),
        cmocka_unit_test(rates_are_those_of_the_last_second),
        cmocka_unit_test(a_quantile_lies_in_its_bucket),
        cmocka_unit_test(times_take_few_columns),
    };
    return cmocka_run_group_tests_name("telemetry/stats_view", tests, NULL,
                                       NULL);
}
