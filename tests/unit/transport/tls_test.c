#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/test_certs.h"
#include "support/tls_pair.h"

#define MEGABYTE ((size_t)1 << 20)

static int make_pair(void **state)
{
    static struct tls_pair pair;
    if (test_certs_folder() == NULL)
        return -1;
    tls_pair_init(&pair);
    *state = &pair;
    return 0;
}

static int free_pair(void **state)
{
    tls_pair_fini(*state);
    return 0;
}

static void connect_pair(struct tls_pair *p)
{
    if (p->client_context == NULL)
        assert_true(tls_pair_contexts(p));
    tls_pair_start(p, "good.test", "h2,http/1.1", "h2,http/1.1");
    loop_run(p->loop);
    assert_true(p->client.is_connected);
    assert_true(p->server.is_connected);
}

static void a_handshake_tells_what_was_agreed(void **state)
{
    struct tls_pair *p = *state;
    connect_pair(p);
    const struct tls_facts *f = &p->client.facts;
    assert_string_equal(f->version, "TLSv1.3");
    assert_string_equal(f->cipher, "TLS_AES_128_GCM_SHA256");
    assert_string_equal(f->group, "X25519MLKEM768");
    assert_string_equal(f->alpn, "h2");
    assert_string_equal(f->subject, "O=Quiver Tests, CN=good");
    assert_string_equal(f->issuer, "O=Quiver Tests, CN=Quiver Test CA");
    assert_int_equal(strlen(f->expires), 20);
    assert_true(f->verified);
    assert_string_equal(f->verify, "ok");
    assert_string_equal(p->server.facts.alpn, "h2");
}

static void bytes_go_both_ways_at_the_same_time(void **state)
{
    struct tls_pair *p = *state;
    p->client.to_send = 3 * MEGABYTE;
    p->server.to_send = 5 * MEGABYTE + 7;
    connect_pair(p);
    assert_true(tls_side_got_pattern(&p->server, 3 * MEGABYTE));
    assert_true(tls_side_got_pattern(&p->client, 5 * MEGABYTE + 7));
}

static void a_reader_with_a_budget_is_called_again(void **state)
{
    struct tls_pair *p = *state;
    p->client.budget = 1000;
    p->server.to_send = 300000;
    connect_pair(p);
    assert_true(tls_side_got_pattern(&p->client, 300000));
}

static void narrow_pipes_hold_writers_back_and_lose_nothing(void **state)
{
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    p->client.to_send = 400000;
    p->server.to_send = 500000;
    tls_pair_start(p, "good.test", NULL, NULL);
    pipe_transport_set_room(p->client_pipe, 5000);
    pipe_transport_set_room(p->server_pipe, 5000);
    loop_run(p->loop);
    assert_true(tls_side_got_pattern(&p->server, 400000));
    assert_true(tls_side_got_pattern(&p->client, 500000));
}

static void it_works_byte_by_byte(void **state)
{
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    p->server.to_send = 5000;
    tls_pair_start(p, "good.test", "h2", "h2");
    pipe_transport_set_piece(p->client_pipe, 1);
    pipe_transport_set_piece(p->server_pipe, 1);
    loop_run(p->loop);
    assert_true(tls_side_got_pattern(&p->client, 5000));
    assert_string_equal(p->client.facts.alpn, "h2");
}

static void a_session_works_over_tls_1_2_too(void **state)
{
    struct tls_pair *p = *state;
    p->client_settings.tls.max = SETTINGS_TLS_1_2;
    p->server.to_send = 100000;
    connect_pair(p);
    assert_string_equal(p->client.facts.version, "TLSv1.2");
    assert_true(tls_side_got_pattern(&p->client, 100000));
}

