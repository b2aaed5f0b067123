/* Dials with HTTPS records, of a name server that the test plays. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "conn/h3_protocol.h"
#include "dial/dial.h"
#include "support/quic_world.h"
#include "support/toy_names.h"

struct world {
    struct quic_world quic; /* its server is what speaks QUIC */
    struct dialer dialer;
    struct settings settings;
    struct dial_target target;
    struct toy_names names;
    int listener; /* TCP; nobody accepts what the kernel takes */
    struct conn *conn;
    struct fault fault;
    struct conn_facts facts;
    bool has_failed;
};

static struct world world;

static void on_connected(struct dial *d, struct conn *c)
{
    struct world *w = dial_owner(d);
    w->conn = c;
    w->facts = c->facts;
    loop_stop(w->quic.loop);
}

static void on_failed(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts)
{
    struct world *w = dial_owner(d);
    w->has_failed = true;
    w->fault = *fault;
    w->facts = *facts;
    loop_stop(w->quic.loop);
}

static const struct dial_events events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

/* ---- the world ---- */

static int listen_tcp(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    world.target.port = ntohs(at.sin_port);
    return fd;
}

static void open_world(const struct toy_names_line *lines, size_t n)
{
    struct world *w = &world;
    *w = (struct world){0};
    quic_world_init(&w->quic);
    w->quic.options.protocol = &h3_protocol;
    quic_world_open(&w->quic);
    dialer_init(&w->dialer, w->quic.loop);
    settings_defaults(&w->settings);
    w->settings.tls.ca_file = w->quic.client_settings.tls.ca_file;
    w->settings.tls.verify = false; /* the certificate is for localhost */
    toy_names_use(&w->names, &w->dialer, &w->settings, lines, n);
    w->target = (struct dial_target){.host = SPAN_LIT("origin.example"),
                                     .is_secure = true,
                                     .settings = &w->settings};
    w->listener = listen_tcp();
    w->target.port = 443;
}

static void close_world(void)
{
    struct world *w = &world;
    if (w->conn)
        w->conn->ops->close(w->conn);
    (void)close(w->listener);
    dialer_fini(&w->dialer);
    quic_world_close(&w->quic);
}

static void dial(void)
{
    struct world *w = &world;
    assert_non_null(dial_start(&w->dialer, &w->target, &events, w));
    loop_run(w->quic.loop);
    assert_true(w->conn || w->has_failed);
}

/* Of the QUIC server. */
static struct span record(struct span target, bool has_hint)
{
    return toy_names_record(1, target, addr_port(&world.quic.at), has_hint);
}

static void expect_h3(void)
{
    assert_non_null(world.conn);
    assert_string_equal(world.conn->ops->name, "h3");
    assert_int_equal(world.facts.remote_port, addr_port(&world.quic.at));
    assert_string_equal(world.facts.attempts[0].from, "https-rr");
}

/* ---- tests ---- */

static void a_record_leads_to_http_3(void **state)
{
    struct toy_names_line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 2);
    lines[1].records[0] = record(SPAN_LIT("\0"), false);
    dial();
    expect_h3();
    assert_int_equal(world.facts.nattempts, 1);
    close_world();
}

static void a_hint_stands_in_for_an_address(void **state)
{
    struct toy_names_line lines[] = {
        {"origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 1);
    lines[0].records[0] = record(SPAN_LIT("\0"), true);
    dial();
    expect_h3();
    close_world();
}

static void aliases_lead_to_the_records_of_another_name(void **state)
{
    struct toy_names_line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"origin.example", DNS_HTTPS, false, {SPAN_LIT("\0\0\1a\0")}},
        {"a", DNS_HTTPS, false, {SPAN_LIT("\0\0\1b\0")}},
        {"b", DNS_HTTPS, false, {{NULL, 0}}},
        {"b", DNS_A, true, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 5);
    lines[3].records[0] = record(SPAN_LIT("\0"), false);
    dial();
    expect_h3();
    assert_int_equal(world.names.nrecords, 3);
    close_world();
}

static void another_port_is_part_of_the_name(void **state)
{
    struct toy_names_line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"_8443._https.origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 2);
    world.target.port = 8443;
    lines[1].records[0] = record(SPAN_LIT("\0"), false);
    dial();
    expect_h3();
    close_world();
}

/* What is dialled then is TCP at a port where nobody speaks. */
static void expect_tcp_alone(void)
{
    world.settings.timeouts.connect = 300 * LOOP_MS;
    dial();
    assert_true(world.has_failed);
    assert_int_equal(world.facts.nattempts, 1);
    assert_string_equal(world.facts.attempts[0].proto, "tcp");
}

static void records_that_do_not_come_are_not_waited_for(void **state)
{
    struct toy_names_line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"", DNS_HTTPS, false, {{NULL, 0}}},
    };
    char name[64];
    (void)state;
    open_world(lines, 2);
    world.target.port = 0;
    (void)close(world.listener);
    world.listener = listen_tcp();
    (void)snprintf(name, sizeof name, "_%u._https.origin.example",
                   world.target.port);
    lines[1].name = name;
    world.names.keeps_records = true;
    expect_tcp_alone();
    assert_int_equal(world.names.nrecords, 1);
    close_world();
}

static void nothing_is_asked_that_could_not_be_used(void **state)
{
    static const char *const resolve[] = {"*:443:127.0.0.1", NULL};
    static const char *const moved[] = {"::elsewhere.example:443", NULL};
    static const struct toy_names_line lines[] = {
        {"origin.example", DNS_A, false, {{NULL, 0}}},
    };
    (void)state;
    for (int i = 0; i < 9; i++) {
        open_world(lines, 1);
        struct settings *s = &world.settings;
        s->timeouts.connect = 50 * LOOP_MS;
        switch (i) {
        case 0:
            s->addresses.https_rr = false;
            break;
        case 1:
            s->http = SETTINGS_HTTP_1_1;
            break;
        case 2:
            s->http = SETTINGS_HTTP_2;
            break;
        case 3:
            s->tls.alpn = false;
            break;
        case 4:
            s->tls.max = SETTINGS_TLS_1_2;
            break;
        case 5:
            s->addresses.resolve = resolve;
            break;
        case 6:
            s->addresses.connect_to = moved;
            break;
        case 7:
            world.target.host = SPAN_LIT("127.0.0.1");
            world.target.port = 1;
            break;
        case 8:
            world.target.is_secure = false;
            break;
        default:
            break;
        }
        dial();
        if (world.names.nrecords > 0)
            fail_msg("case %d asks", i);
        close_world();
    }
}

static void a_cancelled_dial_is_silent(void **state)
{
    static const struct toy_names_line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 2);
    dial_cancel(dial_start(&world.dialer, &world.target, &events, &world));
    close_world();
    assert_false(world.conn || world.has_failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_leads_to_http_3),
        cmocka_unit_test(a_hint_stands_in_for_an_address),
        cmocka_unit_test(aliases_lead_to_the_records_of_another_name),
        cmocka_unit_test(another_port_is_part_of_the_name),
        cmocka_unit_test(records_that_do_not_come_are_not_waited_for),
        cmocka_unit_test(nothing_is_asked_that_could_not_be_used),
        cmocka_unit_test(a_cancelled_dial_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
