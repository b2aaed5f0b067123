/* What a pool tells its counters is counted, and told on as events. */
#include "pool/pool_counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/trace.h"
#include "pool/origin.h"

struct world {
    struct loop *loop;
    struct pool_counters counters;
    struct trace trace;
    char told[512]; /* the last event: name, then key=value */
    unsigned ntold;
};

static void on_event(struct trace *t, const struct trace_event *e)
{
    struct world *w = container_of(t, struct world, trace);
    size_t at = (size_t)snprintf(w->told, sizeof w->told, "%s %s",
                                 trace_name(e->kind), e->origin);
    for (size_t i = 0; i < e->nfields; i++) {
        const struct trace_field *f = &e->fields[i];
        at += (size_t)snprintf(
            w->told + at, sizeof w->told - at,
            f->type == TRACE_TEXT ? " %s=%.*s" : " %s=%d", f->key,
            f->type == TRACE_TEXT ? (int)f->text.len : (int)f->number,
            (const char *)f->text.base);
    }
    w->ntold++;
}

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){.trace = {.on_event = on_event}};
    w.loop = loop_new();
    pool_counters_init(&w.counters, w.loop, "https://h.example:443");
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    loop_free(w->loop);
    return 0;
}

static void listen_to(struct world *w)
{
    w->trace.wants_events = true;
    loop_set_trace(w->loop, &w->trace);
}

static const struct conn_ops ops = {.name = "h2"};

static struct conn tcp_conn(void)
{
    return (struct conn){.ops = &ops,
                         .facts = {.id = 5,
                                   .version = HTTP_VERSION_2,
                                   .dial_start = 100 * LOOP_MS,
                                   .resolved_at = 101 * LOOP_MS,
                                   .connected_at = 103 * LOOP_MS,
                                   .secured_at = 106 * LOOP_MS}};
}

static void an_origin_is_named_as_in_a_url(void **state)
{
    (void)state;
    struct origin four = {
        .is_secure = true, .host = SPAN_LIT("h.example"), .port = 443};
    struct origin six = {.host = SPAN_LIT("::1"), .port = 8080};
    struct str name;
    str_init(&name);
    origin_name(&four, &name);
    assert_string_equal(str_text(&name), "https://h.example:443");
    str_clear(&name);
    origin_name(&six, &name);
    assert_string_equal(str_text(&name), "http://[::1]:8080");
    str_fini(&name);
}

static void a_handshake_over_tcp_is_split_into_its_stages(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    pool_counters_dial_started(&w->counters);
    pool_counters_opened(&w->counters, &c);
    const struct histogram *stages = w->counters.stages;
    assert_int_equal(w->counters.dials, 1);
    assert_int_equal(w->counters.opened[POOL_H2], 1);
    assert_int_equal(stages[POOL_STAGE_DNS].sum, LOOP_MS);
    assert_int_equal(stages[POOL_STAGE_CONNECT].sum, 2 * LOOP_MS);
    assert_int_equal(stages[POOL_STAGE_TLS].sum, 3 * LOOP_MS);
    assert_int_equal(stages[POOL_STAGE_TOTAL].sum, 6 * LOOP_MS);
    assert_int_equal(stages[POOL_STAGE_QUIC].count, 0);
    assert_int_equal(w->ntold, 0);
}

static void a_quic_handshake_is_one_stage(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    c.facts.version = HTTP_VERSION_3;
    c.facts.quic_version = "v1";
    c.facts.connected_at = c.facts.secured_at;
    pool_counters_opened(&w->counters, &c);
    const struct histogram *stages = w->counters.stages;
    assert_int_equal(stages[POOL_STAGE_QUIC].sum, 5 * LOOP_MS);
    assert_int_equal(stages[POOL_STAGE_CONNECT].count, 0);
    assert_int_equal(stages[POOL_STAGE_TLS].count, 0);
    assert_int_equal(stages[POOL_STAGE_TOTAL].sum, 6 * LOOP_MS);
}

static void a_plain_connection_has_no_tls_stage(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    c.facts.secured_at = 0;
    pool_counters_opened(&w->counters, &c);
    assert_int_equal(w->counters.stages[POOL_STAGE_TLS].count, 0);
    assert_int_equal(w->counters.stages[POOL_STAGE_TOTAL].sum, 3 * LOOP_MS);
}