static void versions_without_overlap_fail(void **state)
{
    struct tls_pair *p = *state;
    p->client_settings.tls.max = SETTINGS_TLS_1_2;
    p->server_settings.tls.min = SETTINGS_TLS_1_3;
    assert_true(tls_pair_contexts(p));
    tls_pair_start(p, "good.test", NULL, NULL);
    loop_run(p->loop);
    assert_true(p->client.has_failed && p->server.has_failed);
    assert_int_equal(p->client.fault.code, ERR_TLS_HANDSHAKE);
    assert_int_equal(p->client.fault.wire, 70);
    assert_non_null(strstr(p->client.fault.detail, "protocol_version"));
}

static void close_notify_is_an_end(void **state)
{
    struct tls_pair *p = *state;
    p->server.to_send = 50000;
    connect_pair(p);
    tls_side_close(&p->server);
    loop_run(p->loop);
    assert_int_equal(p->client.read_io, IO_EOF);
    assert_true(tls_side_got_pattern(&p->client, 50000));
}

static void our_end_can_be_told_while_we_go_on_reading(void **state)
{
    struct tls_pair *p = *state;
    p->server.to_send = 50000;
    connect_pair(p);
    transport_want(p->client.t, 0);
    transport_shut(p->server.t);
    loop_run(p->loop);
    tls_side_send(&p->client, 60000); /* reads again, and closes at the end */
    loop_run(p->loop);
    assert_int_equal(p->client.read_io, IO_EOF);
    assert_true(tls_side_got_pattern(&p->client, 50000));
    assert_true(tls_side_got_pattern(&p->server, 60000));
    assert_int_equal(p->server.read_io, IO_EOF);
}

static void an_end_without_close_notify_is_a_truncation(void **state)
{
    struct tls_pair *p = *state;
    p->server.to_send = 50000;
    connect_pair(p);
    pipe_transport_shut(p->server_pipe);
    loop_run(p->loop);
    assert_int_equal(p->client.read_io, IO_FAILED);
    assert_int_equal(p->client.fault.code, ERR_PARTIAL);
    assert_string_equal(p->client.fault.detail, "closed without close_notify");
    assert_true(tls_side_got_pattern(&p->client, 50000));
}

static void a_reset_is_a_failure_of_receiving(void **state)
{
    struct tls_pair *p = *state;
    connect_pair(p);
    pipe_transport_cut(p->server_pipe);
    loop_run(p->loop);
    assert_int_equal(p->client.read_io, IO_FAILED);
    assert_int_equal(p->client.fault.code, ERR_RECV);
}

static void what_was_written_before_close_still_arrives(void **state)
{
    struct tls_pair *p = *state;
    connect_pair(p);
    pipe_transport_set_room(p->client_pipe, 3000);
    transport_want(p->client.t, 0);
    tls_side_send(&p->server, 60000);
    assert_int_equal(p->server.to_send, 0);
    tls_side_close(&p->server);
    transport_want(p->client.t, LOOP_READ);
    loop_run(p->loop);
    assert_int_equal(p->client.read_io, IO_EOF);
    assert_true(tls_side_got_pattern(&p->client, 60000));
}

/* The answer came before the other side broke off: it can be read. */
static void a_broken_write_leaves_what_arrived_readable(void **state)
{
    struct tls_pair *p = *state;
    connect_pair(p);
    transport_want(p->client.t, 0);
    tls_side_send(&p->server, 1000);
    loop_run(p->loop);
    tls_side_close(&p->server);
    loop_run(p->loop);
    assert_int_equal(p->client.got.len, 0);
    struct span s = SPAN_LIT("too late");
    size_t n = 0;
    assert_int_equal(transport_write(p->client.t, &s, 1, &n), IO_OK);
    loop_run(p->loop); /* the pipe is broken now */
    assert_int_equal(transport_write(p->client.t, &s, 1, &n), IO_FAILED);
    assert_int_equal(p->client.t->fault.code, ERR_SEND);
    transport_want(p->client.t, LOOP_READ);
    loop_run(p->loop);
    assert_int_equal(p->client.read_io, IO_EOF);
    assert_true(tls_side_got_pattern(&p->client, 1000));
}

