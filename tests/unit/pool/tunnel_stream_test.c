/*
 * A byte stream through a proxy: over fake connections, whose side of the
 * exchange the test plays.
 */
#include "pool/tunnel_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "http/auths.h"
#include "pool/tunnel.h"
#include "pool/world.h"
#include "support/spin.h"

struct rig {
    struct world w;
    struct tunnel_host host;
    struct settings settings; /* of the origin */
    struct transport *t;
    struct fake_conn *conn;
    struct fields fields;
    struct arena arena;
    /* What the owner heard. */
    unsigned nconnected;
    unsigned nfailed;
    unsigned nreadable;
    unsigned nwritable;
};

static struct pool *pool_of(struct tunnel_host *h, const struct origin *proxy,
                            const struct settings *s)
{
    struct rig *r = container_of(h, struct rig, host);
    assert_string_equal((const char *)proxy->host.base, "p.test");
    assert_int_equal(proxy->port, 3128);
    assert_null(s->proxy.url);
    return r->w.pool;
}

static void on_connected(struct transport *t)
{
    ((struct rig *)t->owner)->nconnected++;
}

static void on_ready(struct transport *t, unsigned events)
{
    struct rig *r = t->owner;
    r->nreadable += (events & LOOP_READ) != 0;
    r->nwritable += (events & LOOP_WRITE) != 0;
}

static void on_failed(struct transport *t)
{
    ((struct rig *)t->owner)->nfailed++;
}

static const struct transport_events events = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static void dial_out(struct rig *r)
{
    r->t = tunnel_stream_open(&r->host, &r->settings, SPAN_LIT("a.test"), 443);
    r->t->events = &events;
    r->t->owner = r;
    transport_want(r->t, LOOP_READ);
}

static void rig_open(struct rig *r, const char *proxy)
{
    *r = (struct rig){.host.pool = pool_of};
    world_open(&r->w, SETTINGS_HTTP_AUTO, true);
    settings_defaults(&r->settings);
    r->settings.proxy.url = proxy;
    r->host.loop = r->w.loop;
    list_init(&r->host.tunnels);
    list_init(&r->host.auths);
    arena_init(&r->arena);
    fields_init(&r->fields, &r->arena);
    dial_out(r);
}

static void rig_close(struct rig *r)
{
    if (r->t)
        transport_close(r->t);
    spin_tasks(r->w.loop);
    assert_true(list_is_empty(&r->host.tunnels));
    auths_free_all(&r->host.auths);
    assert_true(r->conn == NULL || list_is_empty(&r->conn->exchanges));
    world_close(&r->w);
    free(r->conn);
    arena_fini(&r->arena);
}

static struct exchange *exchange(struct rig *r)
{
    return fake_first(r->conn);
}

static void answer(struct rig *r, int status)
{
    struct exchange *ex = exchange(r);
    ex->sink->on_head(ex, &(struct response_head){.status = status,
                                                  .version = HTTP_VERSION_2,
                                                  .fields = &r->fields});
}

static void finish(struct rig *r, enum err code)
{
    struct exchange *ex = exchange(r);
    struct fault fault;
    list_remove(&ex->link);
    conn_release(&r->conn->conn, ex);
    ex->state = EXCHANGE_DONE;
    fault_set(&fault, code, 0, "why");
    ex->sink->on_done(ex, code == ERR_NONE ? NULL : &fault);
}

/* Connected with the proxy, which has said yes. */
static void rig_start(struct rig *r)
{
    rig_open(r, "http://p.test:3128");
    r->conn = fake_connect(0, HTTP_VERSION_2, 100);
    answer(r, 200);
    spin_tasks(r->w.loop);
    assert_int_equal(r->nconnected, 1);
}

static enum sink_flow come(struct rig *r, const char *bytes, size_t len)
{
    struct exchange *ex = exchange(r);
    return ex->sink->on_body(ex, span_of(bytes, len));
}

