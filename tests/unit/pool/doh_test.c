/* Questions to a name server in HTTP, over a pool whose connections the test moves. */
#include "pool/doh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/fault.h"
#include "http/fields.h"
#include "pool/world.h"
#include "support/spin.h"

struct rig {
    struct world world;
    struct doh_host host;
    struct settings settings;
    struct origin asked;            /* of the pool */
    struct settings asked_settings; /* strings are the server's */
    struct dns_server *server;
    struct dns_query query;
    unsigned nanswers;
    size_t naddrs;
    char addr[ADDR_TEXT_MAX];
    char why[256];
    bool is_failure;
    struct fake_conn *conn;
};

static void on_answer(struct dns_query *q, const struct dns_answer *a)
{
    struct rig *r = container_of(q, struct rig, query);
    r->nanswers++;
    r->naddrs = a->naddrs;
    r->is_failure = a->is_failure;
    if (a->naddrs > 0)
        addr_format(&a->addrs[0], r->addr);
    (void)snprintf(r->why, sizeof r->why, "%s", a->why ? a->why : "");
}

static struct pool *pool_of(struct doh_host *h, const struct origin *o,
                            const struct settings *s)
{
    struct rig *r = container_of(h, struct rig, host);
    assert_true(o->is_secure);
    r->asked.port = o->port;
    r->asked_settings = *s;
    return r->world.pool;
}

static void open_rig(struct rig *r)
{
    struct fault fault;
    *r = (struct rig){.query.on_answer = on_answer};
    world_open(&r->world, SETTINGS_HTTP_AUTO, true);
    r->host.loop = r->world.loop;
    r->host.pool = pool_of;
    map_init(&r->host.servers, 1);
    settings_defaults(&r->settings);
    r->settings.addresses.doh_url = "https://dns.test:8443/dns-query";
    r->server = doh_server(&r->host, &r->settings, &fault);
    assert_non_null(r->server);
}

static void close_rig(struct rig *r)
{
    struct fake_conn *conn = r->conn;
    doh_free_all(&r->host);
    world_close(&r->world);
    if (conn)
        fake_free(conn);
}

static void ask(struct rig *r, struct span name)
{
    dns_ask(r->server, &r->query, name, DNS_A);
    if (r->conn == NULL && fake_dials_running() > 0)
        r->conn = fake_connect(0, HTTP_VERSION_2, 10);
}

/* The server answers with this status, type and body. */
static void answer(struct rig *r, int status, const char *type,
                   struct span body)
{
    struct exchange *ex = fake_first(r->conn);
    struct arena arena;
    struct fields fields;
    arena_init(&arena);
    fields_init(&fields, &arena);
    if (type)
        fields_add(&fields, SPAN_LIT("content-type"), span_str(type));
    const struct response_head head = {
        .status = status, .version = HTTP_VERSION_2, .fields = &fields};
    ex->sink->on_head(ex, &head);
    ex->sink->on_body(ex, body);
    ex->sink->on_trailers(ex, &fields);
    fake_answer(r->conn, ex);
    arena_fini(&arena);
    spin_tasks(r->world.loop);
}

/* a.test A 192.0.2.1 */
#define GOOD                                                                   \
    SPAN_LIT("\0\0\x81\x80\0\1\0\1\0\0\0\0"                                    \
             "\1a\4test\0\0\1\0\1"                                             \
             "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1")

static void a_question_is_a_post_of_a_dns_message(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r);
    ask(&r, SPAN_LIT("a.test"));
    struct exchange *ex = fake_first(r.conn);
    const struct request *q = ex->request;
    uint8_t sent[64];
    size_t n = 0;
    assert_true(span_equal(q->method, SPAN_LIT("POST")));
    assert_true(span_equal(q->authority, SPAN_LIT("dns.test:8443")));
    assert_true(span_equal(q->target, SPAN_LIT("/dns-query")));
    assert_true(span_equal(fields_value(&q->fields, "content-type"),
                           SPAN_LIT("application/dns-message")));
    assert_int_equal(ex->body->read(ex->body, sent, sizeof sent, &n), IO_OK);
    assert_int_equal((int64_t)n, q->body_len);
    assert_memory_equal(sent + 12, "\1a\4test\0\0\1\0\1", 12);
    assert_int_equal(r.asked.port, 8443);
    answer(&r, 200, "application/dns-message", GOOD);
    assert_int_equal(r.nanswers, 1);
    assert_int_equal(r.naddrs, 1);
    assert_string_equal(r.addr, "192.0.2.1");
    close_rig(&r);
}