static void alpn_takes_the_first_that_both_speak(void **state)
{
    static const struct {
        const char *client;
        const char *server;
        const char *chosen; /* NULL: no overlap */
    } cases[] = {
        {"h2,http/1.1", "h2,http/1.1", "h2"},
        {"http/1.1", "h2,http/1.1", "http/1.1"},
        {"h2,http/1.1", "http/1.1", "http/1.1"},
        {"h2,http/1.1", NULL, ""},
        {NULL, "h2,http/1.1", ""},
        {"h2", "http/1.1", NULL},
    };
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tls_pair_start(p, "good.test", cases[i].client, cases[i].server);
        loop_run(p->loop);
        assert_int_equal(p->client.is_connected, cases[i].chosen != NULL);
        if (cases[i].chosen) {
            assert_string_equal(p->client.facts.alpn, cases[i].chosen);
            assert_string_equal(p->server.facts.alpn, cases[i].chosen);
        } else {
            assert_int_equal(p->client.fault.code, ERR_TLS_HANDSHAKE);
            assert_int_equal(p->client.fault.wire, 120);
        }
        tls_pair_end(p);
    }
}

static void a_peer_that_hangs_up_fails_the_handshake(void **state)
{
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    tls_pair_start(p, "good.test", NULL, NULL);
    tls_side_close(&p->server);
    loop_run(p->loop);
    assert_true(p->client.has_failed);
    assert_int_equal(p->client.fault.code, ERR_TLS_CUT_OFF);
    assert_int_equal(err_class(p->client.fault.code), ERR_CLASS_TRANSIENT);
    assert_non_null(strstr(p->client.fault.detail, "closed"));
}

static void a_peer_that_speaks_no_tls_fails_the_handshake(void **state)
{
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    tls_pair_start(p, "good.test", NULL, NULL);
    pipe_transport_send_text(p->server_pipe, "HTTP/1.1 400 Bad Request\r\n");
    loop_run(p->loop);
    assert_true(p->client.has_failed);
    assert_int_equal(p->client.fault.code, ERR_NOT_TLS);
    assert_int_not_equal(p->client.fault.detail[0], '\0');
}

static void failing_at_any_call_ends_once_and_leaks_nothing(void **state)
{
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    for (unsigned n = 1; n < 14; n++) {
        p->server.to_send = 100000;
        tls_pair_start(p, "good.test", "h2", "h2");
        pipe_transport_fail_at(p->client_pipe, n);
        loop_run(p->loop);
        assert_true(p->client.is_over || p->client.got.len == 100000);
        if (p->client.is_over)
            assert_int_not_equal(p->client.fault.code, ERR_NONE);
        if (!p->client.is_over)
            pipe_transport_cut(p->client_pipe);
        tls_pair_end(p);
    }
}

static void a_client_certificate_is_asked_for_and_given(void **state)
{
    struct tls_pair *p = *state;
    p->server_settings.tls.ca_file = test_certs_path("ca", ".pem");
    p->client_settings.tls.cert_file = test_certs_path("eku_absent", ".crt");
    p->client_settings.tls.key_file = test_certs_path("eku_absent", ".key");
    p->server.to_send = 10;
    connect_pair(p);
    assert_true(tls_side_got_pattern(&p->client, 10));
}

static void a_missing_client_certificate_has_its_own_error(void **state)
{
    struct tls_pair *p = *state;
    p->server_settings.tls.ca_file = test_certs_path("ca", ".pem");
    assert_true(tls_pair_contexts(p));
    tls_pair_start(p, "good.test", NULL, NULL);
    loop_run(p->loop);
    assert_true(p->server.has_failed);
    /* In TLS 1.3 the client is done first and reads the alert. */
    assert_int_equal(p->client.fault.code, ERR_CERT_WANTED);
}

