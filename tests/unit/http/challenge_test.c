/* Lists of challenges, as servers write them (RFC 9110 11.6.1). */
#include "http/challenge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void read_all(const char *const *values, size_t n, struct str *out)
{
    struct arena arena;
    struct fields f;
    struct challenge c;
    arena_init(&arena);
    fields_init(&f, &arena);
    for (size_t i = 0; i < n; i++)
        fields_add(&f, SPAN_LIT("www-authenticate"), span_str(values[i]));
    struct challenges all = challenge_list(&f, "www-authenticate");
    while (challenge_next(&all, &c)) {
        str_printf(out, "%s%.*s", out->len ? " | " : "", SPAN_ARG(c.scheme));
        if (c.token.base)
            str_printf(out, " <%.*s>", SPAN_ARG(c.token));
        for (size_t i = 0; i < c.nparams; i++)
            str_printf(out, " %.*s:%.*s", SPAN_ARG(c.params[i].name),
                       SPAN_ARG(c.params[i].value));
    }
    arena_fini(&arena);
}

static void lists_are_cut_where_a_scheme_begins(void **state)
{
    static const struct {
        const char *values[2];
        size_t n;
        const char *expected;
    } rows[] = {
        {{"Basic realm=\"a\""}, 1, "Basic realm:\"a\""},
        {{"Basic realm=\"a\", Digest nonce=x, qop=\"auth,auth-int\""},
         1,
         "Basic realm:\"a\" | Digest nonce:x qop:\"auth,auth-int\""},
        {{"Basic realm=\"a\"", "Bearer"}, 2, "Basic realm:\"a\" | Bearer"},
        {{"Negotiate dG9rZW4="}, 1, "Negotiate <dG9rZW4=>"},
        {{"Basic realm = \"a\" , charset=UTF-8"},
         1,
         "Basic realm:\"a\" charset:UTF-8"},
        {{""}, 1, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str out = {0};
        read_all(rows[i].values, rows[i].n, &out);
        assert_string_equal(str_text(&out), rows[i].expected);
        str_fini(&out);
    }
}

static void a_parameter_is_unquoted_and_the_first_of_its_name(void **state)
{
    struct arena arena;
    struct fields f;
    struct challenge c;
    (void)state;
    arena_init(&arena);
    fields_init(&f, &arena);
    fields_add(&f, SPAN_LIT("www-authenticate"),
               SPAN_LIT("Basic realm=\"a \\\"b\\\"\", REALM=c, n=1"));
    struct challenges all = challenge_list(&f, "www-authenticate");
    assert_true(challenge_next(&all, &c));
    assert_true(
        span_equal(challenge_param(&c, "realm", &arena), SPAN_LIT("a \"b\"")));
    assert_true(span_equal(challenge_param(&c, "n", &arena), SPAN_LIT("1")));
    assert_null(challenge_param(&c, "nonce", &arena).base);
    assert_false(challenge_next(&all, &c));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_cut_where_a_scheme_begins),
        cmocka_unit_test(a_parameter_is_unquoted_and_the_first_of_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