static void an_end_is_counted_by_its_reason(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    struct fault in_order = {.code = ERR_NONE};
    struct fault broken;
    fault_set(&broken, ERR_RECV, 104, "reset");
    static const struct {
        enum pool_close by;
        bool is_broken;
        enum pool_close counted;
    } cases[] = {
        {POOL_CLOSE_IDLE, false, POOL_CLOSE_IDLE},
        {POOL_CLOSE_AGE, false, POOL_CLOSE_AGE},
        {POOL_CLOSE_REQUESTS, false, POOL_CLOSE_REQUESTS},
        {POOL_CLOSE_END, false, POOL_CLOSE_END},
        {POOL_CLOSE_GOAWAY, true, POOL_CLOSE_GOAWAY},
        {POOL_CLOSE_PEER, false, POOL_CLOSE_PEER},
        {POOL_CLOSE_PEER, true, POOL_CLOSE_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t before = w->counters.closed[cases[i].counted];
        pool_counters_closed(&w->counters, &c, cases[i].by,
                             cases[i].is_broken ? &broken : &in_order, 1);
        assert_int_equal(w->counters.closed[cases[i].counted], before + 1);
    }
}

static void nothing_is_told_when_nobody_listens(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    struct exchange ex = {.xfer_id = 3};
    pool_counters_queued(&w->counters, &ex, 0);
    pool_counters_assigned(&w->counters, &c, &ex, 0);
    pool_counters_returned(&w->counters, &c, &ex, NULL);
    assert_int_equal(w->counters.queued, 1);
    assert_int_equal(w->counters.returned, 1);
    assert_int_equal(w->ntold, 0);
}

static void events_carry_values_and_the_elixir_projects_names(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    struct exchange ex = {.xfer_id = 3};
    struct fault why;
    fault_set(&why, ERR_CONNECT, 111, "refused");
    listen_to(w);

    pool_counters_queued(&w->counters, &ex, 4);
    assert_string_equal(
        w->told, "quiver.pool.queue https://h.example:443 queue_length=5");
    pool_counters_dial_failed(&w->counters, &why, &c.facts);
    assert_int_equal(w->counters.dials_failed, 1);
    assert_int_equal(w->counters.failures[POOL_FAILURE_CONNECT], 1);
    assert_non_null(strstr(w->told, "quiver.conn.exception "));
    assert_non_null(strstr(w->told, " kind=transient error=connect code=7 "
                                    "wire=111 detail=refused"));
    pool_counters_opened(&w->counters, &c);
    assert_non_null(strstr(w->told, "quiver.conn.stop "));
    assert_non_null(strstr(w->told, " dns=1000000 connect=2000000 "
                                    "tls=3000000 protocol=h2"));
    pool_counters_closed(&w->counters, &c, POOL_CLOSE_IDLE, NULL, 9);
    assert_non_null(strstr(w->told, "quiver.conn.close "));
    assert_non_null(strstr(w->told, " reason=idle "));
    assert_non_null(strstr(w->told, " requests=9 "));
}

static void a_drain_of_http3_has_its_own_name(void **state)
{
    struct world *w = *state;
    struct conn c = tcp_conn();
    listen_to(w);
    pool_counters_draining(&w->counters, &c, NULL);
    assert_non_null(strstr(w->told, "quiver.conn.draining "));
    c.facts.version = HTTP_VERSION_3;
    pool_counters_draining(&w->counters, &c, NULL);
    assert_non_null(strstr(w->told, "quiver.connection.http3.draining "));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_origin_is_named_as_in_a_url),
        TEST(a_handshake_over_tcp_is_split_into_its_stages),
        TEST(a_quic_handshake_is_one_stage),
        TEST(a_plain_connection_has_no_tls_stage),
        TEST(an_end_is_counted_by_its_reason),
        TEST(nothing_is_told_when_nobody_listens),
        TEST(events_carry_values_and_the_elixir_projects_names),
        TEST(a_drain_of_http3_has_its_own_name),
    };
    return cmocka_run_group_tests_name("pool/counters", tests, NULL, NULL);
}
