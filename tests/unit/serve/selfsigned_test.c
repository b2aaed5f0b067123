#include "serve/selfsigned.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

static void assert_mode(const struct str *path, mode_t mode)
{
    struct stat st;
    assert_int_equal(stat(str_text(path), &st), 0);
    assert_int_equal(st.st_mode & 0777, mode);
}

static void test_files_are_private_and_go(void **state)
{
    struct selfsigned s;
    struct fault fault;
    char dir[256];
    (void)state;
    assert_true(selfsigned_make(&s, &fault));
    assert_mode(&s.dir, 0700);
    assert_mode(&s.key_file, 0600);
    (void)snprintf(dir, sizeof dir, "%s", str_text(&s.dir));
    selfsigned_remove(&s);
    assert_int_not_equal(access(dir, F_OK), 0);
    selfsigned_remove(&s);
}

static void test_the_chain_is_what_a_client_wants(void **state)
{
    struct selfsigned s;
    struct fault fault;
    (void)state;
    assert_true(selfsigned_make(&s, &fault));
    WOLFSSL_CERT_MANAGER *cm = wolfSSL_CertManagerNew();
    assert_int_equal(wolfSSL_CertManagerLoadCA(cm, str_text(&s.ca_file), NULL),
                     WOLFSSL_SUCCESS);
    assert_int_equal(wolfSSL_CertManagerVerify(cm, str_text(&s.cert_file),
                                               WOLFSSL_FILETYPE_PEM),
                     WOLFSSL_SUCCESS);
    wolfSSL_CertManagerFree(cm);

    WOLFSSL_X509 *leaf = wolfSSL_X509_load_certificate_file(
        str_text(&s.cert_file), WOLFSSL_FILETYPE_PEM);
    assert_non_null(leaf);
    assert_int_equal(wolfSSL_X509_check_host(leaf, "localhost", 9, 0, NULL),
                     WOLFSSL_SUCCESS);
    assert_int_not_equal(
        wolfSSL_X509_check_host(leaf, "example.com", 11, 0, NULL),
        WOLFSSL_SUCCESS);
    assert_int_equal(wolfSSL_X509_get_isCA(leaf), 0);
    wolfSSL_X509_free(leaf);
    selfsigned_remove(&s);
}

static void test_no_place_for_it(void **state)
{
    struct selfsigned s;
    struct fault fault;
    (void)state;
    const char *kept = getenv("TMPDIR");
    setenv("TMPDIR", "/nonexistent", 1);
    assert_false(selfsigned_make(&s, &fault));
    assert_int_equal(fault.code, ERR_OWN_CERT);
    if (kept)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_private_and_go),
        cmocka_unit_test(test_the_chain_is_what_a_client_wants),
        cmocka_unit_test(test_no_place_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
