/* Facts in, causes out: what is blamed, and what is not. */
#include "record/causes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record/unsent.h"

#define ATTEMPTS_MAX 3

struct row {
    const char *what;
    struct qv_attempt attempts[ATTEMPTS_MAX];
    struct qv_error error;
    const char *causes; /* names with blanks between */
};

#define WON(kind)                                                              \
    {                                                                          \
        .proto = (kind), .from = "dns", .addr = "192.0.2.2", .port = 443,      \
        .start = 0.1, .end = 0.2, .result = "won", .why = "",                  \
        .was_heard = true, .error = ""                                         \
    }
#define LOST(kind, of, silent)                                                 \
    {                                                                          \
        .proto = (kind), .from = (of), .addr = "192.0.2.1", .port = 443,       \
        .start = 0, .end = 0.2, .result = "lost", .why = "another was faster", \
        .was_heard = !(silent), .error = ""                                    \
    }
#define FAILED(kind, of, name, code)                                           \
    {                                                                          \
        .proto = (kind), .from = (of), .addr = "192.0.2.1", .port = 443,       \
        .start = 0, .end = 0.01, .result = "failed", .why = "so it is",        \
        .was_heard = true, .error = (name), .wire = (code)                     \
    }

static const struct row rows[] = {
    {"all is well", {WON("tcp")}, {0}, ""},
    {"silent QUIC",
     {LOST("quic", "option", true), WON("tcp")},
     {0},
     "udp-silent"},
    {"QUIC that was slower",
     {LOST("quic", "option", false), WON("tcp")},
     {0},
     ""},
    {"dead Alt-Svc",
     {LOST("quic", "alt-svc", true), WON("tcp")},
     {0},
     "h3-advertised-dead udp-silent"},
    {"a closed UDP port",
     {FAILED("quic", "option", "connect", 111), WON("tcp")},
     {0},
     "udp-refused"},
    {"a closed UDP port that a record names",
     {FAILED("quic", "https-rr", "connect", 111), WON("tcp")},
     {0},
     "h3-advertised-dead udp-refused"},
    {"a certificate of QUIC's",
     {FAILED("quic", "option", "verify", 20), WON("tcp")},
     {0},
     "quic-certificate"},
    {"QUIC without HTTP/3",
     {FAILED("quic", "option", "tls", 120), WON("tcp")},
     {0},
     "alpn"},
    {"a certificate of TCP's",
     {FAILED("tcp", "dns", "verify", 20)},
     {.status = QV_EXIT_TLS_VERIFY},
     "tls-certificate"},
    {"ALPN over TCP",
     {FAILED("tcp", "dns", "tls", 120)},
     {.status = QV_EXIT_TLS_HANDSHAKE},
     "alpn"},
    {"another alert",
     {FAILED("tcp", "dns", "tls", 40)},
     {.status = QV_EXIT_TLS_HANDSHAKE},
     "tls-failed"},
    {"a dead address",
     {FAILED("tcp", "dns", "connect", 111), WON("tcp")},
     {0},
     "dead-address"},
    {"a silent address",
     {LOST("tcp", "dns", true), WON("tcp")},
     {0},
     "dead-address"},
    {"nobody listens",
     {FAILED("tcp", "dns", "connect", 111)},
     {.status = QV_EXIT_CONNECT},
     "connect-refused"},
    {"a TCP attempt that QUIC outran",
     {WON("quic"), LOST("tcp", "dns", true)},
     {0},
     ""},
    {"a name that is none", {{0}}, {.status = QV_EXIT_HOST_NAME}, "dns-failed"},
};

static void names_of(const struct causes *c, char *text, size_t cap)
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < c->n; i++)
        len += (size_t)snprintf(text + len, cap - len, "%s%s", i > 0 ? " " : "",
                                c->all[i].name);
}