static enum io pull(struct rig *r, char *to, size_t cap, size_t *n)
{
    struct exchange *ex = exchange(r);
    return ex->body->read(ex->body, (uint8_t *)to, cap, n);
}

static enum io write_text(struct rig *r, const char *text, size_t *n)
{
    struct span s = span_str(text);
    return transport_write(r->t, &s, 1, n);
}

/* ---- */

static void it_is_connected_when_the_proxy_says_yes(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "http://p.test:3128");
    assert_int_equal(fake_ndials, 1);
    r.conn = fake_connect(0, HTTP_VERSION_1_1, 1);
    struct exchange *ex = exchange(&r);
    assert_true(span_equal(ex->request->method, SPAN_LIT("CONNECT")));
    assert_true(span_equal(ex->request->target, SPAN_LIT("a.test:443")));
    assert_int_equal(r.nconnected, 0);
    answer(&r, 103);
    assert_int_equal(r.nconnected, 0);
    answer(&r, 200);
    assert_int_equal(r.nconnected, 1);
    rig_close(&r);
}

static void many_share_a_connection(void **state)
{
    (void)state;
    struct rig r;
    struct transport *others[50];
    rig_start(&r);
    struct transport *first = r.t;
    for (size_t i = 0; i < 50; i++) {
        dial_out(&r);
        others[i] = r.t;
    }
    assert_int_equal(fake_ndials, 1);
    assert_int_equal(r.conn->conn.active, 51);
    for (size_t i = 0; i < 50; i++)
        transport_close(others[i]);
    assert_int_equal(r.conn->conn.active, 1);
    r.t = first;
    rig_close(&r);
}

static void bytes_that_came_are_read_in_pieces(void **state)
{
    (void)state;
    struct rig r;
    uint8_t buf[4];
    size_t n = 0;
    rig_start(&r);
    assert_int_equal(transport_read(r.t, buf, 4, &n), IO_AGAIN);
    assert_int_equal(come(&r, "hello", 5), SINK_MORE);
    assert_int_equal(r.nreadable, 0); /* not from within */
    spin_tasks(r.w.loop);
    assert_int_equal(r.nreadable, 1);
    assert_int_equal(transport_read(r.t, buf, 4, &n), IO_OK);
    assert_int_equal(n, 4);
    assert_memory_equal(buf, "hell", 4);
    transport_want(r.t, LOOP_READ); /* what is left is told again */
    spin_tasks(r.w.loop);
    assert_int_equal(r.nreadable, 2);
    assert_int_equal(transport_read(r.t, buf, 4, &n), IO_OK);
    assert_int_equal(n, 1);
    assert_int_equal(transport_read(r.t, buf, 4, &n), IO_AGAIN);
    rig_close(&r);
}

static void a_reader_that_stops_pauses_the_proxy(void **state)
{
    (void)state;
    struct rig r;
    static char piece[65536];
    static uint8_t buf[65536];
    size_t n = 0;
    size_t came = 0;
    rig_start(&r);
    transport_want(r.t, 0);
    while (come(&r, piece, sizeof piece) == SINK_MORE)
        came++;
    assert_in_range(came, 1, 16);
    assert_int_equal(r.conn->nresumed, 0);
    size_t left = (came + 1) * sizeof piece;
    while (left > 0) {
        assert_int_equal(transport_read(r.t, buf, sizeof buf, &n), IO_OK);
        left -= n;
    }
    assert_int_equal(r.conn->nresumed, 1);
    assert_int_equal(r.conn->ways, EXCHANGE_RECEIVE);
    rig_close(&r);
}

static void bytes_out_wait_for_the_connection(void **state)
{
    (void)state;
    struct rig r;
    char buf[8];
    size_t n = 0;
    rig_start(&r);
    assert_int_equal(pull(&r, buf, 8, &n), IO_AGAIN);
    assert_int_equal(write_text(&r, "hello", &n), IO_OK);
    assert_int_equal(n, 5);
    assert_int_equal(r.conn->ways, EXCHANGE_SEND);
    assert_int_equal(pull(&r, buf, 3, &n), IO_OK);
    assert_memory_equal(buf, "hel", 3);
    assert_int_equal(pull(&r, buf, 8, &n), IO_OK);
    assert_int_equal(n, 2);
    transport_shut(r.t);
    assert_int_equal(pull(&r, buf, 8, &n), IO_EOF);
    rig_close(&r);
}

