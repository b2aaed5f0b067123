/*
 * Datagrams through a proxy: over fake connections, whose side of the exchange
 * the test plays.
 */
#include "pool/tunnel_datagrams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "channel/capsule.h"
#include "http/auths.h"
#include "pool/tunnel.h"
#include "pool/world.h"
#include "support/spin.h"

struct rig {
    struct world w;
    struct tunnel_host host;
    struct settings settings; /* of the origin */
    struct datagram_path *p;
    struct fake_conn *conn;
    struct fields fields;
    struct arena arena;
    /* What the owner heard. */
    uint8_t last[2048];
    size_t last_len;
    unsigned ndatagrams;
    unsigned nreadable;
    unsigned nwritable;
    bool closes; /* at the next datagram */
};

static struct pool *pool_of(struct tunnel_host *h, const struct origin *proxy,
                            const struct settings *s)
{
    (void)proxy;
    (void)s;
    return container_of(h, struct rig, host)->w.pool;
}

static void on_readable(struct datagram_path *p)
{
    ((struct rig *)p->owner)->nreadable++;
}

static void on_writable(struct datagram_path *p)
{
    ((struct rig *)p->owner)->nwritable++;
}

static void on_datagram(struct datagram_path *p, struct span data, uint8_t ecn)
{
    struct rig *r = p->owner;
    assert_int_equal(ecn, 0);
    assert_in_range(data.len, 0, sizeof r->last);
    memcpy(r->last, data.base, data.len);
    r->last_len = data.len;
    r->ndatagrams++;
    if (!r->closes)
        return;
    r->p = NULL;
    p->ops->close(p);
}

static const struct datagram_path_events events = {
    .on_readable = on_readable,
    .on_datagram = on_datagram,
    .on_writable = on_writable,
};

static void rig_open(struct rig *r)
{
    *r = (struct rig){.host.pool = pool_of};
    world_open(&r->w, SETTINGS_HTTP_3, true);
    settings_defaults(&r->settings);
    r->settings.proxy.url = "https://p.test:3128";
    r->host.loop = r->w.loop;
    list_init(&r->host.tunnels);
    list_init(&r->host.auths);
    arena_init(&r->arena);
    fields_init(&r->fields, &r->arena);
    r->p =
        tunnel_datagrams_open(&r->host, &r->settings, SPAN_LIT("a.test"), 443);
    r->p->events = &events;
    r->p->owner = r;
    r->conn = fake_connect_with(0, HTTP_VERSION_3, 100,
                                FEATURE_PROTOCOL | FEATURE_DATAGRAMS, 0);
}

static void rig_close(struct rig *r)
{
    if (r->p)
        r->p->ops->close(r->p);
    spin_tasks(r->w.loop);
    assert_true(list_is_empty(&r->host.tunnels));
    auths_free_all(&r->host.auths);
    world_close(&r->w);
    free(r->conn);
    arena_fini(&r->arena);
}

static struct exchange *exchange(struct rig *r)
{
    return fake_first(r->conn);
}

static void answer(struct rig *r, enum http_version version, int status)
{
    struct exchange *ex = exchange(r);
    ex->sink->on_head(ex, &(struct response_head){.status = status,
                                                  .version = version,
                                                  .fields = &r->fields});
    spin_tasks(r->w.loop);
}

static void set_max(struct rig *r, size_t max)
{
    struct datagrams *d = exchange(r)->datagrams;
    datagrams_set_max(d, max);
    datagrams_settle(d);
    spin_tasks(r->w.loop);
}

static enum io send_some(struct rig *r, size_t len, size_t segment,
                         size_t *sent)
{
    static uint8_t bytes[65536];
    struct fault fault;
    const struct datagram_run run = {.data = span_of(bytes, len),
                                     .segment = segment};
    memset(bytes, 'x', sizeof bytes);
    return r->p->ops->send(r->p, &run, sent, &fault);
}

static size_t waiting(struct rig *r)
{
    return exchange(r)->datagrams->n;
}

/* Bytes that the stream has to send. */
static size_t pull(struct rig *r, uint8_t *to, size_t cap)
{
    struct exchange *ex = exchange(r);
    size_t n = 0;
    (void)ex->body->read(ex->body, to, cap, &n);
    return n;
}

/* ---- */

