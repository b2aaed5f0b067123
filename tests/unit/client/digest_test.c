#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "quiver.h"

/* FIPS 180-2, appendix B. */
static const struct {
    const char *text;
    size_t times;
    const char *hex;
} cases[] = {
    {"", 1,
     "e3b0c44298fc1c149afbf4c8996fb924"
     "27ae41e4649b934ca495991b7852b855"},
    {"abc", 1,
     "ba7816bf8f01cfea414140de5dae2223"
     "b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"aaaaaaaaaa", 100000,
     "cdc76e5c9914fb9281a1c7e284d73e67"
     "f1809a48a497200e046d39ccc7112cd0"},
};

static void test_known_digests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct qv_sha256 s;
        char hex[65];

        qv_sha256_init(&s);
        for (size_t n = 0; n < cases[i].times; n++)
            qv_sha256_add(&s, cases[i].text, strlen(cases[i].text));
        qv_sha256_hex(&s, hex);
        assert_string_equal(hex, cases[i].hex);
    }
}

static void test_pieces_make_the_whole(void **state)
{
    unsigned char bytes[300];
    struct qv_sha256 whole;
    char expected[65];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 7);
    qv_sha256_init(&whole);
    qv_sha256_add(&whole, bytes, sizeof(bytes));
    qv_sha256_hex(&whole, expected);
    for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
        struct qv_sha256 s;
        char hex[65];

        qv_sha256_init(&s);
        qv_sha256_add(&s, bytes, cut);
        qv_sha256_add(&s, bytes + cut, sizeof(bytes) - cut);
        qv_sha256_hex(&s, hex);
        assert_string_equal(hex, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_digests),
        cmocka_unit_test(test_pieces_make_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