static void a_slow_proxy_stops_the_writer(void **state)
{
    (void)state;
    struct rig r;
    static char piece[65536];
    size_t n = 0;
    size_t all = 0;
    struct span s = span_of(piece, sizeof piece);
    rig_start(&r);
    while (transport_write(r.t, &s, 1, &n) == IO_OK)
        all += n;
    assert_int_equal(all, TUNNEL_OUT_HIGH);
    transport_want(r.t, LOOP_READ | LOOP_WRITE);
    spin_turns(r.w.loop, 2);
    assert_int_equal(r.nwritable, 0);
    while (pull(&r, piece, sizeof piece, &n) == IO_OK)
        all -= n;
    assert_int_equal(all, 0);
    spin_for(r.w.loop, 1 * LOOP_MS);
    assert_true(r.nwritable > 0);
    rig_close(&r);
}

static void the_end_of_the_peer_comes_behind_its_bytes(void **state)
{
    (void)state;
    struct rig r;
    uint8_t buf[8];
    size_t n = 0;
    rig_start(&r);
    (void)come(&r, "bye", 3);
    struct exchange *ex = exchange(&r);
    ex->sink->on_end(ex);
    spin_tasks(r.w.loop);
    assert_int_equal(transport_read(r.t, buf, 8, &n), IO_OK);
    assert_int_equal(n, 3);
    assert_int_equal(transport_read(r.t, buf, 8, &n), IO_EOF);
    assert_int_equal(write_text(&r, "still", &n), IO_OK); /* half closed */
    finish(&r, ERR_NONE);
    assert_int_equal(transport_read(r.t, buf, 8, &n), IO_EOF);
    assert_int_equal(write_text(&r, "over", &n), IO_FAILED);
    rig_close(&r);
}

static void a_lost_connection_fails_what_is_read_behind_the_bytes(void **state)
{
    (void)state;
    struct rig r;
    uint8_t buf[8];
    size_t n = 0;
    rig_start(&r);
    (void)come(&r, "abc", 3);
    finish(&r, ERR_CHANNEL_CLOSED);
    spin_tasks(r.w.loop);
    assert_int_equal(r.nfailed, 0);
    assert_int_equal(r.nreadable, 1);
    assert_int_equal(transport_read(r.t, buf, 8, &n), IO_OK);
    assert_int_equal(transport_read(r.t, buf, 8, &n), IO_FAILED);
    assert_int_equal(r.t->fault.code, ERR_RECV);
    rig_close(&r);
}

static const struct {
    enum err code;
    enum err told;
} failures[] = {
    {ERR_HOST_NAME, ERR_PROXY_NAME},
    {ERR_CONNECT, ERR_CONNECT},
    {ERR_TIMEOUT, ERR_TIMEOUT},
    {ERR_TLS_VERIFY, ERR_TLS_VERIFY},
};

static void a_proxy_that_cannot_be_reached_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        struct rig r;
        rig_open(&r, "http://p.test:3128");
        fake_refuse(0, failures[i].code);
        assert_int_equal(r.nfailed, 1);
        assert_int_equal(r.t->fault.code, failures[i].told);
        assert_non_null(strstr(r.t->fault.detail, "proxy"));
        rig_close(&r);
    }
}

static void a_refusal_fails_with_its_words(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "http://p.test:3128");
    r.conn = fake_connect(0, HTTP_VERSION_2, 100);
    answer(&r, 403);
    (void)come(&r, "go away\n", 8);
    assert_int_equal(r.nfailed, 0);
    finish(&r, ERR_NONE);
    assert_int_equal(r.nfailed, 1);
    assert_int_equal(r.t->fault.code, ERR_TUNNEL);
    assert_string_equal(r.t->fault.detail,
                        "CONNECT tunnel failed, response 403: go away");
    rig_close(&r);
}

