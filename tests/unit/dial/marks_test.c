/* Of dials and pool/alternatives: a place that did not work is left alone, and
 * tried again when its time is over, by a clock that the test moves.  Of the two
 * places that the origin names, nobody is at the first. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "conn/h3_protocol.h"
#include "dial/dial.h"
#include "pool/alternatives.h"
#include "support/quic_world.h"
#include "support/toy_names.h"

#define START INT64_C(1795230000) /* November 2026 */

struct world {
    struct quic_world quic; /* its server is at the second place */
    int nobody;
    uint16_t dead_port;
    struct dialer dialer;
    struct settings settings;
    struct alternatives alternatives;
    struct span host;
    struct toy_names names;
    struct toy_names_line line;
    struct conn *conn;
    struct conn_facts facts;
};

static struct world world;

/* ---- the clock and the network ---- */

static int64_t now;
static const char *network;

static int64_t tell_time(void)
{
    return now;
}

static void tell_network(struct str *name)
{
    str_add(name, span_str(network));
}

/* ---- dials ---- */

static void on_connected(struct dial *d, struct conn *c)
{
    (void)d;
    world.conn = c;
    world.facts = c->facts;
    loop_stop(world.quic.loop);
}

static void on_failed(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts)
{
    (void)d;
    (void)facts;
    fail_msg("%s", fault->detail);
}

static const struct dial_events events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

/* A port at which datagrams are refused, and which nobody else gets. */
static int bind_nobody(uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in peer = at;
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    peer.sin_port = htons(1);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&peer, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static void open_world(struct span host)
{
    struct world *w = &world;
    *w = (struct world){.host = host};
    now = START;
    network = "here";
    w->nobody = bind_nobody(&w->dead_port);
    quic_world_init(&w->quic);
    w->quic.options.protocol = &h3_protocol;
    quic_world_open(&w->quic);
    dialer_init(&w->dialer, w->quic.loop);
    settings_defaults(&w->settings);
    w->settings.tls.verify = false; /* the certificate is for localhost */
    w->settings.addresses.family = SETTINGS_FAMILY_IPV4;
    w->settings.timeouts.race = 100 * LOOP_S; /* only when one is out */
    alternatives_init(&w->alternatives, 1);
    w->alternatives.now = tell_time;
    w->alternatives.network = tell_network;
}

static void close_world(void)
{
    (void)close(world.nobody);
    alternatives_fini(&world.alternatives);
    dialer_fini(&world.dialer);
    quic_world_close(&world.quic);
}

/* Was the dead place tried?  It never wins. */
static bool tries_the_dead_place(void)
{
    struct world *w = &world;
    struct route_run runs[ROUTE_ALTERNATIVES_MAX];
    struct dial_target target = {.host = w->host,
                                 .port = 443,
                                 .is_secure = true,
                                 .settings = &w->settings,
                                 .alternatives = runs,
                                 .marks = &w->alternatives.marks};
    target.nalternatives = alternatives_find(&w->alternatives, &target, runs,
                                             ROUTE_ALTERNATIVES_MAX);
    assert_non_null(dial_start(&w->dialer, &target, &events, NULL));
    loop_run(w->quic.loop);
    assert_non_null(w->conn);
    w->conn->ops->close(w->conn);
    w->conn = NULL;
    size_t n = w->facts.nattempts;
    assert_in_range(n, 1, 2);
    assert_int_equal(w->facts.attempts[n - 1].port, addr_port(&w->quic.at));
    assert_int_equal(w->facts.attempts[0].port,
                     n == 2 ? w->dead_port : addr_port(&w->quic.at));
    return n == 2;
}

static void it_is_tried_again_after_longer_and_longer_times(void)
{
    static const int64_t seconds[] = {300, 600, 1200, 2400};
    assert_true(tries_the_dead_place());
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        assert_false(tries_the_dead_place());
        now += seconds[i] - 1;
        assert_false(tries_the_dead_place());
        now += 1;
        assert_true(tries_the_dead_place());
    }
    assert_int_equal(world.alternatives.nfailed, 5);
}

/* ---- tests ---- */

static void open_alt_svc(void)
{
    struct str value;
    str_init(&value);
    open_world(SPAN_LIT("localhost"));
    str_printf(&value, "h3=\":%u\", h3=\":%u\"", world.dead_port,
               addr_port(&world.quic.at));
    alt_svc_take(&world.alternatives.alt_svc, world.host, 443, str_span(&value),
                 now);
    str_fini(&value);
}

static void open_records(void)
{
    struct world *w = &world;
    struct span same = SPAN_LIT("\0");
    open_world(SPAN_LIT("origin.example"));
    w->line = (struct toy_names_line){
        .name = "origin.example",
        .type = DNS_HTTPS,
        .records = {toy_names_record(1, same, w->dead_port, true),
                    toy_names_record(2, same, addr_port(&w->quic.at), true)}};
    toy_names_use(&w->names, &w->dialer, &w->settings, &w->line, 1);
}

static void a_place_of_alt_svc_is_tried_again(void **state)
{
    (void)state;
    open_alt_svc();
    it_is_tried_again_after_longer_and_longer_times();
    close_world();
}

static void a_place_of_an_https_record_is_tried_again(void **state)
{
    (void)state;
    open_records();
    it_is_tried_again_after_longer_and_longer_times();
    close_world();
}

static void it_is_tried_at_once_in_another_network(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        if (i == 0)
            open_alt_svc();
        else
            open_records();
        assert_true(tries_the_dead_place());
        assert_false(tries_the_dead_place());
        network = "elsewhere";
        assert_true(tries_the_dead_place());
        network = "here";
        assert_false(tries_the_dead_place());
        close_world();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_of_alt_svc_is_tried_again),
        cmocka_unit_test(a_place_of_an_https_record_is_tried_again),
        cmocka_unit_test(it_is_tried_at_once_in_another_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