static void nothing_leaves_before_the_proxy_says_yes(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 1;
    rig_open(&r);
    assert_true(
        span_equal(exchange(&r)->request->protocol, SPAN_LIT("connect-udp")));
    set_max(&r, 1400);
    assert_int_equal(send_some(&r, 1200, 1200, &sent), IO_AGAIN);
    assert_int_equal(sent, 0);
    r.p->ops->want_write(r.p, true);
    assert_int_equal(r.nwritable, 0);
    answer(&r, HTTP_VERSION_3, 200);
    assert_int_equal(r.nwritable, 1);
    assert_int_equal(send_some(&r, 1200, 1200, &sent), IO_OK);
    assert_int_equal(waiting(&r), 1);
    rig_close(&r);
}

static void a_run_is_cut_into_datagrams_of_context_zero(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    struct span payload;
    rig_open(&r);
    set_max(&r, 1401);
    answer(&r, HTTP_VERSION_3, 200);
    assert_int_equal(send_some(&r, 3000, 1400, &sent), IO_OK);
    assert_int_equal(sent, 3000);
    assert_int_equal(waiting(&r), 3);
    assert_true(datagrams_peek(exchange(&r)->datagrams, 0, &payload));
    assert_int_equal(payload.len, 1401);
    assert_int_equal(payload.base[0], 0);
    assert_int_equal(payload.base[1], 'x');
    rig_close(&r);
}

static void a_probe_that_is_too_long_is_lost(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    rig_open(&r);
    set_max(&r, 1301);
    answer(&r, HTTP_VERSION_3, 200);
    assert_int_equal(send_some(&r, 1301, 1301, &sent), IO_OK);
    assert_int_equal(sent, 1301);
    assert_int_equal(waiting(&r), 0);
    rig_close(&r);
}

static void
what_has_fit_before_goes_by_capsule_when_the_path_shrinks(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    uint8_t buf[2048];
    rig_open(&r);
    set_max(&r, 1401);
    answer(&r, HTTP_VERSION_3, 200);
    (void)send_some(&r, 1400, 1400, &sent);
    set_max(&r, 1301);
    (void)send_some(&r, 1350, 1350, &sent);
    assert_int_equal(waiting(&r), 1);
    assert_int_equal(pull(&r, buf, sizeof buf), 1 + 2 + 1 + 1350);
    rig_close(&r);
}

static void a_path_that_is_too_small_is_waited_for(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    rig_open(&r);
    set_max(&r, 1160);
    r.p->ops->want_write(r.p, true);
    answer(&r, HTTP_VERSION_3, 200);
    assert_int_equal(r.nwritable, 0);
    assert_int_equal(send_some(&r, 1200, 1200, &sent), IO_AGAIN);
    set_max(&r, 1370);
    assert_int_equal(r.nwritable, 1);
    assert_int_equal(send_some(&r, 1200, 1200, &sent), IO_OK);
    assert_int_equal(waiting(&r), 1);
    rig_close(&r);
}

static void a_path_that_stays_too_small_gets_capsules(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    uint8_t buf[2048];
    rig_open(&r);
    set_max(&r, 1160);
    r.p->ops->want_write(r.p, true);
    answer(&r, HTTP_VERSION_3, 200);
    for (int i = 0; i < 5000 && r.nwritable == 0; i++)
        world_pass(&r.w, 1);
    assert_int_equal(r.nwritable, 1);
    assert_int_equal(send_some(&r, 1200, 1200, &sent), IO_OK);
    size_t n = pull(&r, buf, sizeof buf);
    assert_int_equal(n, 1 + 2 + 1 + 1200);
    assert_int_equal(buf[0], CAPSULE_DATAGRAM);
    assert_int_equal(buf[3], 0);
    assert_int_equal(buf[4], 'x');
    rig_close(&r);
}

static void capsules_are_all_that_there_is_below_http_3(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    uint8_t buf[4096];
    rig_open(&r);
    answer(&r, HTTP_VERSION_1_1, 101);
    assert_int_equal(send_some(&r, 2400, 1200, &sent), IO_OK);
    assert_int_equal(pull(&r, buf, sizeof buf), 2 * (1 + 2 + 1 + 1200));
    rig_close(&r);
}

static void a_full_queue_stops_the_sender(void **state)
{
    (void)state;
    struct rig r;
    size_t sent = 0;
    static uint8_t buf[65536];
    rig_open(&r);
    answer(&r, HTTP_VERSION_2, 200);
    unsigned n = 0;
    while (send_some(&r, 1200, 1200, &sent) == IO_OK)
        n++;
    assert_in_range(n, 100, 1000);
    r.p->ops->want_write(r.p, true);
    while (pull(&r, buf, sizeof buf) > 0)
        ;
    spin_tasks(r.w.loop);
    assert_int_equal(r.nwritable, 1);
    rig_close(&r);
}

