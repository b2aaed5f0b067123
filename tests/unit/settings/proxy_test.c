#include "settings/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What curl 8.23 makes of them, but for the port of an http proxy that names
 * none: the manual of curl says 1080. */
static const struct {
    const char *text;
    enum proxy_kind kind;
    const char *host;
    unsigned port;
    const char *user; /* "user:password"; NULL: none */
    const char *socket;
} good[] = {
    {"", PROXY_NONE, "", 0, NULL, NULL},
    {"p.test", PROXY_HTTP, "p.test", 1080, NULL, NULL},
    {"p.test:3128", PROXY_HTTP, "p.test", 3128, NULL, NULL},
    {"http://p.test", PROXY_HTTP, "p.test", 1080, NULL, NULL},
    {"http://p.test:80", PROXY_HTTP, "p.test", 80, NULL, NULL},
    {"HTTPS://P.Test", PROXY_HTTPS, "p.test", 443, NULL, NULL},
    {"https://p.test:8443/", PROXY_HTTPS, "p.test", 8443, NULL, NULL},
    {"socks://p.test", PROXY_SOCKS4, "p.test", 1080, NULL, NULL},
    {"socks4://p.test", PROXY_SOCKS4, "p.test", 1080, NULL, NULL},
    {"socks4a://p.test", PROXY_SOCKS4A, "p.test", 1080, NULL, NULL},
    {"socks5://p.test", PROXY_SOCKS5, "p.test", 1080, NULL, NULL},
    {"socks5h://p.test:9", PROXY_SOCKS5H, "p.test", 9, NULL, NULL},
    {"HTTP:/p.test:1", PROXY_HTTP, "p.test", 1, NULL, NULL},
    {"p.test:1/path?x#y", PROXY_HTTP, "p.test", 1, NULL, NULL},
    {"[::1]", PROXY_HTTP, "::1", 1080, NULL, NULL},
    {"socks5://[0:0::1]:99", PROXY_SOCKS5, "::1", 99, NULL, NULL},
    {"[fe80::1%25lo]:8", PROXY_HTTP, "fe80::1%lo", 8, NULL, NULL},
    {"0x7f.1:8", PROXY_HTTP, "127.0.0.1", 8, NULL, NULL},
    {"%31%32%37.0.0.1:8", PROXY_HTTP, "127.0.0.1", 8, NULL, NULL},
    {"b\xc3\xbc"
     "cher.test:8",
     PROXY_HTTP, "xn--bcher-kva.test", 8, NULL, NULL},
    {"http://a%41:b%3a@p.test:1", PROXY_HTTP, "p.test", 1, "aA:b:", NULL},
    {"a@p.test:1", PROXY_HTTP, "p.test", 1, "a:", NULL},
    {"http://:pw@p.test:1", PROXY_HTTP, "p.test", 1, ":pw", NULL},
    {"http://@p.test:1", PROXY_HTTP, "p.test", 1, NULL, NULL},
    {"http://:@p.test:1", PROXY_HTTP, "p.test", 1, NULL, NULL},
    {"ftp.p.test:1", PROXY_HTTP, "ftp.p.test", 1, NULL, NULL},
    {"socks5h://localhost/run/a%20b", PROXY_SOCKS5H, "localhost", 1080, NULL,
     "/run/a b"},
    {"socks5h://localhost/", PROXY_SOCKS5H, "localhost", 1080, NULL, NULL},
    {"http://localhost/run/x", PROXY_HTTP, "localhost", 1080, NULL, NULL},
    {"socks5h://other/run/x", PROXY_SOCKS5H, "other", 1080, NULL, NULL},
};

static void check_user(const struct proxy *p, const char *user)
{
    char text[64];
    assert_int_equal(p->has_user, user != NULL);
    if (user == NULL)
        return;
    snprintf(text, sizeof text, "%.*s:%.*s", SPAN_ARG(p->user),
             SPAN_ARG(p->password));
    assert_string_equal(text, user);
}

