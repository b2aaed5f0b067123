/* Dials over the loopback: which runs, in which order, and who must prove to
 * be whom. */
#include "dial/dial.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "conn/h3_protocol.h"
#include "support/quic_world.h"

struct world {
    struct quic_world quic; /* its server is what speaks QUIC */
    struct dialer dialer;
    struct settings settings;
    struct dial_target target;
    int listener;  /* TCP; nobody accepts what the kernel takes */
    uint16_t port; /* of it */
    struct conn *conn;
    struct fault fault;
    struct conn_facts facts;
    bool has_failed;
};

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

/* A port of 127.0.0.1 that is bound, and listened at or not. */
static int bind_tcp(bool listens, uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    if (listens)
        assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static void open_world(struct world *w, bool is_secure)
{
    *w = (struct world){.conn = NULL};
    quic_world_init(&w->quic);
    w->quic.options.protocol = &h3_protocol; /* dial offers nothing else */
    quic_world_open(&w->quic);
    dialer_init(&w->dialer, w->quic.loop);
    settings_defaults(&w->settings);
    w->settings.tls.ca_file = w->quic.client_settings.tls.ca_file;
    w->settings.addresses.family = SETTINGS_FAMILY_IPV4;
    w->listener = bind_tcp(true, &w->port);
    w->target = (struct dial_target){.host = SPAN_LIT("localhost"),
                                     .port = w->port,
                                     .is_secure = is_secure,
                                     .settings = &w->settings};
}

static void close_world(struct world *w)
{
    if (w->conn)
        w->conn->ops->close(w->conn);
    (void)close(w->listener);
    dialer_fini(&w->dialer);
    quic_world_close(&w->quic);
}

static void dial(struct world *w)
{
    assert_non_null(dial_start(&w->dialer, &w->target, &events, w));
    assert_false(w->conn || w->has_failed);
    loop_run(w->quic.loop);
    assert_true(w->conn || w->has_failed);
}

static void a_plain_origin_is_one_tcp_connection(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    dial(&w);
    assert_non_null(w.conn);
    assert_string_equal(w.conn->ops->name, "h1");
    assert_int_equal(w.facts.remote_port, w.port);
    assert_string_equal(w.facts.remote_addr, "127.0.0.1");
    assert_true(w.facts.dial_start <= w.facts.resolved_at);
    assert_true(w.facts.resolved_at <= w.facts.connected_at);
    assert_int_equal(w.facts.secured_at, 0);
    assert_int_equal(w.facts.nattempts, 1);
    assert_int_equal(w.facts.attempts[0].result, ATTEMPT_WON);
    close_world(&w);
}

static void a_refused_port_is_named(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    int fd = bind_tcp(false, &w.target.port);
    dial(&w);
    assert_int_equal(w.fault.code, ERR_CONNECT);
    assert_non_null(strstr(w.fault.detail, "TCP to 127.0.0.1 port "));
    assert_int_equal(w.facts.attempts[0].result, ATTEMPT_FAILED);
    (void)close(fd);
    close_world(&w);
}

static void quic_and_tcp_both_tell_why_they_are_out(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    w.settings.timeouts.race =
        100 * LOOP_S; /* TCP begins because QUIC is out */
    int fd = bind_tcp(false, &w.target.port);
    dial(&w);
    assert_int_equal(w.fault.code, ERR_CONNECT);
    assert_memory_equal(w.fault.detail, "QUIC: QUIC to 127.0.0.1", 23);
    assert_non_null(strstr(w.fault.detail, "; TCP: TCP to 127.0.0.1 port "));
    assert_int_equal(w.facts.nattempts, 2);
    assert_string_equal(w.facts.attempts[0].proto, "quic");
    assert_string_equal(w.facts.attempts[1].proto, "tcp");
    (void)close(fd);
    close_world(&w);
}

/* Its TCP takes connections and says nothing: QUIC elsewhere is what answers. */
static void an_alternative_carries_the_origins_exchanges(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, true);
    struct route_run other = {
        .carrier = ROUTE_QUIC,
        .at = {SPAN_LIT("127.0.0.1"), addr_port(&w.quic.at)}};
    w.target.alternatives = &other;
    w.target.nalternatives = 1;
    dial(&w);
    assert_non_null(w.conn);
    assert_string_equal(w.conn->ops->name, "h3");
    assert_int_equal(w.facts.remote_port, other.at.port);
    assert_true(w.facts.tls.verified);
    close_world(&w);
}