static void datagrams_that_come_are_handed_over(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    set_max(&r, 1401);
    answer(&r, HTTP_VERSION_3, 200);
    struct datagrams *d = exchange(&r)->datagrams;
    d->on_datagram(d, SPAN_LIT("\0hello"));
    assert_int_equal(r.last_len, 5);
    assert_memory_equal(r.last, "hello", 5);
    d->on_datagram(d, SPAN_LIT("\0again"));
    spin_tasks(r.w.loop);
    assert_int_equal(r.nreadable, 1); /* for both */
    d->on_datagram(d, SPAN_LIT("\2other"));
    d->on_datagram(d, SPAN_LIT(""));
    assert_int_equal(r.ndatagrams, 2);
    rig_close(&r);
}

static void capsules_are_read_byte_by_byte(void **state)
{
    (void)state;
    struct rig r;
    /* An unknown one, two datagrams, one of another context. */
    static const char bytes[] = "\x17\2ab\0\3\0hi\0\1\0\0\2\4x";
    rig_open(&r);
    answer(&r, HTTP_VERSION_2, 200);
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        struct exchange *ex = exchange(&r);
        (void)ex->sink->on_body(ex, span_of(bytes + i, 1));
    }
    assert_int_equal(r.ndatagrams, 2);
    assert_int_equal(r.last_len, 0);
    rig_close(&r);
}

static void the_owner_may_close_at_any_datagram(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    answer(&r, HTTP_VERSION_2, 200);
    r.closes = true;
    struct exchange *ex = exchange(&r);
    (void)ex->sink->on_body(ex, SPAN_LIT("\0\3\0hi\0\3\0ho"));
    assert_int_equal(r.ndatagrams, 1);
    rig_close(&r);
}

static void assert_fails(struct rig *r, enum err code)
{
    struct fault fault;
    size_t sent;
    spin_tasks(r->w.loop);
    assert_int_equal(r->nreadable, 1);
    assert_int_equal(r->p->ops->receive(r->p, 1, &fault), IO_FAILED);
    assert_int_equal(fault.code, code);
    assert_int_equal(fault.wire, 0);
    assert_int_equal(
        r->p->ops->send(
            r->p, &(struct datagram_run){.data = SPAN_LIT("x"), .segment = 1},
            &sent, &fault),
        IO_FAILED);
}

static void a_refusal_is_the_fault_of_the_path(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    answer(&r, HTTP_VERSION_3, 403);
    fake_answer(r.conn, exchange(&r));
    assert_fails(&r, ERR_TUNNEL);
    rig_close(&r);
}

static void an_answer_that_switches_nothing_is_a_refusal(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    answer(&r, HTTP_VERSION_1_1, 200);
    assert_fails(&r, ERR_TUNNEL);
    rig_close(&r);
}

static void the_end_of_the_stream_is_that_of_the_path(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    answer(&r, HTTP_VERSION_3, 200);
    struct exchange *ex = exchange(&r);
    ex->sink->on_end(ex);
    assert_fails(&r, ERR_RECV);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_before_the_proxy_says_yes),
        cmocka_unit_test(a_run_is_cut_into_datagrams_of_context_zero),
        cmocka_unit_test(a_probe_that_is_too_long_is_lost),
        cmocka_unit_test(
            what_has_fit_before_goes_by_capsule_when_the_path_shrinks),
        cmocka_unit_test(a_path_that_is_too_small_is_waited_for),
        cmocka_unit_test(a_path_that_stays_too_small_gets_capsules),
        cmocka_unit_test(capsules_are_all_that_there_is_below_http_3),
        cmocka_unit_test(a_full_queue_stops_the_sender),
        cmocka_unit_test(datagrams_that_come_are_handed_over),
        cmocka_unit_test(capsules_are_read_byte_by_byte),
        cmocka_unit_test(the_owner_may_close_at_any_datagram),
        cmocka_unit_test(a_refusal_is_the_fault_of_the_path),
        cmocka_unit_test(an_answer_that_switches_nothing_is_a_refusal),
        cmocka_unit_test(the_end_of_the_stream_is_that_of_the_path),
    };
    return cmocka_run_group_tests_name("pool/tunnel_datagrams", tests, NULL,
                                       NULL);
}
