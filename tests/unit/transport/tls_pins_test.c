#include "transport/tls_pins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* An Ed25519 key (RFC 8410 10.1), and what it hashes to. */
static const uint8_t key[] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21,
    0x00, 0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe, 0x85, 0x41,
    0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8, 0x50, 0x86, 0xaa, 0x30,
    0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1};

#define KEY_PEM                                                                \
    "-----BEGIN PUBLIC KEY-----\n"                                             \
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"           \
    "-----END PUBLIC KEY-----\n"

#define KEY_PIN "sha256//oekVYFTgT6yJmunydRMs3Ael28TqLCrTof/G4NJTaB8="
#define NO_PIN  "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static bool matches(const char *text)
{
    struct tls_pins p;
    struct fault fault = {.code = ERR_NONE};
    assert_true(tls_pins_init(&p, text, &fault));
    bool is_so = tls_pins_match(&p, span_of(key, sizeof key), &fault);
    assert_int_equal(fault.code, is_so ? ERR_NONE : ERR_TLS_PIN);
    tls_pins_fini(&p);
    return is_so;
}

static void a_hash_is_one_of_those_that_are_named(void **state)
{
    (void)state;
    assert_true(matches(NULL));
    assert_true(matches(KEY_PIN));
    assert_false(matches(NO_PIN));
    assert_true(matches(NO_PIN ";" KEY_PIN));
    assert_true(matches(KEY_PIN ";" NO_PIN ";"));
    assert_false(matches(NO_PIN ";" NO_PIN));
}

static void a_refusal_says_which_key_it_is(void **state)
{
    struct tls_pins p;
    struct fault fault;
    (void)state;
    assert_true(tls_pins_init(&p, NO_PIN, &fault));
    assert_false(tls_pins_match(&p, span_of(key, sizeof key), &fault));
    assert_non_null(strstr(fault.detail, KEY_PIN));
    tls_pins_fini(&p);
}

static void what_is_no_hash_is_told(void **state)
{
    static const char *const bad[] = {
        "sha256//",
        "sha256//AAAA",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!=",
        KEY_PIN ";key.pem",
        KEY_PIN ";sha256//A",
        ("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
         "="),
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tls_pins p;
        struct fault fault = {.code = ERR_NONE};
        if (tls_pins_init(&p, bad[i], &fault))
            fail_msg("%s is taken", bad[i]);
        assert_int_equal(fault.code, ERR_TLS_PIN);
        tls_pins_fini(&p);
    }
}

static void write_file(char *path, const void *bytes, size_t len)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    assert_int_equal(close(fd), 0);
}

static void a_file_holds_one_key(void **state)
{
    static const struct {
        const void *bytes;
        size_t len;
        bool is_good;
    } files[] = {
        {key, sizeof key, true},
        {KEY_PEM, sizeof KEY_PEM - 1, true},
        {"words before\n" KEY_PEM, sizeof KEY_PEM + 12, true},
        {key, sizeof key - 1, false},
        {"", 0, false},
        {"-----BEGIN PUBLIC KEY-----\n", 27, false},
        {"-----BEGIN PUBLIC KEY-----\n!-----END PUBLIC KEY-----", 53, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[] = "/tmp/tls_pins_XXXXXX";
        struct tls_pins p;
        struct fault fault = {.code = ERR_NONE};
        write_file(path, files[i].bytes, files[i].len);
        bool is_good = tls_pins_init(&p, path, &fault);
        unlink(path);
        if (is_good != files[i].is_good)
            fail_msg("file %zu: %d, %s", i, is_good, fault.detail);
        if (is_good)
            assert_true(tls_pins_match(&p, span_of(key, sizeof key), &fault));
        else
            assert_int_equal(fault.code, ERR_TLS_PIN);
        tls_pins_fini(&p);
    }
}

static void a_file_that_is_not_there_is_told(void **state)
{
    struct tls_pins p;
    struct fault fault;
    (void)state;
    assert_false(tls_pins_init(&p, "/tmp/tls_pins/none", &fault));
    assert_int_equal(fault.code, ERR_TLS_PIN);
    assert_non_null(strstr(fault.detail, "/tmp/tls_pins/none"));
    tls_pins_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_is_one_of_those_that_are_named),
        cmocka_unit_test(a_refusal_says_which_key_it_is),
        cmocka_unit_test(what_is_no_hash_is_told),
        cmocka_unit_test(a_file_holds_one_key),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
