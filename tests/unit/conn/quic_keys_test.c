/* Keys that change while a connection goes on, whoever begins. */
#include "conn/quic_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conn/quic_self.h"
#include "support/quic_world.h"

static void open_world(struct quic_world *w, unsigned client, unsigned server)
{
    quic_world_init(w);
    w->client_settings.quic.key_update = client;
    w->server_settings.quic.key_update = server;
    /* Packets go to and fro. */
    w->client_settings.timeouts.probe_after = 5 * LOOP_MS;
    w->client_settings.timeouts.ping_after = 5 * LOOP_MS;
    quic_world_open(w);
    quic_world_connect(w, NULL);
    quic_world_until(w, quic_world_both_open);
    quic_expect(w->client.quic, true);
}

static bool have_changed_thrice(struct quic_world *w)
{
    if (w->client.is_closed)
        fail_msg("closed: %s", w->client.why.detail);
    if (quic_world_peer(w)->is_closed)
        fail_msg("closed: %s", quic_world_peer(w)->why.detail);
    return w->client.quic->keys.updates >= 3 &&
           quic_world_peer(w)->quic->keys.updates >= 3;
}

static bool was_asked_often(struct quic_world *w)
{
    if (w->client.is_closed)
        fail_msg("closed: %s", w->client.why.detail);
    return w->client.nalive >= 20;
}

static void either_side_changes_them_again_and_again(void **state)
{
    (void)state;
    static const struct {
        unsigned client;
        unsigned server;
    } cases[] = {{2, 0}, {0, 2}, {2, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct quic_world w;
        open_world(&w, cases[i].client, cases[i].server);
        quic_world_until(&w, have_changed_thrice);
        quic_world_close(&w);
    }
}

static void without_being_asked_nobody_does(void **state)
{
    (void)state;
    struct quic_world w;
    open_world(&w, 0, 0);
    quic_world_until(&w, was_asked_often);
    assert_int_equal(w.client.quic->keys.updates, 0);
    assert_int_equal(quic_world_peer(&w)->quic->keys.updates, 0);
    quic_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_side_changes_them_again_and_again),
        cmocka_unit_test(without_being_asked_nobody_does),
    };
    return cmocka_run_group_tests_name("conn/quic_keys", tests, NULL, NULL);
}