static void contexts_refuse_what_they_cannot_use(void **state)
{
    struct tls_pair *p = *state;
    struct settings bad[6];
    static const enum err codes[] = {ERR_CA_FILE,    ERR_CA_FILE,
                                     ERR_OWN_CERT,   ERR_OWN_CERT,
                                     ERR_TLS_CIPHER, ERR_TLS_CIPHER};
    for (int i = 0; i < 6; i++)
        bad[i] = p->client_settings;
    bad[0].tls.ca_file = "/nonexistent";
    bad[1].tls.ca_file = test_certs_path("good", ".key");
    bad[2].tls.cert_file = "/nonexistent";
    bad[3].tls.cert_file = test_certs_path("good", ".crt");
    bad[3].tls.key_file = test_certs_path("wildcard", ".key");
    bad[4].tls.ciphers = "NO-SUCH";
    bad[4].tls.max = SETTINGS_TLS_1_2;
    bad[5].tls.groups = "X25519:nonsense";
    for (int i = 0; i < 6; i++) {
        struct fault f = {.code = ERR_NONE};
        assert_null(tls_context_client(&bad[i], TLS_CARRIER_TCP, &f));
        assert_int_equal(f.code, codes[i]);
        assert_int_not_equal(f.detail[0], '\0');
    }
    tls_context_free(NULL);
}

static void groups_can_be_chosen(void **state)
{
    struct tls_pair *p = *state;
    p->client_settings.tls.groups = "P-256:X25519";
    connect_pair(p);
    assert_string_equal(p->client.facts.group, "SECP256R1");
}

static void secrets_are_logged_only_where_asked(void **state)
{
    struct tls_pair *p = *state;
    char line[512];
    char path[128];
    struct stat st;
    unsigned labels = 0;
    (void)snprintf(path, sizeof path, "%s/keys", test_certs_folder());
    p->client_settings.tls.key_log = path;
    connect_pair(p);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        labels += strncmp(line, "CLIENT_TRAFFIC_SECRET_0 ", 24) == 0;
        labels += strncmp(line, "SERVER_TRAFFIC_SECRET_0 ", 24) == 0;
        assert_true(strlen(line) > 64);
    }
    (void)fclose(f);
    assert_int_equal(labels, 2);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void closing_in_the_middle_is_silent(void **state)
{
    struct tls_pair *p = *state;
    assert_true(tls_pair_contexts(p));
    tls_pair_start(p, "good.test", NULL, NULL);
    tls_side_close(&p->client);
    loop_run(p->loop);
    assert_false(p->client.is_connected || p->client.has_failed);
    assert_true(p->server.has_failed);
}

#define PAIR_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_pair, free_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_handshake_tells_what_was_agreed),
        PAIR_TEST(bytes_go_both_ways_at_the_same_time),
        PAIR_TEST(a_reader_with_a_budget_is_called_again),
        PAIR_TEST(narrow_pipes_hold_writers_back_and_lose_nothing),
        PAIR_TEST(it_works_byte_by_byte),
        PAIR_TEST(a_session_works_over_tls_1_2_too),
        PAIR_TEST(versions_without_overlap_fail),
        PAIR_TEST(close_notify_is_an_end),
        PAIR_TEST(our_end_can_be_told_while_we_go_on_reading),
        PAIR_TEST(an_end_without_close_notify_is_a_truncation),
        PAIR_TEST(a_reset_is_a_failure_of_receiving),
        PAIR_TEST(what_was_written_before_close_still_arrives),
        PAIR_TEST(a_broken_write_leaves_what_arrived_readable),
        PAIR_TEST(alpn_takes_the_first_that_both_speak),
        PAIR_TEST(a_peer_that_hangs_up_fails_the_handshake),
        PAIR_TEST(a_peer_that_speaks_no_tls_fails_the_handshake),
        PAIR_TEST(failing_at_any_call_ends_once_and_leaks_nothing),
        PAIR_TEST(a_client_certificate_is_asked_for_and_given),
        PAIR_TEST(a_missing_client_certificate_has_its_own_error),
        PAIR_TEST(contexts_refuse_what_they_cannot_use),
        PAIR_TEST(groups_can_be_chosen),
        PAIR_TEST(secrets_are_logged_only_where_asked),
        PAIR_TEST(closing_in_the_middle_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