static void urls_are_read_as_curl_does(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct proxy p;
        struct fault fault = {0};
        if (!proxy_parse(&p, good[i].text, &arena, &fault))
            fail_msg("%s: %s", good[i].text, fault.detail);
        assert_int_equal(p.kind, good[i].kind);
        assert_true(span_equal(p.host, span_str(good[i].host)));
        assert_int_equal(p.port, good[i].port);
        check_user(&p, good[i].user);
        assert_true(span_equal(p.unix_socket, span_str(good[i].socket)));
    }
    struct proxy none;
    assert_true(proxy_parse(&none, NULL, &arena, NULL));
    assert_int_equal(none.kind, PROXY_NONE);
    arena_fini(&arena);
}

static void what_is_no_proxy_has_curls_status(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int status;
    } bad[] = {
        {"ftp://p.test:1", 7},
        {"foo://p.test", 7},
        {"socks6://p.test", 7},
        {"http://", 5},
        {" ", 5},
        {"http://ho st:80", 5},
        {"http://p.test:99999", 5},
        {"HTTP:p.test:1", 5},
        {"a:b@c@p.test:1", 5},
        {"http://p.test:x", 5},
        {"[::1", 5},
        {"socks5://a:se\tcret@p.test", 5},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct proxy p;
        struct fault fault = {0};
        if (proxy_parse(&p, bad[i].text, &arena, &fault))
            fail_msg("taken: %s", bad[i].text);
        assert_int_equal(err_exit_status(fault.code), bad[i].status);
        assert_int_equal(err_class(fault.code), ERR_CLASS_INVALID);
        assert_int_not_equal(strlen(fault.detail), 0);
        assert_null(strstr(fault.detail, "cret"));
    }
    arena_fini(&arena);
}

static void the_urls_user_stands_before_the_option(void **state)
{
    (void)state;
    struct arena arena;
    struct settings s;
    struct proxy p;
    struct fault fault;
    arena_init(&arena);
    settings_defaults(&s);
    s.proxy.user = "c%41:d:e";
    s.proxy.url = "http://p.test";
    assert_true(proxy_of(&p, &s, &arena, &fault));
    check_user(&p, "cA:d:e");
    s.proxy.url = "http://a:b@p.test";
    assert_true(proxy_of(&p, &s, &arena, &fault));
    check_user(&p, "a:b");
    s.proxy.user = ":";
    s.proxy.url = "http://p.test";
    assert_true(proxy_of(&p, &s, &arena, &fault));
    check_user(&p, NULL);
    s.proxy.user = "a:b";
    s.proxy.url = "";
    assert_true(proxy_of(&p, &s, &arena, &fault));
    assert_int_equal(p.kind, PROXY_NONE);
    check_user(&p, NULL);
    arena_fini(&arena);
}

/* ---- the way to it ---- */

static void its_settings_have_nothing_of_the_origins(void **state)
{
    (void)state;
    struct settings s;
    struct settings to;
    settings_defaults(&s);
    s.tls.verify = false;
    s.tls.ca_file = "origin.pem";
    s.tls.cert_file = "me.pem";
    s.tls.min = SETTINGS_TLS_1_3;
    s.addresses.unix_socket = "/tmp/s";
    s.addresses.interface = "lo";
    s.http = SETTINGS_HTTP_3;
    s.proxy.url = "https://a:b@p.test";
    s.proxy.before = "socks5://s.test";
    s.proxy.ca_path = "certs";
    s.proxy.http = SETTINGS_PROXY_HTTP_2;
    s.proxy.user = "u:v";
    proxy_settings(&to, &s);
    assert_true(to.tls.verify);
    assert_null(to.tls.ca_file);
    assert_string_equal(to.tls.ca_path, "certs");
    assert_null(to.tls.cert_file);
    assert_int_equal(to.tls.min, SETTINGS_TLS_1_2);
    assert_null(to.addresses.unix_socket);
    assert_string_equal(to.addresses.interface, "lo");
    assert_int_equal(to.http, SETTINGS_HTTP_2);
    assert_string_equal(to.proxy.url, "socks5://s.test");
    assert_null(to.proxy.before);
    assert_null(to.proxy.user);
    s.proxy.url = "http://p.test";
    proxy_settings(&to, &s);
    assert_int_equal(to.http, SETTINGS_HTTP_1_1);
}

