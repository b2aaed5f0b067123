#include "dial/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dial/haproxy_step.h"
#include "dial/step.h"

static const struct step_ops tunnel = {.name = "tunnel"};

struct world {
    struct settings settings;
    struct settings proxy_settings;
    struct dial_target target;
    struct route_hop proxy;
    struct route route;
    struct fault fault;
};

static void init(struct world *w, bool is_secure)
{
    *w = (struct world){.fault = {0}};
    settings_defaults(&w->settings);
    settings_defaults(&w->proxy_settings);
    w->target = (struct dial_target){.host = SPAN_LIT("origin.example"),
                                     .port = 443,
                                     .is_secure = is_secure,
                                     .settings = &w->settings};
    w->proxy = (struct route_hop){.host = SPAN_LIT("proxy.example"),
                                  .at = {SPAN_LIT("proxy.example"), 3128},
                                  .settings = &w->proxy_settings,
                                  .onward = &tunnel};
}

static void must_build(struct world *w)
{
    assert_true(route_build(&w->route, &w->target, &w->fault));
}

static void expect_step(const struct world *w, size_t i,
                        const struct step_ops *ops, int from, int to)
{
    const struct route_step *s = &w->route.steps[i];
    assert_ptr_equal(s->ops, ops);
    assert_ptr_equal(s->from, from < 0 ? NULL : &w->route.hops[from]);
    assert_ptr_equal(s->to, &w->route.hops[to]);
}

static void expect_run(const struct world *w, size_t i,
                       enum route_carrier carrier, const char *host,
                       uint16_t port)
{
    const struct route_run *run = &w->route.runs[i];
    assert_int_equal(run->carrier, carrier);
    assert_true(span_equal(run->at.host, span_str(host)));
    assert_int_equal(run->at.port, port);
}

/* Through an HTTP proxy. */

static void
a_tunnel_is_the_first_step_and_nothing_is_reached_from_here(void **state)
{
    (void)state;
    struct world w;
    init(&w, true);
    w.target.is_tunnelled = true;
    must_build(&w);
    assert_true(w.route.is_tunnelled);
    assert_int_equal(w.route.nhops, 1);
    assert_int_equal(w.route.nsteps, 2);
    expect_step(&w, 0, &step_tunnel, -1, 0);
    expect_step(&w, 1, &step_tls, -1, 0);
    assert_int_equal(w.route.nruns, 1);
    expect_run(&w, 0, ROUTE_TCP, "origin.example", 443);
}

static const struct {
    enum settings_http http;
    enum settings_proxy_http proxy;
    bool lacks_udp;
    bool has_quic;
} tunnelled[] = {
    {SETTINGS_HTTP_3_ONLY, SETTINGS_PROXY_HTTP_1_1, false, true},
    {SETTINGS_HTTP_3_ONLY, SETTINGS_PROXY_HTTP_3, true, true},
    {SETTINGS_HTTP_3, SETTINGS_PROXY_HTTP_1_1, false, false},
    {SETTINGS_HTTP_3, SETTINGS_PROXY_HTTP_2, false, true},
    {SETTINGS_HTTP_3, SETTINGS_PROXY_HTTP_3, false, true},
    {SETTINGS_HTTP_3, SETTINGS_PROXY_HTTP_3, true, false},
    {SETTINGS_HTTP_AUTO, SETTINGS_PROXY_HTTP_3, false, false},
};

static void quic_goes_through_a_proxy_that_may_have_a_way_for_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnelled / sizeof *tunnelled; i++) {
        struct world w;
        init(&w, true);
        w.settings.http = tunnelled[i].http;
        w.settings.proxy.http = tunnelled[i].proxy;
        w.target.is_tunnelled = true;
        w.target.lacks_udp = tunnelled[i].lacks_udp;
        must_build(&w);
        assert_int_equal(w.route.runs[0].carrier == ROUTE_QUIC,
                         tunnelled[i].has_quic);
    }
}

/* Directly, or through a hop. */

