/*
 * The fake is as the real one where that matters to what stands on it.
 */
#include "support/fake_quic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Sends one FIN on stream 0 and counts what it hears. */
struct app {
    struct quic_app app;
    bool is_sent;
    unsigned nstops;
    unsigned nclosed;
};

static struct app *of(struct quic_app *app)
{
    return container_of(app, struct app, app);
}

static void ignore(struct quic_app *app)
{
    (void)app;
}

static bool on_stream_data(struct quic_app *app, int64_t id, struct span data,
                           bool fin)
{
    (void)app, (void)id, (void)data, (void)fin;
    return true;
}

static void on_stream_acked(struct quic_app *app, int64_t id, uint64_t len)
{
    (void)app, (void)id, (void)len;
}

static void on_stop_sending(struct quic_app *app, int64_t id, uint64_t code)
{
    (void)id, (void)code;
    of(app)->nstops++;
}

static void on_stream_closed(struct quic_app *app, int64_t id, bool has_code,
                             uint64_t code)
{
    (void)id, (void)has_code, (void)code;
    of(app)->nclosed++;
}

static int next_send(struct quic_app *app, int64_t *id, struct span *spans,
                     int cap, bool *fin)
{
    (void)cap;
    if (of(app)->is_sent)
        return -1;
    *id = 0;
    *fin = true;
    spans[0] = SPAN_LIT("request");
    return 1;
}

static void sent(struct quic_app *app, int64_t id, size_t len)
{
    (void)id, (void)len;
    of(app)->is_sent = true;
}

static bool next_datagram(struct quic_app *app, struct quic_datagram *d)
{
    (void)app, (void)d;
    return false;
}

static const struct quic_app_ops ops = {
    .on_open = ignore,
    .on_stream_data = on_stream_data,
    .on_stream_acked = on_stream_acked,
    .on_stop_sending = on_stop_sending,
    .on_stream_closed = on_stream_closed,
    .next_datagram = next_datagram,
    .next_send = next_send,
    .sent = sent,
};

static void test_stop_sending_of_an_acknowledged_fin_is_told_once(void **state)
{
    struct app a = {.app.ops = &ops};
    struct loop *loop = loop_new();
    struct quic *q = fake_quic_new(loop, false);
    (void)state;
    quic_set_app(q, &a.app);
    quic_wake(q);
    fake_quic_settle(loop);
    assert_true(fake_quic_stream(q, 0)->has_fin);
    assert_int_equal(fake_quic_stream(q, 0)->nunacked, 0);
    fake_quic_receive_stop(q, 0, 0x100);
    fake_quic_settle(loop);
    assert_int_equal(a.nstops, 1);
    assert_true(fake_quic_stream(q, 0)->reset == FAKE_NONE);
    fake_quic_receive(q, 0, SPAN_LIT("answer"), true);
    fake_quic_settle(loop);
    assert_int_equal(a.nclosed, 1);
    fake_quic_free(q);
    loop_free(loop);
}

static void test_stop_sending_before_the_acknowledgement_resets(void **state)
{
    struct app a = {.app.ops = &ops};
    struct loop *loop = loop_new();
    struct quic *q = fake_quic_new(loop, false);
    (void)state;
    q->holds_acks = true;
    quic_set_app(q, &a.app);
    quic_wake(q);
    fake_quic_settle(loop);
    fake_quic_receive_stop(q, 0, 0x10c);
    fake_quic_settle(loop);
    assert_int_equal(a.nstops, 1);
    assert_int_equal(fake_quic_stream(q, 0)->reset, 0x10c);
    fake_quic_free(q);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_sending_of_an_acknowledged_fin_is_told_once),
        cmocka_unit_test(test_stop_sending_before_the_acknowledgement_resets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
