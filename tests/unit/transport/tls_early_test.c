/* A server is met, and met again by who may send early data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/test_certs.h"
#include "support/tls_pair.h"

#define EARLY_MAX ((size_t)14336) /* that a server takes, of one client */

static const uint8_t key[TICKETS_KEY_LEN] = {1};

struct early {
    struct tls_pair pair;
    struct tickets tickets;
    struct tls_context *former; /* of the server that is no more */
};

static int make(void **state)
{
    static struct early e;
    if (test_certs_folder() == NULL)
        return -1;
    e.former = NULL;
    tls_pair_init(&e.pair);
    tickets_init(&e.tickets);
    *state = &e;
    return 0;
}

static int unmake(void **state)
{
    struct early *e = *state;
    tls_pair_fini(&e->pair);
    tls_context_free(e->former);
    tickets_fini(&e->tickets);
    return 0;
}

static void start(struct early *e)
{
    struct tls_pair *p = &e->pair;
    tls_pair_start(p, "good.test", "h2", "h2");
    tls_remember(p->client.t, &e->tickets, key);
    tls_allow_early(p->client.t);
}

/* The server takes early data, and says so in the ticket that it gives. */
static void be_known(struct early *e)
{
    struct tls_pair *p = &e->pair;
    p->server_settings.tls.early_data = true;
    assert_true(tls_pair_contexts(p));
    start(e);
    loop_run(p->loop);
    assert_true(p->client.is_connected);
    assert_false(p->client.facts.resumed);
    tls_pair_end(p);
    assert_int_equal(e->tickets.n, 1);
}

static void add_text(void *user, const void *data, size_t len)
{
    str_add(user, span_of(data, len));
}

/* Nobody knows it any more: the library's store of sessions is one for all
 * servers of this program. */
static void use_up_a_copy_of_the_ticket(struct early *e)
{
    struct tls_pair *p = &e->pair;
    struct str text = {0};
    struct tickets_report report;
    tickets_save(&e->tickets, tickets_now(), add_text, &text);
    p->client.to_send = 1;
    start(e);
    loop_run(p->loop);
    assert_true(tls_get_facts(p->client.t)->resumed);
    tls_pair_end(p);
    tickets_fini(&e->tickets);
    tickets_init(&e->tickets);
    assert_true(
        tickets_load(&e->tickets, str_span(&text), tickets_now(), &report));
    assert_int_equal(report.taken, 1);
    str_fini(&text);
}

/* Another server at that place, which knows nothing of the ticket. */
static void replace(struct early *e, bool takes_early, const char *groups)
{
    struct tls_pair *p = &e->pair;
    use_up_a_copy_of_the_ticket(e);
    e->former = p->server_context;
    p->server_settings.tls.early_data = takes_early;
    p->server_settings.tls.groups = groups;
    p->server_context =
        tls_context_server(&p->server_settings, TLS_CARRIER_TCP, &p->fault);
    assert_non_null(p->server_context);
}

static bool gives_early_ticket(struct early *e)
{
    struct ticket *t =
        tickets_take(&e->tickets, TICKET_TLS, key, NULL, tickets_now());
    assert_non_null(t);
    bool allows = t->data.allows_early;
    tickets_dispose(t);
    return allows;
}

static bool was_early;

static void note_early(struct tls_side *side)
{
    was_early = transport_is_early(side->t);
}

/* The client sends n bytes as soon as it may; the server gets them once. */
static void send_early(struct early *e, size_t n)
{
    struct tls_pair *p = &e->pair;
    was_early = false;
    p->server.on_connected = note_early;
    p->client.to_send = n;
    start(e);
    p->server.to_send = 5000;
    loop_run(p->loop);
    assert_true(p->client.is_connected && p->server.is_connected);
    assert_true(tls_side_got_pattern(&p->server, n));
    assert_true(tls_side_got_pattern(&p->client, 5000));
    assert_false(transport_is_early(p->client.t));
}

static void what_is_early_is_taken(void **state)
{
    struct early *e = *state;
    be_known(e);
    send_early(e, 1000);
    assert_true(was_early);
    assert_true(gives_early_ticket(e));
}

static void what_does_not_fit_is_sent_after_the_handshake(void **state)
{
    struct early *e = *state;
    be_known(e);
    send_early(e, 3 * EARLY_MAX);
}

static const struct {
    bool takes_early;
    const char *groups;
    size_t n;
} others[] = {
    {false, NULL, 1000},  {false, NULL, EARLY_MAX},
    {true, NULL, 1000},   {true, NULL, EARLY_MAX},
    {false, "P-384", 10}, {true, "P-384", EARLY_MAX},
};

/* RFC 8446 4.2.10: records that nobody can read are skipped. */
static void another_server_skips_what_is_early(void **state)
{
    struct early *e = *state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        unmake(state);
        make(state);
        be_known(e);
        replace(e, others[i].takes_early, others[i].groups);
        send_early(e, others[i].n);
        assert_false(was_early);
        assert_false(tls_get_facts(e->pair.client.t)->resumed);
        assert_int_equal(gives_early_ticket(e), others[i].takes_early);
    }
}

static void early_data_that_comes_in_pieces_is_skipped(void **state)
{
    struct early *e = *state;
    be_known(e);
    replace(e, false, NULL);
    e->pair.client.to_send = EARLY_MAX;
    start(e);
    pipe_transport_set_piece(e->pair.server_pipe, 100);
    loop_run(e->pair.loop);
    assert_true(tls_side_got_pattern(&e->pair.server, EARLY_MAX));
}

static void close_early(struct tls_side *side)
{
    size_t n = 0;
    struct span answer = SPAN_LIT("no");
    assert_true(transport_is_early(side->t));
    assert_int_equal(transport_write(side->t, &answer, 1, &n), IO_OK);
    tls_side_close(side);
}

static void a_server_that_closes_while_it_is_early_says_so(void **state)
{
    struct early *e = *state;
    struct tls_pair *p = &e->pair;
    be_known(e);
    p->server.on_connected = close_early;
    p->client.to_send = 1000;
    start(e);
    loop_run(p->loop);
    assert_int_equal(p->client.got.len, 2);
    assert_int_equal(p->client.read_io, IO_EOF);
}

#define EARLY_TEST(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EARLY_TEST(what_is_early_is_taken),
        EARLY_TEST(what_does_not_fit_is_sent_after_the_handshake),
        EARLY_TEST(another_server_skips_what_is_early),
        EARLY_TEST(early_data_that_comes_in_pieces_is_skipped),
        EARLY_TEST(a_server_that_closes_while_it_is_early_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
