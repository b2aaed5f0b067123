#include "transport/trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "transport/cert.h"
#include "transport/pem.h"
#include "transport/trust_hash.h"

/* O=<text as PrintableString>, made by hand. */
static struct span name_of(uint8_t *to, uint8_t tag, const char *text)
{
    uint8_t len = (uint8_t)strlen(text);
    const uint8_t head[] = {0x30, (uint8_t)(len + 11),
                            0x31, (uint8_t)(len + 9),
                            0x30, (uint8_t)(len + 7),
                            0x06, 3,
                            0x55, 0x04,
                            0x0a, tag,
                            len};
    memcpy(to, head, sizeof head);
    memcpy(to + sizeof head, text, len);
    return span_of(to, sizeof head + len);
}

/* C=US, O=Internet Security Research Group, CN=ISRG Root X1: the file that
 * OpenSSL looks for is 4042bcee.0. */
static void the_hash_is_openssls(void **state)
{
    static const char root[] =
        "\x30\x4f\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02US"
        "\x31\x29\x30\x27\x06\x03\x55\x04\x0a\x13\x20"
        "Internet Security Research Group"
        "\x31\x15\x30\x13\x06\x03\x55\x04\x03\x13\x0cISRG Root X1";
    (void)state;
    uint32_t hash = 0;
    assert_true(trust_hash_name(span_of(root, sizeof root - 1), &hash));
    assert_int_equal(hash, 0x4042bcee);
}

static void the_hash_folds_case_space_and_string_type(void **state)
{
    uint8_t a[64];
    uint8_t b[64];
    uint32_t x = 0;
    uint32_t y = 1;
    (void)state;
    assert_true(trust_hash_name(name_of(a, 0x13, "  Some   ORG "), &x));
    assert_true(trust_hash_name(name_of(b, 0x0c, "some org"), &y));
    assert_int_equal(x, y);
    assert_true(trust_hash_name(name_of(b, 0x0c, "some orgs"), &y));
    assert_int_not_equal(x, y);
    assert_false(trust_hash_name(name_of(b, 0x1e, "wide"), &y));
    assert_false(trust_hash_name(SPAN_LIT("\x30\x05\x31\x03"), &y));
}

static void pem_blocks_are_found_among_anything(void **state)
{
    static const char text[] =
        "# a comment - with -- marks -----\n"
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
        "-----BEGIN CERTIFICATE-----\r\nSGVs\r\nbG8g\n"
        "d29ybGQ=\n-----END CERTIFICATE-----\n"
        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"
        "-----BEGIN CERTIFICATE-----\nAAAA\n";
    (void)state;
    struct span rest = span_of(text, sizeof text - 1);
    struct span base64;
    uint8_t bytes[32];
    assert_true(pem_next(&rest, &base64));
    assert_int_equal(pem_decode(base64, bytes, sizeof bytes), 11);
    assert_memory_equal(bytes, "Hello world", 11);
    for (size_t cap = 1; cap < 11; cap++)
        assert_int_equal(pem_decode(base64, bytes, cap), cap);
    assert_true(pem_next(&rest, &base64));
    assert_int_equal(pem_decode(base64, bytes, sizeof bytes), 0);
    assert_false(pem_next(&rest, &base64));
}

static void a_file_without_a_certificate_is_an_error(void **state)
{
    struct fault f = {.code = ERR_NONE};
    (void)state;
    assert_null(trust_file("/nonexistent", &f));
    assert_int_equal(f.code, ERR_CA_FILE);
    f.code = ERR_NONE;
    assert_null(trust_file("/etc/passwd", &f));
    assert_int_equal(f.code, ERR_CA_FILE);
    f.code = ERR_NONE;
    assert_null(trust_file("/etc", &f));
    assert_int_equal(f.code, ERR_CA_FILE);
}

static void the_environment_moves_the_system_store(void **state)
{
    (void)state;
    setenv("SSL_CERT_DIR", "/none::/tmp:/etc", 1);
    setenv("SSL_CERT_FILE", "/file", 1);
    struct trust *t = trust_system();
    assert_string_equal(trust_place(t), "/file");
    trust_free(t);
    trust_free(NULL);
    unsetenv("SSL_CERT_DIR");
    unsetenv("SSL_CERT_FILE");
}

static void a_folder_of_the_environment_stands_beside_the_bundle(void **state)
{
    (void)state;
    unsetenv("SSL_CERT_FILE");
    struct trust *bundle = trust_bundle();
    if (trust_place(bundle) == NULL) {
        trust_free(bundle);
        skip();
    }
    setenv("SSL_CERT_DIR", "/tmp", 1);
    struct trust *t = trust_system();
    assert_string_equal(trust_place(t), trust_place(bundle));
    trust_free(t);
    trust_free(bundle);
    unsetenv("SSL_CERT_DIR");
}

static void what_is_no_certificate_does_not_parse(void **state)
{
    (void)state;
    struct cert c;
    char date[21];
    static const uint8_t bad[][6] = {
        {0x30, 0x80, 0, 0, 0, 0},       /* indefinite length */
        {0x30, 0x84, 0xff, 0xff, 0xff}, /* longer than what is there */
        {0x30, 4, 0x30, 2, 0x1f, 0},    /* a tag of several bytes */
        {0x30, 4, 0x30, 2, 0x02, 5},    /* an inner length too long */
        {0x02, 1, 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(cert_parse(&c, span_of(bad[i], sizeof bad[i])));
        assert_false(cert_parse_start(&c, span_of(bad[i], sizeof bad[i])));
    }
    assert_false(cert_parse(&c, span_of(NULL, 0)));
    cert_format_time(SPAN_LIT("\x17\x0d"
                              "200201120000Z"),
                     date);
    assert_string_equal(date, "2020-02-01T12:00:00Z");
    cert_format_time(SPAN_LIT("\x18\x0f"
                              "20500201120000Z"),
                     date);
    assert_string_equal(date, "2050-02-01T12:00:00Z");
    cert_format_time(SPAN_LIT("\x17\x0d"
                              "20020112000xZ"),
                     date);
    assert_string_equal(date, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_openssls),
        cmocka_unit_test(the_hash_folds_case_space_and_string_type),
        cmocka_unit_test(pem_blocks_are_found_among_anything),
        cmocka_unit_test(a_file_without_a_certificate_is_an_error),
        cmocka_unit_test(the_environment_moves_the_system_store),
        cmocka_unit_test(a_folder_of_the_environment_stands_beside_the_bundle),
        cmocka_unit_test(what_is_no_certificate_does_not_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