static void what_is_no_answer_is_a_failure_that_says_why(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *type;
        const char *why;
    } rows[] = {
        {404, "application/dns-message", "DNS over HTTPS: status 404"},
        {200, "text/html", "DNS over HTTPS: an answer that is none"},
        {200, NULL, "DNS over HTTPS: an answer that is none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rig r;
        open_rig(&r);
        ask(&r, SPAN_LIT("a.test"));
        answer(&r, rows[i].status, rows[i].type, GOOD);
        assert_int_equal(r.nanswers, 1);
        assert_true(r.is_failure);
        assert_string_equal(r.why, rows[i].why);
        close_rig(&r);
    }
}

static void an_endless_answer_is_none(void **state)
{
    (void)state;
    static uint8_t much[40000];
    struct rig r;
    open_rig(&r);
    ask(&r, SPAN_LIT("a.test"));
    struct exchange *ex = fake_first(r.conn);
    ex->sink->on_body(ex, span_of(much, sizeof much));
    ex->sink->on_body(ex, span_of(much, sizeof much));
    fake_answer(r.conn, ex);
    spin_tasks(r.world.loop);
    assert_true(r.is_failure);
    close_rig(&r);
}

static void a_server_that_cannot_be_reached_is_told(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r);
    dns_ask(r.server, &r.query, SPAN_LIT("a.test"), DNS_A);
    fake_refuse(0, ERR_CONNECT);
    spin_tasks(r.world.loop);
    assert_int_equal(r.nanswers, 1);
    assert_true(r.is_failure);
    assert_memory_equal(r.why, "DNS over HTTPS: ", 16);
    close_rig(&r);
}

static void what_is_no_name_is_not_sent(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r);
    ask(&r, SPAN_LIT("a..test"));
    assert_int_equal(r.nanswers, 0); /* not before it has returned */
    spin_tasks(r.world.loop);
    assert_int_equal(r.nanswers, 1);
    assert_string_equal(r.why, "this is no name");
    assert_int_equal(fake_ndials, 0);
    close_rig(&r);
}

static void a_cancelled_question_tells_nobody(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r);
    ask(&r, SPAN_LIT("a.test"));
    dns_cancel(&r.query);
    assert_int_equal(r.conn->ncancelled, 1);
    ask(&r, SPAN_LIT("a..test")); /* in the moment before it fails */
    dns_cancel(&r.query);
    dns_cancel(&r.query);
    spin_tasks(r.world.loop);
    assert_int_equal(r.nanswers, 0);
    close_rig(&r);
}

static void a_server_is_one_for_equal_settings(void **state)
{
    (void)state;
    struct rig r;
    struct fault fault;
    open_rig(&r);
    struct settings other = r.settings;
    assert_ptr_equal(doh_server(&r.host, &other, &fault), r.server);
    other.tls.cert_file = "client.pem"; /* for the origin alone */
    other.http = SETTINGS_HTTP_1_1;
    assert_ptr_equal(doh_server(&r.host, &other, &fault), r.server);
    other.addresses.doh_insecure = true;
    assert_ptr_not_equal(doh_server(&r.host, &other, &fault), r.server);
    close_rig(&r);
}

static void nothing_of_the_origin_goes_to_it(void **state)
{
    (void)state;
    struct rig r;
    struct fault fault;
    open_rig(&r);
    r.settings.tls.verify = false;
    r.settings.tls.cert_file = "client.pem";
    r.settings.addresses.unix_socket = "/run/app";
    r.settings.proxy.url = "http://proxy.test";
    r.server = doh_server(&r.host, &r.settings, &fault);
    ask(&r, SPAN_LIT("a.test"));
    assert_true(r.asked_settings.tls.verify);
    assert_null(r.asked_settings.tls.cert_file);
    assert_null(r.asked_settings.addresses.unix_socket);
    assert_null(r.asked_settings.addresses.doh_url);
    assert_null(r.asked_settings.proxy.url);
    assert_false(r.asked_settings.addresses.https_rr);
    answer(&r, 200, "application/dns-message", GOOD);
    close_rig(&r);
}

static void only_https_is_a_url_for_it(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://dns.test/", "https://",
                                       "https://a b/"};
    struct rig r;
    open_rig(&r);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct fault fault = {0};
        r.settings.addresses.doh_url = urls[i];
        assert_null(doh_server(&r.host, &r.settings, &fault));
        assert_int_equal(fault.code, ERR_HOST_NAME);
        assert_memory_equal(fault.detail, "--doh-url: ", 11);
    }
    close_rig(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_a_post_of_a_dns_message),
        cmocka_unit_test(what_is_no_answer_is_a_failure_that_says_why),
        cmocka_unit_test(an_endless_answer_is_none),
        cmocka_unit_test(a_server_that_cannot_be_reached_is_told),
        cmocka_unit_test(what_is_no_name_is_not_sent),
        cmocka_unit_test(a_cancelled_question_tells_nobody),
        cmocka_unit_test(a_server_is_one_for_equal_settings),
        cmocka_unit_test(nothing_of_the_origin_goes_to_it),
        cmocka_unit_test(only_https_is_a_url_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
