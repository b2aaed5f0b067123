/* Names in Unicode, as DNS has them. */
#include "http/idna.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_become_a_labels(void **state)
{
    static const struct {
        const char *name;
        const char *expected; /* NULL: there is none */
    } rows[] = {
        {"example.com", "example.com"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"B\xc3\x9c"
         "CHER.example",
         "xn--bcher-kva.example"},
        {"\xe4\xbe\x8b\xe5\xad\x90.test", "xn--fsqu00a.test"},
        {"\xff.test", NULL},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span name = span_str(rows[i].name);
        const char *why = idna_to_ascii(&name, &arena);
        if (rows[i].expected == NULL) {
            assert_non_null(why);
            continue;
        }
        assert_null(why);
        assert_true(span_equal(name, span_str(rows[i].expected)));
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_a_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
