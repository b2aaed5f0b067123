#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void base64_is_that_of_rfc_4648(void **state)
{
    (void)state;
    static const char *cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"\xff\xfe\xfd", "//79"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str s;
        str_init(&s);
        base64_add(&s, span_str(cases[i][0]));
        assert_string_equal(str_text(&s), cases[i][1]);
        str_fini(&s);
    }
}

static void base64_is_read_padded_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *bytes; /* NULL: it is none */
    } cases[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zg", "f"},
        {"Zm8=", "fo"},
        {"Zm8", "fo"},
        {"Zm9v", "foo"},
        {"//79", "\xff\xfe\xfd"},
        {"Z", NULL},
        {"Zg=", NULL},
        {"Zh==", NULL},
        {"Zm9=", NULL},
        {"Zm9v\n", NULL},
        {"Z-9v", NULL},
        {"====", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char bytes[16];
        size_t n;
        size_t len = strlen(cases[i].text);
        assert_true(base64_room(len) <= sizeof bytes);
        assert_int_equal(base64_decode(bytes, &n, cases[i].text, len),
                         cases[i].bytes != NULL);
        if (cases[i].bytes == NULL)
            continue;
        assert_int_equal(n, strlen(cases[i].bytes));
        assert_memory_equal(bytes, cases[i].bytes, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(base64_is_read_padded_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