static void each_fault_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct qv_result r = unsent_result;
        struct causes c = {0};
        char names[200];
        r.attempts = rows[i].attempts;
        while (r.nattempts < ATTEMPTS_MAX && r.attempts[r.nattempts].proto)
            r.nattempts++;
        r.error = rows[i].error;
        causes_find(&c, &r);
        names_of(&c, names, sizeof names);
        if (strcmp(names, rows[i].causes) != 0)
            fail_msg("%s: '%s', not '%s'", rows[i].what, names, rows[i].causes);
        assert_true(c.n == 0 || r.nattempts == 0 || causes_text(&c, 0)[0]);
        causes_fini(&c);
    }
}

static void is_blamed(const struct qv_result *r, const char *name)
{
    struct causes c = {0};
    causes_find(&c, r);
    if (name && !causes_has(&c, name))
        fail_msg("%s is not among %zu causes", name, c.n);
    if (name == NULL)
        assert_int_equal(c.n, 0);
    causes_fini(&c);
}

static struct qv_result answered(void)
{
    struct qv_result r = unsent_result;
    r.response_code = 200;
    r.time_queue = r.time_dial = r.time_namelookup = r.time_connect = 0;
    r.time_pretransfer = r.time_posttransfer = 0;
    r.time_starttransfer = r.time_total = 0.01;
    return r;
}

static void the_slowest_phase_is_named_if_it_was_long(void **state)
{
    (void)state;
    struct qv_result r = answered();
    is_blamed(&r, NULL);
    r.time_total = 2;
    is_blamed(&r, "slow-body");
    r.time_starttransfer = 1.9;
    is_blamed(&r, "slow-first-byte");
    r = answered();
    r.time_namelookup = r.time_connect = r.time_pretransfer =
        r.time_posttransfer = 1;
    r.time_starttransfer = r.time_total = 1.1;
    is_blamed(&r, "slow-dns");
    r.time_namelookup = 0;
    is_blamed(&r, "slow-connect");
    r.time_connect = 0;
    is_blamed(&r, "held-back");
    r.time_pretransfer = 0;
    is_blamed(&r, "slow-body"); /* the request's */
}

static void loss_is_a_share(void **state)
{
    (void)state;
    struct qv_result r = answered();
    r.packets_sent = 1000;
    r.packets_received = 1000;
    r.packets_lost = 9;
    r.packets_missed = 9;
    is_blamed(&r, NULL);
    r.packets_missed = 10;
    is_blamed(&r, "loss");
    r.packets_missed = 0;
    r.packets_lost = 10;
    is_blamed(&r, "loss");
    r.packets_sent = r.packets_received = 10;
    r.packets_lost = 2; /* a stray one, or two */
    is_blamed(&r, NULL);
}

static void what_goes_again_is_named(void **state)
{
    (void)state;
    struct qv_result r = answered();
    r.num_returned = 1;
    is_blamed(&r, "goaway");
    r = answered();
    r.early_data = "rejected";
    r.tls_earlydata = -120;
    is_blamed(&r, "early-data-rejected");
    r = answered();
    struct qv_try tries[] = {{.reason = "backoff", .delay = 1}};
    r.tries = tries;
    r.ntries = 1;
    r.time_total = 1.01;
    is_blamed(&r, "retried");
    tries[0] = (struct qv_try){.reason = "connection_lost"};
    is_blamed(&r, "connection-lost");
    tries[0] = (struct qv_try){.reason = "auth"};
    r.time_total = 0.01;
    is_blamed(&r, NULL);
}

static void a_proxy_is_blamed_and_not_the_way_to_it(void **state)
{
    (void)state;
    struct qv_result r = unsent_result;
    const struct qv_attempt attempts[] = {
        FAILED("tcp", "option", "connect", 111)};
    r.attempts = attempts;
    r.nattempts = 1;
    r.proxy.url = "http://proxy:3128";
    r.error = (struct qv_error){.status = QV_EXIT_CONNECT, .name = "connect"};
    is_blamed(&r, "proxy-unreachable");
    r.proxy.status = 403;
    is_blamed(&r, "proxy-refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(the_slowest_phase_is_named_if_it_was_long),
        cmocka_unit_test(loss_is_a_share),
        cmocka_unit_test(what_goes_again_is_named),
        cmocka_unit_test(a_proxy_is_blamed_and_not_the_way_to_it),
    };
    return cmocka_run_group_tests_name("cli/record/causes", tests, NULL, NULL);
}
