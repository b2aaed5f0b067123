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

/* One after the other, with one context of the client. */
static void what_was_weak_is_not_remembered(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        bool is_good;
    } rows[] = {
        {"sha1_inter", false},
        {"sha1_inter_leaf", false}, /* signed by it, and it is not sent */
        {"sha1_inter_beside_good", true},
        {"sha1_leaf", false},
        {"old_root1_sent", true},
        {"fake_root_sent", false},
        {"good", true},
    };
    if (test_certs_folder() == NULL)
        skip();
    for (int way = TRUST_FILE; way <= TRUST_FOLDER; way++) {
        struct tls_pair p;
        tls_pair_init(&p);
        choose_trust(&p.client_settings, way);
        assert_true(tls_pair_contexts(&p));
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            tls_context_free(p.server_context);
            p.server_settings.tls.cert_file =
                test_certs_path(rows[i].row, ".crt");
            p.server_settings.tls.key_file =
                test_certs_path(rows[i].row, ".key");
            p.server_context = tls_context_server(&p.server_settings,
                                                  TLS_CARRIER_TCP, &p.fault);
            assert_non_null(p.server_context);
            tls_pair_start(&p, "good.test", "h2", "h2");
            loop_run(p.loop);
            if (p.client.is_connected != rows[i].is_good)
                fail_msg("%s (way %d): %s", rows[i].row, way,
                         p.client.fault.detail);
            tls_pair_end(&p);
        }
        tls_pair_fini(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_with_a_file_of_roots),
        cmocka_unit_test(verdicts_with_a_bundle_read_on_demand),
        cmocka_unit_test(verdicts_with_a_hashed_folder),
        cmocka_unit_test(
            without_verification_it_connects_and_says_what_is_wrong),
        cmocka_unit_test(what_was_weak_is_not_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
