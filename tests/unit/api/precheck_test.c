/* What is found wrong with a request that is not sent. */
#include "api/precheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_good(const struct qv_request *ask)
{
    struct fault fault = {0};
    bool ok = precheck_request(ask, &fault);

    assert_int_equal(ok, fault.code == ERR_NONE);
    return ok;
}

static bool are_good(struct qv_options o)
{
    struct qv_request ask = {.options = &o};

    return is_good(&ask);
}

static void test_contradictions(void **state)
{
    (void)state;
    assert_true(are_good((struct qv_options){0}));
    assert_true(are_good((struct qv_options){.tls_min = QV_TLS_1_3}));
    assert_false(are_good(
        (struct qv_options){.tls_min = QV_TLS_1_3, .tls_max = QV_TLS_1_2}));
    assert_false(are_good(
        (struct qv_options){.http = QV_HTTP_3_ONLY, .tls_max = QV_TLS_1_2}));
    assert_false(are_good((struct qv_options){.key_file = "k"}));
    /* No file is opened. */
    assert_true(are_good((struct qv_options){
        .key_file = "/none", .cert_file = "/none", .ca_file = "/none"}));
}

/* Every entry is looked at, also behind one that would match anything. */
static void test_lists(void **state)
{
    const char *good[] = {"::h:1", "a:1:b:2", NULL};
    const char *bad[] = {"::h:1", "a", NULL};
    const char *resolve[] = {"*:1:127.0.0.1", "+a:2:[::1]", NULL};
    const char *unresolved[] = {"*:1:127.0.0.1", "a:2:b", NULL};

    (void)state;
    assert_true(are_good((struct qv_options){.connect_to = good}));
    assert_false(are_good((struct qv_options){.connect_to = bad}));
    assert_true(are_good((struct qv_options){.resolve = resolve}));
    assert_false(are_good((struct qv_options){.resolve = unresolved}));
}

static void test_names(void **state)
{
    (void)state;
    assert_true(are_good((struct qv_options){.groups = "X25519"}));
    assert_false(are_good((struct qv_options){.groups = "X25518"}));
    assert_true(are_good(
        (struct qv_options){.tls13_ciphers = "TLS_AES_128_GCM_SHA256"}));
    assert_false(are_good((struct qv_options){.tls13_ciphers = "NONE"}));
    assert_false(are_good((struct qv_options){.ciphers = "NONE"}));
}

static void test_header_fields(void **state)
{
    const char *good[] = {"X-A: 1", "X-B;", "X-C:"};
    const char *bad[] = {"X-A: 1", "no colon"};
    const char *broken[] = {"X-A: 1\r\nX-B: 2"};

    (void)state;
    assert_true(is_good(&(struct qv_request){.headers = good, .nheaders = 3}));
    assert_false(is_good(&(struct qv_request){.headers = bad, .nheaders = 2}));
    assert_false(
        is_good(&(struct qv_request){.headers = broken, .nheaders = 1}));
    assert_false(is_good(&(struct qv_request){.user_agent = "a\nb"}));
    assert_false(is_good(&(struct qv_request){.referer = "a\nb"}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_header_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
