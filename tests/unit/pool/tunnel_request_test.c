/* What a proxy is asked, and what its refusal says. */
#include "pool/tunnel_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const struct proxy secure = {
    .kind = PROXY_HTTPS, .host = {(const uint8_t *)"p.test", 6}, .port = 3128};

static struct request ask(const struct tunnel_goal *goal,
                          const char *const *headers, struct span credentials)
{
    const struct settings_proxy s = {.headers = headers};
    struct request r;
    struct fault fault;
    tunnel_request_begin(&r, goal, &secure, &arena);
    assert_true(tunnel_request_finish(&r, &s, credentials, &fault));
    return r;
}

static void assert_span(struct span s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.base, text, s.len);
}

static const struct span none = {NULL, 0};

static void connect_names_the_origin_twice_and_nothing_of_its_own(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("a.test"), 443, false};
    struct request r = ask(&goal, NULL, none);
    assert_span(r.method, "CONNECT");
    assert_span(r.authority, "a.test:443");
    assert_span(r.target, "a.test:443");
    assert_null(r.protocol.base);
    assert_int_equal(r.fields.len, 2);
    assert_span(r.fields.items[0].name, "User-Agent");
    assert_span(r.fields.items[1].name, "Proxy-Connection");
    assert_span(r.fields.items[1].value, "Keep-Alive");
}

static void connect_names_the_agent_that_the_user_wants(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("a.test"), 443, false};
    const struct {
        const char *agent;
        const char *sent; /* NULL: none */
    } cases[] = {
        {NULL, "quiver/" QUIVER_VERSION}, {"me/1", "me/1"}, {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct settings_proxy s = {.agent = cases[i].agent};
        struct request r;
        struct fault fault;
        tunnel_request_begin(&r, &goal, &secure, &arena);
        assert_true(tunnel_request_finish(&r, &s, none, &fault));
        const struct field *f = fields_find(&r.fields, SPAN_LIT("User-Agent"));
        assert_int_equal(f != NULL, cases[i].sent != NULL);
        if (f)
            assert_span(f->value, cases[i].sent);
    }
}

static void an_ipv6_address_has_brackets_in_connect(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("2001:db8::1"), 8443, false};
    struct request r = ask(&goal, NULL, none);
    assert_span(r.target, "[2001:db8::1]:8443");
}

static void credentials_come_first(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("a.test"), 443, false};
    struct request r = ask(&goal, NULL, SPAN_LIT("Basic eA=="));
    assert_int_equal(r.fields.len, 3);
    assert_span(r.fields.items[0].name, "Proxy-Authorization");
    assert_span(r.fields.items[0].value, "Basic eA==");
}

static void headers_of_the_user_replace_ours_and_stand_last(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("a.test"), 443, false};
    const char *const headers[] = {"X-A: b", "user-agent: me", "Host: evil",
                                   "Proxy-Connection:", NULL};
    struct request r = ask(&goal, headers, none);
    assert_int_equal(r.fields.len, 2);
    assert_span(r.fields.items[0].name, "X-A");
    assert_span(r.fields.items[1].name, "user-agent");
    assert_span(r.authority, "a.test:443");
}

static void what_is_no_header_is_refused(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("a.test"), 443, false};
    const char *const bad[] = {"no colon", "X: a\rb", "Transfer-Encoding: gzip",
                               "Content-Length: 5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *const headers[] = {bad[i], NULL};
        const struct settings_proxy s = {.headers = headers};
        struct request r;
        struct fault fault;
        tunnel_request_begin(&r, &goal, &secure, &arena);
        assert_false(tunnel_request_finish(&r, &s, none, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
    }
}

static void
connect_udp_is_asked_of_the_proxy_by_the_default_template(void **state)
{
    (void)state;
    const struct tunnel_goal goal = {SPAN_LIT("2001:db8::1"), 443, true};
    struct request r = ask(&goal, NULL, none);
    assert_span(r.method, "CONNECT");
    assert_span(r.protocol, "connect-udp");
    assert_span(r.scheme, "https");
    assert_span(r.authority, "p.test:3128");
    assert_span(r.target, "/.well-known/masque/udp/2001%3Adb8%3A%3A1/443/");
    assert_span(fields_value(&r.fields, "capsule-protocol"), "?1");
    assert_null(fields_find(&r.fields, SPAN_LIT("proxy-connection")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            connect_names_the_origin_twice_and_nothing_of_its_own, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            connect_names_the_agent_that_the_user_wants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_ipv6_address_has_brackets_in_connect,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(credentials_come_first, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            headers_of_the_user_replace_ours_and_stand_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_header_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            connect_udp_is_asked_of_the_proxy_by_the_default_template, set_up,
            tear_down),
    };
    return cmocka_run_group_tests_name("pool/tunnel_request", tests, NULL,
                                       NULL);
}
