#include "conn/h3_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <nghttp3/nghttp3.h>

static void print(struct str *to, const struct h3_fields_out *out)
{
    for (size_t i = 0; i < out->len; i++)
        str_printf(to, "%.*s: %.*s\n", (int)out->pairs[i].namelen,
                   (const char *)out->pairs[i].name,
                   (int)out->pairs[i].valuelen,
                   (const char *)out->pairs[i].value);
}

/* RFC 9114 4.2: TE holds "trailers" and nothing else, and two lines of it are
 * one list. */
static void te_says_trailers_once_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *te[2];
        const char *want;
    } cases[] = {
        {{NULL}, ""},
        {{"trailers"}, "te: trailers\n"},
        {{"gzip"}, ""},
        {{"gzip, Trailers;q=0.5"}, ""},
        {{"gzip, Trailers"}, "te: trailers\n"},
        {{"gzip", "trailers"}, "te: trailers\n"},
        {{"trailers", "trailers"}, "te: trailers\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct h3_fields_out out;
        struct str text;
        struct str want;
        arena_init(&arena);
        str_init(&text);
        str_init(&want);
        struct request r = {
            .method = SPAN_LIT("GET"),
            .scheme = SPAN_LIT("https"),
            .authority = SPAN_LIT("h"),
            .target = SPAN_LIT("/"),
            .body_len = BODY_LEN_NONE,
        };
        fields_init(&r.fields, &arena);
        for (size_t k = 0; k < 2 && cases[i].te[k]; k++)
            fields_add(&r.fields, SPAN_LIT("TE"), span_str(cases[i].te[k]));
        h3_fields_request(&out, &r, &arena);
        print(&text, &out);
        str_printf(&want,
                   ":method: GET\n:scheme: https\n:authority: h\n:path: /\n%s",
                   cases[i].want);
        assert_string_equal(str_text(&text), str_text(&want));
        str_fini(&text);
        str_fini(&want);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(te_says_trailers_once_or_nothing),
    };
    return cmocka_run_group_tests_name("conn/h3_fields", tests, NULL, NULL);
}
