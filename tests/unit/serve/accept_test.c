#include "serve/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#define HTML "text/html; charset=utf-8"
#define JSON "application/json"

/* Up to three lines of Accept. */
static bool prefers_json(const char *const lines[3])
{
    struct arena arena;
    struct fields fields;
    arena_init(&arena);
    fields_init(&fields, &arena);
    for (int i = 0; i < 3 && lines[i]; i++)
        fields_add(&fields, SPAN_LIT("accept"), span_str(lines[i]));
    bool is_json = accept_prefers(&fields, JSON, HTML);
    arena_fini(&arena);
    return is_json;
}

static void test_weights_and_specificity(void **state)
{
    static const struct {
        const char *lines[3];
        bool is_json;
    } cases[] = {
        {{NULL}, false},
        {{"*/*"}, false},
        {{JSON}, true},
        {{"Application/JSON"}, true},
        {{"text/html;q=0.5, application/json"}, true},
        {{"text/html; q=0.5 , application/json;q=0.4"}, false},
        {{"text/html;q=0.5", JSON}, true}, /* one list */
        {{"application/json;q=0.9", "text/html"}, false},
        {{"application/json;q=0"}, false},
        {{"application/json;q=0, */*"}, false},
        {{"text/html;q=0, */*"}, true},
        {{"text/html;q=0.001, application/json;q=0.01"}, true},
        {{"application/json, text/html"}, false}, /* no difference */
        {{"application/json, text/plain, */*"}, true},
        {{"application/*, */*"}, true},
        {{"text/*;q=0.9, application/*;q=0.8"}, false},
        /* Of several ranges the most specific counts, wherever it stands. */
        {{"text/*;q=1, text/html;q=0.1, application/json;q=0.2"}, true},
        {{"text/html;q=0.1, text/*;q=1, application/json;q=0.2"}, true},
        {{"text/html;charset=utf-8, text/html;q=0.1, */*;q=0.5"}, false},
        {{"text/html;charset=\"UTF-8\";q=0.1, text/html, */*;q=0.5"}, true},
        /* A parameter that the form does not have. */
        {{"application/json;version=2, text/html;q=0.1"}, false},
        {{"text/html;charset=latin1, application/json;q=0.1"}, true},
        /* What follows a weight is no parameter of the range. */
        {{"application/json;q=0.9;a=b, text/html;q=0.5"}, true},
        {{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
         false},
        /* What is no weight and no range says nothing. */
        {{"application/json;q=2, text/html;q=0.1"}, false},
        {{"application/json;q=1.001, text/html;q=0.1"}, false},
        {{"application/json;q=x, text/html;q=0.1"}, false},
        {{"application/json;q=0.5555, text/html;q=0.1"}, false},
        {{"application/json;q, text/html;q=0.1"}, false},
        {{"application/json;q=1.000, text/html;Q=0.9"}, true},
        {{"*, application, /, */json, ;q=1, ,"}, false},
        {{"image/png"}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (prefers_json(cases[i].lines) != cases[i].is_json)
            fail_msg("case %zu: %s", i, cases[i].lines[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_and_specificity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
