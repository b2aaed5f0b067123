/* A name that goes out hidden, to a server that can read it, and to others.
 * tests/cli/ech.bats has what is on the wire. */
#include "transport/tls_ech.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "http/ech.h"
#include "support/test_certs.h"
#include "support/tls_pair.h"

#define PUBLIC "one.test" /* the certificate is good for both */
#define HIDDEN "two.test"

struct ech {
    struct tls_pair pair;
    struct ech_keys keys;
    uint8_t list[ECH_LIST_MAX];
    word32 len;
};

static int make(void **state)
{
    static struct ech e;
    if (test_certs_folder() == NULL)
        return -1;
    e.keys = (struct ech_keys){.next = 0};
    e.len = 0;
    tls_pair_init(&e.pair);
    e.pair.client_settings.tls.ech = SETTINGS_ECH_WANTED;
    e.pair.server_settings.tls.cert_file =
        test_certs_path("second_san", ".crt");
    e.pair.server_settings.tls.key_file = test_certs_path("second_san", ".key");
    assert_true(tls_pair_contexts(&e.pair));
    *state = &e;
    return 0;
}

static int unmake(void **state)
{
    struct ech *e = *state;
    tls_pair_fini(&e->pair);
    ech_keys_fini(&e->keys);
    return 0;
}

/* The context's server can read what is hidden; its keys are e->list. */
static void give_keys(struct ech *e, struct tls_context *server,
                      const char *name)
{
    WOLFSSL_CTX *ctx = tls_context_wolfssl(server);
    e->len = sizeof e->list;
    assert_int_equal(wolfSSL_CTX_GenerateEchConfig(ctx, name, 0, 0, 0),
                     WOLFSSL_SUCCESS);
    assert_int_equal(wolfSSL_CTX_GetEchConfigs(ctx, e->list, &e->len),
                     WOLFSSL_SUCCESS);
}

/* Keys that the server has not. */
static void give_old_keys(struct ech *e, const char *name)
{
    struct tls_context *other = tls_context_server(
        &e->pair.server_settings, TLS_CARRIER_TCP, &e->pair.fault);
    assert_non_null(other);
    give_keys(e, other, name);
    tls_context_free(other);
}

static void handshake(struct ech *e, struct span list)
{
    struct tls_pair *p = &e->pair;
    tls_pair_start(p, HIDDEN, "h2", "h2");
    tls_hide_name(p->client.t, &(struct tls_ech_wish){.keys = &e->keys,
                                                      .host = SPAN_LIT(HIDDEN),
                                                      .port = 443,
                                                      .list = list});
    loop_run(p->loop);
}

static struct span list_of(const struct ech *e)
{
    return span_of(e->list, e->len);
}

static void a_server_with_the_key_is_asked_for_the_hidden_name(void **state)
{
    struct ech *e = *state;
    give_keys(e, e->pair.server_context, PUBLIC);
    handshake(e, list_of(e));
    assert_true(e->pair.client.is_connected);
    assert_true(e->pair.client.facts.ech);
    assert_true(e->pair.client.facts.verified);
}

static void a_server_with_another_key_names_it(void **state)
{
    struct ech *e = *state;
    struct span said;
    give_keys(e, e->pair.server_context, PUBLIC);
    uint8_t right[ECH_LIST_MAX];
    word32 len = e->len;
    memcpy(right, e->list, len);
    give_old_keys(e, PUBLIC);
    handshake(e, list_of(e));
    const struct fault *why = &e->pair.client.fault;
    assert_false(e->pair.client.is_connected);
    assert_int_equal(why->code, ERR_ECH);
    assert_int_equal(why->remedy, REMEDY_ECH);
    assert_string_equal(why->detail,
                        PUBLIC " has not this key for hidden names (ECH), and "
                               "names another");
    assert_true(ech_keys_find(&e->keys, SPAN_LIT("TWO.test"), 443, &said));
    assert_true(span_equal(said, span_of(right, len)));
    assert_false(ech_keys_find(&e->keys, SPAN_LIT(HIDDEN), 444, &said));
    tls_pair_end(&e->pair);
    handshake(e, said);
    assert_true(e->pair.client.is_connected);
    assert_true(e->pair.client.facts.ech);
}

static void a_server_without_keys_is_told_nothing(void **state)
{
    struct ech *e = *state;
    struct span said = SPAN_LIT("x");
    give_old_keys(e, PUBLIC);
    handshake(e, list_of(e));
    assert_false(e->pair.client.is_connected);
    assert_int_equal(e->pair.client.fault.code, ERR_ECH);
    assert_int_equal(e->pair.client.fault.remedy, REMEDY_ECH);
    assert_true(ech_keys_find(&e->keys, SPAN_LIT(HIDDEN), 443, &said));
    assert_int_equal(said.len, 0);
}

/* Whoever is not the public name must not say which keys there are. */
static void who_is_not_the_public_name_is_not_believed(void **state)
{
    struct ech *e = *state;
    struct span said;
    give_keys(e, e->pair.server_context, "good.test");
    give_old_keys(e, "good.test");
    handshake(e, list_of(e));
    assert_false(e->pair.client.is_connected);
    assert_int_equal(e->pair.client.fault.code, ERR_TLS_VERIFY);
    assert_string_equal(
        e->pair.client.fault.detail,
        "not valid for the name that the other is hidden behind (ECH)");
    assert_false(ech_keys_find(&e->keys, SPAN_LIT(HIDDEN), 443, &said));
}

static void a_list_that_the_library_cannot_use_fails(void **state)
{
    struct ech *e = *state;
    give_keys(e, e->pair.server_context, PUBLIC);
    e->list[2 + 2 + 2 + 1] = 0xff; /* of the first one, what kind of key */
    handshake(e, list_of(e));
    assert_false(e->pair.client.is_connected);
    assert_int_equal(e->pair.client.fault.code, ERR_ECH);
    assert_int_equal(e->pair.client.fault.remedy, REMEDY_UNKNOWN);
}

static void the_oldest_answers_are_forgotten(void **state)
{
    struct ech *e = *state;
    struct span said;
    for (uint16_t port = 1; port <= ECH_KEYS_MAX; port++)
        ech_keys_put(&e->keys, SPAN_LIT(HIDDEN), port, SPAN_LIT("one"));
    ech_keys_put(&e->keys, SPAN_LIT(HIDDEN), 1, SPAN_LIT("two"));
    assert_true(ech_keys_find(&e->keys, SPAN_LIT(HIDDEN), 1, &said));
    assert_true(span_equal(said, SPAN_LIT("two")));
    ech_keys_put(&e->keys, SPAN_LIT(PUBLIC), 1, SPAN_LIT("three"));
    assert_false(ech_keys_find(&e->keys, SPAN_LIT(HIDDEN), 1, &said));
    assert_true(ech_keys_find(&e->keys, SPAN_LIT(HIDDEN), 2, &said));
    assert_true(ech_keys_find(&e->keys, SPAN_LIT(PUBLIC), 1, &said));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_with_the_key_is_asked_for_the_hidden_name),
        TEST(a_server_with_another_key_names_it),
        TEST(a_server_without_keys_is_told_nothing),
        TEST(who_is_not_the_public_name_is_not_believed),
        TEST(a_list_that_the_library_cannot_use_fails),
        TEST(the_oldest_answers_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
