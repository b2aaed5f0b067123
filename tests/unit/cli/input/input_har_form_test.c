/* The fields of a form in a HAR, which may be percent-encoded already. */
#include "input/input_har_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *params;
    int64_t size;
    const char *form; /* NULL: refused */
} cases[] = {
    {"[]", -1, ""},
    {"[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"b\"}]", -1, "a=1&b="},
    /* decoded */
    {"[{\"name\":\"a b\",\"value\":\"c&d\"}]", -1, "a+b=c%26d"},
    {"[{\"name\":\"a\",\"value\":\"100%\"}]", -1, "a=100%25"},
    {"[{\"name\":\"a\",\"value\":\"100% %41\"}]", -1, "a=100%25+%2541"},
    {"[{\"name\":\"a\",\"value\":\"\\u00fc%41\"}]", -1, "a=%C3%BC%2541"},
    /* encoded */
    {"[{\"name\":\"a%20b\",\"value\":\"c%26d\"}]", -1, "a%20b=c%26d"},
    {"[{\"name\":\"a\",\"value\":\"x+y\"},{\"name\":\"b\",\"value\":\"%C3%BC\"}"
     "]",
     -1, "a=x+y&b=%C3%BC"},
    /* only one field could be: all are of one exporter */
    {"[{\"name\":\"a\",\"value\":\"%41\"},{\"name\":\"b\",\"value\":\"x y\"}]",
     -1, "a=%2541&b=x+y"},
    /* the size of the body tells */
    {"[{\"name\":\"a\",\"value\":\"%41\"}]", 7, "a=%2541"},
    {"[{\"name\":\"a\",\"value\":\"%41\"}]", 5, "a=%41"},
    {"[{\"name\":\"a\",\"value\":\"x+y\"}]", 5, "a=x+y"},
    {"[{\"name\":\"a\",\"value\":\"x+y\"}]", 7, "a=x%2By"},
    {"[{\"name\":\"a\",\"value\":\"x+y\"}]", 99, "a=x%2By"},
    {"[{\"value\":\"1\"}]", -1, NULL},
    {"[{\"name\":1}]", -1, NULL},
};

static void fields_are_not_encoded_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        yyjson_doc *doc =
            yyjson_read(cases[i].params, strlen(cases[i].params), 0);
        struct str out = {0};
        bool ok = input_har_form(&out, yyjson_doc_get_root(doc), cases[i].size);
        assert_int_equal(ok, cases[i].form != NULL);
        if (ok)
            assert_string_equal(out.base ? out.base : "", cases[i].form);
        yyjson_doc_free(doc);
        str_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_not_encoded_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
