/* What a proxy is asked, and what its refusal says. */
#include "pool/tunnel_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pool/tunnel_refusal.h"

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

static const struct {
    int status;
    const char *type;
    const char *cause;
    const char *body;
    enum err code;
    const char *line;
} refusals[] = {
    {403, "text/plain", NULL, "", ERR_TUNNEL,
     "CONNECT tunnel failed, response 403"},
    {403, "text/plain", NULL, "\r\n  not you  \r\nmore", ERR_TUNNEL,
     "CONNECT tunnel failed, response 403: not you"},
    {502, NULL, "p; error=dns_error", "", ERR_CONNECT,
     "CONNECT tunnel failed, response 502 (p; error=dns_error)"},
    {502, "text/html; charset=x", NULL,
     "<html><head><TITLE>\n Bad \x1b[2J gate\n</TITLE>", ERR_CONNECT,
     "CONNECT tunnel failed, response 502: Bad ?[2J gate"},
    {429, "text/html", NULL, "<p>none", ERR_CONNECT,
     "CONNECT tunnel failed, response 429"},
    {407, NULL, NULL, "\xff\r\n", ERR_TUNNEL,
     "CONNECT tunnel failed, response 407: ?"},
};

static void a_refusal_is_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct fields fields;
        struct fault fault;
        fields_init(&fields, &arena);
        if (refusals[i].type)
            fields_add(&fields, SPAN_LIT("Content-Type"),
                       span_str(refusals[i].type));
        if (refusals[i].cause)
            fields_add(&fields, SPAN_LIT("Proxy-Status"),
                       span_str(refusals[i].cause));
        struct tunnel_refusal f;
        tunnel_refusal_begin(
            &f, &(struct response_head){.status = refusals[i].status,
                                        .fields = &fields});
        tunnel_refusal_add(&f, span_str(refusals[i].body));
        tunnel_refusal_fault(&f, "CONNECT", &fault);
        assert_string_equal(fault.detail, refusals[i].line);
        assert_int_equal(fault.code, refusals[i].code);
    }
}

static void a_long_refusal_is_bounded(void **state)
{
    (void)state;
    struct fields fields;
    struct fault fault;
    struct tunnel_refusal f;
    fields_init(&fields, &arena);
    tunnel_refusal_begin(
        &f, &(struct response_head){.status = 500, .fields = &fields});
    for (int i = 0; i < 1000; i++)
        tunnel_refusal_add(&f, SPAN_LIT("0123456789"));
    assert_int_equal(f.len, TUNNEL_REFUSAL_KEPT);
    tunnel_refusal_fault(&f, "CONNECT", &fault);
    assert_true(strlen(fault.detail) < 150);
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
        cmocka_unit_test_setup_teardown(a_refusal_is_one_line, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_long_refusal_is_bounded, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("pool/tunnel_request", tests, NULL,
                                       NULL);
}