static void a_refusal_that_does_not_end_is_given_up(void **state)
{
    (void)state;
    struct rig r;
    static char piece[16384];
    rig_open(&r, "http://p.test:3128");
    r.conn = fake_connect(0, HTTP_VERSION_2, 100);
    answer(&r, 500);
    for (int i = 0; i < 5 && r.nfailed == 0; i++)
        (void)come(&r, piece, sizeof piece);
    assert_int_equal(r.nfailed, 1);
    assert_int_equal(r.conn->ncancelled, 1);
    rig_close(&r);
}

/* The time is read where it is kept, and then brought forward. */
static void a_refusal_that_falls_silent_is_given_up(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "http://p.test:3128");
    r.conn = fake_connect(0, HTTP_VERSION_2, 100);
    uint64_t before = loop_now(r.w.loop);
    answer(&r, 500);
    (void)come(&r, "wait\n", 5);
    struct tunnel *t = container_of(r.host.tunnels.next, struct tunnel, link);
    assert_in_range(t->patience.node.key, before + LOOP_S,
                    loop_now(r.w.loop) + LOOP_S);
    loop_arm(r.w.loop, &t->patience, 0);
    spin_turns(r.w.loop, 3);
    assert_int_equal(r.nfailed, 1);
    assert_int_equal(r.conn->ncancelled, 1);
    assert_string_equal(r.t->fault.detail,
                        "CONNECT tunnel failed, response 500: wait");
    rig_close(&r);
}

static void a_proxy_that_just_closes_is_a_failure_to_receive(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "http://p.test:3128");
    r.conn = fake_connect(0, HTTP_VERSION_1_1, 1);
    finish(&r, ERR_EMPTY_REPLY);
    assert_int_equal(r.nfailed, 1);
    assert_int_equal(r.t->fault.code, ERR_RECV);
    rig_close(&r);
}

static void a_challenge_is_answered_once(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "http://u:p@p.test:3128");
    transport_close(r.t);
    r.settings.proxy.auth = SETTINGS_PROXY_AUTH_ANY;
    dial_out(&r);
    r.conn = fake_connect(0, HTTP_VERSION_2, 100);
    fields_add(&r.fields, SPAN_LIT("Proxy-Authenticate"),
               SPAN_LIT("Basic realm=\"x\""));
    assert_null(fields_find(&exchange(&r)->request->fields,
                            SPAN_LIT("proxy-authorization")));
    for (int i = 0; i < 2; i++) {
        answer(&r, 407);
        finish(&r, ERR_NONE);
        spin_tasks(r.w.loop);
        if (i == 0)
            assert_true(span_equal(fields_value(&exchange(&r)->request->fields,
                                                "proxy-authorization"),
                                   SPAN_LIT("Basic dTpw")));
    }
    assert_int_equal(r.nfailed, 1);
    assert_int_equal(r.t->fault.code, ERR_TUNNEL);
    rig_close(&r);
}

static void a_connection_that_was_stale_is_replaced_once(void **state)
{
    (void)state;
    struct rig r;
    rig_start(&r);
    struct transport *first = r.t;
    dial_out(&r); /* the second on that connection */
    struct exchange *ex =
        container_of(r.conn->exchanges.prev, struct exchange, link);
    struct fault fault;
    list_remove(&ex->link);
    conn_release(&r.conn->conn, ex);
    ex->state = EXCHANGE_DONE;
    fault_set(&fault, ERR_RECV, 0, "reset");
    ex->sink->on_done(ex, &fault);
    assert_int_equal(r.nfailed, 0);
    spin_tasks(r.w.loop);
    assert_int_equal(fake_ndials, 2);
    struct fake_conn *fresh = fake_connect(1, HTTP_VERSION_2, 100);
    assert_int_equal(fresh->conn.active, 1);
    ex = fake_first(fresh);
    list_remove(&ex->link);
    conn_release(&fresh->conn, ex);
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, &fault);
    assert_int_equal(r.nfailed, 1);
    transport_close(r.t);
    r.t = first;
    rig_close(&r);
    free(fresh);
}

