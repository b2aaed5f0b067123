/* Every certificate of tests/faults/certs.py over TLS in memory, once for each
 * way to trust: a small file, a store read on demand, a hashed folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/test_certs.h"
#include "support/tls_pair.h"

enum trust_way {
    TRUST_FILE,
    TRUST_BUNDLE,
    TRUST_FOLDER,
};

static void choose_trust(struct settings *s, enum trust_way way)
{
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    if (way == TRUST_FILE) {
        s->tls.ca_file = test_certs_path("ca", ".pem");
        return;
    }
    s->tls.ca_file = NULL;
    if (way == TRUST_BUNDLE)
        setenv("SSL_CERT_FILE", test_certs_path("ca", ".pem"), 1);
    else
        setenv("SSL_CERT_DIR", test_certs_path("hashed", ""), 1);
}

static unsigned check_row(const struct test_certs_row *row, enum trust_way way,
                          bool verify)
{
    struct tls_pair p;
    tls_pair_init(&p);
    choose_trust(&p.client_settings, way);
    p.client_settings.tls.verify = verify;
    p.server_settings.tls.cert_file = test_certs_path(row->name, ".crt");
    p.server_settings.tls.key_file = test_certs_path(row->name, ".key");
    bool is_right = tls_pair_contexts(&p);
    if (is_right) {
        tls_pair_start(&p, row->host, "h2", "h2");
        loop_run(p.loop);
        const struct tls_facts *facts = &p.client.facts;
        const char *why = verify ? p.client.fault.detail : facts->verify;
        bool connects =
            row->is_good || (!verify && strcmp(row->name, "rsa1024") != 0);
        is_right = p.client.is_connected == connects;
        if (verify && !row->is_good)
            is_right &= p.client.fault.code == ERR_TLS_VERIFY &&
                        strstr(why, row->reason) != NULL;
        if (!verify && p.client.is_connected)
            is_right &= (strcmp(facts->verify, "ok") == 0) == row->is_good;
        if (!is_right || getenv("VERBOSE"))
            print_message("%s (%s, way %d, verify %d): %s: %s\n", row->name,
                          row->host, way, verify,
                          p.client.is_connected ? "accepted" : "refused", why);
    } else {
        /* wolfSSL does not serve all that a foreign server would. */
        is_right = !row->is_good && p.fault.code == ERR_OWN_CERT;
        print_message("%s: cannot be served: %s\n", row->name, p.fault.detail);
    }
    tls_pair_fini(&p);
    return !is_right;
}

static void check_all(enum trust_way way, bool verify)
{
    struct test_certs_row row;
    unsigned wrong = 0;
    unsigned rows = 0;
    if (test_certs_folder() == NULL)
        skip();
    while (test_certs_next(&row)) {
        wrong += check_row(&row, way, verify);
        rows++;
    }
    assert_true(rows > 50);
    assert_int_equal(wrong, 0);
}

static void verdicts_with_a_file_of_roots(void **state)
{
    (void)state;
    check_all(TRUST_FILE, true);
}

static void verdicts_with_a_bundle_read_on_demand(void **state)
{
    (void)state;
    check_all(TRUST_BUNDLE, true);
}

static void verdicts_with_a_hashed_folder(void **state)
{
    (void)state;
    if (test_certs_folder() == NULL ||
        access(test_certs_path("hashed", "/root0.pem"), R_OK) != 0)
        skip();
    check_all(TRUST_FOLDER, true);
}

static void
without_verification_it_connects_and_says_what_is_wrong(void **state)
{
    (void)state;
    check_all(TRUST_BUNDLE, false);
}

/* One context of the client, and the servers one after the other. */

#define ROWS_MAX 128

static unsigned read_rows(struct test_certs_row *rows)
{
    unsigned n = 0;
    while (n < ROWS_MAX && test_certs_next(&rows[n]))
        n++;
    return n;
}

/* False when wolfSSL does not serve it. */
static bool serve_row(struct tls_pair *p, const struct test_certs_row *row)
{
    tls_context_free(p->server_context);
    p->server_settings.tls.cert_file = test_certs_path(row->name, ".crt");
    p->server_settings.tls.key_file = test_certs_path(row->name, ".key");
    p->server_context =
        tls_context_server(&p->server_settings, TLS_CARRIER_TCP, &p->fault);
    return p->server_context != NULL;
}

static unsigned meet(struct tls_pair *p, const struct test_certs_row *row)
{
    if (!serve_row(p, row))
        return row->is_good;
    tls_pair_start(p, row->host, "h2", "h2");
    loop_run(p->loop);
    bool is_lax = !p->client_settings.tls.verify;
    const char *why = is_lax ? p->client.facts.verify : p->client.fault.detail;
    bool is_refused = is_lax ? p->client.is_connected && strcmp(why, "ok") != 0
                             : !p->client.is_connected;
    bool is_right = is_refused != row->is_good &&
                    (row->is_good || strstr(why, row->reason) != NULL);
    if (is_lax && !p->client.is_connected) /* its key is too short */
        is_right = strcmp(row->name, "rsa1024") == 0;
    if (!is_right)
        print_message("%s: %s: %s\n", row->name,
                      p->client.is_connected ? "accepted" : "refused", why);
    tls_pair_end(p);
    return !is_right;
}

/* Forwards, backwards, and each right after the first, which is good: whatever
 * a chain may leave behind is there for all others once. */
static void meet_all(enum trust_way way, bool verify)
{
    static struct test_certs_row rows[ROWS_MAX];
    struct tls_pair p;
    unsigned wrong = 0;
    if (test_certs_folder() == NULL)
        skip();
    unsigned n = read_rows(rows);
    assert_in_range(n, 51, ROWS_MAX - 1);
    tls_pair_init(&p);
    choose_trust(&p.client_settings, way);
    p.client_settings.tls.verify = verify;
    assert_true(tls_pair_contexts(&p));
    for (unsigned i = 0; i < 2 * n; i++)
        wrong += meet(&p, &rows[i < n ? i : 2 * n - 1 - i]);
    for (unsigned i = 0; i < n; i++)
        wrong += meet(&p, &rows[0]) + meet(&p, &rows[i]);
    tls_pair_fini(&p);
    assert_int_equal(wrong, 0);
}

static void a_verdict_depends_on_no_other_servers_chain(void **state)
{
    (void)state;
    for (int way = TRUST_FILE; way <= TRUST_FOLDER; way++)
        meet_all(way, true);
}

static void what_is_wrong_depends_on_no_other_servers_chain(void **state)
{
    (void)state;
    for (int way = TRUST_BUNDLE; way <= TRUST_FOLDER; way++)
        meet_all(way, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_with_a_file_of_roots),
        cmocka_unit_test(verdicts_with_a_bundle_read_on_demand),
        cmocka_unit_test(verdicts_with_a_hashed_folder),
        cmocka_unit_test(
            without_verification_it_connects_and_says_what_is_wrong),
        cmocka_unit_test(a_verdict_depends_on_no_other_servers_chain),
        cmocka_unit_test(what_is_wrong_depends_on_no_other_servers_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