static void the_environments_store_is_the_proxys_too(void **state)
{
    (void)state;
    struct settings s;
    struct settings to;
    settings_defaults(&s);
    s.proxy.url = "https://p.test";
    s.tls.ca_file = "store.pem";
    s.tls.ca_file_source = "SSL_CERT_FILE";
    proxy_settings(&to, &s);
    assert_string_equal(to.tls.ca_file, "store.pem");
    s.proxy.ca_file = "own.pem";
    proxy_settings(&to, &s);
    assert_string_equal(to.tls.ca_file, "own.pem");
    assert_null(to.tls.ca_file_source);
}

static void the_key(const char *url, const char *user, struct str *key)
{
    struct settings s;
    struct settings to;
    settings_defaults(&s);
    s.proxy.url = url;
    s.proxy.user = user;
    proxy_settings(&to, &s);
    str_clear(key);
    settings_key(&to, key);
}

static void two_users_of_it_share_no_connection(void **state)
{
    (void)state;
    struct str one;
    struct str other;
    str_init(&one);
    str_init(&other);
    the_key("http://p.test", "a:b", &one);
    the_key("http://p.test", "a:c", &other);
    assert_false(span_equal(str_span(&one), str_span(&other)));
    the_key("http://x:y@p.test", "a:b", &other);
    assert_false(span_equal(str_span(&one), str_span(&other)));
    the_key("http://p.test", "a:b", &other);
    assert_true(span_equal(str_span(&one), str_span(&other)));
    str_fini(&one);
    str_fini(&other);
}

static void contradictions_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *before;
        const char *key_file;
        int status;
    } cases[] = {
        {"http://p", "socks5://s", NULL, 0},
        {NULL, "socks4://s", NULL, 0},
        {"http://p", "http://s", NULL, 5},
        {"socks5://p", "socks5://s", NULL, 5},
        {"http://p:0", NULL, NULL, 5},
        {"http://p", "foo://s", NULL, 7},
        {"https://p", NULL, "k.pem", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings s;
        struct fault fault = {.code = ERR_NONE};
        settings_defaults(&s);
        s.proxy.url = cases[i].url;
        s.proxy.before = cases[i].before;
        s.proxy.key_file = cases[i].key_file;
        assert_int_equal(settings_check(&s, &fault), cases[i].status == 0);
        assert_int_equal(err_exit_status(fault.code), cases[i].status);
    }
}

static void its_name_has_nothing_secret(void **state)
{
    (void)state;
    struct arena arena;
    struct proxy p;
    struct fault fault;
    struct str text;
    arena_init(&arena);
    str_init(&text);
    assert_true(proxy_parse(&p, "https://a:b@[::1]", &arena, &fault));
    proxy_name(&p, &text);
    assert_string_equal(str_text(&text), "https://[::1]:443");
    str_clear(&text);
    assert_true(proxy_parse(&p, "socks://a:b@p.test:9", &arena, &fault));
    proxy_name(&p, &text);
    assert_string_equal(str_text(&text), "socks4://p.test:9");
    str_fini(&text);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_read_as_curl_does),
        cmocka_unit_test(what_is_no_proxy_has_curls_status),
        cmocka_unit_test(the_urls_user_stands_before_the_option),
        cmocka_unit_test(its_settings_have_nothing_of_the_origins),
        cmocka_unit_test(the_environments_store_is_the_proxys_too),
        cmocka_unit_test(two_users_of_it_share_no_connection),
        cmocka_unit_test(contradictions_are_told),
        cmocka_unit_test(its_name_has_nothing_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