static void what_is_no_proxy_fails_in_a_later_task(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "http://bad host/");
    assert_int_equal(r.nfailed, 0);
    spin_tasks(r.w.loop);
    assert_int_equal(r.nfailed, 1);
    assert_int_equal(fake_ndials, 0);
    rig_close(&r);
}

static void closing_gives_the_goodbye_a_chance(void **state)
{
    (void)state;
    struct rig r;
    char buf[8];
    size_t n = 0;
    rig_start(&r);
    assert_int_equal(write_text(&r, "bye", &n), IO_OK);
    transport_close(r.t);
    r.t = NULL;
    assert_int_equal(r.conn->ncancelled, 0);
    assert_int_equal(pull(&r, buf, 8, &n), IO_OK);
    assert_int_equal(pull(&r, buf, 8, &n), IO_EOF);
    spin_tasks(r.w.loop);
    assert_int_equal(r.conn->ncancelled, 1);
    rig_close(&r);
}

static void an_abandoned_one_is_over_for_its_owner(void **state)
{
    (void)state;
    struct rig r;
    uint8_t buf[8];
    size_t n = 0;
    rig_start(&r);
    tunnel_abandon(container_of(r.host.tunnels.next, struct tunnel, link));
    assert_true(list_is_empty(&r.conn->exchanges));
    assert_int_equal(transport_read(r.t, buf, 8, &n), IO_FAILED);
    rig_close(&r);
}

static void its_facts_are_those_of_the_connection_to_the_proxy(void **state)
{
    (void)state;
    struct rig r;
    struct conn_facts facts = {0};
    struct path_stats stats = {0};
    rig_start(&r);
    tunnel_stream_facts(r.t, &facts);
    assert_string_equal(facts.proxy.url, "http://p.test:3128");
    assert_int_equal(facts.proxy.status, 200);
    assert_int_equal(facts.proxy.conn_id, r.conn->conn.facts.id);
    transport_path_stats(r.t, &stats);
    assert_int_equal(stats.rtt, 7);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_connected_when_the_proxy_says_yes),
        cmocka_unit_test(many_share_a_connection),
        cmocka_unit_test(bytes_that_came_are_read_in_pieces),
        cmocka_unit_test(a_reader_that_stops_pauses_the_proxy),
        cmocka_unit_test(bytes_out_wait_for_the_connection),
        cmocka_unit_test(a_slow_proxy_stops_the_writer),
        cmocka_unit_test(the_end_of_the_peer_comes_behind_its_bytes),
        cmocka_unit_test(a_lost_connection_fails_what_is_read_behind_the_bytes),
        cmocka_unit_test(a_proxy_that_cannot_be_reached_is_named),
        cmocka_unit_test(a_refusal_fails_with_its_words),
        cmocka_unit_test(a_refusal_that_does_not_end_is_given_up),
        cmocka_unit_test(a_refusal_that_falls_silent_is_given_up),
        cmocka_unit_test(a_proxy_that_just_closes_is_a_failure_to_receive),
        cmocka_unit_test(a_challenge_is_answered_once),
        cmocka_unit_test(a_connection_that_was_stale_is_replaced_once),
        cmocka_unit_test(what_is_no_proxy_fails_in_a_later_task),
        cmocka_unit_test(closing_gives_the_goodbye_a_chance),
        cmocka_unit_test(an_abandoned_one_is_over_for_its_owner),
        cmocka_unit_test(its_facts_are_those_of_the_connection_to_the_proxy),
    };
    return cmocka_run_group_tests_name("pool/tunnel_stream", tests, NULL, NULL);
}
