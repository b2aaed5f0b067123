/* Prometheus' text format, where it goes, and snapshots by origin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "telemetry/metrics_target.h"
#include "telemetry/metrics_text.h"
#include "telemetry/prometheus.h"
#include "telemetry/snapshot.h"
#include "telemetry/stats_json.h"

static void samples_have_labels_and_plain_numbers(void **state)
{
    (void)state;
    struct str out = {0};
    prometheus_family(&out, "x_total", "counter", "All of x.");
    prometheus_sample(&out, "x_total", 5, NULL);
    prometheus_sample(&out, "x_total", 9007199254740991.0, "a", "b", NULL);
    prometheus_sample(&out, "x_total", 0.000027, "a", "q\"\\\n", "c", "", NULL);
    assert_string_equal(out.base,
                        "# HELP x_total All of x.\n"
                        "# TYPE x_total counter\n"
                        "x_total 5\n"
                        "x_total{a=\"b\"} 9.00719925474099e+15\n"
                        "x_total{a=\"q\\\"\\\\\\n\",c=\"\"} 2.7e-05\n");
    str_fini(&out);
}

static void buckets_are_cumulative_and_end_with_infinity(void **state)
{
    (void)state;
    struct qv_histogram h = {
        .count = 3, .sum = 2500000000, .buckets = {1, 0, 1}};
    struct str out = {0};
    h.buckets[QV_HISTOGRAM_BOUNDS] = 1;
    prometheus_histogram(&out, "d_seconds", &h, "stage", "tls");
    assert_non_null(
        strstr(out.base, "d_seconds_bucket{stage=\"tls\",le=\"0.0005\"} 1\n"));
    assert_non_null(
        strstr(out.base, "d_seconds_bucket{stage=\"tls\",le=\"0.001\"} 1\n"));
    assert_non_null(
        strstr(out.base, "d_seconds_bucket{stage=\"tls\",le=\"60\"} 2\n"));
    assert_non_null(strstr(out.base,
                           "d_seconds_bucket{stage=\"tls\",le=\"+Inf\"} 3\n"
                           "d_seconds_sum{stage=\"tls\"} 2.5\n"
                           "d_seconds_count{stage=\"tls\"} 3\n"));
    str_clear(&out);
    prometheus_histogram(&out, "d_seconds", &h, NULL, NULL);
    assert_non_null(strstr(out.base, "d_seconds_bucket{le=\"+Inf\"} 3\n"
                                     "d_seconds_sum 2.5\n"
                                     "d_seconds_count 3\n"));
    str_fini(&out);
}

static void a_port_is_told_from_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_port;
        const char *bind;
        unsigned port;
    } cases[] = {
        {"9100", true, NULL, 9100},
        {"0", true, NULL, 0},
        {"65535", true, NULL, 65535},
        {"65536", false, NULL, 0},
        {"127.0.0.1:9100", true, "127.0.0.1", 9100},
        {"[::1]:9100", true, "::1", 9100},
        {"localhost:1", true, NULL, 1},
        {":9100", true, NULL, 9100},
        {"./9100", false, NULL, 0},
        {"dir/a:9100", false, NULL, 0},
        {"metrics.prom", false, NULL, 0},
        {"", false, NULL, 0},
        {"9100x", false, NULL, 0},
        {"host:", false, NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct metrics_target t;
        assert_int_equal(metrics_target_parse(&t, cases[i].text),
                         cases[i].is_port);
        if (cases[i].bind)
            assert_string_equal(t.bind, cases[i].bind);
        else
            assert_null(t.bind);
        assert_int_equal(t.port, cases[i].port);
        metrics_target_fini(&t);
    }
}

/* Of origins whose n-th had n requests. */
static struct snapshot sample(const char *const *names, size_t n)
{
    struct snapshot s = {.norigins = n};
    s.origins = calloc(n, sizeof *s.origins);
    for (size_t i = 0; i < n; i++) {
        s.origins[i].origin = names[i];
        s.origins[i].durations.count = i + 1;
        s.origins[i].requests[1][2] = i + 1;
    }
    return s;
}

static void many_origins_become_others(void **state)
{
    (void)state;
    static const char *const names[] = {"http://a:80", "http://b:80",
                                        "http://c:80", QV_ORIGIN_OTHER};
    struct snapshot s = sample(names, 4);
    snapshot_limit(&s, 4);
    assert_int_equal(s.norigins, 4);
    snapshot_limit(&s, 2);
    assert_int_equal(s.norigins, 3);
    assert_string_equal(s.origins[0].origin, "http://b:80");
    assert_string_equal(s.origins[1].origin, "http://c:80");
    assert_string_equal(s.origins[2].origin, QV_ORIGIN_OTHER);
    assert_int_equal(s.origins[2].durations.count, 1 + 4);
    snapshot_fini(&s);
}

static void each_family_stands_in_one_place(void **state)
{
    (void)state;
    static const char *const names[] = {"http://a:80", "http://b:80"};
    struct snapshot s = sample(names, 2);
    struct str out = {0};
    metrics_text(&out, &s);
    for (const char *at = out.base; (at = strstr(at, "# TYPE ")); at++) {
        size_t len = strcspn(at + 7, " ");
        char head[128] = "# TYPE ";
        memcpy(head + 7, at + 7, len + 1);
        assert_null(strstr(at + 1, head));
    }
    assert_non_null(strstr(out.base,
                           "quiver_requests_total{origin=\"http://b:80\","
                           "protocol=\"h2\",status=\"2xx\"} 2\n"));
    str_fini(&out);
    snapshot_fini(&s);
}

static void statistics_are_one_json_object_on_one_line(void **state)
{
    (void)state;
    static const char *const names[] = {"http://a:80"};
    struct snapshot s = sample(names, 1);
    struct qv_connection_stats c = {.id = 4,
                                    .origin = names[0],
                                    .protocol = "h1",
                                    .rtt = 1500000,
                                    .packets_sent = 3};
    struct str out = {0};
    s.connections = &c;
    s.nconnections = 1;
    stats_json(&out, &s, 2000000000);
    s.connections = NULL;
    assert_null(strchr(out.base, '\n'));
    assert_int_equal(strncmp(out.base, "{\"v\":1,\"elapsed\":2.000000,", 26),
                     0);
    assert_non_null(
        strstr(out.base, "\"origins\":[{\"origin\":\"http://a:80\","));
    assert_non_null(strstr(out.base, "\"h2\":{\"2xx\":1}"));
    assert_non_null(strstr(out.base, "\"rtt\":0.001500,\"min_rtt\":null,"
                                     "\"cwnd\":null,\"sent\":3,\"lost\":0}]}"));
    str_fini(&out);
    snapshot_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_have_labels_and_plain_numbers),
        cmocka_unit_test(buckets_are_cumulative_and_end_with_infinity),
        cmocka_unit_test(a_port_is_told_from_a_file),
        cmocka_unit_test(many_origins_become_others),
        cmocka_unit_test(each_family_stands_in_one_place),
        cmocka_unit_test(statistics_are_one_json_object_on_one_line),
    };
    return cmocka_run_group_tests_name("cli/metrics", tests, NULL, NULL);
}
