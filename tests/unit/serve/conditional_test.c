#include "serve/conditional.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MODIFIED INT64_C(784111777) /* Sun, 06 Nov 1994 08:49:37 GMT */
#define BEFORE   "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME     "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER    "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct validators validators = {
    .etag = {(const uint8_t *)"\"a,b\"", 5},
    .modified = MODIFIED,
};

/* method, then names and values, NULL at the end */
struct conditions {
    const char *method;
    const char *fields[4];
};

static void make_request(struct request *r, struct arena *arena,
                         const struct conditions *c)
{
    *r = (struct request){.method = span_str(c->method)};
    fields_init(&r->fields, arena);
    for (int i = 0; i < 4 && c->fields[i]; i += 2)
        fields_add(&r->fields, span_str(c->fields[i]),
                   span_str(c->fields[i + 1]));
}

static void test_preconditions(void **state)
{
    static const struct {
        struct conditions asked;
        enum conditional_result result;
    } cases[] = {
        {{"GET", {NULL}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-none-match", "\"a,b\""}}, CONDITIONAL_NOT_MODIFIED},
        {{"HEAD", {"if-none-match", "\"a,b\""}}, CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", "W/\"a,b\""}}, CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", "*"}}, CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", "\"x\", \"a,b\""}},
         CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", "\"x\"", "if-none-match", "\"a,b\""}},
         CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", ", W/\"x\" ,,\"a,b\""}},
         CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", "\"x\\\", \"a,b\""}},
         CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-none-match", "junk, \"a,b\""}}, CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-match", "\"x\"", "if-match", "\"a,b\""}},
         CONDITIONAL_PROCEED},
        {{"GET", {"if-none-match", "\"x\""}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-none-match", "a,b"}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-none-match", "\"a"}}, CONDITIONAL_PROCEED},
        {{"PUT", {"if-none-match", "*"}}, CONDITIONAL_PRECONDITION_FAILED},
        {{"GET", {"if-modified-since", AFTER}}, CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-modified-since", SAME}}, CONDITIONAL_NOT_MODIFIED},
        {{"GET", {"if-modified-since", BEFORE}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-modified-since", "yesterday"}}, CONDITIONAL_PROCEED},
        {{"POST", {"if-modified-since", AFTER}}, CONDITIONAL_PROCEED},
        /* If-None-Match rules out If-Modified-Since */
        {{"GET", {"if-none-match", "\"x\"", "if-modified-since", AFTER}},
         CONDITIONAL_PROCEED},
        {{"GET", {"if-match", "\"a,b\""}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-match", "*"}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-match", "\"x\""}}, CONDITIONAL_PRECONDITION_FAILED},
        {{"GET", {"if-match", "W/\"a,b\""}}, CONDITIONAL_PRECONDITION_FAILED},
        {{"GET", {"if-unmodified-since", SAME}}, CONDITIONAL_PROCEED},
        {{"GET", {"if-unmodified-since", BEFORE}},
         CONDITIONAL_PRECONDITION_FAILED},
        /* If-Match rules out If-Unmodified-Since */
        {{"GET", {"if-match", "\"a,b\"", "if-unmodified-since", BEFORE}},
         CONDITIONAL_PROCEED},
        /* the first two steps come before the last two */
        {{"GET", {"if-none-match", "\"a,b\"", "if-match", "\"x\""}},
         CONDITIONAL_PRECONDITION_FAILED},
    };
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request r;
        make_request(&r, &arena, &cases[i].asked);
        assert_int_equal(conditional_check(&r, &validators, MODIFIED + 100),
                         cases[i].result);
    }
    arena_fini(&arena);
}

static void test_if_range(void **state)
{
    static const struct {
        const char *value; /* NULL: no If-Range */
        int64_t now;
        bool holds;
    } cases[] = {
        {NULL, MODIFIED + 100, true},
        {"\"a,b\"", MODIFIED, true},
        {"W/\"a,b\"", MODIFIED + 100, false},
        {"\"x\"", MODIFIED + 100, false},
        {"\"a,b", MODIFIED + 100, false},
        {SAME, MODIFIED + 1, true},
        {SAME, MODIFIED, false}, /* it may change within this second */
        {AFTER, MODIFIED + 100, false},
        {BEFORE, MODIFIED + 100, false},
        {"", MODIFIED + 100, false},
    };
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request r;
        struct conditions c = {
            "GET", {cases[i].value ? "if-range" : NULL, cases[i].value}};
        make_request(&r, &arena, &c);
        assert_int_equal(conditional_range_holds(&r, &validators, cases[i].now),
                         cases[i].holds);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preconditions),
        cmocka_unit_test(test_if_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
