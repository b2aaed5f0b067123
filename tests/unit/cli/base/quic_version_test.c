/* Versions of QUIC, as people write them. */
#include "base/quic_version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void versions_have_names(void **state)
{
    static const struct {
        uint32_t version;
        const char *name; /* NULL: nobody speaks it */
    } rows[] = {
        {1, "v1"},
        {0x6b3343cf, "v2"},
        {0xff00001d, "draft-29"},
        {0x51303530, "0x51303530"},
        {0x1a2a3a4a, NULL},
        {0, "0x00000000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str out = {0};
        assert_int_equal(quic_version_add(&out, rows[i].version),
                         rows[i].name != NULL);
        assert_string_equal(str_text(&out), rows[i].name ? rows[i].name : "");
        str_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
