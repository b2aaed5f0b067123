#include "transport/tls_sigalgs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_of_both_kinds_are_known(void **state)
{
    static const struct {
        const char *list;
        const char *pairs; /* NULL: refused */
    } cases[] = {
        {"ecdsa_secp256r1_sha256", "ECDSA+SHA256"},
        {"ECDSA+SHA384:RSA+SHA256", "ECDSA+SHA384:RSA+SHA256"},
        {"ecdsa+sha256", "ECDSA+SHA256"},
        {"ed25519", "ED25519"},
        {"rsa_pss_rsae_sha256:rsa_pss_pss_sha256", "RSA-PSS+SHA256"},
        {"PSS+SHA512:rsa_pkcs1_sha384", "RSA-PSS+SHA512:RSA+SHA384"},
        {"ed25519:ecdsa_secp521r1_sha512:ED25519", "ED25519:ECDSA+SHA512"},
        {"ECDSA+SHA1", NULL},
        {"rsa_pkcs1_sha1", NULL},
        {"DSA+SHA256", NULL},
        {"ed25519:", NULL},
        {"ed25519::ed25519", NULL},
        {"nonsense", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str to;
        struct fault fault = {.code = ERR_NONE};
        str_init(&to);
        bool is_good = tls_sigalgs_translate(&to, cases[i].list, &fault);
        if (is_good != (cases[i].pairs != NULL))
            fail_msg("%s: %d", cases[i].list, is_good);
        if (is_good)
            assert_string_equal(str_text(&to), cases[i].pairs);
        else
            assert_int_equal(fault.code, ERR_TLS_CIPHER);
        str_fini(&to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_both_kinds_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