static void an_alternative_must_prove_to_be_the_origin(void **state)
{
    static const char *const resolve[] = {"other.example:443:127.0.0.1", NULL};
    (void)state;
    struct world w;
    open_world(&w, true);
    struct route_run other = {
        .carrier = ROUTE_QUIC,
        .at = {SPAN_LIT("localhost"), addr_port(&w.quic.at)}};
    w.settings.http = SETTINGS_HTTP_3_ONLY;
    w.settings.addresses.resolve = resolve;
    w.target.host = SPAN_LIT("other.example");
    w.target.port = 443; /* where nobody answers QUIC */
    w.target.alternatives = &other;
    w.target.nalternatives = 1;
    dial(&w);
    assert_null(w.conn);
    assert_int_equal(w.fault.code, ERR_TLS_VERIFY);
    assert_int_equal(w.facts.attempts[0].port, other.at.port);
    close_world(&w);
}

static void an_alternative_that_refuses_leaves_the_origin(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    struct route_run other = {.carrier = ROUTE_TCP,
                              .at = {SPAN_LIT("127.0.0.1"), 0}};
    int fd = bind_tcp(false, &other.at.port);
    w.settings.timeouts.race = 100 * LOOP_S;
    w.target.alternatives = &other;
    w.target.nalternatives = 1;
    dial(&w);
    assert_non_null(w.conn);
    assert_int_equal(w.facts.remote_port, w.port);
    assert_int_equal(w.facts.nattempts, 2);
    assert_int_equal(w.facts.attempts[0].port, other.at.port);
    assert_int_equal(w.facts.attempts[0].result, ATTEMPT_FAILED);
    (void)close(fd);
    close_world(&w);
}

/* Which no resolver has to be asked for. */
static void an_alternative_without_an_address_leaves_the_origin(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    struct route_run other = {.carrier = ROUTE_TCP,
                              .at = {SPAN_LIT("no..name"), 443}};
    w.settings.timeouts.race = 100 * LOOP_S;
    w.target.alternatives = &other;
    w.target.nalternatives = 1;
    dial(&w);
    assert_non_null(w.conn);
    assert_int_equal(w.facts.remote_port, w.port);
    assert_int_equal(w.facts.nattempts, 1);
    close_world(&w);
}

/* Neither before the origin's name is known, nor after it. */
static void
an_alternative_whose_look_up_cannot_begin_leaves_the_origin(void **state)
{
    (void)state;
    static const char *const resolve[] = {"other.example:443:[::1]", NULL};
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct world w;
        open_world(&w, false);
        struct route_run other = {.carrier = ROUTE_TCP,
                                  .at = {SPAN_LIT("other.example"), 443}};
        w.target.host = span_str(hosts[i]);
        w.settings.addresses.resolve = resolve;
        w.settings.timeouts.race = 100 * LOOP_S;
        w.target.alternatives = &other;
        w.target.nalternatives = 1;
        dial(&w);
        assert_non_null(w.conn);
        assert_int_equal(w.facts.remote_port, w.port);
        assert_int_equal(w.facts.nattempts, 1);
        close_world(&w);
    }
}

static void look_ups_of_which_none_can_begin_fail_the_dial(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    const char *const resolve[] = {"*:443:[::1]", NULL};
    w.settings.addresses.resolve = resolve;
    w.target.host = SPAN_LIT("origin.example");
    w.target.port = 443;
    dial(&w);
    assert_int_equal(w.fault.code, ERR_HOST_NAME);
    assert_non_null(strstr(w.fault.detail, "no address of the wanted family"));
    close_world(&w);
}

static void a_cancelled_dial_is_silent(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, true);
    w.settings.http = SETTINGS_HTTP_3;
    dial_cancel(dial_start(&w.dialer, &w.target, &events, &w));
    close_world(&w); /* runs all that is left */
    assert_false(w.conn || w.has_failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_origin_is_one_tcp_connection),
        cmocka_unit_test(a_refused_port_is_named),
        cmocka_unit_test(quic_and_tcp_both_tell_why_they_are_out),
        cmocka_unit_test(an_alternative_carries_the_origins_exchanges),
        cmocka_unit_test(an_alternative_must_prove_to_be_the_origin),
        cmocka_unit_test(an_alternative_that_refuses_leaves_the_origin),
        cmocka_unit_test(an_alternative_without_an_address_leaves_the_origin),
        cmocka_unit_test(
            an_alternative_whose_look_up_cannot_begin_leaves_the_origin),
        cmocka_unit_test(look_ups_of_which_none_can_begin_fail_the_dial),
        cmocka_unit_test(a_cancelled_dial_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
