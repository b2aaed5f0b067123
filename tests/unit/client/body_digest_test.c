#include "client/body_digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Of {"hello": "world"} and a newline: RFC 9530 B.1. */
#define BODY   "{\"hello\": \"world\"}\n"
#define SHA256 "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
#define SHA512                                                                 \
    "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8" \
    "MjkM7iw7yZ/WkppmM44T3qg==:"

enum is {
    NONE, /* nothing is said */
    RIGHT,
    WRONG
};

static const struct {
    const char *value;
    enum is is;
} cases[] = {
    {SHA256, RIGHT},
    {SHA512, RIGHT},
    {SHA256 ", " SHA512, RIGHT},
    {SHA256 ";p=1", RIGHT},
    {"md5=:AAAA:, " SHA256, RIGHT},
    {"sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:", WRONG},
    /* the better one counts, and of one name the last */
    {"sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:, " SHA512, RIGHT},
    {"sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:, " SHA256, RIGHT},
    {"md5=:AAAAAAAAAAAAAAAAAAAAAA==:", NONE},
    {"sha-256=:AAAA:", NONE},
    {"sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=", NONE},
    {"sha-256", NONE},
    {"sha-256=::", NONE},
    {"sha-256=:", NONE},
    {"SHA-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", NONE},
    {"", NONE},
};

static enum is judge(const char *value)
{
    struct arena arena;
    struct fields fields;
    struct fault fault = {0};
    arena_init(&arena);
    fields_init(&fields, &arena);
    fields_add(&fields, SPAN_LIT("content-digest"), span_str(value));
    struct body_digest *d = body_digest_new(&fields, "content-digest");
    enum is is = NONE;
    if (d) {
        body_digest_add(d, SPAN_LIT("{\"hello\""));
        body_digest_add(d, SPAN_LIT(": \"world\"}\n"));
        assert_int_equal(d->added, strlen(BODY));
        is = body_digest_is_right(d, &fault) ? RIGHT : WRONG;
    }
    assert_int_equal(fault.code, is == WRONG ? ERR_DIGEST : ERR_NONE);
    body_digest_free(d);
    arena_fini(&arena);
    return is;
}

static void what_fields_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (judge(cases[i].value) != cases[i].is)
            fail_msg("%s", cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_fields_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
