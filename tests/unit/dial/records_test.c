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
#include "io/dns.h"
#include "support/quic_world.h"

#define ASKED_MAX 32

/* A name, what is asked of it, and the answer: nothing, an address of
 * 127.0.0.1, or records. */
struct line {
    const char *name;
    enum dns_type type;
    bool has_address;
    struct span records[3];
};

struct asked {
    struct dns_query *query; /* NULL: over */
    const struct line *line;
};

struct world {
    struct quic_world quic; /* its server is what speaks QUIC */
    struct dialer dialer;
    struct settings settings;
    struct dial_target target;
    struct dns_server server;
    const struct line *lines;
    size_t nlines;
    bool keeps_records; /* of those it never answers */
    struct asked asked[ASKED_MAX];
    size_t nasked;
    size_t nrecords; /* questions for HTTPS records */
    struct loop_task answer;
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

/* ---- the name server ---- */

static void answer(struct asked *a)
{
    struct dns_query *q = a->query;
    struct dns_answer answer = {.why = "there is no such name"};
    const struct line *l = a->line;
    a->query = NULL;
    if (l && l->has_address)
        (void)addr_parse(&answer.addrs[answer.naddrs++], SPAN_LIT("127.0.0.1"),
                         0);
    for (size_t i = 0; l && i < 3 && l->records[i].base; i++)
        answer.records[answer.nrecords++] = (struct dns_record){
            .owner = span_str(l->name), .rdata = l->records[i]};
    q->server = NULL;
    q->on_answer(q, &answer);
}

static void on_answer(struct loop_task *task)
{
    (void)task;
    for (size_t i = 0; i < world.nasked; i++) {
        struct asked *a = &world.asked[i];
        bool is_kept =
            world.keeps_records && a->line && a->line->type == DNS_HTTPS;
        if (a->query && !is_kept)
            answer(a);
    }
}

static void ask(struct dns_server *s, struct dns_query *q, struct span name,
                enum dns_type type)
{
    struct world *w = &world;
    assert_ptr_equal(s, &w->server);
    assert_true(w->nasked < ASKED_MAX);
    struct asked *a = &w->asked[w->nasked++];
    *a = (struct asked){.query = q};
    for (size_t i = 0; i < w->nlines; i++)
        if (w->lines[i].type == type &&
            span_equal(name, span_str(w->lines[i].name)))
            a->line = &w->lines[i];
    w->nrecords += type == DNS_HTTPS;
    loop_later(w->quic.loop, &w->answer);
}

static void cancel(struct dns_query *q)
{
    for (size_t i = 0; i < world.nasked; i++)
        if (world.asked[i].query == q)
            world.asked[i].query = NULL;
}

static struct dns_server *find_server(struct name_servers *n,
                                      const struct settings *s,
                                      struct fault *fault)
{
    (void)n;
    (void)s;
    (void)fault;
    return &world.server;
}

static const struct name_servers_over_https over_https = {find_server};

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

static void open_world(const struct line *lines, size_t n)
{
    struct world *w = &world;
    *w = (struct world){.lines = lines, .nlines = n};
    w->server = (struct dns_server){.ask = ask, .cancel = cancel};
    w->answer.run = on_answer;
    quic_world_init(&w->quic);
    w->quic.options.protocol = &h3_protocol;
    quic_world_open(&w->quic);
    dialer_init(&w->dialer, w->quic.loop);
    w->dialer.names.over_https = &over_https;
    settings_defaults(&w->settings);
    w->settings.tls.ca_file = w->quic.client_settings.tls.ca_file;
    w->settings.tls.verify = false; /* the certificate is for localhost */
    w->settings.addresses.doh_url = "https://names.example/";
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

/* "\0\1" target, alpn=h3, port of the QUIC server. */
static struct span record(uint8_t priority, const char *target, size_t len,
                          bool has_hint)
{
    static uint8_t wire[4][128];
    static size_t next;
    uint8_t *to = wire[next++ % 4];
    uint16_t port = addr_port(&world.quic.at);
    const uint8_t params[] = {0,
                              1,
                              0,
                              3,
                              2,
                              'h',
                              '3',
                              0,
                              2,
                              0,
                              0,
                              0,
                              3,
                              0,
                              2,
                              (uint8_t)(port >> 8),
                              (uint8_t)port,
                              0,
                              4,
                              0,
                              4,
                              127,
                              0,
                              0,
                              1};
    size_t n = 0;
    to[n++] = 0;
    to[n++] = priority;
    memcpy(to + n, target, len);
    n += len;
    size_t nparams = has_hint ? sizeof params : sizeof params - 8;
    memcpy(to + n, params, nparams);
    return span_of(to, n + nparams);
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
    struct line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 2);
    lines[1].records[0] = record(1, "\0", 1, false);
    dial();
    expect_h3();
    assert_int_equal(world.facts.nattempts, 1);
    close_world();
}

static void a_hint_stands_in_for_an_address(void **state)
{
    struct line lines[] = {
        {"origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 1);
    lines[0].records[0] = record(1, "\0", 1, true);
    dial();
    expect_h3();
    close_world();
}

static void aliases_lead_to_the_records_of_another_name(void **state)
{
    struct line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"origin.example", DNS_HTTPS, false, {SPAN_LIT("\0\0\1a\0")}},
        {"a", DNS_HTTPS, false, {SPAN_LIT("\0\0\1b\0")}},
        {"b", DNS_HTTPS, false, {{NULL, 0}}},
        {"b", DNS_A, true, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 5);
    lines[3].records[0] = record(1, "\0", 1, false);
    dial();
    expect_h3();
    assert_int_equal(world.nrecords, 3);
    close_world();
}

static void another_port_is_part_of_the_name(void **state)
{
    struct line lines[] = {
        {"origin.example", DNS_A, true, {{NULL, 0}}},
        {"_8443._https.origin.example", DNS_HTTPS, false, {{NULL, 0}}},
    };
    (void)state;
    open_world(lines, 2);
    world.target.port = 8443;
    lines[1].records[0] = record(1, "\0", 1, false);
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
    struct line lines[] = {
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
    world.keeps_records = true;
    expect_tcp_alone();
    assert_int_equal(world.nrecords, 1);
    close_world();
}

static void nothing_is_asked_that_could_not_be_used(void **state)
{
    static const char *const resolve[] = {"*:443:127.0.0.1", NULL};
    static const char *const moved[] = {"::elsewhere.example:443", NULL};
    static const struct line lines[] = {
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
        if (world.nrecords > 0)
            fail_msg("case %d asks", i);
        close_world();
    }
}

static void a_cancelled_dial_is_silent(void **state)
{
    static const struct line lines[] = {
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
