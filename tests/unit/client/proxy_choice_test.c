#include "client/proxy_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct qv_proxy_environment all_set = {
    .http = {"http_proxy", "h:1"},
    .https = {"HTTPS_PROXY", "s:1"},
    .all = {"all_proxy", "a:1"},
    .none_for = {"no_proxy", "direct.test"},
};

static const struct qv_proxy_environment rest_set = {
    .all = {"ALL_PROXY", "a:1"},
    .ws = {"ws_proxy", "w:1"},
};

struct world {
    struct arena arena;
    struct qv_options o;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    arena_init(&w->arena);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_fini(&w->arena);
    free(w);
    return 0;
}

/* proxy and why: NULL for none. */
static void check(struct world *w, const char *url,
                  const struct qv_proxy_environment *env, const char *proxy,
                  const char *why)
{
    struct url u;
    struct fault fault;
    struct qv_options o = w->o;
    const struct url_options with_ws = {.websocket = true};
    assert_true(url_parse(&u, span_str(url), &with_ws, &w->arena, &fault));
    proxy_choice(&o, &u, env);
    if (proxy == NULL) {
        assert_null(o.proxy);
        assert_null(o.preproxy);
        assert_null(o.proxy_why);
        return;
    }
    assert_non_null(o.proxy);
    assert_string_equal(o.proxy, proxy);
    assert_string_equal(o.proxy_why, why);
}

static void the_environment_is_by_scheme(void **state)
{
    struct world *w = *state;
    check(w, "http://x.test", &all_set, "h:1", "http_proxy");
    check(w, "https://x.test", &all_set, "s:1", "HTTPS_PROXY");
    check(w, "ws://x.test", &all_set, "h:1", "http_proxy");
    check(w, "wss://x.test", &all_set, "s:1", "HTTPS_PROXY");
    check(w, "http://x.test", &rest_set, "a:1", "ALL_PROXY");
    check(w, "ws://x.test", &rest_set, "w:1", "ws_proxy");
    check(w, "wss://x.test", &rest_set, "a:1", "ALL_PROXY");
    check(w, "http://x.test", NULL, NULL, NULL);
    check(w, "http://a.direct.test", &all_set, NULL, NULL);
}

static void the_request_goes_before_it(void **state)
{
    struct world *w = *state;
    w->o.proxy = "r:1";
    check(w, "http://x.test", &all_set, "r:1", "-x");
    check(w, "http://x.test", NULL, "r:1", "-x");
    check(w, "http://direct.test", &all_set, NULL, NULL);
    w->o.proxy_why = "section";
    check(w, "http://x.test", &all_set, "r:1", "section");
    w->o.proxy = "";
    check(w, "http://x.test", &all_set, NULL, NULL);
}

static void its_noproxy_goes_before_no_proxy(void **state)
{
    struct world *w = *state;
    w->o.noproxy = "x.test";
    check(w, "http://x.test", &all_set, NULL, NULL);
    check(w, "http://direct.test", &all_set, "h:1", "http_proxy");
    w->o.noproxy = "";
    check(w, "http://direct.test", &all_set, "h:1", "http_proxy");
}

static void a_preproxy_alone_is_the_proxy(void **state)
{
    struct world *w = *state;
    w->o.preproxy = "socks5://p:1";
    check(w, "http://x.test", &all_set, "socks5://p:1", "--preproxy");
    check(w, "http://direct.test", &all_set, NULL, NULL);
    w->o.proxy = "h:9";
    check(w, "http://x.test", &all_set, "h:9", "-x");
    w->o.preproxy = "";
    check(w, "http://x.test", &all_set, "h:9", "-x");
}

static void a_unix_socket_needs_none(void **state)
{
    struct world *w = *state;
    w->o.proxy = "r:1";
    w->o.unix_socket = "/tmp/s";
    check(w, "http://x.test", &all_set, NULL, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_environment_is_by_scheme),
        TEST(the_request_goes_before_it),
        TEST(its_noproxy_goes_before_no_proxy),
        TEST(a_preproxy_alone_is_the_proxy),
        TEST(a_unix_socket_needs_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
