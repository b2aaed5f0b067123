#include "client/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* RFC 1321 A.5, FIPS 180. */
static const struct {
    enum qv_digest_kind kind;
    const char *text;
    const char *hex;
} cases[] = {
    {QV_DIGEST_MD5, "", "d41d8cd98f00b204e9800998ecf8427e"},
    {QV_DIGEST_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
    {QV_DIGEST_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {QV_DIGEST_SHA256, "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {QV_DIGEST_SHA512, "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
};

static void known_digests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct qv_digest d;
        uint8_t sum[QV_DIGEST_MAX];
        char hex[2 * QV_DIGEST_MAX + 1] = "";
        checksum_init(&d, cases[i].kind);
        for (const char *c = cases[i].text; *c; c++) /* in pieces */
            checksum_add(&d, c, 1);
        checksum_end(&d, sum);
        for (size_t n = 0; n < checksum_len(cases[i].kind); n++)
            (void)sprintf(hex + 2 * n, "%02x", sum[n]);
        assert_string_equal(hex, cases[i].hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_digests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