static void a_plain_origin_takes_one_step_and_a_secure_one_two(void **state)
{
    (void)state;
    struct world w;
    init(&w, false);
    must_build(&w);
    assert_int_equal(w.route.nsteps, 1);
    expect_step(&w, 0, &step_tcp, -1, 0);
    init(&w, true);
    must_build(&w);
    assert_int_equal(w.route.nsteps, 2);
    expect_step(&w, 0, &step_tcp, -1, 0);
    expect_step(&w, 1, &step_tls, -1, 0);
    assert_int_equal(w.route.nruns, 1);
    expect_run(&w, 0, ROUTE_TCP, "origin.example", 443);
}

/* Which protocols are tried, in which order. */
static void runs_follow_from_the_versions_that_are_allowed(void **state)
{
    static const struct {
        enum settings_http http;
        bool is_secure;
        const char *runs;
    } rows[] = {
        {SETTINGS_HTTP_AUTO, true, "t"},     {SETTINGS_HTTP_AUTO, false, "t"},
        {SETTINGS_HTTP_1_1, true, "t"},      {SETTINGS_HTTP_2, true, "t"},
        {SETTINGS_HTTP_2_PRIOR, false, "t"}, {SETTINGS_HTTP_3, true, "qt"},
        {SETTINGS_HTTP_3, false, "t"},       {SETTINGS_HTTP_3_ONLY, true, "q"},
        {SETTINGS_HTTP_3_ONLY, false, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        init(&w, rows[i].is_secure);
        w.settings.http = rows[i].http;
        size_t n = strlen(rows[i].runs);
        assert_int_equal(route_build(&w.route, &w.target, &w.fault), n > 0);
        assert_int_equal(w.route.nruns, n);
        for (size_t k = 0; k < n; k++)
            expect_run(&w, k, rows[i].runs[k] == 'q' ? ROUTE_QUIC : ROUTE_TCP,
                       "origin.example", 443);
        if (n == 0)
            assert_int_equal(w.fault.code, ERR_PROTOCOL_UNSUPPORTED);
    }
}

static void what_quic_cannot_do_leaves_tcp(void **state)
{
    (void)state;
    struct world w;
    init(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    w.settings.addresses.unix_socket = "/run/socket";
    must_build(&w);
    assert_int_equal(w.route.nruns, 1);
    expect_run(&w, 0, ROUTE_TCP, "origin.example", 443);
    init(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    w.settings.tls.max = SETTINGS_TLS_1_2;
    must_build(&w);
    assert_int_equal(w.route.nruns, 1);
}

static void connect_to_moves_where_it_goes_and_not_whom_it_trusts(void **state)
{
    static const char *const list[] = {"origin.example:443:[::1]:8443", NULL};
    (void)state;
    struct world w;
    init(&w, true);
    w.settings.addresses.connect_to = list;
    w.settings.http = SETTINGS_HTTP_3;
    must_build(&w);
    expect_run(&w, 0, ROUTE_QUIC, "::1", 8443);
    expect_run(&w, 1, ROUTE_TCP, "::1", 8443);
    assert_true(span_equal(route_origin(&w.route)->host, w.target.host));
    static const char *const bad[] = {"nonsense", NULL};
    w.settings.addresses.connect_to = bad;
    assert_false(route_build(&w.route, &w.target, &w.fault));
    assert_int_equal(w.fault.code, ERR_USAGE);
}

static void a_proxy_line_is_the_origins_and_stands_before_its_tls(void **state)
{
    (void)state;
    struct world w;
    init(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    w.settings.socket.haproxy = true;
    w.proxy_settings.socket.haproxy = true;
    must_build(&w);
    assert_int_equal(w.route.nruns, 1); /* QUIC has no place for it */
    assert_int_equal(w.route.nsteps, 3);
    expect_step(&w, 0, &step_tcp, -1, 0);
    expect_step(&w, 1, &haproxy_step, -1, 0);
    expect_step(&w, 2, &step_tls, -1, 0);
    w.proxy.is_secure = true;
    w.target.proxy = &w.proxy;
    w.settings.http = SETTINGS_HTTP_AUTO;
    must_build(&w);
    assert_int_equal(w.route.nsteps, 5);
    expect_step(&w, 2, &tunnel, 0, 1);
    expect_step(&w, 3, &haproxy_step, 0, 1);
    expect_step(&w, 4, &step_tls, 0, 1);
}

/* connect, tls, tunnel, tls: each with the trust of whom it leads to. */
static void a_proxy_is_a_hop_with_steps_and_settings_of_its_own(void **state)
{
    (void)state;
    struct world w;
    init(&w, true);
    w.settings.http = SETTINGS_HTTP_3; /* which it cannot carry */
    w.proxy.is_secure = true;
    w.target.proxy = &w.proxy;
    must_build(&w);
    assert_int_equal(w.route.nsteps, 4);
    expect_step(&w, 0, &step_tcp, -1, 0);
    expect_step(&w, 1, &step_tls, -1, 0);
    expect_step(&w, 2, &tunnel, 0, 1);
    expect_step(&w, 3, &step_tls, 0, 1);
    assert_ptr_equal(w.route.hops[0].settings, &w.proxy_settings);
    assert_ptr_equal(route_origin(&w.route)->settings, &w.settings);
    assert_true(span_equal(w.route.hops[0].host, SPAN_LIT("proxy.example")));
    assert_true(span_equal(route_origin(&w.route)->host, w.target.host));
    assert_int_equal(w.route.nruns, 1);
    expect_run(&w, 0, ROUTE_TCP, "proxy.example", 3128);
    w.settings.http = SETTINGS_HTTP_3_ONLY;
    assert_false(route_build(&w.route, &w.target, &w.fault));
}

static void a_plain_origin_behind_a_plain_proxy_takes_two_steps(void **state)
{
    (void)state;
    struct world w;
    init(&w, false);
    w.target.proxy = &w.proxy;
    must_build(&w);
    assert_int_equal(w.route.nsteps, 2);
    expect_step(&w, 0, &step_tcp, -1, 0);
    expect_step(&w, 1, &tunnel, 0, 1);
}

static const struct route_run alternatives[] = {
    {.carrier = ROUTE_QUIC, .at = {SPAN_LIT("alt.example"), 8443}},
    {.carrier = ROUTE_TCP, .at = {SPAN_LIT("origin.example"), 444}},
    {.carrier = ROUTE_QUIC, .at = {SPAN_LIT("third.example"), 1}},
};

static void alternatives_come_before_the_origins_own_place(void **state)
{
    (void)state;
    struct world w;
    init(&w, true);
    w.target.alternatives = alternatives;
    w.target.nalternatives = 3;
    must_build(&w);
    assert_int_equal(w.route.nruns, 4);
    expect_run(&w, 0, ROUTE_QUIC, "alt.example", 8443);
    expect_run(&w, 1, ROUTE_TCP, "origin.example", 444);
    expect_run(&w, 2, ROUTE_QUIC, "third.example", 1);
    expect_run(&w, 3, ROUTE_TCP, "origin.example", 443);
    assert_true(span_equal(route_origin(&w.route)->host, w.target.host));
}

static void more_alternatives_than_are_kept_are_left_out(void **state)
{
    (void)state;
    struct route_run many[ROUTE_ALTERNATIVES_MAX + 1];
    struct world w;
    for (size_t i = 0; i < ROUTE_ALTERNATIVES_MAX + 1; i++)
        many[i] = (struct route_run){
            .carrier = ROUTE_QUIC,
            .at = {SPAN_LIT("alt.example"), (uint16_t)(i + 1)}};
    init(&w, true);
    w.target.alternatives = many;
    w.target.nalternatives = ROUTE_ALTERNATIVES_MAX + 1;
    must_build(&w);
    assert_int_equal(w.route.nruns, ROUTE_ALTERNATIVES_MAX + 1);
    expect_run(&w, ROUTE_ALTERNATIVES_MAX, ROUTE_TCP, "origin.example", 443);
}

static void who_asks_for_http_3_gets_all_of_it_before_tcp(void **state)
{
    (void)state;
    struct world w;
    init(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    w.target.alternatives = alternatives;
    w.target.nalternatives = 3;
    must_build(&w);
    assert_int_equal(w.route.nruns, 5);
    expect_run(&w, 0, ROUTE_QUIC, "alt.example", 8443);
    expect_run(&w, 1, ROUTE_QUIC, "third.example", 1);
    expect_run(&w, 2, ROUTE_QUIC, "origin.example", 443);
    expect_run(&w, 3, ROUTE_TCP, "origin.example", 444);
    expect_run(&w, 4, ROUTE_TCP, "origin.example", 443);
    assert_int_equal(w.route.runs[2].source, ROUTE_FROM_OPTION);
    assert_int_equal(w.route.runs[4].source, ROUTE_FROM_DNS);
}

/* As most answers say of HTTP/3: here, over QUIC. */
static void an_alternative_that_is_the_origins_own_is_one_run(void **state)
{
    (void)state;
    static const struct route_run same[] = {
        {.carrier = ROUTE_QUIC, .at = {SPAN_LIT("Origin.Example"), 443}},
        {.carrier = ROUTE_QUIC, .at = {SPAN_LIT("origin.example"), 443}},
    };
    struct world w;
    init(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    w.target.alternatives = same;
    w.target.nalternatives = 2;
    must_build(&w);
    assert_int_equal(w.route.nruns, 2);
    assert_int_equal(w.route.runs[0].carrier, ROUTE_QUIC);
    expect_run(&w, 1, ROUTE_TCP, "origin.example", 443);
}

static void
an_alternative_that_the_user_does_not_want_is_passed_over(void **state)
{
    static const struct {
        enum settings_http http;
        bool is_secure;
        size_t nruns;
        enum route_carrier first;
        uint16_t port;
    } rows[] = {
        {SETTINGS_HTTP_1_1, true, 2, ROUTE_TCP, 444},
        {SETTINGS_HTTP_3_ONLY, true, 3, ROUTE_QUIC, 8443},
        {SETTINGS_HTTP_AUTO, false, 2, ROUTE_TCP, 444},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        init(&w, rows[i].is_secure);
        w.settings.http = rows[i].http;
        w.target.alternatives = alternatives;
        w.target.nalternatives = 3;
        must_build(&w);
        assert_int_equal(w.route.nruns, rows[i].nruns);
        assert_int_equal(w.route.runs[0].carrier, rows[i].first);
        assert_int_equal(w.route.runs[0].at.port, rows[i].port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_tunnel_is_the_first_step_and_nothing_is_reached_from_here),
        cmocka_unit_test(quic_goes_through_a_proxy_that_may_have_a_way_for_it),
        cmocka_unit_test(a_plain_origin_takes_one_step_and_a_secure_one_two),
        cmocka_unit_test(runs_follow_from_the_versions_that_are_allowed),
        cmocka_unit_test(what_quic_cannot_do_leaves_tcp),
        cmocka_unit_test(connect_to_moves_where_it_goes_and_not_whom_it_trusts),
        cmocka_unit_test(a_proxy_is_a_hop_with_steps_and_settings_of_its_own),
        cmocka_unit_test(a_plain_origin_behind_a_plain_proxy_takes_two_steps),
        cmocka_unit_test(alternatives_come_before_the_origins_own_place),
        cmocka_unit_test(more_alternatives_than_are_kept_are_left_out),
        cmocka_unit_test(who_asks_for_http_3_gets_all_of_it_before_tcp),
        cmocka_unit_test(an_alternative_that_is_the_origins_own_is_one_run),
        cmocka_unit_test(
            an_alternative_that_the_user_does_not_want_is_passed_over),
        cmocka_unit_test(a_proxy_line_is_the_origins_and_stands_before_its_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
