/* The hashes of Digest, by well-known sums. */
#include "http/digest_hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_text_has_its_sum(void **state)
{
    static const struct {
        enum digest_hash hash;
        const char *text;
        const char *hex;
    } rows[] = {
        {DIGEST_HASH_MD5, "", "d41d8cd98f00b204e9800998ecf8427e"},
        {DIGEST_HASH_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
        {DIGEST_HASH_SHA256, "abc",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {DIGEST_HASH_SHA512_256, "abc",
         "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char hex[DIGEST_HEX_MAX];
        digest_hash_text(rows[i].hash, span_str(rows[i].text), hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void pieces_are_the_same_as_all_at_once(void **state)
{
    (void)state;
    for (int h = DIGEST_HASH_MD5; h <= DIGEST_HASH_SHA512_256; h++) {
        char whole[DIGEST_HEX_MAX];
        char pieces[DIGEST_HEX_MAX];
        struct digest_sum *s = digest_hash_new((enum digest_hash)h);
        digest_hash_add(s, "a", 1);
        digest_hash_add(s, "", 0);
        digest_hash_add(s, "bc", 2);
        digest_hash_hex(s, pieces);
        digest_hash_free(s);
        digest_hash_text((enum digest_hash)h, SPAN_LIT("abc"), whole);
        assert_string_equal(pieces, whole);
    }
}

static void a_sum_may_be_given_up(void **state)
{
    (void)state;
    struct digest_sum *s = digest_hash_new(DIGEST_HASH_SHA256);
    digest_hash_add(s, "abc", 3);
    digest_hash_free(s);
    digest_hash_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_its_sum),
        cmocka_unit_test(pieces_are_the_same_as_all_at_once),
        cmocka_unit_test(a_sum_may_be_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
